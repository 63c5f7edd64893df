//! What holds for every path: slashes, methods, media types, sizes, the root and health.

use super::{Story, golden};
use crate::support::{TestApp, eventually};

#[tokio::test]
async fn the_root_tells_versions_and_the_cluster() {
    let app = TestApp::start().await;

    let answer = app.connect.get("/").await;

    assert_eq!(answer.status, 200);
    let version = answer.body["version"].as_str().expect("a version");
    let mut numbers = version.split('.').map(str::parse::<u32>);
    assert!(numbers.next().is_some_and(|major| major == Ok(4)) && numbers.all(|number| number.is_ok()), "{version}");
    assert!(answer.body["commit"].as_str().is_some_and(|commit| !commit.is_empty()));
    assert!(answer.body["kafka_cluster_id"].as_str().is_some_and(|id| !id.is_empty()), "{}", answer.text);
    app.stop().await;
}

#[tokio::test]
async fn health_is_told_on_both_listeners() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    eventually(std::time::Duration::from_secs(5), || async {
        let ready = app.admin.get("/health/ready").await;
        if ready.status == 200 { Ok(()) } else { Err(ready) }
    })
    .await;

    story.tell(app.connect.get("/health").await);
    story.tell(app.admin.get("/health/live").await);
    story.tell(app.admin.get("/health/ready").await);

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn a_trailing_slash_means_nothing() {
    let app = TestApp::start().await;

    for path in ["/connectors", "/connector-plugins", "/admin/loggers", "/connectors/nope", "/connectors/nope/status"] {
        let (without, with) = (app.connect.get(path).await, app.connect.get(&format!("{path}/")).await);
        assert_eq!((without.status, without.text), (with.status, with.text), "{path}");
    }
    app.stop().await;
}

#[tokio::test]
async fn unknown_paths_methods_and_media_types_answer_in_the_envelope() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);

    story.tell(app.connect.get("/nonsense").await);
    story.tell(app.connect.get("/connectors/c/tasks-config").await);
    story.tell(app.connect.put("/connectors").await);
    story.tell(app.connect.delete("/connectors").await);
    story.tell(app.connect.raw("POST", "/connectors", "application/x-www-form-urlencoded", "name=x").await);
    story.tell(app.connect.raw("POST", "/connectors", "application/json", "{bad").await);
    story.tell(app.connect.raw("POST", "/connectors", "application/json", "").await);
    story.tell(app.connect.raw("PUT", "/connectors/c/config", "application/json; charset=utf-8", "[]").await);

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn a_body_without_end_is_cut_off() {
    let app = TestApp::start().await;
    let body = format!(r#"{{"name": "c", "config": {{"x": "{}"}}}}"#, "a".repeat(2 * 1024 * 1024));

    let answer = app.connect.raw("POST", "/connectors", "application/json", &body).await;

    assert_eq!((answer.status, answer.error().0), (413, 413));
    app.stop().await;
}

#[tokio::test]
async fn head_answers_as_get_without_a_body() {
    let app = TestApp::start().await;

    let answer = app.connect.raw("HEAD", "/connectors", "application/json", "").await;

    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    app.stop().await;
}
