//! `/connectors` and `/connectors/{name}`.

use serde_json::json;

use super::{Story, golden};
use crate::support::connector::create_body;
use crate::support::{TestApp, source_config};

#[tokio::test]
async fn a_connector_is_created_echoed_and_deleted() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    let body = json!({"name": "patients", "initial_state": "stopped", "config": source_config()});

    story.tell(app.connect.get("/connectors").await);
    story.tell(app.connect.post_json("/connectors", &body).await);
    story.tell(app.connect.get("/connectors").await);
    story.tell(app.connect.get("/connectors/patients").await);
    story.tell(app.connect.get("/connectors/patients/status").await);
    story.tell(app.connect.post_json("/connectors", &body).await);
    story.tell(app.connect.delete("/connectors/patients").await);
    story.tell(app.connect.get("/connectors/patients").await);
    story.tell(app.connect.get("/connectors/patients/status").await);

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn a_paused_connector_lists_its_task() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    let body = json!({"name": "patients", "initial_state": "PAUSED", "config": source_config()});

    story.tell(app.connect.post_json("/connectors", &body).await);
    story.tell(app.connect.get("/connectors/patients").await);
    story.tell(app.connect.get("/connectors/patients/status").await);
    story.tell(app.connect.get("/connectors/patients/tasks").await);
    story.tell(app.connect.get("/connectors/patients/tasks/0/status").await);

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn the_list_expands_as_asked() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    for name in ["b", "a"] {
        let body = json!({"name": name, "initial_state": "STOPPED", "config": source_config()});
        app.connect.post_json("/connectors", &body).await;
    }

    story.tell(app.connect.get("/connectors?expand=status").await);
    story.tell(app.connect.get("/connectors?expand=info").await);
    story.tell(app.connect.get("/connectors?expand=info&expand=status").await);
    story.tell(app.connect.get("/connectors?expand=bogus").await);

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn an_unknown_connector_is_missing_in_kafka_connects_words() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);

    for path in ["", "/config", "/status", "/tasks", "/tasks/0/status", "/tasks/x/status", "/topics", "/offsets"] {
        story.tell(app.connect.get(&format!("/connectors/nope{path}")).await);
    }
    story.tell(app.connect.delete("/connectors/nope").await);
    for path in ["pause", "resume", "stop", "topics/reset"] {
        story.tell(app.connect.put(&format!("/connectors/nope/{path}")).await);
    }
    for path in ["restart", "restart?includeTasks=true", "tasks/0/restart"] {
        story.tell(app.connect.post(&format!("/connectors/nope/{path}")).await);
    }
    story.tell(app.connect.patch_json("/connectors/nope/config", &json!({"a": "b"})).await);

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn everything_that_is_wrong_is_said_at_once() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    let mut config = source_config();
    config["tasks.max"] = json!("x");
    config["startup.mode"] = json!("bad");
    config["pipeline"] = json!("[{");

    story.tell(app.connect.post_json("/connectors", &create_body("a/b c", &config)).await);
    story.tell(app.connect.post_json("/connectors", &create_body("", &source_config())).await);
    story.tell(app.connect.post_json("/connectors", &json!({"config": source_config()})).await);
    config = source_config();
    config["tasks.max"] = json!(null);
    story.tell(app.connect.post_json("/connectors", &create_body("c", &config)).await);
    story.tell(app.connect.get("/connectors").await);

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn a_request_that_makes_no_sense_is_refused() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    let mut other_name = source_config();
    other_name["name"] = json!("other");

    story.tell(app.connect.post_json("/connectors", &create_body("c", &other_name)).await);
    story.tell(app.connect.post_json("/connectors", &json!({"name": "c", "config": {"tasks.max": "1"}})).await);
    story.tell(
        app.connect.post_json("/connectors", &json!({"name": "c", "config": {"connector.class": "foo.Bar"}})).await,
    );
    story.tell(app.connect.post_json("/connectors", &json!({"name": "c"})).await);
    let state = json!({"name": "c", "initial_state": "BOGUS", "config": source_config()});
    story.tell(app.connect.post_json("/connectors", &state).await);
    let nested = json!({"name": "c", "config": {"connection.uri": ["mongodb://u:s3cret@h/"]}});
    story.tell(app.connect.post_json("/connectors", &nested).await);

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn a_refusal_quotes_no_value() {
    let app = TestApp::start().await;
    let body = json!({"name": "c", "config": {"connection.uri": "mongodb://u:s3cret@h/"}});

    let answer = app.connect.post_json("/connectors", &body).await;

    assert_eq!(answer.status, 400);
    assert!(!answer.text.contains("s3cret"), "{}", answer.text);
    app.stop().await;
}

#[tokio::test]
async fn names_may_hold_anything_printable() {
    let app = TestApp::start().await;
    let body = json!({"name": " 환자/kim ", "initial_state": "STOPPED", "config": source_config()});

    let created = app.connect.post_json("/connectors", &body).await;
    let found = app.connect.get("/connectors/%ED%99%98%EC%9E%90%2Fkim").await;

    assert_eq!((created.status, created.location.as_deref()), (201, Some("/connectors/%ED%99%98%EC%9E%90%2Fkim")));
    assert_eq!((found.status, found.body["name"].as_str()), (200, Some("환자/kim")));
    app.stop().await;
}
