//! Copying what exists, broken off anywhere.

use bson::oid::ObjectId;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, Decimal128, Timestamp};

use super::*;

fn namespace(bench: &Bench, collection: &str) -> Namespace {
    Namespace { database: bench.database.name().to_owned(), collection: collection.to_owned() }
}

fn copies(position: &Position) -> &[NamespaceCopy] {
    match &position.phase {
        Phase::Copy { namespaces, .. } => namespaces,
        Phase::Stream { .. } => panic!("the copy is over"),
    }
}

#[tokio::test]
async fn copies_every_collection_then_follows_from_before_the_copy() {
    let Some(bench) = bench("copies_every_collection_then_follows_from_before_the_copy").await else { return };
    bench.collection("patients").insert_many(numbered(0..5)).await.unwrap();
    bench.collection("visits").insert_many(numbered(10..13)).await.unwrap();
    let config = copying(bench.config(), |_| {});
    let progress = TaskProgress::default();
    let prepared = prepare(Arc::new(config), None, progress.clone()).await.unwrap();
    // Behind the start token and before the first document is read: both must come as changes.
    bench.collection("patients").update_one(doc! { "_id": 1 }, doc! { "$set": { "late": true } }).await.unwrap();
    bench.collection("late").insert_one(doc! { "_id": 20 }).await.unwrap();
    let mut reading = Reading { position: prepared.position.clone(), source: prepared.start(), progress };

    let mut copied = reading.copied().await;
    let followed = reading.documents(2).await;

    copied.sort_by_key(|event| event.get_document("documentKey").unwrap().get_i32("_id").unwrap());
    assert_eq!(ids(&copied), [0, 1, 2, 3, 4, 10, 11, 12]);
    assert_eq!((operations(&followed), ids(&followed)), (vec!["update", "insert"], vec![1, 20]));
    let expected = doc! {
        "_id": { "_id": 10, "copyingData": true },
        "operationType": "insert",
        "documentKey": { "_id": 10 },
        "fullDocument": { "_id": 10, "name": "patient 10" },
        "ns": { "db": bench.database.name(), "coll": "visits" },
    };
    assert_eq!(copied[5], expected);
    assert!(copied[5].keys().eq(expected.keys()), "the order of the fields is part of the record");
    bench.drop().await;
}

#[tokio::test]
async fn a_position_tells_how_far_each_collection_has_come() {
    let Some(bench) = bench("a_position_tells_how_far_each_collection_has_come").await else { return };
    bench.collection("patients").insert_many(numbered(0..5)).await.unwrap();
    let config = copying(bench.config(), |_| {});
    let mut reading = open(&config, None).await.unwrap();

    reading.documents(5).await;

    let expected = NamespaceCopy {
        last_id: Some(bson::RawBson::Int32(4)),
        copied_documents: 5,
        ..NamespaceCopy::untouched(namespace(&bench, "patients"), Some(5))
    };
    assert_eq!(copies(&reading.position), [expected]);
    bench.drop().await;
}

#[tokio::test]
async fn what_a_filter_lets_through_is_what_is_expected() {
    let Some(bench) = bench("what_a_filter_lets_through_is_what_is_expected").await else { return };
    bench.collection("patients").insert_many(numbered(0..50)).await.unwrap();
    let expected = |filter: Document| {
        let config = copying(bench.config(), |copy| copy.pipeline = vec![doc! { "$match": filter }]);
        async move { copies(&open(&config, None).await.unwrap().position)[0].estimated_documents }
    };

    assert_eq!(expected(doc! { "_id": { "$gte": 42 } }).await, Some(8));
    assert_eq!(expected(doc! { "_id": "nobody" }).await, Some(0));
    bench.drop().await;
}

/// One `_id` of every kind that MongoDB takes.
fn mixed_ids() -> Vec<Bson> {
    vec![
        Bson::MinKey,
        Bson::Null,
        Bson::Double(-1.5),
        Bson::Int32(1),
        Bson::Double(1.5),
        Bson::Int64(2),
        Bson::Decimal128("3".parse::<Decimal128>().unwrap()),
        Bson::String("$name".to_owned()),
        Bson::String("name".to_owned()),
        Bson::Document(doc! { "a": 1, "b": "$name" }),
        Bson::Binary(Binary { subtype: BinarySubtype::Uuid, bytes: vec![7; 16] }),
        Bson::ObjectId(ObjectId::from_bytes([1; 12])),
        Bson::Boolean(false),
        Bson::Boolean(true),
        Bson::DateTime(bson::DateTime::from_millis(5)),
        Bson::Timestamp(Timestamp { time: 5, increment: 1 }),
    ]
}

fn ids_of(events: &[Document]) -> Vec<Bson> {
    events.iter().map(|event| event.get_document("documentKey").unwrap().get("_id").unwrap().clone()).collect()
}

#[tokio::test]
async fn broken_off_behind_any_document_it_goes_on_there_whatever_the_ids_are() {
    let Some(bench) = bench("broken_off_behind_any_document_it_goes_on_there").await else { return };
    let patients = bench.collection("patients");
    let mut count = 0;
    for id in mixed_ids().into_iter().rev() {
        patients.insert_one(doc! { "_id": id }).await.unwrap();
        count += 1;
    }
    let mut config = copying(bench.config(), |_| {});
    config.stream.poll_max_batch_size = 1;
    let whole = ids_of(&open(&config, None).await.unwrap().copied().await);
    assert_eq!(whole.len(), count);

    let mut reading = open(&config, None).await.unwrap();
    let mut seen = Vec::new();
    while matches!(reading.position.phase, Phase::Copy { .. }) {
        for event in reading.batch().await.unwrap() {
            seen.extend(event.document.map(|document| Document::try_from(document.raw().unwrap()).unwrap()));
        }
        let stored = Position::from_json(&reading.position.to_json()).unwrap();
        drop(reading);
        reading = open(&config, Some(stored)).await.unwrap();
    }

    assert_eq!(ids_of(&seen), whole, "each document once, in order");
    bench.drop().await;
}

/// As many as make a collection worth dividing, and every kind of `_id` among them.
async fn insert_divisible(bench: &Bench, collection: &str) -> usize {
    let mut ids: Vec<Bson> = (0..11_000).map(|number| Bson::Int32(1_000 + number)).collect();
    ids.extend((0..5_000).map(|number| Bson::String(format!("name {number:05}"))));
    ids.extend((0..5_000).map(|_| Bson::ObjectId(ObjectId::new())));
    ids.extend(mixed_ids());
    let count = ids.len();
    let documents: Vec<Document> = ids.into_iter().map(|id| doc! { "_id": id }).collect();
    for part in documents.chunks(5_000) {
        bench.collection(collection).insert_many(part).await.unwrap();
    }
    count
}

fn texts(ids: Vec<Bson>) -> Vec<String> {
    let mut texts: Vec<String> = ids.iter().map(|id| format!("{id:?}")).collect();
    texts.sort();
    texts
}

#[tokio::test]
async fn a_collection_copied_in_ranges_goes_on_where_each_was_broken_off() {
    let Some(bench) = bench("a_collection_copied_in_ranges_goes_on").await else { return };
    let count = insert_divisible(&bench, "patients").await;
    let config = copying(bench.config(), |copy| (copy.parallelism, copy.queue_size) = (3, 2_000));
    let mut reading = open(&config, None).await.unwrap();
    let (mut seen, mut attempts, mut most_ranges) = (Vec::new(), 1, 0);

    while matches!(reading.position.phase, Phase::Copy { .. }) {
        for _ in 0..5 {
            if let Phase::Copy { namespaces, .. } = &reading.position.phase {
                most_ranges = most_ranges.max(namespaces[0].ranges.len());
                let events = reading.batch().await.unwrap();
                seen.extend(events.into_iter().filter_map(|event| event.document));
            }
        }
        let stored = Position::from_json(&reading.position.to_json()).unwrap();
        drop(reading);
        reading = open(&config, Some(stored)).await.unwrap();
        attempts += 1;
    }

    assert!(most_ranges > 2, "{most_ranges} ranges");
    assert!(attempts > 3, "{attempts} attempts");
    let events: Vec<Document> =
        seen.iter().map(|document| Document::try_from(document.raw().unwrap()).unwrap()).collect();
    assert_eq!(events.len(), count, "each document once");
    let mut whole = texts(ids_of(&open(&copying(bench.config(), |_| {}), None).await.unwrap().copied().await));
    whole.dedup();
    assert_eq!(texts(ids_of(&events)), whole);
    bench.drop().await;
}

#[tokio::test]
async fn a_position_from_before_there_were_ranges_goes_on_as_a_whole() {
    let Some(bench) = bench("a_position_from_before_there_were_ranges").await else { return };
    bench.collection("patients").insert_many(numbered(0..10_500)).await.unwrap();
    let config = copying(bench.config(), |_| {});
    let mut stored = open(&config, None).await.unwrap().position;
    if let Phase::Copy { namespaces, .. } = &mut stored.phase {
        (namespaces[0].last_id, namespaces[0].copied_documents) = (Some(bson::RawBson::Int32(4_999)), 5_000);
    }
    let mut reading = open(&config, Some(stored)).await.unwrap();

    assert_eq!(ids(&reading.copied().await), (5_000..10_500).collect::<Vec<_>>());
    bench.drop().await;
}

#[tokio::test]
async fn documents_of_any_size_are_copied_in_replies_of_a_few_megabytes() {
    let Some(bench) = bench("documents_of_any_size_are_copied").await else { return };
    let large = "x".repeat(200_000);
    let sized = (0..200).map(|number| doc! { "_id": number, "text": if number % 100 < 60 { &large[..] } else { "" } });
    bench.collection("patients").insert_many(sized).await.unwrap();
    let config = copying(bench.config(), |_| {});

    assert_eq!(ids(&open(&config, None).await.unwrap().copied().await), (0..200).collect::<Vec<_>>());
    bench.drop().await;
}

#[tokio::test]
async fn collections_that_are_done_are_not_read_again() {
    let Some(bench) = bench("collections_that_are_done_are_not_read_again").await else { return };
    bench.collection("a").insert_many(numbered(0..3)).await.unwrap();
    bench.collection("b").insert_many(numbered(10..13)).await.unwrap();
    let config = copying(bench.config(), |copy| copy.max_threads = 1);
    let mut reading = open(&config, None).await.unwrap();
    while !copies(&reading.position)[0].is_done {
        reading.batch().await.unwrap();
    }
    let stored = reading.position.clone();
    drop(reading);

    let mut second = open(&config, Some(stored)).await.unwrap();

    assert_eq!(ids(&second.copied().await), [10, 11, 12]);
    bench.drop().await;
}

#[tokio::test]
async fn only_collections_that_the_regex_finds_are_copied_and_all_are_followed() {
    let Some(bench) = bench("only_collections_that_the_regex_finds_are_copied").await else { return };
    for name in ["patients", "patients_old", "visits"] {
        bench.collection(name).insert_one(doc! { "_id": 1 }).await.unwrap();
    }
    let config = copying(bench.config(), |copy| copy.namespace_regex = Some(r"\.patients$".to_owned()));
    let mut reading = open(&config, None).await.unwrap();

    assert_eq!(reading.copied().await.len(), 1);
    bench.collection("visits").insert_one(doc! { "_id": 2 }).await.unwrap();

    assert_eq!(ids(&reading.documents(1).await), [2]);
    bench.drop().await;
}

#[tokio::test]
async fn the_users_stages_apply_to_copied_documents_and_to_changes() {
    let Some(bench) = bench("the_users_stages_apply_to_copied_documents_and_to_changes").await else { return };
    let patients = bench.collection("patients");
    patients.insert_many(numbered(0..6)).await.unwrap();
    let mut config = copying(bench.config(), |copy| copy.pipeline = vec![doc! { "$match": { "_id": { "$gt": 1 } } }]);
    config.stream.pipeline = vec![doc! { "$match": { "documentKey._id": { "$ne": 3 } } }];
    let mut reading = open(&config, None).await.unwrap();

    let copied = reading.copied().await;
    patients.insert_many(numbered(6..8)).await.unwrap();
    let followed = reading.documents(2).await;

    assert_eq!(ids(&copied), [2, 4, 5]);
    let names: Vec<&str> = copied[0].keys().map(String::as_str).collect();
    assert_eq!(names, ["_id", "operationType", "documentKey", "fullDocument", "ns"]);
    assert_eq!(ids(&followed), [6, 7]);
    bench.drop().await;
}

#[tokio::test]
async fn a_copy_through_stages_goes_on_where_it_was_broken_off() {
    let Some(bench) = bench("a_copy_through_stages_goes_on_where_it_was_broken_off").await else { return };
    bench.collection("patients").insert_many(numbered(0..6)).await.unwrap();
    let mut config = copying(bench.config(), |copy| copy.pipeline = vec![doc! { "$match": { "_id": { "$gt": 1 } } }]);
    config.stream.poll_max_batch_size = 1;
    let mut reading = open(&config, None).await.unwrap();
    assert_eq!(ids(&reading.documents(2).await), [2, 3]);
    let stored = reading.position.clone();
    drop(reading);

    let mut second = open(&config, Some(stored)).await.unwrap();

    assert_eq!(ids(&second.copied().await), [4, 5]);
    bench.drop().await;
}

#[tokio::test]
async fn a_copy_that_cannot_go_on_in_the_middle_starts_the_collection_over_and_says_so() {
    let Some(bench) = bench("a_copy_that_cannot_go_on_in_the_middle_starts_over").await else { return };
    bench.collection("patients").insert_many(numbered(0..4)).await.unwrap();
    let sort = vec![doc! { "$sort": { "name": -1 } }];
    let mut config = copying(bench.config(), |copy| copy.pipeline = sort);
    config.stream.poll_max_batch_size = 1;
    let mut reading = open(&config, None).await.unwrap();
    assert_eq!(ids(&reading.documents(2).await), [3, 2]);
    let stored = reading.position.clone();
    drop(reading);

    let mut second = open(&config, Some(stored)).await.unwrap();
    let copied = second.documents(4).await;

    assert_eq!(ids(&copied), [3, 2, 1, 0]);
    assert_eq!(copies(&second.position)[0].copied_documents, 4);
    let told = Notice::CopyStartsOver { namespace: namespace(&bench, "patients"), stage: "$sort".to_owned() };
    assert_eq!(second.progress.take_notices(), [told]);
    bench.drop().await;
}

#[tokio::test]
async fn an_edited_copy_is_copied_again_from_the_old_start() {
    let Some(bench) = bench("an_edited_copy_is_copied_again_from_the_old_start").await else { return };
    let patients = bench.collection("patients");
    patients.insert_many(numbered(0..4)).await.unwrap();
    let mut config = copying(bench.config(), |_| {});
    config.stream.poll_max_batch_size = 1;
    let mut reading = open(&config, None).await.unwrap();
    reading.documents(2).await;
    let stored = reading.position.clone();
    drop(reading);
    patients.delete_one(doc! { "_id": 0 }).await.unwrap();

    let edited = copying(bench.config(), |copy| copy.pipeline = vec![doc! { "$match": { "_id": { "$ne": 3 } } }]);
    let mut second = open(&edited, Some(stored)).await.unwrap();

    assert_eq!(ids(&second.copied().await), [1, 2]);
    assert_eq!(operations(&second.documents(1).await), ["delete"], "a deletion during the copy is not lost");
    assert_eq!(second.progress.take_notices(), [Notice::CopyReplanned]);
    bench.drop().await;
}

#[tokio::test]
async fn a_collection_dropped_while_it_is_copied_is_told_of_and_the_stream_goes_on() {
    let Some(bench) = bench("a_collection_dropped_while_it_is_copied_is_told_of").await else { return };
    let patients = bench.collection("patients");
    patients.insert_many(numbered(0..3)).await.unwrap();
    let config = copying(bench.config(), |_| {});
    let progress = TaskProgress::default();
    let prepared = prepare(Arc::new(config), None, progress.clone()).await.unwrap();
    patients.drop().await.unwrap();
    let mut reading = Reading { position: prepared.position.clone(), source: prepared.start(), progress };

    assert_eq!(reading.copied().await, Vec::<Document>::new());
    patients.insert_one(doc! { "_id": 9 }).await.unwrap();

    assert_eq!(operations(&reading.documents(2).await), ["drop", "insert"]);
    let told = Notice::CollectionGone { namespace: namespace(&bench, "patients") };
    assert_eq!(reading.progress.take_notices(), [told]);
    bench.drop().await;
}

#[tokio::test]
async fn an_empty_database_is_copied_at_once() {
    let Some(bench) = bench("an_empty_database_is_copied_at_once").await else { return };
    let mut reading = open(&copying(bench.config(), |_| {}), None).await.unwrap();

    assert_eq!(reading.copied().await, Vec::<Document>::new());
    reading.streaming().await;
    bench.drop().await;
}

#[tokio::test]
async fn many_small_batches_pass_a_short_queue() {
    let Some(bench) = bench("many_small_batches_pass_a_short_queue").await else { return };
    for name in ["a", "b", "c", "d", "e"] {
        bench.collection(name).insert_many(numbered(0..40)).await.unwrap();
    }
    let config = copying(bench.config(), |copy| (copy.queue_size, copy.max_threads) = (3, 4));

    assert_eq!(open(&config, None).await.unwrap().copied().await.len(), 200);
    bench.drop().await;
}
