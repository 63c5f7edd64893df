#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bson::raw::cstr;
use bson::{RawBson, RawDocumentBuf, doc, oid::ObjectId, rawdoc};
use proptest::prelude::*;

use super::{CopiedEvents, copy_stages, with_namespace_last};
use crate::mongo::Event;
use crate::position::Namespace;

fn namespace() -> Namespace {
    Namespace { database: "jee".to_owned(), collection: "patients".to_owned() }
}

fn event(document: &RawDocumentBuf) -> RawDocumentBuf {
    CopiedEvents::new(&namespace()).unwrap().event(document).unwrap()
}

#[test]
fn an_event_has_the_official_fields_in_their_order() {
    let id = ObjectId::from_bytes([7; 12]);
    let document = rawdoc! { "a": 1, "_id": id, "b": { "c": [1, "x"] } };

    let expected = rawdoc! {
        "_id": { "_id": id, "copyingData": true },
        "operationType": "insert",
        "documentKey": { "_id": id },
        "fullDocument": document.clone(),
        "ns": { "db": "jee", "coll": "patients" },
    };
    assert_eq!(event(&document), expected);
}

#[test]
fn the_event_is_made_with_one_exact_allocation() {
    let bytes = event(&rawdoc! { "_id": "a1", "x": [1, 2, 3] }).into_bytes();

    assert_eq!(bytes.capacity(), bytes.len());
}

#[test]
fn a_document_without_an_id_makes_an_event_without_one() {
    let expected = rawdoc! {
        "_id": { "copyingData": true },
        "operationType": "insert",
        "documentKey": {},
        "fullDocument": { "a": 1 },
        "ns": { "db": "jee", "coll": "patients" },
    };

    assert_eq!(event(&rawdoc! { "a": 1 }), expected);
}

#[test]
fn the_servers_event_becomes_the_same_bytes() {
    let document = rawdoc! { "_id": 5, "ns": "not this one" };
    let from_server = rawdoc! {
        "_id": { "_id": 5, "copyingData": true },
        "operationType": "insert",
        "ns": { "db": "jee", "coll": "patients" },
        "documentKey": { "_id": 5 },
        "fullDocument": document.clone(),
    };

    assert_eq!(with_namespace_last(from_server).unwrap(), event(&document));
}

#[test]
fn fields_added_by_stages_stay_before_the_namespace() {
    let from_server = rawdoc! { "_id": 1, "ns": { "db": "jee" }, "added": 1 };

    assert_eq!(with_namespace_last(from_server).unwrap(), rawdoc! { "_id": 1, "added": 1, "ns": { "db": "jee" } });
}

#[test]
fn an_event_without_a_namespace_stays_as_it_is() {
    let from_server = rawdoc! { "_id": 1, "a": { "ns": 1 } };

    assert_eq!(with_namespace_last(from_server.clone()).unwrap(), from_server);
}

#[test]
fn stages_run_copy_first_then_the_event_then_the_stream() {
    let odd = Namespace { database: "d'q".to_owned(), collection: "$c\"".to_owned() };

    let stages = copy_stages(&odd, &[doc! { "$match": { "a": 1 } }], &[doc! { "$match": { "ns.db": "x" } }]);

    assert_eq!(stages.len(), 3);
    assert_eq!(stages[0], doc! { "$match": { "a": 1 } });
    assert_eq!(stages[2], doc! { "$match": { "ns.db": "x" } });
    let event = stages[1].get_document("$replaceRoot").unwrap().get_document("newRoot").unwrap();
    let fields: Vec<&str> = event.keys().map(String::as_str).collect();
    assert_eq!(fields, ["_id", "operationType", "ns", "documentKey", "fullDocument"]);
    assert_eq!(event.get("ns"), Some(&doc! { "db": { "$literal": "d'q" }, "coll": { "$literal": "$c\"" } }.into()));
}

#[test]
fn a_malformed_document_is_an_error() {
    let mut bytes = rawdoc! { "_id": 1 }.into_bytes();
    bytes[4] = 0x42;

    let document = RawDocumentBuf::from_bytes(bytes).unwrap();

    assert!(CopiedEvents::new(&namespace()).unwrap().event(&document).is_err());
}

proptest! {
    /// Wherever the server has put `ns`, every other field keeps its bytes and its place among the others.
    #[test]
    fn moving_the_namespace_moves_nothing_else(
        document in crate::json::arbitrary::document(), place in any::<prop::sample::Index>(),
    ) {
        let fields: Vec<_> = document.iter().map(|field| field.unwrap()).collect();
        let (mut before, mut after) = (RawDocumentBuf::new(), RawDocumentBuf::new());
        let place = place.index(fields.len() + 1);
        let namespace = rawdoc! { "db": "jee", "coll": "patients" };
        for at in 0..=fields.len() {
            if at == place {
                before.append(cstr!("ns"), namespace.clone());
            }
            if let Some((name, value)) = fields.get(at) {
                before.append(name, RawBson::from(*value));
                after.append(name, RawBson::from(*value));
            }
        }
        after.append(cstr!("ns"), namespace);

        prop_assert_eq!(with_namespace_last(before).unwrap(), after);
    }

    /// Whatever the document, its event gives back the document, its `_id` and its namespace.
    #[test]
    fn nothing_of_a_document_is_lost(document in crate::json::arbitrary::document(), id in any::<i64>()) {
        let mut with_id = document.clone();
        with_id.append(cstr!("_id"), id);
        let raw = event(&with_id);
        let read = Event::read(&raw).unwrap();

        let expected = with_id.get("_id").unwrap().map(RawBson::from);
        prop_assert_eq!(read.copied_id(), expected);
        prop_assert_eq!(read.full_document(), Some(&*with_id));
        prop_assert_eq!(read.namespace(), Some(namespace()));
        prop_assert_eq!(read.cluster_time(), None);
    }
}
