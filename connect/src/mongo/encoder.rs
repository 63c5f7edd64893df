//! Event → record as the producer gets it: mapping and conversion in one.
//!
//! The one function that decides what a user finds in Kafka. The worker calls it for every event, the wizard's preview for the
//! documents it shows: there is no second way to the same bytes.

use std::sync::Arc;

use bson::RawDocument;

use super::event::Event;
use super::mapper::{EventMapper, MapError, Mapped, SkipReason};
use super::topic_name::check_topic_name;
use crate::config::{ConverterConfig, SourceConfig};
use crate::convert::{Converter, converter};
use crate::error::{Error, ErrorKind, Stage};
use crate::json::{Style, to_text};
use crate::pipeline::{EventDocument, EventKind};
use crate::record::{Data, ProducerRecord, SourceRecord};
use crate::schema::{Kind, Schema, Value};

/// What becomes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Encoded {
    /// It is published as these bytes.
    Record(ProducerRecord),
    /// It is not published, as configured; the position moves on all the same.
    Skipped(SkipReason),
}

/// Encodes the events of one connector. One per task: it reuses its buffers.
pub struct RecordEncoder {
    mapper: EventMapper,
    key_converter: Box<dyn Converter>,
    value_converter: Box<dyn Converter>,
    /// Where heartbeats go; empty where there are none.
    heartbeat_topic: Arc<str>,
    /// What stands for no value in them: an optional schema and a null, which `JsonConverter` alone does not leave out.
    heartbeat_value: Option<Data>,
}

impl RecordEncoder {
    /// An encoder for a connector.
    ///
    /// # Errors
    /// `Config`: `topic.namespace.map` cannot be used.
    pub fn new(config: &SourceConfig) -> Result<Self, Error> {
        let mapper = EventMapper::new(config)
            .map_err(|source| Error::caused(ErrorKind::Config, "topic.namespace.map cannot be used", source))?;
        Ok(Self {
            mapper,
            key_converter: converter(&config.output.key_converter),
            value_converter: converter(&config.output.value_converter),
            heartbeat_topic: config.stream.heartbeat.as_ref().map_or("", |heartbeat| &heartbeat.topic).into(),
            heartbeat_value: matches!(config.output.value_converter, ConverterConfig::Json(_))
                .then(|| Data::Structure { schema: Arc::new(Schema::new(Kind::Bytes).optional()), value: Value::Null }),
        })
    }

    /// The record of what the source has read, whatever kind it is of.
    ///
    /// # Errors
    /// As [`Self::encode`]; `EventTooLarge` for an event that MongoDB cannot deliver.
    pub fn encode_event(&mut self, document: &EventDocument) -> Result<Encoded, Error> {
        let raw = document.raw()?;
        match document.kind() {
            EventKind::Change => self.encode(raw),
            EventKind::Heartbeat => self.encode_heartbeat(raw),
            EventKind::TooLarge => {
                let place = Event::read(raw).map_or_else(|_| "an unknown namespace".to_owned(), |event| event.place());
                let context = format!("A change event of {place} is larger than MongoDB can deliver in one piece");
                Err(Error::new(ErrorKind::EventTooLarge, context))
            }
        }
    }

    /// The record of a change event, or of a copied document in the form of one.
    ///
    /// # Errors
    /// `Conversion`: no record can be made of this event; others may still go through. `TopicUnusable`: Kafka would refuse the
    /// topic of its namespace. `context` names the stage in Kafka Connect's terms and the namespace, never contents.
    pub fn encode(&mut self, event: &RawDocument) -> Result<Encoded, Error> {
        let event = Event::read(event).map_err(MapError::Event).map_err(unmapped)?;
        match self.mapper.map_event(&event).map_err(unmapped)? {
            Mapped::Record(record) => self.convert(record, || format!("a change event of {}", event.place())),
            Mapped::Skipped(reason) => Ok(Encoded::Skipped(reason)),
        }
    }

    /// The official form: the token as JSON text is the key, and there is no value.
    fn encode_heartbeat(&mut self, token: &RawDocument) -> Result<Encoded, Error> {
        check_topic_name(&self.heartbeat_topic).map_err(|source| {
            let context = format!("heartbeat.topic.name is not usable: {source}. {}", source.remedy());
            Error::caused(ErrorKind::TopicUnusable, context, source)
        })?;
        let key = to_text(token, Style::Relaxed)
            .map_err(|error| Error::caused(ErrorKind::Conversion, "TASK_POLL: A resume token is malformed", error))?;
        let topic = Arc::clone(&self.heartbeat_topic);
        let value = self.heartbeat_value.clone();
        let record = SourceRecord { topic, key: Some(Data::Text(key)), value, headers: Vec::new() };
        self.convert(record, || "a heartbeat".to_owned())
    }

    /// The one way of every record to its bytes.
    fn convert(&mut self, record: SourceRecord, what: impl Fn() -> String) -> Result<Encoded, Error> {
        let topic = record.topic;
        let unconverted = |stage: Stage, source| {
            let context = format!("{}: {} could not be converted", stage.name(), what());
            Error::caused(ErrorKind::Conversion, context, source).at(stage)
        };
        let key =
            self.key_converter.convert(&topic, record.key).map_err(|error| unconverted(Stage::KeyConverter, error))?;
        let value = self
            .value_converter
            .convert(&topic, record.value)
            .map_err(|error| unconverted(Stage::ValueConverter, error))?;
        Ok(Encoded::Record(ProducerRecord { topic, key, value, headers: record.headers }))
    }
}

/// The mapper is what Kafka Connect calls the source task's poll.
fn unmapped(error: MapError) -> Error {
    let error = match error {
        MapError::Topic { place, source } => {
            let context = format!("The topic of {place} is not usable: {source}. {}", source.remedy());
            Error::caused(ErrorKind::TopicUnusable, context, source)
        }
        MapError::Naming { .. } => Error::caused(ErrorKind::TopicUnusable, error.to_string(), error),
        _ => Error::caused(ErrorKind::Conversion, format!("{}: {error}", Stage::TaskPoll.name()), error),
    };
    error.at(Stage::TaskPoll)
}

impl std::fmt::Debug for RecordEncoder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RecordEncoder")
            .field("mapper", &self.mapper)
            .field("key_converter", &self.key_converter.class_name())
            .field("value_converter", &self.value_converter.class_name())
            .finish()
    }
}

#[cfg(test)]
mod tests;
