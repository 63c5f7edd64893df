//! Positions, looked at and set through the Kafka Connect API, under at least once.

use serde_json::json;

use super::*;

const PATH: &str = "/connectors/c/offsets";

#[tokio::test]
async fn offsets_are_shown_as_the_official_connector_has_them() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[])).await;
    streaming(&app).await;

    let offsets = app.connect.get("/connectors/c/offsets").await.body;

    let offset = &offsets["offsets"][0]["offset"];
    assert!(offset["_id"].as_str().is_some_and(|token| token.starts_with(r#"{"_data": "82"#)), "{offsets}");
    assert_eq!(offset.get("copy"), None);
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn a_position_that_was_set_back_is_read_from_again_and_a_forgotten_one_begins_as_configured() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let topic = mongo.topic("patients");
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[])).await;
    streaming(&app).await;
    mongo.insert("patients", 1..2).await;
    arrived(&topic, [1]).await;
    stop(&app).await;
    let behind_1 = app.connect.get(PATH).await.body;
    resume(&app).await;
    mongo.insert("patients", 2..4).await;
    arrived(&topic, [2, 3]).await;
    let running = app.connect.patch_json(PATH, &behind_1).await;
    assert_eq!(running.status, 400, "{running:?}");

    stop(&app).await;
    let altered = app.connect.patch_json(PATH, &behind_1).await;
    assert_eq!(altered.body["message"], "The offsets for this connector have been altered successfully", "{altered:?}");
    assert_eq!(app.connect.get(PATH).await.body, behind_1);
    resume(&app).await;
    let records = came(&topic, 3, 2).await;
    assert_eq!(counts(&records).get(&1), Some(&1), "what lies before the position does not come again");

    stop(&app).await;
    let reset = app.connect.delete(PATH).await;
    assert_eq!(reset.body["message"], "The offsets for this connector have been reset successfully", "{reset:?}");
    assert_eq!(app.connect.get(PATH).await.body, json!({ "offsets": [] }));
    resume(&app).await;
    mongo.insert("patients", 4..5).await;
    let records = arrived(&topic, [4]).await;

    assert_eq!(counts(&records), BTreeMap::from([(1, 1), (2, 2), (3, 2), (4, 1)]));
    app.stop().await;
    mongo.drop().await;
}

/// Stops the connector and waits until nobody owns its task: only then a position may be changed.
async fn stop(app: &TestApp) {
    app.connect.put("/connectors/c/stop").await;
    eventually(PATIENCE, || async {
        let is_owned: bool = sqlx::query_scalar("select owner is not null from task_leases")
            .fetch_one(&app.database.pool)
            .await
            .expect("a lease");
        if is_owned { Err("owned") } else { Ok(()) }
    })
    .await;
}

async fn resume(app: &TestApp) {
    app.connect.put("/connectors/c/resume").await;
    streaming(app).await;
}

/// Waits until a document came so many times.
async fn came(topic: &str, document: i32, times: usize) -> Vec<Record> {
    eventually(PATIENCE, || async {
        let records = read_topic(topic).await;
        let seen = counts(&records).get(&document).copied();
        if seen == Some(times) { Ok(records) } else { Err(seen) }
    })
    .await
}
