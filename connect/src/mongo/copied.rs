//! The initial copy's documents in the form of insert events, byte for byte as the official connector makes them.
//!
//! `{_id: {_id: …, copyingData: true}, operationType: "insert", documentKey: {_id: …}, fullDocument: {…}, ns: {db, coll}}`: no
//! cluster time, and `ns` last. Without stages of the user's the event is made here, from the document that was read; with
//! such stages MongoDB makes it, because they expect to see events, with `ns` in third place where it may be matched on, and
//! only its place is changed afterwards.

use bson::{Document, RawDocument, RawDocumentBuf, doc};

use crate::json::reader::{Element, Unreadable, elements, finished, length_prefix, push_element, tag};
use crate::position::Namespace;

/// A boolean true, as BSON holds it.
const TRUE: &[u8] = &[1];

/// Makes the events of one collection's copy.
#[derive(Debug, Clone)]
pub struct CopiedEvents {
    /// The element `ns` and the closing zero of the event.
    ending: Vec<u8>,
}

impl CopiedEvents {
    /// A maker for the documents of a collection.
    ///
    /// # Errors
    /// The names do not fit into BSON.
    pub fn new(namespace: &Namespace) -> Result<Self, Unreadable> {
        let fields = [("db", &namespace.database), ("coll", &namespace.collection)];
        let fields = fields.map(|(name, text)| string(text).map(|value| (tag::STRING, name, value)));
        let [database, collection] = fields;
        let mut ending = Vec::new();
        push_element(&mut ending, tag::DOCUMENT, "ns", &document(&[database?, collection?])?);
        ending.push(0);
        Ok(Self { ending })
    }

    /// The event of a document. A document without `_id` (of some views) makes an event without one.
    ///
    /// # Errors
    /// The document's top level is malformed, or the event would exceed 2 GiB.
    pub fn event(&self, copied: &RawDocument) -> Result<RawDocumentBuf, Unreadable> {
        let id = id_of(copied)?;
        let id_size = id.map_or(0, |id| 5 + id.value.len());
        let document_size = copied.as_bytes().len();
        let token_size = 5 + id_size + 14;
        let key_size = 5 + id_size;
        let size = 4 + (5 + token_size) + 26 + (13 + key_size) + (14 + document_size) + self.ending.len();

        let mut bytes = Vec::with_capacity(size);
        bytes.extend_from_slice(&length_prefix(size)?);
        push_element(&mut bytes, tag::DOCUMENT, "_id", &length_prefix(token_size)?);
        push_id(&mut bytes, id);
        push_element(&mut bytes, tag::BOOLEAN, "copyingData", TRUE);
        bytes.push(0);
        push_element(&mut bytes, tag::STRING, "operationType", b"\x07\0\0\0insert\0");
        push_element(&mut bytes, tag::DOCUMENT, "documentKey", &length_prefix(key_size)?);
        push_id(&mut bytes, id);
        bytes.push(0);
        push_element(&mut bytes, tag::DOCUMENT, "fullDocument", copied.as_bytes());
        bytes.extend_from_slice(&self.ending);
        finished(bytes)
    }
}

/// The stages after which MongoDB yields events: the copy's own stages on raw documents, the change into events, then the
/// stages of the stream. Pass each result through [`with_namespace_last`].
pub fn copy_stages(namespace: &Namespace, copy_pipeline: &[Document], stream_pipeline: &[Document]) -> Vec<Document> {
    let event = doc! {
        "$replaceRoot": { "newRoot": {
            "_id": { "_id": "$_id", "copyingData": true },
            "operationType": "insert",
            // Literals, so that no name is ever taken for an expression.
            "ns": { "db": { "$literal": &namespace.database }, "coll": { "$literal": &namespace.collection } },
            "documentKey": { "_id": "$_id" },
            "fullDocument": "$$ROOT",
        } }
    };
    copy_pipeline.iter().cloned().chain([event]).chain(stream_pipeline.iter().cloned()).collect()
}

/// Moves `ns` behind all other fields, in place; an event without it stays as it is.
///
/// # Errors
/// The event's top level is malformed.
pub fn with_namespace_last(event: RawDocumentBuf) -> Result<RawDocumentBuf, Unreadable> {
    let mut range = None;
    for element in elements(&event) {
        let element = element?;
        if element.name == b"ns" && range.is_none() {
            range = Some((element.offset, 1 + element.name.len() + 1 + element.value.len()));
        }
    }
    let Some((start, size)) = range else { return Ok(event) };
    let mut bytes = event.into_bytes();
    let end = bytes.len() - 1;
    bytes[start..end].rotate_left(size);
    finished(bytes)
}

/// The `_id` of a document.
pub(super) fn id_of(document: &RawDocument) -> Result<Option<Element<'_>>, Unreadable> {
    for element in elements(document) {
        let element = element?;
        if element.name == b"_id" {
            return Ok(Some(element));
        }
    }
    Ok(None)
}

fn push_id(bytes: &mut Vec<u8>, id: Option<Element<'_>>) {
    if let Some(id) = id {
        push_element(bytes, id.tag, "_id", id.value);
    }
}

/// The value bytes of a string.
fn string(text: &str) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = length_prefix(text.len() + 1)?.to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(0);
    Ok(bytes)
}

/// The value bytes of a document of these elements.
fn document(fields: &[(u8, &str, Vec<u8>)]) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = vec![0; 4];
    for (tag, name, value) in fields {
        push_element(&mut bytes, *tag, name, value);
    }
    bytes.push(0);
    let prefix = length_prefix(bytes.len())?;
    bytes[..4].copy_from_slice(&prefix);
    Ok(bytes)
}

#[cfg(test)]
mod tests;
