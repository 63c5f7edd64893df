//! What the pipeline tells, written into the task's progress.

use std::sync::Mutex;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bson::Timestamp;
use connect::Error;
use connect::config::ErrorConfig;
use connect::pipeline::Observer;
use connect::position::{NamespaceCopy, Phase, Position, TokenKind};

use super::faults::{Fate, Faults};
use super::progress::{CopyProgress, Notice, TaskProgress};

/// The copy's progress is for people: this often is enough, and spares a copy of the list for every delivery.
const COPY_INTERVAL: Duration = Duration::from_millis(250);

/// Tells one attempt's progress.
pub(super) struct TaskObserver {
    progress: TaskProgress,
    copy_told: Mutex<Option<Instant>>,
    faults: Faults,
}

impl TaskObserver {
    /// An observer that writes into `progress`, and logs tolerated errors as configured.
    pub(super) fn new(progress: TaskProgress, errors: &ErrorConfig) -> Self {
        Self { faults: Faults::new(progress.clone(), errors), progress, copy_told: Mutex::new(None) }
    }
}

impl Observer for TaskObserver {
    fn read(&self, events: usize) {
        TaskProgress::add(&self.progress.counters().records_polled, events as u64);
    }

    fn topic_ready(&self, topic: &str) {
        self.progress.add_topic(topic);
    }

    fn in_flight(&self, records: usize) {
        self.progress.counters().in_flight.store(records as u64, Ordering::Relaxed);
    }

    fn durable(&self, records: u64, bytes: u64) {
        TaskProgress::add(&self.progress.counters().records_written, records);
        TaskProgress::add(&self.progress.counters().bytes_written, bytes);
    }

    fn skipped(&self, error: Option<&Error>) {
        TaskProgress::add(&self.progress.counters().records_skipped, 1);
        if let Some(error) = error {
            self.faults.tolerated(error, Fate::Skipped);
        }
    }

    fn set_aside(&self, error: &Error) {
        self.faults.tolerated(error, Fate::SetAside);
    }

    fn dead_letters(&self, records: u64) {
        TaskProgress::add(&self.progress.counters().dead_letters, records);
    }

    fn advanced(&self, position: &Position) {
        match &position.phase {
            Phase::Copy { namespaces, .. } => {
                if is_due(&self.copy_told, COPY_INTERVAL) {
                    self.progress.set_copy(copy_progress(namespaces));
                }
            }
            Phase::Stream { resume } => {
                if let (TokenKind::Event, Some(time)) = (resume.kind, resume.cluster_time) {
                    self.progress.counters().last_event_time_ms.store(millis(time), Ordering::Relaxed);
                }
            }
        }
    }

    fn copy_finished(&self, namespaces: &[NamespaceCopy]) {
        self.progress.set_copy(copy_progress(namespaces));
    }

    fn committed(&self, cluster_time: Option<Timestamp>) {
        self.faults.tell_rest();
        if let Some(time) = cluster_time {
            self.progress.counters().committed_token_time_ms.store(millis(time), Ordering::Relaxed);
        }
    }

    fn store_away(&self, error: &Error) {
        tracing::warn!(error = %error, "positions cannot be committed, the stream goes on for a while without");
        self.progress.tell(Notice::StoreAway);
    }

    fn store_back(&self) {
        tracing::info!("positions are committed again");
        self.progress.tell(Notice::StoreBack);
    }
}

/// Progress as it is shown.
pub(super) fn copy_progress(namespaces: &[NamespaceCopy]) -> Vec<CopyProgress> {
    namespaces
        .iter()
        .map(|copy| CopyProgress {
            namespace: copy.namespace.clone(),
            copied_documents: copy.copied_documents,
            estimated_documents: copy.estimated_documents,
            is_done: copy.is_done,
        })
        .collect()
}

/// Whether it was last done so long ago that it is time again; if so, it counts as done now.
fn is_due(last: &Mutex<Option<Instant>>, interval: Duration) -> bool {
    // Nothing panics while holding it, and if it did, the time inside would be as good as any.
    let mut last = last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let now = Instant::now();
    let due = last.is_none_or(|last| now.duration_since(last) >= interval);
    if due {
        *last = Some(now);
    }
    due
}

fn millis(time: Timestamp) -> i64 {
    i64::from(time.time) * 1000
}

#[cfg(test)]
mod tests {
    use connect::ErrorKind;
    use connect::position::{Namespace, ResumePoint, ResumeToken, Selection};

    use super::*;

    fn copy(copied_documents: u64) -> NamespaceCopy {
        let namespace = Namespace { database: "jee".to_owned(), collection: "patients".to_owned() };
        NamespaceCopy { copied_documents, ..NamespaceCopy::untouched(namespace, Some(10)) }
    }

    fn position(phase: Phase) -> Position {
        Position { phase, selection: Selection::default() }
    }

    fn point() -> ResumePoint {
        let token = ResumeToken::new(bson::rawdoc! { "_data": "820000000700000001" });
        ResumePoint::event(token, None)
    }

    #[test]
    fn the_last_state_of_a_copy_is_always_told() {
        let progress = TaskProgress::default();
        let observer = TaskObserver::new(progress.clone(), &ErrorConfig::default());
        let copying = |count| position(Phase::Copy { start: point(), namespaces: vec![copy(count)] });

        observer.advanced(&copying(1));
        observer.advanced(&copying(2));
        assert_eq!(progress.copy()[0].copied_documents, 1, "told a moment ago");
        observer.copy_finished(&[copy(3)]);

        assert_eq!(progress.copy()[0].copied_documents, 3);
    }

    #[test]
    fn counts_what_happens() {
        let progress = TaskProgress::default();
        let observer = TaskObserver::new(progress.clone(), &ErrorConfig::default());

        observer.read(3);
        observer.durable(2, 100);
        observer.skipped(None);
        observer.skipped(Some(&Error::new(ErrorKind::Conversion, "No record")));
        observer.set_aside(&Error::new(ErrorKind::Conversion, "No record"));
        observer.dead_letters(1);
        observer.in_flight(1);
        observer.advanced(&position(Phase::Stream { resume: point() }));
        observer.committed(Some(Timestamp { time: 6, increment: 0 }));

        let counters = progress.counters();
        let counts = [
            &counters.records_polled,
            &counters.records_written,
            &counters.bytes_written,
            &counters.records_skipped,
            &counters.record_errors,
            &counters.dead_letters,
            &counters.in_flight,
        ]
        .map(|counter| counter.load(Ordering::Relaxed));
        assert_eq!(counts, [3, 2, 100, 2, 2, 1, 1]);
        assert_eq!(counters.last_event_time_ms.load(Ordering::Relaxed), 7_000);
        assert_eq!(counters.committed_token_time_ms.load(Ordering::Relaxed), 6_000);
    }
}
