//! What every door needs of the process: made once by the application, cloned into handlers and services.

use std::sync::Arc;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use crate::changes::Changes;
use crate::config::Config;
use crate::ids::ReplicaId;
use crate::metrics::Recorded;
use crate::secret::Sealer;
use crate::service::cluster::Cluster;
use crate::service::remote::Remote;
use crate::telemetry::LogLevels;
use crate::worker::WorkerHandle;

/// Handles only: cheap to clone, nothing in it is changed after the start.
#[derive(Clone)]
pub(crate) struct AppState {
    /// Postgres.
    pub(crate) pool: PgPool,
    /// The configuration the process was started with.
    pub(crate) config: Arc<Config>,
    /// Seals and opens secrets.
    pub(crate) sealer: Arc<Sealer>,
    /// This process among the replicas.
    pub(crate) replica: ReplicaId,
    /// What this process is called in the Kafka Connect API.
    pub(crate) worker_id: Arc<str>,
    /// Log levels of this process.
    pub(crate) log_levels: LogLevels,
    /// The workers of this process: wake them, see what they see.
    pub(crate) worker: WorkerHandle,
    /// Where changes of connectors can be heard.
    pub(crate) changes: Changes,
    /// What is known of the Kafka cluster.
    pub(crate) cluster: Cluster,
    /// The MongoDBs and topics that people look into.
    pub(crate) remote: Remote,
    /// What was counted outside the workers.
    pub(crate) recorded: Recorded,
    /// Cancelled when the process is to stop; endless answers (event streams) end with it.
    pub(crate) shutdown: CancellationToken,
}
