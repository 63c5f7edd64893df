//! A sink in memory: a queue of bounded length, deliveries by hand or by themselves, and a log of what has reached the topic.

use std::collections::BTreeSet;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::Fuse;
use crate::error::Error;
use crate::pipeline::{Accepted, Delivery, Separate, Sink, Ticket};
use crate::record::ProducerRecord;

/// When deliveries are reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivering {
    /// As soon as the pipeline asks, in source order.
    InOrder,
    /// As soon as the pipeline asks, newest first: as if every record had a partition of its own.
    Backwards,
    /// When the test says so.
    ByHand,
}

/// What the sink has seen.
#[derive(Debug)]
pub struct SinkState {
    /// Records queued and not yet reported, in source order.
    pub queued: Vec<(Ticket, ProducerRecord)>,
    /// Records that have reached the topic, in the order of the topic.
    pub log: Vec<ProducerRecord>,
    /// Topics that were made sure of, in order.
    pub topics: Vec<String>,
    /// How often a record was turned away because the queue was full.
    pub refusals: usize,
    /// The pipeline has closed the sink after everything was delivered.
    pub is_closed: bool,
    /// The pipeline has let go of the sink.
    pub is_dropped: bool,
    reports: Vec<Delivery>,
}

/// The pipeline's end of the sink.
#[derive(Debug)]
pub struct MemorySink {
    handle: SinkHandle,
    capacity: usize,
    delivering: Delivering,
    fuse: Fuse,
    refused: BTreeSet<&'static str>,
    lag: Duration,
    /// When the oldest queued record may be reported.
    ready_at: Instant,
}

/// The test's hand on the sink.
#[derive(Debug, Clone)]
pub struct SinkHandle {
    state: Arc<watch::Sender<SinkState>>,
}

impl MemorySink {
    /// A sink whose queue takes `capacity` records, with the test's hand on it.
    pub fn new(capacity: usize, delivering: Delivering, fuse: Fuse) -> (SinkHandle, Self) {
        let state = SinkState {
            queued: Vec::new(),
            log: Vec::new(),
            topics: Vec::new(),
            refusals: 0,
            is_closed: false,
            is_dropped: false,
            reports: Vec::new(),
        };
        let handle = SinkHandle { state: Arc::new(watch::Sender::new(state)) };
        (
            handle.clone(),
            Self {
                handle,
                capacity,
                delivering,
                fuse,
                refused: BTreeSet::new(),
                lag: Duration::ZERO,
                ready_at: Instant::now(),
            },
        )
    }

    /// The sink never accepts a record with this key: it is too large.
    pub fn refusing(mut self, key: &'static str) -> Self {
        self.refused.insert(key);
        self
    }

    /// Deliveries take this long (of tokio's time), so that commits fall between sending and delivery.
    pub fn lagging(mut self, lag: Duration) -> Self {
        self.lag = lag;
        self
    }
}

impl SinkHandle {
    /// Reports the oldest `count` queued records as delivered.
    pub fn deliver(&self, count: usize) {
        self.state.send_modify(|state| {
            let records: Vec<_> = state.queued.drain(..count).collect();
            for (ticket, record) in records {
                state.log.push(record);
                state.reports.push(Delivery { ticket, outcome: Ok(()) });
            }
        });
    }

    /// Reports one queued record, wherever it stands, with this outcome.
    pub fn report(&self, ticket: Ticket, outcome: Result<(), Error>) {
        self.state.send_modify(|state| {
            let Some(at) = state.queued.iter().position(|(queued, _)| *queued == ticket) else { return };
            let (ticket, record) = state.queued.remove(at);
            if outcome.is_ok() {
                state.log.push(record);
            }
            state.reports.push(Delivery { ticket, outcome });
        });
    }

    /// Reads its state.
    pub fn read<T>(&self, read: impl FnOnce(&SinkState) -> T) -> T {
        read(&self.state.borrow())
    }

    /// Keys of the records that have reached the topic, as text.
    pub fn log_keys(&self) -> Vec<String> {
        self.read(|state| state.log.iter().map(key_text).collect())
    }

    /// Takes what has reached the topic so far.
    pub fn take_log(&self) -> Vec<ProducerRecord> {
        let mut log = Vec::new();
        self.state.send_modify(|state| log = std::mem::take(&mut state.log));
        log
    }

    /// Waits until its state is as described.
    pub async fn wait_for(&self, condition: impl FnMut(&SinkState) -> bool) {
        // The sender lives in `self`, so the channel cannot close.
        let _ = self.state.subscribe().wait_for(condition).await;
    }
}

fn key_text(record: &ProducerRecord) -> String {
    record.key.as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned()
}

impl Sink for MemorySink {
    type Coupling = Separate;

    fn send(&mut self, record: ProducerRecord, ticket: Ticket) -> Result<Accepted, Error> {
        // A refusal is no step: nothing has happened that a crash could undo.
        if self.handle.read(|state| state.queued.len() >= self.capacity) {
            self.handle.state.send_modify(|state| state.refusals += 1);
            return Ok(Accepted::Full(record));
        }
        if !self.fuse.step() {
            // It was queued in the memory of a process that is gone.
            return Ok(Accepted::Queued);
        }
        if self.refused.contains(key_text(&record).as_str()) {
            return Err(Error::new(crate::error::ErrorKind::RecordTooLarge, "A record is too large"));
        }
        if self.handle.read(|state| state.queued.is_empty()) {
            self.ready_at = Instant::now() + self.lag;
        }
        self.handle.state.send_modify(|state| state.queued.push((ticket, record)));
        Ok(Accepted::Queued)
    }

    async fn ensure_topic(&mut self, topic: &str) -> Result<(), Error> {
        self.fuse.step_or_hang().await;
        self.handle.state.send_modify(|state| state.topics.push(topic.to_owned()));
        Ok(())
    }

    /// Two steps: a fuse may blow before the records reach the topic, or after it and before that is known.
    async fn deliveries(&mut self) -> Vec<Delivery> {
        let mut changes = self.handle.state.subscribe();
        let is_ready = |state: &SinkState| {
            !state.reports.is_empty() || (self.delivering != Delivering::ByHand && !state.queued.is_empty())
        };
        if changes.wait_for(is_ready).await.is_err() {
            pending::<()>().await;
        }
        if !self.lag.is_zero() {
            tokio::time::sleep_until(self.ready_at).await;
        }
        self.fuse.step_or_hang().await;
        let mut reports = Vec::new();
        self.handle.state.send_modify(|state| {
            if self.delivering != Delivering::ByHand {
                for (ticket, record) in std::mem::take(&mut state.queued) {
                    state.log.push(record);
                    state.reports.push(Delivery { ticket, outcome: Ok(()) });
                }
            }
            // A few at a time, so that a step may fall between them.
            let count = state.reports.len().min(2);
            reports = match self.delivering {
                Delivering::InOrder | Delivering::ByHand => state.reports.drain(..count).collect(),
                Delivering::Backwards => state.reports.split_off(state.reports.len() - count),
            };
        });
        self.fuse.step_or_hang().await;
        reports
    }

    async fn close(self) {
        self.handle.state.send_modify(|state| state.is_closed = true);
    }
}

impl Drop for MemorySink {
    fn drop(&mut self) {
        self.handle.state.send_modify(|state| state.is_dropped = true);
    }
}
