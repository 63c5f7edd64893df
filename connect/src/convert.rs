//! Converters: from what a record means to the bytes that Kafka gets, as `key.converter` and `value.converter` name them.
//!
//! Called by [`crate::mongo::RecordEncoder`]. A converter sees data, not where it came from; a null stays null through each of
//! them, so that a tombstone cannot be lost.

mod byte_array;
mod json;
mod primitive;
mod string;

use bytes::Bytes;

pub use byte_array::ByteArrayConverter;
pub use json::JsonConverter;
pub use primitive::PrimitiveConverter;
pub use string::StringConverter;

use crate::config::ConverterConfig;
use crate::record::Data;
use crate::schema::Value;

/// Turns data into bytes. Deterministic: the same data gives the same bytes, because the key's bytes decide the partition.
pub trait Converter: Send + Sync {
    /// The Java class that configurations name it by.
    fn class_name(&self) -> &'static str;

    /// The bytes of a key or value; `None`, Kafka's null, if `data` is `None`. `topic` is for converters that keep a schema for
    /// each topic.
    ///
    /// # Errors
    /// Data of a kind that this converter does not take. The error names the kind, never the contents; the converter is as good
    /// as before.
    fn convert(&mut self, topic: &str, data: Option<Data>) -> Result<Option<Bytes>, ConvertError>;
}

/// Data that a converter does not take, in Kafka's words where it has any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// `ByteArrayConverter` or `BooleanConverter` on data of another type.
    #[error("Invalid schema type for {converter}: {found}")]
    SchemaType {
        /// The converter's simple name.
        converter: &'static str,
        /// The type of the data in capitals.
        found: &'static str,
    },
    /// A converter of numbers on data of another type.
    #[error("Failed to serialize to {number} (was {found})")]
    NotA {
        /// The converter's word for its type.
        number: &'static str,
        /// The Java class that the data would have.
        found: &'static str,
    },
    /// `StringConverter` on bytes. Kafka's own writes the identity of a Java object (`[B@1b2c3d`) and calls it done.
    #[error("Invalid schema type for StringConverter: BYTES; output.format bson needs ByteArrayConverter")]
    BytesAsString,
    /// The same inside a structure.
    #[error("A structure with bytes in it cannot be written by StringConverter; JsonConverter writes them as base64")]
    BytesInText,
    /// A null where neither the schema allows one nor a default stands for it.
    #[error("Conversion error: null value for field that is required and has no default value")]
    NullForRequired,
    /// A decimal with more or fewer digits behind the point than its schema says.
    #[error("Decimal value has mismatching scale for given Decimal schema.")]
    DecimalScale,
    /// A day that is not a whole one.
    #[error("Kafka Connect Date type should not have any time fields set to non-zero values.")]
    DateWithTime,
    /// A time of day that is not on the first day.
    #[error("Kafka Connect Time type should not have any date fields set to non-zero values.")]
    TimeWithDate,
    /// A value that is none of its schema.
    #[error("Mismatching schema.")]
    Mismatch,
}

/// The converter that a configuration asks for.
pub fn converter(config: &ConverterConfig) -> Box<dyn Converter> {
    match config {
        ConverterConfig::String(charset) => Box::new(StringConverter::new(*charset)),
        ConverterConfig::Json(config) => Box::new(JsonConverter::new(*config)),
        ConverterConfig::ByteArray => Box::new(ByteArrayConverter),
        ConverterConfig::Primitive(primitive) => Box::new(PrimitiveConverter::new(*primitive)),
    }
}

/// The schema type of data, in capitals.
fn kind_of(data: &Data) -> &'static str {
    let Data::Structure { schema, .. } = data else {
        return if matches!(data, Data::Text(_)) { "STRING" } else { "BYTES" };
    };
    match schema.kind.name() {
        "int8" => "INT8",
        "int16" => "INT16",
        "int32" => "INT32",
        "int64" => "INT64",
        "float32" => "FLOAT32",
        "float64" => "FLOAT64",
        "boolean" => "BOOLEAN",
        "string" => "STRING",
        "bytes" => "BYTES",
        "array" => "ARRAY",
        "map" => "MAP",
        _ => "STRUCT",
    }
}

/// The Java class of data, as it calls itself.
fn class_of(data: &Data) -> &'static str {
    match data {
        Data::Text(_) => "class java.lang.String",
        Data::Bytes(_) => "class [B",
        Data::Structure { value, .. } => match value {
            Value::Int8(_) => "class java.lang.Byte",
            Value::Int16(_) => "class java.lang.Short",
            Value::Int32(_) => "class java.lang.Integer",
            Value::Int64(_) => "class java.lang.Long",
            Value::Float32(_) => "class java.lang.Float",
            Value::Float64(_) => "class java.lang.Double",
            Value::Boolean(_) => "class java.lang.Boolean",
            Value::String(_) => "class java.lang.String",
            Value::Bytes(_) => "class [B",
            Value::Decimal(_) => "class java.math.BigDecimal",
            Value::Instant(_) => "class java.util.Date",
            Value::Array(_) => "class java.util.ArrayList",
            Value::Map(_) => "class java.util.LinkedHashMap",
            Value::Struct(_) | Value::Null => "class org.apache.kafka.connect.data.Struct",
        },
    }
}
