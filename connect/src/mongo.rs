//! From MongoDB to a record: what a change event is, which topic it goes to, what becomes its key and its value.
//!
//! Called by the worker's pipeline and by the portal's outcome preview, through [`RecordEncoder`]; by the source for copied
//! documents ([`CopiedEvents`]) and to look into events ([`Event`]). Works on raw BSON and knows neither the driver nor Kafka.

mod copied;
mod dead_letter;
mod encoder;
mod event;
mod fragments;
mod head;
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
pub use fragments::{FragmentFault, FragmentJoiner};
pub use head::EventHead;
pub use mapper::{EventMapper, MapError, Mapped, Part, SkipReason};
#[cfg(test)]
pub(crate) use sample::config as sample_config;
pub use synthetic::SyntheticEvents;
pub use topic::{Topic, TopicMapper, TopicNamingError};
pub use topic_name::{IllegalTopicName, check_topic_name};
