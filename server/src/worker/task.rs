//! One attempt at running one task: open source, sink and store, run the pipeline, end.
//!
//! Called by the supervisor inside a task of its own, with a lease held. Knows nothing of leases beyond the epoch it writes
//! with, and does not restart itself: it returns, and the supervisor decides.

use connect::config::SourceConfig;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::ids::{ConnectorId, ConnectorName, LeaseEpoch, TaskNumber};
use crate::worker::progress::TaskProgress;

/// What to run.
pub(crate) struct TaskAssignment {
    /// The connector's row.
    pub(crate) connector_id: ConnectorId,
    /// Its name, for client ids, topics' owners and spans.
    pub(crate) connector: ConnectorName,
    /// Which of its tasks.
    pub(crate) task: TaskNumber,
    /// The lease under which positions may be written.
    pub(crate) epoch: LeaseEpoch,
    /// The parsed configuration, secrets in place.
    pub(crate) config: SourceConfig,
}

/// What a task needs from the process.
#[derive(Clone)]
pub(crate) struct TaskEnvironment {
    /// Postgres, for positions.
    pub(crate) pool: PgPool,
    /// `bootstrap.servers` of the Kafka that records go to.
    pub(crate) kafka_bootstrap_servers: String,
}

/// Runs until `cancel` is cancelled (then drains, commits and returns `Ok`) or something fails.
///
/// # Errors
/// The first error that ended the attempt; `connect::error::policy` of its kind says what comes next. Positions committed so
/// far stay good.
pub(crate) async fn run_task(
    _assignment: TaskAssignment,
    _environment: TaskEnvironment,
    _progress: TaskProgress,
    _cancel: CancellationToken,
) -> Result<(), connect::Error> {
    Err(connect::Error::new(connect::ErrorKind::Internal, "Not built yet"))
}
