//! A pluggable source of credentials. The official connector reads these without declaring them.

use super::key::{ConfigKey, Default, ValueType};

const GROUP: &str = "Connection";

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "mongo.custom.auth.mechanism.enable",
        ValueType::Boolean,
        (GROUP, 4),
        "Credential provider",
        "Whether a Java class provides the credential instead of the connection string.",
    )
    .default("false")
    .listed_when_submitted(),
    ConfigKey::new(
        "mongo.custom.auth.mechanism.providerClass",
        ValueType::Class,
        (GROUP, 5),
        "Class of the credential provider",
        "The Java class that provides the credential.",
    )
    .without_default(Default::Null)
    .listed_when_submitted(),
];
