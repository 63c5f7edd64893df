//! Kafka Connect's properties on errors outside the connector: retries of conversion, and what is logged.

use super::key::{ConfigKey, ValueType, Width};

const GROUP: &str = "Error Handling";

pub(super) const RETRIES: &[ConfigKey] = &[
    ConfigKey::new(
        "errors.retry.timeout",
        ValueType::Long,
        (GROUP, 1),
        "Retry for (ms)",
        "How long an operation on a record that fails with an error that may pass is tried again, in milliseconds: 0 is never, -1 \
         without end. None of the built-in converters has such errors; MongoDB and Kafka are tried again in any case.",
    )
    .default("0"),
    ConfigKey::new(
        "errors.retry.delay.max.ms",
        ValueType::Long,
        (GROUP, 2),
        "Longest pause between retries (ms)",
        "The longest wait between two such tries, in milliseconds.",
    )
    .default("60000"),
];

pub(super) const LOGGING: &[ConfigKey] = &[ConfigKey::new(
    "errors.log.include.messages",
    ValueType::Boolean,
    (GROUP, 5),
    "Log the records at fault",
    "Whether the log shows more of a record at fault. Naru logs its namespace and topic, and never its contents: those are in \
         the dead letter.",
)
.default("false")
.width(Width::Short)];
