//! What must never be logged is not, at the most talkative level, while things go well and badly.

use std::time::Duration;

use bson::doc;
use serde_json::{Value, json};

use crate::support::connector::create_body;
use crate::support::kafka::read_topic;
use crate::support::mongo::MongoDatabase;
use crate::support::process::Serving;
use crate::support::{TestDatabase, eventually};

const PATIENCE: Duration = Duration::from_secs(60);

/// What the log is searched for.
const PASSWORD: &str = "marked-password-5Qw";
const IN_A_VALUE: &str = "marked-value-8Rt";
const IN_A_KEY: &str = "marked-key-2Yz";

#[tokio::test(flavor = "multi_thread")]
async fn no_line_quotes_a_password_a_connection_string_a_key_or_a_document() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let database = TestDatabase::create().await;
    let serving = Serving::start_logging(&database, "trace");
    let out_of_reach =
        format!("mongodb://naru:{PASSWORD}@127.0.0.1:1/?serverSelectionTimeoutMS=300&appName={IN_A_VALUE}");

    mongo.collection("patients").insert_one(doc! { "_id": IN_A_KEY, "name": IN_A_VALUE }).await.expect("inserted");
    create(&serving, "flows", &mongo.source("patients")).await;
    create(&serving, "fails", &with(&mongo.source("patients"), "connection.uri", &out_of_reach)).await;
    let refused = with(&mongo.source("patients"), "connection.uri", &format!("mongodb//naru:{PASSWORD}@h"));
    serving.connect.post_json("/connectors", &create_body("refused", &refused)).await;
    // No topic may be called so.
    mongo.collection("pa tients").insert_one(doc! { "_id": IN_A_KEY, "name": IN_A_VALUE }).await.expect("inserted");
    create(&serving, "cannot-send", &mongo.source("pa tients")).await;

    let topic = mongo.topic("patients");
    eventually(PATIENCE, || async {
        let records = read_topic(&topic).await;
        if records.iter().any(|record| record.key.contains(IN_A_KEY)) { Ok(()) } else { Err(records.len()) }
    })
    .await;
    has_trouble(&serving, "fails").await;
    has_trouble(&serving, "cannot-send").await;
    serving.signal("TERM");
    let lines = serving.lines_to_the_end();

    assert!(lines.iter().any(|line| line.contains("created connector flows")), "the log was read");
    for secret in [PASSWORD, IN_A_VALUE, IN_A_KEY, mongo.uri.as_str()] {
        let telling: Vec<&String> = lines.iter().filter(|line| line.contains(secret)).collect();
        assert!(telling.is_empty(), "{} of {} lines have {secret}, first {:?}", telling.len(), lines.len(), telling[0]);
    }
}

async fn create(serving: &Serving, name: &str, config: &Value) {
    let answer = serving.connect.post_json("/connectors", &create_body(name, config)).await;
    assert_eq!(answer.status, 201, "{name}");
}

fn with(config: &Value, name: &str, value: &str) -> Value {
    let mut config = config.clone();
    config[name] = json!(value);
    config
}

/// Waits until the task has said what is wrong.
async fn has_trouble(serving: &Serving, name: &str) {
    eventually(PATIENCE, || async {
        let status = serving.connect.get(&format!("/connectors/{name}/status")).await;
        let task = status.body["tasks"][0].clone();
        if task["trace"].is_string() { Ok(()) } else { Err(task) }
    })
    .await;
}
