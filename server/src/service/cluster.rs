//! What the Kafka Connect API tells about the cluster behind it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};

use crate::blocking::blocking;
use crate::kafka::client::ClientSettings;

/// The release of Kafka Connect whose API and behaviour this is; clients read it to know what they may ask for.
pub(crate) const CONNECT_VERSION: &str = "4.3.1";

/// How long the cluster is asked for its id.
const ASK_TIMEOUT: Duration = Duration::from_secs(5);

/// The default Kafka's identity, asked once and kept.
#[derive(Clone)]
pub(crate) struct Cluster {
    settings: ClientSettings,
    id: Arc<Mutex<Option<String>>>,
}

impl Cluster {
    /// Asks nothing yet.
    pub(crate) fn new(settings: ClientSettings) -> Self {
        Self { settings, id: Arc::default() }
    }

    /// The cluster's id; `None` while no broker answers.
    pub(crate) async fn id(&self) -> Option<String> {
        if let Some(id) = self.id.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Some(id);
        }
        let settings = self.settings.clone();
        let id = blocking(move || {
            let client: BaseConsumer = settings.native("naru-cluster", &[]).create().ok()?;
            client.client().fetch_cluster_id(ASK_TIMEOUT)
        })
        .await
        .flatten()?;
        *self.id.lock().unwrap_or_else(PoisonError::into_inner) = Some(id.clone());
        Some(id)
    }
}

/// This build, where Kafka names its commit.
pub(crate) fn build_id() -> String {
    format!("naru-{}", env!("CARGO_PKG_VERSION"))
}
