#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bson::{RawDocumentBuf, rawdoc};

use super::*;
use crate::config::{Charset, ConverterConfig, DecimalFormat, JsonConverterConfig, Primitive};
use crate::error::{ErrorKind, Stage};
use crate::mongo::CopiedEvents;
use crate::mongo::sample::config;
use crate::position::Namespace;

fn configured(change: impl FnOnce(&mut SourceConfig)) -> SourceConfig {
    let mut config = config();
    let topic = "letters".to_owned();
    config.errors.dead_letters = Some(DeadLetterConfig { topic, has_headers: true, replication_factor: None });
    change(&mut config);
    config
}

fn update() -> RawDocumentBuf {
    rawdoc! {
        "_id": { "_data": "8263" }, "operationType": "update",
        "fullDocument": { "_id": 5, "n": 3_000_000_000_i64 }, "ns": { "db": "jee", "coll": "patients" },
        "documentKey": { "_id": 5 }, "updateDescription": { "updatedFields": { "n": 3_000_000_000_i64 } },
    }
}

fn too_large() -> Error {
    Error::new(ErrorKind::RecordTooLarge, "Delivering a record of 9 bytes").at(Stage::KafkaProduce)
}

fn letter_of(config: &SourceConfig, event: &RawDocumentBuf, error: &Error, content: LetterContent) -> ProducerRecord {
    let event = EventDocument::new(Bytes::copy_from_slice(event.as_bytes()));
    DeadLetters::new(config, "orders", 0).unwrap().letter(&event, error, content)
}

fn texts(record: &ProducerRecord) -> (&str, &str) {
    let text = |part: &Bytes| std::str::from_utf8(part).unwrap().to_owned().leak() as &str;
    (text(record.key.as_ref().unwrap()), text(record.value.as_ref().unwrap()))
}

fn headers(record: &ProducerRecord) -> Vec<(&str, &str)> {
    let text = |value: &Option<Bytes>| std::str::from_utf8(value.as_ref().unwrap()).unwrap().to_owned().leak() as &str;
    record.headers.iter().map(|header| (header.key.as_str(), text(&header.value))).collect()
}

#[test]
fn without_a_topic_there_are_no_dead_letters() {
    assert!(DeadLetters::new(&config(), "orders", 0).is_none());
}

#[test]
fn key_and_value_are_relaxed_json_as_the_official_connector_writes_them() {
    let error = Error::new(ErrorKind::Conversion, "It cannot be converted").at(Stage::TaskPoll);

    let letter = letter_of(&configured(|_| {}), &update(), &error, LetterContent::Whole);

    assert_eq!(&*letter.topic, "letters");
    let value = concat!(
        r#"{"_id": {"_data": "8263"}, "operationType": "update", "fullDocument": {"_id": 5, "n": 3000000000}, "#,
        r#""ns": {"db": "jee", "coll": "patients"}, "documentKey": {"_id": 5}, "#,
        r#""updateDescription": {"updatedFields": {"n": 3000000000}}}"#,
    );
    assert_eq!(texts(&letter), (r#"{"_id": 5}"#, value));
}

#[test]
fn key_and_value_follow_what_the_connector_publishes() {
    let config = configured(|config| {
        config.publish.document_key_as_key = false;
        config.publish.full_document_only = true;
    });
    let delete = rawdoc! { "_id": { "_data": "82" }, "ns": { "db": "jee", "coll": "a" }, "documentKey": { "_id": 1 } };

    let document = letter_of(&config, &update(), &too_large(), LetterContent::Whole);
    let tombstone = letter_of(&config, &delete, &too_large(), LetterContent::Whole);

    assert_eq!(texts(&document), (r#"{"_id": {"_data": "8263"}}"#, r#"{"_id": 5, "n": 3000000000}"#));
    assert_eq!(texts(&tombstone), (r#"{"_id": {"_data": "82"}}"#, "{}"));
}

#[test]
fn a_key_with_a_schema_was_made_of_the_whole_event_and_so_is_the_letters() {
    let config = configured(|config| {
        let schema = crate::config::SourceConfig::parse(
            &[("output.format.key".to_owned(), "schema".to_owned())].into_iter().collect(),
        );
        config.output.key_format = schema.unwrap().output.key_format;
    });

    let whole = letter_of(&config, &update(), &too_large(), LetterContent::Whole);
    let part = letter_of(&config, &update(), &too_large(), LetterContent::WithoutDocuments);

    assert_eq!(texts(&whole).0, texts(&whole).1);
    assert_eq!(texts(&part).0, r#"{"_id": 5}"#, "too large once is too large twice");
}

#[test]
fn they_go_through_the_connectors_own_converters_and_none_loses_them() {
    let convert = |converter: ConverterConfig| {
        let config = configured(|config| config.output.key_converter = converter);
        let letter = letter_of(&config, &update(), &too_large(), LetterContent::WithoutDocuments);
        texts(&letter).0.to_owned()
    };

    let json = |schemas_enable| {
        let (decimal_format, replace_null_with_default) = (DecimalFormat::Base64, true);
        ConverterConfig::Json(JsonConverterConfig { schemas_enable, decimal_format, replace_null_with_default })
    };
    let enveloped = r#"{"schema":{"type":"string","optional":false},"payload":"{\"_id\": 5}"}"#;

    assert_eq!(convert(ConverterConfig::String(Charset::Utf8)), r#"{"_id": 5}"#);
    assert_eq!(convert(json(false)), r#""{\"_id\": 5}""#);
    assert_eq!(convert(json(true)), enveloped);
    assert_eq!(convert(ConverterConfig::Primitive(Primitive::Long)), r#"{"_id": 5}"#);
    assert_eq!(convert(ConverterConfig::ByteArray), r#"{"_id": 5}"#);
}

#[test]
fn a_record_that_is_too_large_leaves_its_documents_behind_and_keeps_key_and_token() {
    let letter = letter_of(&configured(|_| {}), &update(), &too_large(), LetterContent::WithoutDocuments);

    let value = concat!(
        r#"{"_id": {"_data": "8263"}, "operationType": "update", "ns": {"db": "jee", "coll": "patients"}, "#,
        r#""documentKey": {"_id": 5}}"#,
    );
    assert_eq!(texts(&letter), (r#"{"_id": 5}"#, value));
    assert!(headers(&letter).contains(&("naru.content", "without-documents")));
}

#[test]
fn headers_tell_what_happened_where_and_at_which_position() {
    let letter = letter_of(&configured(|_| {}), &update(), &too_large(), LetterContent::WithoutDocuments);

    assert_eq!(
        headers(&letter),
        [
            ("__connect.errors.connector.name", "orders"),
            ("__connect.errors.task.id", "0"),
            ("__connect.errors.stage", "KAFKA_PRODUCE"),
            ("__connect.errors.exception.class.name", "RecordTooLarge"),
            ("__connect.errors.exception.message", "Delivering a record of 9 bytes"),
            ("naru.error.code", "NARU-2003"),
            ("naru.content", "without-documents"),
            ("naru.namespace", "jee.patients"),
            ("naru.resume.token", r#"{"_data": "8263"}"#),
        ]
    );
}

#[test]
fn headers_can_be_left_out_as_the_official_connector_does() {
    let config = configured(|config| config.errors.dead_letters.as_mut().unwrap().has_headers = false);

    let letter = letter_of(&config, &update(), &too_large(), LetterContent::Whole);

    assert!(letter.headers.is_empty());
}

#[test]
fn a_copied_document_is_named_by_its_id() {
    let namespace = Namespace { database: "jee".to_owned(), collection: "patients".to_owned() };
    let copied = CopiedEvents::new(&namespace).unwrap().event(&rawdoc! { "_id": "a", "n": 1 }).unwrap();

    let letter = letter_of(&configured(|_| {}), &copied, &too_large(), LetterContent::WithoutDocuments);

    assert_eq!(texts(&letter).0, r#"{"_id": "a"}"#);
    assert!(headers(&letter).contains(&("naru.resume.token", r#"{"_id": "a", "copyingData": true}"#)));
}

#[test]
fn what_cannot_be_read_is_kept_as_bytes() {
    let mut bytes = update().into_bytes();
    bytes[4] = 0x42;
    let broken = EventDocument::new(Bytes::from(bytes.clone()));
    let error = Error::new(ErrorKind::Conversion, "A change event cannot be read").at(Stage::TaskPoll);

    for broken in [broken, EventDocument::new(Bytes::from_static(b"no document"))] {
        let letter =
            DeadLetters::new(&configured(|_| {}), "orders", 0).unwrap().letter(&broken, &error, LetterContent::Whole);

        let expected =
            format!(r#"{{"$binary": {{"base64": "{}", "subType": "00"}}}}"#, STANDARD.encode(broken.bytes()));
        assert_eq!(texts(&letter).1, expected);
        assert!(headers(&letter).contains(&("naru.content", "bson")));
    }
}
