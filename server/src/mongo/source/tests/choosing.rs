//! Which namespaces and which events count, and signs of life.

use connect::config::{DdlPolicy, HeartbeatConfig, NamespaceRules};
use connect::pipeline::EventKind;

use super::*;

/// Two databases of a test's own, and a configuration of the whole deployment that takes some of their collections.
fn choosing(bench: &Bench, other: &Database) -> SourceConfig {
    let mut config = bench.config_of(Scope::Deployment);
    let (mine, others) = (bench.database.name(), other.name());
    config.stream.namespaces = NamespaceRules {
        include: vec![format!(r"{mine}\..*"), format!(r"{others}\.orders")],
        exclude: vec![r".*\.tmp_.*".to_owned()],
    };
    config
}

async fn fill(database: &Database, collections: &[&str]) {
    for (number, name) in (0..).zip(collections) {
        database.collection::<Document>(name).insert_one(doc! { "_id": number }).await.unwrap();
    }
}

fn places(events: &[Document]) -> Vec<String> {
    events.iter().map(|event| event.get_document("ns").unwrap().get_str("coll").unwrap().to_owned()).collect()
}

#[tokio::test]
async fn any_mix_of_namespaces_means_the_same_to_the_copy_and_to_the_stream() {
    let Some(bench) = bench("any_mix_of_namespaces_means_the_same").await else { return };
    let other = bench.database.client().database(&format!("{}_other", bench.database.name()));
    let collections = ["patients", "tmp_1", "orders", "items"];
    fill(&bench.database, &collections).await;
    fill(&other, &collections).await;
    let config = choosing(&bench, &other);

    let mut reading = open(&copying(config, |copy| copy.max_threads = 1), None).await.unwrap();
    let mut copied = places(&reading.copied().await);
    copied.sort();
    reading.streaming().await;
    for database in [&bench.database, &other] {
        for name in collections {
            database.collection::<Document>(name).delete_one(doc! {}).await.unwrap();
        }
    }
    let mut streamed = places(&reading.documents(4).await);
    streamed.sort();

    assert_eq!(copied, ["items", "orders", "orders", "patients"]);
    assert_eq!(streamed, copied);
    other.drop().await.unwrap();
    bench.drop().await;
}

#[tokio::test]
async fn another_choice_of_namespaces_goes_on_without_a_gap_or_a_repetition() {
    let Some(bench) = bench("another_choice_of_namespaces_goes_on").await else { return };
    let other = bench.database.client().database(&format!("{}_other", bench.database.name()));
    let config = choosing(&bench, &other);
    let mut first = open(&config, None).await.unwrap();
    fill(&bench.database, &["patients", "visits"]).await;
    assert_eq!(places(&first.documents(2).await), ["patients", "visits"]);
    let stored = Position::from_json(&first.position.to_json()).unwrap();
    drop(first);
    let mut wider = config.clone();
    wider.stream.namespaces.include.push(format!(r"{}\.items", other.name()));
    fill(&other, &["items"]).await;
    fill(&bench.database, &["wards"]).await;

    let mut second = open(&wider, Some(stored)).await.unwrap();

    assert_eq!(places(&second.documents(2).await), ["items", "wards"]);
    assert_eq!(second.progress.take_notices(), [Notice::ResumedByTime]);
    other.drop().await.unwrap();
    bench.drop().await;
}

#[tokio::test]
async fn drops_and_renames_make_no_record_where_they_are_to_be_ignored() {
    let Some(bench) = bench("drops_and_renames_make_no_record").await else { return };
    let mut config = bench.config();
    config.stream.ddl = DdlPolicy::Ignore;
    let mut reading = open(&config, None).await.unwrap();
    reading.streaming().await;

    fill(&bench.database, &["patients"]).await;
    bench.collection("patients").drop().await.unwrap();
    fill(&bench.database, &["visits"]).await;
    let events = reading.documents(2).await;

    assert_eq!(operations(&events), ["insert", "insert"]);
    bench.drop().await;
}

#[tokio::test]
async fn a_task_that_is_to_stop_at_a_drop_publishes_it_and_goes_on_behind_it_when_it_is_restarted() {
    let Some(bench) = bench("a_task_that_is_to_stop_at_a_drop").await else { return };
    let mut config = bench.config();
    config.stream.ddl = DdlPolicy::Stop;
    let mut reading = open(&config, None).await.unwrap();
    reading.streaming().await;

    fill(&bench.database, &["patients"]).await;
    bench.collection("patients").drop().await.unwrap();
    fill(&bench.database, &["visits"]).await;
    assert_eq!(operations(&reading.documents(2).await), ["insert", "drop"]);
    let error = reading.error().await;

    assert_eq!(error.kind(), ErrorKind::StructureChanged);
    assert!(error.context().contains(".patients was dropped"), "{error}");
    let mut next = open(&config, Some(reading.position.clone())).await.unwrap();
    assert_eq!(places(&next.documents(1).await), ["visits"]);
    bench.drop().await;
}

#[tokio::test]
async fn an_idle_stream_gives_signs_of_life_that_move_the_position() {
    let Some(bench) = bench("an_idle_stream_gives_signs_of_life").await else { return };
    let mut config = bench.config_of_collection("patients");
    config.stream.heartbeat = Some(HeartbeatConfig { interval_ms: 1, topic: "beats".to_owned() });
    let mut reading = open(&config, None).await.unwrap();
    reading.streaming().await;

    let mut beats = Vec::new();
    while beats.len() < 2 {
        fill(&bench.database, &["visits"]).await;
        bench.collection("visits").drop().await.unwrap();
        for event in reading.batch().await.unwrap() {
            let Some(document) = event.document else { continue };
            assert_eq!(document.kind(), EventKind::Heartbeat);
            let Mark::Streamed(point) = event.mark else { panic!("a heartbeat moves the position") };
            assert_eq!(document.raw().unwrap(), point.token.as_document());
            beats.push(point.token);
        }
    }

    assert_ne!(beats[0], beats[1]);
    bench.drop().await;
}
