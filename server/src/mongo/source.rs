//! The pipeline's source over MongoDB: decides where to begin, copies what exists if it is asked to, then follows the changes.
//!
//! Opened by `worker::task` in two steps, because nothing may be read before the position it is read from is committed:
//! [`prepare`] finds the position, [`Prepared::start`] begins to read.

use std::sync::Arc;
use std::time::Duration;

use bson::Timestamp;
use connect::Error;
use connect::config::{CopyConfig, CopyMode, SourceConfig, StartupMode};
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
use super::read_ahead::{Batches, ReadAhead, read_ahead};
use super::reader::{OpenStream, StreamReader};
use super::resume::take_start_token;
use super::watch::{Level, Watch};
use crate::worker::progress::{Notice, TaskPhase, TaskProgress};

/// A source that knows where it will begin and has read nothing yet.
pub(crate) struct Prepared {
    /// Where it begins. To be committed before [`Prepared::start`] wherever it is not what was stored.
    pub(crate) position: Position,
    plan: Plan,
    reader: StreamReader,
}

/// What the reading begins with.
enum Plan {
    /// The copy, then the stream after its start.
    Copy { copy: CopyPlan, max_documents: usize, covered: Option<ResumePoint>, mode: CopyMode },
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
    let watch = Watch::new(&config)?;
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
        match begin(stored, &selection, &self.config.startup) {
            Beginning::Fresh { leaves_other_partition } => {
                if leaves_other_partition {
                    self.progress.tell(Notice::PositionReplaced);
                }
                match self.config.startup.clone() {
                    StartupMode::CopyExisting(copy) => {
                        let start = self.start_token(None).await?;
                        self.copy_all(selection, start, None, copy).await
                    }
                    StartupMode::Latest => {
                        let place = self.start_token(None).await?;
                        self.stream(selection, place, None).await
                    }
                    StartupMode::Timestamp(time) => {
                        let place = self.start_token(Some(time)).await?;
                        self.stream(selection, place, None).await
                    }
                }
            }
            Beginning::Copy { start, namespaces } => {
                let (start, covered) = self.resolve(start).await?;
                match self.config.startup.clone() {
                    StartupMode::CopyExisting(copy) => Ok(self.copy(selection, start, covered, copy, namespaces)),
                    // `begin` answers so only for a configuration that copies.
                    StartupMode::Latest | StartupMode::Timestamp(_) => self.stream(selection, start, covered).await,
                }
            }
            Beginning::CopyAgain { start } => {
                self.progress.tell(Notice::CopyReplanned);
                let (start, covered) = self.resolve(start).await?;
                match self.config.startup.clone() {
                    StartupMode::CopyExisting(copy) => self.copy_all(selection, start, covered, copy).await,
                    StartupMode::Latest | StartupMode::Timestamp(_) => self.stream(selection, start, covered).await,
                }
            }
            Beginning::Stream { start, leaves_copy } => {
                if leaves_copy {
                    self.progress.tell(Notice::CopyAbandoned);
                }
                let (place, covered) = self.resolve(start).await?;
                self.stream(selection, place, covered).await
            }
        }
    }

    /// A token that is good under the present selection, and what an earlier one has covered beyond it.
    async fn resolve(&mut self, start: StreamStart) -> Result<(ResumePoint, Option<ResumePoint>), Error> {
        match start {
            StreamStart::After(place) => Ok((place, None)),
            StreamStart::AtTime { time, covered } => {
                self.progress.tell(Notice::ResumedByTime);
                Ok((self.start_token(Some(time)).await?, Some(covered)))
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
    async fn copy_all(
        self,
        selection: Selection,
        start: ResumePoint,
        covered: Option<ResumePoint>,
        config: CopyConfig,
    ) -> Result<Prepared, Error> {
        let scope = CopyScope::new(&self.config.scope, config.namespace_regex.as_deref())?;
        let found = list_copied(&self.client, &scope, &config.pipeline).await?;
        drop(scope);
        for (namespace, what) in found.skipped {
            tracing::info!("{namespace} is not copied: a {what} has no change stream");
            self.progress.tell(Notice::CopySkipped { namespace, what });
        }
        Ok(self.copy(selection, start, covered, config, found.copied))
    }

    fn copy(
        self,
        selection: Selection,
        start: ResumePoint,
        covered: Option<ResumePoint>,
        config: CopyConfig,
        namespaces: Vec<NamespaceCopy>,
    ) -> Prepared {
        let reader = self.reader();
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
        Prepared { position, plan: Plan::Copy { copy, max_documents, covered, mode }, reader }
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

    async fn stream(
        self,
        selection: Selection,
        place: ResumePoint,
        covered: Option<ResumePoint>,
    ) -> Result<Prepared, Error> {
        let mut reader = self.reader();
        let stream = reader.open(place.clone(), covered).await?;
        let position = Position { phase: Phase::Stream { resume: place }, selection };
        Ok(Prepared { position, plan: Plan::Stream(Box::new(stream)), reader })
    }

    fn reader(&self) -> StreamReader {
        let stream = &self.config.stream;
        let max_batch_events = stream.poll_max_batch_size.max(1);
        // `batch.size` 0 leaves the size to the server, whose own bound is 16 MB; what a poll may return bounds it better.
        let batch_size = match stream.batch_size {
            0 => u32::try_from(max_batch_events).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs()),
            size => size,
        };
        StreamReader {
            client: self.client.clone(),
            watch: self.watch.clone(),
            batch_size,
            max_batch_events,
            await_time: Duration::from_millis(stream.poll_await_time_ms),
            progress: self.progress.clone(),
        }
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
        tokio::spawn(
            async move {
                if let Err(error) = read(self.plan, self.reader, &readers).await {
                    readers.fail(error).await;
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
        Plan::Copy { copy, covered, mode: CopyMode::Before, .. } => {
            reader.progress.set_phase(TaskPhase::Copying);
            if copy_existing(&copy, &Outlet::Pipeline(out.clone())).await?.is_err() {
                return Ok(());
            }
            reader.open(copy.start, covered).await?
        }
        Plan::Copy { copy, covered, max_documents, mode: CopyMode::Interleaved } => {
            reader.progress.set_phase(TaskPhase::Copying);
            let room = out.with_room_of_its_own(max_documents);
            let (readers, mut beside) = beside(room, reader.max_batch_events, reader.progress.clone());
            let (place, outlet) = (copy.start.clone(), Outlet::Beside(readers));
            // It ends by itself when nobody takes its chunks any more.
            tokio::spawn(async move { outlet.end(copy_existing(&copy, &outlet).await).await }.in_current_span());
            match reader.follow_beside(place, covered, &mut beside, out).await? {
                Some(stream) => stream,
                None => return Ok(()),
            }
        }
    };
    reader.follow(stream, out).await
}

#[cfg(test)]
mod tests;
