//! The record that stands for an event of which no record could be delivered.
//!
//! Key and value are the official source's: relaxed JSON of the key document and of the value document as Connect strings,
//! through the connector's own converters. The headers are ours, and say what happened, where, and at which position. Called by
//! the worker's pipeline. What is written here may hold contents: it goes to Kafka and nowhere else.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bson::{RawDocument, RawDocumentBuf};
use bytes::Bytes;

use super::event::Event;
use crate::config::{DeadLetterConfig, OutputFormat, PublishConfig, SourceConfig};
use crate::convert::{Converter, converter};
use crate::error::{Error, policy};
use crate::json::reader::{Unreadable, elements, finished, length_prefix};
use crate::json::{Style, Writer};
use crate::pipeline::{EventDocument, LetterContent};
use crate::record::{Data, Header, ProducerRecord};

/// Fields of an event that hold documents, or parts of them.
const DOCUMENTS: &[&[u8]] = &[b"fullDocument", b"fullDocumentBeforeChange", b"updateDescription"];

/// Names of the headers. The first five are those of Kafka Connect's dead letters of sinks, so that the same tools read them.
const CONNECTOR: &str = "__connect.errors.connector.name";
const TASK: &str = "__connect.errors.task.id";
const STAGE: &str = "__connect.errors.stage";
const MESSAGE: &str = "__connect.errors.exception.message";
const CLASS: &str = "__connect.errors.exception.class.name";
const CODE: &str = "naru.error.code";
const NAMESPACE: &str = "naru.namespace";
const RESUME_TOKEN: &str = "naru.resume.token";
const CONTENT: &str = "naru.content";

/// What a dead letter's value is, told in its header.
#[derive(Debug, Clone, Copy)]
enum Content {
    Whole,
    WithoutDocuments,
    Bytes,
}

impl Content {
    fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::WithoutDocuments => "without-documents",
            Self::Bytes => "bson",
        }
    }
}

/// Makes the dead letters of one task.
pub struct DeadLetters {
    topic: Arc<str>,
    headers: Option<Origin>,
    publish: PublishConfig,
    /// `output.format.key=schema`: the official key document is the whole event.
    is_event_key: bool,
    key_converter: Box<dyn Converter>,
    value_converter: Box<dyn Converter>,
    json: Writer,
}

/// Whose dead letters they are.
#[derive(Debug)]
struct Origin {
    connector: String,
    task: String,
}

impl DeadLetters {
    /// A maker for a task, or `None` when the connector keeps no dead letters.
    pub fn new(config: &SourceConfig, connector: &str, task: i32) -> Option<Self> {
        let DeadLetterConfig { topic, has_headers, .. } = config.errors.dead_letters.as_ref()?;
        Some(Self {
            topic: Arc::from(topic.as_str()),
            headers: has_headers.then(|| Origin { connector: connector.to_owned(), task: task.to_string() }),
            publish: config.publish,
            is_event_key: matches!(config.output.key_format, OutputFormat::Schema(_)),
            key_converter: converter(&config.output.key_converter),
            value_converter: converter(&config.output.value_converter),
            json: Writer::new(Style::Relaxed),
        })
    }

    /// The dead letter of an event that met an error. What cannot be read goes into it as bytes, so this never fails.
    pub fn letter(&mut self, event: &EventDocument, error: &Error, content: LetterContent) -> ProducerRecord {
        let read = event.raw().ok().and_then(|raw| Event::read(raw).ok());
        let key = read.as_ref().and_then(|event| self.key(event, content)).unwrap_or_default();
        let (value, content) = match read.as_ref().and_then(|event| self.value(event, content)) {
            Some(value) => value,
            None => (bytes_as_json(event.bytes()), Content::Bytes),
        };
        let headers = self.headers_of(read.as_ref(), error, content);
        ProducerRecord {
            key: Some(converted(&mut *self.key_converter, &self.topic, key)),
            value: Some(converted(&mut *self.value_converter, &self.topic, value)),
            topic: Arc::clone(&self.topic),
            headers,
        }
    }

    fn key(&mut self, event: &Event<'_>, content: LetterContent) -> Option<String> {
        if self.is_event_key && content == LetterContent::Whole {
            return self.json.text(event.raw()).ok();
        }
        if self.publish.document_key_as_key
            && let Some(key) = event.document_key()
            && let Ok(text) = self.json.text(key)
        {
            return Some(text);
        }
        let key = event.token_key().ok().flatten()?;
        self.json.text(&key).ok()
    }

    fn value(&mut self, event: &Event<'_>, content: LetterContent) -> Option<(String, Content)> {
        if content == LetterContent::WithoutDocuments {
            let rest = without_documents(event.raw()).ok()?;
            return Some((self.json.text(&rest).ok()?, Content::WithoutDocuments));
        }
        let document = match (self.publish.full_document_only, event.full_document()) {
            (false, _) => Cow::Borrowed(event.raw()),
            (true, Some(document)) => Cow::Borrowed(document),
            // A tombstone: the official connector writes an empty document.
            (true, None) => Cow::Owned(RawDocumentBuf::new()),
        };
        Some((self.json.text(&document).ok()?, Content::Whole))
    }

    fn headers_of(&mut self, event: Option<&Event<'_>>, error: &Error, content: Content) -> Vec<Header> {
        let Some(origin) = &self.headers else { return Vec::new() };
        let policy = policy(error.kind());
        let mut headers = vec![
            header(CONNECTOR, &origin.connector),
            header(TASK, &origin.task),
            header(STAGE, error.stage().map_or("", |stage| stage.name())),
            header(CLASS, error.kind().name()),
            header(MESSAGE, error.context()),
            header(CODE, policy.code),
            header(CONTENT, content.name()),
        ];
        let Some(event) = event else { return headers };
        headers.push(header(NAMESPACE, &event.place()));
        if let Some(token) = event.resume_token().and_then(|token| self.json.text(token).ok()) {
            headers.push(header(RESUME_TOKEN, &token));
        }
        headers
    }
}

/// A string as the converter writes strings. `ByteArrayConverter` takes none, and the official connector loses the letter there:
/// here it gets the text's bytes.
fn converted(converter: &mut dyn Converter, topic: &str, text: String) -> Bytes {
    match converter.convert(topic, Some(Data::Text(text.clone()))) {
        Ok(Some(bytes)) => bytes,
        Ok(None) | Err(_) => text.into(),
    }
}

/// The event without the fields that hold documents.
fn without_documents(event: &RawDocument) -> Result<RawDocumentBuf, Unreadable> {
    let mut bytes = vec![0; 4];
    for element in elements(event) {
        let element = element?;
        if !DOCUMENTS.contains(&element.name) {
            let end = element.offset + 1 + element.name.len() + 1 + element.value.len();
            bytes.extend_from_slice(&event.as_bytes()[element.offset..end]);
        }
    }
    bytes.push(0);
    let prefix = length_prefix(bytes.len())?;
    bytes[..4].copy_from_slice(&prefix);
    finished(bytes)
}

/// Bytes in the form that extended JSON has for them, so that the text stays JSON.
fn bytes_as_json(bytes: &[u8]) -> String {
    format!(r#"{{"$binary": {{"base64": "{}", "subType": "00"}}}}"#, STANDARD.encode(bytes))
}

fn header(key: &str, value: &str) -> Header {
    Header { key: key.to_owned(), value: Some(Bytes::copy_from_slice(value.as_bytes())) }
}

#[cfg(test)]
mod tests;
