//! Connect schemas: what a key or value is made of, and how BSON becomes it when `output.format.*` is `schema`.
//!
//! Called by [`crate::mongo`], which makes structures of documents, by [`crate::convert`], which writes them, and by the
//! configuration, which reads `output.schema.key` and `output.schema.value` ([`avro`]). Output as JSON text or BSON never comes
//! here. Must not know change events, topics or Kafka's bytes.
//!
//! The meanings are those of `org.apache.kafka.connect.data` and of the official connector's `source.schema`: what they make of
//! a document, to the last null, is in the golden files under `tests/data`.

pub mod avro;
mod index;
mod infer;
mod project;
#[cfg(test)]
mod properties;
mod value;
#[cfg(test)]
mod vectors;

use std::sync::Arc;

pub use infer::infer;
pub use project::{ProjectError, Projector};
pub use value::{Decimal, DecimalFault, Value};

/// Name of the schema of decimals; the parameter [`SCALE`] belongs to it.
pub const DECIMAL: &str = "org.apache.kafka.connect.data.Decimal";

/// Parameter of [`DECIMAL`]: digits behind the point, negative for powers of ten.
pub const SCALE: &str = "scale";

/// Name of the schema of days, an int32 since 1970.
pub const DATE: &str = "org.apache.kafka.connect.data.Date";

/// Name of the schema of times of day, an int32 of milliseconds.
pub const TIME: &str = "org.apache.kafka.connect.data.Time";

/// Name of the schema of instants, an int64 of milliseconds since 1970.
pub const TIMESTAMP: &str = "org.apache.kafka.connect.data.Timestamp";

/// A Connect schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// What the values are.
    pub kind: Kind,
    /// Null is a value.
    pub is_optional: bool,
    /// What stands for a value that is missing.
    pub default: Option<Value>,
    /// What the values mean: a record's name, or one of the logical types.
    pub name: Option<String>,
    /// The version of that meaning.
    pub version: Option<i32>,
    /// A remark for people.
    pub doc: Option<String>,
    /// Further facts of logical types, in order.
    pub parameters: Vec<(String, String)>,
}

/// The types of the Connect data API. Maps have text as keys: no source here makes others.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// 8 bits, signed.
    Int8,
    /// 16 bits, signed.
    Int16,
    /// 32 bits, signed.
    Int32,
    /// 64 bits, signed.
    Int64,
    /// Single precision.
    Float32,
    /// Double precision.
    Float64,
    /// True or false.
    Boolean,
    /// Text.
    String,
    /// Bytes.
    Bytes,
    /// Elements of one schema.
    Array(Arc<Schema>),
    /// Text to values of one schema.
    Map(Arc<Schema>),
    /// Fields in order.
    Struct(Vec<Field>),
}

/// A field of a structure.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name; with dots where it is taken from inside a document.
    pub name: String,
    /// What it holds.
    pub schema: Schema,
}

impl Kind {
    /// The name of the type in the data API, in small letters.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::Boolean => "boolean",
            Self::String => "string",
            Self::Bytes => "bytes",
            Self::Array(_) => "array",
            Self::Map(_) => "map",
            Self::Struct(_) => "struct",
        }
    }
}

impl Schema {
    /// A required schema without name or default.
    pub fn new(kind: Kind) -> Self {
        Self { kind, is_optional: false, default: None, name: None, version: None, doc: None, parameters: Vec::new() }
    }

    /// The same, null allowed.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// The same with a name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The same with a default.
    #[must_use]
    pub fn with_default(mut self, default: Value) -> Self {
        self.default = Some(default);
        self
    }

    /// Decimals of so many digits behind the point.
    pub fn decimal(scale: i32) -> Self {
        let mut schema = Self::logical(Kind::Bytes, DECIMAL);
        schema.parameters.push((SCALE.to_owned(), scale.to_string()));
        schema
    }

    /// Instants.
    pub fn timestamp() -> Self {
        Self::logical(Kind::Int64, TIMESTAMP)
    }

    fn logical(kind: Kind, name: &str) -> Self {
        Self { version: Some(1), ..Self::new(kind).named(name) }
    }

    /// The fields of a structure, none for other types.
    pub fn fields(&self) -> &[Field] {
        match &self.kind {
            Kind::Struct(fields) => fields,
            _ => &[],
        }
    }
}
