//! Pause, resume, stop and restart as a client sees them.

use std::time::Duration;

use serde_json::json;

use super::{Story, golden};
use crate::support::connector::create_body;
use crate::support::{TestApp, eventually, source_config};

async fn task_state_is(app: &TestApp, wanted: &str) {
    eventually(Duration::from_secs(10), || async {
        let status = app.connect.get("/connectors/c/status").await;
        if status.body["tasks"][0]["state"] == wanted { Ok(()) } else { Err(status.body) }
    })
    .await;
}

#[tokio::test]
async fn pausing_and_stopping_can_be_repeated_and_undone() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    app.connect.post_json("/connectors", &create_body("c", &source_config())).await;

    story.tell(app.connect.put("/connectors/c/pause").await);
    story.tell(app.connect.put("/connectors/c/pause/").await);
    task_state_is(&app, "PAUSED").await;
    story.tell(app.connect.get("/connectors/c/status").await);
    story.tell(app.connect.put("/connectors/c/stop").await);
    story.tell(app.connect.put("/connectors/c/stop").await);
    story.tell(app.connect.get("/connectors/c/status").await);
    story.tell(app.connect.get("/connectors/c/tasks").await);
    story.tell(app.connect.get("/connectors/c/tasks/0/status").await);
    story.tell(app.connect.post("/connectors/c/tasks/0/restart").await);
    story.tell(app.connect.put("/connectors/c/resume").await);
    task_state_is(&app, "RESTARTING").await;

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn a_restart_covers_what_was_asked() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    app.connect.post_json("/connectors", &create_body("c", &source_config())).await;
    task_state_is(&app, "RESTARTING").await;

    story.tell(app.connect.post("/connectors/c/restart").await);
    story.tell(app.connect.post("/connectors/c/restart?includeTasks=banana").await);
    story.tell(app.connect.post("/connectors/c/tasks/0/restart").await);
    story.tell(app.connect.post("/connectors/c/tasks/9/restart").await);
    let with_tasks = app.connect.post("/connectors/c/restart?includeTasks=true").await;
    let only_failed = app.connect.post("/connectors/c/restart?includeTasks=true&onlyFailed=true").await;

    assert_eq!(with_tasks.status, 202);
    assert_eq!(with_tasks.body["connector"]["state"], "RESTARTING");
    assert_eq!(with_tasks.body["tasks"][0]["state"], "RESTARTING");
    assert_eq!(only_failed.status, 202);
    assert_eq!(only_failed.body["connector"]["state"], "RUNNING");
    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn a_task_that_cannot_reach_mongodb_is_never_called_running() {
    let app = TestApp::start().await;
    app.connect.post_json("/connectors", &create_body("c", &source_config())).await;

    task_state_is(&app, "RESTARTING").await;
    let status = app.connect.get("/connectors/c/status").await;

    assert_eq!(status.body["connector"]["state"], "RUNNING");
    assert_eq!(status.body["connector"]["worker_id"], app.worker_id());
    assert!(
        status.body["tasks"][0]["trace"].as_str().is_some_and(|trace| trace.starts_with("NARU-")),
        "{}",
        status.text
    );
    app.stop().await;
}

#[tokio::test]
async fn a_task_whose_secret_does_not_open_has_failed_and_says_why() {
    let app = TestApp::start().await;
    let body = json!({"name": "c", "initial_state": "STOPPED", "config": source_config()});
    app.connect.post_json("/connectors", &body).await;
    let spoil = "update connector_secrets set nonce = decode(repeat('00', 24), 'hex')";
    sqlx::query(spoil).execute(&app.database.pool).await.expect("spoilt");

    // The API itself cannot open the configuration either, so the wish is written behind its back.
    sqlx::query("update connectors set desired_state = 'running'").execute(&app.database.pool).await.expect("written");

    let failed = eventually(Duration::from_secs(10), || async {
        let row: Option<(String, String)> =
            sqlx::query_as("select state, error_trace from task_status where state = 'failed'")
                .fetch_optional(&app.database.pool)
                .await
                .map_err(|error| error.to_string())?;
        row.ok_or_else(|| "no failed task".to_owned())
    })
    .await;
    assert!(failed.1.starts_with("NARU-1001: Opening the configuration's secrets\nCaused by: "), "{}", failed.1);
    app.stop().await;
}
