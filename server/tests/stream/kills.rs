//! The process is killed; nothing may be missing afterwards.

use std::sync::Arc;

use bson::doc;

use super::*;
use crate::support::TestDatabase;

/// Documents of each collection at the beginning.
const DOCUMENTS: i32 = 4_000;

/// What a consumer that keeps the newest record of each document knows in the end: its version, or that it is deleted.
fn newest(records: &[Record]) -> BTreeMap<i32, Option<i32>> {
    let mut newest = BTreeMap::new();
    for (id, event) in ids(records).into_iter().zip(values(records)) {
        let version = match event["operationType"].as_str() {
            Some("delete") => None,
            Some("update") => Some(&event["updateDescription"]["updatedFields"]["version"]),
            _ => Some(&event["fullDocument"]["version"]),
        };
        let number = |version: &Value| i32::try_from(version.as_i64().unwrap_or_default()).expect("a small number");
        newest.insert(id, version.map(number));
    }
    newest
}

async fn epoch(database: &TestDatabase) -> i64 {
    sqlx::query_scalar("select epoch from task_leases").fetch_one(&database.pool).await.expect("an epoch")
}

/// Waits until the lease has a new owner: then an attempt is under way again.
async fn taken_over_since(database: &TestDatabase, epoch_before: i64) {
    eventually(PATIENCE, || async {
        let epoch = epoch(database).await;
        if epoch > epoch_before { Ok(()) } else { Err(epoch) }
    })
    .await;
}

#[tokio::test]
async fn killed_again_and_again_during_copy_and_stream_it_loses_nothing() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let collections = ["a", "b", "c"];
    for name in collections {
        mongo.insert(name, 0..DOCUMENTS).await;
    }
    let database = Arc::new(TestDatabase::create().await);
    let mut app = TestApp::replica(&database).await;
    let config = mongo.source_of_all(&[
        ("copy.existing", "true"),
        ("copy.existing.max.threads", "2"),
        ("copy.existing.queue.size", "50"),
        ("poll.max.batch.size", "10"),
    ]);
    create(&app, "c", &config).await;
    // What changes before the start token is taken is simply copied as it then is.
    eventually(PATIENCE, || async {
        let positions: i64 =
            sqlx::query_scalar("select count(*) from task_positions").fetch_one(&database.pool).await.expect("a count");
        if positions == 1 { Ok(()) } else { Err(positions) }
    })
    .await;

    let mut expected: BTreeMap<i32, Option<i32>> = (0..DOCUMENTS).map(|id| (id, Some(0))).collect();
    for round in 1..=4 {
        // Changes while it runs, of documents that are copied already and of ones that are not.
        for name in collections {
            let documents = mongo.collection(name);
            for step in 0..20 {
                let (changed, deleted, added) =
                    (step * 70 + round, DOCUMENTS - 100 + round * 20 + step, DOCUMENTS + round * 100 + step);
                let set = doc! { "$set": { "version": round } };
                documents.update_one(doc! { "_id": changed }, set).await.expect("updated");
                documents.delete_one(doc! { "_id": deleted }).await.expect("deleted");
                documents.insert_one(doc! { "_id": added, "version": round }).await.expect("inserted");
                expected.insert(changed, Some(round));
                expected.insert(deleted, None);
                expected.insert(added, Some(round));
            }
        }
        let epoch = epoch(&database).await;
        app.kill().await;
        app = TestApp::replica(&database).await;
        taken_over_since(&database, epoch).await;
    }

    let mut repetitions = 0;
    for name in collections {
        let complete = || async {
            let records = read_topic(&mongo.topic(name)).await;
            let newest = newest(&records);
            let wrong: Vec<_> =
                expected.iter().filter(|(id, version)| newest.get(id) != Some(version)).take(5).collect();
            if wrong.is_empty() { Ok(records) } else { Err(format!("{} records, {wrong:?}", records.len())) }
        };
        let records = eventually(PATIENCE, complete).await;
        // Once as a copy, and once for its one change.
        repetitions += counts(&records).values().map(|count| count.saturating_sub(2)).sum::<usize>();
    }
    println!("{repetitions} records came more than once");
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn another_replica_takes_over_and_loses_nothing() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let database = Arc::new(TestDatabase::create().await);
    let one = TestApp::replica(&database).await;
    create(&one, "c", &mongo.source_of_all(&[])).await;
    streaming(&one).await;
    let two = TestApp::replica(&database).await;
    mongo.insert("patients", 0..50).await;

    one.kill().await;
    mongo.insert("patients", 50..100).await;
    let records = arrived(&mongo.topic("patients"), 0..100).await;

    assert!(counts(&records).len() == 100, "{:?}", counts(&records));
    two.stop().await;
    mongo.drop().await;
}
