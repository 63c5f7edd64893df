//! What owners last saw of their tasks, written in batches and read beside the leases.

use chrono::{DateTime, Utc};
use connect::lifecycle::{ObservedState, TaskObservation};
use sqlx::PgExecutor;
use uuid::Uuid;

use super::Error;
use crate::ids::{ConnectorId, LeaseEpoch, TaskNumber};

/// One task's line of [`record_status`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StatusLine {
    /// The connector.
    pub(crate) connector: ConnectorId,
    /// Its task.
    pub(crate) task: TaskNumber,
    /// The lease under which this was seen; another epoch's line is dropped.
    pub(crate) epoch: LeaseEpoch,
    /// The connector's generation that the attempt was started with.
    pub(crate) generation: i64,
    /// Restart requests that had been made when the attempt was started.
    pub(crate) restart_requests: i64,
    /// What is seen.
    pub(crate) state: ObservedState,
    /// Attempts since the task was last healthy.
    pub(crate) attempt: i32,
    /// Seconds until the next attempt.
    pub(crate) next_retry_in_s: Option<f64>,
    /// The last error, while it matters.
    pub(crate) error: Option<StoredError>,
    /// Growth since the last line.
    pub(crate) growth: Growth,
    /// Values of this moment.
    pub(crate) gauges: Gauges,
}

/// An error as an operator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredError {
    /// Stable code.
    pub(crate) code: String,
    /// What was being done.
    pub(crate) message: String,
    /// The chain of causes, one a line.
    pub(crate) trace: String,
}

/// What is added to the totals of a connector's life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Growth {
    /// Events read.
    pub(crate) records_polled: i64,
    /// Records durable.
    pub(crate) records_written: i64,
    /// Bytes durable.
    pub(crate) bytes_written: i64,
    /// Events without a record.
    pub(crate) records_skipped: i64,
    /// Attempts after the first.
    pub(crate) restarts: i64,
    /// What went wrong with single records: of this process, not stored.
    pub(crate) faults: Faults,
}

/// Tolerated errors of a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Faults {
    /// Records at fault.
    pub(crate) record_errors: i64,
    /// Errors that were logged.
    pub(crate) errors_logged: i64,
    /// Dead letters that are durable.
    pub(crate) dead_letters: i64,
}

/// Values of a moment. Times are milliseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Gauges {
    /// Durable records a second, lately.
    pub(crate) records_per_second: f64,
    /// Durable bytes a second, lately.
    pub(crate) bytes_per_second: f64,
    /// Records accepted and not yet durable.
    pub(crate) in_flight: i64,
    /// Cluster time of the newest durable event.
    pub(crate) last_event_time_ms: Option<i64>,
    /// Time of the newest committed token.
    pub(crate) committed_token_time_ms: Option<i64>,
    /// Time of the newest token that was read.
    pub(crate) read_token_time_ms: Option<i64>,
    /// Seconds that the oplog reaches back.
    pub(crate) oplog_window_s: Option<i64>,
    /// Time of the last tolerated error; of this process, not stored.
    pub(crate) last_error_time_ms: Option<i64>,
}

/// A task: who holds it, and what was last seen of it.
#[derive(Debug, Clone)]
pub(crate) struct StoredTask {
    /// The connector.
    pub(crate) connector: ConnectorId,
    /// Its number.
    pub(crate) task: TaskNumber,
    /// How it looks to `connect::lifecycle`.
    pub(crate) observation: TaskObservation,
    /// When a restart was last asked for.
    pub(crate) restart_requested_at: Option<DateTime<Utc>>,
    /// The generation that was observed; 0 before the first attempt.
    pub(crate) observed_generation: i64,
    /// The worker that holds it, or held it last.
    pub(crate) worker_id: Option<String>,
    /// When the next attempt is due.
    pub(crate) next_retry_at: Option<DateTime<Utc>>,
    /// The last error, while it matters.
    pub(crate) error: Option<StoredError>,
    /// Totals over the connector's life.
    pub(crate) totals: Growth,
    /// Values when last seen.
    pub(crate) gauges: Gauges,
}

/// Writes many tasks' status in one statement; `worker_id` is the writer.
///
/// # Errors
/// [`Error::Database`]: none was written then.
pub(crate) async fn record_status(
    executor: impl PgExecutor<'_>,
    worker_id: &str,
    lines: &[StatusLine],
) -> Result<(), Error> {
    fn column<T>(lines: &[StatusLine], value: impl Fn(&StatusLine) -> T) -> Vec<T> {
        lines.iter().map(value).collect()
    }
    let error = |part: fn(&StoredError) -> String| column(lines, move |line| line.error.as_ref().map(part));
    sqlx::query!(
        r#"
        insert into task_status as stored
            (connector_id, task, epoch, generation, restart_requests, state, worker_id, attempt, next_retry_at,
             error_code, error_message, error_trace, failed_at,
             records_polled, records_written, bytes_written, records_skipped, restarts,
             records_per_second, bytes_per_second, in_flight,
             last_event_time_ms, committed_token_time_ms, read_token_time_ms, oplog_window_s)
        select line.connector_id, line.task, line.epoch, line.generation, line.restart_requests, line.state, $1,
               line.attempt, clock_timestamp() + make_interval(secs => line.next_retry_in_s),
               line.error_code, line.error_message, line.error_trace,
               case when line.error_code is not null then clock_timestamp() end,
               line.records_polled, line.records_written, line.bytes_written, line.records_skipped, line.restarts,
               line.records_per_second, line.bytes_per_second, line.in_flight,
               line.last_event_time_ms, line.committed_token_time_ms, line.read_token_time_ms, line.oplog_window_s
        from unnest(
            $2::uuid[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::int[], $9::float8[],
            $10::text[], $11::text[], $12::text[],
            $13::bigint[], $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[],
            $18::float8[], $19::float8[], $20::bigint[], $21::bigint[], $22::bigint[], $23::bigint[], $24::bigint[]
        ) as line (
            connector_id, task, epoch, generation, restart_requests, state, attempt, next_retry_in_s,
            error_code, error_message, error_trace,
            records_polled, records_written, bytes_written, records_skipped, restarts,
            records_per_second, bytes_per_second, in_flight,
            last_event_time_ms, committed_token_time_ms, read_token_time_ms, oplog_window_s
        )
        join task_leases as lease
          on lease.connector_id = line.connector_id and lease.task = line.task and lease.epoch = line.epoch
        on conflict (connector_id, task) do update
        set epoch = excluded.epoch,
            generation = excluded.generation,
            restart_requests = excluded.restart_requests,
            state = excluded.state,
            worker_id = excluded.worker_id,
            attempt = excluded.attempt,
            next_retry_at = excluded.next_retry_at,
            error_code = excluded.error_code,
            error_message = excluded.error_message,
            error_trace = excluded.error_trace,
            failed_at = case
                when excluded.error_code is null then null
                when stored.failed_at is not null and stored.attempt = excluded.attempt
                     and stored.epoch = excluded.epoch then stored.failed_at
                else excluded.failed_at
            end,
            started_at = case
                when stored.state = excluded.state and stored.epoch = excluded.epoch then stored.started_at
                else clock_timestamp()
            end,
            observed_at = clock_timestamp(),
            records_polled = stored.records_polled + excluded.records_polled,
            records_written = stored.records_written + excluded.records_written,
            bytes_written = stored.bytes_written + excluded.bytes_written,
            records_skipped = stored.records_skipped + excluded.records_skipped,
            restarts = stored.restarts + excluded.restarts,
            records_per_second = excluded.records_per_second,
            bytes_per_second = excluded.bytes_per_second,
            in_flight = excluded.in_flight,
            last_event_time_ms = coalesce(excluded.last_event_time_ms, stored.last_event_time_ms),
            committed_token_time_ms = coalesce(excluded.committed_token_time_ms, stored.committed_token_time_ms),
            read_token_time_ms = coalesce(excluded.read_token_time_ms, stored.read_token_time_ms),
            oplog_window_s = coalesce(excluded.oplog_window_s, stored.oplog_window_s)
        where stored.epoch <= excluded.epoch
        "#,
        worker_id,
        &column(lines, |line| line.connector.0),
        &column(lines, |line| line.task.0),
        &column(lines, |line| line.epoch.0),
        &column(lines, |line| line.generation),
        &column(lines, |line| line.restart_requests),
        &column(lines, |line| line.state.as_str().to_owned()),
        &column(lines, |line| line.attempt),
        &column(lines, |line| line.next_retry_in_s) as &[Option<f64>],
        &error(|error| error.code.clone()) as &[Option<String>],
        &error(|error| error.message.clone()) as &[Option<String>],
        &error(|error| error.trace.clone()) as &[Option<String>],
        &column(lines, |line| line.growth.records_polled),
        &column(lines, |line| line.growth.records_written),
        &column(lines, |line| line.growth.bytes_written),
        &column(lines, |line| line.growth.records_skipped),
        &column(lines, |line| line.growth.restarts),
        &column(lines, |line| line.gauges.records_per_second),
        &column(lines, |line| line.gauges.bytes_per_second),
        &column(lines, |line| line.gauges.in_flight),
        &column(lines, |line| line.gauges.last_event_time_ms) as &[Option<i64>],
        &column(lines, |line| line.gauges.committed_token_time_ms) as &[Option<i64>],
        &column(lines, |line| line.gauges.read_token_time_ms) as &[Option<i64>],
        &column(lines, |line| line.gauges.oplog_window_s) as &[Option<i64>],
    )
    .execute(executor)
    .await?;
    Ok(())
}

struct Row {
    connector_id: Uuid,
    task: i32,
    is_held: bool,
    is_current: bool,
    has_pending_restart: bool,
    restart_requested_at: Option<DateTime<Utc>>,
    owner_worker_id: Option<String>,
    state: Option<String>,
    generation: Option<i64>,
    worker_id: Option<String>,
    attempt: Option<i32>,
    next_retry_at: Option<DateTime<Utc>>,
    error_code: Option<String>,
    error_message: Option<String>,
    error_trace: Option<String>,
    records_polled: Option<i64>,
    records_written: Option<i64>,
    bytes_written: Option<i64>,
    records_skipped: Option<i64>,
    restarts: Option<i64>,
    records_per_second: Option<f64>,
    bytes_per_second: Option<f64>,
    in_flight: Option<i64>,
    last_event_time_ms: Option<i64>,
    committed_token_time_ms: Option<i64>,
    read_token_time_ms: Option<i64>,
    oplog_window_s: Option<i64>,
}

/// Tasks in order: of one connector, or of all.
///
/// # Errors
/// [`Error::Database`], [`Error::Unreadable`].
pub(crate) async fn list_tasks(
    executor: impl PgExecutor<'_>,
    connector: Option<ConnectorId>,
) -> Result<Vec<StoredTask>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select lease.connector_id, lease.task,
               (lease.owner is not null and lease.expires_at > clock_timestamp()) as "is_held!",
               (status.epoch is not distinct from lease.epoch) as "is_current!",
               (lease.restart_requests > coalesce(status.restart_requests, lease.restart_requests))
                   as "has_pending_restart!",
               lease.restart_requested_at,
               replicas.worker_id as "owner_worker_id?",
               status.state as "state?", status.generation as "generation?", status.worker_id as "worker_id?",
               status.attempt as "attempt?", status.next_retry_at, status.error_code, status.error_message,
               status.error_trace,
               status.records_polled as "records_polled?", status.records_written as "records_written?",
               status.bytes_written as "bytes_written?", status.records_skipped as "records_skipped?",
               status.restarts as "restarts?", status.records_per_second as "records_per_second?",
               status.bytes_per_second as "bytes_per_second?", status.in_flight as "in_flight?",
               status.last_event_time_ms, status.committed_token_time_ms, status.read_token_time_ms,
               status.oplog_window_s
        from task_leases as lease
        left join replicas on replicas.id = lease.owner
        left join task_status as status on status.connector_id = lease.connector_id and status.task = lease.task
        where $1::uuid is null or lease.connector_id = $1
        order by lease.connector_id, lease.task
        "#,
        connector.map(|connector| connector.0),
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(StoredTask::try_from).collect()
}

impl TryFrom<Row> for StoredTask {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let state: Option<ObservedState> = match &row.state {
            Some(word) => Some(word.parse().map_err(|_| Error::Unreadable("task_status.state"))?),
            None => None,
        };
        // What an earlier owner saw says nothing about the present one, except that the task had failed.
        let observed = state.filter(|state| row.is_current || *state == ObservedState::Failed && !row.is_held);
        let attempt = if row.is_current { row.attempt } else { None };
        let error = match (row.error_code, row.error_message, row.error_trace) {
            (Some(code), Some(message), Some(trace)) => Some(StoredError { code, message, trace }),
            _ => None,
        };
        Ok(Self {
            connector: ConnectorId(row.connector_id),
            task: TaskNumber(row.task),
            observation: TaskObservation {
                is_held: row.is_held,
                observed,
                attempt: attempt.and_then(|attempt| u32::try_from(attempt).ok()).unwrap_or(1),
                has_pending_restart: row.has_pending_restart,
            },
            restart_requested_at: row.restart_requested_at,
            observed_generation: row.generation.unwrap_or_default(),
            worker_id: row.owner_worker_id.or(row.worker_id),
            next_retry_at: row.next_retry_at,
            error,
            totals: Growth {
                records_polled: row.records_polled.unwrap_or_default(),
                records_written: row.records_written.unwrap_or_default(),
                bytes_written: row.bytes_written.unwrap_or_default(),
                records_skipped: row.records_skipped.unwrap_or_default(),
                restarts: row.restarts.unwrap_or_default(),
                faults: Faults::default(),
            },
            gauges: Gauges {
                records_per_second: row.records_per_second.unwrap_or_default(),
                bytes_per_second: row.bytes_per_second.unwrap_or_default(),
                in_flight: row.in_flight.unwrap_or_default(),
                last_event_time_ms: row.last_event_time_ms,
                committed_token_time_ms: row.committed_token_time_ms,
                read_token_time_ms: row.read_token_time_ms,
                oplog_window_s: row.oplog_window_s,
                last_error_time_ms: None,
            },
        })
    }
}
