//! Data flows: from a real MongoDB into a real Kafka, through failures of each of the three.

mod dead_letters;
mod dropped;
mod failures;
mod flow;
mod kills;
mod large;
mod offsets;
mod outages;
mod real_server;
mod refusals;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::support::connector::create_body;
use crate::support::kafka::{Record, read_topic};
use crate::support::mongo::MongoDatabase;
use crate::support::{TestApp, eventually};

/// Long enough for a slow machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(40);

/// The document keys `{"_id": n}` of records.
fn ids(records: &[Record]) -> Vec<i32> {
    let id = |record: &Record| {
        let key: Value = serde_json::from_str(&record.key).expect("JSON");
        i32::try_from(key["_id"].as_i64().expect("a number")).expect("a small one")
    };
    records.iter().map(id).collect()
}

fn values(records: &[Record]) -> Vec<Value> {
    records
        .iter()
        .map(|record| serde_json::from_str(record.value.as_deref().expect("a value")).expect("JSON"))
        .collect()
}

async fn create(app: &TestApp, name: &str, config: &Value) {
    let answer = app.connect.post_json("/connectors", &create_body(name, config)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

/// Waits until the change stream of the only task is open.
async fn streaming(app: &TestApp) {
    observed(app, "streaming").await;
}

async fn observed(app: &TestApp, state: &str) {
    eventually(PATIENCE, || async {
        let seen: Option<(String, Option<String>)> = sqlx::query_as("select state, error_trace from task_status")
            .fetch_optional(&app.database.pool)
            .await
            .expect("a row");
        if seen.as_ref().is_some_and(|(seen, _)| seen == state) { Ok(()) } else { Err(seen) }
    })
    .await;
}

/// Waits until a topic holds records of all these documents, and returns what it holds.
async fn arrived(topic: &str, wanted: impl IntoIterator<Item = i32>) -> Vec<Record> {
    let wanted: BTreeSet<i32> = wanted.into_iter().collect();
    eventually(PATIENCE, || async {
        let records = read_topic(topic).await;
        let missing: Vec<i32> = wanted.difference(&ids(&records).into_iter().collect()).copied().collect();
        if missing.is_empty() { Ok(records) } else { Err((records.len(), missing)) }
    })
    .await
}

/// Words of the history of the only connector, oldest first.
async fn history(app: &TestApp) -> Vec<String> {
    sqlx::query_scalar("select kind from connector_events order by id")
        .fetch_all(&app.database.pool)
        .await
        .expect("rows")
}

async fn told(app: &TestApp, word: &str) {
    eventually(PATIENCE, || async {
        let history = history(app).await;
        if history.iter().any(|told| told == word) { Ok(()) } else { Err(history) }
    })
    .await;
}

/// The status answer of a connector's only task.
async fn task(app: &TestApp, name: &str) -> Value {
    app.connect.get(&format!("/connectors/{name}/status")).await.body["tasks"][0].clone()
}

/// Waits until the only task has failed with a code, and returns its trace.
async fn failed(app: &TestApp, name: &str, code: &str) -> String {
    eventually(PATIENCE, || async {
        let task = task(app, name).await;
        let trace = task["trace"].as_str().unwrap_or_default().to_owned();
        if task["state"] == "FAILED" && trace.contains(code) { Ok(trace) } else { Err(task) }
    })
    .await
}

/// How often each document came; more than once is a repetition.
fn counts(records: &[Record]) -> BTreeMap<i32, usize> {
    let mut counts = BTreeMap::new();
    for id in ids(records) {
        *counts.entry(id).or_default() += 1;
    }
    counts
}
