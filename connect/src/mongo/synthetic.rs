//! Change events made up from a document that exists, for showing what an insert, an update and a delete would look like in
//! Kafka before there is one.
//!
//! Used by the portal's preview, which runs them through [`super::RecordEncoder`]. The fields and their order are those of
//! MongoDB 6 and later; token and times are examples, and the key holds `_id` alone, which on a sharded collection it does
//! not. Stages of `pipeline` run in MongoDB and have no effect here.

use bson::raw::cstr;
use bson::{RawArrayBuf, RawDocument, RawDocumentBuf, Timestamp, rawdoc};

use super::copied::id_of;
use crate::json::Unreadable;
use crate::json::reader::elements;
use crate::position::Namespace;

/// Makes events about the documents of one collection, all at one moment.
#[derive(Debug, Clone)]
pub struct SyntheticEvents {
    namespace: Namespace,
    at_epoch_ms: i64,
}

impl SyntheticEvents {
    /// A maker of events that say they happened at a time, in milliseconds since 1970.
    pub fn new(namespace: Namespace, at_epoch_ms: i64) -> Self {
        Self { namespace, at_epoch_ms }
    }

    /// The insert of the document.
    ///
    /// # Errors
    /// The document is malformed or has no `_id`.
    pub fn insert(&self, document: &RawDocument) -> Result<RawDocumentBuf, Unreadable> {
        let mut event = self.begin("insert");
        event.append(cstr!("fullDocument"), document.to_owned());
        self.end(&mut event, document)?;
        Ok(event)
    }

    /// An update that sets the document's first field after `_id` to the value it has. `is_looked_up`: the stream delivers
    /// `fullDocument` with updates (`change.stream.full.document`, `publish.full.document.only`).
    ///
    /// # Errors
    /// The document is malformed or has no `_id`.
    pub fn update(&self, document: &RawDocument, is_looked_up: bool) -> Result<RawDocumentBuf, Unreadable> {
        let mut event = self.begin("update");
        if is_looked_up {
            event.append(cstr!("fullDocument"), document.to_owned());
        }
        self.end(&mut event, document)?;
        event.append(
            cstr!("updateDescription"),
            rawdoc! {
                "updatedFields": first_field(document)?,
                "removedFields": RawArrayBuf::new(),
                "truncatedArrays": RawArrayBuf::new(),
            },
        );
        Ok(event)
    }

    /// The delete of the document.
    ///
    /// # Errors
    /// The document is malformed or has no `_id`.
    pub fn delete(&self, document: &RawDocument) -> Result<RawDocumentBuf, Unreadable> {
        let mut event = self.begin("delete");
        self.end(&mut event, document)?;
        Ok(event)
    }

    /// What every event begins with.
    fn begin(&self, operation: &str) -> RawDocumentBuf {
        let seconds = u32::try_from(self.at_epoch_ms.div_euclid(1000)).unwrap_or_default();
        rawdoc! {
            "_id": { "_data": format!("82{seconds:08X}000000012B0229296E04") },
            "operationType": operation,
            "clusterTime": Timestamp { time: seconds, increment: 1 },
            "wallTime": bson::DateTime::from_millis(self.at_epoch_ms),
        }
    }

    /// `ns` and `documentKey`.
    fn end(&self, event: &mut RawDocumentBuf, document: &RawDocument) -> Result<(), Unreadable> {
        let Some(id) = id_of(document)? else {
            return Err(Unreadable { offset: 0, reason: "the document has no _id" });
        };
        event.append(cstr!("ns"), rawdoc! { "db": &*self.namespace.database, "coll": &*self.namespace.collection });
        event.append(cstr!("documentKey"), id.wrapped("_id")?);
        Ok(())
    }
}

/// A document of the first field that is not `_id`; empty if there is none.
fn first_field(document: &RawDocument) -> Result<RawDocumentBuf, Unreadable> {
    for element in elements(document) {
        let element = element?;
        if element.name != b"_id" {
            return element.wrapped(&String::from_utf8_lossy(element.name));
        }
    }
    Ok(RawDocumentBuf::new())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::{RawDocumentBuf, rawdoc};

    use super::SyntheticEvents;
    use crate::json::{Style, to_text};
    use crate::position::Namespace;

    fn events() -> SyntheticEvents {
        let namespace = Namespace { database: "jee".to_owned(), collection: "patients".to_owned() };
        SyntheticEvents::new(namespace, 1_700_000_000_500)
    }

    fn text(event: &RawDocumentBuf) -> String {
        to_text(event, Style::Default).unwrap()
    }

    const HEAD: &str = concat!(
        r#"{"_id": {"_data": "826553F100000000012B0229296E04"}, "operationType": "OP", "#,
        r#""clusterTime": {"$timestamp": {"t": 1700000000, "i": 1}}, "wallTime": {"$date": 1700000000500}, "#,
    );
    const PLACE: &str = r#""ns": {"db": "jee", "coll": "patients"}, "documentKey": {"_id": 5}"#;

    #[test]
    fn an_insert_carries_the_document_before_the_namespace() {
        let event = events().insert(&rawdoc! { "_id": 5, "a": 1 }).unwrap();

        let head = HEAD.replace("OP", "insert");
        assert_eq!(text(&event), format!(r#"{head}"fullDocument": {{"_id": 5, "a": 1}}, {PLACE}}}"#));
    }

    #[test]
    fn an_update_describes_one_field_and_carries_the_document_only_when_looked_up() {
        let document = rawdoc! { "_id": 5, "a": 1, "b": 2 };
        let tail = r#""updateDescription": {"updatedFields": {"a": 1}, "removedFields": [], "truncatedArrays": []}}"#;
        let head = HEAD.replace("OP", "update");

        let bare = events().update(&document, false).unwrap();
        let looked_up = events().update(&document, true).unwrap();

        assert_eq!(text(&bare), format!("{head}{PLACE}, {tail}"));
        assert_eq!(text(&looked_up), format!(r#"{head}"fullDocument": {{"_id": 5, "a": 1, "b": 2}}, {PLACE}, {tail}"#));
    }

    #[test]
    fn a_delete_names_the_document_only_by_its_key() {
        let event = events().delete(&rawdoc! { "a": 1, "_id": 5 }).unwrap();

        assert_eq!(text(&event), format!("{}{PLACE}}}", HEAD.replace("OP", "delete")));
    }

    #[test]
    fn a_document_without_an_id_makes_no_event() {
        assert_eq!(events().delete(&rawdoc! { "a": 1 }).unwrap_err().reason, "the document has no _id");
    }
}
