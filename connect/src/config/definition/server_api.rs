//! MongoDB's Stable API.

use super::key::{ConfigKey, Validator, ValueType};

const GROUP: &str = "Server Api";

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "server.api.version",
        ValueType::String,
        (GROUP, 1),
        "Stable API version",
        "The version of the Stable API to declare with every command. Only 1 exists; empty declares none.",
    )
    .valid(Validator::ServerApiVersion),
    ConfigKey::new(
        "server.api.deprecation.errors",
        ValueType::Boolean,
        (GROUP, 2),
        "Refuse deprecated commands",
        "Asks the server to fail commands that the declared Stable API version deprecates.",
    )
    .default("false"),
    ConfigKey::new(
        "server.api.strict",
        ValueType::Boolean,
        (GROUP, 3),
        "Strict Stable API",
        "Asks the server to fail commands that are not part of the declared Stable API version.",
    )
    .default("false"),
];
