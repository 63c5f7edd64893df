//! The pipeline's position store over Postgres: one row a task, written only under the lease's epoch.

use std::time::Duration;

use connect::pipeline::{OffsetStore, Separate};
use connect::position::Position;
use connect::{Error, ErrorKind};
use sqlx::PgPool;
use tokio::time::timeout;

use crate::db;
use crate::db::position::Keeper;
use crate::failpoint::{self, Step};
use crate::ids::{ConnectorId, LeaseEpoch, TaskNumber};

/// How long Postgres may take. The stream goes on meanwhile, so this only decides how soon the news is told.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(5);

/// Positions of one task under one lease.
pub(super) struct PostgresStore {
    pool: PgPool,
    connector: ConnectorId,
    task: TaskNumber,
    epoch: LeaseEpoch,
}

impl PostgresStore {
    /// The store of a task whose lease has this epoch.
    pub(super) fn new(pool: PgPool, connector: ConnectorId, task: TaskNumber, epoch: LeaseEpoch) -> Self {
        Self { pool, connector, task, epoch }
    }
}

impl OffsetStore for PostgresStore {
    type Coupling = Separate;

    async fn load(&self) -> Result<Option<Position>, Error> {
        let doing = "Reading the position from Postgres";
        let loading = db::position::load_position(&self.pool, self.connector, self.task);
        let stored = timeout(STATEMENT_TIMEOUT, loading).await.map_err(|_| too_slow(doing))?;
        let stored = stored.map_err(|error| unavailable(doing, error))?;
        stored.as_ref().map(Position::from_json).transpose()
    }

    async fn commit(&self, position: Position) -> Result<(), Error> {
        let doing = "Committing the position to Postgres";
        let json = position.to_json();
        failpoint::reach(Step::CommitBegun);
        let committing =
            db::position::commit_position(&self.pool, self.connector, self.task, self.epoch, &json, Keeper::Postgres);
        match timeout(STATEMENT_TIMEOUT, committing).await.map_err(|_| too_slow(doing))? {
            Ok(true) => {
                failpoint::reach(Step::CommitDone);
                Ok(())
            }
            Ok(false) => {
                Err(Error::new(ErrorKind::LeaseLost, "The task has been taken over: its lease has a newer epoch"))
            }
            Err(error) => Err(unavailable(doing, error)),
        }
    }
}

fn unavailable(doing: &str, error: db::Error) -> Error {
    Error::caused(ErrorKind::StoreUnavailable, doing, error)
}

fn too_slow(doing: &str) -> Error {
    let context = format!("{doing}: no answer within {} seconds", STATEMENT_TIMEOUT.as_secs());
    Error::new(ErrorKind::StoreUnavailable, context)
}
