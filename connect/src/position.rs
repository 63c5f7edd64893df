//! Where a task stands, as it is made durable: how far the copy has come, then the resume token of the stream.
//!
//! The pipeline applies a [`Mark`] for every event that has become durable and hands the result to the offset store. The
//! stored form is the JSON of [`Position`]; `_id` values and tokens are kept as BSON bytes (base64) so that types survive
//! exactly. Nothing here is guessed: a position that cannot be read is an error, never "start from now".

use bson::{RawBson, RawDocumentBuf, Timestamp};
use serde::{Deserialize, Serialize};

/// `database.collection`, as MongoDB names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Namespace {
    /// Database name.
    pub database: String,
    /// Collection name.
    pub collection: String,
}

impl std::fmt::Display for Namespace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}.{}", self.database, self.collection)
    }
}

/// A change stream's resume token: an opaque document, kept as the server sent it.
#[derive(Debug, Clone, PartialEq)]
pub struct ResumeToken(RawDocumentBuf);

/// Whether a token belongs to an event or is the server's high-water mark after a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// The `_id` of an event that was delivered.
    Event,
    /// A post-batch resume token: everything before it has been seen, nothing is in flight.
    PostBatch,
}

/// A point from which a stream can go on.
#[derive(Debug, Clone, PartialEq)]
pub struct ResumePoint {
    /// The token to hand to `startAfter`.
    pub token: ResumeToken,
    /// The event's `clusterTime`, or the time inside the token, where known.
    pub cluster_time: Option<Timestamp>,
    /// What the token is.
    pub kind: TokenKind,
}

/// How far one collection has been copied.
#[derive(Debug, Clone, PartialEq)]
pub struct NamespaceCopy {
    /// The collection.
    pub namespace: Namespace,
    /// `_id` of the last document whose record is durable; `None` before the first.
    pub last_id: Option<RawBson>,
    /// Documents whose records are durable.
    pub copied_documents: u64,
    /// The server's estimate when the copy began, for progress only.
    pub estimated_documents: Option<u64>,
    /// Every document of it has been copied.
    pub is_done: bool,
}

/// What a task does next when it starts from a position.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// Copying; the stream will begin at `start`, which was taken before the first document was read.
    Copy {
        /// Where the stream begins once every namespace is done.
        start: ResumePoint,
        /// One entry a collection, in the order of copying.
        namespaces: Vec<NamespaceCopy>,
    },
    /// Following the change stream.
    Stream {
        /// Where to go on.
        resume: ResumePoint,
    },
}

/// A task's durable position.
#[derive(Debug, Clone, PartialEq)]
pub struct Position {
    /// Copying or streaming, and how far.
    pub phase: Phase,
    /// Hash of what selects events (scope, pipeline): a token is only good under the selection it was taken with.
    pub selection_hash: String,
}

/// What becomes true of the position once an event is durable.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A document of the copy, by index into the copy's namespaces.
    Copied {
        /// Index into [`Phase::Copy`]'s namespaces.
        namespace_index: usize,
        /// The document's `_id`.
        id: RawBson,
    },
    /// A collection is copied to its end.
    NamespaceFinished {
        /// Index into [`Phase::Copy`]'s namespaces.
        namespace_index: usize,
    },
    /// The whole copy is done: the phase becomes `Stream` at the copy's start point.
    CopyFinished,
    /// A change event, or an idle stream's post-batch token.
    Streamed(ResumePoint),
}
