//! Where a task stands, as it is made durable: how far the copy has come, then the resume token of the stream.
//!
//! The pipeline applies a [`Mark`] for every event that has become durable and hands the result to the offset store. The
//! stored form is the JSON of [`Position::to_json`]; `_id` values and tokens are kept as BSON bytes (base64) so that types
//! survive exactly. Nothing here is guessed: a position that cannot be read is an error, never "start from now".

mod beginning;
mod offset;
mod selection;
mod stored;
mod token;

use bson::{RawBson, Timestamp};
use serde::{Deserialize, Serialize};

pub use beginning::{Beginning, StreamStart, begin};
pub use selection::Selection;
pub use token::ResumeToken;

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

impl ResumePoint {
    /// The point after an event: its token, and its `clusterTime` or else the time inside the token.
    pub fn event(token: ResumeToken, cluster_time: Option<Timestamp>) -> Self {
        let cluster_time = cluster_time.or_else(|| token.time());
        Self { token, cluster_time, kind: TokenKind::Event }
    }

    /// The point after everything a batch has seen.
    pub fn post_batch(token: ResumeToken) -> Self {
        let cluster_time = token.time();
        Self { token, cluster_time, kind: TokenKind::PostBatch }
    }
}

/// How far one collection has been copied.
#[derive(Debug, Clone, PartialEq)]
pub struct NamespaceCopy {
    /// The collection.
    pub namespace: Namespace,
    /// `_id` of the last document whose record is durable: the copy goes on behind it. `None` before the first, and for a copy
    /// that cannot go on in the middle (its pipeline does not keep `_id` order) and so starts the collection again.
    pub last_id: Option<RawBson>,
    /// Documents whose records are durable.
    pub copied_documents: u64,
    /// The server's estimate when the copy began, for progress only.
    pub estimated_documents: Option<u64>,
    /// Every document of it has been copied.
    pub is_done: bool,
}

impl NamespaceCopy {
    /// A collection of which nothing has been copied.
    pub fn untouched(namespace: Namespace, estimated_documents: Option<u64>) -> Self {
        Self { namespace, last_id: None, copied_documents: 0, estimated_documents, is_done: false }
    }
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
    /// What selected the events: a token is only good under the selection it was taken with.
    pub selection: Selection,
}

impl Position {
    /// Makes one more event part of the position. Marks are applied in source order.
    ///
    /// A mark of the copy changes nothing once the position streams: the copy is over for good.
    pub fn apply(&mut self, mark: Mark) {
        match mark {
            Mark::Streamed(resume) => self.phase = Phase::Stream { resume },
            Mark::CopyFinished => {
                if let Phase::Copy { start, .. } = &self.phase {
                    self.phase = Phase::Stream { resume: start.clone() };
                }
            }
            Mark::Copied { namespace_index, id } => self.in_copy(namespace_index, |copy| {
                copy.copied_documents += 1;
                if id.is_some() {
                    copy.last_id = id;
                }
            }),
            Mark::NamespaceFinished { namespace_index } => self.in_copy(namespace_index, |copy| copy.is_done = true),
            Mark::NamespaceRestarted { namespace_index } => self.in_copy(namespace_index, |copy| {
                copy.last_id = None;
                copy.copied_documents = 0;
                copy.is_done = false;
            }),
        }
    }

    fn in_copy(&mut self, namespace_index: usize, change: impl FnOnce(&mut NamespaceCopy)) {
        if let Phase::Copy { namespaces, .. } = &mut self.phase
            && let Some(copy) = namespaces.get_mut(namespace_index)
        {
            change(copy);
        }
    }

    /// The cluster time up to which changes are covered: that of the resume token, or of the copy's start.
    pub fn cluster_time(&self) -> Option<Timestamp> {
        match &self.phase {
            Phase::Copy { start, .. } => start.cluster_time,
            Phase::Stream { resume } => resume.cluster_time,
        }
    }
}

/// What becomes true of the position once an event is durable.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// A document of the copy, by index into the copy's namespaces.
    Copied {
        /// Index into [`Phase::Copy`]'s namespaces.
        namespace_index: usize,
        /// The document's `_id`, where the copy can go on behind it.
        id: Option<RawBson>,
    },
    /// A collection's copy begins again from its first document.
    NamespaceRestarted {
        /// Index into [`Phase::Copy`]'s namespaces.
        namespace_index: usize,
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

#[cfg(test)]
mod tests;
