//! The format of keys and values.

use super::key::{ConfigKey, Letters, Validator, ValueType};

const GROUP: &str = "Schema";
const FORMATS: &[&str] = &["json", "bson", "schema"];
const FORMAT: Validator = Validator::Enumerator { values: FORMATS, letters: Letters::AnyCase, may_be_empty: false };

/// Avro schema of the default key: the event's `_id` as text.
const KEY_SCHEMA: &str = r#"{"type": "record", "name": "keySchema", "fields": [{"name": "_id", "type": "string"}]}"#;

/// Avro schema of the default value: a change event, its documents as JSON text.
const VALUE_SCHEMA: &str = concat!(
    r#"{"type": "record", "name": "ChangeStream", "fields": ["#,
    r#"{"name": "_id", "type": "string"}, "#,
    r#"{"name": "operationType", "type": ["string", "null"]}, "#,
    r#"{"name": "fullDocumentBeforeChange", "type": ["string", "null"]}, "#,
    r#"{"name": "fullDocument", "type": ["string", "null"]}, "#,
    r#"{"name": "ns", "type": [{"type": "record", "name": "ns", "fields": ["#,
    r#"{"name": "db", "type": "string"}, {"name": "coll", "type": ["string", "null"]}]}, "null"]}, "#,
    r#"{"name": "to", "type": [{"type": "record", "name": "to", "fields": ["#,
    r#"{"name": "db", "type": "string"}, {"name": "coll", "type": ["string", "null"]}]}, "null"]}, "#,
    r#"{"name": "documentKey", "type": ["string", "null"]}, "#,
    r#"{"name": "updateDescription", "type": [{"type": "record", "name": "updateDescription", "fields": ["#,
    r#"{"name": "updatedFields", "type": ["string", "null"]}, "#,
    r#"{"name": "removedFields", "type": [{"type": "array", "items": "string"}, "null"]}, "#,
    r#"{"name": "truncatedArrays", "type": [{"type": "array", "items": {"type": "record", "name": "truncatedArray", "fields": ["#,
    r#"{"name": "field", "type": "string"}, {"name": "newSize", "type": "int"}]}}, "null"]}, "#,
    r#"{"name": "disambiguatedPaths", "type": ["string", "null"]}]}, "null"]}, "#,
    r#"{"name": "clusterTime", "type": ["string", "null"]}, "#,
    r#"{"name": "wallTime", "type": ["long", "null"]}, "#,
    r#"{"name": "txnNumber", "type": ["long", "null"]}, "#,
    r#"{"name": "lsid", "type": [{"type": "record", "name": "lsid", "fields": ["#,
    r#"{"name": "id", "type": "string"}, {"name": "uid", "type": "string"}]}, "null"]}]}"#,
);

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "output.format.key",
        ValueType::String,
        (GROUP, 1),
        "Key format",
        "Keys as JSON text, as BSON bytes, or as a structure by output.schema.key.",
    )
    .default("json")
    .high()
    .valid(FORMAT)
    .recommend(FORMATS),
    ConfigKey::new(
        "output.format.value",
        ValueType::String,
        (GROUP, 2),
        "Value format",
        "Values as JSON text, as BSON bytes, or as a structure by output.schema.value.",
    )
    .default("json")
    .high()
    .valid(FORMAT)
    .recommend(FORMATS),
    ConfigKey::new(
        "output.schema.infer.value",
        ValueType::Boolean,
        (GROUP, 3),
        "Infer the value's schema",
        "Makes a schema for each document on its own when values are structures.",
    )
    .default("false"),
    ConfigKey::new(
        "output.schema.key",
        ValueType::String,
        (GROUP, 4),
        "Key schema",
        "The Avro schema of keys when output.format.key is schema.",
    )
    .default(KEY_SCHEMA)
    .high()
    .valid(Validator::AvroSchema),
    ConfigKey::new(
        "output.schema.value",
        ValueType::String,
        (GROUP, 5),
        "Value schema",
        "The Avro schema of values when output.format.value is schema and no schema is inferred.",
    )
    .default(VALUE_SCHEMA)
    .high()
    .valid(Validator::AvroSchema),
    ConfigKey::new(
        "output.json.formatter",
        ValueType::String,
        (GROUP, 6),
        "JSON style",
        "How BSON types are written as JSON: DefaultJson (MongoDB's older strict form), ExtendedJson (every type kept) or \
         SimplifiedJson (plain JSON).",
    )
    .default("com.mongodb.kafka.connect.source.json.formatter.DefaultJson")
    .valid(Validator::ClassName),
];
