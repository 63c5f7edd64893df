//! `StringConverter`: text as it is, structures as Java prints them.

mod charset;
mod java;

use bytes::Bytes;

use super::{ConvertError, Converter};
use crate::config::Charset;
use crate::record::Data;

/// `org.apache.kafka.connect.storage.StringConverter`.
#[derive(Debug, Clone, Copy, Default)]
pub struct StringConverter {
    charset: Charset,
}

impl StringConverter {
    /// A converter that encodes text so.
    pub fn new(charset: Charset) -> Self {
        Self { charset }
    }
}

impl Converter for StringConverter {
    fn class_name(&self) -> &'static str {
        "org.apache.kafka.connect.storage.StringConverter"
    }

    fn convert(&mut self, _topic: &str, data: Option<Data>) -> Result<Option<Bytes>, ConvertError> {
        let text = match data {
            None => return Ok(None),
            Some(Data::Text(text)) => text,
            Some(Data::Bytes(_)) => return Err(ConvertError::BytesAsString),
            Some(Data::Structure { schema, value }) => java::text(&schema, &value)?,
        };
        Ok(Some(charset::encode(text, self.charset).into()))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::sync::Arc;

    use bytes::Bytes;

    use super::StringConverter;
    use crate::config::Charset;
    use crate::convert::{ConvertError, Converter};
    use crate::record::Data;
    use crate::schema::{Field, Kind, Schema, Value};

    fn encoded(charset: Charset, text: &str) -> Bytes {
        StringConverter::new(charset).convert("t", Some(Data::Text(text.to_owned()))).unwrap().unwrap()
    }

    #[test]
    fn text_becomes_its_utf_8_bytes_and_null_stays_null() {
        let convert = |data| StringConverter::default().convert("t", data);

        assert_eq!(convert(Some(Data::Text("환자 1".to_owned()))), Ok(Some(Bytes::from("환자 1"))));
        assert_eq!(convert(Some(Data::Text(String::new()))), Ok(Some(Bytes::new())));
        assert_eq!(convert(None), Ok(None));
    }

    #[test]
    fn other_encodings_are_those_of_java() {
        // From `String.getBytes`; what the set lacks is a question mark, one for both halves of a pair.
        assert_eq!(encoded(Charset::Ascii, "aé😀~"), b"a??~".as_slice());
        assert_eq!(encoded(Charset::Latin1, "aé😀환\u{ff}"), b"a\xE9??\xFF".as_slice());
        assert_eq!(encoded(Charset::Utf16, "a😀"), b"\xFE\xFF\0a\xD8\x3D\xDE\0".as_slice());
        assert_eq!(encoded(Charset::Utf16, ""), b"".as_slice());
        assert_eq!(encoded(Charset::Utf16Be, "é"), b"\0\xE9".as_slice());
        assert_eq!(encoded(Charset::Utf16Le, "é"), b"\xE9\0".as_slice());
    }

    #[test]
    fn bytes_are_refused_with_what_to_use_instead_even_inside_a_structure() {
        let schema = Schema::new(Kind::Struct(vec![Field { name: "b".to_owned(), schema: Schema::new(Kind::Bytes) }]));
        let bytes = Bytes::from_static(&[1]);
        let inside =
            Data::Structure { schema: Arc::new(schema), value: Value::Struct(vec![Value::Bytes(bytes.clone())]) };

        let whole = StringConverter::default().convert("t", Some(Data::Bytes(bytes))).unwrap_err();
        let field = StringConverter::default().convert("t", Some(inside)).unwrap_err();

        assert_eq!(whole, ConvertError::BytesAsString);
        assert!(whole.to_string().contains("ByteArrayConverter"));
        assert_eq!(field, ConvertError::BytesInText);
        assert!(field.to_string().contains("JsonConverter"));
    }
}
