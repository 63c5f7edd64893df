//! Options of the converters themselves, listed under `key.converter.` or `value.converter.` once the converter is set.

use super::key::{ConfigKey, Default, Letters, Validator, ValueType, Width};
use super::prefixed;
use crate::config::plugins::Converter;

const TYPE: ConfigKey = ConfigKey::new(
    "converter.type",
    ValueType::String,
    ("", -1),
    "converter.type",
    "What the converter is used for: key, value or header.",
)
.without_group()
.without_default(Default::Required)
.low()
.width(Width::None)
.valid(Validator::OneOf { values: &["key", "value", "header"], letters: Letters::Exact });

const TYPE_ALONE: &[ConfigKey] = &[TYPE];

const STRING: &[ConfigKey] = &[
    TYPE,
    ConfigKey::new("converter.encoding", ValueType::String, ("", -1), "Encoding", "The character set of the bytes.")
        .without_group()
        .default("UTF-8")
        .high(),
];

const JSON: &[ConfigKey] = &[
    TYPE,
    ConfigKey::new(
        "schemas.enable",
        ValueType::Boolean,
        ("Schemas", 0),
        "Schema in every record",
        "Whether each record carries its schema beside its payload.",
    )
    .default("true")
    .high(),
    ConfigKey::new(
        "schemas.cache.size",
        ValueType::Int,
        ("Schemas", 1),
        "Schemas kept",
        "How many schemas the converter keeps in memory.",
    )
    .default("1000")
    .high()
    .valid(Validator::AtLeast(0)),
    ConfigKey::new(
        "schema.content",
        ValueType::String,
        ("Schemas", 2),
        "Fixed schema",
        "A schema for all records, used by sinks only.",
    )
    .without_default(Default::Null)
    .high(),
    ConfigKey::new(
        "decimal.format",
        ValueType::String,
        ("Serialization", 0),
        "Decimals",
        "How decimals are written: as base64 of their digits (BASE64), or as numbers (NUMERIC).",
    )
    .default("BASE64")
    .low()
    .valid(Validator::OneOf { values: &["NUMERIC", "BASE64"], letters: Letters::AnyCase }),
    ConfigKey::new(
        "replace.null.with.default",
        ValueType::Boolean,
        ("Serialization", 1),
        "Defaults for nulls",
        "Whether a field without value is written with the default of its schema.",
    )
    .default("true")
    .low(),
];

/// The options of a converter, their names under `prefix` (`key.converter`), in Kafka Connect's order; with an empty
/// prefix as `GET /connector-plugins/{converter}/config` lists them.
pub fn converter_definitions(converter: Converter, prefix: &str) -> Vec<ConfigKey> {
    let keys = match converter {
        Converter::String => STRING,
        Converter::Json => JSON,
        Converter::ByteArray | Converter::Primitive(_) => TYPE_ALONE,
    };
    keys.iter().map(|key| if prefix.is_empty() { key.clone() } else { prefixed(prefix, key) }).collect()
}
