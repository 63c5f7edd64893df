//! `ByteArrayConverter`: bytes as they are.

use bytes::Bytes;

use super::{ConvertError, Converter, kind_of};
use crate::record::Data;

/// `org.apache.kafka.connect.converters.ByteArrayConverter`.
#[derive(Debug, Clone, Copy, Default)]
pub struct ByteArrayConverter;

impl Converter for ByteArrayConverter {
    fn class_name(&self) -> &'static str {
        "org.apache.kafka.connect.converters.ByteArrayConverter"
    }

    fn convert(&mut self, _topic: &str, data: Option<Data>) -> Result<Option<Bytes>, ConvertError> {
        match data {
            None => Ok(None),
            Some(Data::Bytes(bytes)) => Ok(Some(bytes)),
            Some(other) => Err(ConvertError::SchemaType { converter: "ByteArrayConverter", found: kind_of(&other) }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bytes::Bytes;

    use super::ByteArrayConverter;
    use crate::convert::Converter;
    use crate::record::Data;

    #[test]
    fn bytes_pass_and_null_stays_null() {
        let bytes = Bytes::from_static(&[5, 0, 0, 0, 0]);

        assert_eq!(ByteArrayConverter.convert("t", Some(Data::Bytes(bytes.clone()))), Ok(Some(bytes)));
        assert_eq!(ByteArrayConverter.convert("t", None), Ok(None));
    }

    #[test]
    fn text_is_refused_in_kafkas_words() {
        let error = ByteArrayConverter.convert("t", Some(Data::Text("{}".to_owned()))).unwrap_err();

        assert_eq!(error.to_string(), "Invalid schema type for ByteArrayConverter: STRING");
    }
}
