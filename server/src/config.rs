//! What the process is told at its start: environment variables and flags, typed, one group a file.
//!
//! Read once by `main`; everything else is handed the group it needs. Nothing in here opens a socket, and no value is looked
//! up again later. `docs/CONFIG.md` is this module in prose: change both.

mod database;
mod kafka;
mod kafka_security;
mod listen;
mod log;
mod providers;
mod secret;
mod site;
mod timing;

use clap::{Args, Parser, Subcommand};

pub use database::{DatabaseConfig, DatabaseUrl};
pub use kafka::KafkaConfig;
pub use kafka_security::{KafkaSecurityConfig, SaslMechanism, SecurityProtocol};
pub use listen::ListenConfig;
pub use log::{LogConfig, LogFormat};
pub use providers::ProviderConfig;
pub use secret::SecretConfig;
pub use site::SiteConfig;
pub use timing::WorkerTiming;

/// `naru`, its commands and their flags.
#[derive(Debug, Parser)]
#[command(name = "naru", about = "Streams MongoDB into Kafka, with a portal and the Kafka Connect API.", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The four things `naru` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the portal, the Kafka Connect API and the connect workers until it is told to stop.
    Serve(Config),
    /// Brings the database to this release's shape.
    Migrate(MigrateConfig),
    /// Reads the configuration as `serve` would, prints it without secrets, and says what is wrong with it.
    CheckConfig(Config),
    /// Prints the release.
    Version,
}

/// Everything `serve` needs.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Postgres.
    #[command(flatten)]
    pub database: DatabaseConfig,
    /// The Kafka that records go to.
    #[command(flatten)]
    pub kafka: KafkaConfig,
    /// Addresses.
    #[command(flatten)]
    pub listen: ListenConfig,
    /// What references in configurations may be resolved to.
    #[command(flatten)]
    pub providers: ProviderConfig,
    /// The key that seals secrets.
    #[command(flatten)]
    pub secret: SecretConfig,
    /// Where the portal's files are.
    #[command(flatten)]
    pub site: SiteConfig,
    /// Logging.
    #[command(flatten)]
    pub log: LogConfig,
    /// Periods of the workers; fixed in a running system, shortened by tests.
    #[arg(skip)]
    pub timing: WorkerTiming,
}

/// What `migrate` needs.
#[derive(Debug, Clone, Args)]
pub struct MigrateConfig {
    /// Postgres.
    #[command(flatten)]
    pub database: DatabaseConfig,
    /// Logging.
    #[command(flatten)]
    pub log: LogConfig,
}

impl Config {
    /// What is wrong beyond the single values, all of it at once; empty when `serve` may start.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = self.listen.problems();
        problems.extend(self.secret.problem());
        problems.extend(self.kafka.security.problems());
        problems.extend(self.providers.problems());
        problems
    }
}
