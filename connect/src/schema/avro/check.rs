//! What of Avro the connector takes, and which defaults fit.

use serde_json::Value;

use super::{Avro, AvroError, RecordField, RecordId, Type};

/// Checks the whole schema, in the official words.
pub(super) fn check(avro: &Avro) -> Result<(), AvroError> {
    if !matches!(avro.top, Type::Record(_)) {
        return Err(AvroError::new("Only Record schemas are supported at the top-level."));
    }
    Checker { avro, seen: Vec::new() }.kind(&avro.top, "").map_err(AvroError::new)
}

struct Checker<'a> {
    avro: &'a Avro,
    /// Full names of records that were looked into.
    seen: Vec<&'a str>,
}

impl<'a> Checker<'a> {
    fn kind(&mut self, kind: &'a Type, path: &str) -> Result<(), String> {
        let text = match kind {
            Type::Record(id) => return self.record(*id, path),
            Type::Array(items) => return self.kind(items, path),
            Type::Map(values) => return self.kind(values, path),
            Type::Union(branches) => return self.union(branches, path),
            Type::Fixed { .. } => {
                "Unsupported Avro schema type: 'FIXED'. The connector will not validate the length. Use bytes instead."
            }
            Type::Enum { .. } => {
                "Unsupported Avro schema type: 'ENUM'. The connector will not validate the values. Use string instead."
            }
            Type::Null | Type::Named { .. } => "Unsupported Avro schema type: 'NULL'.",
            _ => return Ok(()),
        };
        Err(at(path, text))
    }

    fn record(&mut self, id: RecordId, path: &str) -> Result<(), String> {
        let record = self.avro.record(id);
        if self.seen.contains(&&*record.full_name) {
            return Ok(());
        }
        self.seen.push(&record.full_name);
        record.fields.iter().try_for_each(|field| {
            let path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
            self.kind(&field.kind, &path)
        })
    }

    fn union(&mut self, branches: &'a [Type], path: &str) -> Result<(), String> {
        let (nulls, others): (Vec<&Type>, Vec<&Type>) = branches.iter().partition(|kind| matches!(kind, Type::Null));
        let (&[_], &[other]) = (&*nulls, &*others) else {
            let text = "Union Schemas are not supported, unless one value is null to represent an optional value.";
            return Err(at(path, text));
        };
        self.kind(other, "").map_err(|fault| {
            let mut letters = fault.chars();
            let first = letters.next().map(|letter| letter.to_ascii_lowercase()).unwrap_or_default();
            let fault = format!("{first}{}", letters.as_str());
            let outer = match other {
                Type::Record(_) => Some("RECORD"),
                Type::Array(_) => Some("ARRAY"),
                Type::Map(_) => Some("MAP"),
                _ => None,
            };
            let text = match outer {
                Some(outer) => format!(
                    "Union Schema contains an unsupported Avro schema type: '{outer}', which contains an {fault}"
                ),
                None => format!("Union Schema contains an {fault}"),
            };
            at(path, &text)
        })
    }
}

fn at(path: &str, text: &str) -> String {
    if path.is_empty() { text.to_owned() } else { format!("Field '{path}' is invalid. {text}") }
}

/// Checks a field's default, in Avro's words.
pub(super) fn check_default(avro: &Avro, field: &RecordField) -> Result<(), String> {
    match &field.default {
        Some(default) if !fits(avro, &field.kind, default, 0) => {
            Err(format!("Invalid default for field {}: {default} not a {}", field.name, field.written))
        }
        _ => Ok(()),
    }
}

/// Levels of nesting at which a default is given up: one that fills a record which contains itself has no end.
const MAX_DEPTH: usize = 128;

fn fits(avro: &Avro, kind: &Type, value: &Value, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let each = |kind: &Type, value: &Value| fits(avro, kind, value, depth + 1);
    match kind {
        Type::Null => value.is_null(),
        Type::Boolean => value.is_boolean(),
        Type::Int => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        Type::Long => value.is_i64(),
        Type::Float | Type::Double => value.is_number(),
        Type::String | Type::Bytes | Type::Enum { .. } | Type::Fixed { .. } => value.is_string(),
        Type::Array(items) => value.as_array().is_some_and(|values| values.iter().all(|value| each(items, value))),
        Type::Map(values) => value.as_object().is_some_and(|map| map.values().all(|value| each(values, value))),
        Type::Union(branches) => branches.iter().any(|branch| each(branch, value)),
        Type::Record(id) => value.as_object().is_some_and(|given| {
            avro.record(*id).fields.iter().all(|field| {
                given.get(&field.name).or(field.default.as_ref()).is_some_and(|value| each(&field.kind, value))
            })
        }),
        Type::Named { .. } => false,
    }
}
