//! Following changes, and going on where one was.

use super::*;

#[tokio::test]
async fn follows_changes_of_a_collection_and_of_no_other() {
    let Some(bench) = bench("follows_changes_of_a_collection_and_of_no_other").await else { return };
    let (patients, visits) = (bench.collection("patients"), bench.collection("visits"));
    let mut reading = open(&bench.config_of_collection("patients"), None).await.unwrap();
    reading.streaming().await;

    visits.insert_one(doc! { "_id": 9 }).await.unwrap();
    patients.insert_one(doc! { "_id": 1 }).await.unwrap();
    patients.update_one(doc! { "_id": 1 }, doc! { "$set": { "ward": "3" } }).await.unwrap();
    patients.replace_one(doc! { "_id": 1 }, doc! { "_id": 1, "ward": "4" }).await.unwrap();
    patients.delete_one(doc! { "_id": 1 }).await.unwrap();
    let events = reading.documents(4).await;

    assert_eq!(operations(&events), ["insert", "update", "replace", "delete"]);
    assert_eq!(ids(&events), [1, 1, 1, 1]);
    bench.drop().await;
}

#[tokio::test]
async fn goes_on_behind_the_last_event_without_a_gap_or_a_repetition() {
    let Some(bench) = bench("goes_on_behind_the_last_event_without_a_gap_or_a_repetition").await else { return };
    let (config, patients) = (bench.config(), bench.collection("patients"));
    let mut first = open(&config, None).await.unwrap();
    patients.insert_many(numbered(0..3)).await.unwrap();
    assert_eq!(ids(&first.documents(3).await), [0, 1, 2]);
    let stored = Position::from_json(&first.position.to_json()).unwrap();
    drop(first);
    patients.insert_many(numbered(3..6)).await.unwrap();

    let mut second = open(&config, Some(stored.clone())).await.unwrap();

    assert_eq!(second.position, stored);
    assert_eq!(ids(&second.documents(3).await), [3, 4, 5]);
    bench.drop().await;
}

#[tokio::test]
async fn the_stream_begins_where_the_source_was_prepared_even_if_nothing_was_read() {
    let Some(bench) = bench("the_stream_begins_where_the_source_was_prepared").await else { return };
    let config = bench.config();
    let stored = open(&config, None).await.unwrap().position;

    bench.collection("patients").insert_one(doc! { "_id": 1 }).await.unwrap();
    let mut reading = open(&config, Some(stored)).await.unwrap();

    assert_eq!(ids(&reading.documents(1).await), [1]);
    bench.drop().await;
}

#[tokio::test]
async fn an_idle_stream_yields_tokens_that_can_be_resumed() {
    let Some(bench) = bench("an_idle_stream_yields_tokens_that_can_be_resumed").await else { return };
    let (config, visits) = (bench.config_of_collection("patients"), bench.collection("visits"));
    let mut reading = open(&config, None).await.unwrap();
    let began = reading.position.clone();
    reading.streaming().await;

    visits.insert_one(doc! { "_id": 1 }).await.unwrap();
    while reading.position == began {
        assert!(reading.batch().await.unwrap().iter().all(|event| event.document.is_none()));
    }
    let stored = reading.position.clone();
    drop(reading);
    bench.collection("patients").insert_one(doc! { "_id": 2 }).await.unwrap();

    let mut second = open(&config, Some(stored)).await.unwrap();
    assert_eq!(ids(&second.documents(1).await), [2]);
    bench.drop().await;
}

#[tokio::test]
async fn begins_at_a_time() {
    let Some(bench) = bench("begins_at_a_time").await else { return };
    let patients = bench.collection("patients");
    let mut reading = open(&bench.config(), None).await.unwrap();
    patients.insert_many(numbered(0..4)).await.unwrap();
    let events = reading.documents(4).await;
    let mut config = bench.config();
    config.startup = StartupMode::Timestamp(events[2].get_timestamp("clusterTime").unwrap());

    let mut later = open(&config, None).await.unwrap();

    assert_eq!(ids(&later.documents(2).await), [2, 3]);
    bench.drop().await;
}

#[tokio::test]
async fn a_dropped_collection_loses_nothing_and_the_stream_goes_on() {
    let Some(bench) = bench("a_dropped_collection_loses_nothing_and_the_stream_goes_on").await else { return };
    let patients = bench.collection("patients");
    let mut reading = open(&bench.config_of_collection("patients"), None).await.unwrap();
    reading.streaming().await;

    patients.insert_one(doc! { "_id": 1 }).await.unwrap();
    patients.drop().await.unwrap();
    patients.insert_one(doc! { "_id": 2 }).await.unwrap();
    let events = reading.documents(3).await;

    assert_eq!(operations(&events), ["insert", "drop", "insert"]);
    bench.drop().await;
}

/// Reads on until an event of this operation has come; returns all on the way.
async fn read_until(reading: &mut Reading, operation: &str) -> Vec<Document> {
    let mut seen = Vec::new();
    while !operations(&seen).contains(&operation) {
        seen.extend(reading.documents(1).await);
    }
    seen
}

#[tokio::test]
async fn an_invalidated_stream_goes_on_behind_the_invalidation() {
    let Some(bench) = bench("an_invalidated_stream_goes_on_behind_the_invalidation").await else { return };
    let patients = bench.collection("patients");
    let mut reading = open(&bench.config(), None).await.unwrap();
    reading.streaming().await;

    patients.insert_one(doc! { "_id": 1 }).await.unwrap();
    bench.database.drop().await.unwrap();
    patients.insert_one(doc! { "_id": 2 }).await.unwrap();
    let until = read_until(&mut reading, "invalidate").await;
    let behind = reading.documents(1).await;

    assert_eq!(operations(&until).first(), Some(&"insert"));
    let drops = operations(&until).iter().filter(|operation| **operation == "dropDatabase").count();
    assert_eq!(drops, 1, "{until:?}");
    assert_eq!((operations(&behind), ids(&behind)), (vec!["insert"], vec![2]));
    bench.drop().await;
}

#[tokio::test]
async fn resumes_from_the_invalidate_event_itself() {
    let Some(bench) = bench("resumes_from_the_invalidate_event_itself").await else { return };
    let patients = bench.collection("patients");
    let mut reading = open(&bench.config(), None).await.unwrap();
    reading.streaming().await;
    patients.insert_one(doc! { "_id": 1 }).await.unwrap();
    bench.database.drop().await.unwrap();
    read_until(&mut reading, "invalidate").await;
    let stored = reading.position.clone();
    drop(reading);
    patients.insert_one(doc! { "_id": 2 }).await.unwrap();

    let mut second = open(&bench.config(), Some(stored)).await.unwrap();

    assert_eq!(ids(&second.documents(1).await), [2]);
    bench.drop().await;
}

#[tokio::test]
async fn after_an_edit_of_the_pipeline_it_goes_on_by_time_and_repeats_nothing() {
    let Some(bench) = bench("after_an_edit_of_the_pipeline_it_goes_on_by_time").await else { return };
    let patients = bench.collection("patients");
    let mut reading = open(&bench.config(), None).await.unwrap();
    patients.insert_many(numbered(0..2)).await.unwrap();
    assert_eq!(ids(&reading.documents(2).await), [0, 1]);
    let stored = reading.position.clone();
    drop(reading);
    patients.insert_many(numbered(2..4)).await.unwrap();
    let mut edited = bench.config();
    edited.stream.pipeline = vec![doc! { "$match": { "documentKey._id": { "$ne": 0 } } }];

    let mut second = open(&edited, Some(stored.clone())).await.unwrap();

    assert_ne!(second.position, stored);
    assert_eq!(ids(&second.documents(2).await), [2, 3]);
    assert!(second.progress.take_notices().contains(&Notice::ResumedByTime));
    bench.drop().await;
}

#[tokio::test]
async fn looks_documents_up_when_asked_to() {
    let Some(bench) = bench("looks_documents_up_when_asked_to").await else { return };
    let patients = bench.collection("patients");
    patients.insert_one(doc! { "_id": 1 }).await.unwrap();
    let mut config = bench.config();
    config.stream.full_document = Some(connect::config::FullDocument::UpdateLookup);
    let mut reading = open(&config, None).await.unwrap();
    reading.streaming().await;

    patients.update_one(doc! { "_id": 1 }, doc! { "$set": { "ward": "3" } }).await.unwrap();
    let events = reading.documents(1).await;

    assert_eq!(events[0].get_document("fullDocument").unwrap(), &doc! { "_id": 1, "ward": "3" });
    bench.drop().await;
}

#[tokio::test]
async fn batches_hold_no_more_events_than_a_poll_may() {
    let Some(bench) = bench("batches_hold_no_more_events_than_a_poll_may").await else { return };
    let mut config = bench.config();
    (config.stream.batch_size, config.stream.poll_max_batch_size) = (100, 7);
    let mut reading = open(&config, None).await.unwrap();
    reading.streaming().await;

    bench.collection("patients").insert_many(numbered(0..50)).await.unwrap();
    let mut seen = 0;
    while seen < 50 {
        let documents = reading.batch().await.unwrap().iter().filter(|event| event.document.is_some()).count();
        assert!(documents <= 7);
        seen += documents;
    }
    bench.drop().await;
}

#[tokio::test]
async fn a_position_that_is_no_token_is_lost_and_never_guessed() {
    let Some(bench) = bench("a_position_that_is_no_token_is_lost_and_never_guessed").await else { return };
    let mut stored = open(&bench.config(), None).await.unwrap().position;
    stored.apply(Mark::Streamed(ResumePoint::post_batch(ResumeToken::new(bson::rawdoc! { "_data": "nonsense" }))));

    let error = open(&bench.config(), Some(stored)).await.map(|_| ()).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::PositionLost, "{error:?}");
    bench.drop().await;
}

#[tokio::test]
async fn a_stage_that_mongodb_does_not_know_is_refused() {
    let Some(bench) = bench("a_stage_that_mongodb_does_not_know_is_refused").await else { return };
    let mut config = bench.config();
    config.stream.pipeline = vec![doc! { "$noSuchStage": {} }];

    let error = match open(&config, None).await {
        Err(error) => error,
        // What stands in for MongoDB looks at the stages only when there is an event.
        Ok(mut reading) => {
            reading.streaming().await;
            bench.collection("patients").insert_one(doc! { "_id": 1 }).await.unwrap();
            reading.error().await
        }
    };

    assert_eq!(error.kind(), ErrorKind::SourceRefused, "{error:?}");
    bench.drop().await;
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_unavailable_and_named_nowhere() {
    let mut config = config_of(Scope::Database("jee".to_owned()));
    config.connection.uri = "mongodb://user:secret@127.0.0.1:9/?serverSelectionTimeoutMS=200".to_owned();

    let error = open(&config, None).await.map(|_| ()).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::SourceUnavailable);
    assert!(!format!("{error:?}").contains("secret") && !format!("{error:?}").contains("127.0.0.1"), "{error:?}");
}

#[tokio::test]
async fn a_dropped_source_ends_its_reader() {
    let Some(bench) = bench("a_dropped_source_ends_its_reader").await else { return };
    let mut reading = open(&bench.config(), None).await.unwrap();
    reading.streaming().await;

    let progress = reading.progress.clone();
    drop(reading);

    // The reader lets go of its own clone when it ends; then this is the only one.
    let ended = async {
        while progress.clones() > 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, ended).await.expect("the reader ends");
    bench.drop().await;
}
