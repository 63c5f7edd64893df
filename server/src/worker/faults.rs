//! Records at fault that a task tolerates: counted, logged as configured, and told to the connector's history now and then.
//!
//! Fed by the observer. Nothing here knows what is in a record.

use std::sync::atomic::Ordering;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;
use connect::config::{ErrorConfig, Parties};
use connect::error::policy;
use connect::{Error, Stage};

use super::progress::{Notice, TaskProgress};

/// A summary of tolerated errors is logged this often at most.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// The history gets a line this often at most.
const NOTICE_INTERVAL: Duration = Duration::from_secs(60);

/// What became of a record at fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is not published.
    Skipped,
    /// A dead letter stands for it.
    SetAside,
}

/// The tolerated errors of one attempt.
pub(super) struct Faults {
    progress: TaskProgress,
    is_each_logged: Parties<bool>,
    /// Topic of the dead letters.
    topic: Option<String>,
    untold: Mutex<Untold>,
}

#[derive(Default)]
struct Untold {
    since_log: u64,
    logged_at: Option<Instant>,
    since_notice: u64,
    noticed_at: Option<Instant>,
    last: Option<(&'static str, Fate)>,
}

impl Faults {
    pub(super) fn new(progress: TaskProgress, errors: &ErrorConfig) -> Self {
        Self {
            progress,
            is_each_logged: errors.is_each_logged,
            topic: errors.dead_letters.as_ref().map(|letters| letters.topic.clone()),
            untold: Mutex::default(),
        }
    }

    /// A record met `error` and is tolerated.
    pub(super) fn tolerated(&self, error: &Error, fate: Fate) {
        let counters = self.progress.counters();
        TaskProgress::add(&counters.record_errors, 1);
        counters.last_error_time_ms.store(Utc::now().timestamp_millis(), Ordering::Relaxed);
        let mut untold = self.untold();
        untold.since_log += 1;
        untold.since_notice += 1;
        untold.last = Some((policy(error.kind()).code, fate));
        self.log(&mut untold, error, fate);
        self.tell_if_due(&mut untold);
    }

    /// Tells what has been waiting to be told, if it is time.
    pub(super) fn tell_rest(&self) {
        self.tell_if_due(&mut self.untold());
    }

    fn log(&self, untold: &mut Untold, error: &Error, fate: Fate) {
        let stage = error.stage().map_or("", Stage::name);
        let code = policy(error.kind()).code;
        let done = match fate {
            Fate::Skipped => "skipped",
            Fate::SetAside => "set aside for the dead letters",
        };
        if error.stage().is_some_and(|stage| self.is_each_logged.at(stage)) {
            TaskProgress::add(&self.progress.counters().errors_logged, 1);
            tracing::warn!(error = %error, error.code = code, record.stage = stage, "a record was {done}");
            return;
        }
        if untold.logged_at.is_none_or(|at| at.elapsed() >= LOG_INTERVAL) {
            let count = std::mem::take(&mut untold.since_log);
            untold.logged_at = Some(Instant::now());
            TaskProgress::add(&self.progress.counters().errors_logged, 1);
            tracing::warn!(
                error = %error, error.code = code, record.stage = stage, records = count,
                "{done} as errors.tolerance allows: {count} records since this was last told"
            );
        }
    }

    fn tell_if_due(&self, untold: &mut Untold) {
        if untold.noticed_at.is_none_or(|at| at.elapsed() >= NOTICE_INTERVAL) {
            self.tell(untold);
        }
    }

    fn tell(&self, untold: &mut Untold) {
        let (Some((code, fate)), records @ 1..) = (untold.last, untold.since_notice) else { return };
        untold.since_notice = 0;
        untold.noticed_at = Some(Instant::now());
        let topic = self.topic.clone().filter(|_| fate == Fate::SetAside);
        self.progress.tell(Notice::RecordsAtFault { records, code, topic });
    }

    fn untold(&self) -> std::sync::MutexGuard<'_, Untold> {
        // Nothing panics while holding it, and counts that are a little off would be no reason to stop.
        self.untold.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Faults {
    fn drop(&mut self) {
        self.tell(&mut self.untold());
    }
}

#[cfg(test)]
mod tests {
    use connect::ErrorKind;
    use connect::config::DeadLetterConfig;

    use super::*;

    fn too_large() -> Error {
        Error::new(ErrorKind::RecordTooLarge, "A record is too large").at(Stage::KafkaProduce)
    }

    fn notice(records: u64, topic: Option<&str>) -> Notice {
        Notice::RecordsAtFault { records, code: "NARU-2003", topic: topic.map(str::to_owned) }
    }

    #[test]
    fn the_first_is_told_at_once_and_the_rest_together_at_the_end() {
        let progress = TaskProgress::default();
        let faults = Faults::new(progress.clone(), &ErrorConfig::default());

        for _ in 0..5 {
            faults.tolerated(&too_large(), Fate::Skipped);
        }
        faults.tell_rest();
        assert_eq!(progress.take_notices(), [notice(1, None)]);
        drop(faults);

        assert_eq!(progress.take_notices(), [notice(4, None)]);
        assert_eq!(progress.counters().record_errors.load(Ordering::Relaxed), 5);
        assert_eq!(progress.counters().errors_logged.load(Ordering::Relaxed), 1, "a summary, once in ten seconds");
    }

    #[test]
    fn dead_letters_are_told_with_their_topic_and_each_is_logged_when_asked() {
        let progress = TaskProgress::default();
        let letters = DeadLetterConfig { topic: "letters".to_owned(), has_headers: true, replication_factor: None };
        let errors = ErrorConfig {
            is_each_logged: Parties { connector: false, framework: true },
            dead_letters: Some(letters),
            ..ErrorConfig::default()
        };
        let faults = Faults::new(progress.clone(), &errors);

        faults.tolerated(&too_large(), Fate::SetAside);
        faults.tolerated(&too_large(), Fate::SetAside);

        assert_eq!(progress.take_notices(), [notice(1, Some("letters"))]);
        assert_eq!(progress.counters().errors_logged.load(Ordering::Relaxed), 2);
        assert!(progress.counters().last_error_time_ms.load(Ordering::Relaxed) > 0);
    }
}
