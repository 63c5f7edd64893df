//! The configurations that are compared. A new one is a line in [`all`].

use crate::connect::Config;

const STRING: &str = "org.apache.kafka.connect.storage.StringConverter";
const JSON: &str = "org.apache.kafka.connect.json.JsonConverter";
const BYTES: &str = "org.apache.kafka.connect.converters.ByteArrayConverter";
const LONG: &str = "org.apache.kafka.connect.converters.LongConverter";
const FORMATTER: &str = "output.json.formatter";
const EXTENDED: &str = "com.mongodb.kafka.connect.source.json.formatter.ExtendedJson";
const SIMPLIFIED: &str = "com.mongodb.kafka.connect.source.json.formatter.SimplifiedJson";
const KEY: &str = "output.format.key";
const VALUE: &str = "output.format.value";
const KEY_CONVERTER: &str = "key.converter";
const VALUE_CONVERTER: &str = "value.converter";
const KEY_SCHEMAS: &str = "key.converter.schemas.enable";
const VALUE_SCHEMAS: &str = "value.converter.schemas.enable";
const KEY_SCHEMA: &str = "output.schema.key";
const VALUE_SCHEMA: &str = "output.schema.value";
const INFER: &str = "output.schema.infer.value";
const ONLY: &str = "publish.full.document.only";
const TOMBSTONES: &str = "publish.full.document.only.tombstone.on.delete";
const TOLERANCE: &str = "errors.tolerance";
const LOOK_UP: &str = "change.stream.full.document";
const MAP: &str = "topic.namespace.map";
const COPY_REGEX: &str = "startup.mode.copy.existing.namespace.regex";
const COPY_PIPELINE: &str = "startup.mode.copy.existing.pipeline";

/// Values as structures, in plain JSON.
const STRUCTURES: [Property; 3] = [(VALUE, "schema"), (VALUE_CONVERTER, JSON), (VALUE_SCHEMAS, "false")];
/// The same with a schema in every record.
const WITH_SCHEMAS: [Property; 2] = [(VALUE, "schema"), (VALUE_CONVERTER, JSON)];
/// Both sides skip what cannot be converted, and must skip the same.
const SKIPPING: [Property; 1] = [(TOLERANCE, "all")];
/// Documents alone, and only of the collection whose documents have no bytes, which `StringConverter` cannot show.
const READABLE: [Property; 3] = [
    (ONLY, "true"),
    ("pipeline", r#"[{"$match": {"ns.coll": {"$in": ["readable", "zz_sentinels"]}}}]"#),
    (COPY_REGEX, r"\.(readable|zz_sentinels)$"),
];

/// The default schema of values as release 3.0.1 has it; 2.0.1 lacks `wallTime`.
const CHANGE_STREAM: &str = r#"{"name": "ChangeStream", "type": "record", "fields": [
    {"name": "_id", "type": "string"}, {"name": "operationType", "type": ["string", "null"]},
    {"name": "fullDocumentBeforeChange", "type": ["string", "null"]}, {"name": "fullDocument", "type": ["string", "null"]},
    {"name": "ns", "type": [{"name": "ns", "type": "record", "fields": [
        {"name": "db", "type": "string"}, {"name": "coll", "type": ["string", "null"]}]}, "null"]},
    {"name": "to", "type": [{"name": "to", "type": "record", "fields": [
        {"name": "db", "type": "string"}, {"name": "coll", "type": ["string", "null"]}]}, "null"]},
    {"name": "documentKey", "type": ["string", "null"]},
    {"name": "updateDescription", "type": [{"name": "updateDescription", "type": "record", "fields": [
        {"name": "updatedFields", "type": ["string", "null"]},
        {"name": "removedFields", "type": [{"type": "array", "items": "string"}, "null"]},
        {"name": "truncatedArrays", "type": [{"type": "array", "items": {"type": "record", "name": "truncatedArray", "fields": [
            {"name": "field", "type": "string"}, {"name": "newSize", "type": "int"}]}}, "null"]},
        {"name": "disambiguatedPaths", "type": ["string", "null"]}]}, "null"]},
    {"name": "clusterTime", "type": ["string", "null"]}, {"name": "wallTime", "type": ["long", "null"]},
    {"name": "txnNumber", "type": ["long", "null"]},
    {"name": "lsid", "type": [{"name": "lsid", "type": "record", "fields": [
        {"name": "id", "type": "string"}, {"name": "uid", "type": "string"}]}, "null"]}]}"#;

/// Fields that most documents have, in other types than they are, and some that none has.
const NARROW: &str = r#"{"type": "record", "name": "clinic.Narrow", "fields": [
    {"name": "_id", "type": "string"}, {"name": "step", "type": ["double", "null"]},
    {"name": "keep", "type": ["boolean", "null"]}, {"name": "nested.deep", "type": ["int", "null"]},
    {"name": "list", "type": [{"type": "array", "items": "long"}, "null"]},
    {"name": "nested", "type": [{"type": "map", "values": "string"}, "null"]},
    {"name": "absent", "type": "int", "default": 7}, {"name": "note", "type": "string", "default": "none"}]}"#;

/// Numbers as every type of number, dates as text, documents as bytes.
const MEASURES: &str = r#"{"type": "record", "name": "Measures", "fields": [
    {"name": "_id", "type": "string"}, {"name": "whole", "type": ["int", "null"]},
    {"name": "long", "type": ["float", "null"]}, {"name": "double", "type": ["long", "null"]},
    {"name": "date", "type": ["long", "null"]}, {"name": "time", "type": ["double", "null"]},
    {"name": "inner", "type": ["bytes", "null"]}, {"name": "text", "type": ["bytes", "null"]},
    {"name": "inner.deeper.deepest", "type": ["string", "null"]}]}"#;

const DOCUMENT_KEY: &str =
    r#"{"type": "record", "name": "Key", "fields": [{"name": "documentKey._id", "type": ["string", "null"]}]}"#;
const PLACE_KEY: &str = r#"{"type": "record", "name": "a.b.Key", "fields": [
    {"name": "ns", "type": {"type": "map", "values": "string"}}, {"name": "documentKey", "type": ["string", "null"]}]}"#;

type Property = (&'static str, &'static str);

/// A name, and what is set beyond the [`base`].
#[derive(Clone)]
pub(super) struct Case {
    pub(super) name: &'static str,
    /// `@database@` stands for the case's database.
    properties: Vec<Property>,
    /// The collection a sentinel must be put into to be seen.
    pub(super) sentinels: &'static str,
    /// What the name of the topic of sentinels has in it.
    pub(super) sentinel_topic: &'static str,
}

impl Case {
    fn new(name: &'static str, properties: &[&[Property]]) -> Self {
        Self { name, properties: properties.concat(), sentinels: SENTINELS, sentinel_topic: SENTINELS }
    }

    /// The same for one that does not see the collection of sentinels, or gives it no topic of its own.
    fn seen_in(self, sentinels: &'static str, sentinel_topic: &'static str) -> Self {
        Self { sentinels, sentinel_topic, ..self }
    }

    pub(super) fn properties(&self, database: &str) -> impl Iterator<Item = (String, String)> {
        self.properties.iter().map(move |(name, value)| ((*name).to_owned(), value.replace("@database@", database)))
    }
}

/// A collection that every configuration lets through.
pub(super) const SENTINELS: &str = "zz_sentinels";

/// What every configuration has.
pub(super) fn base(mongodb_uri: &str, database: &str) -> Config {
    let properties = [
        ("connection.uri", mongodb_uri),
        ("database", database),
        (KEY_CONVERTER, STRING),
        (VALUE_CONVERTER, STRING),
        ("poll.await.time.ms", "200"),
    ];
    properties.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// The one that has a database to itself and topics without a mark.
pub(super) fn alone() -> Case {
    Case::new("default", &[])
}

/// Those that share a database.
pub(super) fn all() -> Vec<Case> {
    [json(), topics(), scopes(), bson(), converters(), schemas(), inferred()].concat()
}

fn json() -> Vec<Case> {
    let case = Case::new;
    let simplified: &[Property] = &[(FORMATTER, SIMPLIFIED)];
    let document: &[Property] = &[(ONLY, "true")];
    vec![
        case("marked", &[]),
        case("extended", &[&[(FORMATTER, EXTENDED)]]),
        case("simplified", &[simplified, &[(LOOK_UP, "updateLookup")]]),
        case("legacy", &[&[(LOOK_UP, "default")]]),
        case("documents", &[simplified, document, &[(TOMBSTONES, "true")]]),
        case("documentsalone", &[document]),
        case("documentsextended", &[document, &[(FORMATTER, EXTENDED), (TOMBSTONES, "true")]]),
        case("overruled", &[document, &[(LOOK_UP, "default")]]),
        case("tombstonesalone", &[&[(TOMBSTONES, "true")]]),
        case("tokens", &[&[("change.stream.document.key.as.key", "false")]]),
        case("tokendocuments", &[document, &[("change.stream.document.key.as.key", "false"), (TOMBSTONES, "true")]]),
    ]
}

fn topics() -> Vec<Case> {
    let case = Case::new;
    vec![
        case(
            "mapped",
            &[&[
                ("topic.prefix", "pre"),
                ("topic.suffix", "post"),
                ("topic.separator", "-"),
                (
                    MAP,
                    r#"{"@database@.plain": "one_@database@", "/@database@\\.ev.*": "re{sep}{db}{sep_coll_sep}x", "@database@": "all_@database@"}"#,
                ),
            ]],
        ),
        case("star", &[&[(MAP, r#"{"*": "star_@database@"}"#)]]).seen_in(SENTINELS, ""),
        case("database", &[&[(MAP, r#"{"@database@": "db_@database@"}"#), ("topic.separator", "_")]]),
        case("regex", &[&[(MAP, r#"{"/(?i).*\\.(PLAIN|other)": "{coll}_{db}"}"#)]]),
        case("suffixed", &[&[("topic.suffix", "end"), ("topic.separator", "--")]]),
        case("unseparated", &[&[("topic.separator", "")]]),
    ]
}

fn scopes() -> Vec<Case> {
    let case = Case::new;
    vec![
        case(
            "pipeline",
            &[&[(
                "pipeline",
                r#"[{"$match": {"$or": [{"fullDocument.keep": true}, {"operationType": {"$in": ["update", "delete", "drop"]}}]}},
                        {"$addFields": {"mark": "seen"}}, {"$project": {"updateDescription.truncatedArrays": 0}}]"#,
            )]],
        ),
        case("inserts", &[&[("pipeline", r#"[{"$match": {"operationType": "insert"}}]"#), (ONLY, "true")]]),
        case(
            "chosen",
            &[&[(COPY_REGEX, r"\.(every|plain|zz_sentinels)$"), (COPY_PIPELINE, r#"[{"$match": {"keep": true}}]"#)]],
        ),
        case(
            "oldnames",
            &[&[
                ("copy.existing.namespace.regex", r"\.(odd|zz_sentinels)$"),
                ("copy.existing.pipeline", r#"[{"$match": {"keep": true}}]"#),
                ("copy.existing.allow.disk.use", "false"),
                ("copy.existing.max.threads", "1"),
                ("copy.existing.queue.size", "3"),
            ]],
        ),
        case(
            "single",
            &[&[("collection", "plain"), (LOOK_UP, "updateLookup"), ("batch.size", "7"), ("poll.max.batch.size", "5")]],
        )
        .seen_in("plain", "plain"),
        case("singleodd", &[&[("collection", "odd"), (ONLY, "true")]]).seen_in("odd", "odd"),
        case("onebyone", &[&[("poll.max.batch.size", "1"), ("batch.size", "1")]]),
    ]
}

fn bson() -> Vec<Case> {
    let case = Case::new;
    let key: &[Property] = &[(KEY, "bson"), (KEY_CONVERTER, BYTES)];
    let value: &[Property] = &[(VALUE, "bson"), (VALUE_CONVERTER, BYTES)];
    vec![
        case("bson", &[key, value]),
        case("bsonkey", &[key]),
        case("bsondocuments", &[value, &[(ONLY, "true"), (TOMBSTONES, "true")]]),
        case("bsonquoted", &[&[(VALUE, "bson"), (VALUE_CONVERTER, JSON), (VALUE_SCHEMAS, "false")]]),
        case("bsonschema", &[&[(KEY, "bson"), (KEY_CONVERTER, JSON), (VALUE, "bson"), (VALUE_CONVERTER, JSON)]]),
    ]
}

fn converters() -> Vec<Case> {
    let case = Case::new;
    let encoding = |name| [("value.converter.converter.encoding", name)];
    let quoted: &[Property] =
        &[(KEY_CONVERTER, JSON), (KEY_SCHEMAS, "false"), (VALUE_CONVERTER, JSON), (VALUE_SCHEMAS, "false")];
    vec![
        case("quoted", &[quoted]),
        case("quotedschema", &[&[(KEY_CONVERTER, JSON), (VALUE_CONVERTER, JSON)]]),
        case("quotedtombstones", &[quoted, &[(ONLY, "true"), (TOMBSTONES, "true"), (FORMATTER, SIMPLIFIED)]]),
        case("ascii", &[&READABLE, &encoding("US-ASCII")]),
        case("latin", &[&READABLE, &encoding("ISO-8859-1")]),
        case("wide", &[&READABLE, &encoding("UTF-16")]),
        case("widelittle", &[&READABLE, &encoding("UTF-16LE")]),
    ]
}

fn schemas() -> Vec<Case> {
    let case = Case::new;
    let key: &[Property] = &[(KEY, "schema"), (KEY_CONVERTER, JSON)];
    let change_stream: &[Property] = &[(VALUE_SCHEMA, CHANGE_STREAM)];
    let plain_key: &[Property] = &[(KEY_SCHEMAS, "false")];
    vec![
        case("schema", &[&STRUCTURES, change_stream]),
        case("schemaextended", &[&STRUCTURES, change_stream, &[(FORMATTER, EXTENDED)]]),
        case("schemasimplified", &[&STRUCTURES, change_stream, &[(FORMATTER, SIMPLIFIED)]]),
        case("schematold", &[&WITH_SCHEMAS, change_stream]),
        case("schematext", &[&[(VALUE, "schema")], change_stream]),
        case("schemakey", &[key]),
        case("schemakeychosen", &[key, plain_key, &[(KEY_SCHEMA, DOCUMENT_KEY), (FORMATTER, SIMPLIFIED)]]),
        case("schemakeyplace", &[key, &[(KEY_SCHEMA, PLACE_KEY)]]),
        case("schemakeytext", &[&[(KEY, "schema"), (KEY_SCHEMA, DOCUMENT_KEY)]]),
        case("schemaboth", &[key, &WITH_SCHEMAS, change_stream]),
        case("narrow", &[&STRUCTURES, &SKIPPING, &[(VALUE_SCHEMA, NARROW), (ONLY, "true")]]),
        case(
            "narrowtold",
            &[&WITH_SCHEMAS, &SKIPPING, &[(VALUE_SCHEMA, NARROW), (ONLY, "true"), (TOMBSTONES, "true")]],
        ),
        case(
            "narrownulls",
            &[
                &STRUCTURES,
                &SKIPPING,
                &[(VALUE_SCHEMA, NARROW), (ONLY, "true"), ("value.converter.replace.null.with.default", "false")],
            ],
        ),
        case("measures", &[&STRUCTURES, &SKIPPING, &[(VALUE_SCHEMA, MEASURES), (ONLY, "true")]]),
        case("measurestext", &[&READABLE, &SKIPPING, &[(VALUE, "schema"), (VALUE_SCHEMA, NARROW)]]),
        // Nothing that the source makes is a long: only tombstones are left.
        case("primitive", &[&SKIPPING, &[(VALUE_CONVERTER, LONG), (ONLY, "true"), (TOMBSTONES, "true")]]),
    ]
}

fn inferred() -> Vec<Case> {
    let case = Case::new;
    let infer: &[Property] = &[(INFER, "true")];
    let document: &[Property] = &[(ONLY, "true"), (TOMBSTONES, "true")];
    vec![
        case("inferred", &[&STRUCTURES, &SKIPPING, infer]),
        case("inferredtold", &[&WITH_SCHEMAS, &SKIPPING, infer]),
        case("inferreddocuments", &[&STRUCTURES, &SKIPPING, infer, document, &[(FORMATTER, SIMPLIFIED)]]),
        case("inferredextended", &[&WITH_SCHEMAS, &SKIPPING, infer, document, &[(FORMATTER, EXTENDED)]]),
        case(
            "inferrednumeric",
            &[&STRUCTURES, &SKIPPING, infer, document, &[("value.converter.decimal.format", "NUMERIC")]],
        ),
        case("inferredtext", &[&READABLE, &SKIPPING, infer, &[(VALUE, "schema")]]),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_differ_and_there_are_more_than_forty() {
        let names: BTreeSet<&str> = all().iter().map(|case| case.name).collect();

        assert_eq!(names.len(), all().len());
        assert!(names.len() > 40, "{}", names.len());
        assert!(all().len() < 100, "a mark has two digits");
    }
}
