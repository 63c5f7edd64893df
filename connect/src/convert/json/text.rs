//! Text and bytes in quotes, as Jackson writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The least byte that begins a character of four bytes.
const FIRST_OF_FOUR: u8 = 0xF0;

/// Appends a JSON string as Jackson writes it into bytes: the two-letter escapes; other control characters, and both halves of
/// what lies outside the basic plane, as `\uXXXX` in capitals; everything else as it is.
pub(super) fn quote(out: &mut Vec<u8>, text: &str) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        if (0x20..FIRST_OF_FOUR).contains(&byte) && byte != b'"' && byte != b'\\' {
            continue;
        }
        // The bytes after the first of a character of four are below the first of four, so each is met once.
        out.extend_from_slice(&text.as_bytes()[copied..at]);
        copied = at + escape(out, &text[at..]);
    }
    out.extend_from_slice(&text.as_bytes()[copied..]);
    out.push(b'"');
}

/// Appends the first character of the text, escaped: how many bytes it had.
fn escape(out: &mut Vec<u8>, text: &str) -> usize {
    let Some(character) = text.chars().next() else { return 0 };
    let letter = match character {
        '"' | '\\' => character as u8,
        '\u{08}' => b'b',
        '\u{0C}' => b'f',
        '\n' => b'n',
        '\r' => b'r',
        '\t' => b't',
        _ => {
            for unit in character.encode_utf16(&mut [0; 2]) {
                escape_unit(out, *unit);
            }
            return character.len_utf8();
        }
    };
    out.extend_from_slice(&[b'\\', letter]);
    1
}

fn escape_unit(out: &mut Vec<u8>, unit: u16) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let nibble = |shift: u16| HEX[usize::from(unit >> shift & 0xF)];
    out.extend_from_slice(&[b'\\', b'u', nibble(12), nibble(8), nibble(4), nibble(0)]);
}

/// Appends bytes as base64 with padding, in quotes.
pub(super) fn base64(out: &mut Vec<u8>, bytes: &[u8]) {
    out.push(b'"');
    let start = out.len();
    out.resize(start + bytes.len().div_ceil(3) * 4, 0);
    // The slice has exactly the size of the encoding, so it always fits.
    let written = STANDARD.encode_slice(bytes, &mut out[start..]).unwrap_or_default();
    out.truncate(start + written);
    out.push(b'"');
}
