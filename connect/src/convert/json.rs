//! `JsonConverter`: values as JSON, with or without the schema around them, byte for byte as Jackson writes them.
//!
//! With `output.format.value=json` this quotes JSON inside JSON, which few people want and many configure; consumers that
//! unwrap it twice must still find what the Java converter wrote.

mod payload;
mod schema;
mod text;

use std::sync::Arc;

use bytes::Bytes;

use self::payload::Payload;
use super::{ConvertError, Converter};
use crate::config::JsonConverterConfig;
use crate::record::Data;
use crate::schema::Schema;

/// `org.apache.kafka.connect.json.JsonConverter`.
#[derive(Debug, Clone)]
pub struct JsonConverter {
    config: JsonConverterConfig,
    /// The schema of the last record and its text: a schema that was configured is the same for all.
    last_schema: Option<(Arc<Schema>, Vec<u8>)>,
    /// How many bytes the last record had, which is a good guess for the next.
    last_size_bytes: usize,
}

impl JsonConverter {
    /// A converter with these options.
    pub fn new(config: JsonConverterConfig) -> Self {
        Self { config, last_schema: None, last_size_bytes: 0 }
    }

    fn payload(&self) -> Payload {
        Payload { decimals: self.config.decimal_format, replaces_null: self.config.replace_null_with_default }
    }

    fn write(&mut self, out: &mut Vec<u8>, data: &Data) -> Result<(), ConvertError> {
        let payload = self.payload();
        if !self.config.schemas_enable {
            return payload.data(out, data);
        }
        out.extend_from_slice(b"{\"schema\":");
        match data {
            Data::Text(_) => out.extend_from_slice(b"{\"type\":\"string\",\"optional\":false}"),
            Data::Bytes(_) => out.extend_from_slice(b"{\"type\":\"bytes\",\"optional\":false}"),
            Data::Structure { schema, .. } => out.extend_from_slice(self.schema_text(schema)?),
        }
        out.extend_from_slice(b",\"payload\":");
        payload.data(out, data)?;
        out.push(b'}');
        Ok(())
    }

    /// The text of a schema; that of the last one is kept.
    fn schema_text(&mut self, schema: &Arc<Schema>) -> Result<&[u8], ConvertError> {
        let kept = match self.last_schema.take() {
            Some((last, text)) if Arc::ptr_eq(&last, schema) => (last, text),
            _ => {
                let mut text = Vec::new();
                schema::write(&mut text, schema, None, self.payload())?;
                (Arc::clone(schema), text)
            }
        };
        Ok(&self.last_schema.insert(kept).1)
    }
}

impl Converter for JsonConverter {
    fn class_name(&self) -> &'static str {
        "org.apache.kafka.connect.json.JsonConverter"
    }

    fn convert(&mut self, _topic: &str, data: Option<Data>) -> Result<Option<Bytes>, ConvertError> {
        let Some(data) = data else { return Ok(None) };
        let mut out = Vec::with_capacity(self.last_size_bytes);
        self.write(&mut out, &data)?;
        // A guess after one huge record would cost every small one.
        const MOST: usize = 16 * 1024;
        self.last_size_bytes = out.len().min(MOST);
        Ok(Some(out.into()))
    }
}

#[cfg(test)]
mod tests;
