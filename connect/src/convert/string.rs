//! `StringConverter`: text as it is, in UTF-8.

use bytes::Bytes;

use super::{ConvertError, Converter};
use crate::record::Data;

/// `org.apache.kafka.connect.storage.StringConverter`.
#[derive(Debug, Clone, Copy, Default)]
pub struct StringConverter;

impl Converter for StringConverter {
    fn class_name(&self) -> &'static str {
        "org.apache.kafka.connect.storage.StringConverter"
    }

    fn convert(&self, _topic: &str, data: Option<Data>) -> Result<Option<Bytes>, ConvertError> {
        match data {
            None => Ok(None),
            Some(Data::Text(text)) => Ok(Some(text.into())),
            Some(Data::Bytes(_)) => Err(ConvertError::BytesAsString),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bytes::Bytes;

    use super::StringConverter;
    use crate::convert::{ConvertError, Converter};
    use crate::record::Data;

    #[test]
    fn text_becomes_its_utf_8_bytes_and_null_stays_null() {
        let convert = |data| StringConverter.convert("t", data);

        assert_eq!(convert(Some(Data::Text("환자 1".to_owned()))), Ok(Some(Bytes::from("환자 1"))));
        assert_eq!(convert(Some(Data::Text(String::new()))), Ok(Some(Bytes::new())));
        assert_eq!(convert(None), Ok(None));
    }

    #[test]
    fn bytes_are_refused_with_what_to_use_instead() {
        let error = StringConverter.convert("t", Some(Data::Bytes(Bytes::from_static(&[1])))).unwrap_err();

        assert_eq!(error, ConvertError::BytesAsString);
        assert!(error.to_string().contains("ByteArrayConverter"));
    }
}
