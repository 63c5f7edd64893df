//! Where tasks stand, and the topics they have written to.
//!
//! The position is opaque JSON in here: the engine alone knows what is inside.

use sqlx::PgExecutor;

use super::Error;
use crate::ids::{ConnectorId, LeaseEpoch, TaskNumber};

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
        insert into task_positions as stored (connector_id, task, epoch, position, committed_at)
        select connector_id, task, epoch, $4::json, clock_timestamp()
        from lease
        on conflict (connector_id, task) do update
        set epoch = excluded.epoch,
            position = excluded.position,
            committed_at = excluded.committed_at
        where stored.epoch <= excluded.epoch
        "#,
        connector.0,
        task.0,
        epoch.0,
        position,
    )
    .execute(executor)
    .await?;
    Ok(done.rows_affected() == 1)
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
