//! Decimal128 as text, in the form that the driver's own type gives it.

const SIGN: u64 = 1 << 63;
const NAN: u64 = 0x7C00_0000_0000_0000;
const INFINITY: u64 = 0x7800_0000_0000_0000;
/// Both set: the significand is out of range and counts as zero, and the exponent sits two bits lower.
const LARGE: u64 = 0x6000_0000_0000_0000;
const EXPONENT_BIAS: i32 = 6176;

/// What 128 bits stand for.
pub(crate) enum Bits {
    NotANumber,
    Infinity { is_negative: bool },
    Number { is_negative: bool, significand: u128, exponent: i32 },
}

/// Takes the bits of a decimal apart.
pub(crate) fn split(bits: u128) -> Bits {
    let high = (bits >> 64) as u64;
    let is_negative = high & SIGN != 0;
    if high & NAN == NAN {
        return Bits::NotANumber;
    }
    if high & INFINITY == INFINITY {
        return Bits::Infinity { is_negative };
    }
    let (biased, significand) =
        if high & LARGE == LARGE { (high >> 47 & 0x3FFF, 0) } else { (high >> 49 & 0x3FFF, bits & ((1 << 113) - 1)) };
    Bits::Number { is_negative, significand, exponent: biased as i32 - EXPONENT_BIAS }
}

/// Appends the text of a decimal given by its 128 bits.
pub(super) fn write(out: &mut Vec<u8>, bits: u128) {
    match split(bits) {
        Bits::NotANumber => out.extend_from_slice(b"NaN"),
        Bits::Infinity { is_negative } => {
            out.extend_from_slice(if is_negative { b"-Infinity".as_slice() } else { b"Infinity" });
        }
        Bits::Number { is_negative, significand, exponent } => write_number(out, is_negative, significand, exponent),
    }
}

/// Appends a number as Java's `BigDecimal` writes it, which is the driver's form as well.
pub(crate) fn write_number(out: &mut Vec<u8>, is_negative: bool, significand: u128, exponent: i32) {
    if is_negative {
        out.push(b'-');
    }
    let exponent = i64::from(exponent);
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(significand).as_bytes();
    let adjusted = exponent + digits.len() as i64 - 1;
    if exponent > 0 || adjusted < -6 {
        write_scientific(out, digits, adjusted);
        return;
    }
    // At most six zeros stand in front, since `adjusted` is at least -6.
    let behind_point = exponent.unsigned_abs() as usize;
    match digits.len().checked_sub(behind_point) {
        Some(point) if point > 0 => {
            out.extend_from_slice(&digits[..point]);
            if behind_point > 0 {
                out.push(b'.');
                out.extend_from_slice(&digits[point..]);
            }
        }
        _ => {
            out.extend_from_slice(b"0.");
            (digits.len()..behind_point).for_each(|_| out.push(b'0'));
            out.extend_from_slice(digits);
        }
    }
}

fn write_scientific(out: &mut Vec<u8>, digits: &[u8], adjusted: i64) {
    out.push(digits[0]);
    if digits.len() > 1 {
        out.push(b'.');
        out.extend_from_slice(&digits[1..]);
    }
    out.extend_from_slice(if adjusted > 0 { b"E+" } else { b"E" });
    out.extend_from_slice(itoa::Buffer::new().format(adjusted).as_bytes());
}
