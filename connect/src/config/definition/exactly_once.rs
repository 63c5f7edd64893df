//! Kafka Connect's properties on writing records and position in one transaction.

use super::key::{ConfigKey, Default, Letters, Validator, ValueType, Width};

const GROUP: &str = "Exactly Once Support";

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "exactly.once.support",
        ValueType::String,
        (GROUP, 2),
        "Exactly once",
        "Whether exactly-once delivery must be guaranteed (required) or is welcome where it can be had (requested).",
    )
    .default("requested")
    .width(Width::Short)
    .valid(Validator::OneOf { values: &["REQUIRED", "REQUESTED"], letters: Letters::AnyCase }),
    ConfigKey::new(
        "transaction.boundary",
        ValueType::String,
        (GROUP, 3),
        "Transaction boundary",
        "Where a transaction ends: after each batch (poll), after a time (interval), or where the connector says.",
    )
    .default("poll")
    .width(Width::Short)
    .valid(Validator::OneOf { values: &["INTERVAL", "POLL", "CONNECTOR"], letters: Letters::AnyCase }),
    ConfigKey::new(
        "transaction.boundary.interval.ms",
        ValueType::Long,
        (GROUP, 4),
        "Transaction interval (ms)",
        "Length of a transaction in milliseconds when transaction.boundary is interval.",
    )
    .without_default(Default::Null)
    .low()
    .width(Width::Short)
    .valid(Validator::AtLeast(0)),
];
