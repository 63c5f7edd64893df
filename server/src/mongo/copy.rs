//! Copies what exists: several collections at a time, each in several ranges of `_id`, every one read by a task of its own;
//! then the change stream.
//!
//! The order of the marks is that of the channel: how a collection is divided, each range's documents in the order they were
//! read, its end, the collection's end, and after all of them the end of the copy.

mod chunk;
mod collection;
mod outlet;
mod range;
mod split;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bson::Document;
use connect::config::CopyConfig;
use connect::position::{Mark, NamespaceCopy, ResumePoint};
use connect::{Error, ErrorKind};
use mongodb::Client;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Interval, MissedTickBehavior, interval};
use tracing::Instrument as _;

use super::oplog::read_oplog_window;
use super::read_ahead::Stopped;
use super::resume::lost;
use crate::worker::progress::TaskProgress;
use collection::CollectionCopy;
pub(super) use outlet::Outlet;
pub(super) use range::RangeReader;

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

/// How reading ends: an error of the copy outside, inside whether nobody wants more.
pub(super) type Outcome = Result<Result<(), Stopped>, Error>;

/// Copies all collections that are not done.
pub(super) async fn copy_existing(plan: &CopyPlan, out: &Outlet) -> Outcome {
    let mut left = plan.namespaces.iter().enumerate().filter(|(_, copy)| !copy.is_done);
    let mut readers: JoinSet<Outcome> = JoinSet::new();
    let mut check = oplog_checks();
    loop {
        // A collection's own task only waits for those of its ranges.
        while readers.len() < plan.config.max_threads.max(1) {
            let Some((namespace_index, copy)) = left.next() else { break };
            let (collection, out) = (CollectionCopy::new(plan, namespace_index, copy)?, out.clone());
            readers.spawn(async move { collection.run(&out).await }.in_current_span());
        }
        let outcome = tokio::select! {
            ended = readers.join_next() => match ended {
                None => break,
                Some(ended) => outcome(ended),
            },
            // The question runs to its end here: the readers go on meanwhile, they are tasks of their own.
            _ = check.tick() => check_oplog(plan, out).await.map(Ok),
        };
        if !matches!(outcome, Ok(Ok(()))) {
            detach(readers);
            return outcome;
        }
    }
    Ok(out.mark(Mark::CopyFinished).await)
}

/// What became of a reader.
fn outcome(ended: Result<Outcome, JoinError>) -> Outcome {
    ended.unwrap_or_else(|panicked| Err(Error::caused(ErrorKind::Internal, "A reader of the copy panicked", panicked)))
}

/// Lets readers end by themselves at their next look at the channel: aborting them would drop the driver's futures half-way.
fn detach(mut readers: JoinSet<Outcome>) {
    readers.detach_all();
}

fn oplog_checks() -> Interval {
    let mut checks = interval(OPLOG_CHECK_INTERVAL);
    checks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    checks
}

/// Only a stream that waits for the copy's end can lose its start meanwhile.
async fn check_oplog(plan: &CopyPlan, out: &Outlet) -> Result<(), Error> {
    let Some(window) = read_oplog_window(&plan.client).await else { return Ok(()) };
    plan.progress.counters().oplog_window_s.store(window.length_s(), Ordering::Relaxed);
    if matches!(out, Outlet::Beside(_)) {
        return Ok(());
    }
    match plan.start.cluster_time.and_then(|time| lost(&window, time)) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}
