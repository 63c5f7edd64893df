//! The pipeline's source over MongoDB: decides where to begin, copies what exists if it is asked to, then follows the changes.
//!
//! Opened by `worker::task` in two steps, because nothing may be read before the position it is read from is committed:
//! [`prepare`] finds the position, [`Prepared::start`] begins to read.

mod recovery;

use std::sync::Arc;

use bson::Timestamp;
use connect::Error;
use connect::config::{CopyConfig, CopyMode, LostPositionPolicy, SourceConfig, StartupMode};
use connect::pipeline::{Source, SourceBatch};
use connect::position::{Beginning, NamespaceCopy, Phase, Position, ResumePoint, Selection, StreamStart, begin};
use connect::snapshot::{Continuation, CopyScope, continuation, stage_hiding_documents};
use mongodb::Client;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::Instrument as _;

use super::beside::beside;
use super::client::connect;
use super::collections::list_copied;
use super::copy::{CopyPlan, Outlet, copy_existing};
use super::oplog::read_oplog_window;
use super::oplog_watch::watch_oplog;
use super::read_ahead::{Batches, ReadAhead, read_ahead};
use super::reader::{OpenStream, StreamReader};
use super::resume::take_start_token;
use super::server_version::ask_version;
use super::watch::{Level, Watch};
use crate::worker::progress::{Notice, TaskPhase, TaskProgress};

/// A source that knows where it will begin and has read nothing yet.
pub(crate) struct Prepared {
    /// Where it begins. To be committed before [`Prepared::start`] wherever it is not what was stored.
    pub(crate) position: Position,
    plan: Plan,
    reader: StreamReader,
    on_lost_position: LostPositionPolicy,
}

/// What the reading begins with.
enum Plan {
    /// The copy, then the stream after its start.
    Copy { copy: CopyPlan, max_documents: usize, mode: CopyMode },
    /// The stream, which is open already.
    Stream(Box<OpenStream>),
}

/// The pipeline's end of the readers. Dropping it stops them.
pub(crate) struct MongoSource {
    batches: Batches,
    _readers: DropGuard,
}

impl Source for MongoSource {
    async fn next_batch(&mut self) -> Result<Option<SourceBatch>, Error> {
        self.batches.next().await
    }
}

/// Connects, finds out where to begin, and, where that is in the stream, opens it. Not cancel safe: run it in a task of its own.
///
/// # Errors
/// Classified. `PositionLost` when the stored position can no longer be resumed: it is kept as it is.
pub(crate) async fn prepare(
    config: Arc<SourceConfig>,
    stored: Option<Position>,
    progress: TaskProgress,
) -> Result<Prepared, Error> {
    let readers = match &config.startup {
        StartupMode::CopyExisting(copy) => copy.max_threads.saturating_mul(copy.parallelism),
        StartupMode::Latest | StartupMode::Timestamp(_) => 1,
    };
    let client = connect(&config.connection, readers).await?;
    let mut watch = Watch::new(&config)?;
    watch.set_splitting(ask_version(&client).await?.is_some_and(|version| version.can_split_events()));
    let opening = Opening { client, watch, config, progress };
    opening.prepare(stored).await
}

struct Opening {
    client: Client,
    watch: Watch,
    config: Arc<SourceConfig>,
    progress: TaskProgress,
}

impl Opening {
    async fn prepare(mut self, stored: Option<Position>) -> Result<Prepared, Error> {
        let selection = Selection::of(&self.config);
        let startup = self.startup_after(stored.as_ref());
        match begin(stored, &selection, &startup) {
            Beginning::Fresh { leaves_other_partition } => {
                if leaves_other_partition {
                    self.progress.tell(Notice::PositionReplaced);
                }
                self.begin_fresh(selection).await
            }
            Beginning::Copy { start, namespaces } => {
                let start = self.resolve(start).await?;
                match startup {
                    StartupMode::CopyExisting(copy) => self.go_on_copying(selection, start, copy, namespaces).await,
                    // `begin` answers so only for a configuration that copies.
                    StartupMode::Latest | StartupMode::Timestamp(_) => self.stream(selection, start).await,
                }
            }
            Beginning::CopyAgain { start } => {
                self.progress.tell(Notice::CopyReplanned);
                let start = self.resolve(start).await?;
                match startup {
                    StartupMode::CopyExisting(copy) => self.copy_all(selection, start, copy).await,
                    StartupMode::Latest | StartupMode::Timestamp(_) => self.stream(selection, start).await,
                }
            }
            Beginning::Stream { start, leaves_copy } => {
                if leaves_copy {
                    self.progress.tell(Notice::CopyAbandoned);
                }
                let place = self.resolve(start).await?;
                self.stream_or_recover(selection, place).await
            }
        }
    }

    async fn begin_fresh(mut self, selection: Selection) -> Result<Prepared, Error> {
        match self.config.startup.clone() {
            StartupMode::CopyExisting(copy) => {
                let start = self.start_token(None).await?;
                self.copy_all(selection, start, copy).await
            }
            StartupMode::Latest => {
                let place = self.start_token(None).await?;
                self.stream(selection, place).await
            }
            StartupMode::Timestamp(time) => {
                let time = self.earliest(time).await;
                let place = self.start_token(Some(time)).await?;
                self.stream(selection, place).await
            }
        }
    }

    /// The time 0 means: as far back as the oplog goes. Where the oplog may not be read, the server decides about it.
    async fn earliest(&self, time: Timestamp) -> Timestamp {
        if time.time != 0 {
            return time;
        }
        read_oplog_window(&self.client).await.map_or(time, |window| window.first)
    }

    /// A place that is good under the present selection, and that knows what an earlier one has covered beyond it.
    async fn resolve(&mut self, start: StreamStart) -> Result<ResumePoint, Error> {
        match start {
            StreamStart::After(place) => Ok(place),
            StreamStart::AtTime { time, covered } => {
                self.progress.tell(Notice::ResumedByTime);
                let mut place = self.start_token(Some(time)).await?;
                place.recovery.covered = Some(covered.published().clone());
                place.recovery.count = covered.recovery.count;
                Ok(place)
            }
        }
    }

    async fn start_token(&mut self, at: Option<Timestamp>) -> Result<ResumePoint, Error> {
        let level = self.watch.level();
        let taken = take_start_token(&self.client, &mut self.watch, at).await;
        if level == Level::Database && self.watch.level() == Level::Collection {
            self.progress.tell(Notice::WatchingCollectionOnly);
        }
        taken
    }

    /// The start token has been taken: whatever is created from here on is in the stream, so the list may be read.
    async fn copy_all(self, selection: Selection, start: ResumePoint, config: CopyConfig) -> Result<Prepared, Error> {
        let scope = CopyScope::new(&self.config.scope, config.namespace_regex.as_deref())?
            .within(&self.config.stream.namespaces)?;
        let found = list_copied(&self.client, &scope, &config.pipeline).await?;
        drop(scope);
        for (namespace, what) in found.skipped {
            tracing::info!("{namespace} is not copied: a {what} has no change stream");
            self.progress.tell(Notice::CopySkipped { namespace, what });
        }
        self.copy(selection, start, config, found.copied)
    }

    fn copy(
        self,
        selection: Selection,
        start: ResumePoint,
        config: CopyConfig,
        namespaces: Vec<NamespaceCopy>,
    ) -> Result<Prepared, Error> {
        let reader = self.reader()?;
        let on_lost_position = self.config.stream.on_lost_position;
        let max_documents = config.queue_size.max(1);
        let mode = self.mode(&config);
        let copy = CopyPlan {
            client: self.client,
            batch_size: reader.batch_size.min(u32::try_from(max_documents).unwrap_or(u32::MAX)),
            max_batch_events: reader.max_batch_events,
            config: Arc::new(config),
            stream_pipeline: Arc::new(self.config.stream.pipeline.clone()),
            namespaces: namespaces.clone(),
            start: start.clone(),
            progress: self.progress,
        };
        let position = Position { phase: Phase::Copy { start, namespaces }, selection };
        Ok(Prepared { position, plan: Plan::Copy { copy, max_documents, mode }, reader, on_lost_position })
    }

    /// The copy's mode. One that cannot be had is told of: interleaving needs to know of every document which changes concern it.
    fn mode(&self, config: &CopyConfig) -> CopyMode {
        if config.mode == CopyMode::Before {
            return CopyMode::Before;
        }
        let pipeline = &self.config.stream.pipeline;
        let in_the_way = match continuation(&config.pipeline, pipeline) {
            Continuation::FromBeginning { stage } => Some(stage),
            Continuation::BehindLastId => stage_hiding_documents(pipeline),
        };
        match in_the_way {
            None => CopyMode::Interleaved,
            Some(stage) => {
                self.progress.tell(Notice::CopyNotInterleaved { stage });
                CopyMode::Before
            }
        }
    }

    async fn stream(self, selection: Selection, place: ResumePoint) -> Result<Prepared, Error> {
        let mut reader = self.reader()?;
        let stream = reader.open(place.clone()).await?;
        Ok(self.streaming(selection, place, reader, stream))
    }

    fn streaming(self, selection: Selection, place: ResumePoint, reader: StreamReader, stream: OpenStream) -> Prepared {
        let position = Position { phase: Phase::Stream { resume: place }, selection };
        let on_lost_position = self.config.stream.on_lost_position;
        Prepared { position, plan: Plan::Stream(Box::new(stream)), reader, on_lost_position }
    }

    fn reader(&self) -> Result<StreamReader, Error> {
        StreamReader::new(self.client.clone(), self.watch.clone(), &self.config, self.progress.clone())
    }
}

impl Prepared {
    /// Begins to read, in a task of its own that ends soon after the source is dropped (once the call to the server that is
    /// under way has returned).
    pub(crate) fn start(self) -> MongoSource {
        let cancel = CancellationToken::new();
        let max_documents = match &self.plan {
            // Beside the stream, the copy has room of its own.
            Plan::Copy { max_documents, mode: CopyMode::Before, .. } => Some(*max_documents),
            Plan::Copy { .. } => None,
            Plan::Stream(_) => None,
        };
        let (readers, batches) = read_ahead(max_documents, cancel.clone());
        let oplog = watch_oplog(self.reader.client.clone(), self.reader.progress.clone(), cancel.clone());
        tokio::spawn(oplog.in_current_span());
        let policy = self.on_lost_position;
        tokio::spawn(
            async move {
                if let Err(error) = read(self.plan, self.reader, &readers).await {
                    readers.fail(recovery::passing(error, policy)).await;
                }
            }
            .in_current_span(),
        );
        MongoSource { batches, _readers: cancel.drop_guard() }
    }
}

async fn read(plan: Plan, mut reader: StreamReader, out: &ReadAhead) -> Result<(), Error> {
    let stream = match plan {
        Plan::Stream(stream) => *stream,
        Plan::Copy { copy, mode: CopyMode::Before, .. } => {
            reader.progress.set_phase(TaskPhase::Copying);
            if copy_existing(&copy, &Outlet::Pipeline(out.clone())).await?.is_err() {
                return Ok(());
            }
            reader.open(copy.start).await?
        }
        Plan::Copy { copy, max_documents, mode: CopyMode::Interleaved } => {
            reader.progress.set_phase(TaskPhase::Copying);
            let room = out.with_room_of_its_own(max_documents);
            let (readers, mut beside) = beside(room, reader.max_batch_events, reader.progress.clone());
            let (place, outlet) = (copy.start.clone(), Outlet::Beside(readers));
            // It ends by itself when nobody takes its chunks any more.
            tokio::spawn(async move { outlet.end(copy_existing(&copy, &outlet).await).await }.in_current_span());
            match reader.follow_beside(place, &mut beside, out).await? {
                Some(stream) => stream,
                None => return Ok(()),
            }
        }
    };
    reader.follow(stream, out).await
}

#[cfg(test)]
mod tests;
