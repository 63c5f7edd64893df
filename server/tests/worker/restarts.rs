//! What failed is tried again, later each time, and from the start when a person asks.

use std::time::Duration;

use serde_json::json;

use crate::support::connector::create_body;
use crate::support::{TestApp, eventually, source_config};

async fn attempt(app: &TestApp) -> i32 {
    let attempt: Option<i32> =
        sqlx::query_scalar("select attempt from task_status").fetch_optional(&app.database.pool).await.expect("a row");
    attempt.unwrap_or_default()
}

async fn reaches_attempt(app: &TestApp, wanted: i32) {
    eventually(Duration::from_secs(30), || async {
        let attempt = attempt(app).await;
        if attempt >= wanted { Ok(()) } else { Err(attempt) }
    })
    .await;
}

#[tokio::test]
async fn attempts_go_on_and_are_told_once() {
    let app = TestApp::start().await;
    app.connect.post_json("/connectors", &create_body("c", &source_config())).await;

    reaches_attempt(&app, 4).await;

    let told: i64 = sqlx::query_scalar("select count(*) from connector_events where kind = 'task_retrying'")
        .fetch_one(&app.database.pool)
        .await
        .expect("a count");
    let restarts: i64 =
        sqlx::query_scalar("select restarts from task_status").fetch_one(&app.database.pool).await.expect("a count");
    assert_eq!(told, 1, "one streak of failures is one event");
    assert!(restarts >= 2, "{restarts}");
    app.stop().await;
}

#[tokio::test]
async fn a_restart_or_a_new_configuration_begins_with_a_first_attempt() {
    let app = TestApp::start().await;
    app.connect.post_json("/connectors", &create_body("c", &source_config())).await;

    reaches_attempt(&app, 5).await;
    app.connect.post("/connectors/c/tasks/0/restart").await;
    let first_again = || async {
        let attempt = attempt(&app).await;
        if attempt <= 2 { Ok(()) } else { Err(attempt) }
    };
    eventually(Duration::from_secs(10), first_again).await;

    reaches_attempt(&app, 5).await;
    app.connect.patch_json("/connectors/c/config", &json!({"topic.prefix": "p"})).await;
    eventually(Duration::from_secs(10), first_again).await;
    app.stop().await;
}
