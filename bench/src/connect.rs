//! The Kafka Connect REST API: the same calls for Naru and for Kafka Connect.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use crate::http::{self, Answer};
use crate::wait::until;

/// A connector's properties.
pub type Config = BTreeMap<String, String>;

const SOURCE: &str = "com.mongodb.kafka.connect.MongoSourceConnector";
/// A worker that rebalances, or a server that starts, takes a while to do as it was told.
const SETTLE_LIMIT: Duration = Duration::from_secs(90);

/// A worker, ours or the official one.
#[derive(Clone, Debug)]
pub struct Connect {
    base: String,
}

impl Connect {
    /// `base` is an address like `http://127.0.0.1:8083`.
    pub fn new(base: impl Into<String>) -> Self {
        Self { base: base.into() }
    }

    /// Creates a source connector and waits until its task runs.
    ///
    /// # Errors
    /// When the configuration is refused, the task fails, or does not run in time.
    pub async fn create(&self, name: &str, config: &Config) -> Result<()> {
        self.request_creation(name, config).await?;
        self.wait_running(name).await
    }

    /// Creates a source connector and returns as soon as that is accepted.
    pub async fn request_creation(&self, name: &str, config: &Config) -> Result<()> {
        let mut config = config.clone();
        config.insert("connector.class".to_owned(), SOURCE.to_owned());
        config.entry("tasks.max".to_owned()).or_insert_with(|| "1".to_owned());
        let body = json!({ "name": name, "config": config });
        // 409 is a worker's way to say "not now".
        until(&format!("{name} is accepted"), SETTLE_LIMIT, || async {
            let answer = http::call(&self.base, "POST", "/connectors", Some(&body)).await?;
            match answer.status {
                201 => Ok(Some(())),
                409 => Ok(None),
                _ => Err(refused(&answer, "create", name)),
            }
        })
        .await
    }

    /// Waits until the connector and its task are RUNNING.
    pub async fn wait_running(&self, name: &str) -> Result<()> {
        until(&format!("{name} runs"), SETTLE_LIMIT, || async {
            let answer = http::call(&self.base, "GET", &format!("/connectors/{name}/status"), None).await?;
            if answer.status == 404 {
                return Ok(None);
            }
            let tasks = answer.body["tasks"].as_array().cloned().unwrap_or_default();
            for part in tasks.iter().chain([&answer.body["connector"]]) {
                if part["state"] == "FAILED" {
                    bail!("{name} failed: {}", part["trace"].as_str().unwrap_or("no reason given"));
                }
            }
            let is_running = |part: &Value| part["state"] == "RUNNING";
            let is_up = is_running(&answer.body["connector"]) && !tasks.is_empty() && tasks.iter().all(is_running);
            Ok(is_up.then_some(()))
        })
        .await
    }

    /// What is said of the connector's state, whatever the answer's status.
    pub(crate) async fn status(&self, name: &str) -> Result<Answer> {
        http::call(&self.base, "GET", &format!("/connectors/{name}/status"), None).await
    }

    /// The connector's position in the official connector's form.
    pub(crate) async fn offsets(&self, name: &str) -> Result<Answer> {
        http::call(&self.base, "GET", &format!("/connectors/{name}/offsets"), None).await
    }

    /// Deletes a connector and waits until it is gone; one that is not there is fine.
    pub async fn delete(&self, name: &str) -> Result<()> {
        let path = format!("/connectors/{name}");
        until(&format!("{name} is gone"), SETTLE_LIMIT, || async {
            let answer = http::call(&self.base, "DELETE", &path, None).await?;
            match answer.status {
                200..300 | 404 | 409 => {}
                _ => return Err(refused(&answer, "delete", name)),
            }
            let status = http::call(&self.base, "GET", &format!("{path}/status"), None).await?.status;
            Ok((status == 404 && answer.status != 409).then_some(()))
        })
        .await
    }

    /// Whether the worker answers at all.
    pub async fn is_up(&self) -> bool {
        http::call(&self.base, "GET", "/connectors", None).await.is_ok_and(|answer| answer.status == 200)
    }
}

fn refused(answer: &Answer, verb: &str, name: &str) -> anyhow::Error {
    let message = answer.body["message"].as_str().unwrap_or("no message");
    anyhow::anyhow!("Cannot {verb} {name}: {} {message}", answer.status)
}
