//! Where tasks stand, and the topics they have written to.
//!
//! The position is opaque JSON in here: the engine alone knows what is inside.

use sqlx::{PgConnection, PgExecutor};

use super::Error;
use crate::ids::{ConnectorId, LeaseEpoch, TaskNumber};

/// Who keeps a task's position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keeper {
    /// The row itself.
    Postgres,
    /// The offsets topic; the row is a copy of it that may be behind.
    Kafka,
}

impl Keeper {
    fn as_str(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Kafka => "kafka",
        }
    }
}

/// A position as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredPosition {
    /// The engine's JSON.
    pub(crate) position: serde_json::Value,
    /// Under which lease it was written.
    pub(crate) epoch: LeaseEpoch,
    /// Who keeps it.
    pub(crate) keeper: Keeper,
}

/// The stored position of a task with where it comes from, or `None` when there is none.
///
/// # Errors
/// [`Error::Database`] when Postgres does not answer, [`Error::Unreadable`].
pub(crate) async fn find_position(
    executor: impl PgExecutor<'_>,
    connector: ConnectorId,
    task: TaskNumber,
) -> Result<Option<StoredPosition>, Error> {
    let row = sqlx::query!(
        "select position, epoch, keeper from task_positions where connector_id = $1 and task = $2",
        connector.0,
        task.0,
    )
    .fetch_optional(executor)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let keeper = match row.keeper.as_str() {
        "postgres" => Keeper::Postgres,
        "kafka" => Keeper::Kafka,
        _ => return Err(Error::Unreadable("task_positions.keeper")),
    };
    Ok(Some(StoredPosition { position: row.position, epoch: LeaseEpoch(row.epoch), keeper }))
}

/// The committed position of a task, or `None` when it never committed one.
///
/// # Errors
/// [`Error::Database`] when Postgres does not answer.
pub(crate) async fn load_position(
    executor: impl PgExecutor<'_>,
    connector: ConnectorId,
    task: TaskNumber,
) -> Result<Option<serde_json::Value>, Error> {
    let position = sqlx::query_scalar!(
        r#"
        select position
        from task_positions
        where connector_id = $1
          and task = $2
        "#,
        connector.0,
        task.0,
    )
    .fetch_optional(executor)
    .await?;
    Ok(position)
}

/// Commits a position under a lease: `false`, and nothing written, when the lease has another epoch or no owner.
///
/// The share lock makes a take-over wait for a commit that has begun, and a commit that waited for a take-over sees it.
///
/// # Errors
/// [`Error::Database`] when Postgres does not answer: whether it was written is not known then.
pub(crate) async fn commit_position(
    executor: impl PgExecutor<'_>,
    connector: ConnectorId,
    task: TaskNumber,
    epoch: LeaseEpoch,
    position: &serde_json::Value,
    keeper: Keeper,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        r#"
        with lease as (
            select connector_id, task, epoch
            from task_leases
            where connector_id = $1
              and task = $2
              and epoch = $3
              and owner is not null
            for share
        )
        insert into task_positions as stored (connector_id, task, epoch, position, keeper, committed_at)
        select connector_id, task, epoch, $4::json, $5, clock_timestamp()
        from lease
        on conflict (connector_id, task) do update
        set epoch = excluded.epoch,
            position = excluded.position,
            keeper = excluded.keeper,
            committed_at = excluded.committed_at
        where stored.epoch <= excluded.epoch
        "#,
        connector.0,
        task.0,
        epoch.0,
        position,
        keeper.as_str(),
    )
    .execute(executor)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a position in the place of the stored one, or removes it, while nobody runs the task: `None`, and nothing changed, when
/// somebody does, else the new epoch. The epoch grows, so that whoever still believes to own the task writes nothing any more.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn replace_position(
    connection: &mut PgConnection,
    connector: ConnectorId,
    task: TaskNumber,
    position: Option<&serde_json::Value>,
    keeper: Keeper,
) -> Result<Option<LeaseEpoch>, Error> {
    let epoch = sqlx::query_scalar!(
        r#"
        update task_leases
        set epoch = epoch + 1, owner = null, expires_at = clock_timestamp()
        where connector_id = $1
          and task = $2
          and (owner is null or expires_at < clock_timestamp())
        returning epoch
        "#,
        connector.0,
        task.0,
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(epoch) = epoch else { return Ok(None) };
    sqlx::query!("delete from task_positions where connector_id = $1 and task = $2", connector.0, task.0)
        .execute(&mut *connection)
        .await?;
    if let Some(position) = position {
        sqlx::query!(
            r#"
            insert into task_positions (connector_id, task, epoch, position, keeper, committed_at)
            values ($1, $2, $3, $4::json, $5, clock_timestamp())
            "#,
            connector.0,
            task.0,
            epoch,
            position,
            keeper.as_str(),
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(Some(LeaseEpoch(epoch)))
}

/// Adds topics to those that a connector has written to; known ones are left as they are.
///
/// # Errors
/// [`Error::Database`] when Postgres does not answer. A connector deleted meanwhile records nothing and is no error.
pub(crate) async fn record_topics(
    executor: impl PgExecutor<'_>,
    connector: ConnectorId,
    topics: &[String],
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        insert into connector_topics (connector_id, topic)
        select connectors.id, seen.topic
        from connectors
        cross join unnest($2::text[]) as seen (topic)
        where connectors.id = $1
        on conflict (connector_id, topic) do nothing
        "#,
        connector.0,
        topics,
    )
    .execute(executor)
    .await?;
    Ok(())
}
