//! What only a real MongoDB can do, and the stand-in of the tests cannot. With the stand-in each says that it was skipped.

use bson::doc;
use serde_json::json;

use super::*;

/// Together with its pre-image such a document is more than one reply may have, 16 MB.
const HALF_OF_TOO_MUCH: usize = 10 * 1024 * 1024;

#[tokio::test]
async fn a_user_signs_in_and_a_wrong_password_is_named() {
    let Some(mongo) = MongoDatabase::create_real("a_user_signs_in", "users").await else { return };
    mongo.create_user("ferry", "river").await;
    mongo.insert("patients", 1..2).await;
    let app = TestApp::start().await;
    let source = |password: &str| {
        let mut config = mongo.source("patients");
        config["connection.uri"] = json!(mongo.uri_of("ferry", password));
        config
    };

    create(&app, "c", &source("river")).await;
    arrived(&mongo.topic("patients"), [1]).await;
    app.connect.put_json("/connectors/c/config", &source("lake")).await;
    let trace = failed(&app, "c", "NARU-1003").await;

    assert!(!trace.contains("lake"), "{trace}");
    app.stop().await;
}

#[tokio::test]
async fn the_changes_of_a_transaction_arrive_in_its_order_and_name_it() {
    let Some(mongo) = MongoDatabase::create_real("the_changes_of_a_transaction", "transactions").await else { return };
    mongo.insert("patients", 1..2).await;
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[])).await;
    streaming(&app).await;

    let mut session = mongo.client().start_session().await.expect("a session");
    session.start_transaction().await.expect("a transaction");
    let patients = mongo.collection("patients");
    for number in [2, 3] {
        patients.insert_one(doc! { "_id": number }).session(&mut session).await.expect("inserted");
    }
    session.commit_transaction().await.expect("committed");
    let records = arrived(&mongo.topic("patients"), [2, 3]).await;

    let numbers: Vec<Value> = values(&records).iter().map(|value| value["txnNumber"].clone()).collect();
    assert_eq!(ids(&records), [2, 3]);
    assert!(!numbers[0].is_null() && numbers[0] == numbers[1], "{numbers:?}");
    app.stop().await;
}

#[tokio::test]
async fn an_update_carries_the_document_as_it_was() {
    let Some(mongo) = MongoDatabase::create_real("an_update_carries", "pre-images").await else { return };
    mongo.create_with_pre_images("patients").await;
    mongo.insert("patients", 1..2).await;
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[("change.stream.full.document.before.change", "required")])).await;
    streaming(&app).await;

    let renamed = doc! { "$set": { "name": "lee" } };
    mongo.collection("patients").update_one(doc! { "_id": 1 }, renamed).await.expect("updated");
    let records = arrived(&mongo.topic("patients"), [1]).await;

    assert_eq!(values(&records)[0]["fullDocumentBeforeChange"], json!({ "_id": 1, "name": "kim" }));
    app.stop().await;
}

#[tokio::test]
async fn an_event_that_comes_in_parts_is_one_record() {
    let Some(mongo) = MongoDatabase::create_real("an_event_that_comes_in_parts", "split events").await else { return };
    mongo.create_with_pre_images("scans").await;
    let large = doc! { "_id": 1, "scan": "x".repeat(HALF_OF_TOO_MUCH) };
    mongo.collection("scans").insert_one(large).await.expect("inserted");
    let app = TestApp::start().await;
    // The record is the document alone: whole, the event would be more than the broker takes.
    let properties = [
        ("change.stream.full.document.before.change", "required"),
        ("change.stream.full.document", "updateLookup"),
        ("publish.full.document.only", "true"),
    ];
    create(&app, "c", &mongo.source_of_all(&properties)).await;
    streaming(&app).await;

    mongo.collection("scans").update_one(doc! { "_id": 1 }, doc! { "$set": { "seen": true } }).await.expect("updated");
    mongo.collection("scans").insert_one(doc! { "_id": 2 }).await.expect("inserted");
    let records = arrived(&mongo.topic("scans"), [1, 2]).await;

    assert_eq!(ids(&records), [1, 2]);
    assert_eq!(values(&records)[0]["seen"], json!(true));
    app.stop().await;
}
