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

/// A JSON string as Jackson writes it: the two-letter escapes, `\u00XX` in capitals for other control characters, everything
/// else as it is.
fn quote(text: &str) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = Vec::with_capacity(text.len() + text.len() / 8 + 2);
    out.push(b'"');
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        let hex;
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            0x08 => b"\\b",
            0x0C => b"\\f",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0..0x20 => {
                hex = [b'\\', b'u', b'0', b'0', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 0xF)]];
                &hex
            }
            _ => continue,
        };
        out.extend_from_slice(&text.as_bytes()[copied..at]);
        out.extend_from_slice(escape);
        copied = at + 1;
    }
    out.extend_from_slice(&text.as_bytes()[copied..]);
    out.push(b'"');
    out
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
            "\"\\b\\f\\n\\r\\t\\u0000\\u001F\u{7f}/é환😀\u{2028}\""
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
