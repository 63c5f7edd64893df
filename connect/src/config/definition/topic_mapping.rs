//! How topics are named.

use super::key::{ConfigKey, Validator, ValueType, Width};

const GROUP: &str = "Topic mapping";

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "topic.mapper",
        ValueType::String,
        (GROUP, 1),
        "Topic mapper",
        "The Java class that names the topic of an event.",
    )
    .default("com.mongodb.kafka.connect.source.topic.mapping.DefaultTopicMapper")
    .high()
    .width(Width::Long)
    .valid(Validator::ClassName),
    ConfigKey::new(
        "topic.separator",
        ValueType::String,
        (GROUP, 2),
        "Separator",
        "What stands between prefix, database, collection and suffix in a topic's name.",
    )
    .default(".")
    .low(),
    ConfigKey::new(
        "topic.prefix",
        ValueType::String,
        (GROUP, 3),
        "Prefix",
        "Put before every topic's name, followed by the separator. Empty puts nothing.",
    )
    .low(),
    ConfigKey::new(
        "topic.suffix",
        ValueType::String,
        (GROUP, 4),
        "Suffix",
        "Put after every topic's name, led by the separator. Empty puts nothing.",
    )
    .low(),
    ConfigKey::new(
        "topic.namespace.map",
        ValueType::String,
        (GROUP, 5),
        "Topics by namespace",
        "A JSON document from namespaces to topic names: \"db.collection\", \"db\", \"/regular expression\" with variables such \
         as {db} and {coll}, or \"*\" for all others.",
    )
    .high()
    .valid(Validator::NamespaceMap),
];
