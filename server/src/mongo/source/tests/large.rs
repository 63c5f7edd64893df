//! Events that are too large for one answer.

use connect::pipeline::EventKind;

use super::super::super::wire::{Wire, batch, refusal};
use super::refusals::{change_stream, config_on, database, event, is, nothing, token};
use super::*;

/// The names of a command's stages.
fn stages(command: &Document) -> Vec<String> {
    let stages = command.get_array("pipeline").unwrap();
    stages.iter().map(|stage| stage.as_document().unwrap().keys().next().unwrap().clone()).collect()
}

fn fragment(number: u32, part: i32, of: i32) -> Document {
    let mut fragment = event(number);
    fragment.insert("splitEvent", doc! { "fragment": part, "of": of });
    if part > 1 {
        fragment.remove("documentKey");
        fragment.insert("fullDocument", doc! { "part": part });
    }
    fragment
}

#[tokio::test]
async fn a_server_that_can_split_events_is_asked_to_and_the_fragments_become_one_event() {
    let mut fetches = 0;
    let wire = Wire::of_release([7, 0, 0], move |command| {
        if is(command, "aggregate") {
            return Some(nothing("firstBatch", 1));
        }
        if is(command, "find") {
            return Some(refusal(13));
        }
        fetches += 1;
        Some(match fetches {
            1 => batch("nextBatch", 7, vec![event(2), fragment(3, 1, 2)], Some(token(3))),
            2 => batch("nextBatch", 7, vec![fragment(4, 2, 2)], Some(token(4))),
            _ => nothing("nextBatch", 4),
        })
    })
    .await;

    let mut reading = open(&config_on(&wire, database()), None).await.unwrap();
    let first = reading.documents(1).await;
    let resume = |position: &Position| match &position.phase {
        Phase::Stream { resume } => Document::try_from(resume.token.as_document()).unwrap(),
        Phase::Copy { .. } => panic!("it streams"),
    };
    assert_eq!(ids(&first), [2]);
    assert_eq!(resume(&reading.position), token(2), "a place between fragments is none");
    let second = reading.documents(1).await;

    let joined = doc! {
        "_id": token(4), "operationType": "insert", "fullDocument": { "part": 2 }, "documentKey": { "_id": 3 },
    };
    assert_eq!(second, [joined]);
    assert_eq!(resume(&reading.position), token(4));
    assert_eq!(stages(&wire.commands("aggregate")[1]), ["$changeStream", "$changeStreamSplitLargeEvent"]);
}

#[tokio::test]
async fn a_server_that_knows_nothing_of_splitting_is_followed_without() {
    let wire = Wire::of_release([7, 0, 0], |command| {
        Some(match () {
            () if is(command, "aggregate") && stages(command).len() > 1 => refusal(40_324),
            () if is(command, "aggregate") => nothing("firstBatch", 1),
            () => batch("nextBatch", 7, vec![event(2)], Some(token(2))),
        })
    })
    .await;

    let mut reading = open(&config_on(&wire, database()), None).await.unwrap();

    assert_eq!(ids(&reading.documents(1).await), [2]);
}

/// A server whose third event is too large, and which says so to whoever asks for an answer that holds it.
async fn with_a_large_event() -> Wire {
    let mut next = 2;
    Wire::answering(move |command| {
        if is(command, "find") {
            return Some(refusal(13));
        }
        let is_whole = is(command, "aggregate") && stages(command).len() == 1;
        if is(command, "aggregate") {
            let after = change_stream(command).unwrap().get_document("startAfter").ok();
            if let Some(after) = after {
                next = (2..6).find(|number| token(number - 1) == *after).unwrap();
            }
            if !is_whole {
                let mut known = event(next);
                known.insert("ns", doc! { "db": "jee", "coll": "patients" });
                return Some(batch("firstBatch", 0, vec![known], Some(token(next))));
            }
        }
        let cursor = command.get_document("cursor").ok();
        let size = match cursor.and_then(|cursor| cursor.get_i64("batchSize").ok()) {
            Some(size) => size,
            None => i64::from(command.get_i32("batchSize").unwrap()),
        };
        let name = if is(command, "aggregate") { "firstBatch" } else { "nextBatch" };
        let last = (i64::from(next) + size).min(6) as u32;
        let events: Vec<u32> = (next..last).collect();
        if events.contains(&3) {
            return Some(refusal(10_334));
        }
        next = last;
        Some(batch(name, 7, events.iter().map(|number| event(*number)).collect(), Some(token(last - 1))))
    })
    .await
}

#[tokio::test]
async fn an_event_that_cannot_be_delivered_is_set_aside_and_the_stream_goes_on_behind_it() {
    let wire = with_a_large_event().await;
    let mut reading = open(&config_on(&wire, database()), None).await.unwrap();

    let mut seen = Vec::new();
    while seen.len() < 4 {
        for event in reading.batch().await.unwrap() {
            let Some(document) = event.document else { continue };
            let id = Document::try_from(document.raw().unwrap()).unwrap().get_document("_id").unwrap().clone();
            seen.push((id, document.kind()));
        }
    }

    let expected = [
        (token(2), EventKind::Change),
        (token(3), EventKind::TooLarge),
        (token(4), EventKind::Change),
        (token(5), EventKind::Change),
    ];
    assert_eq!(seen, expected);
}
