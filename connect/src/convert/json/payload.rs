//! Values as JSON.

use super::super::ConvertError;
use super::text::{base64, quote};
use crate::config::DecimalFormat;
use crate::json::{decimal, double};
use crate::record::Data;
use crate::schema::{DATE, DECIMAL, Decimal, Kind, SCALE, Schema, TIME, TIMESTAMP, Value};

const DAY_MS: i64 = 86_400_000;

/// Writes values.
#[derive(Clone, Copy)]
pub(super) struct Payload {
    pub(super) decimals: DecimalFormat,
    /// A null where the schema has a default is written as that.
    pub(super) replaces_null: bool,
}

impl Payload {
    /// Appends a whole key or value.
    pub(super) fn data(self, out: &mut Vec<u8>, data: &Data) -> Result<(), ConvertError> {
        match data {
            Data::Text(text) => quote(out, text),
            Data::Bytes(bytes) => base64(out, bytes),
            Data::Structure { schema, value } => return self.value(out, schema, value),
        }
        Ok(())
    }

    /// Appends a value of a schema.
    pub(super) fn value(self, out: &mut Vec<u8>, schema: &Schema, value: &Value) -> Result<(), ConvertError> {
        match value {
            Value::Null => return self.null(out, schema),
            Value::Int8(number) => integer(out, i64::from(*number)),
            Value::Int16(number) => integer(out, i64::from(*number)),
            Value::Int32(number) => integer(out, i64::from(*number)),
            Value::Int64(number) => integer(out, *number),
            Value::Float32(number) if number.is_finite() => double::write_java_float(out, *number),
            Value::Float64(number) if number.is_finite() => double::write_java(out, *number),
            Value::Float32(number) => unbounded(out, f64::from(*number)),
            Value::Float64(number) => unbounded(out, *number),
            Value::Boolean(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
            Value::String(text) => quote(out, text),
            Value::Bytes(bytes) => base64(out, bytes),
            Value::Decimal(decimal) => return self.decimal(out, schema, *decimal),
            Value::Instant(since_epoch_ms) => integer(out, instant(schema, *since_epoch_ms)?),
            Value::Array(values) => return self.array(out, schema, values),
            Value::Map(entries) => return self.map(out, schema, entries),
            Value::Struct(values) => return self.structure(out, schema, values),
        }
        Ok(())
    }

    fn null(self, out: &mut Vec<u8>, schema: &Schema) -> Result<(), ConvertError> {
        match &schema.default {
            Some(default) if self.replaces_null => self.value(out, schema, default),
            _ if schema.is_optional => {
                out.extend_from_slice(b"null");
                Ok(())
            }
            _ => Err(ConvertError::NullForRequired),
        }
    }

    fn decimal(self, out: &mut Vec<u8>, schema: &Schema, decimal: Decimal) -> Result<(), ConvertError> {
        match self.decimals {
            DecimalFormat::Numeric => {
                let magnitude = decimal.unscaled.unsigned_abs();
                decimal::write_number(out, decimal.unscaled < 0, magnitude, -decimal.scale);
            }
            DecimalFormat::Base64 => {
                let scale = schema.parameters.iter().find(|(name, _)| name == SCALE).map(|(_, scale)| scale);
                if schema.name.as_deref() == Some(DECIMAL) && scale != Some(&decimal.scale.to_string()) {
                    return Err(ConvertError::DecimalScale);
                }
                base64(out, &decimal.unscaled_bytes());
            }
        }
        Ok(())
    }

    fn array(self, out: &mut Vec<u8>, schema: &Schema, values: &[Value]) -> Result<(), ConvertError> {
        let Kind::Array(of) = &schema.kind else { return Err(ConvertError::Mismatch) };
        out.push(b'[');
        for (at, value) in values.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            self.value(out, of, value)?;
        }
        out.push(b']');
        Ok(())
    }

    fn map(self, out: &mut Vec<u8>, schema: &Schema, entries: &[(String, Value)]) -> Result<(), ConvertError> {
        let Kind::Map(of) = &schema.kind else { return Err(ConvertError::Mismatch) };
        out.push(b'{');
        for (at, (key, value)) in entries.iter().enumerate() {
            self.entry(out, at, key, of, value)?;
        }
        out.push(b'}');
        Ok(())
    }

    fn structure(self, out: &mut Vec<u8>, schema: &Schema, values: &[Value]) -> Result<(), ConvertError> {
        let Kind::Struct(fields) = &schema.kind else { return Err(ConvertError::Mismatch) };
        out.push(b'{');
        for (at, (field, value)) in fields.iter().zip(values).enumerate() {
            self.entry(out, at, &field.name, &field.schema, value)?;
        }
        out.push(b'}');
        Ok(())
    }

    fn entry(
        self,
        out: &mut Vec<u8>,
        at: usize,
        name: &str,
        schema: &Schema,
        value: &Value,
    ) -> Result<(), ConvertError> {
        if at > 0 {
            out.push(b',');
        }
        quote(out, name);
        out.push(b':');
        self.value(out, schema, value)
    }
}

fn integer(out: &mut Vec<u8>, number: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
}

/// JSON has no such numbers: Jackson puts them into quotes.
fn unbounded(out: &mut Vec<u8>, number: f64) {
    out.push(b'"');
    double::write_java(out, number);
    out.push(b'"');
}

/// An instant in the unit of its logical type.
fn instant(schema: &Schema, since_epoch_ms: i64) -> Result<i64, ConvertError> {
    match schema.name.as_deref() {
        Some(TIMESTAMP) => Ok(since_epoch_ms),
        Some(TIME) if (0..DAY_MS).contains(&since_epoch_ms) => Ok(since_epoch_ms),
        Some(DATE) if since_epoch_ms % DAY_MS == 0 => Ok(since_epoch_ms / DAY_MS),
        Some(TIME) => Err(ConvertError::TimeWithDate),
        Some(DATE) => Err(ConvertError::DateWithTime),
        _ => Err(ConvertError::Mismatch),
    }
}
