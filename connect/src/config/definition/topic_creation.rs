//! How topics that do not exist yet are created.

use std::borrow::Cow;

use super::key::{ConfigKey, Default, Validator, ValueType, Width};

const GROUP: &str = "Topic Creation";

pub(in crate::config) const REPLICAS: Validator = Validator::CountOrBroker {
    what: "Replication factor must be positive and not larger than the number of brokers in the Kafka cluster",
};

pub(in crate::config) const PARTITIONS: Validator =
    Validator::CountOrBroker { what: "Number of partitions must be positive" };

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "topic.creation.groups",
        ValueType::List,
        (GROUP, 1),
        "Groups of topics",
        "Names of groups of topics with settings of their own, each chosen by topic.creation.<group>.include.",
    )
    .low()
    .width(Width::Long)
    .valid(Validator::UniqueAliases),
    ConfigKey::new(
        "topic.creation.default.replication.factor",
        ValueType::Short,
        (GROUP, 2),
        "Replication factor",
        "Replication factor of created topics; -1, or nothing, leaves it to the broker.",
    )
    .without_default(Default::Null)
    .low()
    .valid(REPLICAS)
    .listed_when_submitted(),
    ConfigKey::new(
        "topic.creation.default.partitions",
        ValueType::Int,
        (GROUP, 3),
        "Partitions",
        "Number of partitions of created topics; -1, or nothing, leaves it to the broker.",
    )
    .without_default(Default::Null)
    .low()
    .valid(PARTITIONS)
    .listed_when_submitted(),
];

/// The definition of a property of a group that is not the default one.
pub(in crate::config) fn topic_group_key(name: String, value_type: ValueType, validator: Validator) -> ConfigKey {
    let display_name = match value_type {
        ValueType::List => "Patterns of topics",
        ValueType::Short => "Replication factor",
        _ => "Partitions",
    };
    ConfigKey {
        name: Cow::Owned(name),
        ..ConfigKey::new("", value_type, (GROUP, -1), display_name, "What topics of this group get, or which they are.")
            .without_default(Default::Null)
            .low()
            .width(Width::Long)
            .valid(validator)
            .listed_when_submitted()
    }
}
