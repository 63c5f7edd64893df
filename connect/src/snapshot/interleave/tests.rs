//! Single cases, and generated histories against what a fold of them must be.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod history;

use bson::rawdoc;

use super::*;

fn patients() -> Namespace {
    Namespace { database: "jee".to_owned(), collection: "patients".to_owned() }
}

fn touch(interleave: &mut Interleave, id: i32, is_whole: bool) {
    interleave.touch(Touch::Document { namespace: patients(), id: RawBson::Int32(id), is_whole });
}

fn judge(interleave: &Interleave, chunk: Chunk, id: i32) -> Verdict {
    interleave.judge(chunk, &patients(), RawBsonRef::Int32(id))
}

#[test]
fn a_document_is_left_out_once_the_stream_has_told_of_it() {
    let mut interleave = Interleave::default();
    let early = interleave.open();
    touch(&mut interleave, 1, true);
    let late = interleave.open();
    touch(&mut interleave, 2, false);

    assert_eq!(
        [1, 2, 3].map(|id| judge(&interleave, early, id)),
        [Verdict::LeaveOut, Verdict::ReadAgain, Verdict::Publish]
    );
    assert_eq!(judge(&interleave, late, 1), Verdict::Publish, "told before the chunk was opened");
    let other = Namespace { collection: "visits".to_owned(), ..patients() };
    assert_eq!(interleave.judge(early, &other, RawBsonRef::Int32(1)), Verdict::Publish);
    assert_eq!(interleave.judge(early, &patients(), RawBsonRef::Int64(1)), Verdict::Publish, "another _id as stored");
}

#[test]
fn a_part_told_behind_the_whole_needs_no_second_reading() {
    let mut interleave = Interleave::default();
    let chunk = interleave.open();
    touch(&mut interleave, 1, true);
    touch(&mut interleave, 1, false);

    assert_eq!(judge(&interleave, chunk, 1), Verdict::LeaveOut);
}

#[test]
fn a_drop_leaves_nothing_of_a_chunk() {
    for gone in [Touch::Collection(patients()), Touch::Database("jee".to_owned())] {
        let mut interleave = Interleave::default();
        let chunk = interleave.open();
        interleave.touch(gone);
        let later = interleave.open();

        assert_eq!(judge(&interleave, chunk, 1), Verdict::LeaveOut);
        assert_eq!(judge(&interleave, later, 1), Verdict::Publish);
    }
}

#[test]
fn remembers_only_what_open_chunks_need() {
    let mut interleave = Interleave::default();
    touch(&mut interleave, 1, true);
    assert_eq!(interleave.remembered(), 0, "no chunk is open");

    let (first, second) = (interleave.open(), interleave.open());
    touch(&mut interleave, 1, true);
    interleave.close(first);
    let third = interleave.open();
    touch(&mut interleave, 1, false);
    interleave.touch(Touch::Collection(patients()));
    interleave.close(second);
    assert_eq!(interleave.remembered(), 2);
    assert_eq!(judge(&interleave, third, 1), Verdict::LeaveOut);
    interleave.close(third);

    assert!(interleave.is_idle());
    assert_eq!(interleave.remembered(), 0);
}

#[test]
fn events_tell_what_they_concern() {
    let event = |operation: &str, more: RawDocumentBuf| {
        let mut event = rawdoc! { "operationType": operation, "ns": { "db": "jee", "coll": "patients" } };
        for (name, value) in more.iter().flatten() {
            event.append(name, value);
        }
        touch_of(&event)
    };
    let document = |is_whole| Some(Touch::Document { namespace: patients(), id: RawBson::Int64(1), is_whole });
    let key = || rawdoc! { "documentKey": { "_id": 1_i64, "shard": 2 } };
    let with = |name, value| {
        let mut more = key();
        more.append(name, value);
        more
    };

    assert_eq!(event("insert", with(bson::raw::cstr!("fullDocument"), RawBson::Document(rawdoc! {}))), document(true));
    assert_eq!(event("update", with(bson::raw::cstr!("fullDocument"), RawBson::Null)), document(false));
    assert_eq!(event("update", key()), document(false));
    assert_eq!(event("delete", key()), document(true));
    assert_eq!(event("drop", rawdoc! {}), Some(Touch::Collection(patients())));
    assert_eq!(event("dropDatabase", rawdoc! {}), Some(Touch::Database("jee".to_owned())));
    assert_eq!(event("invalidate", rawdoc! {}), None);
    assert_eq!(event("insert", rawdoc! {}), None);
}
