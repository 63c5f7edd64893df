//! `/connectors/{name}/config`: echoed exactly, set as a whole, patched.

use serde_json::json;
use sqlx::Row as _;

use super::{Story, golden};
use crate::support::connector::create_body;
use crate::support::{TestApp, source_config};

#[tokio::test]
async fn what_was_submitted_comes_back_in_its_order_and_spelling() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    let body = r#"{"name": "c", "initial_state": "STOPPED", "config": {"z.unknown": true, "tasks.max": 1,
        "poll.await.time.ms": 1000, "dbl": 1.50, "connector.class": "MongoSource",
        "connection.uri": "mongodb://u:p%40ss@h1:27017,h2/?replicaSet=rs0", "database": " jee "}}"#;

    story.tell(app.connect.raw("POST", "/connectors", "application/json", body).await);
    story.tell(app.connect.get("/connectors/c/config").await);

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn a_secret_is_sealed_in_the_database_and_echoed_to_its_writer() {
    let app = TestApp::start().await;
    let mut config = source_config();
    config["connection.uri"] = json!("mongodb://u:s3cret@h/");
    let body = json!({"name": "c", "initial_state": "STOPPED", "config": config});
    app.connect.post_json("/connectors", &body).await;

    let echoed = app.connect.get("/connectors/c/config").await;

    assert_eq!(echoed.body["connection.uri"], "mongodb://u:s3cret@h/");
    for table in ["connectors", "connector_versions", "connector_secrets", "connector_events"] {
        let select = format!("select coalesce(string_agg(t::text, ''), '') as text from {table} as t");
        let rows = sqlx::query(sqlx::AssertSqlSafe(select)).fetch_one(&app.database.pool).await.expect("rows");
        let text: String = rows.get("text");
        assert!(!text.contains("s3cret") && !text.contains(&hex("s3cret")), "{table}: {text}");
    }
    app.stop().await;
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn a_misspelt_property_is_kept_and_named_with_the_closest_real_one() {
    let app = TestApp::start().await;
    let mut config = source_config();
    config["topic.prefx"] = json!("p");
    let body = json!({"name": "c", "initial_state": "STOPPED", "config": config});

    let created = app.connect.post_json("/connectors", &body).await;
    app.connect
        .post_json("/connectors", &json!({"name": "d", "initial_state": "STOPPED", "config": source_config()}))
        .await;

    assert_eq!((created.status, &created.body["config"]["topic.prefx"]), (201, &json!("p")));
    let warnings: Vec<(String, serde_json::Value)> = sqlx::query_as(
        "select kind, parameters from connector_events where kind in ('property_unknown', 'writes_like') order by id",
    )
    .fetch_all(&app.database.pool)
    .await
    .expect("events");
    let expected = [
        ("property_unknown".to_owned(), json!({"name": "topic.prefx", "closest": "topic.prefix"})),
        ("writes_like".to_owned(), json!({"connector": "c"})),
    ];
    assert_eq!(warnings, expected);
    app.stop().await;
}

#[tokio::test]
async fn a_secret_does_not_open_in_another_row() {
    let app = TestApp::start().await;
    for name in ["a", "b"] {
        let body = json!({"name": name, "initial_state": "STOPPED", "config": source_config()});
        app.connect.post_json("/connectors", &body).await;
    }
    let swap = "update connector_secrets as s set (nonce, ciphertext) = (select nonce, ciphertext from connector_secrets as o \
                where o.connector_id <> s.connector_id)";
    sqlx::query(swap).execute(&app.database.pool).await.expect("swapped");

    let answer = app.connect.get("/connectors/a/config").await;

    assert_eq!(answer.status, 500);
    app.stop().await;
}

#[tokio::test]
async fn a_whole_configuration_makes_updates_or_changes_nothing() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    let config = source_config();
    let mut changed = source_config();
    changed["topic.prefix"] = json!("new");

    story.tell(app.connect.put_json("/connectors/c/config", &config).await);
    app.connect.put("/connectors/c/stop").await;
    story.tell(app.connect.put_json("/connectors/c/config", &changed).await);
    story.tell(app.connect.put_json("/connectors/c/config", &changed).await);
    story.tell(app.connect.put_json("/connectors/c/config", &json!({"database": "x"})).await);
    let versions: i64 = sqlx::query_scalar("select count(*) from connector_versions")
        .fetch_one(&app.database.pool)
        .await
        .expect("a count");

    assert_eq!(versions, 2, "an equal configuration is no new version");
    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn a_patch_sets_and_removes_single_properties() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);
    app.connect.post_json("/connectors", &create_body("c", &source_config())).await;
    app.connect.put("/connectors/c/stop").await;

    story.tell(app.connect.patch_json("/connectors/c/config", &json!({"collection": null, "x": 1})).await);
    story.tell(app.connect.patch_json("/connectors/c/config", &json!({"name": "other"})).await);
    story.tell(app.connect.patch_json("/connectors/c/config", &json!({"startup.mode": "bad"})).await);
    story.tell(app.connect.get("/connectors/c/config").await);

    golden!(story);
    app.stop().await;
}

#[tokio::test]
async fn a_hidden_secret_sent_back_stays_what_it_was() {
    let app = TestApp::start().await;
    app.connect.post_json("/connectors", &create_body("c", &source_config())).await;
    let mut config = source_config();
    config["connection.uri"] = json!("[hidden]");
    config["topic.prefix"] = json!("p");

    let answer = app.connect.put_json("/connectors/c/config", &config).await;

    assert_eq!((answer.status, &answer.body["config"]["connection.uri"]), (200, &source_config()["connection.uri"]));
    app.stop().await;
}

#[tokio::test]
async fn changes_are_told_by_name_and_never_by_value() {
    let app = TestApp::start().await;
    app.connect.post_json("/connectors", &create_body("c", &source_config())).await;
    app.connect.patch_json("/connectors/c/config", &json!({"connection.uri": "mongodb://u:s3cret@h/", "x": "y"})).await;

    let event: serde_json::Value =
        sqlx::query_scalar("select parameters from connector_events where kind = 'config_changed'")
            .fetch_one(&app.database.pool)
            .await
            .expect("an event");

    assert_eq!(event, json!({"version": 2, "added": ["x"], "changed": ["connection.uri"], "removed": []}));
    app.stop().await;
}
