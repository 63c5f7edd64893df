//! What a restart covers: Kafka Connect's rule for `includeTasks` and `onlyFailed`.

use super::ConnectState;

/// The two flags of a restart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RestartScope {
    /// The tasks too, and not the connector alone.
    pub include_tasks: bool,
    /// Only what has failed.
    pub only_failed: bool,
}

/// What is to be restarted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RestartPlan {
    /// The connector itself.
    pub connector: bool,
    /// Indexes of tasks, ascending.
    pub tasks: Vec<usize>,
}

impl RestartScope {
    /// The connector restarts unless only failed parts are meant and it has not failed. A task restarts under the same
    /// condition, and only if tasks are meant at all.
    pub fn plan(self, connector: ConnectState, tasks: &[ConnectState]) -> RestartPlan {
        let is_meant = |state: ConnectState| !self.only_failed || state == ConnectState::Failed;
        let is_task_meant = |(_, state): &(usize, &ConnectState)| self.include_tasks && is_meant(**state);
        RestartPlan {
            connector: is_meant(connector),
            tasks: tasks.iter().enumerate().filter(is_task_meant).map(|(index, _)| index).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::lifecycle::tests::any_connect_state;

    proptest! {
        #[test]
        fn a_restart_selects_by_its_flags_alone(
            include_tasks in any::<bool>(),
            only_failed in any::<bool>(),
            connector in any_connect_state(),
            tasks in prop::collection::vec(any_connect_state(), 0..6),
        ) {
            let plan = RestartScope { include_tasks, only_failed }.plan(connector, &tasks);

            prop_assert_eq!(plan.connector, !only_failed || connector == ConnectState::Failed);
            for (index, state) in tasks.iter().enumerate() {
                let is_meant = include_tasks && (!only_failed || *state == ConnectState::Failed);
                prop_assert_eq!(plan.tasks.contains(&index), is_meant);
            }
        }

        #[test]
        fn narrower_flags_never_select_more(
            connector in any_connect_state(),
            tasks in prop::collection::vec(any_connect_state(), 0..6),
        ) {
            let plan = |include_tasks, only_failed| RestartScope { include_tasks, only_failed }.plan(connector, &tasks);

            prop_assert!(plan(true, true).tasks.iter().all(|task| plan(true, false).tasks.contains(task)));
            prop_assert_eq!(plan(false, false).tasks, Vec::<usize>::new());
            prop_assert!(plan(true, false).connector);
        }
    }
}
