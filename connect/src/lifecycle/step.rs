//! The legal steps: what may be asked for when, and in which order a task can be seen to live.

use super::{DesiredState, ObservedState};

impl DesiredState {
    /// The word under which Kafka Connect keeps a target state.
    pub fn target_state(self) -> &'static str {
        match self {
            Self::Running => "STARTED",
            Self::Paused => "PAUSED",
            Self::Stopped => "STOPPED",
        }
    }

    /// The position may be changed or forgotten: only of a stopped connector whose tasks nobody holds any more. Pausing is not
    /// enough, because a paused task keeps what it knows.
    pub fn allows_position_change(self, held_task_count: usize) -> bool {
        self == Self::Stopped && held_task_count == 0
    }
}

impl ObservedState {
    /// Whether a task seen in this state may next be seen in `next`. Seeing the same again is always possible.
    ///
    /// A copy comes before streaming and never after it; what drains only ends or fails; and only what has ended, failed or
    /// waits to be tried again can start.
    pub fn may_become(self, next: Self) -> bool {
        use ObservedState::{Copying, Draining, Ended, Failed, Retrying, Starting, Streaming};
        match (self, next) {
            (one, other) if one == other => true,
            (Starting, Copying | Streaming | Draining) => true,
            (Copying, Streaming | Draining) => true,
            (Streaming, Draining) => true,
            (Starting | Copying | Streaming | Draining, Retrying | Failed | Ended) => true,
            (Retrying, Starting | Failed | Ended) => true,
            (Failed | Ended, Starting) => true,
            (Failed, Ended) => true,
            _ => false,
        }
    }

    /// Nothing of the task runs in this state.
    pub fn is_at_rest(self) -> bool {
        matches!(self, Self::Retrying | Self::Failed | Self::Ended)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lifecycle::tests::{any_desired_state, any_observed_state};

    proptest! {
        #[test]
        fn every_running_task_can_come_to_rest_and_every_resting_one_can_start(state in any_observed_state()) {
            if state.is_at_rest() {
                prop_assert!(state.may_become(ObservedState::Starting));
            } else {
                for end in [ObservedState::Retrying, ObservedState::Failed, ObservedState::Ended] {
                    prop_assert!(state.may_become(end));
                }
            }
        }

        #[test]
        fn within_one_attempt_no_state_comes_back(first in any_observed_state(), second in any_observed_state()) {
            let is_one_attempt = !first.is_at_rest() && !second.is_at_rest() && first != second;
            if is_one_attempt && first.may_become(second) {
                prop_assert!(!second.may_become(first));
            }
        }

        #[test]
        fn data_flows_only_after_starting(state in any_observed_state()) {
            for flowing in [ObservedState::Copying, ObservedState::Streaming] {
                if state.is_at_rest() {
                    prop_assert!(!state.may_become(flowing));
                }
            }
        }

        #[test]
        fn a_position_changes_only_where_nothing_holds_it(state in any_desired_state(), held in 0..3_usize) {
            prop_assert_eq!(state.allows_position_change(held), state == DesiredState::Stopped && held == 0);
        }

        #[test]
        fn words_are_read_back(desired in any_desired_state(), observed in any_observed_state()) {
            prop_assert_eq!(desired.as_str().parse(), Ok(desired));
            prop_assert_eq!(observed.as_str().parse(), Ok(observed));
        }
    }

    #[test]
    fn target_states_have_kafka_connects_words() {
        let words =
            [DesiredState::Running, DesiredState::Paused, DesiredState::Stopped].map(DesiredState::target_state);

        assert_eq!(words, ["STARTED", "PAUSED", "STOPPED"]);
    }
}
