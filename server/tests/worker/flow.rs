//! From `POST /connectors` to records in a topic, over a real MongoDB and Kafka.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bson::doc;
use serde_json::{Value, json};

use crate::support::app::fast;
use crate::support::connector::create_body;
use crate::support::kafka::read_values;
use crate::support::mongo::MongoDatabase;
use crate::support::proxy::Proxy;
use crate::support::{TestApp, TestDatabase, eventually, unique};

const DEADLINE: Duration = Duration::from_secs(30);

async fn create(app: &TestApp, name: &str, config: &Value) {
    let answer = app.connect.post_json("/connectors", &create_body(name, config)).await;
    assert_eq!(answer.status, 201, "{answer:?}");
}

async fn task_is(app: &TestApp, name: &str, wanted: &str) -> Value {
    eventually(DEADLINE, || async {
        let status = app.connect.get(&format!("/connectors/{name}/status")).await;
        if status.body["tasks"][0]["state"] == wanted { Ok(status.body) } else { Err(status.body) }
    })
    .await
}

async fn observed_is(app: &TestApp, wanted: &str) {
    eventually(DEADLINE, || async {
        let state: Option<(String, Option<String>)> = sqlx::query_as("select state, error_trace from task_status")
            .fetch_optional(&app.database.pool)
            .await
            .expect("a row");
        match state {
            Some((state, _)) if state == wanted => Ok(()),
            other => Err(other),
        }
    })
    .await;
}

/// `_id`s in the order of the records.
fn ids(values: &[Option<String>]) -> Vec<i64> {
    let id = |value: &Option<String>| {
        let document: Value = serde_json::from_str(value.as_deref().expect("no tombstone")).expect("JSON");
        document["_id"].as_i64().expect("a number")
    };
    values.iter().map(id).collect()
}

#[tokio::test]
async fn what_exists_is_copied_and_what_changes_follows() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    mongo.insert("patients", 0..50).await;
    let name = unique("patients");

    create(&app, &name, &mongo.source("patients")).await;
    let status = task_is(&app, &name, "RUNNING").await;
    observed_is(&app, "streaming").await;
    mongo.insert("patients", 50..60).await;

    let topic = format!("{}.patients", mongo.name);
    let mut copied = ids(&read_values(&topic, 60).await);
    let followed = copied.split_off(50);
    copied.sort_unstable();
    assert_eq!(copied, (0..50).collect::<Vec<i64>>());
    assert_eq!(followed, (50..60).collect::<Vec<i64>>());
    assert_eq!(status["connector"]["worker_id"], app.worker_id());

    eventually(DEADLINE, || async {
        let topics = app.connect.get(&format!("/connectors/{name}/topics")).await.body;
        if topics == json!({ name.as_str(): { "topics": [topic] } }) { Ok(()) } else { Err(topics) }
    })
    .await;
    let offsets = eventually(DEADLINE, || async {
        let offsets = app.connect.get(&format!("/connectors/{name}/offsets")).await.body;
        if offsets["offsets"][0]["offset"]["copy"].is_null() { Ok(offsets) } else { Err(offsets) }
    })
    .await;
    assert_official_offset(&offsets, &mongo);
    eventually(DEADLINE, || async {
        let metrics = app.admin.get("/metrics").await.text;
        let written = format!(r#"naru_records_total{{connector="{name}",task="0"}} 60"#);
        let open = format!(r#"naru_stream_open{{connector="{name}",task="0"}} 1"#);
        if metrics.contains(&written) && metrics.contains(&open) { Ok(()) } else { Err(metrics) }
    })
    .await;
    let kinds: Vec<String> = sqlx::query_scalar("select kind from connector_events order by id")
        .fetch_all(&app.database.pool)
        .await
        .expect("events");
    assert_eq!(kinds.first().map(String::as_str), Some("created"));
    assert!(
        kinds.iter().any(|kind| kind == "copy_finished") && kinds.iter().any(|kind| kind == "stream_opened"),
        "{kinds:?}"
    );
    app.stop().await;
    mongo.drop().await;
}

/// `{"offsets":[{"partition":{"ns":"mongodb://h:p/db.coll"},"offset":{"_id":"{\"_data\": \"82…\"}"}}]}`
fn assert_official_offset(offsets: &Value, mongo: &MongoDatabase) {
    let hosts = mongo.uri.trim_start_matches("mongodb://").split('/').next().expect("hosts");
    let namespace = format!("mongodb://{hosts}/{}.patients", mongo.name);
    assert_eq!(offsets["offsets"][0]["partition"], json!({ "ns": namespace }));
    let token = offsets["offsets"][0]["offset"]["_id"].as_str().expect("a token as text");
    assert!(token.starts_with(r#"{"_data": "#), "{token}");
    assert!(serde_json::from_str::<Value>(token).is_ok_and(|token| token["_data"].is_string()), "{token}");
}

#[tokio::test]
async fn pausing_keeps_the_place_and_resuming_goes_on_there() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    mongo.insert("patients", 0..5).await;
    let name = unique("patients");
    create(&app, &name, &mongo.source("patients")).await;
    observed_is(&app, "streaming").await;

    app.connect.put(&format!("/connectors/{name}/pause")).await;
    task_is(&app, &name, "PAUSED").await;
    mongo.insert("patients", 5..10).await;
    app.connect.put(&format!("/connectors/{name}/resume")).await;
    task_is(&app, &name, "RUNNING").await;

    let followed = ids(&read_values(&format!("{}.patients", mongo.name), 10).await).split_off(5);
    assert_eq!(followed, (5..10).collect::<Vec<i64>>());
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn an_emptied_list_of_topics_fills_with_what_is_written_next() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    mongo.insert("patients", 0..1).await;
    mongo.insert("visits", 0..1).await;
    let name = unique("all");
    let mut config = mongo.source("patients");
    config.as_object_mut().expect("a map").remove("collection");
    create(&app, &name, &config).await;
    let topics_are = async |wanted: &[&str]| {
        let wanted: Vec<String> = wanted.iter().map(|topic| format!("{}.{topic}", mongo.name)).collect();
        eventually(DEADLINE, || async {
            let topics = app.connect.get(&format!("/connectors/{name}/topics")).await.body;
            if topics[&name]["topics"] == json!(wanted) { Ok(()) } else { Err(topics) }
        })
        .await;
    };
    topics_are(&["patients", "visits"]).await;
    observed_is(&app, "streaming").await;

    app.connect.put(&format!("/connectors/{name}/topics/reset")).await;
    topics_are(&[]).await;
    // A worker hears of the reset a moment later; what is written after that is told again.
    let mut next = 1..;
    eventually(DEADLINE, || {
        let id = next.next().expect("endless");
        let (mongo, app, name) = (&mongo, &app, &name);
        async move {
            mongo.insert("visits", id..id + 1).await;
            let topics = app.connect.get(&format!("/connectors/{name}/topics")).await.body;
            let wanted = json!([format!("{}.visits", mongo.name)]);
            if topics[name]["topics"] == wanted { Ok(()) } else { Err(topics) }
        }
    })
    .await;

    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn a_killed_replica_loses_nothing() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let database = Arc::new(TestDatabase::create().await);
    let (one, two) = (TestApp::replica(&database).await, TestApp::replica(&database).await);
    let name = unique("patients");
    mongo.insert("patients", 0..10).await;
    create(&one, &name, &mongo.source("patients")).await;
    let status = task_is(&one, &name, "RUNNING").await;
    observed_is(&one, "streaming").await;
    mongo.insert("patients", 10..20).await;

    let is_on_one = status["tasks"][0]["worker_id"] == one.worker_id();
    let (killed, survivor) = if is_on_one { (one, two) } else { (two, one) };
    killed.kill().await;
    mongo.insert("patients", 20..30).await;
    eventually(DEADLINE, || async {
        let status = survivor.connect.get(&format!("/connectors/{name}/status")).await.body;
        let task = &status["tasks"][0];
        if task["state"] == "RUNNING" && task["worker_id"] == survivor.worker_id() { Ok(()) } else { Err(status) }
    })
    .await;

    // Some records may be there twice; none may be missing, and the last of each document is the newest.
    let topic = format!("{}.patients", mongo.name);
    let mut wanted = 30;
    let found = loop {
        let mut found = ids(&read_values(&topic, wanted).await);
        found.sort_unstable();
        found.dedup();
        if found.len() == 30 || wanted > 60 {
            break found;
        }
        wanted += 5;
    };
    assert_eq!(found, (0..30).collect::<Vec<i64>>());
    survivor.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn records_flow_on_while_postgres_is_away_and_stopping_takes_no_time() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let database = Arc::new(TestDatabase::create().await);
    let proxy = Proxy::to(database.server_address()).await;
    let app = TestApp::start_with(&database, database.config_through(proxy.address.port()), fast()).await;
    let name = unique("patients");
    mongo.insert("patients", 0..5).await;
    create(&app, &name, &mongo.source("patients")).await;
    observed_is(&app, "streaming").await;

    proxy.cut();
    mongo.insert("patients", 5..10).await;
    let values = read_values(&format!("{}.patients", mongo.name), 10).await;
    assert_eq!(values.len(), 10, "records wait for nobody");
    proxy.mend();
    task_is(&app, &name, "RUNNING").await;
    mongo.insert("patients", 10..11).await;
    eventually(DEADLINE, || async {
        let values = read_values(&format!("{}.patients", mongo.name), 11).await;
        if ids(&values).contains(&10) { Ok(()) } else { Err(values) }
    })
    .await;

    let began = Instant::now();
    app.stop().await;
    assert!(began.elapsed() < Duration::from_secs(10));
    mongo.drop().await;
}

#[tokio::test]
async fn a_standalone_change_of_configuration_restarts_the_task_from_its_position() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    let name = unique("patients");
    mongo.insert("patients", 0..5).await;
    create(&app, &name, &mongo.source("patients")).await;
    observed_is(&app, "streaming").await;

    let answer = app
        .connect
        .patch_json(
            &format!("/connectors/{name}/config"),
            &json!({"output.json.formatter":
            "com.mongodb.kafka.connect.source.json.formatter.SimplifiedJson"}),
        )
        .await;
    assert_eq!(answer.status, 200);
    mongo.collection("patients").insert_one(doc! { "_id": 5, "at": 5_i64 }).await.expect("inserted");

    let values = read_values(&format!("{}.patients", mongo.name), 6).await;
    assert_eq!(values.last().cloned().flatten().as_deref(), Some(r#"{"_id": 5, "at": 5}"#));
    app.stop().await;
    mongo.drop().await;
}
