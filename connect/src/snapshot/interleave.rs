//! What a copy may still publish of the documents it has read, after what the stream has shown meanwhile.
//!
//! A chunk of documents is read between two moments of the stream: L, up to which the stream had been published when the chunk
//! was opened, and H, the server's time when the chunk had been read. Once the stream has been published up to H, a document that
//! no change since L concerns is as it was at H: it may follow the changes up to H and precede all later ones. Of a document that
//! a change concerns, the change itself has told the consumer, unless it told only what was updated: then the document is read
//! once more, while the stream stands still. So no older state follows a newer one, and nothing is lost.
//!
//! Called by the source over MongoDB. Knows neither the driver nor the order in which chunks are read.

use std::collections::{BTreeMap, HashMap, VecDeque};

use bson::{RawBson, RawBsonRef, RawDocument, RawDocumentBuf};

use crate::mongo::Event;
use crate::position::Namespace;

/// Something of the stream that concerns documents which a chunk may hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Touch {
    /// A change of one document.
    Document {
        /// Its collection.
        namespace: Namespace,
        /// Its `_id`, type and bytes as stored.
        id: RawBson,
        /// The event tells the whole document, or that it is gone.
        is_whole: bool,
    },
    /// All documents of a collection are gone: it was dropped, or has another name.
    Collection(Namespace),
    /// All documents of a database are gone.
    Database(String),
}

/// What becomes of a document that a chunk holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No change concerns it: it is published.
    Publish,
    /// The stream has told of it: it is left out.
    LeaveOut,
    /// The stream has told a part of it: it is read again, before the stream goes on, and published as it is then.
    ReadAgain,
}

/// An open chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chunk(u64);

/// The changes that open chunks have to know of. Empty while none is open.
#[derive(Debug, Default)]
pub struct Interleave {
    /// Counts touches and chunks: what is later is larger.
    clock: u64,
    /// Open chunks, oldest first.
    open: BTreeMap<Chunk, ()>,
    touched: HashMap<Vec<u8>, Touched>,
    /// Keys of `touched` in the order of the touches, to forget those that no open chunk needs.
    order: VecDeque<(u64, Vec<u8>)>,
    gone: VecDeque<(u64, Touch)>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Touched {
    last: u64,
    last_whole: u64,
}

impl Interleave {
    /// Opens a chunk: to be called before its first document is read.
    pub fn open(&mut self) -> Chunk {
        self.clock += 1;
        let chunk = Chunk(self.clock);
        self.open.insert(chunk, ());
        chunk
    }

    /// Whether anything has to be told of what the stream shows.
    pub fn is_idle(&self) -> bool {
        self.open.is_empty()
    }

    /// The stream shows a change. To be called before a chunk that was read by then is judged.
    pub fn touch(&mut self, touch: Touch) {
        if self.is_idle() {
            return;
        }
        self.clock += 1;
        match touch {
            Touch::Document { namespace, id, is_whole } => {
                let key = key(&namespace, id.as_raw_bson_ref());
                let touched = self.touched.entry(key.clone()).or_default();
                touched.last = self.clock;
                if is_whole {
                    touched.last_whole = self.clock;
                }
                self.order.push_back((self.clock, key));
            }
            gone => self.gone.push_back((self.clock, gone)),
        }
    }

    /// What becomes of a document of an open chunk, now that the stream has been published up to the chunk's H at least.
    pub fn judge(&self, chunk: Chunk, namespace: &Namespace, id: RawBsonRef<'_>) -> Verdict {
        let is_gone = self.gone.iter().rev().take_while(|(clock, _)| *clock > chunk.0).any(|(_, gone)| match gone {
            Touch::Collection(collection) => collection == namespace,
            Touch::Database(database) => *database == namespace.database,
            Touch::Document { .. } => false,
        });
        let touched = self.touched.get(&key(namespace, id)).copied().unwrap_or_default();
        if is_gone || touched.last_whole > chunk.0 {
            Verdict::LeaveOut
        } else if touched.last > chunk.0 {
            Verdict::ReadAgain
        } else {
            Verdict::Publish
        }
    }

    /// Closes a chunk, published or given up, and forgets what no other needs.
    pub fn close(&mut self, chunk: Chunk) {
        self.open.remove(&chunk);
        let oldest = self.open.keys().next().map_or(u64::MAX, |chunk| chunk.0);
        while let Some((clock, key)) = self.order.pop_front_if(|(clock, _)| *clock < oldest) {
            if self.touched.get(&key).is_some_and(|touched| touched.last <= clock) {
                self.touched.remove(&key);
            }
        }
        while self.gone.pop_front_if(|(clock, _)| *clock < oldest).is_some() {}
    }

    /// Changes that are remembered.
    pub fn remembered(&self) -> usize {
        self.order.len() + self.gone.len()
    }
}

/// What an event of the stream means for chunks; `None` for one that concerns no document.
pub fn touch_of(event: &RawDocument) -> Option<Touch> {
    let event = Event::read(event).ok()?;
    let operation = event.operation_type()?;
    let namespace =
        || Namespace { database: event.database().into_owned(), collection: event.collection().into_owned() };
    match &*operation {
        "insert" | "update" | "replace" | "delete" => {
            let id = event.document_key()?.get("_id").ok().flatten().map(RawBson::from)?;
            let is_whole = operation == "delete" || event.full_document().is_some();
            Some(Touch::Document { namespace: namespace(), id, is_whole })
        }
        "drop" | "rename" => Some(Touch::Collection(namespace())),
        "dropDatabase" => Some(Touch::Database(event.database().into_owned())),
        _ => None,
    }
}

/// Names, type and bytes: an `_id` is compared as it is stored.
fn key(namespace: &Namespace, id: RawBsonRef<'_>) -> Vec<u8> {
    let mut document = RawDocumentBuf::new();
    document.append(bson::raw::cstr!(""), id);
    let mut key = document.into_bytes();
    key.extend_from_slice(namespace.database.as_bytes());
    key.push(0);
    key.extend_from_slice(namespace.collection.as_bytes());
    key
}

#[cfg(test)]
mod tests;
