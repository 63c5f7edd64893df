//! Where MongoDB and Kafka are, as given on the command line or by the environment, and connections to them.

use anyhow::{Context as _, Result};
use clap::Args;
use mongodb::Client;
use mongodb::options::ClientOptions;

use crate::topic::Kafka;

/// The services every program here needs; `cargo xtask stack env` prints these variables.
#[derive(Args, Clone, Debug)]
pub struct Services {
    /// MongoDB's connection string
    #[arg(long, env = "NARU_TEST_MONGODB_URI", hide_env_values = true)]
    pub mongodb_uri: String,
    /// Kafka's bootstrap servers
    #[arg(long, env = "NARU_KAFKA_BOOTSTRAP_SERVERS")]
    pub kafka: String,
}

impl Services {
    /// A client of MongoDB that waits for majority like an application that cares about its data.
    pub async fn mongodb(&self) -> Result<Client> {
        let mut options = ClientOptions::parse(&self.mongodb_uri).await.context("MongoDB's connection string")?;
        options.app_name = Some("naru-bench".to_owned());
        Client::with_options(options).context("Cannot make a client of MongoDB")
    }

    /// A reader of Kafka.
    pub fn kafka(&self) -> Result<Kafka> {
        Kafka::connect(&self.kafka)
    }
}
