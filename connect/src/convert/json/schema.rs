//! Schemas as JSON, the `schema` beside each `payload`.

use super::super::ConvertError;
use super::payload::Payload;
use super::text::quote;
use crate::schema::{Kind, Schema};

/// Appends a schema. `field` is the name of the field that has it, which stands at its end.
pub(super) fn write(
    out: &mut Vec<u8>,
    schema: &Schema,
    field: Option<&str>,
    payload: Payload,
) -> Result<(), ConvertError> {
    out.extend_from_slice(b"{\"type\":\"");
    out.extend_from_slice(type_name(&schema.kind).as_bytes());
    out.push(b'"');
    match &schema.kind {
        Kind::Array(of) => {
            out.extend_from_slice(b",\"items\":");
            write(out, of, None, payload)?;
        }
        Kind::Map(of) => {
            out.extend_from_slice(b",\"keys\":{\"type\":\"string\",\"optional\":false},\"values\":");
            write(out, of, None, payload)?;
        }
        Kind::Struct(fields) => {
            out.extend_from_slice(b",\"fields\":[");
            for (at, field) in fields.iter().enumerate() {
                if at > 0 {
                    out.push(b',');
                }
                write(out, &field.schema, Some(&field.name), payload)?;
            }
            out.push(b']');
        }
        _ => {}
    }
    out.extend_from_slice(if schema.is_optional { b",\"optional\":true" } else { b",\"optional\":false" });
    facts(out, schema, payload)?;
    if let Some(name) = field {
        out.extend_from_slice(b",\"field\":");
        quote(out, name);
    }
    out.push(b'}');
    Ok(())
}

/// Name, version, doc, parameters and default, where there are any.
fn facts(out: &mut Vec<u8>, schema: &Schema, payload: Payload) -> Result<(), ConvertError> {
    if let Some(name) = &schema.name {
        out.extend_from_slice(b",\"name\":");
        quote(out, name);
    }
    if let Some(version) = schema.version {
        out.extend_from_slice(b",\"version\":");
        out.extend_from_slice(itoa::Buffer::new().format(version).as_bytes());
    }
    if let Some(doc) = &schema.doc {
        out.extend_from_slice(b",\"doc\":");
        quote(out, doc);
    }
    if !schema.parameters.is_empty() {
        out.extend_from_slice(b",\"parameters\":{");
        for (at, (name, value)) in schema.parameters.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            quote(out, name);
            out.push(b':');
            quote(out, value);
        }
        out.push(b'}');
    }
    if let Some(default) = &schema.default {
        out.extend_from_slice(b",\"default\":");
        payload.value(out, schema, default)?;
    }
    Ok(())
}

/// The converter's names of the types; two differ from those of the data API.
fn type_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Float32 => "float",
        Kind::Float64 => "double",
        kind => kind.name(),
    }
}
