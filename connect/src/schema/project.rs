//! A document as a value of a schema: the table of what becomes of which BSON type, as the official connector has it.

use std::fmt;
use std::sync::Arc;

use bson::RawDocument;
use bytes::Bytes;

use super::index::{Index, as_map};
use super::value::{Decimal, DecimalFault, Value};
use super::{DATE, DECIMAL, Field, Kind, Schema, TIME, TIMESTAMP};
use crate::json::reader::{Element, Reader, Unreadable, elements, tag};
use crate::json::{self, lossy};

/// Levels of nesting at most. MongoDB stores no more than 180.
pub(super) const MAX_DEPTH: usize = 256;

/// Why a document is no value of a schema. Names types and fields of the schema, never contents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectError {
    /// The BSON is malformed.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// A decimal has no place in a Connect schema.
    #[error(transparent)]
    Decimal(#[from] DecimalFault),
    /// A value of this type cannot become what the schema says.
    #[error("Schema type of {expected} but value was of type: {found}")]
    Type {
        /// The schema's type.
        expected: &'static str,
        /// The type in the document.
        found: &'static str,
    },
    /// A field is required, has no default and is not there.
    #[error("Missing field '{field}'")]
    Missing {
        /// Its name in the schema.
        field: String,
    },
    /// Nothing is left of a value that is required.
    #[error("Invalid value: null used for required {place}, schema type: {expected}")]
    Null {
        /// Where it is in the schema.
        place: String,
        /// The schema's type in capitals.
        expected: String,
    },
    /// A field without a name has no place in an inferred schema.
    #[error("fieldName cannot be null.")]
    NamelessField,
    /// The document is nested more deeply than any that MongoDB stores.
    #[error("it is nested deeper than 256 levels")]
    TooDeep,
}

/// Makes values of documents. One per task: it reuses its buffers.
#[derive(Debug)]
pub struct Projector {
    json: json::Writer,
}

impl Projector {
    /// A projector that writes what becomes text in this style.
    pub fn new(style: json::Style) -> Self {
        Self { json: json::Writer::new(style) }
    }

    /// The document as a structure of the schema's fields.
    ///
    /// # Errors
    /// The document does not fit the schema, or is malformed.
    pub fn project(&mut self, schema: &Schema, document: &RawDocument) -> Result<Value, ProjectError> {
        self.structure(schema, document, 0)
    }

    fn structure(&mut self, schema: &Schema, document: &RawDocument, depth: usize) -> Result<Value, ProjectError> {
        if depth > MAX_DEPTH {
            return Err(ProjectError::TooDeep);
        }
        let index = Index::of(document)?;
        let values = schema.fields().iter().map(|field| match find(&index, field.name.as_bytes())? {
            Some(element) => self.value(&field.schema, &element, Place::Field(&field.name), depth),
            None => missing(field),
        });
        Ok(Value::Struct(values.collect::<Result<_, ProjectError>>()?))
    }

    fn value(
        &mut self,
        schema: &Schema,
        element: &Element<'_>,
        place: Place<'_>,
        depth: usize,
    ) -> Result<Value, ProjectError> {
        if element.tag == tag::NULL && schema.is_optional {
            return Ok(Value::Null);
        }
        let unexpected = || ProjectError::Type { expected: schema.kind.name(), found: type_name(element.tag) };
        match &schema.kind {
            Kind::String => self.text(element).map(Value::String),
            Kind::Boolean if element.tag == tag::BOOLEAN => Ok(Value::Boolean(Reader::new(element.value).boolean()?)),
            Kind::Bytes => bytes(schema, element)?.ok_or_else(unexpected),
            Kind::Array(of) if element.tag == tag::ARRAY => self.array(of, element.nested()?, place, depth + 1),
            Kind::Map(of) if element.tag == tag::DOCUMENT => self.map(of, element.nested()?, place, depth + 1),
            Kind::Struct(_) if element.tag == tag::DOCUMENT => self.structure(schema, element.nested()?, depth + 1),
            Kind::Boolean | Kind::Array(_) | Kind::Map(_) | Kind::Struct(_) => Err(unexpected()),
            kind => match Number::read(element)?.ok_or_else(unexpected)? {
                Number::None if schema.is_optional => Ok(Value::Null),
                Number::None => {
                    Err(ProjectError::Null { place: place.to_string(), expected: kind.name().to_uppercase() })
                }
                number => Ok(logical(schema, number.of_kind(kind))),
            },
        }
    }

    /// Text as it is; anything else as JSON, without quotes where it begins and ends with them.
    fn text(&mut self, element: &Element<'_>) -> Result<String, ProjectError> {
        if element.tag == tag::STRING {
            return Ok(lossy(Reader::new(element.value).string()?).into_owned());
        }
        let written = self.json.value_bytes(element.tag, element.value)?;
        let bare = match written {
            [b'"', inside @ .., b'"'] => inside,
            whole => whole,
        };
        Ok(lossy(bare).into_owned())
    }

    fn array(
        &mut self,
        of: &Arc<Schema>,
        array: &RawDocument,
        place: Place<'_>,
        depth: usize,
    ) -> Result<Value, ProjectError> {
        if depth > MAX_DEPTH {
            return Err(ProjectError::TooDeep);
        }
        let values = elements(array).map(|element| self.value(of, &element?, Place::Element(&place), depth));
        Ok(Value::Array(values.collect::<Result<_, ProjectError>>()?))
    }

    fn map(
        &mut self,
        of: &Arc<Schema>,
        document: &RawDocument,
        place: Place<'_>,
        depth: usize,
    ) -> Result<Value, ProjectError> {
        if depth > MAX_DEPTH {
            return Err(ProjectError::TooDeep);
        }
        let entries = as_map(document)?.into_iter().map(|element| {
            let value = self.value(of, &element, Place::Entry(&place), depth)?;
            Ok((lossy(element.name).into_owned(), value))
        });
        Ok(Value::Map(entries.collect::<Result<_, ProjectError>>()?))
    }
}

/// Where a value is, in Kafka's words.
#[derive(Clone, Copy)]
enum Place<'a> {
    Field(&'a str),
    Element(&'a Place<'a>),
    Entry(&'a Place<'a>),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(formatter, "field: \"{name}\""),
            Self::Element(array) => write!(formatter, "element of array {array}"),
            Self::Entry(map) => write!(formatter, "value of map {map}"),
        }
    }
}

/// The field of that very name, or, where the name has dots, what is found on the way through sub-documents: the first part
/// names one, the rest is looked for in it in the same way.
fn find<'a>(index: &Index<'a>, name: &[u8]) -> Result<Option<Element<'a>>, ProjectError> {
    if let Some(element) = index.find(name) {
        return Ok(Some(*element));
    }
    let Some(dot) = name.iter().position(|byte| *byte == b'.') else { return Ok(None) };
    if name.ends_with(b".") {
        return Ok(None);
    }
    match index.find(&name[..dot]) {
        Some(element) if element.tag == tag::DOCUMENT => find(&Index::of(element.nested()?)?, &name[dot + 1..]),
        _ => Ok(None),
    }
}

fn missing(field: &Field) -> Result<Value, ProjectError> {
    match &field.schema.default {
        Some(default) => Ok(default.clone()),
        None if field.schema.is_optional => Ok(Value::Null),
        None => Err(ProjectError::Missing { field: field.name.clone() }),
    }
}

fn bytes(schema: &Schema, element: &Element<'_>) -> Result<Option<Value>, ProjectError> {
    let mut reader = Reader::new(element.value);
    Ok(match element.tag {
        tag::STRING => Some(Value::Bytes(Bytes::from(lossy(reader.string()?).into_owned()))),
        tag::BINARY => Some(Value::Bytes(Bytes::copy_from_slice(reader.binary()?.1))),
        tag::DECIMAL128 if schema.name.as_deref() == Some(DECIMAL) => {
            Some(Value::Decimal(Decimal::of_bits(reader.decimal128()?)?))
        }
        tag::DOCUMENT => Some(Value::Bytes(Bytes::copy_from_slice(element.value))),
        _ => None,
    })
}

/// A number as it is in the document.
#[derive(Clone, Copy)]
enum Number {
    Whole(i64),
    Double(f64),
    /// A decimal: the official connector reads nothing from it.
    None,
}

impl Number {
    /// Numbers, dates and timestamps; `None` for other types.
    fn read(element: &Element<'_>) -> Result<Option<Self>, Unreadable> {
        let mut reader = Reader::new(element.value);
        Ok(Some(match element.tag {
            tag::INT32 => Self::Whole(reader.int32()?.into()),
            tag::INT64 | tag::DATE => Self::Whole(reader.int64()?),
            tag::DOUBLE => Self::Double(reader.double()?),
            // The driver's seconds are signed.
            tag::TIMESTAMP => Self::Whole(i64::from(reader.timestamp()?.0 as i32) * 1000),
            tag::DECIMAL128 => Self::None,
            _ => return Ok(None),
        }))
    }

    /// Narrowed as Java casts: whole numbers lose their upper bits, doubles their fraction, and what is out of range becomes the
    /// nearest 64-bit number first.
    fn of_kind(self, kind: &Kind) -> Value {
        let (whole, double) = match self {
            Self::Whole(whole) => (whole, whole as f64),
            Self::Double(double) => (double as i64, double),
            Self::None => return Value::Null,
        };
        match kind {
            Kind::Int8 => Value::Int8(whole as i8),
            Kind::Int16 => Value::Int16(whole as i16),
            Kind::Int32 => Value::Int32(whole as i32),
            Kind::Int64 => Value::Int64(whole),
            Kind::Float32 => Value::Float32(double as f32),
            _ => Value::Float64(double),
        }
    }
}

/// A number under the name of a logical type is an instant.
fn logical(schema: &Schema, number: Value) -> Value {
    const DAY_MS: i64 = 86_400_000;
    match (schema.name.as_deref(), number) {
        (Some(TIMESTAMP), Value::Int64(since_epoch_ms)) => Value::Instant(since_epoch_ms),
        (Some(TIME), Value::Int32(of_day_ms)) => Value::Instant(of_day_ms.into()),
        (Some(DATE), Value::Int32(days)) => Value::Instant(i64::from(days) * DAY_MS),
        (_, number) => number,
    }
}

/// The driver's name of a type, in small letters.
fn type_name(type_byte: u8) -> &'static str {
    match type_byte {
        tag::DOUBLE => "double",
        tag::STRING => "string",
        tag::DOCUMENT => "document",
        tag::ARRAY => "array",
        tag::BINARY => "binary",
        tag::UNDEFINED => "undefined",
        tag::OBJECT_ID => "object_id",
        tag::BOOLEAN => "boolean",
        tag::DATE => "date_time",
        tag::NULL => "null",
        tag::REGEX => "regular_expression",
        tag::DB_POINTER => "db_pointer",
        tag::CODE => "javascript",
        tag::SYMBOL => "symbol",
        tag::CODE_WITH_SCOPE => "javascript_with_scope",
        tag::INT32 => "int32",
        tag::TIMESTAMP => "timestamp",
        tag::INT64 => "int64",
        tag::DECIMAL128 => "decimal128",
        tag::MIN_KEY => "min_key",
        _ => "max_key",
    }
}
