//! A copy between the changes.

use std::collections::BTreeMap;

use connect::config::CopyMode;

use super::*;

const DOCUMENTS: i32 = 6_000;

/// What a consumer keeps: the newest state of each document, and whether an older one ever followed a newer one.
#[derive(Default)]
struct Folded {
    documents: BTreeMap<i32, Document>,
    versions: BTreeMap<i32, i32>,
    went_back: Vec<i32>,
}

impl Folded {
    fn add(&mut self, event: &Document) {
        let Ok(key) = event.get_document("documentKey") else { return };
        let id = key.get_i32("_id").unwrap();
        if event.get_str("operationType").unwrap() == "delete" {
            self.documents.remove(&id);
            return;
        }
        if let Ok(document) = event.get_document("fullDocument") {
            let version = document.get_i32("version").unwrap();
            let newest = self.versions.entry(id).or_insert(version);
            if version < *newest {
                self.went_back.push(id);
            }
            *newest = version;
            self.documents.insert(id, document.clone());
            return;
        }
        let updated = event.get_document("updateDescription").unwrap().get_document("updatedFields").unwrap();
        if let Some(document) = self.documents.get_mut(&id) {
            document.extend(updated.clone());
        }
    }
}

fn versioned(ids: std::ops::Range<i32>) -> Vec<Document> {
    ids.map(|id| doc! { "_id": id, "version": 0, "text": "x".repeat(60) }).collect()
}

/// Changes all over the collection, ended by a document that is inserted last.
async fn write_changes(collection: Collection<Document>) {
    for step in 0..300 {
        let id = (step * 7_919) % DOCUMENTS;
        let by_id = doc! { "_id": id };
        match step % 10 {
            0 => collection.delete_one(by_id).await.map(drop),
            1 => collection.insert_one(doc! { "_id": DOCUMENTS + step, "version": 0 }).await.map(drop),
            2 => collection.replace_one(by_id, doc! { "version": 1_000 + step }).await.map(drop),
            // A document in which something happens all the time, wherever the copy is.
            3..6 => collection.update_one(doc! { "_id": 5_999 }, doc! { "$inc": { "version": 1 } }).await.map(drop),
            _ => collection.update_one(by_id, doc! { "$inc": { "version": 1 } }).await.map(drop),
        }
        .unwrap();
    }
    collection.insert_one(doc! { "_id": -1, "version": 0 }).await.unwrap();
}

async fn stored(collection: &Collection<Document>) -> BTreeMap<i32, Document> {
    use futures::TryStreamExt as _;
    let all: Vec<Document> = collection.find(doc! {}).await.unwrap().try_collect().await.unwrap();
    all.into_iter().map(|document| (document.get_i32("_id").unwrap(), document)).collect()
}

fn interleaved(bench: &Bench, full_document: Option<connect::config::FullDocument>) -> SourceConfig {
    let mut config = copying(bench.config(), |copy| {
        (copy.mode, copy.parallelism, copy.queue_size) = (CopyMode::Interleaved, 1, 1_000);
    });
    (config.stream.full_document, config.stream.poll_max_batch_size) = (full_document, 100);
    config
}

fn start_token(position: &Position) -> Option<ResumeToken> {
    match &position.phase {
        Phase::Copy { start, .. } => Some(start.token.clone()),
        Phase::Stream { .. } => None,
    }
}

/// Copies while changes are made, breaking off every `batches` batches, and folds what is published.
async fn fold_live(bench: &Bench, config: &SourceConfig, batches: usize) -> (Folded, usize) {
    let patients = bench.collection("patients");
    for part in versioned(0..DOCUMENTS).chunks(2_000) {
        patients.insert_many(part).await.unwrap();
    }
    let mut reading = open(config, None).await.unwrap();
    let first_token = start_token(&reading.position);
    let writer = tokio::spawn(write_changes(patients.clone()));
    let (mut folded, mut is_over, mut moves, mut since) = (Folded::default(), false, 0, 0);
    while !is_over || matches!(reading.position.phase, Phase::Copy { .. }) {
        for event in reading.batch().await.unwrap() {
            let Some(document) = event.document else { continue };
            let event = Document::try_from(document.raw().unwrap()).unwrap();
            is_over |= event.get_document("documentKey").is_ok_and(|key| key.get_i32("_id").is_ok_and(|id| id == -1));
            folded.add(&event);
        }
        if start_token(&reading.position).is_some_and(|token| Some(&token) != first_token.as_ref()) {
            moves += 1;
        }
        since += 1;
        if since == batches {
            since = 0;
            let stored = Position::from_json(&reading.position.to_json()).unwrap();
            drop(reading);
            reading = open(config, Some(stored)).await.unwrap();
        }
    }
    writer.await.unwrap();
    (folded, moves)
}

#[tokio::test]
async fn an_interleaved_copy_tells_no_older_state_behind_a_newer_one() {
    let Some(bench) = bench("an_interleaved_copy_tells_no_older_state").await else { return };
    let config = interleaved(&bench, Some(connect::config::FullDocument::UpdateLookup));

    let (folded, moves) = fold_live(&bench, &config, usize::MAX).await;

    assert_eq!(folded.went_back, Vec::<i32>::new());
    assert_eq!(folded.documents, stored(&bench.collection("patients")).await);
    assert!(moves > 0, "the stream moves on while the copy is made");
    bench.drop().await;
}

#[tokio::test]
async fn an_interleaved_copy_that_is_broken_off_again_and_again_loses_and_reverts_nothing() {
    let Some(bench) = bench("an_interleaved_copy_that_is_broken_off").await else { return };
    let config = interleaved(&bench, Some(connect::config::FullDocument::UpdateLookup));

    let (folded, _) = fold_live(&bench, &config, 12).await;

    assert_eq!(folded.went_back, Vec::<i32>::new());
    assert_eq!(folded.documents, stored(&bench.collection("patients")).await);
    bench.drop().await;
}

#[tokio::test]
async fn updates_that_tell_only_a_part_find_the_whole_document_before_them() {
    let Some(bench) = bench("updates_that_tell_only_a_part_find_the_whole").await else { return };
    let config = interleaved(&bench, None);

    let (folded, _) = fold_live(&bench, &config, 20).await;

    assert_eq!(folded.documents, stored(&bench.collection("patients")).await);
    bench.drop().await;
}

#[tokio::test]
async fn an_interleaved_copy_of_an_idle_database_waits_for_no_change() {
    let Some(bench) = bench("an_interleaved_copy_of_an_idle_database").await else { return };
    insert_idle(&bench).await;
    let mut config = interleaved(&bench, None);
    config.stream.poll_await_time_ms = 60_000;
    let began = std::time::Instant::now();

    let copied = open(&config, None).await.unwrap().copied().await;

    assert_eq!(copied.len(), usize::try_from(DOCUMENTS).unwrap());
    println!("{} documents in chunks of at most 1,000 in {:?}", copied.len(), began.elapsed());
    bench.drop().await;
}

async fn insert_idle(bench: &Bench) {
    for part in versioned(0..DOCUMENTS).chunks(2_000) {
        bench.collection("patients").insert_many(part).await.unwrap();
    }
}

#[tokio::test]
async fn a_stage_that_hides_which_document_changed_makes_the_copy_come_first_and_is_told() {
    let Some(bench) = bench("a_stage_that_hides_which_document_changed").await else { return };
    bench.collection("patients").insert_many(versioned(0..5)).await.unwrap();
    let mut config = interleaved(&bench, None);
    config.stream.pipeline = vec![doc! { "$project": { "documentKey": 0 } }];
    let mut reading = open(&config, None).await.unwrap();

    assert_eq!(reading.copied().await.len(), 5);
    let told = Notice::CopyNotInterleaved { stage: "$project".to_owned() };
    assert_eq!(reading.progress.take_notices(), [told]);
    bench.drop().await;
}

#[tokio::test]
async fn a_drop_during_an_interleaved_copy_is_told_and_the_stream_goes_on() {
    let Some(bench) = bench("a_drop_during_an_interleaved_copy").await else { return };
    let patients = bench.collection("patients");
    patients.insert_many(versioned(0..3)).await.unwrap();
    let config = interleaved(&bench, None);
    let progress = TaskProgress::default();
    let prepared = prepare(Arc::new(config), None, progress.clone()).await.unwrap();
    patients.drop().await.unwrap();
    let mut reading = Reading { position: prepared.position.clone(), source: prepared.start(), progress };

    let mut seen = reading.documents(1).await;
    seen.extend(reading.copied().await);
    patients.insert_one(doc! { "_id": 9, "version": 0 }).await.unwrap();
    seen.extend(reading.documents(1).await);

    assert_eq!(operations(&seen), ["drop", "insert"]);
    let told = Notice::CollectionGone { namespace: namespace_of(&bench) };
    assert_eq!(reading.progress.take_notices(), [told]);
    bench.drop().await;
}

fn namespace_of(bench: &Bench) -> Namespace {
    Namespace { database: bench.database.name().to_owned(), collection: "patients".to_owned() }
}
