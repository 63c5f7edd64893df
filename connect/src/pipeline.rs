//! The loop that carries events from a source to a sink and commits only what is durable, generic over its three ports.
//!
//! Words used here and everywhere: an event is *read* (it left the source), *accepted* (the sink has queued its record),
//! *durable* (the sink has confirmed it), *committed* (the position store has it). Only a contiguous durable prefix is ever
//! committed. `server` implements the ports over the MongoDB driver, librdkafka and Postgres; [`crate::testing`] implements
//! them in memory.

use std::future::Future;

use bson::RawDocumentBuf;

use crate::error::Error;
use crate::position::{Mark, Position};
use crate::record::ProducerRecord;

/// One step of the source: what to publish, if anything, and what it does to the position.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceEvent {
    /// The change event (or a copied document in the form of an insert event, `connector.md` §3.3), or `None` when only the
    /// position moves: the end of a collection's copy, an idle stream's token.
    pub document: Option<RawDocumentBuf>,
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

/// Identifies an accepted record until its delivery is known; strictly increasing in source order within one attempt.
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
    pub outcome: Result<(), Error>,
}

/// Where records go.
pub trait Sink: Send {
    /// Queues a record. Called from one place, in source order; must keep that order per topic partition, through every
    /// retry. Never blocks for the network.
    ///
    /// # Errors
    /// A record that can never be accepted: too large, or an unusable topic.
    fn send(&mut self, record: ProducerRecord, ticket: Ticket) -> Result<Accepted, Error>;

    /// Makes sure the topic exists before the first record for it is sent, creating it as configured.
    ///
    /// # Errors
    /// `TopicUnusable`, `SinkPermission`, `SinkUnavailable`.
    fn ensure_topic(&mut self, topic: &str) -> impl Future<Output = Result<(), Error>> + Send;

    /// The next deliveries, at least one, in any order. Pending while nothing is in flight. Cancel safe.
    fn deliveries(&mut self) -> impl Future<Output = Vec<Delivery>> + Send;

    /// Ends the sink: waits for what is in flight up to a deadline of its own, then lets go of the producer.
    fn close(self) -> impl Future<Output = ()> + Send;
}

/// Where positions are kept.
pub trait OffsetStore: Send {
    /// The committed position, or `None` when the task never committed one.
    ///
    /// # Errors
    /// `StoreUnavailable`, or `PositionLost` when what is stored cannot be understood.
    fn load(&mut self) -> impl Future<Output = Result<Option<Position>, Error>> + Send;

    /// Commits a position. All or nothing; called with ever later positions.
    ///
    /// # Errors
    /// `LeaseLost` when another epoch owns the task (nothing was written), `StoreUnavailable` when it is not known.
    fn commit(&mut self, position: &Position) -> impl Future<Output = Result<(), Error>> + Send;
}
