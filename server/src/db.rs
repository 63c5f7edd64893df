//! SQL, one file a group of tables: free functions over any executor, one statement each.
//!
//! Called by `service` and `worker`, which open transactions where several statements belong together. Must not know HTTP,
//! the engine beyond its states, or why something is asked. Only Postgres' clock decides about time in here.

pub(crate) mod connectors;
pub(crate) mod drafts;
pub(crate) mod events;
pub(crate) mod leases;
pub(crate) mod position;
pub(crate) mod progress;
pub(crate) mod replicas;
pub(crate) mod schema;
pub(crate) mod secrets;
pub(crate) mod status;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub(crate) mod topics;

/// Channel that is notified with a connector's id when its rows, leases or observed states change.
pub(crate) const CONNECTORS_CHANNEL: &str = "naru_connectors";

/// Channel that is notified with a connector's id when something happened to it.
pub(crate) const EVENTS_CHANNEL: &str = "naru_events";

/// Channel that carries a changed log level to every replica, as JSON.
pub(crate) const LOGGERS_CHANNEL: &str = "naru_loggers";

/// What a statement can end with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The row is not there.
    #[error("Row not found")]
    NotFound,
    /// A unique index refused the row; its name says which rule.
    #[error("Conflict on {0}")]
    Conflict(&'static str),
    /// A stored value is none that this release knows; the table says where.
    #[error("Unreadable value in {0}")]
    Unreadable(&'static str),
    /// Postgres could not be reached, or refused the statement.
    #[error("Postgres did not answer the statement")]
    Database(#[source] sqlx::Error),
}

/// Name of the unique index over connector names.
pub(crate) const CONNECTOR_NAME_KEY: &str = "connectors_name_key";

/// Unique indices whose violation is an answer and not a fault.
const CONFLICTS: &[&str] = &[CONNECTOR_NAME_KEY];

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::RowNotFound) {
            return Self::NotFound;
        }
        let constraint = error.as_database_error().and_then(|database| database.constraint());
        match constraint.and_then(|name| CONFLICTS.iter().find(|known| **known == name)) {
            Some(known) => Self::Conflict(known),
            None => Self::Database(error),
        }
    }
}
