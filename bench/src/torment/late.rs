//! Commits that come late: Kafka's EndTxn is held on the network while its client asks anew and goes on, and then let go into the
//! middle of whatever the client does by then. A producer that goes on as if nothing were has its next transaction ended by it.

use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use rand::Rng as _;

use super::Scene;
use crate::proxy::{Protocol, Proxy};

/// Under load a transaction is committed several times a second.
const HOLD_LIMIT: Duration = Duration::from_secs(60);
/// How late a commit is, in milliseconds: the client has gone on by then, by none to a few transactions.
const LATENESS_MS: std::ops::Range<u64> = 20..900;

/// Kafka's listener behind a proxy; `cargo xtask stack env` prints both variables.
#[derive(Args, Clone, Debug)]
pub struct ProxiedKafka {
    /// The listener that tells its clients to come to the proxy
    #[arg(long, env = "NARU_STACK_KAFKA_PROXIED")]
    proxied: Option<String>,
    /// Where the proxy has to listen
    #[arg(long, env = "NARU_STACK_KAFKA_PROXY")]
    proxy: Option<String>,
}

impl ProxiedKafka {
    pub(super) async fn start(&self) -> Result<Proxy> {
        let proxied = self.proxied.as_deref().context("NARU_STACK_KAFKA_PROXIED is not set")?;
        let proxy = self.proxy.as_deref().context("NARU_STACK_KAFKA_PROXY is not set")?;
        Proxy::start(proxy, proxied, Protocol::Kafka).await
    }
}

impl Scene {
    /// Holds one commit, for how long the seed says, and lets it go.
    pub(super) async fn delay_commit(&mut self, proxy: &Proxy) -> Result<()> {
        let late = Duration::from_millis(self.rng.random_range(LATENESS_MS));
        let held = tokio::time::timeout(HOLD_LIMIT, proxy.hold_commit()).await;
        held.context("No transaction was committed: does the connector deliver exactly once?")?;
        tokio::time::sleep(late).await;
        proxy.release_commit();
        println!("a commit came {} ms late", late.as_millis());
        Ok(())
    }
}
