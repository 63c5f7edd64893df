#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use bson::{RawBson, RawDocumentBuf, oid::ObjectId, rawdoc};

use super::{EventMapper, MapError, Mapped, Part, SkipReason};
use crate::config::{JsonFormatterKind, OutputFormat, SourceConfig};
use crate::mongo::sample::config;
use crate::record::{Data, SourceRecord};
use crate::schema::Value;

const TOKEN_KEY: &str = r#"{"_id": {"_data": "82"}}"#;

fn only(tombstone_on_delete: bool) -> SourceConfig {
    let mut config = config();
    config.publish.full_document_only = true;
    config.publish.tombstone_on_delete = tombstone_on_delete;
    config
}

fn map(config: &SourceConfig, event: &RawDocumentBuf) -> Mapped {
    EventMapper::new(config).unwrap().map(event).unwrap()
}

fn record(config: &SourceConfig, event: &RawDocumentBuf) -> SourceRecord {
    match map(config, event) {
        Mapped::Record(record) => record,
        Mapped::Skipped(reason) => panic!("skipped: {reason:?}"),
    }
}

fn text(data: &Option<Data>) -> Option<&str> {
    match data {
        Some(Data::Text(text)) => Some(text),
        Some(other) => panic!("{other:?} instead of text"),
        None => None,
    }
}

fn event(operation: &str, rest: RawDocumentBuf) -> RawDocumentBuf {
    let mut event = rawdoc! { "_id": { "_data": "82" }, "operationType": operation };
    let fields = rest.iter().map(|field| field.unwrap());
    fields.for_each(|(name, value)| event.append(name, RawBson::from(value)));
    event
}

fn insert() -> RawDocumentBuf {
    event(
        "insert",
        rawdoc! { "fullDocument": { "_id": 5, "a": 1 }, "ns": { "db": "jee", "coll": "v" }, "documentKey": { "_id": 5 } },
    )
}

fn delete() -> RawDocumentBuf {
    event("delete", rawdoc! { "ns": { "db": "jee", "coll": "v" }, "documentKey": { "_id": 5 } })
}

fn update_looked_up_too_late() -> RawDocumentBuf {
    event(
        "update",
        rawdoc! { "fullDocument": RawBson::Null, "ns": { "db": "jee", "coll": "v" }, "documentKey": { "_id": 5 } },
    )
}

fn drop_of_a_collection() -> RawDocumentBuf {
    event("drop", rawdoc! { "ns": { "db": "jee", "coll": "v" } })
}

fn drop_of_a_database() -> RawDocumentBuf {
    event("dropDatabase", rawdoc! { "ns": { "db": "jee" } })
}

#[test]
fn the_whole_event_is_the_value_and_the_document_key_the_key() {
    let record = record(&config(), &insert());

    assert_eq!(&*record.topic, "jee.v");
    assert_eq!(text(&record.key), Some(r#"{"_id": 5}"#));
    let value = concat!(
        r#"{"_id": {"_data": "82"}, "operationType": "insert", "fullDocument": {"_id": 5, "a": 1}, "#,
        r#""ns": {"db": "jee", "coll": "v"}, "documentKey": {"_id": 5}}"#,
    );
    assert_eq!(text(&record.value), Some(value));
    assert_eq!(record.headers, []);
}

#[test]
fn every_kind_of_event_is_published_whole_without_full_document_only() {
    for event in [insert(), delete(), update_looked_up_too_late(), drop_of_a_collection(), drop_of_a_database()] {
        assert!(record(&config(), &event).value.is_some());
    }
}

#[test]
fn events_without_a_document_key_are_keyed_by_their_token() {
    assert_eq!(text(&record(&config(), &drop_of_a_collection()).key), Some(TOKEN_KEY));
    let dropped = record(&config(), &drop_of_a_database());
    assert_eq!((&*dropped.topic, text(&dropped.key)), ("jee", Some(TOKEN_KEY)));
}

#[test]
fn the_token_is_every_key_when_so_configured() {
    let mut config = config();
    config.publish.document_key_as_key = false;

    assert_eq!(text(&record(&config, &insert()).key), Some(TOKEN_KEY));
}

#[test]
fn full_document_only_publishes_documents_and_skips_the_rest() {
    let config = only(false);

    assert_eq!(text(&record(&config, &insert()).value), Some(r#"{"_id": 5, "a": 1}"#));
    for event in [delete(), update_looked_up_too_late(), drop_of_a_collection(), drop_of_a_database()] {
        assert_eq!(map(&config, &event), Mapped::Skipped(SkipReason::NoFullDocument));
    }
}

#[test]
fn tombstones_stand_for_every_event_that_lacks_the_field_but_not_for_null() {
    let config = only(true);

    let deleted = record(&config, &delete());
    assert_eq!((text(&deleted.key), deleted.value), (Some(r#"{"_id": 5}"#), None));
    let dropped = record(&config, &drop_of_a_collection());
    assert_eq!((text(&dropped.key), dropped.value), (Some(TOKEN_KEY), None));
    assert_eq!(text(&record(&config, &insert()).value), Some(r#"{"_id": 5, "a": 1}"#));
    assert_eq!(map(&config, &update_looked_up_too_late()), Mapped::Skipped(SkipReason::NoFullDocument));
}

#[test]
fn the_tombstone_switch_alone_does_nothing() {
    let mut config = config();
    config.publish.tombstone_on_delete = true;

    assert!(record(&config, &delete()).value.is_some());
}

#[test]
fn events_without_a_namespace_are_skipped_whatever_the_flags() {
    let invalidate = event("invalidate", rawdoc! { "clusterTime": 1 });

    for config in [config(), only(false), only(true)] {
        assert_eq!(map(&config, &invalidate), Mapped::Skipped(SkipReason::NoTopic));
    }
}

#[test]
fn bson_output_is_a_slice_of_the_event_as_it_came() {
    let mut config = only(false);
    config.output.key_format = OutputFormat::Bson;
    config.output.value_format = OutputFormat::Bson;

    let record = record(&config, &insert());

    let bytes = |document: RawDocumentBuf| Some(Data::Bytes(document.into_bytes().into()));
    assert_eq!(record.key, bytes(rawdoc! { "_id": 5 }));
    assert_eq!(record.value, bytes(rawdoc! { "_id": 5, "a": 1 }));
}

#[test]
fn keys_and_values_are_written_by_the_chosen_formatter() {
    let id = ObjectId::from_bytes([0xAB; 12]);
    let event = event("delete", rawdoc! { "ns": { "db": "jee", "coll": "v" }, "documentKey": { "_id": id } });
    let mut config = config();

    config.output.json_formatter = JsonFormatterKind::Simplified;

    assert_eq!(text(&record(&config, &event).key), Some(r#"{"_id": "abababababababababababab"}"#));
}

#[test]
fn a_document_key_that_is_no_document_is_an_error_and_not_another_key() {
    let event = event("delete", rawdoc! { "ns": { "db": "jee", "coll": "v" }, "documentKey": 5 });

    let error = EventMapper::new(&config()).unwrap().map(&event).unwrap_err();

    assert_eq!(error, MapError::KeyIsNoDocument { place: "jee.v".to_owned() });
}

#[test]
fn an_event_robbed_of_its_id_has_no_key() {
    let event = rawdoc! { "ns": { "db": "jee", "coll": "v" } };

    let error = EventMapper::new(&config()).unwrap().map(&event).unwrap_err();

    assert_eq!(error, MapError::NoId { place: "jee.v".to_owned() });
}

#[test]
fn an_illegal_topic_stops_what_would_be_published_and_not_what_is_skipped() {
    let event = event("delete", rawdoc! { "ns": { "db": "jee", "coll": "a$b" }, "documentKey": { "_id": 5 } });

    let error = EventMapper::new(&config()).unwrap().map(&event).unwrap_err();

    assert!(matches!(error, MapError::Topic { ref place, .. } if place == "jee.a$b"), "{error}");
    assert_eq!(map(&only(false), &event), Mapped::Skipped(SkipReason::NoFullDocument));
}

#[test]
fn malformed_contents_name_the_part_and_the_place() {
    let mut bytes = insert().into_bytes();
    let at = bytes.windows(2).rposition(|window| window == b"a\0").unwrap();
    bytes[at - 1] = 0x42;
    let event = RawDocumentBuf::from_bytes(bytes).unwrap();

    let error = EventMapper::new(&config()).unwrap().map(&event).unwrap_err();

    assert!(matches!(error, MapError::Output { part: Part::Value, .. }), "{error}");
    assert_eq!(error.to_string(), "The value of a change event of jee.v cannot be written");
}

/// An Avro schema as it would be configured.
fn schema(text: &str) -> OutputFormat {
    OutputFormat::Schema(Arc::new(crate::schema::avro::connect_schema(text).unwrap()))
}

fn values(data: Option<Data>) -> Vec<Value> {
    match data {
        Some(Data::Structure { value: Value::Struct(values), .. }) => values,
        other => panic!("{other:?} instead of a structure"),
    }
}

#[test]
fn a_key_with_a_schema_is_made_of_the_whole_event() {
    let mut config = config();
    config.output.key_format = schema(
        r#"{"type": "record", "name": "k", "fields": [{"name": "documentKey._id", "type": "string"},
            {"name": "ns.coll", "type": "string"}, {"name": "_id", "type": "string"}]}"#,
    );
    config.publish.document_key_as_key = false;

    let key = record(&config, &insert()).key;

    let token = Value::String(r#"{"_data": "82"}"#.to_owned());
    let text = |text: &str| Value::String(text.to_owned());
    assert_eq!(values(key), [text("5"), text("v"), token]);
}

#[test]
fn a_value_has_the_schema_of_the_configuration_or_one_of_its_own() {
    let mut config = config();
    config.publish.full_document_only = true;
    config.output.value_format =
        schema(r#"{"type": "record", "name": "v", "fields": [{"name": "n", "type": ["long", "null"]}]}"#);
    let document = |document: RawDocumentBuf| {
        event("insert", rawdoc! { "fullDocument": document, "ns": { "db": "jee", "coll": "v" }, "documentKey": {} })
    };

    assert_eq!(values(record(&config, &document(rawdoc! { "n": 1 })).value), [Value::Int64(1)]);
    assert_eq!(values(record(&config, &document(rawdoc! { "m": 1 })).value), [Value::Null]);
    config.output.value_format = OutputFormat::InferredSchema;
    let Some(Data::Structure { schema, value }) = record(&config, &document(rawdoc! { "m": 1 })).value else {
        panic!("no structure")
    };
    assert_eq!((schema.fields()[0].name.as_str(), value), ("m", Value::Struct(vec![Value::Int32(1)])));
}

#[test]
fn what_does_not_fit_a_schema_is_told_without_contents() {
    let mut config = config();
    config.output.value_format =
        schema(r#"{"type": "record", "name": "v", "fields": [{"name": "operationType", "type": "int"}]}"#);

    let error = EventMapper::new(&config).unwrap().map(&insert()).unwrap_err();

    assert_eq!(error.to_string(), "The value of a change event of jee.v does not fit its schema");
    let MapError::Schema { source, .. } = error else { panic!("{error:?}") };
    assert_eq!(source.to_string(), "Schema type of int32 but value was of type: string");
}
