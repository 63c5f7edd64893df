//! The process is killed in the middle of transactions: nothing may be missing afterwards, and nothing there twice.

use bson::doc;

use super::*;
use crate::support::TestDatabase;
use crate::support::connector::create_body;
use crate::support::process::Serving;

/// Documents at the beginning.
const DOCUMENTS: i32 = 5_000;

/// Kills.
const ROUNDS: i32 = 6;

/// What a consumer that keeps the newest record of each document knows in the end.
fn versions(records: &[Committed]) -> BTreeMap<i64, i64> {
    let mut versions = BTreeMap::new();
    for event in records.iter().map(Committed::json) {
        let id = event["documentKey"]["_id"].as_i64().expect("a number");
        let version = match event["operationType"].as_str() {
            Some("update") => &event["updateDescription"]["updatedFields"]["version"],
            _ => &event["fullDocument"]["version"],
        };
        versions.insert(id, version.as_i64().unwrap_or_default());
    }
    versions
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_transactions_it_neither_loses_nor_repeats_anything() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    mongo.insert("a", 0..DOCUMENTS).await;
    let topic = mongo.topic("a");
    let database = TestDatabase::create().await;
    let (config, _) = source(&mongo, &[("copy.existing", "true"), ("copy.existing.queue.size", "50")]);
    let mut serving = Serving::start(&database);
    let created = serving.connect.post_json("/connectors", &create_body("c", &config)).await;
    assert_eq!(created.status, 201, "{created:?}");

    let mut expected: BTreeMap<i64, i64> = (0..i64::from(DOCUMENTS)).map(|id| (id, 0)).collect();
    let mut seen = 0;
    for round in 1..=ROUNDS {
        // Not before something new is there: each process is killed at work.
        seen = arrived(&topic, seen + 1).await.len();
        let documents = mongo.collection("a");
        for step in 0..100 {
            let (changed, added) = (step * 17 + round, DOCUMENTS + round * 1_000 + step);
            documents
                .update_one(doc! { "_id": changed }, doc! { "$set": { "version": round } })
                .await
                .expect("updated");
            documents.insert_one(doc! { "_id": added, "version": round }).await.expect("inserted");
            expected.insert(changed.into(), round.into());
            expected.insert(added.into(), round.into());
        }
        serving.signal("KILL");
        serving.wait();
        serving = Serving::start(&database);
    }

    let records = eventually(PATIENCE, || async {
        let records = read_committed(&topic).await;
        let known = versions(&records);
        let wrong: Vec<_> = expected.iter().filter(|(id, version)| known.get(id) != Some(version)).take(5).collect();
        if wrong.is_empty() { Ok(records) } else { Err(format!("{} records, {wrong:?}", records.len())) }
    })
    .await;
    assert_eq!(repeated(&records), Vec::<String>::new());
    let copied = records.iter().filter(|record| record.event().contains("copyingData")).count();
    println!("{} records, {copied} of them copied, {ROUNDS} kills, nothing twice", records.len());
    mongo.drop().await;
}
