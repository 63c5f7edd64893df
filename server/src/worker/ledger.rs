//! What is counted of one task on this replica, and how much of it Postgres has been told.
//!
//! Counters of an attempt begin at zero; the ledger turns them into growth that is added to the connector's totals exactly
//! once, also when a write fails and is repeated.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

use connect::position::Namespace;

use super::progress::{CopyProgress, TaskCounters, TaskProgress};
use super::rate::Rate;
use crate::db::leases::Lease;
use crate::db::progress::CopyLine;
use crate::db::status::{Faults, Gauges, Growth};

/// The ledger of one task.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Counters of the present attempt when last sampled.
    seen: Growth,
    /// Growth that Postgres has not been told yet.
    untold: Growth,
    /// Growth since this replica took the task.
    totals: Growth,
    records: Rate,
    bytes: Rate,
    copies: BTreeMap<Namespace, Rate>,
    told_copy: Vec<CopyProgress>,
    told_topics: BTreeSet<String>,
}

impl Ledger {
    /// A new attempt begins, with fresh counters.
    pub(super) fn begin_attempt(&mut self, is_restart: bool) {
        self.seen = Growth::default();
        self.records = Rate::default();
        self.bytes = Rate::default();
        self.copies.clear();
        self.told_topics.clear();
        if is_restart {
            self.untold.restarts += 1;
            self.totals.restarts += 1;
        }
    }

    /// Reads the counters.
    pub(super) fn sample(&mut self, now: Instant, progress: &TaskProgress) {
        let counters = progress.counters();
        let read = Growth {
            records_polled: count(&counters.records_polled),
            records_written: count(&counters.records_written),
            bytes_written: count(&counters.bytes_written),
            records_skipped: count(&counters.records_skipped),
            restarts: 0,
            faults: Faults {
                record_errors: count(&counters.record_errors),
                errors_logged: count(&counters.errors_logged),
                dead_letters: count(&counters.dead_letters),
            },
        };
        let growth = minus(read, self.seen);
        self.seen = read;
        self.untold = plus(self.untold, growth);
        self.totals = plus(self.totals, growth);
        self.records.push(now, counters.records_written.load(Ordering::Relaxed));
        self.bytes.push(now, counters.bytes_written.load(Ordering::Relaxed));
        for copy in progress.copy() {
            self.copies.entry(copy.namespace).or_default().push(now, copy.copied_documents);
        }
    }

    /// Growth to tell Postgres now; once it is written, [`Self::told`] takes it off.
    pub(super) fn untold(&self) -> Growth {
        self.untold
    }

    /// Postgres has added this growth.
    pub(super) fn told(&mut self, growth: Growth) {
        self.untold = minus(self.untold, growth);
    }

    /// Growth since this replica took the task.
    pub(super) fn totals(&self) -> Growth {
        self.totals
    }

    /// Values of this moment.
    pub(super) fn gauges(&self, counters: &TaskCounters) -> Gauges {
        Gauges {
            records_per_second: self.records.per_second(),
            bytes_per_second: self.bytes.per_second(),
            in_flight: count(&counters.in_flight),
            last_event_time_ms: time(&counters.last_event_time_ms),
            committed_token_time_ms: time(&counters.committed_token_time_ms),
            read_token_time_ms: time(&counters.read_token_time_ms),
            oplog_window_s: Some(count(&counters.oplog_window_s)).filter(|window| *window > 0),
            last_error_time_ms: time(&counters.last_error_time_ms),
        }
    }

    /// Lines of the copy that have changed since they were last told.
    pub(super) fn untold_copy(&self, lease: Lease, copy: &[CopyProgress]) -> Vec<CopyLine> {
        let changed = copy.iter().filter(|line| !self.told_copy.contains(line));
        let line = |copy: &CopyProgress| CopyLine {
            connector: lease.connector,
            task: lease.task,
            epoch: lease.epoch,
            database: copy.namespace.database.clone(),
            collection: copy.namespace.collection.clone(),
            copied_documents: i64::try_from(copy.copied_documents).unwrap_or(i64::MAX),
            estimated_documents: copy.estimated_documents.map(|count| i64::try_from(count).unwrap_or(i64::MAX)),
            is_done: copy.is_done,
            documents_per_second: if copy.is_done { 0.0 } else { self.copy_rate(&copy.namespace) },
        };
        changed.map(line).collect()
    }

    fn copy_rate(&self, namespace: &Namespace) -> f64 {
        self.copies.get(namespace).map_or(0.0, Rate::per_second)
    }

    /// Postgres has these lines of the copy.
    pub(super) fn told_copy(&mut self, copy: Vec<CopyProgress>) {
        self.told_copy = copy;
    }

    /// Topics that Postgres has not been told.
    pub(super) fn untold_topics(&self, topics: &BTreeSet<String>) -> Vec<String> {
        topics.difference(&self.told_topics).cloned().collect()
    }

    /// Postgres has these topics.
    pub(super) fn told_topics(&mut self, topics: Vec<String>) {
        self.told_topics.extend(topics);
    }

    /// The list of topics was emptied: all of them are told anew as they appear.
    pub(super) fn forget_topics(&mut self) {
        self.told_topics.clear();
    }
}

fn count(counter: &AtomicU64) -> i64 {
    i64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(i64::MAX)
}

fn time(counter: &AtomicI64) -> Option<i64> {
    Some(counter.load(Ordering::Relaxed)).filter(|time| *time > 0)
}

fn plus(left: Growth, right: Growth) -> Growth {
    combine(left, right, |left, right| left + right)
}

fn minus(left: Growth, right: Growth) -> Growth {
    combine(left, right, |left, right| left - right)
}

fn combine(left: Growth, right: Growth, with: fn(i64, i64) -> i64) -> Growth {
    Growth {
        records_polled: with(left.records_polled, right.records_polled),
        records_written: with(left.records_written, right.records_written),
        bytes_written: with(left.bytes_written, right.bytes_written),
        records_skipped: with(left.records_skipped, right.records_skipped),
        restarts: with(left.restarts, right.restarts),
        faults: Faults {
            record_errors: with(left.faults.record_errors, right.faults.record_errors),
            errors_logged: with(left.faults.errors_logged, right.faults.errors_logged),
            dead_letters: with(left.faults.dead_letters, right.faults.dead_letters),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_told_once_although_a_write_failed() {
        let (mut ledger, progress) = (Ledger::default(), TaskProgress::default());
        TaskProgress::add(&progress.counters().records_written, 5);
        ledger.sample(Instant::now(), &progress);
        let lost = ledger.untold();
        TaskProgress::add(&progress.counters().records_written, 2);
        ledger.sample(Instant::now(), &progress);

        assert_eq!((lost.records_written, ledger.untold().records_written), (5, 7));
        ledger.told(ledger.untold());
        assert_eq!(ledger.untold(), Growth::default());
        assert_eq!(ledger.totals().records_written, 7);
    }

    #[test]
    fn a_new_attempt_counts_from_zero_and_the_totals_go_on() {
        let mut ledger = Ledger::default();
        let first = TaskProgress::default();
        TaskProgress::add(&first.counters().records_polled, 5);
        ledger.sample(Instant::now(), &first);

        ledger.begin_attempt(true);
        let second = TaskProgress::default();
        TaskProgress::add(&second.counters().records_polled, 1);
        ledger.sample(Instant::now(), &second);

        assert_eq!(ledger.totals(), Growth { records_polled: 6, restarts: 1, ..Growth::default() });
    }
}
