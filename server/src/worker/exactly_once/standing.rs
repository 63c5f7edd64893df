//! Whether a task's lease is still held: asked before and after fencing.

use std::time::Duration;

use connect::{Error, ErrorKind};
use sqlx::PgPool;
use tokio::time::timeout;

use crate::db;
use crate::db::leases::Lease;
use crate::ids::LeaseEpoch;

/// How long Postgres may take.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(3);

/// One lease.
pub(super) struct Standing {
    pool: PgPool,
    lease: Lease,
}

/// What Postgres says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is held.
    Held,
    /// Somebody else has it, or nobody.
    Lost,
    /// Postgres does not answer.
    Unknown,
}

impl Standing {
    pub(super) fn new(pool: PgPool, lease: Lease) -> Self {
        Self { pool, lease }
    }

    /// Asks.
    pub(super) async fn ask(&self) -> Answer {
        match timeout(STATEMENT_TIMEOUT, db::leases::is_held(&self.pool, self.lease)).await {
            Ok(Ok(true)) => Answer::Held,
            Ok(Ok(false)) => Answer::Lost,
            Ok(Err(_)) | Err(_) => Answer::Unknown,
        }
    }

    /// Goes on only with the lease. At a start Postgres has to answer; it has just done so.
    ///
    /// # Errors
    /// `LeaseLost`, `StoreUnavailable`.
    pub(super) async fn require(&self) -> Result<(), Error> {
        match self.ask().await {
            Answer::Held => Ok(()),
            Answer::Lost => Err(lost()),
            Answer::Unknown => {
                Err(Error::new(ErrorKind::StoreUnavailable, "Asking Postgres whether this replica still runs the task"))
            }
        }
    }

    /// Goes on unless the lease is known to be another's. In the middle of an attempt Kafka decides who may write, so a Postgres
    /// that is away stops nothing.
    ///
    /// # Errors
    /// `LeaseLost`.
    pub(super) async fn refuse_lost(&self) -> Result<(), Error> {
        if self.ask().await == Answer::Lost { Err(lost()) } else { Ok(()) }
    }

    /// Lifts the lease's epoch above one that was found in Kafka.
    ///
    /// # Errors
    /// `StoreUnavailable`.
    pub(super) async fn raise(&self, above: LeaseEpoch) -> Result<(), Error> {
        let doing = "Lifting the epoch of the lease";
        let raised = timeout(STATEMENT_TIMEOUT, db::leases::raise_epoch(&self.pool, self.lease, above)).await;
        raised
            .map_err(|_| Error::new(ErrorKind::StoreUnavailable, doing))?
            .map_err(|error| Error::caused(ErrorKind::StoreUnavailable, doing, error))
    }
}

fn lost() -> Error {
    Error::new(ErrorKind::LeaseLost, "The task has been taken over: its lease has a newer epoch")
}
