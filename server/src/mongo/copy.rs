//! Copies what exists: several collections at a time, each read by a task of its own, then the change stream.
//!
//! The order of the marks is that of the channel: a collection's documents in the order they were read, its end, and after all
//! of them the end of the copy.

mod collection;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bson::Document;
use connect::config::CopyConfig;
use connect::pipeline::{SourceBatch, SourceEvent};
use connect::position::{Mark, NamespaceCopy, ResumePoint};
use connect::{Error, ErrorKind};
use mongodb::Client;
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior, interval};
use tracing::Instrument as _;

use super::oplog::read_oplog_window;
use super::read_ahead::{ReadAhead, Stopped};
use super::resume::lost;
use crate::worker::progress::{TaskPhase, TaskProgress};
use collection::CollectionCopy;

/// How often it is checked that the oplog still reaches back to the copy's start: a copy whose changes are lost is in vain.
const OPLOG_CHECK_INTERVAL: Duration = Duration::from_secs(60);

/// What to copy, and how.
#[derive(Debug, Clone)]
pub(super) struct CopyPlan {
    pub(super) client: Client,
    pub(super) config: Arc<CopyConfig>,
    /// The stream's stages, which run behind the copy's own.
    pub(super) stream_pipeline: Arc<Vec<Document>>,
    /// Every collection of the copy, done or not, as in the position.
    pub(super) namespaces: Vec<NamespaceCopy>,
    /// Where the stream will begin.
    pub(super) start: ResumePoint,
    /// Documents per reply at most.
    pub(super) batch_size: u32,
    /// Events per batch at most.
    pub(super) max_batch_events: usize,
    pub(super) progress: TaskProgress,
}

/// Copies all collections that are not done. `Err` within is an error of the copy; `Stopped` means that nobody wants more.
pub(super) async fn copy_existing(plan: &CopyPlan, out: &ReadAhead) -> Result<Result<(), Stopped>, Error> {
    plan.progress.set_phase(TaskPhase::Copying);
    let mut left = plan.namespaces.iter().enumerate().filter(|(_, copy)| !copy.is_done);
    let mut readers: JoinSet<Result<Result<(), Stopped>, Error>> = JoinSet::new();
    let mut check = oplog_checks();
    loop {
        while readers.len() < plan.config.max_threads.max(1) {
            let Some((namespace_index, copy)) = left.next() else { break };
            let reader = CollectionCopy::new(plan, namespace_index, copy)?;
            let out = out.clone();
            readers.spawn(async move { reader.run(&out).await }.in_current_span());
        }
        tokio::select! {
            ended = readers.join_next() => match ended {
                None => break,
                Some(Ok(Ok(Ok(())))) => {}
                Some(Ok(Ok(Err(Stopped)))) => {
                    detach(readers);
                    return Ok(Err(Stopped));
                }
                Some(Ok(Err(error))) => {
                    detach(readers);
                    return Err(error);
                }
                Some(Err(panicked)) => {
                    detach(readers);
                    return Err(Error::caused(ErrorKind::Internal, "A reader of the copy panicked", panicked));
                }
            },
            _ = check.tick() => {
                // The question runs to its end here: the readers go on meanwhile, they are tasks of their own.
                if let Err(error) = check_oplog(plan).await {
                    detach(readers);
                    return Err(error);
                }
            }
        }
    }
    let finished = SourceEvent { document: None, mark: Mark::CopyFinished };
    Ok(out.send(SourceBatch { events: vec![finished], size_bytes: 0 }, None).await)
}

/// Lets readers end by themselves at their next look at the channel: aborting them would drop the driver's futures half-way.
fn detach(mut readers: JoinSet<Result<Result<(), Stopped>, Error>>) {
    readers.detach_all();
}

fn oplog_checks() -> Interval {
    let mut checks = interval(OPLOG_CHECK_INTERVAL);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    checks
}

async fn check_oplog(plan: &CopyPlan) -> Result<(), Error> {
    let Some(window) = read_oplog_window(&plan.client).await else { return Ok(()) };
    plan.progress.counters().oplog_window_s.store(window.length_s(), Ordering::Relaxed);
    match plan.start.cluster_time.and_then(|time| lost(&window, time)) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}
