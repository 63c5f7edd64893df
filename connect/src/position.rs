//! Where a task stands, as it is made durable: how far the copy has come, then the resume token of the stream.
//!
//! The pipeline applies a [`Mark`] for every event that has become durable and hands the result to the offset store. The
//! stored form is the JSON of [`Position::to_json`]; `_id` values and tokens are kept as BSON bytes (base64) so that types
//! survive exactly. Nothing here is guessed: a position that cannot be read is an error, never "start from now".

mod beginning;
mod copied;
mod offset;
mod offset_record;
mod selection;
mod stored;
mod token;

use bson::{RawBson, Timestamp};
use serde::{Deserialize, Serialize};

pub use beginning::{Beginning, StreamStart, begin};
pub use copied::{NamespaceCopy, RangeCopy};
pub use offset_record::{KeptPosition, OfficialOffset, Reached, StoredOffset, offset_key, read_offset_key};
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

/// What became of an earlier place in the stream, as far as it still matters. The first event behind it ends it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recovery {
    /// Events up to this token have been published already, under another selection or before the place was lost: they are left
    /// out.
    pub covered: Option<ResumeToken>,
    /// How often in a row a lost place led here, without an event in between.
    pub count: u32,
    /// MongoDB has said of this place that it cannot be resumed.
    pub is_lost: bool,
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
    /// What has to be known of an earlier place.
    pub recovery: Recovery,
}

impl ResumePoint {
    /// The point after an event: its token, and its `clusterTime` or else the time inside the token.
    pub fn event(token: ResumeToken, cluster_time: Option<Timestamp>) -> Self {
        let cluster_time = cluster_time.or_else(|| token.time());
        Self { token, cluster_time, kind: TokenKind::Event, recovery: Recovery::default() }
    }

    /// The point after everything a batch has seen.
    pub fn post_batch(token: ResumeToken) -> Self {
        let cluster_time = token.time();
        Self { token, cluster_time, kind: TokenKind::PostBatch, recovery: Recovery::default() }
    }

    /// The newest event that has been published, as far as it lies ahead: what has to be left out when the stream is opened
    /// somewhere before this point.
    pub fn published(&self) -> &ResumeToken {
        self.recovery.covered.as_ref().unwrap_or(&self.token)
    }
}

/// What a task does next when it starts from a position.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// Copying; the stream begins at `start`, which was taken before the first document was read, or has moved on since where
    /// the stream is followed meanwhile.
    Copy {
        /// Where the stream goes on: once every namespace is done, or between the chunks of the copy.
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
            Mark::Streamed(resume) => match &mut self.phase {
                // The stream is read while the copy is made: its place moves, and the copy goes on.
                Phase::Copy { start, .. } => *start = resume,
                Phase::Stream { resume: place } => *place = resume,
            },
            Mark::CopyFinished => {
                if let Phase::Copy { start, .. } = &self.phase {
                    self.phase = Phase::Stream { resume: start.clone() };
                }
            }
            Mark::Copied { namespace_index, range_index, id } => {
                self.in_copy(namespace_index, |copy| copy.add(range_index, id));
            }
            Mark::NamespaceSplit { namespace_index, bounds } => {
                self.in_copy(namespace_index, |copy| copy.split(bounds));
            }
            Mark::RangeFinished { namespace_index, range_index } => {
                self.in_copy(namespace_index, |copy| copy.finish_range(range_index));
            }
            Mark::NamespaceFinished { namespace_index } => self.in_copy(namespace_index, NamespaceCopy::finish),
            Mark::NamespaceRestarted { namespace_index } => self.in_copy(namespace_index, NamespaceCopy::start_over),
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
        /// Index into the collection's ranges; 0 where it is copied as a whole.
        range_index: usize,
        /// The document's `_id`, where the copy can go on behind it.
        id: Option<RawBson>,
    },
    /// A collection of which nothing is copied yet will be copied in ranges, side by side.
    NamespaceSplit {
        /// Index into [`Phase::Copy`]'s namespaces.
        namespace_index: usize,
        /// `_id` of the last document of every range but the last, in `_id` order.
        bounds: Vec<RawBson>,
    },
    /// A range is copied to its end.
    RangeFinished {
        /// Index into [`Phase::Copy`]'s namespaces.
        namespace_index: usize,
        /// Index into the collection's ranges.
        range_index: usize,
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
