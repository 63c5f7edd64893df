//! Stops this replica's tasks when it has been out of touch with Postgres for too long.
//!
//! A lease says who may run a task, and only Postgres' clock says how long. A replica that cannot reach Postgres therefore
//! stops its tasks before anybody else may start them. While no other replica is known there is nobody to run into: tasks then
//! go on longer, with positions in memory. Tasks that deliver exactly once go on longer in any case: if somebody else starts one,
//! the brokers fence it here. The deadline counts from *before* the last successful renewal was sent.
//!
//! The watch runs beside the supervisor, because the supervisor may itself be waiting for Postgres.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use connect::config::DeliveryMode;
use tokio::task::AbortHandle;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::clock::Clock;
use crate::config::WorkerTiming;

/// Between looks at the clock.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The replica's standing towards Postgres; a cheap clone.
#[derive(Clone)]
pub(super) struct Fence {
    clock: Clock,
    state: Arc<Mutex<FenceState>>,
}

struct FenceState {
    /// When the last successful renewal was sent.
    contact: Duration,
    /// No other replica was alive then.
    is_alone: bool,
    /// Parent of every task's token; replaced after a fence.
    token: CancellationToken,
    /// The same for tasks that deliver exactly once.
    exactly_once_token: CancellationToken,
    /// Running tasks that deliver at least once, for the hard end.
    tasks: Vec<AbortHandle>,
}

impl Fence {
    pub(super) fn new(clock: Clock) -> Self {
        let state = FenceState {
            contact: clock.now(),
            is_alone: false,
            token: CancellationToken::new(),
            exactly_once_token: CancellationToken::new(),
            tasks: Vec::new(),
        };
        Self { clock, state: Arc::new(Mutex::new(state)) }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, FenceState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The moment to hand to [`Self::renewed`], taken before a renewal is sent.
    pub(super) fn now(&self) -> Duration {
        self.clock.now()
    }

    /// A renewal that was sent at `sent` has succeeded. After a fence, tasks may run again.
    pub(super) fn renewed(&self, sent: Duration, is_alone: bool) {
        let mut state = self.lock();
        state.contact = sent;
        state.is_alone = is_alone;
        if state.token.is_cancelled() {
            state.token = CancellationToken::new();
        }
        if state.exactly_once_token.is_cancelled() {
            state.exactly_once_token = CancellationToken::new();
        }
    }

    /// Tasks have been stopped and must not be started.
    pub(super) fn is_down(&self) -> bool {
        self.lock().token.is_cancelled()
    }

    /// A token for one more task.
    pub(super) fn token(&self, delivery: &DeliveryMode) -> CancellationToken {
        let state = self.lock();
        match delivery {
            DeliveryMode::AtLeastOnce => state.token.child_token(),
            DeliveryMode::ExactlyOnce(_) => state.exactly_once_token.child_token(),
        }
    }

    /// Remembers a running task, so that it can be ended the hard way.
    pub(super) fn watch(&self, task: AbortHandle) {
        let mut state = self.lock();
        state.tasks.retain(|task| !task.is_finished());
        state.tasks.push(task);
    }

    /// Looks at the clock until `shutdown`: cancels every task when the time is over, and aborts what has not ended after
    /// the drain deadline.
    pub(super) async fn keep(self, timing: WorkerTiming, shutdown: CancellationToken) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while shutdown.run_until_cancelled(looks.tick()).await.is_some() {
            self.look(&timing);
        }
    }

    fn look(&self, timing: &WorkerTiming) {
        let silence = self.clock.now().saturating_sub(self.lock().contact);
        let mut state = self.lock();
        if silence >= timing.fence_exactly_once_after && !state.exactly_once_token.is_cancelled() {
            warn!(silence_s = silence.as_secs(), "out of touch with Postgres for too long even for exactly once");
            state.exactly_once_token.cancel();
        }
        let limit = if state.is_alone { timing.fence_alone_after } else { timing.fence_after };
        if silence < limit {
            return;
        }
        if !state.token.is_cancelled() {
            warn!(
                silence_s = silence.as_secs(),
                "out of touch with Postgres, stopping tasks that deliver at least once"
            );
            state.token.cancel();
        }
        if silence >= limit + drain_within_lease(timing) {
            for task in state.tasks.drain(..).filter(|task| !task.is_finished()) {
                task.abort();
            }
        }
    }
}

/// What is left of the lease after the fence, a second kept back.
fn drain_within_lease(timing: &WorkerTiming) -> Duration {
    timing.lease_ttl.saturating_sub(timing.fence_after).saturating_sub(Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use connect::config::{ExactlyOnceConfig, TransactionBoundary};

    use super::*;

    fn fence(silence: Duration, is_alone: bool) -> Fence {
        let fence = Fence::new(Clock::new());
        let contact = fence.now().saturating_sub(silence);
        fence.renewed(contact, is_alone);
        fence
    }

    #[test]
    fn tasks_stop_before_another_replica_may_start_them() {
        let timing = WorkerTiming::default();
        let fence = fence(timing.fence_after, false);
        let task = fence.token(&DeliveryMode::AtLeastOnce);

        fence.look(&timing);

        assert!(task.is_cancelled() && fence.is_down());
        assert!(timing.fence_after + drain_within_lease(&timing) < timing.lease_ttl);
    }

    #[test]
    fn without_postgres_an_exactly_once_task_goes_on() {
        let timing = WorkerTiming::default();
        let config = ExactlyOnceConfig { boundary: TransactionBoundary::Poll, offsets_topic: None };
        let exactly_once = DeliveryMode::ExactlyOnce(config);
        let out_for_a_while = fence(timing.fence_exactly_once_after - Duration::from_secs(5), false);
        let out_for_too_long = fence(timing.fence_exactly_once_after, false);
        let tasks = [out_for_a_while.token(&exactly_once), out_for_too_long.token(&exactly_once)];

        out_for_a_while.look(&timing);
        out_for_too_long.look(&timing);

        assert!(out_for_a_while.is_down(), "others have stopped");
        assert_eq!(tasks.map(|task| task.is_cancelled()), [false, true]);
    }

    #[test]
    fn alone_they_go_on_longer() {
        let timing = WorkerTiming::default();
        let fence = fence(timing.lease_ttl, true);

        fence.look(&timing);

        assert!(!fence.is_down());
    }

    #[test]
    fn contact_lets_tasks_run_again_under_a_new_token() {
        let timing = WorkerTiming::default();
        let fence = fence(timing.lease_ttl, false);
        fence.look(&timing);

        fence.renewed(fence.now(), false);

        assert!(!fence.is_down() && !fence.token(&DeliveryMode::AtLeastOnce).is_cancelled());
    }
}
