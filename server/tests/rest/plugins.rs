//! `/connector-plugins`: the list, the definitions, and validation that asks nobody.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Story, golden};
use crate::support::{TestApp, source_config};

const VALIDATE: &str = "/connector-plugins/com.mongodb.kafka.connect.MongoSourceConnector/config/validate";

#[tokio::test]
async fn plugins_are_listed_by_their_official_classes() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);

    story.tell(app.connect.get("/connector-plugins").await);
    story.tell(app.connect.get("/connector-plugins?connectorsOnly=false").await);
    story.tell(app.connect.get("/connector-plugins/Nope/config").await);
    story.tell(app.connect.get("/connector-plugins/org.apache.kafka.connect.storage.StringConverter/config").await);
    story.tell(app.connect.get("/connector-plugins/MongoSource/config").await);

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn validation_reports_every_property_and_hides_secrets() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    let mut config = source_config();
    config["name"] = json!("c");
    config["connection.uri"] = json!("mongodb://u:s3cret@h/");
    config["bogus"] = json!("1");

    let answer = app.connect.put_json(VALIDATE, &config).await;

    story.tell(answer.clone());
    assert!(!answer.text.contains("s3cret"));
    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn validation_reports_every_error() {
    let app = TestApp::start().await;
    let config = json!({
        "connector.class": "MongoSource", "connection.uri": "nonsense", "tasks.max": "x", "startup.mode": "bad",
        "collection": "patients", "pipeline": "[{", "key.converter": "foo.Bar", "batch.size": null
    });

    let answer = app.connect.put_json("/connector-plugins/MongoSource/config/validate", &config).await;

    assert_eq!(answer.status, 200);
    let errors: Vec<&Value> = answer.body["configs"]
        .as_array()
        .expect("properties")
        .iter()
        .filter(|property| property["value"]["errors"].as_array().is_some_and(|errors| !errors.is_empty()))
        .map(|property| &property["value"])
        .collect();
    insta::with_settings!({ snapshot_path => "../snapshots" }, {
        insta::assert_json_snapshot!(json!({"name": answer.body["name"], "error_count": answer.body["error_count"], "values": errors}));
    });
    app.stop().await;
}

#[tokio::test]
async fn a_class_that_is_missing_unknown_or_another_is_refused() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    let path = "/connector-plugins/MongoSource/config/validate";

    story.tell(app.connect.put_json(path, &json!({})).await);
    story.tell(app.connect.put_json(path, &json!({"connector.class": "MongoSink"})).await);
    story.tell(
        app.connect.put_json("/connector-plugins/Nope/config/validate", &json!({"connector.class": "Nope"})).await,
    );

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn validation_asks_nobody_and_takes_no_time() {
    let app = TestApp::start().await;
    // A name that cannot be resolved, and an address that swallows everything: the official validation waits for both.
    let mut config = source_config();
    config["connection.uri"] = json!("mongodb+srv://u:p@nowhere.invalid/");
    app.connect.put_json(VALIDATE, &config).await;

    let began = Instant::now();
    let srv = app.connect.put_json(VALIDATE, &config).await;
    config["connection.uri"] = json!("mongodb://192.0.2.1:27017/?replicaSet=rs0");
    let black_hole = app.connect.put_json(VALIDATE, &config).await;

    assert!(began.elapsed() < 2 * Duration::from_millis(300), "{:?}", began.elapsed());
    assert_eq!((srv.status, black_hole.status), (200, 200));
    app.stop().await;
}
