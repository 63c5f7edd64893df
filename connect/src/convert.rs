//! Converters: from what a record means to the bytes that Kafka gets, as `key.converter` and `value.converter` name them.
//!
//! Called by [`crate::mongo::RecordEncoder`]. A converter sees data, not where it came from; a null stays null through each of
//! them, so that a tombstone cannot be lost.

mod byte_array;
mod json;
mod string;

use bytes::Bytes;

pub use byte_array::ByteArrayConverter;
pub use json::JsonConverter;
pub use string::StringConverter;

use crate::config::ConverterConfig;
use crate::record::Data;

/// Turns data into bytes. Deterministic: the same data gives the same bytes, because the key's bytes decide the partition.
pub trait Converter: Send + Sync {
    /// The Java class that configurations name it by.
    fn class_name(&self) -> &'static str;

    /// The bytes of a key or value; `None`, Kafka's null, if and only if `data` is `None`. `topic` is for converters that keep
    /// a schema for each topic.
    ///
    /// # Errors
    /// Data of a kind that this converter does not take. The error names the kind, never the contents.
    fn convert(&self, topic: &str, data: Option<Data>) -> Result<Option<Bytes>, ConvertError>;
}

/// Data of a kind that a converter does not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// `ByteArrayConverter` on text, in Kafka's words.
    #[error("Invalid schema type for ByteArrayConverter: STRING")]
    TextAsByteArray,
    /// `StringConverter` on bytes. Kafka's own writes the identity of a Java object (`[B@1b2c3d`) and calls it done.
    #[error("Invalid schema type for StringConverter: BYTES; output.format bson needs ByteArrayConverter")]
    BytesAsString,
}

/// The converter that a configuration asks for.
pub fn converter(config: &ConverterConfig) -> Box<dyn Converter> {
    match config {
        ConverterConfig::String => Box::new(StringConverter),
        ConverterConfig::JsonWithoutSchemas => Box::new(JsonConverter),
        ConverterConfig::ByteArray => Box::new(ByteArrayConverter),
    }
}
