//! What a running task tells about itself: its phase, counters, and how far a copy has come.
//!
//! Written by the task without waiting, read by the supervisor (which mirrors it to Postgres) and by the metrics. Values are
//! for people and dashboards; nothing that decides about delivery may read them.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use bson::Timestamp;
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
    /// The stream was lost and is being opened again where it was.
    Reopening,
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
    /// A view, a time series or a collection of the server's own cannot be followed, so it is not copied either.
    CopySkipped {
        /// The collection.
        namespace: Namespace,
        /// What it is, e.g. `view`.
        what: String,
    },
    /// The copy comes before the stream although it was to be interleaved: a stage stands in the way.
    CopyNotInterleaved {
        /// The stage of the pipelines.
        stage: String,
    },
    /// The server tells no time with its replies: copied documents may be newer than the changes behind them.
    CopyWithoutWatermark,
    /// The copy's selection was edited while it was under way: everything is copied again.
    CopyReplanned,
    /// `startup.mode` no longer asks for the copy that was under way: it is left unfinished.
    CopyAbandoned,
    /// The configuration names another source partition: it begins afresh, and the old position is replaced.
    PositionReplaced,
    /// The pipeline was edited: the stream goes on at the committed time instead of the committed token.
    ResumedByTime,
    /// The position was lost; the stream goes on at the time inside it, and nothing is missing.
    ResumedAfterLoss {
        /// The time.
        from: Option<Timestamp>,
    },
    /// The position was lost; everything in scope is copied again.
    CopiesAfterLoss {
        /// Time of the lost position, where known.
        from: Option<Timestamp>,
    },
    /// The position was lost; what happened since is missing in Kafka.
    ChangesSkipped {
        /// Time of the lost position, where known.
        from: Option<Timestamp>,
        /// From when on changes are published again, where known.
        to: Option<Timestamp>,
    },
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
    /// Records at fault were tolerated.
    RecordsAtFault {
        /// How many since this was last told.
        records: u64,
        /// Stable code of the last one's error.
        code: &'static str,
        /// Where they went; `None` when they were skipped.
        topic: Option<String>,
    },
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
    /// Records at fault that were tolerated: skipped, or set aside as dead letters.
    pub(crate) record_errors: AtomicU64,
    /// Of those, the ones that were logged.
    pub(crate) errors_logged: AtomicU64,
    /// Time of the last of them, ms since the epoch; 0 before the first.
    pub(crate) last_error_time_ms: AtomicI64,
    /// Dead letters that are durable.
    pub(crate) dead_letters: AtomicU64,
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

/// The phase, and what follows it.
#[derive(Debug, Clone, Copy, Default)]
struct Phase {
    now: TaskPhase,
    /// The stream is open, but not all of the copy is durable yet: the phase changes when it is.
    has_open_stream: bool,
}

/// The task's side and the readers' side are the same cheap clone.
#[derive(Debug, Clone)]
pub(crate) struct TaskProgress {
    counters: Arc<TaskCounters>,
    phase: Arc<watch::Sender<Phase>>,
    copy: Arc<watch::Sender<Vec<CopyProgress>>>,
    topics: Arc<watch::Sender<std::collections::BTreeSet<String>>>,
    topic_resets: Arc<AtomicU64>,
    notices: Arc<watch::Sender<VecDeque<Notice>>>,
}

impl Default for TaskProgress {
    fn default() -> Self {
        Self {
            counters: Arc::default(),
            phase: Arc::new(watch::Sender::new(Phase::default())),
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

    /// Tells a new phase. The readers are ahead of what is durable: while the copy is not, it goes on being one that copies.
    pub(crate) fn set_phase(&self, phase: TaskPhase) {
        self.phase.send_modify(|state| {
            state.has_open_stream = phase == TaskPhase::Streaming;
            if !(state.now == TaskPhase::Copying && state.has_open_stream && !self.is_copied()) {
                state.now = phase;
            }
        });
    }

    /// The current phase.
    pub(crate) fn phase(&self) -> TaskPhase {
        self.phase.borrow().now
    }

    /// Waits until the task is in a phase.
    #[cfg(test)]
    pub(crate) async fn reached(&self, phase: TaskPhase) {
        let mut phases = self.phase.subscribe();
        // The sender lives in `self`, so the channel cannot close.
        let _ = phases.wait_for(|state| state.now == phase).await;
    }

    /// Tells how far the copy has come.
    pub(crate) fn set_copy(&self, copy: Vec<CopyProgress>) {
        self.copy.send_replace(copy);
        self.phase.send_if_modified(|state| {
            let is_over = state.now == TaskPhase::Copying && state.has_open_stream && self.is_copied();
            if is_over {
                state.now = TaskPhase::Streaming;
            }
            is_over
        });
    }

    fn is_copied(&self) -> bool {
        self.copy.borrow().iter().all(|copy| copy.is_done)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(is_done: bool) -> Vec<CopyProgress> {
        let namespace = Namespace { database: "jee".to_owned(), collection: "patients".to_owned() };
        vec![CopyProgress { namespace, copied_documents: 1, estimated_documents: None, is_done }]
    }

    #[test]
    fn a_task_copies_until_the_copy_is_durable_although_the_stream_is_open() {
        let progress = TaskProgress::default();
        progress.set_copy(copy(false));
        progress.set_phase(TaskPhase::Copying);

        progress.set_phase(TaskPhase::Streaming);
        assert_eq!(progress.phase(), TaskPhase::Copying);
        progress.set_copy(copy(true));

        assert_eq!(progress.phase(), TaskPhase::Streaming);
    }

    #[test]
    fn a_durable_copy_alone_is_no_open_stream() {
        let progress = TaskProgress::default();
        progress.set_phase(TaskPhase::Copying);

        progress.set_copy(copy(true));
        assert_eq!(progress.phase(), TaskPhase::Copying);
        progress.set_phase(TaskPhase::Streaming);

        assert_eq!(progress.phase(), TaskPhase::Streaming);
    }

    #[test]
    fn notices_are_taken_once_and_the_oldest_make_room() {
        let progress = TaskProgress::default();
        progress.tell(Notice::StoreAway);
        for _ in 0..MAX_NOTICES {
            progress.tell(Notice::StoreBack);
        }

        assert_eq!(progress.take_notices(), vec![Notice::StoreBack; MAX_NOTICES]);
        assert_eq!(progress.take_notices(), []);
    }
}
