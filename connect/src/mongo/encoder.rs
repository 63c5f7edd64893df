//! Event → record as the producer gets it: mapping and conversion in one.
//!
//! The one function that decides what a user finds in Kafka. The worker calls it for every event, the wizard's preview for the
//! documents it shows: there is no second way to the same bytes.

use bson::RawDocument;

use super::event::Event;
use super::mapper::{EventMapper, MapError, Mapped, SkipReason};
use crate::config::SourceConfig;
use crate::convert::{Converter, converter};
use crate::error::{Error, ErrorKind, Stage};
use crate::record::ProducerRecord;

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
        })
    }

    /// The record of a change event, or of a copied document in the form of one.
    ///
    /// # Errors
    /// `Conversion`: no record can be made of this event; others may still go through. `TopicUnusable`: Kafka would refuse the
    /// topic of its namespace. `context` names the stage in Kafka Connect's terms and the namespace, never contents.
    pub fn encode(&mut self, event: &RawDocument) -> Result<Encoded, Error> {
        let event = Event::read(event).map_err(MapError::Event).map_err(unmapped)?;
        let record = match self.mapper.map_event(&event).map_err(unmapped)? {
            Mapped::Record(record) => record,
            Mapped::Skipped(reason) => return Ok(Encoded::Skipped(reason)),
        };
        let topic = record.topic;
        let unconverted = |stage: Stage, source| {
            let context = format!("{}: a change event of {} could not be converted", stage.name(), event.place());
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
