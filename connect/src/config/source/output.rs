//! What keys and values are made of, and how they become bytes: `output.*`, `key.converter.*`, `value.converter.*`.

use std::sync::Arc;

use crate::schema::Schema;

/// `output.format.key` and `.value`.
#[derive(Debug, Clone, PartialEq)]
pub enum OutputFormat {
    /// JSON text (Connect STRING).
    Json,
    /// Raw BSON (Connect BYTES).
    Bson,
    /// A structure of a schema: `output.schema.key` or `output.schema.value`.
    Schema(Arc<Schema>),
    /// A structure whose schema is made for each document: `output.schema.infer.value`.
    InferredSchema,
}

/// `output.json.formatter`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonFormatterKind {
    /// `DefaultJson`: legacy strict extended JSON.
    Default,
    /// `ExtendedJson`: canonical extended JSON v2.
    Extended,
    /// `SimplifiedJson`: plain JSON.
    Simplified,
}

/// `key.converter` / `value.converter` with their own options.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConverterConfig {
    /// `org.apache.kafka.connect.storage.StringConverter`, with its `converter.encoding`.
    String(Charset),
    /// `org.apache.kafka.connect.json.JsonConverter`.
    Json(JsonConverterConfig),
    /// `org.apache.kafka.connect.converters.ByteArrayConverter`.
    ByteArray,
    /// The converter of a single boolean or number.
    Primitive(Primitive),
}

/// The options of `JsonConverter` that decide about bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JsonConverterConfig {
    /// `schemas.enable`: every record carries its schema.
    pub schemas_enable: bool,
    /// `decimal.format`.
    pub decimal_format: DecimalFormat,
    /// `replace.null.with.default`: a null is written as the default of its schema.
    pub replace_null_with_default: bool,
}

/// `decimal.format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalFormat {
    /// The unscaled digits as bytes, in base64.
    Base64,
    /// A JSON number.
    Numeric,
}

/// `converter.encoding` of `StringConverter`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8.
    #[default]
    Utf8,
    /// US-ASCII.
    Ascii,
    /// ISO-8859-1.
    Latin1,
    /// UTF-16 with a byte order mark, big end first.
    Utf16,
    /// UTF-16, big end first.
    Utf16Be,
    /// UTF-16, little end first.
    Utf16Le,
}

impl Charset {
    /// Finds a character set by one of the names that Java knows it by, in any case.
    pub fn find(name: &str) -> Option<Self> {
        Some(match &*name.to_ascii_uppercase() {
            "UTF-8" | "UTF8" | "UNICODE-1-1-UTF-8" => Self::Utf8,
            "US-ASCII" | "ASCII" | "ISO646-US" | "ASCII7" | "CP367" | "646" => Self::Ascii,
            "ISO-8859-1" | "ISO8859-1" | "ISO8859_1" | "ISO_8859-1" | "ISO_8859_1" | "LATIN1" | "L1" | "CP819" => {
                Self::Latin1
            }
            "UTF-16" | "UTF16" | "UTF_16" | "UNICODE" | "UNICODEBIG" => Self::Utf16,
            "UTF-16BE" | "UTF_16BE" | "X-UTF-16BE" | "UNICODEBIGUNMARKED" => Self::Utf16Be,
            "UTF-16LE" | "UTF_16LE" | "X-UTF-16LE" | "UNICODELITTLEUNMARKED" => Self::Utf16Le,
            _ => return None,
        })
    }
}

/// What a converter of single values takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Primitive {
    /// `BooleanConverter`.
    Boolean,
    /// `ShortConverter`: 16 bits.
    Short,
    /// `IntegerConverter`: 32 bits.
    Integer,
    /// `LongConverter`: 64 bits.
    Long,
    /// `FloatConverter`.
    Float,
    /// `DoubleConverter`.
    Double,
}

impl Primitive {
    /// Java class name of the converter.
    pub fn class(self) -> &'static str {
        match self {
            Self::Boolean => "org.apache.kafka.connect.converters.BooleanConverter",
            Self::Short => "org.apache.kafka.connect.converters.ShortConverter",
            Self::Integer => "org.apache.kafka.connect.converters.IntegerConverter",
            Self::Long => "org.apache.kafka.connect.converters.LongConverter",
            Self::Float => "org.apache.kafka.connect.converters.FloatConverter",
            Self::Double => "org.apache.kafka.connect.converters.DoubleConverter",
        }
    }

    /// The word for it in the converter's messages.
    pub fn word(self) -> &'static str {
        match self {
            Self::Boolean => "boolean",
            Self::Short => "short",
            Self::Integer => "integer",
            Self::Long => "long",
            Self::Float => "float",
            Self::Double => "double",
        }
    }
}

/// Formats and converters.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputConfig {
    /// Format of keys.
    pub key_format: OutputFormat,
    /// Format of values.
    pub value_format: OutputFormat,
    /// How JSON text is written.
    pub json_formatter: JsonFormatterKind,
    /// Converter of keys.
    pub key_converter: ConverterConfig,
    /// Converter of values.
    pub value_converter: ConverterConfig,
}
