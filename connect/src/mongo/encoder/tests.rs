#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::error::Error as _;

use bson::{DateTime, RawBson, RawDocumentBuf, rawdoc};
use bytes::Bytes;

use super::{Encoded, RecordEncoder};
use crate::config::{
    Charset, ConverterConfig, DecimalFormat, HeartbeatConfig, JsonConverterConfig, OutputFormat, Primitive,
    SourceConfig,
};
use crate::error::{Error, ErrorKind};
use crate::mongo::sample::config;
use crate::mongo::{CopiedEvents, SkipReason, SyntheticEvents};
use crate::pipeline::EventDocument;
use crate::position::Namespace;
use crate::record::ProducerRecord;

const JSON: JsonConverterConfig = JsonConverterConfig {
    schemas_enable: false,
    decimal_format: DecimalFormat::Base64,
    replace_null_with_default: true,
};

const SECRET: &str = "secret-content";

fn namespace() -> Namespace {
    Namespace { database: "jee".to_owned(), collection: "patients".to_owned() }
}

fn events() -> SyntheticEvents {
    SyntheticEvents::new(namespace(), 1_700_000_000_000)
}

fn encode(config: &SourceConfig, event: &RawDocumentBuf) -> ProducerRecord {
    match RecordEncoder::new(config).unwrap().encode(event).unwrap() {
        Encoded::Record(record) => record,
        Encoded::Skipped(reason) => panic!("skipped: {reason:?}"),
    }
}

/// The error, after making sure that neither it nor anything below it shows contents.
fn discreet_error(config: &SourceConfig, event: &RawDocumentBuf) -> Error {
    let error = RecordEncoder::new(config).unwrap().encode(event).unwrap_err();
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(shown) = cause {
        assert!(!format!("{shown} {shown:?}").contains(SECRET), "{shown:?}");
        cause = shown.source();
    }
    error
}

#[test]
fn a_copied_document_and_its_later_changes_share_their_key() {
    let document = rawdoc! { "_id": "a1", "name": "김" };
    let copied = CopiedEvents::new(&namespace()).unwrap().event(&document).unwrap();
    let config = config();

    let records = [copied, events().insert(&document).unwrap(), events().delete(&document).unwrap()]
        .map(|event| encode(&config, &event));

    for record in &records {
        assert_eq!(&*record.topic, "jee.patients");
        assert_eq!(record.key, Some(Bytes::from_static(br#"{"_id": "a1"}"#)));
    }
    let copied = concat!(
        r#"{"_id": {"_id": "a1", "copyingData": true}, "operationType": "insert", "documentKey": {"_id": "a1"}, "#,
        r#""fullDocument": {"_id": "a1", "name": "김"}, "ns": {"db": "jee", "coll": "patients"}}"#,
    );
    assert_eq!(records[0].value, Some(Bytes::from_static(copied.as_bytes())));
}

#[test]
fn a_tombstone_survives_every_converter() {
    let event = events().delete(&rawdoc! { "_id": 1 }).unwrap();
    let json = |schemas_enable| ConverterConfig::Json(JsonConverterConfig { schemas_enable, ..JSON });
    let others = [ConverterConfig::ByteArray, ConverterConfig::Primitive(Primitive::Integer)];
    for converter in [ConverterConfig::String(Charset::Utf8), json(true), json(false)].into_iter().chain(others) {
        let mut config = config();
        config.publish.full_document_only = true;
        config.publish.tombstone_on_delete = true;
        config.output.value_converter = converter;

        let record = encode(&config, &event);

        assert_eq!((record.key, record.value), (Some(Bytes::from_static(br#"{"_id": 1}"#)), None));
    }
}

#[test]
fn what_is_skipped_is_said_with_the_reason() {
    let mut config = config();
    config.publish.full_document_only = true;
    let event = events().delete(&rawdoc! { "_id": 1 }).unwrap();

    let encoded = RecordEncoder::new(&config).unwrap().encode(&event).unwrap();

    assert_eq!(encoded, Encoded::Skipped(SkipReason::NoFullDocument));
}

#[test]
fn json_through_the_json_converter_is_quoted_twice_as_the_official_worker_does() {
    let mut config = config();
    config.output.key_converter = ConverterConfig::Json(JSON);

    let record = encode(&config, &events().delete(&rawdoc! { "_id": "a" }).unwrap());

    assert_eq!(record.key, Some(Bytes::from_static(br#""{\"_id\": \"a\"}""#)));
}

#[test]
fn a_converter_that_does_not_fit_names_stage_and_namespace_only() {
    let event = events().insert(&rawdoc! { "_id": SECRET, "name": SECRET }).unwrap();
    let mut config = config();
    config.output.value_converter = ConverterConfig::ByteArray;

    let error = discreet_error(&config, &event);

    assert_eq!(error.kind(), ErrorKind::Conversion);
    assert_eq!(error.context(), "VALUE_CONVERTER: a change event of jee.patients could not be converted");
    assert_eq!(error.source().unwrap().to_string(), "Invalid schema type for ByteArrayConverter: STRING");

    config.output.key_format = OutputFormat::Bson;
    assert!(discreet_error(&config, &event).context().starts_with("KEY_CONVERTER: "));
}

#[test]
fn malformed_bson_is_a_conversion_error_without_contents() {
    let mut bytes = events().insert(&rawdoc! { "_id": 1, "name": SECRET }).unwrap().into_bytes();
    let at = bytes.windows(5).rposition(|window| window == b"name\0").unwrap();
    bytes[at - 1] = 0x42;
    let event = RawDocumentBuf::from_bytes(bytes).unwrap();

    let error = discreet_error(&config(), &event);

    assert_eq!(error.kind(), ErrorKind::Conversion);
    assert_eq!(error.context(), "TASK_POLL: The value of a change event of jee.patients cannot be written");
}

#[test]
fn an_illegal_topic_is_an_error_with_the_remedy() {
    let namespace = Namespace { database: "jee".to_owned(), collection: "a$b".to_owned() };
    let event = SyntheticEvents::new(namespace, 0).delete(&rawdoc! { "_id": SECRET }).unwrap();

    let error = discreet_error(&config(), &event);

    assert_eq!(error.kind(), ErrorKind::TopicUnusable);
    assert!(error.context().contains("topic.namespace.map, for example 'jee.a_b'"), "{}", error.context());
}

#[test]
fn an_unusable_map_is_a_configuration_error() {
    let mut config = config();
    config.topics.namespace_map = vec![("a/b".to_owned(), "t".to_owned())];

    assert_eq!(RecordEncoder::new(&config).unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn a_heartbeat_is_the_token_as_the_key_and_no_value() {
    let mut config = config();
    config.stream.heartbeat = Some(HeartbeatConfig { interval_ms: 1, topic: "__mongodb_heartbeats".to_owned() });
    let heartbeat = EventDocument::heartbeat(&rawdoc! { "_data": "8263" });

    let Encoded::Record(plain) = RecordEncoder::new(&config).unwrap().encode_event(&heartbeat).unwrap() else {
        panic!("a record")
    };
    let json = JsonConverterConfig {
        schemas_enable: false,
        decimal_format: DecimalFormat::Base64,
        replace_null_with_default: true,
    };
    let with_schema = JsonConverterConfig { schemas_enable: true, ..json };
    config.output.key_converter = ConverterConfig::Json(json);
    config.output.value_converter = ConverterConfig::Json(with_schema);
    let Encoded::Record(quoted) = RecordEncoder::new(&config).unwrap().encode_event(&heartbeat).unwrap() else {
        panic!("a record")
    };

    assert_eq!(&*plain.topic, "__mongodb_heartbeats");
    assert_eq!(plain.key.as_deref(), Some(&br#"{"_data": "8263"}"#[..]));
    assert_eq!((plain.value, plain.headers), (None, Vec::new()));
    assert_eq!(quoted.key.as_deref(), Some(&br#""{\"_data\": \"8263\"}""#[..]), "as every key");
    let envelope = br#"{"schema":{"type":"bytes","optional":true},"payload":null}"#;
    assert_eq!(quoted.value.as_deref(), Some(&envelope[..]), "the official value has a schema that allows null");
}

#[test]
fn an_event_that_cannot_be_delivered_is_an_error_that_names_its_namespace_only() {
    let known =
        rawdoc! { "_id": { "_data": "82" }, "ns": { "db": "jee", "coll": "scans" }, "documentKey": { "_id": SECRET } };
    let event = EventDocument::too_large(Bytes::from(known.into_bytes()));

    let error = RecordEncoder::new(&config()).unwrap().encode_event(&event).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::EventTooLarge);
    assert_eq!(error.context(), "A change event of jee.scans is larger than MongoDB can deliver in one piece");
}

/// Documents that trip converters, as a stream may deliver them.
fn poison() -> Vec<(&'static str, RawDocumentBuf)> {
    let date = |ms| RawBson::DateTime(DateTime::from_millis(ms));
    let decimal = |text: &str| RawBson::Decimal128(text.parse().unwrap());
    let mut broken = rawdoc! { "_id": 1, "text": "xyz" }.into_bytes();
    let at = broken.windows(3).position(|window| window == b"xyz").unwrap();
    broken[at..at + 3].copy_from_slice(&[0xED, 0xA0, 0x80]);
    let nested = |levels| (0..levels).fold(rawdoc! { "a": 1 }, |inner, _| rawdoc! { "a": inner });
    vec![
        ("NaN decimal", rawdoc! { "_id": 1, "d": decimal("NaN") }),
        ("infinite decimal", rawdoc! { "_id": 1, "d": decimal("-Infinity") }),
        ("negative zero decimal", rawdoc! { "_id": 1, "d": decimal("-0.0") }),
        ("year 10000", rawdoc! { "_id": 1, "d": date(253_402_300_800_000) }),
        ("year -5", rawdoc! { "_id": 1, "d": date(-62_325_000_000_000) }),
        ("the first and the last date", rawdoc! { "_id": 1, "d": date(i64::MIN), "e": date(i64::MAX) }),
        ("depth 200", rawdoc! { "_id": 1, "d": nested(200) }),
        ("depth 400", rawdoc! { "_id": 1, "d": nested(400) }),
        ("duplicate keys", rawdoc! { "_id": 1, "a": 1, "a": "x", "_id": 2 }),
        ("invalid UTF-8", RawDocumentBuf::from_bytes(broken).unwrap()),
        ("a nameless field", rawdoc! { "_id": 1, "": { "": 1 } }),
        ("bare NaN", rawdoc! { "_id": 1, "d": f64::NAN }),
    ]
}

#[test]
fn a_poison_document_becomes_a_record_or_a_conversion_error_whatever_the_format() {
    let formats = [OutputFormat::Json, OutputFormat::Bson, OutputFormat::InferredSchema];
    let mut failed = Vec::new();
    for (name, document) in poison() {
        for format in &formats {
            let mut config = config();
            config.output.value_format = format.clone();
            config.output.value_converter = match format {
                OutputFormat::Bson => ConverterConfig::ByteArray,
                _ => ConverterConfig::Json(JSON),
            };
            let event = events().insert(&document).unwrap();

            match RecordEncoder::new(&config).unwrap().encode(&event) {
                Ok(encoded) => assert!(matches!(encoded, Encoded::Record(_)), "{name}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Conversion, "{name}");
                    failed.push((name, format.clone()));
                }
            }
        }
    }

    // The official connector fails on these as well, but for the depth, which no MongoDB stores.
    let names = ["NaN decimal", "infinite decimal", "negative zero decimal", "depth 400", "a nameless field"];
    assert_eq!(failed, names.map(|name| (name, OutputFormat::InferredSchema)));
}
