//! Where Kafka Connect keeps positions.

use super::key::{ConfigKey, Default, Validator, ValueType, Width};

pub(super) const KEYS: &[ConfigKey] = &[ConfigKey::new(
    "offsets.storage.topic",
    ValueType::String,
    ("offsets.topic", 1),
    "Topic of positions",
    "A topic of the connector's own in which its positions are kept, instead of the common one.",
)
.without_default(Default::Null)
.low()
.width(Width::Long)
.valid(Validator::NonEmpty)];
