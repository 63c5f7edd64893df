//! The name of the position, and an internal property.

use super::key::{ConfigKey, ValueType, Width};

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "offset.partition.name",
        ValueType::String,
        ("Partition", 1),
        "Name of the position",
        "The name under which the position is kept. Empty takes one made of hosts, database and collection; another name \
         begins afresh.",
    )
    .width(Width::Short),
    ConfigKey::new(
        "provider",
        ValueType::String,
        ("", -1),
        "provider",
        "Internal: a suffix to the client's name in MongoDB's handshake.",
    )
    .low()
    .width(Width::None)
    .hidden(),
];
