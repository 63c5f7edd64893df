//! `JsonConverter` with `schemas.enable=false`: text becomes a JSON string, bytes become base64 in a JSON string.
//!
//! With `output.format.value=json` this quotes JSON inside JSON, which few people want and many configure; consumers that
//! unwrap it twice must still find what the Java converter wrote.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::{ConvertError, Converter};
use crate::record::Data;

/// `org.apache.kafka.connect.json.JsonConverter` without schemas.
#[derive(Debug, Clone, Copy, Default)]
pub struct JsonConverter;

impl Converter for JsonConverter {
    fn class_name(&self) -> &'static str {
        "org.apache.kafka.connect.json.JsonConverter"
    }

    fn convert(&self, _topic: &str, data: Option<Data>) -> Result<Option<Bytes>, ConvertError> {
        Ok(data.map(|data| match data {
            Data::Text(text) => quote(&text).into(),
            Data::Bytes(bytes) => format!("\"{}\"", STANDARD.encode(bytes)).into(),
        }))
    }
}

/// A JSON string as Jackson writes it into bytes: the two-letter escapes; other control characters, and both halves of what
/// lies outside the basic plane, as `\uXXXX` in capitals; everything else as it is.
fn quote(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 8 + 2);
    out.push(b'"');
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        if (0x20..FIRST_OF_FOUR).contains(&byte) && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&text.as_bytes()[copied..at]);
        copied = at + escape(&mut out, &text[at..]);
    }
    out.extend_from_slice(&text.as_bytes()[copied..]);
    out.push(b'"');
    out
}

/// The least byte that begins a character of four bytes.
const FIRST_OF_FOUR: u8 = 0xF0;

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
                out.extend_from_slice(format!("\\u{unit:04X}").as_bytes());
            }
            return character.len_utf8();
        }
    };
    out.extend_from_slice(&[b'\\', letter]);
    1
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bytes::Bytes;
    use proptest::prelude::*;

    use super::JsonConverter;
    use crate::convert::Converter;
    use crate::record::Data;

    fn text(text: &str) -> Bytes {
        JsonConverter.convert("t", Some(Data::Text(text.to_owned()))).unwrap().unwrap()
    }

    #[test]
    fn json_text_is_quoted_once_more() {
        assert_eq!(text(r#"{"_id": {"$oid": "5f9f"}}"#), r#""{\"_id\": {\"$oid\": \"5f9f\"}}""#);
    }

    #[test]
    fn escapes_are_those_of_jackson() {
        assert_eq!(
            text("\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}/é환😀\u{2028}"),
            "\"\\b\\f\\n\\r\\t\\u0000\\u001F\u{7f}/é환\\uD83D\\uDE00\u{2028}\""
        );
        assert_eq!(text(""), "\"\"");
    }

    #[test]
    fn bytes_become_base64_with_padding_and_null_stays_null() {
        let bytes = Bytes::from_static(&[0xFF, 0xFE]);

        assert_eq!(JsonConverter.convert("t", Some(Data::Bytes(bytes))), Ok(Some(Bytes::from_static(b"\"//4=\""))));
        assert_eq!(JsonConverter.convert("t", None), Ok(None));
    }

    proptest! {
        #[test]
        fn a_json_reader_gets_the_text_back(original in ".*") {
            let read: String = serde_json::from_slice(&text(&original)).unwrap();

            prop_assert_eq!(read, original);
        }
    }
}
