//! Makes a leased task's assignment: its configuration from Postgres, secrets opened, parsed.

use connect::config::SourceConfig;
use connect::{Error, ErrorKind};

use super::WorkerSettings;
use super::failure::refused_config;
use super::reference;
use super::task::TaskAssignment;
use crate::db;
use crate::db::leases::OwnedTask;
use crate::sealed_config;

/// The assignment for a lease, with the configuration in force at this moment.
///
/// # Errors
/// `StoreUnavailable` when Postgres does not answer, `LeaseLost` when the connector is gone, `Reference` when a
/// provider has no value for it, `Config` when its configuration cannot be opened or read.
pub(super) async fn load_assignment(settings: &WorkerSettings, owned: &OwnedTask) -> Result<TaskAssignment, Error> {
    let stored = match db::connectors::find_connector(&settings.pool, &owned.name).await {
        Ok(stored) if stored.id == owned.lease.connector => stored,
        Ok(_) | Err(db::Error::NotFound) => {
            return Err(Error::new(ErrorKind::LeaseLost, "The connector was deleted"));
        }
        Err(error) => return Err(unavailable(error)),
    };
    let secrets = db::secrets::list_current_secrets(&settings.pool, Some(stored.id)).await.map_err(unavailable)?;
    if secrets.iter().any(|secret| secret.version != stored.version) {
        // A new version came into force between the two statements: the next attempt reads it whole.
        return Err(Error::new(ErrorKind::StoreUnavailable, "The configuration was being changed"));
    }
    let config = sealed_config::open(&settings.sealer, &stored, &secrets)
        .map_err(|error| Error::caused(ErrorKind::Config, "Opening the configuration's secrets", error))?;
    let config = reference::resolve(config, &settings.providers).await?;
    let config = SourceConfig::parse_resolved(&config).map_err(|errors| refused_config(&errors))?;
    Ok(TaskAssignment {
        connector_id: stored.id,
        connector: stored.name,
        task: owned.lease.task,
        epoch: owned.lease.epoch,
        config,
    })
}

fn unavailable(error: db::Error) -> Error {
    Error::caused(ErrorKind::StoreUnavailable, "Reading the configuration", error)
}
