//! Makes desired state true on this replica: leases tasks, starts and stops them, restarts what failed, tells what it sees.
//!
//! One loop owns everything. Notifications and requests only wake it; the poll is the truth. Attempts live in a `JoinSet`, so
//! that results, errors and panics all come back here. Statements are bounded in time: when Postgres is away the loop goes on
//! around them, and [`super::fence`] decides how long tasks may.

mod attempts;
mod mirror;
mod notices;
mod reconcile;
mod renew;

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::{Id, JoinSet};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::clock::Clock;
use super::fence::Fence;
use super::process::ProcessMark;
use super::slot::{After, Key, Slot};
use super::task::TaskEnvironment;
use super::view::{ConnectorView, WorkerView};
use super::{WorkerReins, WorkerSettings};
use crate::db;
use crate::db::events::Event;
use crate::ids::{ConnectorId, ConnectorName};

/// How long the supervisor waits for one statement.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(3);

/// Events kept for writing while Postgres is away.
const MAX_UNTOLD_EVENTS: usize = 1_000;

/// Between removals of what is too old.
const HOUSEKEEPING_EVERY: Duration = Duration::from_secs(3_600);

/// The supervisor of one process.
pub(crate) struct Supervisor {
    settings: WorkerSettings,
    reins: WorkerReins,
    environment: TaskEnvironment,
    fence: Fence,
    process: Option<ProcessMark>,
    attempts: JoinSet<Result<(), connect::Error>>,
    keys: HashMap<Id, Key>,
    slots: HashMap<Key, Slot>,
    untold_events: Vec<(ConnectorId, ConnectorName, Event)>,
    /// Replicas alive when last counted, this one included.
    live_replicas: usize,
    /// This replica speaks for connectors that nobody runs.
    is_speaker: bool,
    connectors: Vec<ConnectorView>,
    /// Connectors that should run, on any replica.
    connectors_running: i64,
    reconciled_at: Option<Instant>,
    housekept_at: Option<Instant>,
    /// Postgres did not answer the last statement; said once, not every second.
    is_out_of_touch: bool,
    /// Shutting down: a Postgres that is away is not waited for again and again.
    is_leaving: bool,
}

impl Supervisor {
    /// A supervisor that has not begun.
    pub(crate) fn new(settings: WorkerSettings, reins: WorkerReins) -> Self {
        let environment = TaskEnvironment {
            pool: settings.pool.clone(),
            kafka: settings.kafka.clone(),
            may_create_topics: settings.may_create_topics,
            exactly_once: settings.exactly_once.clone(),
        };
        Self {
            settings,
            reins,
            environment,
            fence: Fence::new(Clock::new()),
            process: ProcessMark::own(),
            attempts: JoinSet::new(),
            keys: HashMap::new(),
            slots: HashMap::new(),
            untold_events: Vec::new(),
            live_replicas: 1,
            is_speaker: false,
            connectors: Vec::new(),
            connectors_running: 0,
            reconciled_at: None,
            housekept_at: None,
            is_out_of_touch: false,
            is_leaving: false,
        }
    }

    /// Runs until `shutdown`, then drains every task, lets go of every lease and returns. The hard limit for that is the
    /// drain deadline plus a few statements.
    pub(crate) async fn run(mut self, shutdown: CancellationToken) {
        let watch = tokio::spawn(self.fence.clone().keep(self.settings.timing.clone(), shutdown.clone()));
        self.bury_dead().await;
        let wake = Arc::clone(&self.reins.wake);
        let mut renewals = ticks(self.settings.timing.renew_every);
        let mut polls = ticks(self.settings.timing.poll_every);
        let mut mirrors = ticks(self.settings.timing.mirror_every);
        loop {
            // Biased: stopping comes before anything else, and renewing before whatever could wait for it.
            tokio::select! {
                biased;
                () = shutdown.cancelled() => break,
                _ = renewals.tick() => self.renew().await,
                Some(ended) = self.attempts.join_next_with_id() => self.take_ended(ended).await,
                () = wake.notified() => self.reconcile().await,
                _ = polls.tick() => self.reconcile().await,
                _ = mirrors.tick() => self.tick().await,
            }
            self.publish_view();
        }
        self.shut_down().await;
        // It ends by the same token.
        let _ = watch.await;
    }

    /// What is due by time: attempts that end too slowly, attempts that may begin, and telling.
    async fn tick(&mut self) {
        self.abort_slow_stops();
        self.start_due().await;
        self.mirror().await;
        self.keep_house().await;
    }

    async fn keep_house(&mut self) {
        let is_due = self.housekept_at.is_none_or(|at| at.elapsed() >= HOUSEKEEPING_EVERY);
        if !is_due || self.is_out_of_touch {
            return;
        }
        self.housekept_at = Some(Instant::now());
        let pool = self.settings.pool.clone();
        let removal = async {
            db::events::delete_old_events(&pool).await?;
            db::drafts::delete_stale_drafts(&pool).await?;
            db::replicas::delete_dead_replicas(&pool).await
        };
        // What was not removed now is removed in an hour.
        let _ = self.ask("removing what is too old", removal).await;
    }

    /// Runs a statement for at most [`STATEMENT_TIMEOUT`], and logs once when Postgres goes away or comes back.
    async fn ask<T>(&mut self, what: &'static str, statement: impl Future<Output = Result<T, db::Error>>) -> Option<T> {
        if self.is_leaving && self.is_out_of_touch {
            return None;
        }
        let result = match tokio::time::timeout(STATEMENT_TIMEOUT, statement).await {
            Ok(result) => result,
            Err(_) => Err(db::Error::Database(sqlx::Error::PoolTimedOut)),
        };
        match result {
            Ok(value) => {
                if std::mem::take(&mut self.is_out_of_touch) {
                    info!("Postgres answers again");
                }
                Some(value)
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                if std::mem::replace(&mut self.is_out_of_touch, true) {
                    debug!(error = %error, cause, "Postgres does not answer yet: {what}");
                } else {
                    warn!(error = %error, cause, "Postgres does not answer: {what}");
                }
                None
            }
        }
    }

    fn tell(&mut self, key: Key, event: Event) {
        let Some(slot) = self.slots.get(&key) else { return };
        if self.untold_events.len() < MAX_UNTOLD_EVENTS {
            self.untold_events.push((key.0, slot.owned.name.clone(), event));
        }
    }

    fn publish_view(&self) {
        let view = WorkerView {
            reconciled_at: self.reconciled_at,
            live_replicas: self.live_replicas,
            connectors: self.connectors.clone(),
            tasks: self.slots.values().map(mirror::task_view).collect(),
        };
        self.reins.view.send_replace(Arc::new(view));
    }

    /// Stops everything, tells the last of it, lets go.
    async fn shut_down(&mut self) {
        self.is_leaving = true;
        let deadline = Instant::now() + self.settings.timing.drain_deadline;
        for slot in self.slots.values_mut() {
            slot.stop(After::Release, deadline);
        }
        while !self.attempts.is_empty() {
            match tokio::time::timeout_at(deadline.into(), self.attempts.join_next_with_id()).await {
                Ok(Some(ended)) => self.take_ended(ended).await,
                Ok(None) => break,
                Err(_) => {
                    self.abort_all();
                    break;
                }
            }
        }
        self.leave().await;
    }

    fn abort_all(&mut self) {
        for slot in self.slots.values().filter(|slot| slot.is_active()) {
            warn!(
                connector.name = %slot.owned.name, task.id = slot.owned.lease.task.0,
                "task did not drain in time, aborted; it goes on from its last committed position"
            );
        }
        self.attempts.abort_all();
    }
}

/// A period whose missed ticks are not made up for.
fn ticks(period: Duration) -> Interval {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}
