//! A whole application on free ports.

use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use server::config::{
    Config, DatabaseConfig, KafkaConfig, KafkaSecurityConfig, ListenConfig, LogConfig, LogFormat, ProviderConfig,
    SecretConfig, SiteConfig, WorkerTiming,
};
use server::telemetry::{self, LogLevels};
use server::{Addresses, Application, Listeners};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::client::Client;
use super::{TestDatabase, unique};

/// Logging is process-wide: set up by whichever test comes first.
static LOG_LEVELS: LazyLock<LogLevels> = LazyLock::new(|| telemetry::install(&log_config()).expect("first to install"));

fn log_config() -> LogConfig {
    let levels = std::env::var("NARU_LOG").unwrap_or_else(|_| "warn".to_owned());
    LogConfig { levels: levels.parse().expect("log levels"), format: LogFormat::Text }
}

/// Periods short enough for tests, in the proportions of the real ones.
pub(crate) fn fast() -> WorkerTiming {
    WorkerTiming {
        lease_ttl: Duration::from_millis(3_000),
        renew_every: Duration::from_millis(500),
        fence_after: Duration::from_millis(1_500),
        fence_alone_after: Duration::from_millis(6_000),
        fence_exactly_once_after: Duration::from_secs(120),
        poll_every: Duration::from_millis(500),
        mirror_every: Duration::from_millis(200),
        min_hold: Duration::from_millis(500),
        backoff_first: Duration::from_millis(100),
        backoff_max: Duration::from_millis(400),
        healthy_after: Duration::from_secs(2),
        drain_deadline: Duration::from_secs(2),
    }
}

/// A running application.
pub(crate) struct TestApp {
    /// Its database; shared between replicas.
    pub(crate) database: Arc<TestDatabase>,
    /// Asks its Kafka Connect API.
    pub(crate) connect: Client,
    /// Asks for health and metrics.
    pub(crate) admin: Client,
    /// Where it listens.
    pub(crate) addresses: Addresses,
    shutdown: CancellationToken,
    running: JoinHandle<anyhow::Result<()>>,
}

impl TestApp {
    /// One on a database of its own.
    pub(crate) async fn start() -> Self {
        Self::replica(&Arc::new(TestDatabase::create().await)).await
    }

    /// One more on a database.
    pub(crate) async fn replica(database: &Arc<TestDatabase>) -> Self {
        Self::start_with(database, database.config(), fast()).await
    }

    /// One with everything given.
    pub(crate) async fn start_with(
        database: &Arc<TestDatabase>,
        postgres: DatabaseConfig,
        timing: WorkerTiming,
    ) -> Self {
        let config = config(postgres, timing);
        let listeners = Listeners::bind(&config.listen).await.expect("free ports");
        let addresses = listeners.addresses().expect("bound");
        let application = Application::build(config, LOG_LEVELS.clone()).await.expect("an application");
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(application.run(listeners, shutdown.clone()));
        Self {
            database: Arc::clone(database),
            connect: Client::new(addresses.connect),
            admin: Client::new(addresses.admin),
            addresses,
            shutdown,
            running,
        }
    }

    /// What it is called as a worker.
    pub(crate) fn worker_id(&self) -> String {
        self.addresses.connect.to_string()
    }

    /// Stops it as SIGTERM does, and says how long that took.
    pub(crate) async fn stop(self) -> Duration {
        let began = Instant::now();
        self.shutdown.cancel();
        self.running.await.expect("no panic").expect("a clean end");
        began.elapsed()
    }

    /// Ends it as SIGKILL does: nothing is drained, told or let go of.
    pub(crate) async fn kill(self) {
        self.running.abort();
        let _ = self.running.await;
    }
}

/// The key of all tests; each test has its own database.
pub(crate) fn key_file() -> PathBuf {
    static KEY_FILE: LazyLock<PathBuf> = LazyLock::new(|| {
        let path = std::env::temp_dir().join(unique("naru-test-key"));
        std::fs::write(&path, "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n").expect("a temporary file");
        path
    });
    KEY_FILE.clone()
}

/// A configuration with free ports.
pub(crate) fn config(database: DatabaseConfig, timing: WorkerTiming) -> Config {
    let free = "127.0.0.1:0".parse().expect("an address");
    let bootstrap_servers = std::env::var("NARU_KAFKA_BOOTSTRAP_SERVERS")
        .expect("NARU_KAFKA_BOOTSTRAP_SERVERS names the Kafka of the tests");
    Config {
        database,
        kafka: KafkaConfig {
            bootstrap_servers,
            security: KafkaSecurityConfig::default(),
            topic_creation: "yes".to_owned(),
            deployment_id: "naru".to_owned(),
            offsets_topic: "naru-offsets".to_owned(),
        },
        providers: ProviderConfig::default(),
        listen: ListenConfig { portal: free, connect: free, admin: free, insecure: "no".to_owned(), worker_id: None },
        secret: SecretConfig { key_file: key_file() },
        site: SiteConfig { dir: None },
        log: log_config(),
        timing,
    }
}
