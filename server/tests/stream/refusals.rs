//! What a MongoDB refuses at the door: said by name, and over as soon as it is mended.

use bson::doc;
use serde_json::json;

use super::*;
use crate::support::mongo::source_on;
use crate::support::wire::{Wire, batch, refusal};

#[tokio::test]
async fn a_wrong_password_stops_the_task_and_shows_nowhere() {
    let wire = Wire::answering(|_| Some(refusal(18))).await;
    let uri = wire.uri.replace("mongodb://", "mongodb://kim:hunter2@") + "&authMechanism=SCRAM-SHA-256";
    let app = TestApp::start().await;

    create(&app, "c", &source_on(&uri, "jee", &[])).await;
    let trace = failed(&app, "c", "NARU-1003").await;

    assert!(!wire.commands("saslStart").is_empty(), "the server was asked");
    assert!(trace.contains("What to do: Correct the user name, password or authSource"), "{trace}");
    assert!(!trace.contains("hunter2"), "{trace}");
    app.stop().await;
}

#[tokio::test]
async fn a_standalone_server_stops_the_task_until_it_is_a_replica_set() {
    let is_replica_set = Arc::new(AtomicBool::new(false));
    let wire = Wire::answering({
        let is_replica_set = Arc::clone(&is_replica_set);
        move |command| {
            let token = doc! { "_data": "820000000100000001" };
            Some(match command.keys().next().map(String::as_str) {
                _ if !is_replica_set.load(Ordering::SeqCst) => refusal(40_573),
                Some("aggregate") => batch("firstBatch", 7, vec![], Some(token)),
                Some("getMore") => batch("nextBatch", 7, vec![], Some(token)),
                _ => refusal(13),
            })
        }
    })
    .await;
    let app = TestApp::start().await;

    create(&app, "c", &source_on(&wire.uri, "jee", &[])).await;
    let trace = failed(&app, "c", "NARU-1005").await;
    is_replica_set.store(true, Ordering::SeqCst);
    app.connect.post("/connectors/c/tasks/0/restart").await;
    streaming(&app).await;

    assert!(trace.contains("What to do: Make the server a replica set"), "{trace}");
    app.stop().await;
}

#[tokio::test]
async fn a_host_that_cannot_be_reached_is_named_and_tried_again() {
    let nobody = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200&connectTimeoutMS=200";
    let app = TestApp::start().await;

    create(&app, "c", &source_on(nobody, "jee", &[])).await;
    observed(&app, "retrying").await;
    let task = task(&app, "c").await;

    let trace = task["trace"].as_str().unwrap_or_default();
    assert!(trace.starts_with("NARU-1002"), "{task}");
    assert!(trace.contains("What to do: Check that MongoDB is up and reachable"), "{task}");
    assert_ne!(task["state"], json!("FAILED"), "it is tried again");
    app.stop().await;
}
