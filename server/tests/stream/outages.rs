//! One of the services goes away and comes back: nothing is lost, and nobody has to do anything.

use std::sync::Arc;

use super::*;
use crate::support::TestDatabase;
use crate::support::app::fast;
use crate::support::proxy::Proxy;

#[tokio::test]
async fn while_postgres_is_away_records_flow_and_the_position_follows_later() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let database = Arc::new(TestDatabase::create().await);
    let proxy = Proxy::to(database.server_address()).await;
    // Long enough that the lease alone does not end the task.
    let patient = server::config::WorkerTiming { fence_alone_after: Duration::from_secs(60), ..fast() };
    let app = TestApp::start_with(&database, database.config_through(proxy.address.port()), patient).await;
    create(&app, "c", &mongo.source_of_all(&[])).await;
    streaming(&app).await;

    proxy.cut();
    mongo.insert("patients", 0..20).await;
    let during = arrived(&mongo.topic("patients"), 0..20).await;
    proxy.mend();
    told(&app, "store_back").await;
    app.kill().await;
    let app = TestApp::replica(&database).await;
    mongo.insert("patients", 20..25).await;
    let after = arrived(&mongo.topic("patients"), 0..25).await;

    assert_eq!(during.len(), 20);
    assert_eq!(ids(&after), (0..25).collect::<Vec<_>>(), "the position was committed once Postgres was back");
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn a_long_outage_of_postgres_loses_nothing() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let database = Arc::new(TestDatabase::create().await);
    let proxy = Proxy::to(database.server_address()).await;
    let app = TestApp::start_with(&database, database.config_through(proxy.address.port()), fast()).await;
    create(&app, "c", &mongo.source_of_all(&[])).await;
    streaming(&app).await;

    proxy.cut();
    mongo.insert("patients", 0..20).await;
    // Past the moment when the worker lets go of its tasks because it cannot know whether they are still its own.
    tokio::time::sleep(fast().fence_alone_after + Duration::from_secs(1)).await;
    mongo.insert("patients", 20..40).await;
    proxy.mend();
    let records = arrived(&mongo.topic("patients"), 0..40).await;

    assert_eq!(counts(&records).len(), 40);
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn an_outage_of_mongodb_is_told_and_passes_by_itself() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let proxy = Proxy::to(mongo.server_address()).await;
    let port = proxy.address.port();
    let uri =
        format!("mongodb://127.0.0.1:{port}/?directConnection=true&serverSelectionTimeoutMS=300&connectTimeoutMS=300");
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[("connection.uri", &uri)])).await;
    streaming(&app).await;
    mongo.insert("patients", 0..10).await;
    arrived(&mongo.topic("patients"), 0..10).await;

    proxy.cut();
    mongo.insert("patients", 10..20).await;
    told(&app, "task_retrying").await;
    let trace = task(&app, "c").await["trace"].as_str().unwrap_or_default().to_owned();
    proxy.mend();
    let records = arrived(&mongo.topic("patients"), 0..20).await;

    assert!(trace.contains("NARU-1002"), "{trace}");
    assert!(!trace.contains("mongodb://"), "{trace}");
    assert_eq!(ids(&records), (0..20).collect::<Vec<_>>());
    told(&app, "task_recovered").await;
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn a_lost_connection_to_mongodb_is_mended_within_the_attempt() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let proxy = Proxy::to(mongo.server_address()).await;
    let uri = format!("mongodb://127.0.0.1:{}/?directConnection=true", proxy.address.port());
    let app = TestApp::start().await;
    create(&app, "c", &mongo.source_of_all(&[("connection.uri", &uri)])).await;
    streaming(&app).await;

    for round in 0..3 {
        proxy.cut();
        mongo.insert("patients", round * 10..round * 10 + 10).await;
        proxy.mend();
        arrived(&mongo.topic("patients"), 0..round * 10 + 10).await;
    }

    let records = read_topic(&mongo.topic("patients")).await;
    assert_eq!(ids(&records), (0..30).collect::<Vec<_>>());
    assert!(!history(&app).await.contains(&"task_retrying".to_owned()));
    app.stop().await;
    mongo.drop().await;
}
