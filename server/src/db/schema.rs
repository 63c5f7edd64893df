//! The migrations that are built into this binary: applies them, and tells what a database lacks.

use std::collections::BTreeSet;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{PgExecutor, PgPool};

use super::Error;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// SQLSTATE of a table that is not there.
const UNDEFINED_TABLE: &str = "42P01";

/// Applies what is missing, in order, under an advisory lock.
///
/// # Errors
/// A migration was refused, or one that was applied has been edited since.
pub(crate) async fn migrate(pool: &PgPool) -> Result<(), MigrateError> {
    MIGRATIONS.run(pool).await
}

/// Numbers of the migrations that this release needs and the database lacks.
///
/// # Errors
/// [`Error::Database`] when Postgres does not answer.
pub(crate) async fn list_missing(executor: impl PgExecutor<'_>) -> Result<Vec<i64>, Error> {
    // Not a checked query: the table belongs to the library and may not exist.
    let applied = sqlx::query_scalar::<_, i64>("select version from _sqlx_migrations where success");
    let applied: BTreeSet<i64> = match applied.fetch_all(executor).await {
        Ok(versions) => versions.into_iter().collect(),
        Err(error) if is_undefined_table(&error) => BTreeSet::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(MIGRATIONS.iter().map(|migration| migration.version).filter(|version| !applied.contains(version)).collect())
}

fn is_undefined_table(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|database| database.code()).is_some_and(|code| code == UNDEFINED_TABLE)
}
