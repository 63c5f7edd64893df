//! The loop that carries events from a source to a sink and commits only what is durable, generic over its ports.
//!
//! Words used here and everywhere: an event is *read* (it left the source), *accepted* (the sink has queued its record),
//! *durable* (the sink has confirmed it), *committed* (the position store has it). Only a contiguous durable prefix is ever
//! committed. `server` implements the ports over the MongoDB driver, librdkafka and Postgres; [`crate::testing`] implements
//! them in memory.
//!
//! The loop itself is [`run`]; when a position is committed is decided in `commits.rs`. Whether a position is committed beside
//! the records (at least once) or in one transaction with them (exactly once) is a type, [`Coupling`], that sink and store must
//! agree on: a transactional sink with a store of its own does not compile.

mod boundary;
mod commits;
mod coupling;
mod encode;
mod letters;
mod run;
mod settings;

use std::future::Future;

use bson::{RawDocument, Timestamp};
use bytes::Bytes;

pub use boundary::TransactionLimits;
pub use coupling::{Atomic, Coupling, Separate};
pub use encode::{Encode, LetterContent};
pub use run::{Ports, run};
pub use settings::Settings;

use crate::error::{Error, ErrorKind};
use crate::position::{Mark, NamespaceCopy, Position};
use crate::record::ProducerRecord;

/// What a document of the source stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    /// A change event, or a copied document in the form of one.
    Change,
    /// A sign of life of an idle stream; the document is the resume token.
    Heartbeat,
    /// An event that the server cannot deliver in one piece; the document holds what is known of it: `_id`, `operationType`,
    /// `clusterTime`, `ns`, `documentKey`.
    TooLarge,
}

/// A raw document that shares the memory of the reply it came in: cloning and dropping it copies nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventDocument {
    bytes: Bytes,
    kind: EventKind,
}

impl EventDocument {
    /// A change event from its bytes; whether they are BSON shows when it is read.
    pub fn new(bytes: Bytes) -> Self {
        Self { bytes, kind: EventKind::Change }
    }

    /// A heartbeat with a resume token.
    pub fn heartbeat(token: &RawDocument) -> Self {
        Self { bytes: Bytes::copy_from_slice(token.as_bytes()), kind: EventKind::Heartbeat }
    }

    /// What is known of an event that is too large to be delivered.
    pub fn too_large(known: Bytes) -> Self {
        Self { bytes: known, kind: EventKind::TooLarge }
    }

    /// What it stands for.
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// The document.
    ///
    /// # Errors
    /// `Conversion` when the bytes are no BSON document.
    pub fn raw(&self) -> Result<&RawDocument, Error> {
        RawDocument::from_bytes(&self.bytes)
            .map_err(|error| Error::caused(ErrorKind::Conversion, "An event is not a BSON document", error))
    }

    /// Its bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// Its size.
    pub fn size_bytes(&self) -> usize {
        self.bytes.len()
    }
}

/// One step of the source: what to publish, if anything, and what it does to the position.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceEvent {
    /// The change event (or a copied document in the form of an insert event), or `None` when only the
    /// position moves: the end of a collection's copy, an idle stream's token.
    pub document: Option<EventDocument>,
    /// What becomes true of the position once this event, and all before it, is durable.
    pub mark: Mark,
}

/// Events in source order, read together.
#[derive(Debug, Default)]
pub struct SourceBatch {
    /// The events, oldest first; may be empty.
    pub events: Vec<SourceEvent>,
    /// Bytes of their documents: what the read-ahead budget counts.
    pub size_bytes: usize,
}

/// Where events come from.
///
/// The implementation over MongoDB reads in a task of its own, because a driver's future must never be dropped half-way;
/// this side is a channel.
pub trait Source: Send {
    /// The next batch, in order; `None` when the source was told to stop and has nothing more.
    ///
    /// Cancel safe: dropping the future loses nothing. After an error the source is finished; a new one is opened from the
    /// committed position.
    fn next_batch(&mut self) -> impl Future<Output = Result<Option<SourceBatch>, Error>> + Send;
}

/// Identifies an accepted record until its delivery is known; strictly increasing in source order within one attempt. The dead
/// letter of a record whose delivery failed goes under the same ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What `Sink::send` says.
#[derive(Debug)]
pub enum Accepted {
    /// The record is queued; its delivery will be reported under the ticket.
    Queued,
    /// The queue is full: wait for a delivery, then send the same record again. Nothing was queued.
    Full(ProducerRecord),
}

/// The outcome of one accepted record.
#[derive(Debug)]
pub struct Delivery {
    /// The ticket that `send` was given.
    pub ticket: Ticket,
    /// `Ok` once the broker has it durably; an error is final for this attempt (the producer's own retries are spent).
    ///
    /// An error of a kind whose policy is `Poison` speaks of this record alone and is tolerated under `errors.tolerance=all`, so a
    /// sink must not say so of records that merely travelled with a bad one. Any other error ends the attempt.
    pub outcome: Result<(), Error>,
}

/// Where records go.
pub trait Sink: Send {
    /// How positions are committed with this sink. Under [`Atomic`] nothing is sent while a commit is under way, a commit begins
    /// only when everything accepted is durable, and topics are made sure of between transactions.
    type Coupling: Coupling;

    /// Queues a record. Called from one place, in source order; must keep that order per topic partition, through every
    /// retry. Never blocks for the network.
    ///
    /// # Errors
    /// A record that can never be accepted: too large, or an unusable topic.
    fn send(&mut self, record: ProducerRecord, ticket: Ticket) -> Result<Accepted, Error>;

    /// Makes sure the topic exists before the first record for it is sent, creating it as configured. Cancel safe: a dropped
    /// call may or may not have created it.
    ///
    /// # Errors
    /// `TopicUnusable`, `SinkPermission`, `SinkUnavailable`.
    fn ensure_topic(&mut self, topic: &str) -> impl Future<Output = Result<(), Error>> + Send;

    /// The next deliveries, at least one, in any order. Pending while nothing is in flight. Cancel safe.
    fn deliveries(&mut self) -> impl Future<Output = Vec<Delivery>> + Send;

    /// Ends the sink after everything accepted has been delivered. Dropping the sink instead discards what is still queued, which
    /// is what happens after a failed delivery: nothing behind it may reach the topic any more.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// Where positions are kept.
pub trait OffsetStore: Send + Sync {
    /// Whether a commit covers the records as well.
    type Coupling: Coupling;

    /// The committed position, or `None` when the task never committed one.
    ///
    /// # Errors
    /// `StoreUnavailable`, or `PositionLost` when what is stored cannot be understood.
    fn load(&self) -> impl Future<Output = Result<Option<Position>, Error>> + Send;

    /// Commits a position. All or nothing; called with ever later positions, one call at a time.
    ///
    /// # Errors
    /// `LeaseLost` when another epoch owns the task (nothing was written), `StoreUnavailable` when it is not known whether it
    /// was written. Under [`Atomic`] every error ends the attempt: the transaction did not happen, or the next attempt finds out.
    fn commit(&self, position: Position) -> impl Future<Output = Result<(), Error>> + Send;
}

/// Who is told what happens. Called from the loop, so it must not wait; every method does nothing unless implemented.
pub trait Observer: Send + Sync {
    /// Events were read.
    fn read(&self, _events: usize) {}

    /// The first record for a topic is about to be sent.
    fn topic_ready(&self, _topic: &str) {}

    /// Records accepted and not yet durable, now.
    fn in_flight(&self, _records: usize) {}

    /// Records have become durable.
    fn durable(&self, _records: u64, _bytes: u64) {}

    /// An event made no record: filtered, or a tolerated error.
    fn skipped(&self, _error: Option<&Error>) {}

    /// A tolerated error: a dead letter takes the record's place.
    fn set_aside(&self, _error: &Error) {}

    /// Dead letters have become durable; they count among the durable records as well.
    fn dead_letters(&self, _records: u64) {}

    /// The durable position has moved; it is not committed yet.
    fn advanced(&self, _position: &Position) {}

    /// Every document of the copy is durable; how far each collection came.
    fn copy_finished(&self, _namespaces: &[NamespaceCopy]) {}

    /// A position has been committed; with the cluster time it covers, where known.
    fn committed(&self, _cluster_time: Option<Timestamp>) {}

    /// The store could not be reached: the stream goes on for a while with positions in memory.
    fn store_away(&self, _error: &Error) {}

    /// The store can be reached again.
    fn store_back(&self) {}
}

#[cfg(test)]
mod tests;
