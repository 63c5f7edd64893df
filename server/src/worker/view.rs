//! What the supervisor last saw, for metrics and readiness: no database is asked for these.

use std::time::Instant;

use connect::lifecycle::{ConnectState, ObservedState};

use crate::db::status::{Gauges, Growth};

/// A moment of this replica.
#[derive(Debug, Clone, Default)]
pub(crate) struct WorkerView {
    /// When desired and running were last compared; `None` before the first time.
    pub(crate) reconciled_at: Option<Instant>,
    /// Replicas alive, this one included.
    pub(crate) live_replicas: usize,
    /// Connectors that this replica speaks for: those whose task it runs, and on one replica those that nobody runs.
    pub(crate) connectors: Vec<ConnectorView>,
    /// Tasks of this replica.
    pub(crate) tasks: Vec<TaskView>,
}

/// A connector's line.
#[derive(Debug, Clone)]
pub(crate) struct ConnectorView {
    /// Its name.
    pub(crate) name: String,
    /// Its class.
    pub(crate) class: String,
    /// Its state, as the Kafka Connect API spells it.
    pub(crate) state: ConnectState,
}

/// A task's line.
#[derive(Debug, Clone)]
pub(crate) struct TaskView {
    /// Its connector.
    pub(crate) connector: String,
    /// Its number.
    pub(crate) task: i32,
    /// What is seen.
    pub(crate) observed: ObservedState,
    /// As the Kafka Connect API spells it.
    pub(crate) state: ConnectState,
    /// Totals of this process for this task, over all attempts.
    pub(crate) totals: Growth,
    /// Values of the moment.
    pub(crate) gauges: Gauges,
}
