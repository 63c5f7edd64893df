//! Records at fault become dead letters, and the stream goes on.

use bson::doc;

use super::*;
use crate::support::kafka::create_topic;

/// A topic for dead letters that no other test uses.
fn letters_of(mongo: &MongoDatabase) -> String {
    mongo.topic("letters")
}

async fn letters(topic: &str, count: usize) -> Vec<Record> {
    eventually(PATIENCE, || async {
        let records = read_topic(topic).await;
        if records.len() >= count { Ok(records) } else { Err(records) }
    })
    .await
}

fn header<'a>(record: &'a Record, name: &str) -> &'a str {
    record.headers.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

#[tokio::test]
async fn a_record_too_large_for_its_topic_becomes_a_dead_letter_with_key_and_token() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let (topic, dead) = (mongo.topic("patients"), letters_of(&mongo));
    create_topic(&topic, &[("max.message.bytes", "20000")]).await;
    let app = TestApp::start().await;
    let tolerant = [("errors.tolerance", "all"), ("errors.deadletterqueue.topic.name", dead.as_str())];
    create(&app, "c", &mongo.source_of_all(&tolerant)).await;
    streaming(&app).await;

    let patients = mongo.collection("patients");
    patients.insert_one(doc! { "_id": 1 }).await.expect("inserted");
    patients.insert_one(doc! { "_id": 2, "large": "x".repeat(50_000) }).await.expect("inserted");
    patients.insert_one(doc! { "_id": 3 }).await.expect("inserted");
    let records = arrived(&topic, [1, 3]).await;
    let letters = letters(&dead, 1).await;

    assert!(!ids(&records).contains(&2));
    assert_eq!((letters.len(), letters[0].key.as_str()), (1, r#"{"_id": 2}"#));
    let value = letters[0].value.as_deref().expect("a value");
    assert!(value.contains(r#""operationType": "insert""#) && !value.contains("xxx"), "{value}");
    assert_eq!(header(&letters[0], "__connect.errors.stage"), "KAFKA_PRODUCE");
    assert_eq!(header(&letters[0], "naru.error.code"), "NARU-2003");
    assert_eq!(header(&letters[0], "naru.namespace"), format!("{}.patients", mongo.name()));
    assert!(header(&letters[0], "naru.resume.token").starts_with(r#"{"_data": "82"#));
    told(&app, "records_at_fault").await;
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn what_makes_no_record_becomes_a_dead_letter_as_the_official_connector_writes_it() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let dead = letters_of(&mongo);
    let app = TestApp::start().await;
    let spoiling = r#"[{"$addFields": {"documentKey": "no document"}}, {"$unset": ["clusterTime", "wallTime"]}]"#;
    let tolerant = [
        ("pipeline", spoiling),
        ("mongo.errors.tolerance", "all"),
        ("mongo.errors.deadletterqueue.topic.name", dead.as_str()),
        ("errors.deadletterqueue.context.headers.enable", "false"),
    ];
    create(&app, "c", &mongo.source_of_all(&tolerant)).await;
    streaming(&app).await;

    mongo.collection("patients").insert_one(doc! { "_id": 1, "n": 5_000_000_000_i64 }).await.expect("inserted");
    let letters = letters(&dead, 1).await;

    let token = letters[0].key.strip_prefix(r#"{"_id": "#).and_then(|key| key.strip_suffix('}')).expect("a token");
    let value = format!(
        r#"{{"_id": {token}, "operationType": "insert", "fullDocument": {{"_id": 1, "n": 5000000000}}, "ns": {{"db": "{}", "coll": "patients"}}, "documentKey": "no document"}}"#,
        mongo.name()
    );
    assert_eq!(letters[0].value.as_deref(), Some(value.as_str()));
    assert!(letters[0].headers.is_empty());
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn an_illegal_topic_name_becomes_a_dead_letter_and_other_collections_go_on() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let dead = letters_of(&mongo);
    let app = TestApp::start().await;
    let tolerant = [("errors.tolerance", "all"), ("errors.deadletterqueue.topic.name", dead.as_str())];
    create(&app, "c", &mongo.source_of_all(&tolerant)).await;
    streaming(&app).await;

    mongo.collection("old visits").insert_one(doc! { "_id": 1 }).await.expect("inserted");
    mongo.collection("patients").insert_one(doc! { "_id": 2 }).await.expect("inserted");
    arrived(&mongo.topic("patients"), [2]).await;
    let letters = letters(&dead, 1).await;

    assert_eq!(header(&letters[0], "naru.error.code"), "NARU-2004");
    assert_eq!(header(&letters[0], "__connect.errors.stage"), "TASK_POLL");
    assert!(header(&letters[0], "__connect.errors.exception.message").contains("old visits"));
    app.stop().await;
    mongo.drop().await;
}
