//! Whole runs of the checks on real services.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::kafka::client::ClientSettings;
use crate::kafka::testing::{real, unique_topic};
use crate::mongo::fixture::Fixture;
use crate::preflight::CheckResult;

fn request(fixture: &Fixture, more: &[(&str, &str)]) -> CheckRequest {
    let mut submitted = SubmittedConfig::new();
    submitted.set("connection.uri", &fixture.uri);
    submitted.set("database", &fixture.database);
    submitted.set("topic.prefix", unique_topic("checked"));
    for (name, value) in more {
        submitted.set(*name, *value);
    }
    CheckRequest { submitted, collections: Vec::new() }
}

async fn run(kafka: ClientSettings, request: CheckRequest) -> Vec<CheckResult> {
    let mut run = start(&Remote::new(kafka, true), &Principal::Local, request).unwrap();
    let mut all = Vec::new();
    while let Some(result) = run.results.recv().await {
        all.push(result);
    }
    let mut ids: Vec<CheckId> = all.iter().map(|result| result.id).collect();
    ids.sort_by_key(|id| CheckId::ALL.iter().position(|known| known == id));
    assert_eq!(ids, CheckId::ALL, "every check is told once");
    all
}

fn finding(results: &[CheckResult], id: CheckId) -> &Finding {
    &results.iter().find(|result| result.id == id).unwrap().finding
}

#[tokio::test]
async fn everything_that_is_all_right_passes() {
    let Some(fixture) = Fixture::new("everything_that_is_all_right_passes").await else { return };
    let Some(kafka) = real("everything_that_is_all_right_passes") else { return };
    fixture.insert_numbered("patients", 5).await;

    let results = run(kafka, request(&fixture, &[])).await;

    assert!(results.iter().all(|result| result.finding.verdict != Verdict::Failed), "{results:?}");
    assert_eq!(finding(&results, CheckId::CreateTopic).reason, "may-be-created");
    assert_eq!(finding(&results, CheckId::Produce).reason, "session-granted");
    assert_eq!(finding(&results, CheckId::DocumentSize).reason, "fits");
}

#[tokio::test]
async fn a_document_that_its_topic_would_refuse_is_found() {
    let Some(fixture) = Fixture::new("a_document_that_its_topic_would_refuse").await else { return };
    let Some(kafka) = real("a_document_that_its_topic_would_refuse") else { return };
    fixture.insert("patients", vec![bson::doc! { "_id": 1, "text": "x".repeat(5_000) }]).await;
    let creation = [
        ("topic.creation.default.partitions", "1"),
        ("topic.creation.default.replication.factor", "1"),
        ("topic.creation.default.max.message.bytes", "4000"),
    ];

    let results = run(kafka, request(&fixture, &creation)).await;

    let found = finding(&results, CheckId::DocumentSize);
    assert_eq!((found.verdict, found.reason), (Verdict::Failed, "too-large"));
    assert!(found.params.contains(&("limit", "4000".to_owned())), "{found:?}");
    assert!(found.command.contains("max.message.bytes="));
}

#[tokio::test]
async fn a_kafka_that_is_away_leaves_the_checks_of_mongodb_alone() {
    let Some(fixture) = Fixture::new("a_kafka_that_is_away_leaves_mongodb_alone").await else { return };
    fixture.insert_numbered("patients", 1).await;

    let results = run(ClientSettings::parse("127.0.0.1:1").unwrap(), request(&fixture, &[])).await;

    assert_eq!(finding(&results, CheckId::ChangeStream).reason, "opened");
    assert_eq!(finding(&results, CheckId::Kafka).reason, "unreachable");
    assert_eq!(finding(&results, CheckId::Produce).reason, NOT_TRIED);
}

#[tokio::test]
async fn a_verdict_holds_until_something_that_was_tested_changes() {
    let remote = Remote::new(ClientSettings::parse("127.0.0.1:1").unwrap(), true);
    let config = |pairs: &[(&str, &str)]| CheckRequest {
        submitted: pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        collections: Vec::new(),
    };
    let before = config(&[("connection.uri", "mongodb://a"), ("database", "jee"), ("name", "x")]);
    let renamed = config(&[("name", "y"), ("database", "jee"), ("connection.uri", "mongodb://a")]);
    let moved = config(&[("connection.uri", "mongodb://b"), ("database", "jee"), ("name", "x")]);
    let narrowed = CheckRequest { collections: vec!["patients".to_owned()], ..before.clone() };

    let of = |request: &CheckRequest| fingerprint(&remote, request);

    assert_eq!(of(&before), of(&renamed));
    assert_ne!(of(&before), of(&moved));
    assert_ne!(of(&before), of(&narrowed));
    assert!(!of(&before).contains("mongodb"));
}
