//! The connect workers: who runs which task ([`supervisor`], over `db::leases`), and the task itself ([`task`]).
//!
//! Desired state is rows in Postgres; the supervisor makes it true on this replica. Must not know HTTP or the portal.

mod backoff;
mod clock;
pub(crate) mod exactly_once;
mod failure;
mod faults;
mod fence;
mod ledger;
mod load;
mod observer;
mod process;
pub(crate) mod progress;
mod rate;
mod reference;
mod slot;
mod store;
mod supervisor;
pub(crate) mod task;
mod topic_memory;
pub(crate) mod view;

use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::{Notify, watch};

use crate::config::{ProviderConfig, WorkerTiming};
use crate::ids::ReplicaId;
use crate::kafka::client::ClientSettings;
use crate::secret::Sealer;
use exactly_once::ExactlyOnceEnvironment;
pub(crate) use supervisor::Supervisor;
use view::WorkerView;

/// What the workers of a process need.
pub(crate) struct WorkerSettings {
    /// Postgres.
    pub(crate) pool: PgPool,
    /// Opens the secrets of configurations.
    pub(crate) sealer: Arc<Sealer>,
    /// This process among the replicas.
    pub(crate) replica: ReplicaId,
    /// What this process is called in the Kafka Connect API.
    pub(crate) worker_id: Arc<str>,
    /// The Kafka that records go to.
    pub(crate) kafka: ClientSettings,
    /// Whether missing topics are created there.
    pub(crate) may_create_topics: bool,
    /// What exactly-once delivery uses there.
    pub(crate) exactly_once: ExactlyOnceEnvironment,
    /// What references in configurations may be resolved to.
    pub(crate) providers: ProviderConfig,
    /// Periods.
    pub(crate) timing: WorkerTiming,
}

/// The workers as the rest of the process sees them: a cheap clone.
#[derive(Clone)]
pub(crate) struct WorkerHandle {
    wake: Arc<Notify>,
    view: watch::Receiver<Arc<WorkerView>>,
}

/// The supervisor's end of a [`WorkerHandle`].
pub(crate) struct WorkerReins {
    wake: Arc<Notify>,
    view: watch::Sender<Arc<WorkerView>>,
}

/// Both ends.
pub(crate) fn reins() -> (WorkerHandle, WorkerReins) {
    let wake = Arc::new(Notify::new());
    let (sender, receiver) = watch::channel(Arc::new(WorkerView::default()));
    (WorkerHandle { wake: Arc::clone(&wake), view: receiver }, WorkerReins { wake, view: sender })
}

impl WorkerHandle {
    /// Has the supervisor look at what should run now instead of at its next poll.
    pub(crate) fn wake(&self) {
        self.wake.notify_one();
    }

    /// What the supervisor last saw.
    pub(crate) fn view(&self) -> Arc<WorkerView> {
        Arc::clone(&self.view.borrow())
    }
}
