#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use bson::oid::ObjectId;
use bson::raw::cstr;
use bson::spec::BinarySubtype;
use bson::{Binary, Decimal128, RawBson, RawDocumentBuf, Timestamp, rawdoc};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::error::ErrorKind;

fn token(number: u64) -> ResumeToken {
    ResumeToken::new(rawdoc! { "_data": format!("82{number:016X}00") })
}

fn namespaces(count: usize) -> Vec<NamespaceCopy> {
    (0..count)
        .map(|index| {
            let namespace = Namespace { database: "jee".to_owned(), collection: format!("c{index}") };
            NamespaceCopy::untouched(namespace, Some(10))
        })
        .collect()
}

fn copying(count: usize) -> Position {
    let start = ResumePoint::post_batch(token(1));
    Position { phase: Phase::Copy { start, namespaces: namespaces(count) }, selection: Selection::default() }
}

#[test]
fn a_copied_document_moves_only_its_own_collection() {
    let mut position = copying(2);

    position.apply(Mark::Copied { namespace_index: 1, range_index: 0, id: Some(RawBson::Int32(7)) });

    let Phase::Copy { namespaces, .. } = position.phase else { panic!("it copies") };
    assert_eq!(namespaces[0].last_id, None);
    assert_eq!(namespaces[1].last_id, Some(RawBson::Int32(7)));
    assert_eq!(namespaces[1].copied_documents, 1);
}

#[test]
fn a_document_without_a_resumable_id_is_counted_and_leaves_the_place_alone() {
    let mut position = copying(1);

    position.apply(Mark::Copied { namespace_index: 0, range_index: 0, id: None });

    let Phase::Copy { namespaces, .. } = position.phase else { panic!("it copies") };
    assert_eq!((namespaces[0].last_id.clone(), namespaces[0].copied_documents), (None, 1));
}

#[test]
fn a_restarted_collection_forgets_what_was_copied() {
    let mut position = copying(1);
    position.apply(Mark::Copied { namespace_index: 0, range_index: 0, id: Some(RawBson::Int32(7)) });

    position.apply(Mark::NamespaceRestarted { namespace_index: 0 });

    assert_eq!(position, copying(1));
}

#[test]
fn a_stream_that_is_followed_while_copying_moves_its_own_place_only() {
    let mut position = copying(1);

    position.apply(Mark::Streamed(ResumePoint::event(token(9), None)));

    let start = ResumePoint::event(token(9), None);
    assert_eq!(position.phase, Phase::Copy { start, namespaces: namespaces(1) });
}

#[test]
fn each_range_of_a_collection_has_a_place_of_its_own() {
    let mut position = copying(1);
    let bounds = vec![RawBson::Int32(10), RawBson::String("m".to_owned())];
    position.apply(Mark::NamespaceSplit { namespace_index: 0, bounds });

    position.apply(Mark::Copied { namespace_index: 0, range_index: 1, id: Some(RawBson::Int32(17)) });
    position.apply(Mark::RangeFinished { namespace_index: 0, range_index: 0 });

    let Phase::Copy { namespaces, .. } = &position.phase else { panic!("it copies") };
    let copy = &namespaces[0];
    assert_eq!(copy.last_id, None, "whoever does not know of ranges must begin again");
    assert_eq!(copy.ranges.iter().map(|range| range.is_done).collect::<Vec<_>>(), [true, false, false]);
    assert_eq!(
        [0, 1, 2].map(|range| copy.behind(range).cloned()),
        [None, Some(RawBson::Int32(17)), Some(RawBson::String("m".to_owned()))]
    );
    assert_eq!(Position::from_json(&position.to_json()).unwrap(), position);
    assert!(position.official_offset().unwrap()[0].1.contains("17"));
}

#[test]
fn an_estimate_is_corrected_by_what_is_copied() {
    let estimates = |position: &Position| match &position.phase {
        Phase::Copy { namespaces, .. } => namespaces.iter().map(|copy| copy.estimated_documents).collect::<Vec<_>>(),
        Phase::Stream { .. } => panic!("it copies"),
    };
    let mut position = copying(2);

    for _ in 0..11 {
        position.apply(Mark::Copied { namespace_index: 0, range_index: 0, id: None });
    }
    assert_eq!(estimates(&position), [Some(11), Some(10)], "more than were expected");
    position.apply(Mark::NamespaceFinished { namespace_index: 1 });

    assert_eq!(estimates(&position), [Some(11), Some(0)], "fewer than were expected");
}

#[test]
fn a_collection_that_is_done_keeps_no_ranges() {
    let mut position = copying(1);
    position.apply(Mark::NamespaceSplit { namespace_index: 0, bounds: vec![RawBson::Int32(10)] });
    position.apply(Mark::Copied { namespace_index: 0, range_index: 1, id: Some(RawBson::Int32(17)) });

    position.apply(Mark::NamespaceFinished { namespace_index: 0 });

    let Phase::Copy { namespaces, .. } = position.phase else { panic!("it copies") };
    assert_eq!((namespaces[0].ranges.len(), &namespaces[0].last_id), (0, &Some(RawBson::Int32(17))));
}

#[test]
fn the_end_of_the_copy_streams_from_the_point_taken_before_it() {
    let mut position = copying(1);
    position.apply(Mark::NamespaceFinished { namespace_index: 0 });

    position.apply(Mark::CopyFinished);

    assert_eq!(position.phase, Phase::Stream { resume: ResumePoint::post_batch(token(1)) });
    assert_eq!(position.cluster_time(), Some(Timestamp { time: 0, increment: 1 }));
}

#[test]
fn a_mark_of_the_copy_changes_nothing_once_the_stream_is_followed() {
    let mut position = copying(1);
    position.apply(Mark::CopyFinished);
    position.apply(Mark::Streamed(ResumePoint::event(token(9), None)));
    let streaming = position.clone();

    position.apply(Mark::Copied { namespace_index: 0, range_index: 0, id: Some(RawBson::Int32(7)) });
    position.apply(Mark::NamespaceFinished { namespace_index: 3 });
    position.apply(Mark::CopyFinished);

    assert_eq!(position, streaming);
}

#[test]
fn shows_the_official_offset() {
    let mut position = copying(2);
    let start = ("_id", r#"{"_data": "82000000000000000100"}"#.to_owned());
    let copy = ("copy", "true".to_owned());
    assert_eq!(position.official_offset().unwrap(), vec![start, copy.clone()]);

    let id = ObjectId::parse_str("670e0d2f5d3c6a1b2c3d4e5f").unwrap();
    position.apply(Mark::Copied { namespace_index: 0, range_index: 0, id: Some(RawBson::ObjectId(id)) });
    let text = r#"{"_id": {"$oid": "670e0d2f5d3c6a1b2c3d4e5f"}, "copyingData": true}"#;
    assert_eq!(position.official_offset().unwrap(), vec![("_id", text.to_owned()), copy]);

    position.apply(Mark::CopyFinished);
    position.apply(Mark::Streamed(ResumePoint::event(token(2), None)));
    let streaming = ("_id", r#"{"_data": "82000000000000000200"}"#.to_owned());
    assert_eq!(position.official_offset().unwrap(), vec![streaming]);
}

#[test]
fn refuses_what_it_cannot_read() {
    let good = copying(1).to_json();
    let mut newer = good.clone();
    newer["version"] = json!(2);
    let mut damaged = good.clone();
    damaged["phase"]["start"]["token"] = json!("not base64!");
    let mut truncated = good.clone();
    truncated["phase"]["start"]["token"] = json!("AAAA");

    for json in [json!({}), json!(null), json!({ "version": 1 }), newer, damaged, truncated] {
        let error = Position::from_json(&json).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PositionLost, "{json}");
    }
}

#[test]
fn the_stored_form_stays_readable() {
    let stored = json!({
        "version": 1,
        "selection": { "partition": "n", "database": "jee", "collection": null, "pipeline_hash": "p", "copy_hash": "c" },
        "phase": {
            "kind": "copy",
            "start": { "token": "JQAAAAJfZGF0YQAVAAAAODIwMDAwMDAwMDAwMDAwMDAxMDAAAA==", "kind": "post_batch", "cluster_time": [0, 1] },
            "namespaces": [{
                "database": "jee", "collection": "c0", "last_id": "DgAAABBfaWQABwAAAAA=", "copied_documents": 1,
                "estimated_documents": 10, "is_done": false
            }]
        }
    });

    let mut expected = copying(1);
    expected.apply(Mark::Copied { namespace_index: 0, range_index: 0, id: Some(RawBson::Int32(7)) });
    expected.selection = Selection {
        partition: "n".to_owned(),
        database: Some("jee".to_owned()),
        collection: None,
        pipeline_hash: "p".to_owned(),
        copy_hash: Some("c".to_owned()),
    };
    assert_eq!(Position::from_json(&stored).unwrap(), expected);
    assert_eq!(expected.to_json(), stored);
}

/// Every type that may stand in `_id`, compared by bytes because NaN equals nothing.
fn any_id() -> impl Strategy<Value = RawBson> {
    let leaf = prop_oneof![
        any::<f64>().prop_map(RawBson::Double),
        any::<u64>().prop_map(|bits| RawBson::Double(f64::from_bits(bits))),
        any::<String>().prop_map(RawBson::String),
        any::<bool>().prop_map(RawBson::Boolean),
        Just(RawBson::Null),
        Just(RawBson::MinKey),
        Just(RawBson::MaxKey),
        any::<i32>().prop_map(RawBson::Int32),
        any::<i64>().prop_map(RawBson::Int64),
        any::<[u8; 12]>().prop_map(|bytes| RawBson::ObjectId(ObjectId::from_bytes(bytes))),
        any::<i64>().prop_map(|millis| RawBson::DateTime(bson::DateTime::from_millis(millis))),
        any::<[u8; 16]>().prop_map(|bytes| RawBson::Decimal128(Decimal128::from_bytes(bytes))),
        any::<(u32, u32)>().prop_map(|(time, increment)| RawBson::Timestamp(Timestamp { time, increment })),
        any::<Vec<u8>>().prop_map(|bytes| RawBson::Binary(Binary { subtype: BinarySubtype::Generic, bytes })),
        any::<[u8; 16]>()
            .prop_map(|bytes| RawBson::Binary(Binary { subtype: BinarySubtype::Uuid, bytes: bytes.to_vec() })),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop::collection::vec(inner, 0..3).prop_map(|values| {
            let mut document = RawDocumentBuf::new();
            for value in values {
                document.append(cstr!("part"), value);
            }
            RawBson::Document(document)
        })
    })
}

fn any_point() -> impl Strategy<Value = ResumePoint> {
    (any::<u64>(), any::<bool>(), any_id()).prop_map(|(number, is_event, extra)| {
        let mut document = rawdoc! { "_data": format!("82{number:016X}00") };
        document.append(cstr!("extra"), extra);
        let token = ResumeToken::new(document);
        if is_event { ResumePoint::event(token, None) } else { ResumePoint::post_batch(token) }
    })
}

fn any_position() -> impl Strategy<Value = Position> {
    let range = (prop::option::of(any_id()), prop::option::of(any_id()), any::<bool>())
        .prop_map(|(until, last_id, is_done)| RangeCopy { until, last_id, is_done });
    let counts = (any::<u64>(), any::<Option<u64>>(), any::<bool>());
    let namespace = (any::<String>(), prop::option::of(any_id()), prop::collection::vec(range, 0..3), counts).prop_map(
        |(collection, last_id, ranges, (copied_documents, estimated_documents, is_done))| NamespaceCopy {
            namespace: Namespace { database: "jee".to_owned(), collection },
            last_id,
            ranges,
            copied_documents,
            estimated_documents,
            is_done,
        },
    );
    let phase = prop_oneof![
        any_point().prop_map(|resume| Phase::Stream { resume }),
        (any_point(), prop::collection::vec(namespace, 0..4))
            .prop_map(|(start, namespaces)| Phase::Copy { start, namespaces }),
    ];
    phase.prop_map(|phase| Position { phase, selection: Selection::default() })
}

#[derive(Debug, Clone)]
enum Step {
    Copied(usize, i32),
    Finished(usize),
    Streamed(u64),
}

proptest! {
    #[test]
    fn the_stored_form_keeps_every_bit(position in any_position()) {
        let text = position.to_json().to_string();
        let read = Position::from_json(&serde_json::from_str(&text).unwrap()).unwrap();

        prop_assert_eq!(read.to_json().to_string(), text);
        prop_assert_eq!(format!("{read:?}"), format!("{position:?}"));
    }

    #[test]
    fn applying_marks_in_order_ends_at_the_last_of_each_kind(
        steps in prop::collection::vec(
            prop_oneof![
                (0..3_usize, any::<i32>()).prop_map(|(index, id)| Step::Copied(index, id)),
                (0..3_usize).prop_map(Step::Finished),
            ],
            0..60,
        ),
        tail in prop::collection::vec(any::<u64>().prop_map(Step::Streamed), 0..10),
    ) {
        let mut position = copying(3);
        for step in steps.iter().chain(&tail) {
            if matches!(step, Step::Streamed(_)) {
                position.apply(Mark::CopyFinished);
            }
            position.apply(match *step {
                Step::Copied(namespace_index, id) => Mark::Copied { namespace_index, range_index: 0, id: Some(RawBson::Int32(id)) },
                Step::Finished(namespace_index) => Mark::NamespaceFinished { namespace_index },
                Step::Streamed(number) => Mark::Streamed(ResumePoint::event(token(number), None)),
            });
        }

        match (&position.phase, tail.last()) {
            (Phase::Stream { resume }, Some(Step::Streamed(number))) => prop_assert_eq!(&resume.token, &token(*number)),
            (Phase::Copy { namespaces, .. }, None) => for (index, copy) in namespaces.iter().enumerate() {
                let ids: Vec<i32> = steps.iter()
                    .filter_map(|step| match step { Step::Copied(at, id) if *at == index => Some(*id), _ => None })
                    .collect();
                let is_done = steps.iter().any(|step| matches!(step, Step::Finished(at) if *at == index));
                prop_assert_eq!(copy.last_id.clone(), ids.last().map(|id| RawBson::Int32(*id)));
                prop_assert_eq!(copy.copied_documents, ids.len() as u64);
                prop_assert_eq!(copy.is_done, is_done);
            },
            other => prop_assert!(false, "{:?}", other),
        }
    }
}

#[test]
fn what_became_of_an_earlier_place_is_stored_with_the_position() {
    let recovery = Recovery { covered: Some(token(9)), count: 2, is_lost: true };
    let resume = ResumePoint { recovery, ..ResumePoint::event(token(3), None) };
    let position = Position { phase: Phase::Stream { resume: resume.clone() }, selection: Selection::default() };

    assert_eq!(Position::from_json(&position.to_json()).unwrap(), position);
    assert_eq!(resume.published(), &token(9));
    assert_eq!(ResumePoint::event(token(3), None).published(), &token(3));
}

#[test]
fn whatever_decides_which_events_come_through_is_part_of_the_selection() {
    let selection = |change: fn(&mut crate::config::StreamConfig)| {
        let mut config = crate::mongo::sample_config();
        change(&mut config.stream);
        Selection::of(&config)
    };
    let unchanged = selection(|_| {});
    let changes: [fn(&mut crate::config::StreamConfig); 5] = [
        |stream| stream.full_document = Some(crate::config::FullDocument::UpdateLookup),
        |stream| stream.before_change = Some(crate::config::BeforeChange::Required),
        |stream| stream.shows_expanded_events = true,
        |stream| stream.collation = Some(bson::doc! { "locale": "ko" }),
        |stream| stream.namespaces.include = vec!["a".to_owned()],
    ];

    for change in changes {
        assert!(!selection(change).streams_like(&unchanged));
        assert!(selection(change).streams_like(&selection(change)));
    }
}
