//! Change event → record before conversion: topic, key and value as the official connector chooses them.

use std::borrow::Cow;
use std::sync::Arc;

use bson::{RawDocument, RawDocumentBuf};
use bytes::Bytes;

use super::event::Event;
use super::topic::{TopicMapper, TopicNamingError};
use super::topic_name::IllegalTopicName;
use crate::config::java_regex::TooManySteps;
use crate::config::{OutputFormat, PublishConfig, SourceConfig};
use crate::json::{self, Unreadable};
use crate::record::{Data, SourceRecord};
use crate::schema::{ProjectError, Projector, infer};

/// What becomes of an event.
#[derive(Debug, Clone, PartialEq)]
pub enum Mapped {
    /// It is published.
    Record(SourceRecord),
    /// It is not, and that is as configured; the position moves on all the same.
    Skipped(SkipReason),
}

/// Why an event is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SkipReason {
    /// It has no namespace, or the namespace maps to an empty topic: `invalidate`, or `ns` removed by the pipeline.
    NoTopic,
    /// `publish.full.document.only` is set and the event carries no document.
    NoFullDocument,
}

/// Key or value of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The key.
    Key,
    /// The value.
    Value,
}

impl std::fmt::Display for Part {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Key => "key",
            Self::Value => "value",
        })
    }
}

/// Why no record can be made of an event. Names the namespace, never contents.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// The event itself is malformed.
    #[error("A change event cannot be read")]
    Event(#[source] Unreadable),
    /// Its key or value is malformed.
    #[error("The {part} of a change event of {place} cannot be written")]
    Output {
        /// Which of the two.
        part: Part,
        /// Where the event is from.
        place: String,
        /// What is wrong with the BSON.
        #[source]
        source: Unreadable,
    },
    /// Its key or value does not fit the schema.
    #[error("The {part} of a change event of {place} does not fit its schema")]
    Schema {
        /// Which of the two.
        part: Part,
        /// Where the event is from.
        place: String,
        /// What does not fit.
        #[source]
        source: ProjectError,
    },
    /// The pipeline has made `documentKey` something else than a document.
    #[error("documentKey of a change event of {place} is not a document and cannot be the key")]
    KeyIsNoDocument {
        /// Where the event is from.
        place: String,
    },
    /// The pipeline has removed `_id`, of which the key would be made.
    #[error("A change event of {place} has no _id to make a key of")]
    NoId {
        /// Where the event is from.
        place: String,
    },
    /// Kafka would refuse the topic.
    #[error("The topic of {place} is not usable")]
    Topic {
        /// Where the event is from.
        place: String,
        /// What is wrong with the name.
        #[source]
        source: IllegalTopicName,
    },
    /// A regex of `topic.namespace.map` cannot decide about the namespace.
    #[error("topic.namespace.map cannot be applied to {place}")]
    Naming {
        /// Where the event is from.
        place: String,
        /// What the regex did.
        #[source]
        source: TooManySteps,
    },
}

/// Maps events to records for one connector's configuration. One per task: it reuses its buffers.
#[derive(Debug)]
pub struct EventMapper {
    topics: TopicMapper,
    publish: PublishConfig,
    key_format: OutputFormat,
    value_format: OutputFormat,
    json: json::Writer,
    projector: Projector,
}

/// What of an event becomes the value.
enum Value<'a> {
    Document(&'a RawDocument),
    Tombstone,
    Nothing,
}

impl EventMapper {
    /// A mapper for a connector.
    ///
    /// # Errors
    /// `topic.namespace.map` cannot be used.
    pub fn new(config: &SourceConfig) -> Result<Self, TopicNamingError> {
        Ok(Self {
            topics: TopicMapper::new(&config.topics)?,
            publish: config.publish,
            key_format: config.output.key_format.clone(),
            value_format: config.output.value_format.clone(),
            json: json::Writer::new(config.output.json_formatter.into()),
            projector: Projector::new(config.output.json_formatter.into()),
        })
    }

    /// The record of an event, or why there is none.
    ///
    /// # Errors
    /// The event is malformed, has no usable key, or belongs to a topic that Kafka would refuse.
    pub fn map(&mut self, event: &RawDocument) -> Result<Mapped, MapError> {
        self.map_event(&Event::read(event).map_err(MapError::Event)?)
    }

    pub(super) fn map_event(&mut self, event: &Event<'_>) -> Result<Mapped, MapError> {
        let place = || event.place();
        let topic = self.topics.topic(&event.database(), &event.collection());
        let Some(topic) = topic.map_err(|source| MapError::Naming { place: place(), source })? else {
            return Ok(Mapped::Skipped(SkipReason::NoTopic));
        };
        let value = match self.value_of(event) {
            Value::Document(document) => Some(document),
            Value::Tombstone => None,
            Value::Nothing => return Ok(Mapped::Skipped(SkipReason::NoFullDocument)),
        };
        let topic = topic.legal_name().map_err(|source| MapError::Topic { place: place(), source: source.clone() })?;
        let key = self.key_data(event)?;
        let value = value.map(|document| {
            let written = write(&self.value_format, &mut self.json, &mut self.projector, document);
            written.map_err(|fault| fault.of(Part::Value, event))
        });
        Ok(Mapped::Record(SourceRecord {
            topic: Arc::clone(topic),
            key: Some(key),
            value: value.transpose()?,
            headers: Vec::new(),
        }))
    }

    /// The official connector's rule: a tombstone stands for every event that *lacks* the field, a `drop` or `rename` too; a
    /// field that is null (looked up too late) is neither document nor tombstone.
    fn value_of<'a>(&self, event: &Event<'a>) -> Value<'a> {
        if !self.publish.full_document_only {
            return Value::Document(event.raw());
        }
        match event.full_document() {
            Some(document) => Value::Document(document),
            None if self.publish.tombstone_on_delete && !event.has_full_document() => Value::Tombstone,
            None => Value::Nothing,
        }
    }

    /// A structure is made of the whole event, by a schema that picks; text and bytes are the document key or the token.
    fn key_data(&mut self, event: &Event<'_>) -> Result<Data, MapError> {
        let document = match self.key_format {
            OutputFormat::Schema(_) | OutputFormat::InferredSchema => Cow::Borrowed(event.raw()),
            OutputFormat::Json | OutputFormat::Bson => self.key_of(event)?,
        };
        let written = write(&self.key_format, &mut self.json, &mut self.projector, &document);
        written.map_err(|fault| fault.of(Part::Key, event))
    }

    fn key_of<'a>(&self, event: &Event<'a>) -> Result<Cow<'a, RawDocument>, MapError> {
        if self.publish.document_key_as_key && event.has_document_key() {
            return match event.document_key() {
                Some(key) => Ok(Cow::Borrowed(key)),
                None => Err(MapError::KeyIsNoDocument { place: event.place() }),
            };
        }
        let key: Option<RawDocumentBuf> = event.token_key().map_err(MapError::Event)?;
        key.map(Cow::Owned).ok_or_else(|| MapError::NoId { place: event.place() })
    }
}

/// Why a document did not become data.
enum Fault {
    Output(Unreadable),
    Schema(ProjectError),
}

impl Fault {
    fn of(self, part: Part, event: &Event<'_>) -> MapError {
        match self {
            Self::Output(source) | Self::Schema(ProjectError::Unreadable(source)) => {
                MapError::Output { part, place: event.place(), source }
            }
            Self::Schema(source) => MapError::Schema { part, place: event.place(), source },
        }
    }
}

fn write(
    format: &OutputFormat,
    json: &mut json::Writer,
    projector: &mut Projector,
    document: &RawDocument,
) -> Result<Data, Fault> {
    let schema = match format {
        OutputFormat::Json => return json.text(document).map(Data::Text).map_err(Fault::Output),
        OutputFormat::Bson => return Ok(Data::Bytes(Bytes::copy_from_slice(document.as_bytes()))),
        OutputFormat::Schema(schema) => Arc::clone(schema),
        OutputFormat::InferredSchema => Arc::new(infer(document).map_err(Fault::Schema)?),
    };
    let value = projector.project(&schema, document).map_err(Fault::Schema)?;
    Ok(Data::Structure { schema, value })
}

#[cfg(test)]
mod tests;
