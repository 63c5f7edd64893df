//! A change event looked into once: the fields by which it is routed, keyed, published and resumed.

use std::borrow::Cow;

use bson::{RawBson, RawDocument, RawDocumentBuf, Timestamp};

use crate::json::reader::{Element, Reader, Unreadable, elements, tag};
use crate::position::Namespace;

/// A change event, or a copied document in the form of one. Borrows the raw bytes; nothing is decoded before it is asked for.
///
/// Where a pipeline made a field appear twice, the first counts, as it does for the official connector.
#[derive(Debug, Clone)]
pub struct Event<'a> {
    raw: &'a RawDocument,
    id: Option<Element<'a>>,
    operation_type: Option<Element<'a>>,
    cluster_time: Option<Element<'a>>,
    document_key: Option<Element<'a>>,
    full_document: Option<Element<'a>>,
    namespace: Option<Element<'a>>,
    database: Option<&'a [u8]>,
    collection: Option<&'a [u8]>,
}

impl<'a> Event<'a> {
    /// Reads the top level of an event, and its `ns`.
    ///
    /// # Errors
    /// The top level or `ns` is not well-formed BSON. Other nested documents are not looked at.
    pub fn read(raw: &'a RawDocument) -> Result<Self, Unreadable> {
        let mut event = Self {
            raw,
            id: None,
            operation_type: None,
            cluster_time: None,
            document_key: None,
            full_document: None,
            namespace: None,
            database: None,
            collection: None,
        };
        let (mut dotted_database, mut dotted_collection) = (None, None);
        for element in elements(raw) {
            let element = element?;
            let field = match element.name {
                b"_id" => &mut event.id,
                b"operationType" => &mut event.operation_type,
                b"clusterTime" => &mut event.cluster_time,
                b"documentKey" => &mut event.document_key,
                b"fullDocument" => &mut event.full_document,
                b"ns" => &mut event.namespace,
                // A pipeline can make fields with these very names ($setField); they win over `ns`.
                b"ns.db" => &mut dotted_database,
                b"ns.coll" => &mut dotted_collection,
                _ => continue,
            };
            field.get_or_insert(element);
        }
        event.read_namespace(dotted_database, dotted_collection)?;
        Ok(event)
    }

    fn read_namespace(
        &mut self,
        mut database: Option<Element<'a>>,
        mut collection: Option<Element<'a>>,
    ) -> Result<(), Unreadable> {
        if let Some(namespace) = self.namespace.and_then(|element| element.document()) {
            for element in elements(namespace) {
                let element = element?;
                match element.name {
                    b"db" => database.get_or_insert(element),
                    b"coll" => collection.get_or_insert(element),
                    _ => continue,
                };
            }
        }
        self.database = database.and_then(|element| element.string());
        self.collection = collection.and_then(|element| element.string());
        Ok(())
    }

    /// The whole event.
    pub fn raw(&self) -> &'a RawDocument {
        self.raw
    }

    /// `operationType`: `insert`, `update`, …
    pub fn operation_type(&self) -> Option<Cow<'a, str>> {
        self.operation_type.and_then(|element| element.string()).map(String::from_utf8_lossy)
    }

    /// `ns.db`, empty where there is none or it is not a string.
    pub fn database(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.database.unwrap_or_default())
    }

    /// `ns.coll`, empty where there is none (events of a whole database) or it is not a string.
    pub fn collection(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.collection.unwrap_or_default())
    }

    /// Database and collection, if the event has both.
    pub fn namespace(&self) -> Option<Namespace> {
        let (database, collection) = (self.database(), self.collection());
        if database.is_empty() || collection.is_empty() {
            return None;
        }
        Some(Namespace { database: database.into_owned(), collection: collection.into_owned() })
    }

    /// How messages name where the event is from: `db.coll`, `db`, or words that say that it is not known.
    pub fn place(&self) -> String {
        match (self.database(), self.collection()) {
            (database, _) if database.is_empty() => "an unnamed namespace".to_owned(),
            (database, collection) if collection.is_empty() => database.into_owned(),
            (database, collection) => format!("{database}.{collection}"),
        }
    }

    /// `clusterTime`; copied documents have none.
    pub fn cluster_time(&self) -> Option<Timestamp> {
        let element = self.cluster_time.filter(|element| element.tag == tag::TIMESTAMP)?;
        let (time, increment) = Reader::new(element.value).timestamp().ok()?;
        Some(Timestamp { time, increment })
    }

    /// `_id`: the resume token of a change event. Of a copied document it is `{_id: …, copyingData: true}`, which resumes
    /// nothing.
    pub fn resume_token(&self) -> Option<&'a RawDocument> {
        self.id.and_then(|element| element.document())
    }

    /// `documentKey`, if it is a document.
    pub fn document_key(&self) -> Option<&'a RawDocument> {
        self.document_key.and_then(|element| element.document())
    }

    /// `fullDocument`, if it is a document: not if it is null, as after a look-up that found nothing.
    pub fn full_document(&self) -> Option<&'a RawDocument> {
        self.full_document.and_then(|element| element.document())
    }

    /// Whether there is a `documentKey` of whatever type.
    pub(super) fn has_document_key(&self) -> bool {
        self.document_key.is_some()
    }

    /// Whether there is a `fullDocument` of whatever type, null included.
    pub(super) fn has_full_document(&self) -> bool {
        self.full_document.is_some()
    }

    /// `{_id: <the event's _id>}`: the key of events without a document key.
    pub(super) fn token_key(&self) -> Result<Option<RawDocumentBuf>, Unreadable> {
        self.id.map(|element| element.wrapped("_id")).transpose()
    }

    /// Whether this is a document of the initial copy rather than a change.
    pub fn is_copied(&self) -> bool {
        let Some(id) = self.resume_token() else { return false };
        elements(id).flatten().any(|element| element.name == b"copyingData" && element.value == [1])
    }

    /// The `_id` of a copied document, with its type; `None` for changes, and for documents without one (of some views).
    pub fn copied_id(&self) -> Option<RawBson> {
        if !self.is_copied() {
            return None;
        }
        let id = self.resume_token()?;
        id.get("_id").ok().flatten().map(RawBson::from)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::{RawDocumentBuf, Timestamp, oid::ObjectId, rawdoc};

    use super::Event;

    #[test]
    fn reads_what_an_update_is_routed_and_resumed_by() {
        let time = Timestamp { time: 1_700_000_000, increment: 7 };
        let raw = rawdoc! {
            "_id": { "_data": "8263" }, "operationType": "update", "clusterTime": time,
            "fullDocument": { "a": 1 }, "ns": { "db": "jee", "coll": "patients" }, "documentKey": { "_id": 5 },
        };

        let event = Event::read(&raw).unwrap();

        assert_eq!(event.operation_type().as_deref(), Some("update"));
        assert_eq!(event.place(), "jee.patients");
        assert_eq!(event.cluster_time(), Some(time));
        assert_eq!(event.resume_token(), Some(&*rawdoc! { "_data": "8263" }));
        assert_eq!(event.document_key(), Some(&*rawdoc! { "_id": 5 }));
        assert_eq!(event.full_document(), Some(&*rawdoc! { "a": 1 }));
        assert!(!event.is_copied());
        assert_eq!(event.copied_id(), None);
    }

    #[test]
    fn a_document_id_named_like_the_marker_does_not_make_a_copy() {
        let raw = rawdoc! { "_id": { "_data": "8263" }, "documentKey": { "_id": { "copyingData": true } } };

        assert!(!Event::read(&raw).unwrap().is_copied());
    }

    #[test]
    fn a_copied_document_gives_back_its_id_with_its_type() {
        let id = ObjectId::new();
        let raw = rawdoc! { "_id": { "_id": id, "copyingData": true }, "operationType": "insert" };

        assert_eq!(Event::read(&raw).unwrap().copied_id(), Some(bson::RawBson::ObjectId(id)));
    }

    #[test]
    fn the_first_of_two_equal_fields_counts() {
        let raw = rawdoc! { "ns": { "db": "first" }, "ns": { "db": "second" } };

        assert_eq!(Event::read(&raw).unwrap().database(), "first");
    }

    #[test]
    fn a_field_named_with_a_dot_wins_over_the_namespace() {
        let raw = rawdoc! { "ns": { "db": "jee", "coll": "a" }, "ns.coll": "b" };

        assert_eq!(Event::read(&raw).unwrap().place(), "jee.b");
    }

    #[test]
    fn a_broken_top_level_is_an_error() {
        let mut bytes = rawdoc! { "operationType": "insert" }.into_bytes();
        bytes[4] = 0x42;
        let raw = RawDocumentBuf::from_bytes(bytes).unwrap();

        assert_eq!(Event::read(&raw).unwrap_err().reason, "a type is unknown");
    }
}
