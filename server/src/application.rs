//! The process as a whole: built from its configuration, run on three listeners, stopped by one token.
//!
//! `main` uses it with signals, tests with free ports and a token of their own. Stopping takes less than ten seconds: the
//! listeners close, tasks drain and commit, leases are let go of, connections end.

use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::extract::Request;
use axum::routing::get;
use axum::{Router, middleware};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};
use uuid::Uuid;

use crate::changes::Changes;
use crate::config::{Config, DatabaseConfig, ListenConfig};
use crate::db::schema;
use crate::ids::ReplicaId;
use crate::kafka::client::ClientSettings;
use crate::metrics::{self, Recorded};
use crate::secret::Sealer;
use crate::service::cluster::Cluster;
use crate::service::remote::Remote;
use crate::state::AppState;
use crate::telemetry::LogLevels;
use crate::worker::exactly_once::{ExactlyOnceEnvironment, Strikes};
use crate::worker::{Supervisor, WorkerSettings, reins};
use crate::{health, http_log, rest, web};

/// How long an answer that is under way may take once the process is to stop.
const ANSWER_DEADLINE: Duration = Duration::from_secs(3);

/// How long closing connections may take.
const CLOSE_DEADLINE: Duration = Duration::from_secs(1);

/// How long a request or a task waits for a connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// Connections that the doors never take from the workers: the supervisor's, the listener's, and one for positions.
const WORKER_CONNECTIONS: u32 = 3;

/// The three sockets.
pub struct Listeners {
    /// The portal's.
    pub portal: TcpListener,
    /// The Kafka Connect API's.
    pub connect: TcpListener,
    /// Health and metrics.
    pub admin: TcpListener,
}

/// Where the three sockets are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    /// The portal's.
    pub portal: SocketAddr,
    /// The Kafka Connect API's.
    pub connect: SocketAddr,
    /// Health and metrics.
    pub admin: SocketAddr,
}

impl Listeners {
    /// Binds all three.
    ///
    /// # Errors
    /// Names the address that cannot be had.
    pub async fn bind(config: &ListenConfig) -> anyhow::Result<Self> {
        let bind = async |name: &str, address: SocketAddr| {
            TcpListener::bind(address).await.with_context(|| format!("{name}={address} cannot be listened on"))
        };
        Ok(Self {
            portal: bind("NARU_PORTAL_LISTEN", config.portal).await?,
            connect: bind("NARU_CONNECT_LISTEN", config.connect).await?,
            admin: bind("NARU_ADMIN_LISTEN", config.admin).await?,
        })
    }

    /// Where they are, free ports resolved.
    ///
    /// # Errors
    /// The operating system does not say.
    pub fn addresses(&self) -> anyhow::Result<Addresses> {
        Ok(Addresses {
            portal: self.portal.local_addr()?,
            connect: self.connect.local_addr()?,
            admin: self.admin.local_addr()?,
        })
    }
}

/// Brings a database to this release's shape.
///
/// # Errors
/// Postgres cannot be reached or refuses a migration.
pub async fn migrate(config: &DatabaseConfig) -> anyhow::Result<()> {
    let pool = pool(config, 2).await?;
    schema::migrate(&pool).await.context("The database cannot be migrated")?;
    pool.close().await;
    Ok(())
}

async fn pool(config: &DatabaseConfig, max_connections: u32) -> anyhow::Result<PgPool> {
    let options = config.url.options().application_name("naru");
    PgPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await
        .with_context(|| format!("Postgres at {:?} cannot be reached", config.url))
}

/// A process that is ready to run.
pub struct Application {
    config: Arc<Config>,
    log_levels: LogLevels,
    doors_pool: PgPool,
    worker_pool: PgPool,
    sealer: Arc<Sealer>,
    kafka: ClientSettings,
    recorded: Recorded,
}

impl Application {
    /// Reads the key, connects to Postgres, and refuses a database that lacks a migration. Listens on nothing yet.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub async fn build(config: Config, log_levels: LogLevels) -> anyhow::Result<Self> {
        let problems = config.problems();
        if !problems.is_empty() {
            bail!(problems.join("\n"));
        }
        // Whoever installed one before (another application in a test's process) installed the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let sealer = Arc::new(config.secret.sealer().map_err(anyhow::Error::msg)?);
        let security = config.kafka.security.security().map_err(|problems| anyhow::Error::msg(problems.join("\n")))?;
        let kafka = ClientSettings::parse(&config.kafka.bootstrap_servers)?.secured(security);
        // Half for the doors, half for the workers: many requests must not keep a lease from being renewed.
        let for_worker = (config.database.max_connections / 2).max(WORKER_CONNECTIONS);
        let for_doors = config.database.max_connections.saturating_sub(for_worker).max(1);
        let worker_pool = pool(&config.database, for_worker).await?;
        let doors_pool = pool(&config.database, for_doors).await?;
        let missing = schema::list_missing(&doors_pool).await.context("The database's migrations cannot be read")?;
        if !missing.is_empty() {
            bail!("The database lacks {} migration(s); run `naru migrate` first", missing.len());
        }
        let recorded = Recorded::install();
        Ok(Self { config: Arc::new(config), log_levels, doors_pool, worker_pool, sealer, kafka, recorded })
    }

    /// Serves and works until `shutdown`, then stops within ten seconds.
    ///
    /// # Errors
    /// A listener failed, or its address cannot be told.
    pub async fn run(self, listeners: Listeners, shutdown: CancellationToken) -> anyhow::Result<()> {
        let addresses = listeners.addresses()?;
        let (worker, reins) = reins();
        let changes = Changes::new();
        let kafka = self.kafka.clone();
        let state = AppState {
            pool: self.doors_pool.clone(),
            worker_id: self.config.listen.worker_id(addresses.connect).into(),
            remote: Remote::new(self.kafka.clone(), self.config.kafka.may_create_topics()),
            config: self.config,
            sealer: self.sealer,
            replica: ReplicaId(Uuid::now_v7()),
            log_levels: self.log_levels,
            worker: worker.clone(),
            changes: changes.clone(),
            cluster: Cluster::new(self.kafka),
            recorded: self.recorded,
            shutdown: shutdown.clone(),
        };
        let settings = worker_settings(&state, kafka, self.worker_pool.clone());
        info!(
            portal = %addresses.portal, connect = %addresses.connect, admin = %addresses.admin,
            worker.id = %state.worker_id, "naru {} is up: portal http://{}", env!("CARGO_PKG_VERSION"), addresses.portal
        );
        let listening = changes.keep(self.worker_pool.clone(), worker, state.log_levels.clone(), shutdown.clone());
        let working = Supervisor::new(settings, reins).run(shutdown.clone());
        let (served, (), ()) = tokio::join!(serve(listeners, state, shutdown.clone()), working, listening);
        for pool in [self.worker_pool, self.doors_pool] {
            if tokio::time::timeout(CLOSE_DEADLINE, pool.close()).await.is_err() {
                warn!("connections to Postgres did not close in time");
            }
        }
        info!("stopped");
        served
    }
}

fn worker_settings(state: &AppState, kafka: ClientSettings, pool: PgPool) -> WorkerSettings {
    WorkerSettings {
        pool,
        sealer: Arc::clone(&state.sealer),
        replica: state.replica,
        worker_id: Arc::clone(&state.worker_id),
        kafka,
        may_create_topics: state.config.kafka.may_create_topics(),
        exactly_once: ExactlyOnceEnvironment {
            deployment_id: state.config.kafka.deployment_id.as_str().into(),
            offsets_topic: state.config.kafka.offsets_topic.as_str().into(),
            strikes: Strikes::default(),
        },
        providers: state.config.providers.clone(),
        timing: state.config.timing.clone(),
    }
}

/// Serves all three doors. When one of them fails, everything stops.
async fn serve(listeners: Listeners, state: AppState, shutdown: CancellationToken) -> anyhow::Result<()> {
    let stop = || shutdown.clone().cancelled_owned();
    let connect = rest::service(state.clone());
    let connect = axum::ServiceExt::<Request>::into_make_service(connect);
    let portal = axum::serve(listeners.portal, web::router(state.clone())).with_graceful_shutdown(stop());
    let connect = axum::serve(listeners.connect, connect).with_graceful_shutdown(stop());
    let admin = axum::serve(listeners.admin, admin_router(state)).with_graceful_shutdown(stop());
    let serving = async {
        let result = tokio::try_join!(portal.into_future(), connect.into_future(), admin.into_future());
        shutdown.cancel();
        result
    };
    let overdue = async {
        shutdown.cancelled().await;
        tokio::time::sleep(ANSWER_DEADLINE).await;
    };
    tokio::select! {
        result = serving => result.map(|_| ()).context("A listener failed"),
        () = overdue => {
            warn!("answers that took too long were cut off");
            Ok(())
        }
    }
}

fn admin_router(state: AppState) -> Router {
    Router::new()
        .route("/metrics", get(metrics::scrape))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .with_state(state)
        .layer(middleware::from_fn_with_state(http_log::Door::Admin, http_log::log))
}
