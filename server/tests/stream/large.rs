//! Documents near MongoDB's limit of 16 MB.

use bson::doc;
use serde_json::json;

use super::*;
use crate::support::TestDatabase;
use crate::support::kafka::{count_records, create_topic};
use crate::support::process::Serving;

/// What the process may need at its peak: the read-ahead, the window and the producer's queue are bounded in bytes, and a document
/// of this size passes through each of them alone.
const PEAK_BOUND_MIB: u64 = 256;

const MEGABYTE: usize = 1_000_000;

fn document(id: i32, megabytes: usize) -> bson::Document {
    doc! { "_id": id, "scan": "x".repeat(megabytes * MEGABYTE) }
}

/// The id of the document that is too large, and of the one after it.
const TOO_LARGE: i32 = 100;

#[tokio::test(flavor = "multi_thread")]
async fn documents_near_the_limit_pass_in_bounded_memory_and_one_too_large_is_named() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let scans = mongo.collection("scans");
    let (topic, narrow) = (mongo.topic("scans"), mongo.topic("letters"));
    create_topic(&topic, &[("max.message.bytes", "17000000")]).await;
    create_topic(&narrow, &[("max.message.bytes", "12000000")]).await;
    for id in 0..4 {
        scans.insert_one(document(id, 10 + id as usize)).await.expect("inserted");
    }
    let database = TestDatabase::create().await;
    let serving = Serving::start(&database);
    let config = mongo.source_of_all(&[("copy.existing", "true")]);
    let created = serving.connect.post_json("/connectors", &create_body("c", &config)).await;
    assert_eq!(created.status, 201, "{created:?}");
    holds(&topic, 4).await;

    for id in 4..14 {
        scans.insert_one(document(id, 10 + (id as usize % 6))).await.expect("inserted");
    }
    holds(&topic, 14).await;
    let peak_mib = serving.peak_memory_mib();
    println!("14 documents of 10 to 15 MB: {peak_mib} MiB at the peak");
    assert!(peak_mib <= PEAK_BOUND_MIB, "{peak_mib} MiB");

    let letters = mongo.collection("letters");
    letters.insert_one(document(TOO_LARGE, 13)).await.expect("inserted");
    letters.insert_one(doc! { "_id": TOO_LARGE + 1 }).await.expect("inserted");
    let trace = eventually(PATIENCE, || async {
        let task = serving.connect.get("/connectors/c/status").await.body["tasks"][0].clone();
        let trace = task["trace"].as_str().unwrap_or_default().to_owned();
        if task["state"] == json!("FAILED") { Ok(trace) } else { Err(task) }
    })
    .await;
    assert!(trace.starts_with("NARU-2003") && trace.contains(&narrow), "{trace}");
    assert!(trace.contains("What to do: Raise max.message.bytes of the topic"), "{trace}");
    serving.connect.patch_json("/connectors/c/config", &json!({ "errors.tolerance": "all" })).await;
    let records = arrived(&narrow, [TOO_LARGE + 1]).await;

    assert!(!ids(&records).contains(&TOO_LARGE));
    assert_eq!(ids(&read_topic(&topic).await), (0..14).collect::<Vec<_>>());
    mongo.drop().await;
}

async fn holds(topic: &str, wanted: i64) {
    eventually(PATIENCE, || async {
        let count = count_records(topic).await;
        if count >= wanted { Ok(()) } else { Err(count) }
    })
    .await;
}
