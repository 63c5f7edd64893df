//! The converters of a single boolean or number, in network byte order.
//!
//! The source makes text, bytes and structures, and none of them can be one of these: such a record is a conversion error in
//! Kafka's words, and only a null passes. A transform that takes one field out of a key is what makes these useful.

use bytes::Bytes;

use super::{ConvertError, Converter, class_of, kind_of};
use crate::config::Primitive;
use crate::record::Data;
use crate::schema::Value;

/// `BooleanConverter`, `ShortConverter`, `IntegerConverter`, `LongConverter`, `FloatConverter` or `DoubleConverter`.
#[derive(Debug, Clone, Copy)]
pub struct PrimitiveConverter(Primitive);

impl PrimitiveConverter {
    /// The converter of a type.
    pub fn new(of: Primitive) -> Self {
        Self(of)
    }
}

impl Converter for PrimitiveConverter {
    fn class_name(&self) -> &'static str {
        self.0.class()
    }

    fn convert(&mut self, _topic: &str, data: Option<Data>) -> Result<Option<Bytes>, ConvertError> {
        let Some(data) = data else { return Ok(None) };
        let value = match &data {
            Data::Structure { value, .. } => Some(value),
            Data::Text(_) | Data::Bytes(_) => None,
        };
        let bytes = match (self.0, value) {
            (_, Some(Value::Null)) => return Ok(None),
            (Primitive::Boolean, Some(Value::Boolean(flag))) => Bytes::copy_from_slice(&[u8::from(*flag)]),
            (Primitive::Short, Some(Value::Int16(number))) => Bytes::copy_from_slice(&number.to_be_bytes()),
            (Primitive::Integer, Some(Value::Int32(number))) => Bytes::copy_from_slice(&number.to_be_bytes()),
            (Primitive::Long, Some(Value::Int64(number))) => Bytes::copy_from_slice(&number.to_be_bytes()),
            (Primitive::Float, Some(Value::Float32(number))) => Bytes::copy_from_slice(&number.to_be_bytes()),
            (Primitive::Double, Some(Value::Float64(number))) => Bytes::copy_from_slice(&number.to_be_bytes()),
            (Primitive::Boolean, _) => {
                return Err(ConvertError::SchemaType { converter: "BooleanConverter", found: kind_of(&data) });
            }
            (number, _) => return Err(ConvertError::NotA { number: number.word(), found: class_of(&data) }),
        };
        Ok(Some(bytes))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use super::PrimitiveConverter;
    use crate::config::Primitive;
    use crate::convert::Converter;
    use crate::record::Data;
    use crate::schema::{Kind, Schema, Value};

    fn data(kind: Kind, value: Value) -> Data {
        Data::Structure { schema: Arc::new(Schema::new(kind)), value }
    }

    #[test]
    fn values_of_the_type_are_written_big_end_first_and_null_stays_null() {
        let cases: [(Primitive, Kind, Value, &'static [u8]); 6] = [
            (Primitive::Boolean, Kind::Boolean, Value::Boolean(true), &[1]),
            (Primitive::Short, Kind::Int16, Value::Int16(-2), &[0xFF, 0xFE]),
            (Primitive::Integer, Kind::Int32, Value::Int32(258), &[0, 0, 1, 2]),
            (Primitive::Long, Kind::Int64, Value::Int64(1), &[0, 0, 0, 0, 0, 0, 0, 1]),
            (Primitive::Float, Kind::Float32, Value::Float32(1.0), &[0x3F, 0x80, 0, 0]),
            (Primitive::Double, Kind::Float64, Value::Float64(1.0), &[0x3F, 0xF0, 0, 0, 0, 0, 0, 0]),
        ];
        for (primitive, kind, value, bytes) in cases {
            let mut converter = PrimitiveConverter::new(primitive);

            assert_eq!(converter.convert("t", Some(data(kind, value))), Ok(Some(Bytes::from_static(bytes))));
            assert_eq!(converter.convert("t", None), Ok(None));
        }
    }

    #[test]
    fn what_the_source_makes_is_refused_in_kafkas_words() {
        let structure = || data(Kind::Struct(Vec::new()), Value::Struct(Vec::new()));
        let refusal = |primitive, data| {
            PrimitiveConverter::new(primitive).convert("t", Some(data)).map_err(|error| error.to_string())
        };

        assert_eq!(
            refusal(Primitive::Boolean, Data::Text("true".to_owned())),
            Err("Invalid schema type for BooleanConverter: STRING".to_owned())
        );
        assert_eq!(
            refusal(Primitive::Integer, Data::Text("1".to_owned())),
            Err("Failed to serialize to integer (was class java.lang.String)".to_owned())
        );
        assert_eq!(
            refusal(Primitive::Long, Data::Bytes(Bytes::new())),
            Err("Failed to serialize to long (was class [B)".to_owned())
        );
        assert_eq!(
            refusal(Primitive::Double, structure()),
            Err("Failed to serialize to double (was class org.apache.kafka.connect.data.Struct)".to_owned())
        );
    }
}
