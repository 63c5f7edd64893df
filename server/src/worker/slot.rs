//! One leased task on this replica: what it is doing, and what was started with which settings.

use std::time::Instant;

use connect::lifecycle::ObservedState;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;

use super::ledger::Ledger;
use super::progress::{TaskPhase, TaskProgress};
use crate::db::leases::OwnedTask;
use crate::db::status::{StatusLine, StoredError};
use crate::ids::{ConnectorId, TaskNumber};

/// Names a slot.
pub(super) type Key = (ConnectorId, TaskNumber);

/// What a slot is doing.
#[derive(Debug)]
pub(super) enum Activity {
    /// An attempt is under way.
    Running {
        /// Tells it to drain and end.
        cancel: CancellationToken,
        /// Ends it at once.
        abort: AbortHandle,
    },
    /// An attempt was told to end.
    Stopping {
        /// What follows when it has ended.
        after: After,
        /// When it is aborted.
        deadline: Instant,
        /// Ends it at once.
        abort: AbortHandle,
    },
    /// The next attempt is due at a time.
    Waiting {
        /// When.
        until: Instant,
    },
    /// A person has to act.
    Failed,
}

/// What follows when an attempt that was told to end has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum After {
    /// The lease is let go.
    Release,
    /// A first attempt with what is in force now.
    Restart,
    /// Nothing: the lease is somebody else's, or the connector is gone.
    Forget,
}

/// A leased task.
#[derive(Debug)]
pub(super) struct Slot {
    /// Lease and wishes as last read.
    pub(super) owned: OwnedTask,
    /// What the present attempt was started with.
    pub(super) started: OwnedTask,
    /// Attempts since the task was last healthy; 1 is the first.
    pub(super) attempt: u32,
    /// What it is doing.
    pub(super) activity: Activity,
    /// What the present attempt tells.
    pub(super) progress: TaskProgress,
    /// Since when data flows in the present attempt.
    pub(super) flowing_since: Option<Instant>,
    /// The phase that was last turned into events.
    pub(super) told_phase: TaskPhase,
    /// The last error, until data flows again.
    pub(super) error: Option<StoredError>,
    /// What the present attempt waits for while it runs: Kafka, or the store of positions.
    pub(super) trouble: Option<StoredError>,
    /// What was counted and told.
    pub(super) ledger: Ledger,
    /// The status that was last written, growth taken off, and when.
    pub(super) told_status: Option<(StatusLine, Instant)>,
}

impl Slot {
    /// A task that was just leased; its first attempt is due.
    pub(super) fn new(owned: OwnedTask) -> Self {
        Self {
            started: owned.clone(),
            owned,
            attempt: 1,
            activity: Activity::Waiting { until: Instant::now() },
            progress: TaskProgress::default(),
            flowing_since: None,
            told_phase: TaskPhase::default(),
            error: None,
            trouble: None,
            ledger: Ledger::default(),
            told_status: None,
        }
    }

    /// Its name among slots.
    pub(super) fn key(&self) -> Key {
        (self.owned.lease.connector, self.owned.lease.task)
    }

    /// The state to show.
    pub(super) fn observed(&self) -> ObservedState {
        match &self.activity {
            Activity::Stopping { .. } => ObservedState::Draining,
            Activity::Failed => ObservedState::Failed,
            Activity::Waiting { .. } if self.error.is_some() => ObservedState::Retrying,
            Activity::Waiting { .. } => ObservedState::Starting,
            Activity::Running { .. } => match self.progress.phase() {
                TaskPhase::Starting | TaskPhase::Reopening => ObservedState::Starting,
                TaskPhase::Copying => ObservedState::Copying,
                TaskPhase::Streaming => ObservedState::Streaming,
                TaskPhase::Draining => ObservedState::Draining,
            },
        }
    }

    /// An attempt is under way or ending.
    pub(super) fn is_active(&self) -> bool {
        matches!(self.activity, Activity::Running { .. } | Activity::Stopping { .. })
    }

    /// Tells a running attempt to end, or changes what follows. `false` when there is no attempt.
    pub(super) fn stop(&mut self, after: After, deadline: Instant) -> bool {
        match &mut self.activity {
            Activity::Running { cancel, abort } => {
                cancel.cancel();
                let abort = abort.clone();
                self.activity = Activity::Stopping { after, deadline, abort };
                true
            }
            Activity::Stopping { after: planned, .. } => {
                *planned = after;
                true
            }
            Activity::Waiting { .. } | Activity::Failed => false,
        }
    }

    /// The attempt was started with settings that are no longer in force.
    pub(super) fn is_outdated(&self) -> bool {
        self.started.version != self.owned.version || self.started.restart_requests != self.owned.restart_requests
    }
}
