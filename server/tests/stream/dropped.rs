//! A collection vanishes while it is being copied.

use serde_json::json;

use super::*;
use crate::support::TestDatabase;
use crate::support::kafka::count_records;
use crate::support::process::Serving;

/// Enough for the drop to come while documents are left.
const DOCUMENTS: i32 = 30_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_collection_dropped_while_it_is_copied_is_told_and_all_else_goes_on() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    mongo.insert("doomed", 0..DOCUMENTS).await;
    mongo.insert("visits", 0..50).await;
    let database = TestDatabase::create().await;
    let serving = Serving::start(&database);
    // Small replies, one after the other: there has to be a middle to drop it in.
    let slowly = [("copy.existing", "true"), ("batch.size", "10"), ("copy.existing.queue.size", "20")];
    let created = serving.connect.post_json("/connectors", &create_body("c", &mongo.source_of_all(&slowly))).await;
    assert_eq!(created.status, 201, "{created:?}");
    let topic = mongo.topic("doomed");
    eventually(PATIENCE, || async { if count_records(&topic).await > 0 { Ok(()) } else { Err("nothing copied yet") } })
        .await;

    mongo.collection("doomed").drop().await.expect("dropped");

    eventually(PATIENCE, || async {
        let events: Vec<(String, Value)> = sqlx::query_as("select kind, parameters from connector_events order by id")
            .fetch_all(&database.pool)
            .await
            .expect("rows");
        let is_told = events.iter().any(|(kind, parameters)| {
            kind == "collection_gone" && parameters["namespace"] == json!(format!("{}.doomed", mongo.name))
        });
        let is_copied = events.iter().any(|(kind, _)| kind == "copy_finished");
        if is_told && is_copied { Ok(()) } else { Err(events) }
    })
    .await;
    let status = serving.connect.get("/connectors/c/status").await.body;
    assert_eq!(status["tasks"][0]["state"], json!("RUNNING"), "{status}");
    let copied = read_topic(&topic).await;
    let copied = values(&copied).iter().filter(|event| !event["_id"]["copyingData"].is_null()).count();
    assert!(copied < DOCUMENTS as usize, "the drop came too late to prove anything: {copied} were copied");
    mongo.insert("doomed", DOCUMENTS..DOCUMENTS + 3).await;
    mongo.insert("visits", 50..53).await;
    arrived(&mongo.topic("visits"), 0..53).await;
    let operations = eventually(PATIENCE, || async {
        let records = read_topic(&topic).await;
        let later: Vec<String> = values(&records[copied..])
            .iter()
            .map(|event| event["operationType"].as_str().unwrap_or_default().to_owned())
            .collect();
        if later.iter().filter(|operation| *operation == "insert").count() >= 3 { Ok(later) } else { Err(later) }
    })
    .await;
    assert_eq!(operations.iter().filter(|operation| *operation == "drop").count(), 1, "{operations:?}");
    mongo.drop().await;
}
