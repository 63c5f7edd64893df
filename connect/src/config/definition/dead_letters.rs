//! Properties of dead letters that Kafka Connect has for sinks only, and Naru for its source as well.

use super::key::{ConfigKey, Default, ValueType, Width};
use super::topic_creation::REPLICAS;
use crate::config::error_handling::{HEADERS, REPLICATION};

const GROUP: &str = "Errors";

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        HEADERS,
        ValueType::Boolean,
        (GROUP, 9),
        "Headers of dead letters",
        "Whether dead letters carry headers that say what happened, where and at which position. The official source writes none.",
    )
    .default("true")
    .width(Width::Short)
    .listed_when_submitted(),
    ConfigKey::new(
        REPLICATION,
        ValueType::Short,
        (GROUP, 10),
        "Replicas of the dead letter topic",
        "Replication factor of the dead letter topic if it has to be created; -1, or nothing, is what other topics get.",
    )
    .without_default(Default::Null)
    .valid(REPLICAS)
    .listed_when_submitted(),
];
