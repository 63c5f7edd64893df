//! Connectors and their configuration versions.

use chrono::{DateTime, Utc};
use connect::lifecycle::DesiredState;
use serde::{Deserialize, Serialize};
use sqlx::PgExecutor;
use sqlx::types::Json;
use uuid::Uuid;

use super::Error;
use crate::ids::{ConfigVersion, ConnectorId, ConnectorName};

/// A property as it is stored: without a value where the value is sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct StoredEntry {
    /// Property name.
    pub(crate) name: String,
    /// Value as submitted; `None` when it is in `connector_secrets`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
}

/// A connector with the configuration in force, secrets left out.
#[derive(Debug, Clone)]
pub(crate) struct StoredConnector {
    /// Row.
    pub(crate) id: ConnectorId,
    /// Unique name.
    pub(crate) name: ConnectorName,
    /// Class as submitted.
    pub(crate) class: String,
    /// What was asked for.
    pub(crate) desired: DesiredState,
    /// Configuration in force.
    pub(crate) version: ConfigVersion,
    /// Grows with every change that workers must notice.
    pub(crate) generation: i64,
    /// Properties in order.
    pub(crate) entries: Vec<StoredEntry>,
    /// When it was made.
    pub(crate) created_at: DateTime<Utc>,
    /// When it was last changed by somebody.
    pub(crate) updated_at: DateTime<Utc>,
}

impl StoredConnector {
    /// A property's value, where it is not sealed.
    pub(crate) fn plain_value(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|entry| entry.name == name)?.value.as_deref()
    }
}

struct Row {
    id: Uuid,
    name: String,
    class: String,
    desired_state: String,
    version: i32,
    generation: i64,
    entries: Json<Vec<StoredEntry>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl TryFrom<Row> for StoredConnector {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: ConnectorId(row.id),
            name: ConnectorName::parse(&row.name).map_err(|_| Error::Unreadable("connectors.name"))?,
            class: row.class,
            desired: row.desired_state.parse().map_err(|_| Error::Unreadable("connectors.desired_state"))?,
            version: ConfigVersion(row.version),
            generation: row.generation,
            entries: row.entries.0,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

/// Every connector, by name.
///
/// # Errors
/// [`Error::Database`], [`Error::Unreadable`].
pub(crate) async fn list_connectors(executor: impl PgExecutor<'_>) -> Result<Vec<StoredConnector>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select connectors.id, connectors.name, connectors.class, connectors.desired_state, connectors.version,
               connectors.generation, connectors.created_at, connectors.updated_at,
               versions.entries as "entries: Json<Vec<StoredEntry>>"
        from connectors
        join connector_versions as versions
          on versions.connector_id = connectors.id and versions.version = connectors.version
        order by connectors.name collate "C"
        "#,
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(StoredConnector::try_from).collect()
}

/// One connector by name.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`], [`Error::Unreadable`].
pub(crate) async fn find_connector(
    executor: impl PgExecutor<'_>,
    name: &ConnectorName,
) -> Result<StoredConnector, Error> {
    sqlx::query_as!(
        Row,
        r#"
        select connectors.id, connectors.name, connectors.class, connectors.desired_state, connectors.version,
               connectors.generation, connectors.created_at, connectors.updated_at,
               versions.entries as "entries: Json<Vec<StoredEntry>>"
        from connectors
        join connector_versions as versions
          on versions.connector_id = connectors.id and versions.version = connectors.version
        where connectors.name = $1
        "#,
        name.as_str(),
    )
    .fetch_one(executor)
    .await?
    .try_into()
}

/// Locks a connector's row until the transaction ends, so that two changes of it follow one another.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`].
pub(crate) async fn lock_connector(executor: impl PgExecutor<'_>, name: &ConnectorName) -> Result<ConnectorId, Error> {
    let id = sqlx::query_scalar!("select id from connectors where name = $1 for update", name.as_str())
        .fetch_one(executor)
        .await?;
    Ok(ConnectorId(id))
}

/// Adds a connector at version 1, whose row must follow in the same transaction.
///
/// # Errors
/// [`Error::Conflict`] on [`super::CONNECTOR_NAME_KEY`] when the name is taken, [`Error::Database`].
pub(crate) async fn insert_connector(
    executor: impl PgExecutor<'_>,
    id: ConnectorId,
    name: &ConnectorName,
    class: &str,
    desired: DesiredState,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        insert into connectors (id, name, class, desired_state, version)
        values ($1, $2, $3, $4, 1)
        "#,
        id.0,
        name.as_str(),
        class,
        desired.as_str(),
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Adds a configuration version. It is never changed afterwards.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn insert_version(
    executor: impl PgExecutor<'_>,
    id: ConnectorId,
    version: ConfigVersion,
    entries: &[StoredEntry],
    author: &str,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        insert into connector_versions (connector_id, version, entries, author)
        values ($1, $2, $3, $4)
        "#,
        id.0,
        version.0,
        Json(entries) as _,
        author,
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Puts a version into force.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn set_version(
    executor: impl PgExecutor<'_>,
    id: ConnectorId,
    version: ConfigVersion,
    class: &str,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        update connectors
        set version = $2, class = $3, generation = generation + 1, updated_at = clock_timestamp()
        where id = $1
        "#,
        id.0,
        version.0,
        class,
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Sets what is wanted of a connector; `false` when it was wanted already.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn set_desired_state(
    executor: impl PgExecutor<'_>,
    id: ConnectorId,
    desired: DesiredState,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        r#"
        update connectors
        set desired_state = $2, generation = generation + 1, updated_at = clock_timestamp()
        where id = $1 and desired_state <> $2
        "#,
        id.0,
        desired.as_str(),
    )
    .execute(executor)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes a connector with everything that belongs to it, its events excepted.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn delete_connector(executor: impl PgExecutor<'_>, id: ConnectorId) -> Result<(), Error> {
    sqlx::query!("delete from connectors where id = $1", id.0).execute(executor).await?;
    Ok(())
}

/// A connector's line for those who only count.
#[derive(Debug, Clone)]
pub(crate) struct ConnectorStateRow {
    /// Row.
    pub(crate) id: ConnectorId,
    /// Its name.
    pub(crate) name: String,
    /// Its class.
    pub(crate) class: String,
    /// What is wanted.
    pub(crate) desired: DesiredState,
    /// Some replica holds one of its tasks.
    pub(crate) is_held: bool,
}

/// Every connector with what is wanted of it, by name.
///
/// # Errors
/// [`Error::Database`], [`Error::Unreadable`].
pub(crate) async fn list_states(executor: impl PgExecutor<'_>) -> Result<Vec<ConnectorStateRow>, Error> {
    let rows = sqlx::query!(
        r#"
        select id, name, class, desired_state,
               exists (
                   select from task_leases
                   where task_leases.connector_id = connectors.id
                     and task_leases.owner is not null
                     and task_leases.expires_at > clock_timestamp()
               ) as "is_held!"
        from connectors
        order by name collate "C"
        "#,
    )
    .fetch_all(executor)
    .await?;
    let states = rows.into_iter().map(|row| {
        Ok(ConnectorStateRow {
            id: ConnectorId(row.id),
            name: row.name,
            class: row.class,
            desired: row.desired_state.parse().map_err(|_| Error::Unreadable("connectors.desired_state"))?,
            is_held: row.is_held,
        })
    });
    states.collect()
}
