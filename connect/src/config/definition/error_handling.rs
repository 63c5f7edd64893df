//! Kafka Connect's properties on errors outside the connector: retries of conversion, and what is logged.

use super::key::{ConfigKey, ValueType, Width};

const GROUP: &str = "Error Handling";

pub(super) const RETRIES: &[ConfigKey] = &[
    ConfigKey::new(
        "errors.retry.timeout",
        ValueType::Long,
        (GROUP, 1),
        "Retry for (ms)",
        "How long a failed conversion or transform is tried again, in milliseconds: 0 is never, -1 without end.",
    )
    .default("0"),
    ConfigKey::new(
        "errors.retry.delay.max.ms",
        ValueType::Long,
        (GROUP, 2),
        "Longest pause between retries (ms)",
        "The longest wait between two tries of a failed conversion or transform, in milliseconds.",
    )
    .default("60000"),
];

pub(super) const LOGGING: &[ConfigKey] = &[ConfigKey::new(
    "errors.log.include.messages",
    ValueType::Boolean,
    (GROUP, 5),
    "Log the records at fault",
    "Whether the log shows the contents of a record that could not be handled.",
)
.default("false")
.width(Width::Short)];
