//! What a running task tells about itself: its phase, counters, and how far a copy has come.
//!
//! Written by the task without waiting, read by the supervisor (which mirrors it to Postgres) and by the metrics. Values are
//! for people and dashboards; nothing that decides about delivery may read them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use connect::position::Namespace;
use tokio::sync::watch;

/// Notices that wait to be taken, at most.
const MAX_NOTICES: usize = 64;

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

/// Something worth a line in the connector's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Notice {
    /// A collection was dropped while it was being copied; what was left of it went with it, and the stream shows the drop.
    CollectionGone {
        /// The collection.
        namespace: Namespace,
    },
    /// A collection's copy begins again from its first document, because it cannot go on in the middle.
    CopyStartsOver {
        /// The collection.
        namespace: Namespace,
        /// The stage of the pipelines that stands in the way, e.g. `$group`.
        stage: String,
    },
    /// The copy's selection was edited while it was under way: everything is copied again.
    CopyReplanned,
    /// `startup.mode` no longer asks for the copy that was under way: it is left unfinished.
    CopyAbandoned,
    /// The configuration names another source partition: it begins afresh, and the old position is replaced.
    PositionReplaced,
    /// The pipeline was edited: the stream goes on at the committed time instead of the committed token.
    ResumedByTime,
    /// The user may not watch the whole database: the collection is watched by itself.
    WatchingCollectionOnly,
    /// The store of positions cannot be reached; the stream goes on for a while.
    StoreAway,
    /// The store of positions can be reached again.
    StoreBack,
    /// No broker of Kafka answers; records wait.
    SinkAway,
    /// Kafka answers again.
    SinkBack,
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
    topic_resets: Arc<AtomicU64>,
    notices: Arc<watch::Sender<VecDeque<Notice>>>,
}

impl Default for TaskProgress {
    fn default() -> Self {
        Self {
            counters: Arc::default(),
            phase: Arc::new(watch::Sender::new(TaskPhase::default())),
            copy: Arc::new(watch::Sender::new(Vec::new())),
            topics: Arc::new(watch::Sender::new(std::collections::BTreeSet::new())),
            topic_resets: Arc::default(),
            notices: Arc::new(watch::Sender::new(VecDeque::new())),
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
        self.topic_resets.fetch_add(1, Ordering::Relaxed);
        self.topics.send_replace(std::collections::BTreeSet::new());
    }

    /// How often the topics were forgotten: who tells each topic once has to begin again when this grows.
    pub(crate) fn topic_resets(&self) -> u64 {
        self.topic_resets.load(Ordering::Relaxed)
    }

    /// Topics that received records in this attempt.
    pub(crate) fn topics(&self) -> std::collections::BTreeSet<String> {
        self.topics.borrow().clone()
    }

    /// Tells something for the history. Beyond [`MAX_NOTICES`] that nobody has taken, the oldest are dropped.
    pub(crate) fn tell(&self, notice: Notice) {
        self.notices.send_modify(|notices| {
            if notices.len() == MAX_NOTICES {
                notices.pop_front();
            }
            notices.push_back(notice);
        });
    }

    /// Takes what has been told since the last call, oldest first.
    pub(crate) fn take_notices(&self) -> Vec<Notice> {
        let mut taken = Vec::new();
        self.notices.send_if_modified(|notices| {
            taken.extend(notices.drain(..));
            false
        });
        taken
    }

    /// How many clones there are: a test sees by it that a reader has ended.
    #[cfg(test)]
    pub(crate) fn clones(&self) -> usize {
        Arc::strong_count(&self.counters)
    }

    /// Adds to a counter; relaxed, because nothing is ordered by it.
    pub(crate) fn add(counter: &AtomicU64, amount: u64) {
        counter.fetch_add(amount, Ordering::Relaxed);
    }
}
