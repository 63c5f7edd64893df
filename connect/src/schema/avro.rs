//! `output.schema.key` and `output.schema.value`: Avro schemas, as far as the official connector takes them, and the Connect
//! schemas that they become.
//!
//! [`check`] is what validation asks, with the connector's own words; [`connect_schema`] is what a task runs with. Names are not
//! checked, on purpose: a field may be called `fullDocument.address.city`. Logical types, docs and aliases have no effect.

mod build;
mod check;
mod parse;

pub use build::BuildError;

use super::Schema;

/// What is wrong with the text of a schema, worded as the official connector words it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct AvroError {
    /// The whole message.
    pub message: String,
    /// Byte offset into the text, where the text is no JSON.
    pub offset: Option<usize>,
}

impl AvroError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), offset: None }
    }
}

/// Whether the text is a schema that the connector takes.
///
/// # Errors
/// Why not.
pub fn check(text: &str) -> Result<(), AvroError> {
    parsed(text).map(drop)
}

/// The Connect schema of an Avro schema.
///
/// # Errors
/// As [`check`]; besides, a record that contains itself and so is never complete, and a field without a name.
pub fn connect_schema(text: &str) -> Result<Schema, AvroError> {
    build::build(&parsed(text)?).map_err(|fault| AvroError::new(fault.to_string()))
}

fn parsed(text: &str) -> Result<Avro, AvroError> {
    let avro = parse::parse(text)?;
    check::check(&avro)?;
    Ok(avro)
}

/// A schema after its names are resolved.
struct Avro {
    /// Every record, so that one may hold itself.
    records: Vec<Record>,
    top: Type,
}

#[derive(Clone)]
enum Type {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Array(Box<Type>),
    Map(Box<Type>),
    Union(Vec<Type>),
    Enum {
        name: String,
    },
    Fixed {
        name: String,
    },
    Record(RecordId),
    /// A name not yet looked up; none is left after parsing.
    Named {
        name: String,
        space: String,
    },
}

/// Place of a record in [`Avro::records`].
#[derive(Clone, Copy, PartialEq, Eq)]
struct RecordId(usize);

struct Record {
    full_name: String,
    fields: Vec<RecordField>,
}

struct RecordField {
    name: String,
    kind: Type,
    default: Option<serde_json::Value>,
    /// The type as it was written, for messages.
    written: String,
}

impl Avro {
    fn record(&self, RecordId(at): RecordId) -> &Record {
        &self.records[at]
    }
}
