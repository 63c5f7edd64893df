//! Doubles as Java writes them, with the shortest digits that read back as the same double.
//!
//! That is `Double.toString` of Java 19 and later, with a `+` in positive exponents as the driver adds it. Older Javas
//! sometimes write a digit more (`1.9999999999999998E+23` for 2e23); consumers of either read the same number.

/// Digits of a positive double and the power of ten of the first.
struct Digits {
    digits: [u8; Self::CAPACITY],
    count: usize,
    exponent: i32,
}

/// Below this, neighbouring doubles are so far apart that two digits may come closer to the value than one; Java, which
/// always writes two, takes those (4.9E-324, not 5.0E-324).
const SPARSE: f64 = 1e-320;

/// The same for floats, by the same reasoning.
const SPARSE_FLOAT: f32 = 1e-42;

/// Whether positive exponents get a sign.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plus {
    Written,
    LeftOut,
}

/// Appends a finite double as the driver writes it.
pub(super) fn write(out: &mut Vec<u8>, value: f64) {
    write_with(out, value, Plus::Written, || Digits::shortest(value.abs()));
}

/// Appends any double as Java's `Double.toString` writes it: no plus in exponents.
pub(crate) fn write_java(out: &mut Vec<u8>, value: f64) {
    if !write_unbounded(out, value) {
        write_with(out, value, Plus::LeftOut, || Digits::shortest(value.abs()));
    }
}

/// Appends any float as Java's `Float.toString` writes it.
pub(crate) fn write_java_float(out: &mut Vec<u8>, value: f32) {
    if !write_unbounded(out, f64::from(value)) {
        write_with(out, f64::from(value), Plus::LeftOut, || Digits::shortest_float(value.abs()));
    }
}

/// Appends what is no finite number; `false` if it is one.
fn write_unbounded(out: &mut Vec<u8>, value: f64) -> bool {
    match value {
        _ if value.is_finite() => return false,
        _ if value.is_nan() => out.extend_from_slice(b"NaN"),
        _ if value > 0.0 => out.extend_from_slice(b"Infinity"),
        _ => out.extend_from_slice(b"-Infinity"),
    }
    true
}

#[inline]
fn write_with(out: &mut Vec<u8>, value: f64, plus: Plus, digits: impl FnOnce() -> Digits) {
    let magnitude = value.abs();
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let is_plain = (1e-3..1e7).contains(&magnitude);
    if magnitude == 0.0 || is_plain && magnitude.trunc() == magnitude {
        out.extend_from_slice(itoa::Buffer::new().format(magnitude as u32).as_bytes());
        out.extend_from_slice(b".0");
        return;
    }
    let digits = digits();
    if is_plain { digits.write_plain(out) } else { digits.write_scientific(out, plus) }
}

impl Digits {
    /// Room for the longest text of [`zmij`]; a double never needs more than 17.
    const CAPACITY: usize = 32;

    fn shortest(magnitude: f64) -> Self {
        let digits = Self::parse(zmij::Buffer::new().format_finite(magnitude).as_bytes());
        if digits.count == 1 && magnitude < SPARSE {
            Self::parse(format!("{magnitude:.1e}").as_bytes())
        } else {
            digits
        }
    }

    fn shortest_float(magnitude: f32) -> Self {
        let digits = Self::parse(zmij::Buffer::new().format_finite(magnitude).as_bytes());
        if digits.count == 1 && magnitude < SPARSE_FLOAT {
            Self::parse(format!("{magnitude:.1e}").as_bytes())
        } else {
            digits
        }
    }

    /// Reads `12.5`, `0.0125`, `1.25e-7` and the like.
    fn parse(text: &[u8]) -> Self {
        let mut parsed = Self { digits: [b'0'; Self::CAPACITY], count: 0, exponent: 0 };
        let mut is_behind_point = false;
        let mut integer_digits = 0i32;
        let mut leading_zeros = 0i32;
        let mut rest = text.iter();
        for byte in rest.by_ref() {
            match byte {
                b'.' => is_behind_point = true,
                b'0'..=b'9' => {
                    integer_digits += i32::from(!is_behind_point);
                    if parsed.count == 0 && *byte == b'0' {
                        leading_zeros += 1;
                    } else if let Some(place) = parsed.digits.get_mut(parsed.count) {
                        *place = *byte;
                        parsed.count += 1;
                    }
                }
                _ => break,
            }
        }
        parsed.exponent = integer_digits - 1 - leading_zeros + read_exponent(rest.as_slice());
        while parsed.count > 1 && parsed.digits[parsed.count - 1] == b'0' {
            parsed.count -= 1;
        }
        parsed
    }

    fn digits(&self) -> &[u8] {
        &self.digits[..self.count]
    }

    /// Between 0.001 and 10,000,000: `123.45`, `0.0012`.
    fn write_plain(&self, out: &mut Vec<u8>) {
        match usize::try_from(self.exponent) {
            Ok(exponent) => {
                // Digits beyond `count` are zeros, so a short number fills up to the point by itself.
                let point = exponent + 1;
                out.extend_from_slice(&self.digits[..point]);
                out.push(b'.');
                out.extend_from_slice(if self.count > point { &self.digits[point..self.count] } else { b"0" });
            }
            Err(_) => {
                out.extend_from_slice(b"0.");
                (1..-self.exponent).for_each(|_| out.push(b'0'));
                out.extend_from_slice(self.digits());
            }
        }
    }

    /// `1.0E+10`, `4.9E-324`.
    fn write_scientific(&self, out: &mut Vec<u8>, plus: Plus) {
        out.push(self.digits[0]);
        out.push(b'.');
        out.extend_from_slice(if self.count > 1 { &self.digits[1..self.count] } else { b"0" });
        out.extend_from_slice(if self.exponent > 0 && plus == Plus::Written { b"E+" } else { b"E" });
        out.extend_from_slice(itoa::Buffer::new().format(self.exponent).as_bytes());
    }
}

/// The number behind an `e`, 0 if there is none.
fn read_exponent(text: &[u8]) -> i32 {
    let (is_negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    let number = digits.iter().fold(0, |number, digit| number * 10 + i32::from(digit - b'0'));
    if is_negative { -number } else { number }
}
