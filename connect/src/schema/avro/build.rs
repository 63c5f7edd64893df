//! An Avro schema that was checked, as a Connect schema.
//!
//! A record that contains itself through an array or a map has, inside, the fields that come before: this is what the official
//! connector makes of it. One that contains itself directly is refused, since no value of it would ever be complete; there the
//! task fails when it starts, or at every record.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Avro, RecordId, Type};
use crate::schema::{Field, Kind, Schema, Value};

/// Why a schema that is allowed cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// A record contains itself.
    #[error("Field '{field}' is invalid. The record '{record}' contains itself, so no document can ever fill it.")]
    Endless {
        /// The field that holds the record.
        field: String,
        /// The record.
        record: String,
    },
    /// A field has an empty name.
    #[error("fieldName cannot be null.")]
    NamelessField,
}

pub(super) fn build(avro: &Avro) -> Result<Schema, BuildError> {
    Builder { avro, open: Vec::new() }.schema(&avro.top, None, "")
}

struct Builder<'a> {
    avro: &'a Avro,
    /// Records that are being built, with their fields so far.
    open: Vec<(RecordId, Vec<Field>)>,
}

impl Builder<'_> {
    fn schema(&mut self, kind: &Type, default: Option<&Json>, field: &str) -> Result<Schema, BuildError> {
        let mut schema = Schema::new(match kind {
            Type::Record(id) => return self.record(*id, default, field),
            // What is left of a union is its one other type; a default of it has no effect.
            Type::Union(branches) => {
                let other = branches.iter().find(|branch| !matches!(branch, Type::Null)).unwrap_or(kind);
                return self.schema(other, None, field).map(Schema::optional);
            }
            Type::Array(items) => Kind::Array(self.inner(items, default, field)?),
            Type::Map(values) => Kind::Map(self.inner(values, default, field)?),
            Type::Boolean => Kind::Boolean,
            Type::Int => Kind::Int32,
            Type::Long => Kind::Int64,
            Type::Float => Kind::Float32,
            Type::Double => Kind::Float64,
            Type::Bytes => Kind::Bytes,
            // Checked before: nothing else is left.
            Type::String | Type::Null | Type::Enum { .. } | Type::Fixed { .. } | Type::Named { .. } => Kind::String,
        });
        schema.default = default.map(|default| value(default, &schema));
        Ok(schema)
    }

    fn record(&mut self, id: RecordId, default: Option<&Json>, field: &str) -> Result<Schema, BuildError> {
        let record = self.avro.record(id);
        if self.open.iter().any(|(open, _)| *open == id) {
            return Err(BuildError::Endless { field: field.to_owned(), record: record.full_name.clone() });
        }
        self.open.push((id, Vec::new()));
        for field in &record.fields {
            if field.name.is_empty() {
                return Err(BuildError::NamelessField);
            }
            let schema = self.schema(&field.kind, field.default.as_ref(), &field.name)?;
            if let Some((_, fields)) = self.open.last_mut() {
                fields.push(Field { name: field.name.clone(), schema });
            }
        }
        let fields = self.open.pop().map(|(_, fields)| fields).unwrap_or_default();
        let mut schema = Schema::new(Kind::Struct(fields)).named(&*record.full_name);
        schema.default = default.map(|default| value(default, &schema));
        Ok(schema)
    }

    /// The schema of elements or values. The official connector hands them the default of the whole, which it keeps where it
    /// happens to fit: a default array where elements are arrays again.
    fn inner(&mut self, kind: &Type, default: Option<&Json>, field: &str) -> Result<Arc<Schema>, BuildError> {
        if let Type::Record(id) = kind
            && let Some((_, fields)) = self.open.iter().find(|(open, _)| open == id)
        {
            let name = &*self.avro.record(*id).full_name;
            return Ok(Arc::new(Schema::new(Kind::Struct(fields.clone())).named(name)));
        }
        let handed = default.filter(|default| match kind {
            Type::Array(_) => default.as_array().is_some_and(Vec::is_empty),
            Type::Map(_) => default.as_object().is_some_and(serde_json::Map::is_empty),
            _ => false,
        });
        self.schema(kind, handed, field).map(Arc::new)
    }
}

/// A default as a value. It fits, except for what unions let through, and that is null.
fn value(default: &Json, schema: &Schema) -> Value {
    match (&schema.kind, default) {
        (Kind::Boolean, Json::Bool(flag)) => Value::Boolean(*flag),
        (Kind::Int32, number) if number.is_i64() => Value::Int32(number.as_i64().unwrap_or_default() as i32),
        (Kind::Int64, number) if number.is_i64() => Value::Int64(number.as_i64().unwrap_or_default()),
        (Kind::Float32, number) if number.is_number() => Value::Float32(number.as_f64().unwrap_or_default() as f32),
        (Kind::Float64, number) if number.is_number() => Value::Float64(number.as_f64().unwrap_or_default()),
        (Kind::String, Json::String(text)) => Value::String(text.clone()),
        // Avro writes bytes as the characters of Latin-1; Java turns others into question marks.
        (Kind::Bytes, Json::String(text)) => {
            Value::Bytes(text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect())
        }
        (Kind::Array(of), Json::Array(values)) => Value::Array(values.iter().map(|one| value(one, of)).collect()),
        (Kind::Map(of), Json::Object(map)) => {
            Value::Map(map.iter().map(|(key, one)| (key.clone(), value(one, of))).collect())
        }
        (Kind::Struct(fields), Json::Object(map)) => {
            let values = fields.iter().map(|field| match (map.get(&field.name), &field.schema.default) {
                (Some(given), _) => value(given, &field.schema),
                (None, Some(default)) => default.clone(),
                (None, None) => Value::Null,
            });
            Value::Struct(values.collect())
        }
        _ => Value::Null,
    }
}
