//! What flows when nothing goes wrong.

use bson::doc;
use serde_json::json;

use super::*;

#[tokio::test]
async fn what_exists_is_copied_and_what_changes_follows() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    mongo.insert("patients", 0..50).await;
    mongo.insert("visits", 100..103).await;
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[("copy.existing", "true")])).await;
    streaming(&app).await;

    let patients = mongo.collection("patients");
    patients.insert_one(doc! { "_id": 50 }).await.expect("inserted");
    patients.update_one(doc! { "_id": 1 }, doc! { "$set": { "ward": "3" } }).await.expect("updated");
    patients.delete_one(doc! { "_id": 50 }).await.expect("deleted");
    let visits = arrived(&mongo.topic("visits"), 100..103).await;
    let records = eventually(PATIENCE, || async {
        let records = read_topic(&mongo.topic("patients")).await;
        if records.len() >= 53 { Ok(records) } else { Err(records.len()) }
    })
    .await;

    assert_eq!((records.len(), visits.len()), (53, 3), "each once");
    let operations: Vec<String> =
        values(&records).iter().map(|event| event["operationType"].as_str().expect("a word").to_owned()).collect();
    assert_eq!(operations[50..], ["insert", "update", "delete"]);
    assert_eq!(ids(&records)[..50], (0..50).collect::<Vec<_>>(), "in the order of their ids");
    told(&app, "copy_finished").await;
    assert_eq!(task(&app, "c").await["state"], json!("RUNNING"));
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn a_stopped_application_goes_on_where_it_was_and_repeats_nothing() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[])).await;
    streaming(&app).await;
    mongo.insert("patients", 0..20).await;
    arrived(&mongo.topic("patients"), 0..20).await;

    let database = std::sync::Arc::clone(&app.database);
    app.stop().await;
    mongo.insert("patients", 20..40).await;
    let app = TestApp::replica(&database).await;
    let records = arrived(&mongo.topic("patients"), 0..40).await;

    assert_eq!(ids(&records), (0..40).collect::<Vec<_>>());
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn a_paused_connector_goes_on_where_it_was() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[])).await;
    streaming(&app).await;
    mongo.insert("patients", 0..5).await;
    arrived(&mongo.topic("patients"), 0..5).await;

    app.connect.put("/connectors/c/pause").await;
    eventually(PATIENCE, || async {
        let state = task(&app, "c").await["state"].clone();
        if state == json!("PAUSED") { Ok(()) } else { Err(state) }
    })
    .await;
    mongo.insert("patients", 5..9).await;
    app.connect.put("/connectors/c/resume").await;
    let records = arrived(&mongo.topic("patients"), 0..9).await;

    assert_eq!(ids(&records), (0..9).collect::<Vec<_>>());
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn an_edited_pipeline_goes_on_by_time_and_says_so() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[])).await;
    streaming(&app).await;
    mongo.insert("patients", 0..5).await;
    arrived(&mongo.topic("patients"), 0..5).await;

    let pipeline = r#"[{"$match": {"documentKey._id": {"$ne": 7}}}]"#;
    app.connect.patch_json("/connectors/c/config", &json!({ "pipeline": pipeline })).await;
    told(&app, "resumed_by_time").await;
    mongo.insert("patients", 5..10).await;
    let records = arrived(&mongo.topic("patients"), [0, 1, 2, 3, 4, 5, 6, 8, 9]).await;

    assert_eq!(ids(&records), [0, 1, 2, 3, 4, 5, 6, 8, 9]);
    app.stop().await;
    mongo.drop().await;
}
