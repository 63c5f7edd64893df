//! Large events that the server has split (`$changeStreamSplitLargeEvent`), joined again before anything else sees them.
//!
//! A fragment is an event of its own, with a token of its own and some of the fields: `{_id, splitEvent: {fragment, of}, …}`. The
//! joined event has all fields in the order in which a server sends them whole, and the token of the last fragment, behind which
//! a stream goes on. Called by the reader of the stream. Must not know where events come from.

use bson::raw::RawDocument;
use bytes::Bytes;

use crate::json::reader::{Element, Unreadable, elements, finished, push_element};

/// The fields of an event in the server's order. The server splits by size, so their order is lost; others come behind these.
const ORDER: &[&[u8]] = &[
    b"_id",
    b"operationType",
    b"clusterTime",
    b"collectionUUID",
    b"wallTime",
    b"txnNumber",
    b"lsid",
    b"fullDocument",
    b"ns",
    b"nsType",
    b"to",
    b"documentKey",
    b"operationDescription",
    b"updateDescription",
    b"fullDocumentBeforeChange",
];

/// Why fragments make no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FragmentFault {
    /// A fragment is malformed.
    #[error("A fragment of a change event cannot be read")]
    Unreadable(#[source] Unreadable),
    /// Fragments are missing.
    #[error("Fragment {found} of a change event came where fragment {expected} was expected")]
    OutOfOrder {
        /// The number of the one that came.
        found: i64,
        /// The number of the one that was expected.
        expected: i64,
    },
}

impl From<Unreadable> for FragmentFault {
    fn from(error: Unreadable) -> Self {
        Self::Unreadable(error)
    }
}

/// Joins the fragments of one stream.
#[derive(Debug, Default)]
pub struct FragmentJoiner {
    parts: Vec<Bytes>,
}

impl FragmentJoiner {
    /// Takes the next document of the stream; gives back a whole event, or `None` while fragments are missing.
    ///
    /// # Errors
    /// The fragments do not fit together.
    pub fn add(&mut self, document: Bytes) -> Result<Option<Bytes>, FragmentFault> {
        let raw = RawDocument::from_bytes(&document)
            .map_err(|_| Unreadable { offset: 0, reason: "a fragment is no document" })?;
        let Some((number, count)) = split_event(raw)? else {
            return match self.parts.len() {
                0 => Ok(Some(document)),
                parts => Err(FragmentFault::OutOfOrder { found: 1, expected: parts as i64 + 1 }),
            };
        };
        let expected = self.parts.len() as i64 + 1;
        if number != expected {
            return Err(FragmentFault::OutOfOrder { found: number, expected });
        }
        self.parts.push(document);
        if number < count {
            return Ok(None);
        }
        joined(&std::mem::take(&mut self.parts)).map(Some)
    }

    /// Some fragments of an event have come, and others are still to come: no token in between is a place to go on from.
    pub fn is_waiting(&self) -> bool {
        !self.parts.is_empty()
    }
}

/// Number and count of a fragment; `None` for a whole event.
fn split_event(event: &RawDocument) -> Result<Option<(i64, i64)>, FragmentFault> {
    for element in elements(event) {
        let element = element?;
        if element.name == b"splitEvent" {
            let number = |name| {
                let value = element.document()?.get(name).ok()??;
                value.as_i32().map(i64::from).or_else(|| value.as_i64())
            };
            return Ok(number("fragment").zip(number("of")));
        }
    }
    Ok(None)
}

fn joined(parts: &[Bytes]) -> Result<Bytes, FragmentFault> {
    let mut fields: Vec<Element<'_>> = Vec::new();
    for part in parts {
        let raw =
            RawDocument::from_bytes(part).map_err(|_| Unreadable { offset: 0, reason: "a fragment is no document" })?;
        for element in elements(raw) {
            let element = element?;
            match element.name {
                b"splitEvent" => {}
                // Each fragment has one; the last counts.
                b"_id" => match fields.iter_mut().find(|field| field.name == b"_id") {
                    Some(id) => *id = element,
                    None => fields.push(element),
                },
                _ => fields.push(element),
            }
        }
    }
    let place = |field: &Element<'_>| ORDER.iter().position(|name| *name == field.name).unwrap_or(ORDER.len());
    fields.sort_by_key(place);
    let mut bytes = vec![0; 4];
    for field in fields {
        push_element(&mut bytes, field.tag, &String::from_utf8_lossy(field.name), field.value);
    }
    bytes.push(0);
    let size = i32::try_from(bytes.len()).map_err(|_| Unreadable { offset: 0, reason: "an event exceeds 2 GiB" })?;
    bytes[..4].copy_from_slice(&size.to_le_bytes());
    Ok(Bytes::from(finished(bytes)?.into_bytes()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::{Document, RawDocumentBuf, doc, rawdoc};

    use super::*;

    fn bytes(document: RawDocumentBuf) -> Bytes {
        Bytes::from(document.into_bytes())
    }

    fn fragment(number: i32, of: i32) -> Bytes {
        bytes(
            rawdoc! { "_id": { "_data": number }, "splitEvent": { "fragment": number, "of": of }, "wallTime": number },
        )
    }

    #[test]
    fn a_whole_event_passes_untouched() {
        let event = bytes(rawdoc! { "_id": { "_data": "82" }, "operationType": "insert" });
        let mut joiner = FragmentJoiner::default();

        assert_eq!(joiner.add(event.clone()).unwrap(), Some(event));
        assert!(!joiner.is_waiting());
    }

    #[test]
    fn fragments_become_one_event_with_the_last_token_and_the_servers_order() {
        let mut joiner = FragmentJoiner::default();
        let first = rawdoc! {
            "_id": { "_data": "1" }, "splitEvent": { "fragment": 1, "of": 3 }, "operationType": "update",
            "documentKey": { "_id": 7 }, "ns": { "db": "jee", "coll": "patients" },
        };
        let second = rawdoc! {
            "_id": { "_data": "2" }, "splitEvent": { "fragment": 2, "of": 3 }, "fullDocumentBeforeChange": { "a": 1 },
        };
        let third = rawdoc! {
            "_id": { "_data": "3" }, "splitEvent": { "fragment": 3, "of": 3 }, "extra": 1, "fullDocument": { "a": 2 },
        };

        assert_eq!(joiner.add(bytes(first)).unwrap(), None);
        assert_eq!(joiner.add(bytes(second)).unwrap(), None);
        assert!(joiner.is_waiting());
        let event = joiner.add(bytes(third)).unwrap().unwrap();

        let event = Document::try_from(RawDocument::from_bytes(&event).unwrap()).unwrap();
        let expected = doc! {
            "_id": { "_data": "3" }, "operationType": "update", "fullDocument": { "a": 2 },
            "ns": { "db": "jee", "coll": "patients" }, "documentKey": { "_id": 7 },
            "fullDocumentBeforeChange": { "a": 1 }, "extra": 1,
        };
        assert_eq!(event, expected);
        assert_eq!(event.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
        assert!(!joiner.is_waiting());
    }

    #[test]
    fn a_missing_fragment_is_told() {
        let fault = |found, expected| Err(FragmentFault::OutOfOrder { found, expected });
        let mut joiner = FragmentJoiner::default();

        assert_eq!(joiner.add(fragment(2, 2)), fault(2, 1));
        joiner.add(fragment(1, 3)).unwrap();
        assert_eq!(joiner.add(fragment(3, 3)), fault(3, 2));
        assert_eq!(joiner.add(bytes(rawdoc! { "_id": { "_data": "9" } })), fault(1, 2));
    }
}
