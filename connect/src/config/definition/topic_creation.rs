//! How topics that do not exist yet are created.

use super::key::{ConfigKey, Default, Validator, ValueType, Width};

const GROUP: &str = "Topic Creation";

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "topic.creation.groups",
        ValueType::List,
        (GROUP, 1),
        "Groups of topics",
        "Names of groups of topics with settings of their own, each chosen by topic.creation.<group>.include.",
    )
    .low()
    .width(Width::Long),
    ConfigKey::new(
        "topic.creation.default.replication.factor",
        ValueType::Short,
        (GROUP, 2),
        "Replication factor",
        "Replication factor of created topics; -1, or nothing, leaves it to the broker.",
    )
    .without_default(Default::Null)
    .low()
    .valid(Validator::CountOrBroker { what: "Replication factor" })
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
    .valid(Validator::CountOrBroker { what: "Number of partitions" })
    .listed_when_submitted(),
];
