//! The running processes, as they announce themselves.

use sqlx::PgExecutor;

use super::Error;
use crate::ids::ReplicaId;

/// Announces a replica, or says that it is still there, for `ttl_s` seconds. `process` is for its own machine to judge.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn announce_replica(
    executor: impl PgExecutor<'_>,
    replica: ReplicaId,
    worker_id: &str,
    process: Option<&str>,
    ttl_s: f64,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        insert into replicas (id, worker_id, process, expires_at)
        values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
        on conflict (id) do update
        set expires_at = excluded.expires_at
        "#,
        replica.0,
        worker_id,
        process,
        ttl_s,
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// The replicas that are alive, in an order all of them agree on.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn list_live_replicas(executor: impl PgExecutor<'_>) -> Result<Vec<ReplicaId>, Error> {
    let ids = sqlx::query_scalar!("select id from replicas where expires_at > clock_timestamp() order by id")
        .fetch_all(executor)
        .await?;
    Ok(ids.into_iter().map(ReplicaId).collect())
}

/// Every replica whose process is told, with it.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn list_processes(executor: impl PgExecutor<'_>) -> Result<Vec<(ReplicaId, String)>, Error> {
    let rows = sqlx::query!(r#"select id, process as "process!" from replicas where process is not null"#)
        .fetch_all(executor)
        .await?;
    Ok(rows.into_iter().map(|row| (ReplicaId(row.id), row.process)).collect())
}

/// Takes a replica off the list.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn remove_replica(executor: impl PgExecutor<'_>, replica: ReplicaId) -> Result<(), Error> {
    sqlx::query!("delete from replicas where id = $1", replica.0).execute(executor).await?;
    Ok(())
}

/// Forgets replicas that have been silent for an hour.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn delete_dead_replicas(executor: impl PgExecutor<'_>) -> Result<(), Error> {
    sqlx::query!("delete from replicas where expires_at < clock_timestamp() - interval '1 hour'")
        .execute(executor)
        .await?;
    Ok(())
}

/// Sends a text to everybody who listens on a channel now.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn notify(executor: impl PgExecutor<'_>, channel: &str, text: &str) -> Result<(), Error> {
    sqlx::query!("select pg_notify($1, $2)", channel, text).fetch_one(executor).await?;
    Ok(())
}
