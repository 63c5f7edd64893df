//! What well-known clients do and expect, replayed as plain HTTP.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::connector::create_body;
use crate::support::{TestApp, eventually, source_config};

#[tokio::test]
async fn terraform_finds_what_it_submitted_plus_the_name_and_nothing_else() {
    let app = TestApp::start().await;
    let mut submitted = source_config();
    submitted["connection.uri"] = json!("mongodb://u:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=200");
    submitted["tasks.max"] = json!("1");
    submitted["value.converter"] = json!("org.apache.kafka.connect.storage.StringConverter");

    assert_eq!(app.connect.post_json("/connectors", &create_body("tf", &submitted)).await.status, 201);
    assert_eq!(app.connect.get("/connectors/tf").await.status, 200);
    submitted["topic.prefix"] = json!("t");
    assert_eq!(app.connect.put_json("/connectors/tf/config", &submitted).await.status, 200);
    let echoed = app.connect.get("/connectors/tf/config").await.body;

    submitted["name"] = json!("tf");
    assert_eq!(echoed, submitted);
    assert_eq!(app.connect.delete("/connectors/tf").await.status, 204);
    assert_eq!(app.connect.get("/connectors/tf").await.status, 404);
    app.stop().await;
}

#[tokio::test]
async fn strimzi_sees_equality_after_numeric_values_and_the_statuses_it_expects() {
    let app = TestApp::start().await;
    let mut config = source_config();
    config["tasks.max"] = json!(1);
    config["publish.full.document.only"] = json!(true);

    assert_eq!(app.connect.put_json("/connectors/s/config", &config).await.status, 201);
    let mut wanted: Value = config.clone();
    wanted["tasks.max"] = json!("1");
    wanted["publish.full.document.only"] = json!("true");
    wanted["name"] = json!("s");
    assert_eq!(app.connect.get("/connectors/s/config").await.body, wanted);
    assert_eq!(app.connect.put_json("/connectors/s/config", &config).await.status, 200);
    assert_eq!(app.connect.put("/connectors/s/pause").await.status, 202);
    assert_eq!(app.connect.put("/connectors/s/resume").await.status, 202);
    assert_eq!(app.connect.put("/connectors/s/stop").await.status, 204);
    assert_eq!(app.connect.get("/admin/loggers/").await.status, 200);
    assert_eq!(app.connect.delete("/connectors/s").await.status, 204);
    assert_eq!(app.connect.get("/connectors/s/status").await.status, 404);
    app.stop().await;
}

#[tokio::test]
async fn akhq_validates_every_plugin_with_the_class_alone() {
    let app = TestApp::start().await;
    let plugins = app.connect.get("/connector-plugins").await.body;

    for plugin in plugins.as_array().expect("a list") {
        let class = plugin["class"].as_str().expect("a class");
        let body = json!({"connector.class": class, "topics": "placeholder"});
        let answer = app.connect.put_json(&format!("/connector-plugins/{class}/config/validate"), &body).await;

        assert_eq!(answer.status, 200);
        assert!(answer.body["groups"].as_array().is_some_and(|groups| !groups.is_empty()));
        for property in answer.body["configs"].as_array().expect("properties") {
            assert!(property["definition"]["name"].is_string() && property["value"]["name"].is_string(), "{property}");
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn kafbat_parses_every_enum_of_the_expanded_list() {
    let app = TestApp::start().await;
    for (name, state) in [("a", "RUNNING"), ("b", "PAUSED"), ("c", "STOPPED")] {
        let body = json!({"name": name, "initial_state": state, "config": source_config()});
        app.connect.post_json("/connectors", &body).await;
    }
    let connector_states = BTreeSet::from(["RUNNING", "FAILED", "PAUSED", "UNASSIGNED", "RESTARTING", "STOPPED"]);
    let task_states = BTreeSet::from(["RUNNING", "FAILED", "PAUSED", "UNASSIGNED", "RESTARTING"]);

    let list = app.connect.get("/connectors?expand=info&expand=status").await.body;

    for (name, both) in list.as_object().expect("a map") {
        assert!(both["info"].is_object() && both["status"].is_object(), "{name}");
        assert!(connector_states.contains(both["status"]["connector"]["state"].as_str().unwrap_or_default()));
        assert!(both["status"]["connector"]["worker_id"].is_string());
        for task in both["status"]["tasks"].as_array().expect("tasks") {
            assert!(task_states.contains(task["state"].as_str().unwrap_or_default()), "{task}");
            assert!(task["worker_id"].is_string());
        }
    }
    app.stop().await;
}

#[tokio::test]
async fn kcctl_describes_with_slashes_and_reads_every_error_as_json() {
    let app = TestApp::start().await;
    app.connect.post_json("/connectors", &create_body("k", &source_config())).await;

    for path in
        ["/", "/connectors/", "/connectors/k/", "/connectors/k/status/", "/connectors/k/topics/", "/connector-plugins/"]
    {
        assert_eq!(app.connect.get(path).await.status, 200, "{path}");
    }
    let error = app.connect.get("/connectors/none/").await;
    assert_eq!(error.error(), (404, "Connector none not found"));
    eventually(Duration::from_secs(10), || async {
        let task = app.connect.get("/connectors/k/tasks/0/status").await;
        if task.body["trace"].is_string() { Ok(()) } else { Err(task.body) }
    })
    .await;
    app.stop().await;
}
