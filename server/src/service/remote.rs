//! What use cases need of the MongoDBs and the Kafka outside: clients that are shared, and answers that are kept for a moment.
//!
//! Made once by the application. Everything in it is bounded, and keyed by hashes: no connection string is kept.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bson::RawDocumentBuf;
use connect::config::{ConnectionConfig, FieldError, KeyStore};
use sha2::{Digest as _, Sha256};

use super::remembered::{Bounds, Remembered};
use crate::kafka::client::ClientSettings;
use crate::kafka::fault::Fault;
use crate::kafka::topics::{BrokerDefaults, Topics};
use crate::mongo::discover::Explorer;
use crate::mongo::refusal::Refusal;
use crate::preview::{self, Preview};

/// Deployments that are looked into at the same time: each keeps a few connections.
const EXPLORERS: Bounds = Bounds { entries: 8, weight: 8, age: Duration::from_secs(120) };

/// Sampled documents, weighed in bytes.
const SAMPLES: Bounds = Bounds { entries: 64, weight: 32 * 1024 * 1024, age: Duration::from_secs(60) };

/// Topics that were looked up.
const PLACES: Bounds = Bounds { entries: 1_000, weight: 1_000, age: Duration::from_secs(15) };

/// What a kept answer is found by, without holding what it was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AskedHash([u8; 32]);

/// Clients and kept answers. A cheap clone.
#[derive(Clone)]
pub(crate) struct Remote {
    kafka: ClientSettings,
    may_create_topics: bool,
    topics: Arc<Mutex<Option<Topics>>>,
    preview: Preview,
    explorers: Remembered<AskedHash, Explorer>,
    /// Events made of sampled documents.
    pub(super) samples: Remembered<AskedHash, Arc<Vec<RawDocumentBuf>>>,
    /// Partitions of topics; `None` for a topic that does not exist.
    pub(super) places: Remembered<String, Option<u32>>,
    /// What the brokers give to new topics.
    pub(super) defaults: Remembered<(), BrokerDefaults>,
}

/// Why something outside could not be asked, or what it said.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RemoteError {
    /// The principal may not do that.
    #[error("Not allowed")]
    Forbidden,
    /// The configuration does not say enough, or not correctly.
    #[error("Configuration has {} error(s)", .0.len())]
    Invalid(Vec<FieldError>),
    /// MongoDB refused.
    #[error("MongoDB refused")]
    Mongo(#[from] Refusal),
    /// Kafka refused.
    #[error("Kafka refused")]
    Kafka(#[from] Fault),
    /// A topic could not be looked into.
    #[error(transparent)]
    Topic(#[from] preview::Error),
    /// The engine does not accept the configuration, for a reason that no field error tells.
    #[error(transparent)]
    Engine(#[from] connect::Error),
}

impl Remote {
    /// For the Kafka that records go to, and whether topics may be created there; nothing is contacted yet.
    pub(crate) fn new(kafka: ClientSettings, may_create_topics: bool) -> Self {
        Self {
            preview: Preview::new(kafka.clone()),
            kafka,
            may_create_topics,
            topics: Arc::default(),
            explorers: Remembered::new(EXPLORERS),
            samples: Remembered::new(SAMPLES),
            places: Remembered::new(PLACES),
            defaults: Remembered::new(Bounds { entries: 1, weight: 1, ..PLACES }),
        }
    }

    /// Whether the operator lets tasks create topics.
    pub(super) fn may_create_topics(&self) -> bool {
        self.may_create_topics
    }

    /// How to reach the Kafka.
    pub(super) fn kafka(&self) -> &ClientSettings {
        &self.kafka
    }

    /// Looks into topics.
    pub(super) fn preview(&self) -> &Preview {
        &self.preview
    }

    /// Asks about topics; one client for all.
    pub(super) fn topics(&self) -> Result<Topics, Fault> {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(topics) = &*topics {
            return Ok(topics.clone());
        }
        Ok(topics.insert(Topics::new(&self.kafka, "naru-topics")?).clone())
    }

    /// Looks into a deployment; calls that follow each other share a client.
    pub(super) async fn explorer(&self, uri: &str) -> Result<Explorer, Refusal> {
        self.explorer_for(&ConnectionConfig::of_uri(uri)).await
    }

    /// The same, with what a whole configuration says beside its connection string.
    pub(super) async fn explorer_for(&self, connection: &ConnectionConfig) -> Result<Explorer, Refusal> {
        let store = |store: &Option<KeyStore>| {
            let parts = store.as_ref().map(|store| (store.path.clone(), store.password.clone().unwrap_or_default()));
            parts.unwrap_or_default()
        };
        let (trust, key_store) = (store(&connection.trust_store), store(&connection.key_store));
        let api = format!("{:?} {}", connection.server_api, connection.provider);
        let parts = [&connection.uri, &trust.0, &trust.1, &key_store.0, &key_store.1, &api];
        let key = asked(parts.map(|part| part.as_bytes()));
        if let Some(explorer) = self.explorers.get(&key) {
            return Ok(explorer);
        }
        let explorer = Explorer::connect(connection).await?;
        self.explorers.put(key, explorer.clone(), 1);
        Ok(explorer)
    }
}

/// A hash of parts, in which no two lists of parts look alike.
pub(super) fn asked<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> AskedHash {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    AskedHash(hash.finalize().into())
}

impl AskedHash {
    /// Hexadecimal digits.
    pub(super) fn to_hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
