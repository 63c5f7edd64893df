//! Who runs which task. Only Postgres' clock judges whether a lease is over.
//!
//! The epoch grows with each new owner and travels with every write of a task, so a stale owner's write changes nothing.

use connect::lifecycle::DesiredState;
use sqlx::PgExecutor;
use uuid::Uuid;

use super::Error;
use crate::ids::{ConfigVersion, ConnectorId, ConnectorName, LeaseEpoch, ReplicaId, TaskNumber};

/// A lease and its epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lease {
    /// The connector.
    pub(crate) connector: ConnectorId,
    /// Its task.
    pub(crate) task: TaskNumber,
    /// The epoch under which it is held.
    pub(crate) epoch: LeaseEpoch,
}

/// A lease of this replica with what is wanted of it.
#[derive(Debug, Clone)]
pub(crate) struct OwnedTask {
    /// The lease.
    pub(crate) lease: Lease,
    /// The connector's name.
    pub(crate) name: ConnectorName,
    /// What is wanted of the connector.
    pub(crate) desired: DesiredState,
    /// Configuration in force.
    pub(crate) version: ConfigVersion,
    /// The connector's generation.
    pub(crate) generation: i64,
    /// Restarts asked for over the task's life.
    pub(crate) restart_requests: i64,
    /// How often the list of written topics was emptied.
    pub(crate) topic_resets: i64,
    /// For how long this replica has held it, seconds.
    pub(crate) held_s: f64,
}

/// Makes a task's row, owned by nobody.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn insert_task(
    executor: impl PgExecutor<'_>,
    connector: ConnectorId,
    task: TaskNumber,
) -> Result<(), Error> {
    sqlx::query!("insert into task_leases (connector_id, task) values ($1, $2)", connector.0, task.0)
        .execute(executor)
        .await?;
    Ok(())
}

/// Takes at most `limit` leases of running connectors that nobody holds, the longest orphaned first.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn acquire_leases(
    executor: impl PgExecutor<'_>,
    replica: ReplicaId,
    limit: i64,
    ttl_s: f64,
) -> Result<Vec<Lease>, Error> {
    let rows = sqlx::query!(
        r#"
        with free as (
            select task_leases.connector_id, task_leases.task
            from task_leases
            join connectors on connectors.id = task_leases.connector_id
            where connectors.desired_state = 'running'
              and (task_leases.owner is null or task_leases.expires_at < clock_timestamp())
            order by task_leases.expires_at
            limit $2
            for update of task_leases skip locked
        )
        update task_leases as lease
        set owner = $1,
            epoch = lease.epoch + 1,
            acquired_at = clock_timestamp(),
            expires_at = clock_timestamp() + make_interval(secs => $3)
        from free
        where lease.connector_id = free.connector_id
          and lease.task = free.task
        returning lease.connector_id, lease.task, lease.epoch
        "#,
        replica.0,
        limit,
        ttl_s,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(|row| lease(row.connector_id, row.task, row.epoch)).collect())
}

/// Prolongs every lease of a replica and says which it still holds; one that is missing was lost.
///
/// # Errors
/// [`Error::Database`]: nothing is known then.
pub(crate) async fn renew_leases(
    executor: impl PgExecutor<'_>,
    replica: ReplicaId,
    ttl_s: f64,
) -> Result<Vec<Lease>, Error> {
    let rows = sqlx::query!(
        r#"
        update task_leases
        set expires_at = clock_timestamp() + make_interval(secs => $2)
        where owner = $1
        returning connector_id, task, epoch
        "#,
        replica.0,
        ttl_s,
    )
    .fetch_all(executor)
    .await?;
    Ok(rows.into_iter().map(|row| lease(row.connector_id, row.task, row.epoch)).collect())
}

/// Every lease of a replica with what is wanted of it.
///
/// # Errors
/// [`Error::Database`], [`Error::Unreadable`].
pub(crate) async fn list_owned_tasks(
    executor: impl PgExecutor<'_>,
    replica: ReplicaId,
) -> Result<Vec<OwnedTask>, Error> {
    let rows = sqlx::query!(
        r#"
        select task_leases.connector_id, task_leases.task, task_leases.epoch, task_leases.restart_requests,
               connectors.name, connectors.desired_state, connectors.version, connectors.generation,
               connectors.topic_resets,
               extract(epoch from clock_timestamp() - task_leases.acquired_at)::float8 as held_s
        from task_leases
        join connectors on connectors.id = task_leases.connector_id
        where task_leases.owner = $1
        "#,
        replica.0,
    )
    .fetch_all(executor)
    .await?;
    let tasks = rows.into_iter().map(|row| {
        Ok(OwnedTask {
            lease: lease(row.connector_id, row.task, row.epoch),
            name: ConnectorName::parse(&row.name).map_err(|_| Error::Unreadable("connectors.name"))?,
            desired: row.desired_state.parse().map_err(|_| Error::Unreadable("connectors.desired_state"))?,
            version: ConfigVersion(row.version),
            generation: row.generation,
            restart_requests: row.restart_requests,
            topic_resets: row.topic_resets,
            held_s: row.held_s.unwrap_or_default(),
        })
    });
    tasks.collect()
}

/// Whether a lease is still held under its epoch.
///
/// # Errors
/// [`Error::Database`]: nothing is known then.
pub(crate) async fn is_held(executor: impl PgExecutor<'_>, lease: Lease) -> Result<bool, Error> {
    let is_held = sqlx::query_scalar!(
        r#"
        select exists (
            select from task_leases
            where connector_id = $1 and task = $2 and epoch = $3 and owner is not null
        ) as "is_held!"
        "#,
        lease.connector.0,
        lease.task.0,
        lease.epoch.0,
    )
    .fetch_one(executor)
    .await?;
    Ok(is_held)
}

/// Lifts a lease's epoch above one that was seen elsewhere: this database is older than what it describes. The owner keeps the
/// lease, under the new epoch.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn raise_epoch(executor: impl PgExecutor<'_>, lease: Lease, above: LeaseEpoch) -> Result<(), Error> {
    sqlx::query!(
        r#"
        update task_leases
        set epoch = greatest(epoch, $4) + 1
        where connector_id = $1 and task = $2 and epoch = $3
        "#,
        lease.connector.0,
        lease.task.0,
        lease.epoch.0,
        above.0,
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// How many tasks should run somewhere.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn count_runnable_tasks(executor: impl PgExecutor<'_>) -> Result<i64, Error> {
    let count = sqlx::query_scalar!(
        r#"
        select count(*) as "count!"
        from task_leases
        join connectors on connectors.id = task_leases.connector_id
        where connectors.desired_state = 'running'
        "#,
    )
    .fetch_one(executor)
    .await?;
    Ok(count)
}

/// Lets a lease go, if it is still held under this epoch. The epoch stays: the next owner's is greater.
///
/// # Errors
/// [`Error::Database`]: the lease then ends by itself.
pub(crate) async fn release_lease(
    executor: impl PgExecutor<'_>,
    replica: ReplicaId,
    lease: Lease,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        update task_leases
        set owner = null, expires_at = clock_timestamp()
        where connector_id = $1 and task = $2 and epoch = $3 and owner = $4
        "#,
        lease.connector.0,
        lease.task.0,
        lease.epoch.0,
        replica.0,
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Lets every lease of a replica go.
///
/// # Errors
/// [`Error::Database`]: the leases then end by themselves.
pub(crate) async fn release_all_leases(executor: impl PgExecutor<'_>, replica: ReplicaId) -> Result<(), Error> {
    sqlx::query!("update task_leases set owner = null, expires_at = clock_timestamp() where owner = $1", replica.0)
        .execute(executor)
        .await?;
    Ok(())
}

/// Asks for a restart of a connector's tasks: of one or of all, of those that failed or of any. Says which.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn request_restart(
    executor: impl PgExecutor<'_>,
    connector: ConnectorId,
    task: Option<TaskNumber>,
    only_failed: bool,
) -> Result<Vec<TaskNumber>, Error> {
    let numbers = sqlx::query_scalar!(
        r#"
        update task_leases as lease
        set restart_requests = lease.restart_requests + 1,
            restart_requested_at = clock_timestamp()
        where lease.connector_id = $1
          and ($2::int is null or lease.task = $2)
          and (not $3 or exists (
              select from task_status
              where task_status.connector_id = lease.connector_id
                and task_status.task = lease.task
                and task_status.state = 'failed'
          ))
        returning lease.task
        "#,
        connector.0,
        task.map(|task| task.0),
        only_failed,
    )
    .fetch_all(executor)
    .await?;
    Ok(numbers.into_iter().map(TaskNumber).collect())
}

fn lease(connector: Uuid, task: i32, epoch: i64) -> Lease {
    Lease { connector: ConnectorId(connector), task: TaskNumber(task), epoch: LeaseEpoch(epoch) }
}
