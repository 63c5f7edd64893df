//! The outcome against real services: nothing is written, and what is shown is what the producer writes.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::time::Instant;

use bson::doc;
use connect::config::TopicCreationConfig;
use connect::pipeline::{Sink as _, Ticket};

use super::*;
use crate::ids::{ConnectorName, TaskNumber};
use crate::kafka::client::ClientSettings;
use crate::kafka::producer::{KafkaSink, SinkLimits, SinkOptions};
use crate::kafka::testing::{read_back, real, unique_topic};
use crate::kafka::topics::Topics;
use crate::mongo::fixture::Fixture;
use crate::preview::record::Encoding;

struct Stage {
    fixture: Fixture,
    kafka: ClientSettings,
    remote: Remote,
    prefix: String,
}

impl Stage {
    async fn new(test: &str) -> Option<Self> {
        let fixture = Fixture::new(test).await?;
        let kafka = real(test)?;
        Some(Self { remote: Remote::new(kafka.clone(), true), fixture, kafka, prefix: unique_topic("outcome") })
    }

    fn config(&self, more: &[(&str, &str)]) -> SubmittedConfig {
        let mut config = SubmittedConfig::new();
        config.set("connector.class", "com.mongodb.kafka.connect.MongoSourceConnector");
        config.set("connection.uri", &self.fixture.uri);
        config.set("database", &self.fixture.database);
        config.set("topic.prefix", &self.prefix);
        config.set("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        config.set("value.converter", "org.apache.kafka.connect.storage.StringConverter");
        config.set("output.json.formatter", "com.mongodb.kafka.connect.source.json.formatter.SimplifiedJson");
        for (name, value) in more {
            config.set(*name, *value);
        }
        config
    }

    async fn show(&self, more: &[(&str, &str)]) -> Outcome {
        show(&self.remote, &Principal::Local, &self.config(more), &[]).await.unwrap()
    }

    fn topic(&self, collection: &str) -> String {
        format!("{}.{}.{collection}", self.prefix, self.fixture.database)
    }
}

fn record(row: &OutcomeRow) -> &OutcomeRecord {
    match &row.fate {
        Fate::Record(record) => record,
        other => panic!("{other:?}"),
    }
}

const FULL_DOCUMENT: [(&str, &str); 3] = [
    ("publish.full.document.only", "true"),
    ("publish.full.document.only.tombstone.on.delete", "true"),
    ("startup.mode", "copy_existing"),
];

#[tokio::test]
async fn shows_documents_an_update_and_a_delete_and_writes_nothing() {
    let Some(stage) = Stage::new("shows_documents_an_update_and_a_delete").await else { return };
    stage.fixture.insert("patients", vec![doc! { "_id": 1, "n": 5_i64 }, doc! { "_id": 2, "n": 6_i64 }]).await;
    stage.fixture.insert("visits", vec![doc! { "_id": "v" }]).await;

    let outcome = stage.show(&FULL_DOCUMENT).await;

    let rows: Vec<(&str, Origin, &str, &str)> = outcome
        .rows
        .iter()
        .map(|row| {
            let record = record(row);
            (row.namespace.collection.as_str(), row.origin, record.key.text.as_str(), record.value.text.as_str())
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("patients", Origin::Document, r#"{"_id": 1}"#, r#"{"_id": 1, "n": 5}"#),
            ("patients", Origin::Document, r#"{"_id": 2}"#, r#"{"_id": 2, "n": 6}"#),
            ("patients", Origin::Update, r#"{"_id": 1}"#, r#"{"_id": 1, "n": 5}"#),
            ("patients", Origin::Delete, r#"{"_id": 1}"#, ""),
            ("visits", Origin::Document, r#"{"_id": "v"}"#, r#"{"_id": "v"}"#),
            ("visits", Origin::Update, r#"{"_id": "v"}"#, r#"{"_id": "v"}"#),
            ("visits", Origin::Delete, r#"{"_id": "v"}"#, ""),
        ]
    );
    assert_eq!(record(&outcome.rows[3]).value.encoding, Encoding::Null);
    assert_eq!(record(&outcome.rows[0]).topic, stage.topic("patients"));
    assert_eq!(outcome.sampled_documents, 3);
    let topics = Topics::new(&stage.kafka, "test").unwrap();
    assert_eq!(topics.find(&stage.topic("patients")).await.unwrap(), None, "nothing may be created");
}

#[tokio::test]
async fn structures_are_shown_as_their_converter_writes_them() {
    let Some(stage) = Stage::new("structures_are_shown_as_their_converter_writes_them").await else { return };
    stage
        .fixture
        .insert("patients", vec![doc! { "_id": 1, "n": 5_i64, "at": bson::DateTime::from_millis(1_500) }])
        .await;
    let schema = r#"{"type": "record", "name": "R", "fields": [{"name": "n", "type": "string"}]}"#;
    let json = [
        ("output.format.value", "schema"),
        ("value.converter", "org.apache.kafka.connect.json.JsonConverter"),
        ("value.converter.schemas.enable", "false"),
    ];

    let inferred =
        stage.show(&[FULL_DOCUMENT.as_slice(), &json, &[("output.schema.infer.value", "true")]].concat()).await;
    let chosen = stage.show(&[FULL_DOCUMENT.as_slice(), &json, &[("output.schema.value", schema)]].concat()).await;

    assert_eq!(record(&inferred.rows[0]).value.text, r#"{"_id":1,"at":1500,"n":5}"#);
    assert_eq!(record(&chosen.rows[0]).value.text, r#"{"n":"5"}"#);
    assert_eq!(record(&chosen.rows[2]).value.encoding, Encoding::Null, "a delete");
}

#[tokio::test]
async fn what_is_shown_is_what_the_producer_writes() {
    let Some(stage) = Stage::new("what_is_shown_is_what_the_producer_writes").await else { return };
    stage.fixture.insert_numbered("patients", 3).await;
    let topic = stage.topic("patients");
    let mut sink = KafkaSink::open(SinkOptions {
        settings: stage.kafka.clone(),
        connector: ConnectorName::parse("outcome").unwrap(),
        task: TaskNumber(0),
        creation: TopicCreationConfig { partitions: Some(5), ..TopicCreationConfig::default() }.into(),
        limits: SinkLimits::default(),
    })
    .unwrap();
    sink.ensure_topic(&topic).await.unwrap();

    let shown: Vec<OutcomeRecord> =
        stage.show(&FULL_DOCUMENT).await.rows.iter().map(|row| record(row).clone()).collect();
    let config = SourceConfig::parse(&stage.config(&FULL_DOCUMENT)).unwrap();
    let mut encoder = RecordEncoder::new(&config).unwrap();
    let namespace = Namespace { database: stage.fixture.database.clone(), collection: "patients".to_owned() };
    let explorer = stage.remote.explorer(&stage.fixture.uri).await.unwrap();
    let sampled = sample::events(&stage.remote, &explorer, &config, &[namespace], DOCUMENTS).await.unwrap();
    for (ticket, event) in (0..).zip(sampled[0].iter()) {
        let Encoded::Record(record) = encoder.encode(event).unwrap() else { panic!("not published") };
        sink.send(record, Ticket(ticket)).unwrap();
    }
    sink.close().await;

    for written in read_back(&stage.kafka, &topic, 5, 3) {
        let key = String::from_utf8(written.key.unwrap()).unwrap();
        let shown = shown.iter().find(|record| record.key.text == key).unwrap();
        assert_eq!(shown.partition, u32::try_from(written.partition).ok());
        assert_eq!(shown.value.text.as_bytes(), written.value.unwrap());
        assert_eq!((shown.topic_exists, shown.partitions), (Some(true), Some(5)));
    }
}

#[tokio::test]
async fn stages_of_the_configuration_run_on_the_sample() {
    let Some(stage) = Stage::new("stages_of_the_configuration_run_on_the_sample").await else { return };
    stage.fixture.insert_numbered("patients", 3).await;
    stage.fixture.insert_numbered("visits", 3).await;
    let pipeline = r#"[{"$match": {"ns.coll": {"$in": ["visits"]}}}]"#;

    let outcome = stage.show(&[FULL_DOCUMENT[0], FULL_DOCUMENT[2], ("pipeline", pipeline)]).await;

    assert!(outcome.rows.iter().all(|row| row.namespace.collection == "visits"), "{outcome:?}");
    assert_eq!(outcome.rows.iter().filter(|row| row.origin == Origin::Document).count(), 3);
    assert!(outcome.has_unapplied_stages);
}

#[tokio::test]
async fn a_change_of_names_is_redrawn_at_once() {
    let Some(stage) = Stage::new("a_change_of_names_is_redrawn_at_once").await else { return };
    stage.fixture.insert_numbered("patients", 20).await;
    stage.show(&FULL_DOCUMENT).await;

    let mut fastest = std::time::Duration::MAX;
    for number in 0..3 {
        let began = Instant::now();
        let suffix = number.to_string();
        let outcome = stage.show(&[FULL_DOCUMENT[0], FULL_DOCUMENT[2], ("topic.suffix", &suffix)]).await;
        fastest = fastest.min(began.elapsed());
        assert!(record(&outcome.rows[0]).topic.ends_with(&format!(".{suffix}")));
    }

    assert!(fastest.as_millis() < 300, "{fastest:?}");
}

#[tokio::test]
async fn a_kafka_that_is_away_hides_only_the_partitions() {
    let Some(stage) = Stage::new("a_kafka_that_is_away_hides_only_the_partitions").await else { return };
    stage.fixture.insert_numbered("patients", 1).await;
    let remote = Remote::new(ClientSettings::parse("127.0.0.1:1").unwrap(), true);

    let outcome = show(&remote, &Principal::Local, &stage.config(&FULL_DOCUMENT), &[]).await.unwrap();

    let record = record(&outcome.rows[0]);
    assert_eq!((record.topic_exists, record.partitions, record.partition), (None, None, None));
    assert_eq!(record.value.text, r#"{"_id": 0, "name": "n0"}"#);
}

#[tokio::test]
async fn what_cannot_be_published_says_why_without_contents() {
    let Some(stage) = Stage::new("what_cannot_be_published_says_why").await else { return };
    stage.fixture.insert("patients", vec![doc! { "_id": 1, "name": "canary" }]).await;

    let illegal = stage.show(&[("topic.prefix", "a$b")]).await;
    let silent = stage.show(&[FULL_DOCUMENT[0]]).await;

    let Fate::Refused(reason) = &illegal.rows[0].fate else { panic!("{:?}", illegal.rows[0]) };
    assert!(reason.contains("'$'") && !reason.contains("canary"), "{reason}");
    assert_eq!(silent.rows.last().map(|row| &row.fate), Some(&Fate::Skipped(SkipReason::NoFullDocument)));
}

#[tokio::test]
async fn a_configuration_that_lacks_something_says_what() {
    let remote = Remote::new(ClientSettings::parse("127.0.0.1:1").unwrap(), true);
    let submitted = SubmittedConfig::from_iter([("connection.uri".to_owned(), "nonsense".to_owned())]);

    let error = show(&remote, &Principal::Local, &submitted, &[]).await.unwrap_err();

    assert!(matches!(&error, RemoteError::Invalid(errors) if errors[0].name == "connection.uri"), "{error:?}");
}
