//! What a running task tells about itself: its phase, counters, and how far a copy has come.
//!
//! Written by the task without waiting, read by the supervisor (which mirrors it to Postgres) and by the metrics. Values are
//! for people and dashboards; nothing that decides about delivery may read them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use connect::position::Namespace;
use tokio::sync::watch;

/// What a task is doing right now. It says `Streaming` only while a change stream is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum TaskPhase {
    /// Connecting, reading the position, opening the stream.
    #[default]
    Starting,
    /// Copying what exists.
    Copying,
    /// Following changes with an open stream.
    Streaming,
    /// Reading has stopped; what is in flight is being finished.
    Draining,
}

/// Progress of one collection's copy.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CopyProgress {
    /// The collection.
    pub(crate) namespace: Namespace,
    /// Documents whose records are durable, over all attempts.
    pub(crate) copied_documents: u64,
    /// The server's estimate, where it gave one.
    pub(crate) estimated_documents: Option<u64>,
    /// All of it is durable.
    pub(crate) is_done: bool,
}

/// Totals since the attempt began, and gauges.
#[derive(Debug, Default)]
pub(crate) struct TaskCounters {
    /// Events read from MongoDB.
    pub(crate) records_polled: AtomicU64,
    /// Records durable in Kafka.
    pub(crate) records_written: AtomicU64,
    /// Bytes of durable records (key, value, headers).
    pub(crate) bytes_written: AtomicU64,
    /// Events that made no record (filtered, no topic, tolerated errors).
    pub(crate) records_skipped: AtomicU64,
    /// Records accepted and not yet durable.
    pub(crate) in_flight: AtomicU64,
    /// Cluster time of the newest durable event, ms since the epoch; 0 before the first.
    pub(crate) last_event_time_ms: AtomicI64,
    /// Time inside the newest committed token, ms since the epoch; 0 before the first.
    pub(crate) committed_token_time_ms: AtomicI64,
    /// Time inside the newest token that was read, ms since the epoch; 0 before the first.
    pub(crate) read_token_time_ms: AtomicI64,
    /// Seconds between the oldest and newest entry of the oplog when last asked; 0 when unknown.
    pub(crate) oplog_window_s: AtomicU64,
}

/// The task's side and the readers' side are the same cheap clone.
#[derive(Debug, Clone)]
pub(crate) struct TaskProgress {
    counters: Arc<TaskCounters>,
    phase: Arc<watch::Sender<TaskPhase>>,
    copy: Arc<watch::Sender<Vec<CopyProgress>>>,
    topics: Arc<watch::Sender<std::collections::BTreeSet<String>>>,
}

impl Default for TaskProgress {
    fn default() -> Self {
        Self {
            counters: Arc::default(),
            phase: Arc::new(watch::Sender::new(TaskPhase::default())),
            copy: Arc::new(watch::Sender::new(Vec::new())),
            topics: Arc::new(watch::Sender::new(std::collections::BTreeSet::new())),
        }
    }
}

impl TaskProgress {
    /// The counters, for adding and reading.
    pub(crate) fn counters(&self) -> &TaskCounters {
        &self.counters
    }

    /// Tells a new phase.
    pub(crate) fn set_phase(&self, phase: TaskPhase) {
        self.phase.send_replace(phase);
    }

    /// The current phase.
    pub(crate) fn phase(&self) -> TaskPhase {
        *self.phase.borrow()
    }

    /// Wakes on every change of phase.
    pub(crate) fn subscribe_phase(&self) -> watch::Receiver<TaskPhase> {
        self.phase.subscribe()
    }

    /// Tells how far the copy has come.
    pub(crate) fn set_copy(&self, copy: Vec<CopyProgress>) {
        self.copy.send_replace(copy);
    }

    /// How far the copy has come; empty when nothing is copied.
    pub(crate) fn copy(&self) -> Vec<CopyProgress> {
        self.copy.borrow().clone()
    }

    /// Remembers a topic that received a record.
    pub(crate) fn add_topic(&self, topic: &str) {
        self.topics.send_if_modified(|topics| !topics.contains(topic) && topics.insert(topic.to_owned()));
    }

    /// Forgets the topics: those that still receive records will be told again.
    pub(crate) fn forget_topics(&self) {
        self.topics.send_replace(std::collections::BTreeSet::new());
    }

    /// Topics that received records in this attempt.
    pub(crate) fn topics(&self) -> std::collections::BTreeSet<String> {
        self.topics.borrow().clone()
    }

    /// Adds to a counter; relaxed, because nothing is ordered by it.
    pub(crate) fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Ordering::Relaxed);
    }
}
