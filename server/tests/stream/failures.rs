//! What cannot go on says why, and loses nothing.

use bson::doc;
use serde_json::json;

use super::*;
use crate::support::kafka::create_topic;

async fn skipped(app: &TestApp) -> i64 {
    sqlx::query_scalar("select records_skipped from task_status").fetch_one(&app.database.pool).await.expect("a count")
}

#[tokio::test]
async fn a_record_too_large_for_its_topic_stops_the_task_and_keeps_the_place() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let topic = mongo.topic("patients");
    create_topic(&topic, &[("max.message.bytes", "20000")]).await;
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[])).await;
    streaming(&app).await;

    let patients = mongo.collection("patients");
    patients.insert_one(doc! { "_id": 1 }).await.expect("inserted");
    patients.insert_one(doc! { "_id": 2, "large": "x".repeat(50_000) }).await.expect("inserted");
    patients.insert_one(doc! { "_id": 3 }).await.expect("inserted");
    failed(&app, "c", "NARU-2003").await;
    app.connect.patch_json("/connectors/c/config", &json!({ "errors.tolerance": "all" })).await;
    let records = arrived(&topic, [1, 3]).await;

    assert!(!ids(&records).contains(&2));
    eventually(PATIENCE, || async {
        let skipped = skipped(&app).await;
        if skipped == 1 { Ok(()) } else { Err(skipped) }
    })
    .await;
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn an_illegal_topic_name_stops_the_task_with_its_reason() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[])).await;
    streaming(&app).await;

    mongo.collection("old visits").insert_one(doc! { "_id": 1 }).await.expect("inserted");
    let trace = failed(&app, "c", "NARU-2004").await;

    assert!(trace.contains("old visits"), "{trace}");
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn an_event_that_makes_no_record_stops_the_task_or_is_skipped() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    let spoiling = r#"[{"$addFields": {"documentKey": "no document"}}]"#;
    create(&app, "c", &mongo.source_of_all(&[("pipeline", spoiling)])).await;
    streaming(&app).await;

    mongo.insert("patients", 0..3).await;
    let trace = failed(&app, "c", "NARU-3001").await;
    assert!(!trace.contains("kim"), "no contents of documents: {trace}");
    app.connect.patch_json("/connectors/c/config", &json!({ "errors.tolerance": "all" })).await;

    eventually(PATIENCE, || async {
        let skipped = skipped(&app).await;
        if skipped == 3 { Ok(()) } else { Err(skipped) }
    })
    .await;
    assert_eq!(read_topic(&mongo.topic("patients")).await, []);
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn a_position_that_cannot_be_resumed_stops_the_task_and_is_kept() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[])).await;
    streaming(&app).await;
    mongo.insert("patients", 0..3).await;
    arrived(&mongo.topic("patients"), 0..3).await;
    app.connect.put("/connectors/c/stop").await;
    eventually(PATIENCE, || async {
        let tasks = app.connect.get("/connectors/c/status").await.body["tasks"].clone();
        if tasks == json!([]) { Ok(()) } else { Err(tasks) }
    })
    .await;
    // The answer above is about what is wanted; the draining task may still commit.
    eventually(PATIENCE, || async {
        let busy: i64 = sqlx::query_scalar("select count(*) from task_leases where owner is not null")
            .fetch_one(&app.database.pool)
            .await
            .expect("counted");
        if busy == 0 { Ok(()) } else { Err(busy) }
    })
    .await;

    // {"_data": "nonsense"}
    let token = "GQAAAAJfZGF0YQAJAAAAbm9uc2Vuc2UAAA==";
    sqlx::query("update task_positions set position = jsonb_set(position::jsonb, '{phase,resume,token}', to_jsonb($1::text))::json")
        .bind(token)
        .execute(&app.database.pool)
        .await
        .expect("updated");
    mongo.insert("patients", 3..6).await;
    app.connect.put("/connectors/c/resume").await;
    failed(&app, "c", "NARU-1006").await;

    let kept: String = sqlx::query_scalar("select position #>> '{phase,resume,token}' from task_positions")
        .fetch_one(&app.database.pool)
        .await
        .expect("a position");
    assert_eq!(kept, token);
    assert_eq!(ids(&read_topic(&mongo.topic("patients")).await), [0, 1, 2], "nothing beyond the gap");
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn a_database_that_does_not_exist_yet_is_waited_for() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[("copy.existing", "true")])).await;
    streaming(&app).await;

    mongo.insert("patients", 0..3).await;
    let records = arrived(&mongo.topic("patients"), 0..3).await;

    assert_eq!(ids(&records), [0, 1, 2]);
    app.stop().await;
    mongo.drop().await;
}
