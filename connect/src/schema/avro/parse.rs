//! JSON text to an Avro schema, names resolved. Records may be named before they are defined.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::check::check_default;
use super::{Avro, AvroError, Record, RecordField, RecordId, Type};

/// Types without parts.
const PRIMITIVES: [(&str, Type); 8] = [
    ("null", Type::Null),
    ("boolean", Type::Boolean),
    ("int", Type::Int),
    ("long", Type::Long),
    ("float", Type::Float),
    ("double", Type::Double),
    ("bytes", Type::Bytes),
    ("string", Type::String),
];

pub(super) fn parse(text: &str) -> Result<Avro, AvroError> {
    let invalid = |fault: String| AvroError::new(format!("Invalid Avro schema. {fault}\n{text}"));
    if text.is_empty() {
        return Err(invalid("Cannot parse <null> schema".to_owned()));
    }
    let json = without_comments(text);
    let value: Value = serde_json::from_str(&json)
        .map_err(|fault| AvroError { offset: offset_of(text, &fault), ..invalid(fault.to_string()) })?;
    let mut parser = Parser { records: Vec::new(), names: HashMap::new() };
    let top = parser.kind(&value, "").map_err(invalid)?;
    parser.finish(top).map_err(invalid)
}

/// Avro's parser takes comments as Java has them; here they become spaces, so that places stay where they are.
fn without_comments(text: &str) -> String {
    let mut out = text.as_bytes().to_vec();
    let (mut at, mut is_quoted) = (0, false);
    while at < out.len() {
        match (is_quoted, &out[at..]) {
            (true, [b'\\', _, ..]) => at += 1,
            (_, [b'"', ..]) => is_quoted = !is_quoted,
            (false, rest @ ([b'/', b'/', ..] | [b'/', b'*', ..])) => {
                let size = if rest[1] == b'/' {
                    rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len())
                } else {
                    rest.windows(2).skip(2).position(|pair| pair == b"*/").map_or(rest.len(), |end| end + 4)
                };
                out[at..at + size].fill(b' ');
                at += size - 1;
            }
            _ => {}
        }
        at += 1;
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Where in the text the JSON ends to be JSON.
fn offset_of(text: &str, fault: &serde_json::Error) -> Option<usize> {
    let line_start: usize = text.split_inclusive('\n').take(fault.line().checked_sub(1)?).map(str::len).sum();
    Some((line_start + fault.column().saturating_sub(1)).min(text.len()))
}

struct Parser {
    records: Vec<Record>,
    names: HashMap<String, Type>,
}

type Parsed<T> = Result<T, String>;

impl Parser {
    /// A schema where names without dots belong to `space`.
    fn kind(&mut self, value: &Value, space: &str) -> Parsed<Type> {
        match value {
            Value::String(name) => {
                Ok(primitive(name).unwrap_or_else(|| Type::Named { name: name.clone(), space: space.to_owned() }))
            }
            Value::Array(branches) => self.union(value, branches, space),
            Value::Object(schema) => self.object(value, schema, space),
            _ => Err(format!("Schema not yet supported: {value}")),
        }
    }

    fn union(&mut self, value: &Value, branches: &[Value], space: &str) -> Parsed<Type> {
        let mut seen: Vec<String> = Vec::new();
        let mut kinds = Vec::new();
        for branch in branches {
            let kind = self.kind(branch, space)?;
            if matches!(kind, Type::Union(_)) {
                return Err(format!("Nested union: {value}"));
            }
            let name = self.name_of(&kind);
            if seen.contains(&name) {
                return Err(format!("Duplicate in union:{name}"));
            }
            seen.push(name);
            kinds.push(kind);
        }
        Ok(Type::Union(kinds))
    }

    fn name_of(&self, kind: &Type) -> String {
        match kind {
            Type::Array(_) => "array".to_owned(),
            Type::Map(_) => "map".to_owned(),
            Type::Record(RecordId(at)) => self.records[*at].full_name.clone(),
            Type::Enum { name } | Type::Fixed { name } => name.clone(),
            Type::Named { name, space } => full_name(name, space),
            kind => PRIMITIVES
                .iter()
                .find(|(_, primitive)| std::mem::discriminant(primitive) == std::mem::discriminant(kind))
                .map_or_else(String::new, |(name, _)| (*name).to_owned()),
        }
    }

    fn object(&mut self, value: &Value, schema: &Map<String, Value>, space: &str) -> Parsed<Type> {
        let name = text(schema, "type").ok_or_else(|| format!("No type: {value}"))?;
        match name {
            "record" | "error" => self.record(value, schema, space),
            "enum" | "fixed" => {
                let name = named(value, schema, space)?;
                let part = if text(schema, "type") == Some("enum") { "symbols" } else { "size" };
                let is_whole = match part {
                    "symbols" => schema.get(part).is_some_and(Value::is_array),
                    _ => schema.get(part).is_some_and(|size| size.is_i64() || size.is_u64()),
                };
                let kind = match (part, is_whole) {
                    ("symbols", true) => Type::Enum { name: name.clone() },
                    ("symbols", false) => return Err(format!("Enum has no symbols: {value}")),
                    (_, true) => Type::Fixed { name: name.clone() },
                    (_, false) => return Err(format!("Invalid or no size: {value}")),
                };
                self.names.insert(name, kind.clone());
                Ok(kind)
            }
            "array" => {
                let items = schema.get("items").ok_or_else(|| format!("Array has no items type: {value}"))?;
                Ok(Type::Array(Box::new(self.kind(items, space)?)))
            }
            "map" => {
                let values = schema.get("values").ok_or_else(|| format!("Map has no values type: {value}"))?;
                Ok(Type::Map(Box::new(self.kind(values, space)?)))
            }
            name => self.kind(&Value::String(name.to_owned()), space),
        }
    }

    fn record(&mut self, value: &Value, schema: &Map<String, Value>, space: &str) -> Parsed<Type> {
        let full_name = named(value, schema, space)?;
        if schema.get("aliases").is_some_and(|aliases| !aliases.is_array()) {
            return Err(format!("aliases not an array: {value}"));
        }
        let id = RecordId(self.records.len());
        self.records.push(Record { full_name: full_name.clone(), fields: Vec::new() });
        self.names.insert(full_name.clone(), Type::Record(id));
        let Some(Value::Array(fields)) = schema.get("fields") else {
            return Err(format!("Record has no fields: {value}"));
        };
        let inner_space = full_name.rsplit_once('.').map_or("", |(space, _)| space);
        let mut parsed: Vec<RecordField> = Vec::with_capacity(fields.len());
        for field in fields {
            let field = self.field(field, inner_space)?;
            if parsed.iter().any(|earlier| earlier.name == field.name) {
                return Err(format!("Duplicate field {} in record {full_name}", field.name));
            }
            parsed.push(field);
        }
        self.records[id.0].fields = parsed;
        Ok(Type::Record(id))
    }

    fn field(&mut self, value: &Value, space: &str) -> Parsed<RecordField> {
        let field = value.as_object();
        let name =
            field.and_then(|field| text(field, "name")).ok_or_else(|| format!("No field name: {value}"))?.to_owned();
        let written = field.and_then(|field| field.get("type")).ok_or_else(|| format!("No field type: {value}"))?;
        if let Some(order) = field.and_then(|field| text(field, "order"))
            && !["ascending", "descending", "ignore"].iter().any(|known| known.eq_ignore_ascii_case(order))
        {
            return Err(format!("No enum constant org.apache.avro.Schema.Field.Order.{}", order.to_uppercase()));
        }
        let kind = self.kind(written, space)?;
        let default = match field.and_then(|field| field.get("default")) {
            Some(Value::String(number)) if matches!(kind, Type::Float | Type::Double) => {
                let read: f64 = number.trim().parse().map_err(|_| format!("For input string: \"{number}\""))?;
                serde_json::Number::from_f64(read).map(Value::Number)
            }
            other => other.cloned(),
        };
        Ok(RecordField { name, kind, default, written: written.to_string() })
    }

    /// Looks names up and judges defaults, now that everything is defined.
    fn finish(self, top: Type) -> Parsed<Avro> {
        let names = &self.names;
        let records = self.records.into_iter().map(|record| {
            let fields =
                record.fields.into_iter().map(|field| Ok(RecordField { kind: resolved(names, field.kind)?, ..field }));
            Ok(Record { full_name: record.full_name, fields: fields.collect::<Parsed<_>>()? })
        });
        let avro = Avro { records: records.collect::<Parsed<_>>()?, top: resolved(names, top)? };
        for field in avro.records.iter().flat_map(|record| &record.fields) {
            check_default(&avro, field)?;
        }
        Ok(avro)
    }
}

fn resolved(names: &HashMap<String, Type>, kind: Type) -> Parsed<Type> {
    let each = |kind: Type| resolved(names, kind);
    Ok(match kind {
        Type::Array(items) => Type::Array(Box::new(each(*items)?)),
        Type::Map(values) => Type::Map(Box::new(each(*values)?)),
        Type::Union(branches) => Type::Union(branches.into_iter().map(each).collect::<Parsed<_>>()?),
        Type::Named { name, space } => names
            .get(&full_name(&name, &space))
            .or_else(|| names.get(&name))
            .cloned()
            .ok_or_else(|| format!("Undefined schema: {}", full_name(&name, &space)))?,
        kind => kind,
    })
}

fn primitive(name: &str) -> Option<Type> {
    PRIMITIVES.iter().find(|(known, _)| *known == name).map(|(_, kind)| kind.clone())
}

fn text<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    object.get(name).and_then(Value::as_str)
}

/// The full name of a definition.
fn named(value: &Value, schema: &Map<String, Value>, space: &str) -> Parsed<String> {
    let name = text(schema, "name").ok_or_else(|| format!("No name in schema: {value}"))?;
    let space = text(schema, "namespace").unwrap_or(space);
    if primitive(name).is_some() && space.is_empty() {
        return Err(format!("Schemas may not be named after primitives: {name}"));
    }
    Ok(full_name(name, space))
}

fn full_name(name: &str, space: &str) -> String {
    if space.is_empty() || name.contains('.') { name.to_owned() } else { format!("{space}.{name}") }
}
