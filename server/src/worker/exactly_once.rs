//! Exactly-once delivery of one attempt: who may begin, where it begins, and committing records and position together.
//!
//! Called by [`super::task`] for a connector with `exactly.once.support=required`. The truth is in Kafka: the brokers let only the
//! newest producer of a task's `transactional.id` commit, and the position is part of its transactions. Postgres has a copy for
//! people, and is asked who holds the lease, so that the wrong one does not fence the right one.

mod beginning;
mod mirror;
pub(crate) mod rewrite;
mod standing;
mod store;
mod strikes;

use std::sync::Arc;
use std::time::{Duration, Instant};

use connect::config::{ExactlyOnceConfig, SourceConfig, TransactionBoundary};
use connect::pipeline::TransactionLimits;
use connect::position::{Position, offset_key};
use connect::{Error, ErrorKind};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tracing::info;

use self::mirror::Mirror;
use self::standing::Standing;
use self::store::TransactionalStore;
pub(crate) use self::strikes::Strikes;
use super::progress::TaskProgress;
use super::task::{Opened, TaskAssignment, TaskEnvironment, tell_reach};
use crate::db::leases::Lease;
use crate::failpoint::{self, Step};
use crate::kafka::offsets_topic::OffsetsTopic;
use crate::kafka::topics::Topics;
use crate::kafka::transaction::{TRANSACTION_TIMEOUT, TransactionOptions, Transactions};
use crate::kafka::transactional_sink::TransactionalSink;

/// A transaction of this length may stay open three times as long before the brokers give it up.
const TIMEOUT_FACTOR: u32 = 3;

/// What exactly-once delivery needs from the process.
#[derive(Debug, Clone)]
pub(crate) struct ExactlyOnceEnvironment {
    /// Tells this deployment's producers from those of a copy of its database.
    pub(crate) deployment_id: Arc<str>,
    /// The topic of positions for connectors that name none.
    pub(crate) offsets_topic: Arc<str>,
    /// What was taken over lately.
    pub(crate) strikes: Strikes,
}

/// Runs one attempt, as [`super::task::run_task`] promises.
///
/// # Errors
/// As there, and `Fenced` when somebody else uses the task's `transactional.id` again and again.
pub(super) async fn run_task(
    assignment: TaskAssignment,
    config: ExactlyOnceConfig,
    environment: TaskEnvironment,
    progress: TaskProgress,
    cancel: CancellationToken,
) -> Result<(), Error> {
    let lease = Lease { connector: assignment.connector_id, task: assignment.task, epoch: assignment.epoch };
    let standing = Standing::new(environment.pool.clone(), lease);
    let strikes = environment.exactly_once.strikes.clone();
    match attempt(assignment, lease, &config, environment, &progress, &cancel).await {
        Err(error) if error.kind() == ErrorKind::Fenced => Err(judge(error, &standing, &strikes, lease).await),
        result => result,
    }
}

/// What being fenced means: a successor has the lease; or a transaction took too long, which looks the same, once; or somebody
/// else uses the name.
async fn judge(error: Error, standing: &Standing, strikes: &Strikes, lease: Lease) -> Error {
    if let Err(lost) = standing.refuse_lost().await {
        return lost;
    }
    if strikes.strike(lease.connector, Instant::now()) {
        return error;
    }
    Error::caused(ErrorKind::SinkUnavailable, error.context().to_owned(), error)
}

async fn attempt(
    assignment: TaskAssignment,
    lease: Lease,
    config: &ExactlyOnceConfig,
    environment: TaskEnvironment,
    progress: &TaskProgress,
    cancel: &CancellationToken,
) -> Result<(), Error> {
    let options = TransactionOptions {
        transactional_id: transactional_id(&environment.exactly_once.deployment_id, lease),
        timeout: transaction_timeout(config),
        sink: assignment.sink_options(&environment),
    };
    let transactions = Transactions::open(options)?;
    let offsets_topic = config.offsets_topic.as_deref().unwrap_or(&environment.exactly_once.offsets_topic);
    let opening = async {
        let ends = open(&transactions, &environment.pool, lease, &assignment.config, offsets_topic).await?;
        let opened = Opened::open(
            &assignment.connector,
            lease.task,
            assignment.config,
            ends.stored.clone(),
            &ends.store,
            progress,
        )
        .await?;
        Ok::<_, Error>((ends, opened))
    };
    let opened = tokio::select! {
        biased;
        () = cancel.cancelled() => None,
        opened = opening => Some(opened),
        never = tell_reach(transactions.subscribe_reach(), progress) => match never {},
    };
    let (ends, opened) = match opened {
        Some(Ok(opened)) => opened,
        ended => {
            transactions.release();
            return ended.map_or(Ok(()), |ended| ended.map(|_| ()));
        }
    };
    let Ends { sink, store, mut mirror, .. } = ends;
    let result = tokio::select! {
        result = opened.run(sink, &store, transactions.subscribe_reach(), progress, cancel) => result,
        never = mirror.keep() => match never {},
    };
    mirror.copy().await;
    result
}

/// The open ends of an attempt, before the source is.
struct Ends {
    /// Where records go.
    sink: TransactionalSink,
    /// Commits records and position.
    store: TransactionalStore,
    /// Copies positions to Postgres.
    mirror: Mirror,
    /// Where the task stands; `None` when it has never been.
    stored: Option<Position>,
}

/// The `transactional.id` of a task: stable over attempts and replicas, because it is what a successor fences by.
pub(crate) fn transactional_id(deployment_id: &str, lease: Lease) -> String {
    format!("{deployment_id}-{}-{}", lease.connector.0, lease.task.0)
}

/// How long a transaction of this connector may stay open.
pub(crate) fn transaction_timeout(config: &ExactlyOnceConfig) -> Duration {
    match config.boundary {
        TransactionBoundary::Poll => TRANSACTION_TIMEOUT,
        TransactionBoundary::Interval(interval) => TRANSACTION_TIMEOUT.max(interval * TIMEOUT_FACTOR),
    }
}

/// Where transactions of this connector end.
pub(super) fn transaction_limits(config: &ExactlyOnceConfig) -> TransactionLimits {
    match config.boundary {
        TransactionBoundary::Poll => TransactionLimits::default(),
        TransactionBoundary::Interval(interval) => {
            TransactionLimits { interval, max_events: usize::MAX, max_bytes: usize::MAX }
        }
    }
}

/// Fences every predecessor and finds out where to go on. The order is what makes it safe: own the lease, fence, *still* own the
/// lease (else a late one would fence its successor), and only then read, when nobody else can write any more.
///
/// # Errors
/// `LeaseLost` when somebody else owns the task, `PositionLost` when the position that was kept in Kafka is not there any more,
/// `TopicShrunk` when a topic holds less than was written to it, and whatever Kafka or Postgres have against it.
async fn open(
    transactions: &Transactions,
    pool: &PgPool,
    lease: Lease,
    config: &SourceConfig,
    offsets_topic: &str,
) -> Result<Ends, Error> {
    let sink = &transactions.options().sink;
    let topic = OffsetsTopic::new(sink.settings.clone(), offsets_topic);
    let topics = Topics::new(&sink.settings, &format!("connector-admin-{}-{}", sink.connector, sink.task.0))
        .map_err(|fault| fault.while_doing("Making the Kafka client for topics"))?;
    let key = offset_key(sink.connector.as_str(), &config.offset_partition_name);
    let standing = Standing::new(pool.clone(), lease);

    topic.make_sure(&topics, sink.creation.is_allowed()).await?;
    standing.require().await?;
    transactions.fence().await?;
    standing.require().await?;
    let found = beginning::find(&topic, &key, sink.connector.as_str(), config, pool, lease).await?;
    failpoint::reach(Step::PositionLoaded);
    if let Some(above) = found.newer_epoch {
        standing.raise(above).await?;
        let context = "The database is older than the positions in Kafka; the task begins again under a newer lease";
        return Err(Error::new(ErrorKind::LeaseLost, context));
    }
    beginning::check_reached(&sink.settings, &found.reached).await?;
    transactions.learn_reached(found.reached);
    transactions.begin().await?;
    info!(kafka.topic = topic.name(), has_position = found.position.is_some(), "earlier producers are fenced");

    let (mirror, copies) = Mirror::new(pool.clone(), lease);
    Ok(Ends {
        sink: TransactionalSink::new(transactions.clone(), topics, Arc::from(topic.name())),
        store: TransactionalStore::new(transactions.clone(), topic, key, lease, standing, copies),
        mirror,
        stored: found.position,
    })
}
