//! One attempt at running one task: open source, sink and store, run the pipeline, end.
//!
//! Called by the supervisor inside a task of its own, with a lease held. Knows nothing of leases beyond the epoch it writes
//! with, and does not restart itself: it returns, and the supervisor decides.

use std::convert::Infallible;
use std::future::pending;
use std::sync::Arc;

use connect::config::{DeliveryMode, ErrorConfig, SourceConfig};
use connect::mongo::{DeadLetters, Encoded, RecordEncoder};
use connect::pipeline::{self, Encode, EventDocument, LetterContent, OffsetStore, Ports, Settings, Sink};
use connect::position::{Phase, Position};
use connect::record::ProducerRecord;
use connect::{Error, ErrorKind};
use sqlx::PgPool;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::exactly_once::{self, ExactlyOnceEnvironment};
use super::observer::{TaskObserver, copy_progress};
use super::progress::{Notice, TaskPhase, TaskProgress};
use super::store::PostgresStore;
use super::topic_memory::TopicMemory;
use crate::failpoint::{self, Step};
use crate::ids::{ConnectorId, ConnectorName, LeaseEpoch, TaskNumber};
use crate::kafka::client::ClientSettings;
use crate::kafka::delivery::Reach;
use crate::kafka::producer::{KafkaSink, SinkLimits, SinkOptions};
use crate::mongo::source::{Prepared, prepare};

/// What to run.
pub(crate) struct TaskAssignment {
    /// The connector's row.
    pub(crate) connector_id: ConnectorId,
    /// Its name, for client ids, topics' owners and spans.
    pub(crate) connector: ConnectorName,
    /// Which of its tasks.
    pub(crate) task: TaskNumber,
    /// The lease under which positions may be written.
    pub(crate) epoch: LeaseEpoch,
    /// The parsed configuration, secrets in place.
    pub(crate) config: SourceConfig,
}

/// What a task needs from the process.
#[derive(Clone)]
pub(crate) struct TaskEnvironment {
    /// Postgres, for positions.
    pub(crate) pool: PgPool,
    /// The Kafka that records go to.
    pub(crate) kafka: ClientSettings,
    /// Whether missing topics are created there.
    pub(crate) may_create_topics: bool,
    /// What exactly-once delivery needs.
    pub(crate) exactly_once: ExactlyOnceEnvironment,
}

/// Runs until `cancel` is cancelled (then drains, commits and returns `Ok`) or something fails.
///
/// Dropping the future ends the attempt as a crash would: nothing is lost, some records may be sent again.
///
/// # Errors
/// The first error that ended the attempt; `connect::error::policy` of its kind says what comes next. Positions committed so
/// far stay good.
pub(crate) async fn run_task(
    assignment: TaskAssignment,
    environment: TaskEnvironment,
    progress: TaskProgress,
    cancel: CancellationToken,
) -> Result<(), Error> {
    match assignment.config.delivery.clone() {
        DeliveryMode::AtLeastOnce => run_at_least_once(assignment, environment, progress, cancel).await,
        DeliveryMode::ExactlyOnce(exactly_once) => {
            exactly_once::run_task(assignment, exactly_once, environment, progress, cancel).await
        }
    }
}

async fn run_at_least_once(
    assignment: TaskAssignment,
    environment: TaskEnvironment,
    progress: TaskProgress,
    cancel: CancellationToken,
) -> Result<(), Error> {
    let Some(opened) = cancel.run_until_cancelled(open(assignment, environment, &progress)).await else {
        return Ok(());
    };
    let (opened, sink, store) = opened?;
    let reach = sink.subscribe_reach();
    opened.run(sink, &store, reach, &progress, &cancel).await
}

async fn open(
    assignment: TaskAssignment,
    environment: TaskEnvironment,
    progress: &TaskProgress,
) -> Result<(Opened, KafkaSink, PostgresStore), Error> {
    let sink = assignment.sink_options(&environment);
    let TaskAssignment { connector_id, connector, task, epoch, config } = assignment;
    let store = PostgresStore::new(environment.pool, connector_id, task, epoch);
    let stored = store.load().await?;
    failpoint::reach(Step::PositionLoaded);
    let sink = KafkaSink::open(sink)?;
    let opened = Opened::open(&connector, task, config, stored, &store, progress).await?;
    Ok((opened, sink, store))
}

impl TaskAssignment {
    /// Where its records go.
    pub(super) fn sink_options(&self, environment: &TaskEnvironment) -> SinkOptions {
        let creation = self.config.topic_creation.clone();
        SinkOptions {
            settings: environment.kafka.clone(),
            connector: self.connector.clone(),
            task: self.task,
            creation: if environment.may_create_topics { creation } else { creation.forbidden() },
            limits: SinkLimits::default().overridden(&self.config.producer),
        }
    }
}

/// The source at its place, and what makes records of its events.
pub(super) struct Opened {
    prepared: Prepared,
    encoder: TaskEncoder,
    settings: Settings,
    errors: ErrorConfig,
}

impl Opened {
    /// Opens the source where the stored position says, and commits where it begins.
    ///
    /// # Errors
    /// What MongoDB or the store have against it.
    pub(super) async fn open(
        connector: &ConnectorName,
        task: TaskNumber,
        config: SourceConfig,
        stored: Option<Position>,
        store: &impl OffsetStore,
        progress: &TaskProgress,
    ) -> Result<Self, Error> {
        let errors = config.errors.clone();
        let encoder = TaskEncoder {
            records: RecordEncoder::new(&config)?,
            letters: DeadLetters::new(&config, connector.as_str(), task.0),
            topics: TopicMemory::new(progress.clone()),
        };
        let mut settings = Settings {
            tolerance: errors.tolerance,
            has_dead_letters: errors.dead_letters.is_some(),
            ..Settings::default()
        };
        if let DeliveryMode::ExactlyOnce(exactly_once) = &config.delivery {
            settings.transaction = exactly_once::transaction_limits(exactly_once);
        }
        let prepared = prepare_source(Arc::new(config), stored.clone(), progress).await?;
        failpoint::reach(Step::SourceOpened);
        tell_copy(&prepared.position, progress);
        // Before the first document is read: whatever happens from here on, the stream begins no later than now.
        if stored.as_ref() != Some(&prepared.position) {
            store.commit(prepared.position.clone()).await?;
        }
        Ok(Self { prepared, encoder, settings, errors })
    }

    /// Carries events until it is cancelled or something fails.
    ///
    /// # Errors
    /// As [`pipeline::run`].
    pub(super) async fn run<K: Sink, O: OffsetStore<Coupling = K::Coupling>>(
        self,
        sink: K,
        store: &O,
        reach: watch::Receiver<Reach>,
        progress: &TaskProgress,
        cancel: &CancellationToken,
    ) -> Result<(), Error> {
        let Self { prepared, encoder, settings, errors } = self;
        let observer = TaskObserver::new(progress.clone(), &errors);
        let position = prepared.position.clone();
        let ports = Ports { source: prepared.start(), sink, store, observer: &observer };
        tokio::select! {
            result = pipeline::run(ports, encoder, position, settings, cancel) => result,
            never = tell_draining(cancel, progress) => match never {},
            never = tell_reach(reach, progress) => match never {},
        }
    }
}

/// In a task of its own, which runs to its end even if nobody waits for it any more: the driver's futures must.
async fn prepare_source(
    config: Arc<SourceConfig>,
    stored: Option<Position>,
    progress: &TaskProgress,
) -> Result<Prepared, Error> {
    let preparing = tokio::spawn(prepare(config, stored, progress.clone()).in_current_span());
    preparing.await.map_err(|panicked| Error::caused(ErrorKind::Internal, "Opening the source panicked", panicked))?
}

fn tell_copy(position: &Position, progress: &TaskProgress) {
    if let Phase::Copy { namespaces, .. } = &position.phase {
        progress.set_copy(copy_progress(namespaces));
    }
}

/// Makes a task's records and dead letters, and remembers where they went.
struct TaskEncoder {
    records: RecordEncoder,
    letters: Option<DeadLetters>,
    topics: TopicMemory,
}

impl Encode for TaskEncoder {
    fn encode(&mut self, event: &EventDocument) -> Result<Option<ProducerRecord>, Error> {
        Ok(match self.records.encode_event(event)? {
            Encoded::Record(record) => {
                failpoint::reach(Step::Encoded);
                self.topics.see(&record.topic);
                Some(record)
            }
            Encoded::Skipped(_) => None,
        })
    }

    fn dead_letter(&mut self, event: &EventDocument, error: &Error, content: LetterContent) -> Option<ProducerRecord> {
        let letter = self.letters.as_mut()?.letter(event, error, content);
        self.topics.see(&letter.topic);
        Some(letter)
    }
}

async fn tell_draining(cancel: &CancellationToken, progress: &TaskProgress) -> Infallible {
    cancel.cancelled().await;
    progress.set_phase(TaskPhase::Draining);
    pending().await
}

/// Tells when no broker answers and when one does again. The records wait meanwhile; that is the producer's business.
pub(super) async fn tell_reach(mut reach: watch::Receiver<Reach>, progress: &TaskProgress) -> Infallible {
    let mut is_away = false;
    while reach.changed().await.is_ok() {
        match (*reach.borrow_and_update(), is_away) {
            (Reach::Unreachable, false) => {
                is_away = true;
                progress.tell(Notice::SinkAway);
                tracing::warn!("no broker of Kafka answers, records wait");
            }
            (Reach::Reachable, true) => {
                is_away = false;
                progress.tell(Notice::SinkBack);
                tracing::info!("Kafka answers again");
            }
            _ => {}
        }
    }
    pending().await
}
