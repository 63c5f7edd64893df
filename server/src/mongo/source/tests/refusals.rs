//! What a server can answer that no test server does on demand: lost rights, lost history, lost cursors.

use super::super::super::wire::{Wire, batch, refusal};
use super::*;

pub(super) fn token(number: u32) -> Document {
    doc! { "_data": format!("82{number:08X}0000000100") }
}

pub(super) fn event(number: u32) -> Document {
    let id = i32::try_from(number).unwrap();
    doc! { "_id": token(number), "operationType": "insert", "documentKey": { "_id": id } }
}

/// An empty answer to a fetch that goes on, or to an opening.
pub(super) fn nothing(name: &str, number: u32) -> Document {
    batch(name, 7, vec![], Some(token(number)))
}

pub(super) fn config_on(wire: &Wire, scope: Scope) -> SourceConfig {
    let mut config = config_of(scope);
    config.connection.uri.clone_from(&wire.uri);
    config
}

pub(super) fn database() -> Scope {
    Scope::Database("jee".to_owned())
}

pub(super) fn is(command: &Document, name: &str) -> bool {
    command.keys().next().is_some_and(|first| first == name)
}

pub(super) fn change_stream(command: &Document) -> Option<&Document> {
    command.get_array("pipeline").ok()?.first()?.as_document()?.get_document("$changeStream").ok()
}

async fn refused_with(code: i32) -> Error {
    let wire = Wire::answering(move |_| Some(refusal(code))).await;
    open(&config_on(&wire, database()), None).await.map(|_| ()).unwrap_err()
}

#[tokio::test]
async fn what_a_server_refuses_with_decides_what_it_means() {
    for (code, kind) in [
        (13, ErrorKind::SourcePermission),
        (40_573, ErrorKind::SourceUnsupported),
        (280, ErrorKind::PositionLost),
        (10_107, ErrorKind::SourceUnavailable),
        (9, ErrorKind::SourceRefused),
    ] {
        assert_eq!(refused_with(code).await.kind(), kind, "code {code}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_said_to_be_one() {
    let wire = Wire::answering(|_| Some(refusal(18))).await;
    let mut config = config_on(&wire, database());
    config.connection.uri = wire.uri.replace("mongodb://", "mongodb://kim:secret@") + "&authMechanism=SCRAM-SHA-256";

    let error = open(&config, None).await.map(|_| ()).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::SourceAuthentication);
    assert!(!format!("{error:?}").contains("secret"));
}

#[tokio::test]
async fn without_rights_on_the_database_the_collection_is_watched_by_itself() {
    let wire = Wire::answering(|command| {
        let is_wide = command.get("aggregate").is_some_and(|target| target.as_str().is_none());
        Some(match () {
            () if is(command, "aggregate") && is_wide => refusal(13),
            () if is(command, "aggregate") => nothing("firstBatch", 1),
            () => batch("nextBatch", 7, vec![event(2)], Some(token(2))),
        })
    })
    .await;
    let scope = Scope::Collection { database: "jee".to_owned(), collection: "patients".to_owned() };

    let mut reading = open(&config_on(&wire, scope), None).await.unwrap();

    assert_eq!(ids(&reading.documents(1).await), [2]);
    assert_eq!(reading.progress.take_notices(), [Notice::WatchingCollectionOnly], "told once");
}

#[tokio::test]
async fn lost_history_says_how_many_minutes_are_missing() {
    let wire = Wire::answering(|command| {
        let is_start = command
            .get_document("cursor")
            .is_ok_and(|cursor| cursor.get_i64("batchSize").is_ok_and(|value| value == 0));
        Some(match () {
            // The oplog begins ten minutes after the token.
            () if is(command, "find") => {
                let entry = doc! { "ts": bson::Timestamp { time: 1_600, increment: 1 } };
                batch("firstBatch", 0, vec![entry], None)
            }
            () if is_start => nothing("firstBatch", 1_000),
            () => refusal(286),
        })
    })
    .await;

    let error = open(&config_on(&wire, database()), None).await.map(|_| ()).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::PositionLost);
    assert!(error.context().contains("10 minutes of changes are missing"), "{error}");
}

#[tokio::test]
async fn a_lost_cursor_is_opened_again_behind_the_last_event() {
    let mut fetches = 0;
    let wire = Wire::answering(move |command| {
        if is(command, "aggregate") {
            return Some(nothing("firstBatch", 1));
        }
        if is(command, "find") {
            return Some(refusal(13));
        }
        fetches += 1;
        match fetches {
            1 => Some(batch("nextBatch", 7, vec![event(2), event(3)], Some(token(3)))),
            // A cursor that is gone, then a connection that is.
            2 => Some(refusal(43)),
            3 => None,
            4 => Some(batch("nextBatch", 7, vec![event(4)], Some(token(4)))),
            _ => Some(nothing("nextBatch", 4)),
        }
    })
    .await;

    let mut reading = open(&config_on(&wire, database()), None).await.unwrap();
    let events = reading.documents(3).await;

    assert_eq!(ids(&events), [2, 3, 4]);
    let starts: Vec<Option<Document>> = wire
        .commands("aggregate")
        .iter()
        .map(|command| change_stream(command).unwrap().get_document("startAfter").ok().cloned())
        .collect();
    assert_eq!(starts, [None, Some(token(1)), Some(token(3)), Some(token(3))]);
}

#[tokio::test]
async fn a_stream_that_dies_while_it_is_read_ends_with_the_reason() {
    for (code, kind) in [(286, ErrorKind::PositionLost), (280, ErrorKind::PositionLost), (9, ErrorKind::SourceRefused)]
    {
        let wire = Wire::answering(move |command| {
            Some(match () {
                () if is(command, "aggregate") => nothing("firstBatch", 1),
                () if is(command, "find") => refusal(13),
                () => refusal(code),
            })
        })
        .await;

        let mut reading = open(&config_on(&wire, database()), None).await.unwrap();

        assert_eq!(reading.error().await.kind(), kind, "code {code}");
    }
}

#[tokio::test]
async fn a_server_that_stays_away_is_passed_on_to_the_supervisor() {
    let mut opened = 0;
    let wire = Wire::answering(move |command| {
        opened += i32::from(is(command, "aggregate"));
        (opened <= 2 && is(command, "aggregate")).then(|| nothing("firstBatch", 1))
    })
    .await;

    let mut reading = open(&config_on(&wire, database()), None).await.unwrap();

    assert_eq!(reading.error().await.kind(), ErrorKind::SourceUnavailable);
}

/// A server with one collection of ten documents whose copying cursor breaks after four.
async fn breaking_copy() -> Wire {
    let mut is_broken = false;
    Wire::answering(move |command| {
        let document = |id: i32| doc! { "_id": id };
        let as_event = |id: i32| doc! { "_id": { "_id": id, "copyingData": true }, "documentKey": { "_id": id } };
        Some(match command.keys().next().unwrap().as_str() {
            "listCollections" => batch("firstBatch", 0, vec![doc! { "name": "patients", "type": "collection" }], None),
            "count" => doc! { "ok": 1, "n": 10 },
            "aggregate" if change_stream(command).is_some() => nothing("firstBatch", 1),
            "find" if command.get_str("find").is_ok_and(|value| value == "oplog.rs") => refusal(13),
            "find" if !is_broken => batch("firstBatch", 9, (0..4).map(document).collect(), None),
            "find" => batch("firstBatch", 0, (4..10).map(document).collect(), None),
            "aggregate" if !is_broken => batch("firstBatch", 9, (0..4).map(as_event).collect(), None),
            "aggregate" => batch("firstBatch", 0, (0..10).map(as_event).collect(), None),
            _ if command.get_i64("getMore").is_ok_and(|value| value == 9) => {
                is_broken = true;
                refusal(175)
            }
            _ => nothing("nextBatch", 1),
        })
    })
    .await
}

#[tokio::test]
async fn a_copy_whose_cursor_is_lost_goes_on_behind_the_last_document() {
    let wire = breaking_copy().await;

    let mut reading = open(&copying(config_on(&wire, database()), |_| {}), None).await.unwrap();

    assert_eq!(ids(&reading.copied().await), (0..10).collect::<Vec<_>>());
    let finds: Vec<Document> = wire
        .commands("find")
        .into_iter()
        .filter(|find| find.get_str("find").is_ok_and(|value| value == "patients"))
        .collect();
    let bound = doc! { "$expr": { "$gt": ["$_id", { "$literal": 3 }] } };
    assert_eq!(finds[1].get_document("filter").unwrap(), &bound);
    let read_concern = doc! { "level": "majority", "afterClusterTime": bson::Timestamp { time: 1, increment: 1 } };
    assert_eq!(finds[0].get_document("readConcern").unwrap(), &read_concern);
}

#[tokio::test]
async fn a_copy_whose_cursor_is_lost_starts_over_where_its_stages_need_it() {
    let wire = breaking_copy().await;
    let config = copying(config_on(&wire, database()), |copy| copy.pipeline = vec![doc! { "$limit": 10 }]);

    let mut reading = open(&config, None).await.unwrap();
    let copied = reading.copied().await;

    assert_eq!(ids(&copied), [0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    let namespace = Namespace { database: "jee".to_owned(), collection: "patients".to_owned() };
    assert_eq!(reading.progress.take_notices(), [Notice::CopyStartsOver { namespace, stage: "$limit".to_owned() }]);
}

#[tokio::test]
async fn a_copy_is_not_begun_for_a_stream_that_is_lost_already() {
    let wire = Wire::answering(|command| {
        Some(match command.keys().next().unwrap().as_str() {
            "listCollections" => batch("firstBatch", 0, vec![doc! { "name": "patients", "type": "collection" }], None),
            "count" => doc! { "ok": 1, "n": 10 },
            "find" if command.get_str("find").is_ok_and(|value| value == "oplog.rs") => {
                let entry = doc! { "ts": bson::Timestamp { time: 1_600, increment: 1 } };
                batch("firstBatch", 0, vec![entry], None)
            }
            "find" => batch("firstBatch", 9, vec![doc! { "_id": 1 }], None),
            "getMore" => batch("nextBatch", 9, vec![doc! { "_id": 1 }], None),
            _ => nothing("firstBatch", 1_000),
        })
    })
    .await;

    let mut reading = open(&copying(config_on(&wire, database()), |_| {}), None).await.unwrap();
    let error = reading.error().await;

    assert_eq!(error.kind(), ErrorKind::PositionLost);
    assert!(error.context().contains("10 minutes"), "{error}");
}
