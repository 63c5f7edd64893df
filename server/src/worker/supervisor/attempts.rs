//! Attempts: beginning them, taking their end, deciding what follows.

use std::time::Instant;

use connect::Error;
use connect::config::DeliveryMode;
use connect::error::{Directive, policy};
use tokio::task::{Id, JoinError};
use tracing::{Instrument as _, debug, info, info_span, warn};

use super::{Key, Supervisor};
use crate::db;
use crate::db::events::Event;
use crate::db::leases::Lease;
use crate::worker::backoff;
use crate::worker::failure;
use crate::worker::load::load_assignment;
use crate::worker::progress::{TaskPhase, TaskProgress};
use crate::worker::slot::{Activity, After, Slot};
use crate::worker::task::run_task;

/// Attempts begun in one go: each reads from Postgres, and leases have to be renewed in between.
const MAX_STARTS_AT_ONCE: usize = 50;

/// What a `JoinSet` gives back.
pub(super) type Ended = Result<(Id, Result<(), Error>), JoinError>;

impl Slot {
    /// The next attempt is a first one and due now.
    pub(super) fn begin_anew(&mut self) {
        self.attempt = 1;
        self.error = None;
        self.activity = Activity::Waiting { until: Instant::now() };
    }
}

impl Supervisor {
    /// Begins every attempt whose time has come.
    pub(super) async fn start_due(&mut self) {
        if self.fence.is_down() {
            return;
        }
        let now = Instant::now();
        let is_due = |slot: &&Slot| matches!(slot.activity, Activity::Waiting { until } if until <= now);
        let due: Vec<Key> = self.slots.values().filter(is_due).map(Slot::key).collect();
        for key in due.iter().take(MAX_STARTS_AT_ONCE) {
            self.start(*key).await;
        }
        if due.len() > MAX_STARTS_AT_ONCE {
            self.reins.wake.notify_one();
        }
    }

    async fn start(&mut self, key: Key) {
        let Some(slot) = self.slots.get_mut(&key) else { return };
        slot.started = slot.owned.clone();
        slot.progress = TaskProgress::default();
        slot.flowing_since = None;
        slot.trouble = None;
        slot.told_phase = TaskPhase::default();
        slot.ledger.begin_attempt(slot.attempt > 1);
        let owned = slot.owned.clone();
        let (attempt, progress) = (slot.attempt, slot.progress.clone());
        let span = info_span!(
            "task", connector.name = %owned.name, task.id = owned.lease.task.0, task.attempt = attempt,
            lease.epoch = owned.lease.epoch.0
        );
        let loading = tokio::time::timeout(super::STATEMENT_TIMEOUT, load_assignment(&self.settings, &owned));
        let assignment = match loading.await {
            Ok(Ok(assignment)) => assignment,
            Ok(Err(error)) => return self.fail(key, &error),
            Err(_) => return self.fail(key, &failure::load_timed_out()),
        };
        let delivery = assignment.config.delivery.clone();
        let cancel = self.fence.token(&delivery);
        let run = run_task(assignment, self.environment.clone(), progress, cancel.clone());
        let abort = self.attempts.spawn(run.instrument(span));
        self.keys.insert(abort.id(), key);
        if delivery == DeliveryMode::AtLeastOnce {
            self.fence.watch(abort.clone());
        }
        if let Some(slot) = self.slots.get_mut(&key) {
            slot.activity = Activity::Running { cancel, abort };
        }
        info!(connector.name = %owned.name, task.id = owned.lease.task.0, task.attempt = attempt, "started task");
    }

    /// Takes an attempt's end.
    pub(super) async fn take_ended(&mut self, ended: Ended) {
        let (id, result) = match ended {
            Ok((id, result)) => (id, result),
            Err(error) => (error.id(), Err(failure::panicked(&error))),
        };
        let Some(key) = self.keys.remove(&id) else { return };
        let Some(slot) = self.slots.get_mut(&key) else { return };
        slot.ledger.sample(Instant::now(), &slot.progress);
        self.tell_notices(key);
        let Some(slot) = self.slots.get_mut(&key) else { return };
        match (&slot.activity, result) {
            (Activity::Stopping { after, .. }, result) => {
                let after = *after;
                if let Err(error) = result {
                    debug!(connector.name = %slot.owned.name, error = %error, "task ended with an error while stopping");
                }
                self.follow(key, after).await;
            }
            // The fence cancelled it, and a last position may have found no Postgres: it goes on when there is touch again.
            (_, result) if self.fence.is_down() => {
                debug!(connector.name = %slot.owned.name, error = result.err().map(tracing::field::display), "task was fenced off");
                slot.activity = Activity::Waiting { until: Instant::now() };
            }
            (_, Ok(())) => self.fail(key, &failure::ended_unasked()),
            (_, Err(error)) => self.fail(key, &error),
        }
    }

    async fn follow(&mut self, key: Key, after: After) {
        match after {
            After::Release => self.let_go(key).await,
            After::Restart => {
                if let Some(slot) = self.slots.get_mut(&key) {
                    slot.begin_anew();
                }
                self.start_due().await;
            }
            After::Forget => {
                self.slots.remove(&key);
            }
        }
    }

    /// Tells the last of a task and lets its lease go.
    pub(super) async fn let_go(&mut self, key: Key) {
        let worker_id = self.settings.worker_id.to_string();
        self.tell(key, Event::TaskEnded { task: key.1.0, worker_id });
        self.mirror_ended(key).await;
        if let Some(slot) = self.slots.remove(&key) {
            self.release(slot.owned.lease).await;
        }
    }

    pub(super) async fn release(&mut self, lease: Lease) {
        let (pool, replica) = (self.settings.pool.clone(), self.settings.replica);
        let release = async { db::leases::release_lease(&pool, replica, lease).await };
        // Not written is not lost: the row is read again at the next poll, or the lease ends by itself.
        let _ = self.ask("letting go of a lease", release).await;
    }

    /// Acts on what the error's kind says.
    fn fail(&mut self, key: Key, error: &Error) {
        let Some(slot) = self.slots.get_mut(&key) else { return };
        let stored = failure::describe(error);
        let (name, task) = (slot.owned.name.clone(), slot.owned.lease.task.0);
        match policy(error.kind()).directive {
            Directive::Yield => {
                info!(connector.name = %name, task.id = task, "task yields: {}", stored.message);
                self.slots.remove(&key);
            }
            Directive::Retry => {
                slot.attempt = slot.attempt.saturating_add(1);
                let timing = &self.settings.timing;
                let wait =
                    backoff::delay(slot.attempt, timing.backoff_first, timing.backoff_max, rand::random::<f64>());
                slot.activity = Activity::Waiting { until: Instant::now() + wait };
                let is_news = slot.error.as_ref().is_none_or(|last| last.code != stored.code);
                slot.error = Some(stored.clone());
                let wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
                warn!(
                    connector.name = %name, task.id = task, task.attempt = slot.attempt, error.code = %stored.code, wait_ms,
                    cause = %stored.trace, "task failed and is tried again: {}", stored.message
                );
                if is_news {
                    self.tell(key, Event::TaskRetrying { task, code: stored.code, message: stored.message });
                }
            }
            Directive::NeedsAction | Directive::Gap | Directive::Poison => {
                slot.activity = Activity::Failed;
                slot.error = Some(stored.clone());
                tracing::error!(
                    connector.name = %name, task.id = task, error.code = %stored.code, cause = %stored.trace,
                    "task failed and waits for somebody: {}", stored.message
                );
                self.tell(key, Event::TaskFailed { task, code: stored.code, message: stored.message });
            }
        }
    }

    /// Ends what was told to end and did not.
    pub(super) fn abort_slow_stops(&mut self) {
        let now = Instant::now();
        for slot in self.slots.values() {
            if let Activity::Stopping { deadline, abort, .. } = &slot.activity
                && *deadline <= now
                && !abort.is_finished()
            {
                warn!(connector.name = %slot.owned.name, task.id = slot.owned.lease.task.0, "task did not drain in time, aborted");
                abort.abort();
            }
        }
    }
}
