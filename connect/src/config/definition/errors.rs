//! The connector's properties on records that cannot be converted, and its heartbeats.
//!
//! `errors.tolerance` and `errors.log.enable` are Kafka Connect's names, redefined by the connector; the validate call lists
//! them among the framework's.

use super::key::{ConfigKey, Letters, Validator, ValueType, Width};

const GROUP: &str = "Errors";
const TOLERANCE: Validator =
    Validator::Enumerator { values: &["none", "all"], letters: Letters::AnyCase, may_be_empty: false };

pub(super) const SHARED: &[ConfigKey] = &[
    ConfigKey::new(
        "errors.tolerance",
        ValueType::String,
        (GROUP, 1),
        "Tolerate errors",
        "What happens to a record that cannot be made, converted or written: with none the task stops, with all it goes on, and \
         the record becomes a dead letter or is skipped.",
    )
    .default("none")
    .width(Width::Short)
    .valid(TOLERANCE),
    ConfigKey::new(
        "errors.log.enable",
        ValueType::Boolean,
        (GROUP, 3),
        "Log tolerated errors",
        "Whether each tolerated error is logged by itself. Without it they are counted, and summed up in the log now and then.",
    )
    .default("false")
    .width(Width::Short),
];

pub(super) const OWN: &[ConfigKey] = &[
    ConfigKey::new(
        "mongo.errors.tolerance",
        ValueType::String,
        (GROUP, 2),
        "Tolerate errors (connector only)",
        "Takes the place of errors.tolerance as soon as it is set, even to none, for records that cannot be made; converting and \
         sending go on listening to errors.tolerance.",
    )
    .default("none")
    .width(Width::Short)
    .valid(TOLERANCE),
    ConfigKey::new(
        "mongo.errors.log.enable",
        ValueType::Boolean,
        (GROUP, 4),
        "Log tolerated errors (connector only)",
        "Takes the place of errors.log.enable for the connector as soon as it is set.",
    )
    .default("false")
    .width(Width::Short),
    ConfigKey::new(
        "errors.deadletterqueue.topic.name",
        ValueType::String,
        (GROUP, 5),
        "Dead letter topic",
        "The topic to which tolerated records at fault are written as text. Empty writes them nowhere: they are skipped.",
    )
    .width(Width::Short)
    .valid(Validator::TopicName),
    ConfigKey::new(
        "mongo.errors.deadletterqueue.topic.name",
        ValueType::String,
        (GROUP, 6),
        "Dead letter topic (connector only)",
        "Takes the place of errors.deadletterqueue.topic.name for the connector as soon as it is set, even to nothing.",
    )
    .width(Width::Short)
    .valid(Validator::TopicName),
    ConfigKey::new(
        "heartbeat.interval.ms",
        ValueType::Long,
        (GROUP, 7),
        "Heartbeat interval (ms)",
        "After so many milliseconds without an event, a record that carries the newest resume token is written; 0 is never. \
         Naru keeps the position of an idle stream fresh without it.",
    )
    .default("0")
    .valid(Validator::AtLeast(0)),
    ConfigKey::new(
        "heartbeat.topic.name",
        ValueType::String,
        (GROUP, 8),
        "Heartbeat topic",
        "The topic of heartbeat records.",
    )
    .default("__mongodb_heartbeats")
    .valid(Validator::NonEmpty),
];

/// All of the group by its own order.
pub(super) fn in_order() -> Vec<ConfigKey> {
    let mut keys = [SHARED, OWN].concat();
    keys.sort_by_key(|key| key.order_in_group);
    keys
}
