//! Text in other encodings than UTF-8, as Java's `String.getBytes` encodes it.

use crate::config::Charset;

/// The bytes of a text. What the character set lacks becomes a question mark.
pub(super) fn encode(text: String, charset: Charset) -> Vec<u8> {
    let within = |limit: u32| -> Vec<u8> {
        let byte = |letter: char| u8::try_from(u32::from(letter)).ok().filter(|byte| u32::from(*byte) < limit);
        text.chars().map(|letter| byte(letter).unwrap_or(b'?')).collect()
    };
    match charset {
        Charset::Utf8 => text.into_bytes(),
        Charset::Ascii => within(0x80),
        Charset::Latin1 => within(0x100),
        Charset::Utf16Be => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Charset::Utf16Le => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Charset::Utf16 if text.is_empty() => Vec::new(),
        Charset::Utf16 => [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect(),
    }
}
