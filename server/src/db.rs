//! SQL, one file a group of tables: free functions over any executor, one statement each.
//!
//! Called by `service` and `worker`, which open transactions where several statements belong together. Must not know HTTP,
//! the engine's types beyond ids, or why something is asked. Only Postgres' clock appears in here.

pub(crate) mod position;

/// What a statement can end with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The row is not there.
    #[error("Row not found")]
    NotFound,
    /// A unique index refused the row; its name says which rule.
    #[error("Conflict on {0}")]
    Conflict(&'static str),
    /// Postgres could not be reached, or refused the statement.
    #[error("Postgres did not answer the statement")]
    Database(#[source] sqlx::Error),
}

/// Unique indices whose violation is an answer and not a fault.
const CONFLICTS: &[&str] = &["connectors_name_key"];

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
