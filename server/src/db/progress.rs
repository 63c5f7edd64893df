//! How far copies have come, by collection.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::Error;
use crate::ids::{ConnectorId, LeaseEpoch, TaskNumber};

/// Progress of one collection's copy, as last told.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredCopy {
    /// Database name.
    pub(crate) database: String,
    /// Collection name.
    pub(crate) collection: String,
    /// Documents whose records are durable, over all attempts.
    pub(crate) copied_documents: i64,
    /// The server's estimate, where it gave one.
    pub(crate) estimated_documents: Option<i64>,
    /// All of it is durable.
    pub(crate) is_done: bool,
    /// Documents a second, lately.
    pub(crate) documents_per_second: f64,
    /// When its first document was seen.
    pub(crate) started_at: DateTime<Utc>,
    /// When this was told.
    pub(crate) updated_at: DateTime<Utc>,
}

/// One collection's line of [`record_progress`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CopyLine {
    /// The connector.
    pub(crate) connector: ConnectorId,
    /// Its task.
    pub(crate) task: TaskNumber,
    /// The lease under which it was seen; another epoch's line is dropped.
    pub(crate) epoch: LeaseEpoch,
    /// Database name.
    pub(crate) database: String,
    /// Collection name.
    pub(crate) collection: String,
    /// Documents whose records are durable.
    pub(crate) copied_documents: i64,
    /// The server's estimate.
    pub(crate) estimated_documents: Option<i64>,
    /// All of it is durable.
    pub(crate) is_done: bool,
    /// Documents a second, lately.
    pub(crate) documents_per_second: f64,
}

/// Writes many collections' progress in one statement.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn record_progress(executor: impl PgExecutor<'_>, lines: &[CopyLine]) -> Result<(), Error> {
    let connectors: Vec<_> = lines.iter().map(|line| line.connector.0).collect();
    let tasks: Vec<_> = lines.iter().map(|line| line.task.0).collect();
    let epochs: Vec<_> = lines.iter().map(|line| line.epoch.0).collect();
    let databases: Vec<_> = lines.iter().map(|line| line.database.clone()).collect();
    let collections: Vec<_> = lines.iter().map(|line| line.collection.clone()).collect();
    let copied: Vec<_> = lines.iter().map(|line| line.copied_documents).collect();
    let estimated: Vec<_> = lines.iter().map(|line| line.estimated_documents).collect();
    let done: Vec<_> = lines.iter().map(|line| line.is_done).collect();
    let rates: Vec<_> = lines.iter().map(|line| line.documents_per_second).collect();
    sqlx::query!(
        r#"
        insert into copy_progress
            (connector_id, task, database_name, collection_name, copied_documents, estimated_documents, is_done,
             documents_per_second)
        select line.connector_id, line.task, line.database_name, line.collection_name, line.copied, line.estimated,
               line.is_done, line.rate
        from unnest(
            $1::uuid[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bool[],
            $9::float8[]
        ) as line (connector_id, task, epoch, database_name, collection_name, copied, estimated, is_done, rate)
        join task_leases using (connector_id, task)
        where task_leases.epoch = line.epoch
        on conflict (connector_id, task, database_name, collection_name) do update
        set copied_documents = excluded.copied_documents,
            estimated_documents = excluded.estimated_documents,
            is_done = excluded.is_done,
            documents_per_second = excluded.documents_per_second,
            updated_at = clock_timestamp()
        "#,
        &connectors,
        &tasks,
        &epochs,
        &databases,
        &collections,
        &copied,
        &estimated as &[Option<i64>],
        &done,
        &rates,
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// A connector's copy, by namespace.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn list_progress(
    executor: impl PgExecutor<'_>,
    connector: ConnectorId,
) -> Result<Vec<StoredCopy>, Error> {
    let lines = sqlx::query_as!(
        StoredCopy,
        r#"
        select database_name as database, collection_name as collection, copied_documents, estimated_documents, is_done,
               documents_per_second, started_at, updated_at
        from copy_progress
        where connector_id = $1
        order by database_name collate "C", collection_name collate "C"
        "#,
        connector.0,
    )
    .fetch_all(executor)
    .await?;
    Ok(lines)
}

/// Sums of a connector's copy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct CopySum {
    /// The connector.
    pub(crate) connector: ConnectorId,
    /// Durable documents of all collections.
    pub(crate) copied_documents: i64,
    /// Estimated documents of all collections; a collection without an estimate counts what it has.
    pub(crate) estimated_documents: i64,
    /// Documents a second of all collections, lately.
    pub(crate) documents_per_second: f64,
}

/// Sums of every connector's copy.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn list_sums(executor: impl PgExecutor<'_>) -> Result<Vec<CopySum>, Error> {
    let rows = sqlx::query!(
        r#"
        select connector_id,
               sum(copied_documents)::bigint as "copied!",
               sum(greatest(copied_documents, coalesce(estimated_documents, 0)))::bigint as "estimated!",
               sum(documents_per_second) as "documents_per_second!"
        from copy_progress
        group by connector_id
        "#,
    )
    .fetch_all(executor)
    .await?;
    let sums = rows.into_iter().map(|row| CopySum {
        connector: ConnectorId(row.connector_id),
        copied_documents: row.copied,
        estimated_documents: row.estimated,
        documents_per_second: row.documents_per_second,
    });
    Ok(sums.collect())
}
