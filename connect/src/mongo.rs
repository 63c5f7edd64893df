//! From MongoDB to a record: what a change event is, which topic it goes to, what becomes its key and its value.
//!
//! Called by the worker's pipeline and by the portal's outcome preview, through [`RecordEncoder`]; by the source for copied
//! documents ([`CopiedEvents`]) and to look into events ([`Event`]). Works on raw BSON and knows neither the driver nor Kafka.

mod copied;
mod dead_letter;
mod encoder;
mod event;
mod mapper;
#[cfg(test)]
mod sample;
mod synthetic;
mod topic;
mod topic_name;
mod topic_template;

pub use copied::{CopiedEvents, copy_stages, with_namespace_last};
pub use dead_letter::DeadLetters;
pub use encoder::{Encoded, RecordEncoder};
pub use event::Event;
pub use mapper::{EventMapper, MapError, Mapped, Part, SkipReason};
pub use synthetic::SyntheticEvents;
pub use topic::{Topic, TopicMapper, TopicNamingError};
pub use topic_name::{IllegalTopicName, check_topic_name};
