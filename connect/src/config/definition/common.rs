//! Kafka Connect's own properties of every connector: name, class, tasks, converters, transforms, predicates.

use super::key::{ConfigKey, Default, Letters, Validator, ValueType, Width};
use crate::config::plugins::{
    BYTE_ARRAY_CONVERTER, CONNECTOR_VERSION, JSON_CONVERTER, KAFKA_VERSION, SIMPLE_HEADER_CONVERTER, STRING_CONVERTER,
};

const CONVERTERS: &[&str] = &[BYTE_ARRAY_CONVERTER, JSON_CONVERTER, STRING_CONVERTER];
const HEADER_CONVERTERS: &[&str] = &[BYTE_ARRAY_CONVERTER, JSON_CONVERTER, SIMPLE_HEADER_CONVERTER, STRING_CONVERTER];

const fn place(order: i32) -> (&'static str, i32) {
    ("Common", order)
}

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "name",
        ValueType::String,
        place(1),
        "Name",
        "The connector's name, unique among all connectors. It is also the name under which its position is kept.",
    )
    .without_default(Default::Required)
    .high()
    .valid(Validator::ConnectorName),
    ConfigKey::new(
        "connector.class",
        ValueType::String,
        place(2),
        "Class",
        "Which connector to run: com.mongodb.kafka.connect.MongoSourceConnector, or MongoSourceConnector, or MongoSource.",
    )
    .without_default(Default::Required)
    .high()
    .width(Width::Long)
    .valid(Validator::ConnectorClass),
    ConfigKey::new(
        "connector.plugin.version",
        ValueType::String,
        place(3),
        "Connector version",
        "The release whose behaviour is wanted; only the one named by the default exists here.",
    )
    .default(CONNECTOR_VERSION)
    .valid(Validator::PluginVersion)
    .recommend(&[CONNECTOR_VERSION]),
    ConfigKey::new(
        "tasks.max",
        ValueType::Int,
        place(4),
        "Most tasks",
        "How many tasks may be started. A MongoDB source always runs one, because a change stream has one order.",
    )
    .default("1")
    .high()
    .width(Width::Short)
    .valid(Validator::AtLeast(1)),
    ConfigKey::new(
        "tasks.max.enforce",
        ValueType::Boolean,
        place(5),
        "Enforce the limit of tasks",
        "Whether a connector that asks for more tasks than allowed fails. One task never does.",
    )
    .default("true")
    .low()
    .width(Width::Short),
    converter("key.converter", 6, "Key converter", "How keys become bytes. With JSON output use StringConverter: JsonConverter would quote the JSON text once more."),
    converter_version("key.converter.plugin.version", 7, "Key converter version"),
    converter("value.converter", 8, "Value converter", "How values become bytes. With JSON output use StringConverter, with BSON output ByteArrayConverter."),
    converter_version("value.converter.plugin.version", 9, "Value converter version"),
    ConfigKey::new(
        "header.converter",
        ValueType::Class,
        place(10),
        "Header converter",
        "How headers become bytes. The MongoDB source writes none, so any of the built-in classes will do.",
    )
    .default(SIMPLE_HEADER_CONVERTER)
    .low()
    .width(Width::Short)
    .valid(Validator::HeaderConverter)
    .recommend(HEADER_CONVERTERS),
    converter_version("header.converter.plugin.version", 11, "Header converter version"),
    ConfigKey::new(
        "transforms",
        ValueType::List,
        ("Transforms", 12),
        "Transforms",
        "Names of single message transforms, applied to each record in this order. Each has its own transforms.<name>.type.",
    )
    .low()
    .width(Width::Long)
    .valid(Validator::UniqueAliases),
    ConfigKey::new(
        "predicates",
        ValueType::List,
        ("Predicates", 13),
        "Predicates",
        "Names of conditions that transforms may refer to. Each has its own predicates.<name>.type.",
    )
    .low()
    .width(Width::Long)
    .valid(Validator::UniqueAliases),
    ConfigKey::new(
        "config.action.reload",
        ValueType::String,
        place(14),
        "When a secret changes",
        "What to do when a value that comes from a configuration provider has expired: restart, or nothing.",
    )
    .default("restart")
    .low()
    .valid(Validator::OneOf { values: &["none", "restart"], letters: Letters::Exact }),
];

const fn converter(name: &'static str, order: i32, label: &'static str, documentation: &'static str) -> ConfigKey {
    ConfigKey::new(name, ValueType::Class, place(order), label, documentation)
        .default(STRING_CONVERTER)
        .low()
        .width(Width::Short)
        .valid(Validator::Converter)
        .recommend(CONVERTERS)
}

const fn converter_version(name: &'static str, order: i32, label: &'static str) -> ConfigKey {
    ConfigKey::new(
        name,
        ValueType::String,
        place(order),
        label,
        "The release of the converter whose behaviour is wanted; only the one named by the default exists here.",
    )
    .default(KAFKA_VERSION)
    .low()
    .width(Width::Short)
    .valid(Validator::PluginVersion)
    .recommend(&[KAFKA_VERSION])
}
