//! Desired and observed states of connectors and tasks, and how the two together look to a Kafka Connect client.
//!
//! The server stores desired states and observations; the Kafka Connect API and the portal read both through here. Nothing
//! in here decides what runs: that is the supervisor's.

mod restart;
mod step;

use std::fmt;
use std::str::FromStr;

pub use restart::{RestartPlan, RestartScope};

/// What a person asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DesiredState {
    /// Run.
    Running,
    /// Let no data flow, keep the task listed.
    Paused,
    /// Shut down; no task is listed, and the position may be changed.
    Stopped,
}

/// What the owner of a task last saw of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ObservedState {
    /// Connecting, reading the position, opening the stream.
    Starting,
    /// Copying what exists.
    Copying,
    /// Following changes with an open stream.
    Streaming,
    /// Reading has stopped; what is in flight is being finished.
    Draining,
    /// An attempt failed, and another follows by itself.
    Retrying,
    /// An attempt failed, and a person has to act.
    Failed,
    /// Ended as told.
    Ended,
}

/// A state as the Kafka Connect API spells it. Clients know these words and no others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectState {
    /// Known, and no worker runs it yet.
    Unassigned,
    /// A worker runs it.
    Running,
    /// No data flows.
    Paused,
    /// Shut down (connectors only).
    Stopped,
    /// Died with an error.
    Failed,
    /// A restart was accepted, or is being tried.
    Restarting,
}

/// A task as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaskObservation {
    /// Somebody holds the task's lease.
    pub is_held: bool,
    /// What the newest owner last saw; `None` when it has said nothing yet.
    pub observed: Option<ObservedState>,
    /// Attempts since the task was last healthy; 1 is the first.
    pub attempt: u32,
    /// A restart was asked for that the owner has not begun.
    pub has_pending_restart: bool,
}

/// A connector's state for a Kafka Connect client: what is desired, because the connector itself is a row and not a process.
/// Trouble shows in its task, as it does in Kafka Connect.
pub fn connector_state(desired: DesiredState) -> ConnectState {
    match desired {
        DesiredState::Running => ConnectState::Running,
        DesiredState::Paused => ConnectState::Paused,
        DesiredState::Stopped => ConnectState::Stopped,
    }
}

/// A task's state for a Kafka Connect client; `None` when it is not listed.
///
/// `RUNNING` is said only of a task that copies, streams or finishes what it read. One that waits for its next attempt, or is
/// at it, is `RESTARTING`.
pub fn task_state(desired: DesiredState, task: TaskObservation) -> Option<ConnectState> {
    match desired {
        DesiredState::Stopped => None,
        DesiredState::Paused if is_flowing(task) => Some(ConnectState::Running),
        DesiredState::Paused => Some(ConnectState::Paused),
        DesiredState::Running if task.has_pending_restart => Some(ConnectState::Restarting),
        DesiredState::Running => Some(running_task_state(task)),
    }
}

fn is_flowing(task: TaskObservation) -> bool {
    use ObservedState::{Copying, Draining, Streaming};
    task.is_held && matches!(task.observed, Some(Copying | Streaming | Draining))
}

fn running_task_state(task: TaskObservation) -> ConnectState {
    match task.observed {
        Some(ObservedState::Failed) => ConnectState::Failed,
        _ if !task.is_held => ConnectState::Unassigned,
        None | Some(ObservedState::Ended) => ConnectState::Unassigned,
        Some(ObservedState::Retrying) => ConnectState::Restarting,
        Some(ObservedState::Starting) if task.attempt > 1 => ConnectState::Restarting,
        Some(ObservedState::Starting) => ConnectState::Unassigned,
        Some(ObservedState::Copying | ObservedState::Streaming | ObservedState::Draining) => ConnectState::Running,
    }
}

/// A word that names no state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownState(pub String);

impl fmt::Display for UnknownState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Unknown state {}", self.0)
    }
}

impl std::error::Error for UnknownState {}

impl DesiredState {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
        }
    }
}

impl FromStr for DesiredState {
    type Err = UnknownState;

    /// Reads the stored word, in any case.
    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word.to_ascii_lowercase().as_str() {
            "running" => Ok(Self::Running),
            "paused" => Ok(Self::Paused),
            "stopped" => Ok(Self::Stopped),
            _ => Err(UnknownState(word.to_owned())),
        }
    }
}

impl ObservedState {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Copying => "copying",
            Self::Streaming => "streaming",
            Self::Draining => "draining",
            Self::Retrying => "retrying",
            Self::Failed => "failed",
            Self::Ended => "ended",
        }
    }
}

impl FromStr for ObservedState {
    type Err = UnknownState;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        match word {
            "starting" => Ok(Self::Starting),
            "copying" => Ok(Self::Copying),
            "streaming" => Ok(Self::Streaming),
            "draining" => Ok(Self::Draining),
            "retrying" => Ok(Self::Retrying),
            "failed" => Ok(Self::Failed),
            "ended" => Ok(Self::Ended),
            _ => Err(UnknownState(word.to_owned())),
        }
    }
}

impl ConnectState {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unassigned => "UNASSIGNED",
            Self::Running => "RUNNING",
            Self::Paused => "PAUSED",
            Self::Stopped => "STOPPED",
            Self::Failed => "FAILED",
            Self::Restarting => "RESTARTING",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(super) fn any_desired_state() -> impl Strategy<Value = DesiredState> {
        prop::sample::select(vec![DesiredState::Running, DesiredState::Paused, DesiredState::Stopped])
    }

    pub(super) fn any_observed_state() -> impl Strategy<Value = ObservedState> {
        use ObservedState::{Copying, Draining, Ended, Failed, Retrying, Starting, Streaming};
        prop::sample::select(vec![Starting, Copying, Streaming, Draining, Retrying, Failed, Ended])
    }

    pub(super) fn any_connect_state() -> impl Strategy<Value = ConnectState> {
        use ConnectState::{Failed, Paused, Restarting, Running, Stopped, Unassigned};
        prop::sample::select(vec![Unassigned, Running, Paused, Stopped, Failed, Restarting])
    }

    proptest! {
        #[test]
        fn a_task_never_shows_a_connectors_state_and_never_runs_unheld(
            desired in any_desired_state(),
            observed in prop::option::of(any_observed_state()),
            is_held in any::<bool>(),
            attempt in 1..4_u32,
            has_pending_restart in any::<bool>(),
        ) {
            let task = TaskObservation { is_held, observed, attempt, has_pending_restart };

            let state = task_state(desired, task);

            prop_assert_ne!(state, Some(ConnectState::Stopped));
            prop_assert_eq!(state.is_none(), desired == DesiredState::Stopped);
            if state == Some(ConnectState::Running) {
                prop_assert!(is_held);
            }
        }
    }

    fn task(observed: Option<ObservedState>) -> TaskObservation {
        TaskObservation { is_held: true, observed, attempt: 1, has_pending_restart: false }
    }

    #[test]
    fn a_task_is_running_only_with_an_open_reader() {
        let state = |observed| task_state(DesiredState::Running, task(observed));

        assert_eq!(state(None), Some(ConnectState::Unassigned));
        assert_eq!(state(Some(ObservedState::Starting)), Some(ConnectState::Unassigned));
        assert_eq!(state(Some(ObservedState::Copying)), Some(ConnectState::Running));
        assert_eq!(state(Some(ObservedState::Streaming)), Some(ConnectState::Running));
        assert_eq!(state(Some(ObservedState::Retrying)), Some(ConnectState::Restarting));
    }

    #[test]
    fn a_later_attempt_is_restarting_until_it_reads() {
        let second = TaskObservation { attempt: 2, ..task(Some(ObservedState::Starting)) };

        assert_eq!(task_state(DesiredState::Running, second), Some(ConnectState::Restarting));
    }

    #[test]
    fn a_dead_owner_leaves_the_task_unassigned_but_a_failure_stays_told() {
        let orphan = TaskObservation { is_held: false, ..task(Some(ObservedState::Streaming)) };
        let failed = TaskObservation { is_held: false, ..task(Some(ObservedState::Failed)) };

        assert_eq!(task_state(DesiredState::Running, orphan), Some(ConnectState::Unassigned));
        assert_eq!(task_state(DesiredState::Running, failed), Some(ConnectState::Failed));
    }

    #[test]
    fn pausing_works_from_failed_and_waits_for_the_flow_to_end() {
        let draining = task(Some(ObservedState::Draining));
        let failed = task(Some(ObservedState::Failed));

        assert_eq!(task_state(DesiredState::Paused, draining), Some(ConnectState::Running));
        assert_eq!(task_state(DesiredState::Paused, failed), Some(ConnectState::Paused));
    }

    #[test]
    fn a_stopped_connector_lists_no_task() {
        assert_eq!(task_state(DesiredState::Stopped, task(Some(ObservedState::Streaming))), None);
        assert_eq!(connector_state(DesiredState::Stopped).as_str(), "STOPPED");
    }

    #[test]
    fn a_restart_that_was_accepted_shows_before_it_begins() {
        let asked = TaskObservation { has_pending_restart: true, ..task(Some(ObservedState::Failed)) };

        assert_eq!(task_state(DesiredState::Running, asked), Some(ConnectState::Restarting));
    }
}
