//! What the rest of the project expects of the MongoDB at hand, stand-in or real: the same tests for both.
//!
//! They run when `NARU_TEST_MONGODB_URI` names one (`cargo xtask test` sees to that) and say that they were skipped otherwise.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::Write as _;
use std::time::Duration;

use bench::clinic::Clinic;
use bson::oid::ObjectId;
use bson::{Bson, DateTime, Decimal128, Document, RawDocumentBuf, Timestamp, doc};
use futures::TryStreamExt as _;
use mongodb::change_stream::event::ResumeToken;
use mongodb::error::ErrorKind;
use mongodb::options::ClientOptions;
use mongodb::{Client, Collection, Database};

const AWAIT: Duration = Duration::from_millis(200);

/// A database of the test's own, dropped by [`Ground::leave`]; `None` when there is no MongoDB.
struct Ground {
    database: Database,
}

impl Ground {
    async fn enter(test: &str) -> Option<Self> {
        let Ok(uri) = std::env::var("NARU_TEST_MONGODB_URI") else {
            // Past the runner, which would keep it to itself.
            let line = format!("skipped: {test}: NARU_TEST_MONGODB_URI is not set\n");
            std::io::stderr().write_all(line.as_bytes()).unwrap();
            return None;
        };
        let client = Client::with_options(ClientOptions::parse(uri).await.unwrap()).unwrap();
        let database = client.database(&format!("standin_{:08x}", rand::random::<u32>()));
        Some(Self { database })
    }

    fn collection(&self) -> Collection<Document> {
        self.database.collection("things")
    }

    async fn leave(self) {
        self.database.drop().await.unwrap();
    }
}

fn command_error(error: &mongodb::error::Error) -> i32 {
    match error.kind.as_ref() {
        ErrorKind::Command(command) => command.code,
        other => panic!("not an error of a command: {other:?}"),
    }
}

fn token(data: &str) -> ResumeToken {
    bson::deserialize_from_document(doc! { "_data": data }).unwrap()
}

#[tokio::test]
async fn every_type_comes_back_byte_by_byte() {
    let Some(ground) = Ground::enter("every_type_comes_back_byte_by_byte").await else { return };
    let mut clinic = Clinic::new(11);
    let mut documents: Vec<Document> = (0..20).map(|number| clinic.member(number).unwrap()).collect();
    documents.extend((0..40).map(|_| clinic.patient().unwrap()));
    bench::clinic::insert(&ground.collection(), &documents).await.unwrap();

    for document in documents {
        let raw = ground.database.collection::<RawDocumentBuf>("things");
        let found = raw.find_one(doc! { "_id": document.get("_id").unwrap() }).await.unwrap().unwrap();

        assert_eq!(found.as_bytes(), bson::serialize_to_vec(&document).unwrap(), "{document}");
    }
    ground.leave().await;
}

#[tokio::test]
async fn a_walk_along_ids_of_all_types_meets_every_document_once() {
    let Some(ground) = Ground::enter("a_walk_along_ids_of_all_types_meets_every_document_once").await else { return };
    let decimal: Decimal128 = "2.5".parse().unwrap();
    // In the order the server gives to them.
    let ids = [
        Bson::MinKey,
        Bson::Null,
        Bson::Double(f64::NAN),
        Bson::Double(f64::NEG_INFINITY),
        Bson::Int32(1),
        Bson::Double(1.5),
        Bson::Int32(2),
        Bson::Decimal128(decimal),
        Bson::Int64(9_007_199_254_740_993),
        Bson::String("a".to_owned()),
        Bson::String("가".to_owned()),
        Bson::String("😀".to_owned()),
        Bson::Document(doc! { "k": 1 }),
        Bson::ObjectId(ObjectId::from_bytes([7; 12])),
        Bson::Boolean(false),
        Bson::DateTime(DateTime::from_millis(0)),
        Bson::Timestamp(Timestamp { time: 1, increment: 1 }),
        Bson::MaxKey,
    ];
    let documents: Vec<Document> = ids.iter().rev().map(|id| doc! { "_id": id }).collect();
    ground.collection().insert_many(&documents).await.unwrap();

    let mut met: Vec<Bson> = Vec::new();
    loop {
        let filter =
            met.last().map_or_else(Document::new, |last| doc! { "$expr": { "$gt": ["$_id", { "$literal": last }] } });
        let step = ground.collection().find(filter).sort(doc! { "_id": 1 }).limit(4).await.unwrap();
        let step: Vec<Document> = step.try_collect().await.unwrap();
        if step.is_empty() {
            break;
        }
        met.extend(step.into_iter().map(|document| document.get("_id").unwrap().clone()));
    }

    // Compared as text: NaN is not equal to itself.
    assert_eq!(format!("{met:?}"), format!("{ids:?}"));
    ground.leave().await;
}

#[tokio::test]
async fn a_stream_tells_what_happened_in_order_and_can_be_resumed() {
    let Some(ground) = Ground::enter("a_stream_tells_what_happened_in_order_and_can_be_resumed").await else { return };
    let things = ground.collection();
    things.insert_one(doc! { "_id": 0 }).await.unwrap();
    let mut stream = ground.database.watch().max_await_time(AWAIT).await.unwrap();
    things.insert_one(doc! { "_id": 1, "a": [1, 2, 3], "gone": true }).await.unwrap();
    things.update_one(doc! { "_id": 1 }, doc! { "$set": { "b.c": 1 }, "$unset": { "gone": 1 } }).await.unwrap();
    things.replace_one(doc! { "_id": 1 }, doc! { "b": 2 }).await.unwrap();
    things.delete_one(doc! { "_id": 1 }).await.unwrap();

    let mut events = Vec::new();
    while events.len() < 4 {
        events.extend(stream.next_if_any().await.unwrap());
    }
    let kinds: Vec<String> = events.iter().map(|event| format!("{:?}", event.operation_type)).collect();
    assert_eq!(kinds, ["Insert", "Update", "Replace", "Delete"]);
    let description = events[1].update_description.as_ref().unwrap();
    assert_eq!(description.updated_fields, doc! { "b": { "c": 1 } });
    assert_eq!(description.removed_fields, ["gone"]);

    let mut resumed = ground.database.watch().resume_after(events[1].id.clone()).max_await_time(AWAIT).await.unwrap();
    let next = loop {
        if let Some(event) = resumed.next_if_any().await.unwrap() {
            break event;
        }
    };
    assert_eq!(next.id, events[2].id);
    ground.leave().await;
}

#[tokio::test]
async fn a_quiet_stream_still_moves_its_token() {
    let Some(ground) = Ground::enter("a_quiet_stream_still_moves_its_token").await else { return };
    let mut stream = ground.collection().watch().max_await_time(AWAIT).await.unwrap();
    let first = stream.resume_token().unwrap();

    // Somebody else is busy.
    ground.database.collection("others").insert_one(doc! { "_id": 1 }).await.unwrap();
    let moved = loop {
        assert!(stream.next_if_any().await.unwrap().is_none());
        let token = stream.resume_token().unwrap();
        if token != first {
            break token;
        }
    };

    assert_ne!(moved, first);
    ground.leave().await;
}

#[tokio::test]
async fn a_dropped_collection_ends_its_stream_and_start_after_goes_on() {
    let Some(ground) = Ground::enter("a_dropped_collection_ends_its_stream_and_start_after_goes_on").await else {
        return;
    };
    let things = ground.collection();
    things.insert_one(doc! { "_id": 1 }).await.unwrap();
    let mut stream = things.watch().max_await_time(AWAIT).await.unwrap();
    things.drop().await.unwrap();
    things.insert_one(doc! { "_id": 2 }).await.unwrap();

    let mut kinds: Vec<String> = Vec::new();
    let mut last = None;
    // The last reply brings the end and closes the cursor: a stream may be closed and still have events to give.
    while kinds.last().is_none_or(|kind| kind != "Invalidate") {
        if let Some(event) = stream.next_if_any().await.unwrap() {
            kinds.push(format!("{:?}", event.operation_type));
            last = Some(event.id);
        }
    }
    assert_eq!(kinds, ["Drop", "Invalidate"]);
    assert!(!stream.is_alive());

    let refused = things.watch().resume_after(last.clone()).await.map(drop).unwrap_err();
    assert_eq!(command_error(&refused), 260);
    let mut next = things.watch().start_after(last.unwrap()).max_await_time(AWAIT).await.unwrap();
    let event = loop {
        if let Some(event) = next.next_if_any().await.unwrap() {
            break event;
        }
    };
    assert_eq!(event.document_key, Some(doc! { "_id": 2 }));
    ground.leave().await;
}

#[tokio::test]
async fn a_token_nobody_gave_is_refused() {
    let Some(ground) = Ground::enter("a_token_nobody_gave_is_refused").await else { return };

    let refused = ground.database.watch().resume_after(token("82zz")).await.map(drop).unwrap_err();

    assert!(matches!(command_error(&refused), 9 | 50_811 | 260), "{refused}");
    ground.leave().await;
}
