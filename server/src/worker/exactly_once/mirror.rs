//! Copies committed positions to Postgres, for people: the portal and the figures read them there.
//!
//! Nothing waits for it and nothing that decides about delivery reads it, so a Postgres that is away costs only fresh figures.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use connect::position::Position;
use sqlx::PgPool;
use tokio::sync::watch;
use tokio::time::timeout;
use tracing::debug;

use crate::db;
use crate::db::leases::Lease;
use crate::db::position::Keeper;

/// Between copies.
const COPY_INTERVAL: Duration = Duration::from_secs(1);

/// How long Postgres may take.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(2);

/// The reading end: writes what was committed last.
pub(super) struct Mirror {
    pool: PgPool,
    lease: Lease,
    committed: watch::Receiver<Option<Position>>,
}

impl Mirror {
    /// A mirror, and where the store puts what it has committed.
    pub(super) fn new(pool: PgPool, lease: Lease) -> (Self, watch::Sender<Option<Position>>) {
        let (sender, committed) = watch::channel(None);
        (Self { pool, lease, committed }, sender)
    }

    /// Copies for as long as it is polled. Cancel safe.
    pub(super) async fn keep(&mut self) -> Infallible {
        while self.committed.changed().await.is_ok() {
            self.copy().await;
            tokio::time::sleep(COPY_INTERVAL).await;
        }
        pending().await
    }

    /// Copies what was committed last. A row of a newer epoch stays as it is.
    pub(super) async fn copy(&mut self) {
        let Some(position) = self.committed.borrow_and_update().clone() else { return };
        let json = position.to_json();
        let Lease { connector, task, epoch } = self.lease;
        let copying = db::position::commit_position(&self.pool, connector, task, epoch, &json, Keeper::Kafka);
        match timeout(STATEMENT_TIMEOUT, copying).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => debug!(error = %error, "the position was not copied to Postgres"),
            Err(_) => debug!("the position was not copied to Postgres in time"),
        }
    }
}
