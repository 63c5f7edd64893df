//! Text inside quotes: which characters stand as they are and which become `\uXXXX`, by the rules of the Java driver.
//!
//! The driver looks at UTF-16 units, not characters: whatever lies outside the basic plane is two surrogates, and surrogates
//! are always escaped. Of the basic plane, letters (but not modifier letters), numbers, space separators, punctuation and
//! symbols are written as they are. "Unassigned" is a matter of the Unicode version: this build knows Unicode 16, Java 17
//! knows 13, Java 21 knows 15, so a few hundred recent characters differ between those too.

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_general_category::{GeneralCategory, get_general_category};

/// One bit for each unit of the basic plane: set if it is written as it is.
pub(super) struct Units(Box<[u64; 1024]>);

static UNITS: LazyLock<Units> = LazyLock::new(Units::build);

const HEX: &[u8; 16] = b"0123456789abcdef";

/// What the driver's decoder makes of bytes that are not UTF-8.
const REPLACEMENT: &[u8] = "\u{FFFD}".as_bytes();

/// Bytes compared together when looking for something to escape.
const STRIDE: usize = 16;

impl Units {
    /// The table; computed once in the life of the process.
    pub(super) fn get() -> &'static Self {
        &UNITS
    }

    fn build() -> Self {
        let mut bits = Box::new([0u64; 1024]);
        for unit in 0..=u16::MAX {
            if char::from_u32(u32::from(unit)).is_some_and(is_written_as_is) {
                bits[usize::from(unit) / 64] |= 1 << (unit % 64);
            }
        }
        Self(bits)
    }

    #[inline]
    fn is_plain(&self, code: u32) -> bool {
        self.0.get(code as usize / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
    }

    /// Appends text that is supposed to be UTF-8, escaped, without quotes. Whatever is not UTF-8 becomes U+FFFD, as many of
    /// them as Java's decoder puts there.
    pub(super) fn escape(&self, out: &mut Vec<u8>, text: &[u8]) {
        let mut copied = 0;
        let mut at = 0;
        while let Some(&byte) = text.get(at) {
            if byte < 0x80 {
                let run = plain_run(&text[at..]);
                at += run;
                if run == 0 {
                    out.extend_from_slice(&text[copied..at]);
                    escape_ascii(out, byte);
                    at += 1;
                    copied = at;
                }
                continue;
            }
            let (code, size) = decode(&text[at..]);
            if !self.is_plain(code) {
                out.extend_from_slice(&text[copied..at]);
                escape_code(out, code);
                copied = at + size;
            }
            at += size;
        }
        out.extend_from_slice(&text[copied..]);
    }
}

fn is_written_as_is(character: char) -> bool {
    use GeneralCategory::{
        ClosePunctuation, ConnectorPunctuation, CurrencySymbol, DashPunctuation, DecimalNumber, FinalPunctuation,
        InitialPunctuation, LetterNumber, LowercaseLetter, MathSymbol, ModifierSymbol, OpenPunctuation, OtherLetter,
        OtherNumber, OtherPunctuation, OtherSymbol, SpaceSeparator, TitlecaseLetter, UppercaseLetter,
    };
    matches!(
        get_general_category(character),
        UppercaseLetter
            | LowercaseLetter
            | TitlecaseLetter
            | OtherLetter
            | DecimalNumber
            | LetterNumber
            | OtherNumber
            | SpaceSeparator
            | ConnectorPunctuation
            | DashPunctuation
            | OpenPunctuation
            | ClosePunctuation
            | InitialPunctuation
            | FinalPunctuation
            | OtherPunctuation
            | MathSymbol
            | CurrencySymbol
            | ModifierSymbol
            | OtherSymbol
    )
}

#[inline]
const fn is_plain_ascii(byte: u8) -> bool {
    byte >= 0x20 && byte < 0x7F && byte != b'"' && byte != b'\\'
}

/// How many leading bytes are ASCII that needs no escape.
#[inline]
fn plain_run(text: &[u8]) -> usize {
    let (strides, _) = text.as_chunks::<STRIDE>();
    // A fold without an early exit: compiled to vector comparisons.
    let whole =
        strides.iter().take_while(|stride| stride.iter().fold(true, |plain, byte| plain & is_plain_ascii(*byte)));
    let run = whole.count() * STRIDE;
    run + text[run..].iter().take_while(|byte| is_plain_ascii(**byte)).count()
}

fn escape_ascii(out: &mut Vec<u8>, byte: u8) {
    match byte {
        b'"' => out.extend_from_slice(b"\\\""),
        b'\\' => out.extend_from_slice(b"\\\\"),
        0x08 => out.extend_from_slice(b"\\b"),
        0x0C => out.extend_from_slice(b"\\f"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\t' => out.extend_from_slice(b"\\t"),
        _ => escape_unit(out, u16::from(byte)),
    }
}

#[cold]
fn escape_code(out: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(character) => character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escape_unit(out, *unit)),
        None => out.extend_from_slice(REPLACEMENT),
    }
}

/// `\uXXXX` in lower-case hexadecimal.
pub(super) fn escape_unit(out: &mut Vec<u8>, unit: u16) {
    let nibble = |shift: u16| HEX[usize::from(unit >> shift & 0xF)];
    out.extend_from_slice(&[b'\\', b'u', nibble(12), nibble(8), nibble(4), nibble(0)]);
}

/// Text as the driver decodes it: whatever is not UTF-8 becomes U+FFFD, as many of them as Java's decoder puts there.
pub(crate) fn lossy(text: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(text) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(replaced(text)),
    }
}

#[cold]
fn replaced(text: &[u8]) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        let (code, size) = if byte < 0x80 { (u32::from(byte), 1) } else { decode(&text[at..]) };
        decoded.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        at += size;
    }
    decoded
}

/// No character: the bytes are not UTF-8.
const INVALID: u32 = u32::MAX;

#[inline]
fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// The character that a non-ASCII byte begins and its size in bytes, or [`INVALID`] and how many bytes one U+FFFD stands for.
#[inline]
fn decode(text: &[u8]) -> (u32, usize) {
    let low = |byte: u8| u32::from(byte & 0x3F);
    match *text {
        [lead @ 0xC2..=0xDF, next, ..] if is_continuation(next) => (u32::from(lead & 0x1F) << 6 | low(next), 2),
        [lead @ 0xE0..=0xEF, next, last, ..]
            if is_continuation(next) && is_continuation(last) && !(lead == 0xE0 && next < 0xA0) =>
        {
            let code = u32::from(lead & 0x0F) << 12 | low(next) << 6 | low(last);
            // A surrogate written as three bytes is one replacement to Java, not three.
            if (0xD800..=0xDFFF).contains(&code) { (INVALID, 3) } else { (code, 3) }
        }
        [lead @ 0xF0..=0xF4, next, third, last, ..]
            if is_second_of_four(lead, next) && is_continuation(third) && is_continuation(last) =>
        {
            (u32::from(lead & 0x07) << 18 | low(next) << 12 | low(third) << 6 | low(last), 4)
        }
        _ => (INVALID, invalid_size(text)),
    }
}

fn is_second_of_four(lead: u8, next: u8) -> bool {
    match lead {
        0xF0 => (0x90..=0xBF).contains(&next),
        0xF4 => (0x80..=0x8F).contains(&next),
        _ => is_continuation(next),
    }
}

/// How many bytes of a broken sequence one replacement stands for: as many as could have begun a character.
#[cold]
fn invalid_size(text: &[u8]) -> usize {
    match *text {
        [lead @ 0xE0..=0xEF, next, ..] if is_continuation(next) && !(lead == 0xE0 && next < 0xA0) => 2,
        [lead @ 0xF0..=0xF4, next, third, ..] if is_second_of_four(lead, next) && is_continuation(third) => 3,
        [lead @ 0xF0..=0xF4, next, ..] if is_second_of_four(lead, next) => 2,
        _ => 1,
    }
}
