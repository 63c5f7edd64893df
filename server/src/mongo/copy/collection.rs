//! Copies one collection: divides it into ranges, has them read side by side, and tells its end.

use bson::RawBson;
use connect::Error;
use connect::position::{Mark, NamespaceCopy};
use connect::snapshot::{Continuation, continuation};
use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::super::collections::exists;
use super::super::read_ahead::Stopped;
use super::range::RangeReader;
use super::split::find_bounds;
use super::{CopyPlan, Outcome, Outlet, detach, outcome};
use crate::worker::progress::Notice;

/// One collection of the plan.
pub(super) struct CollectionCopy {
    plan: CopyPlan,
    namespace_index: usize,
    copy: NamespaceCopy,
    /// A reader to make those of the ranges from.
    reader: RangeReader,
}

impl CollectionCopy {
    /// A collection of the plan.
    ///
    /// # Errors
    /// `Config`: its name does not fit into BSON.
    pub(super) fn new(plan: &CopyPlan, namespace_index: usize, copy: &NamespaceCopy) -> Result<Self, Error> {
        let reader = RangeReader::new(plan, namespace_index, copy)?;
        Ok(Self { plan: plan.clone(), namespace_index, copy: copy.clone(), reader })
    }

    /// Copies the collection to its end.
    ///
    /// # Errors
    /// Classified, once trying again here is of no use.
    pub(super) async fn run(mut self, out: &Outlet) -> Outcome {
        if self.divide(out).await.is_err() {
            return Ok(Err(Stopped));
        }
        let copied = match self.copy.ranges.len() {
            0 => self.reader.clone().run(out).await,
            _ => self.run_ranges(out).await,
        };
        if !matches!(copied, Ok(Ok(()))) {
            return copied;
        }
        self.tell_if_gone().await;
        let mark = Mark::NamespaceFinished { namespace_index: self.namespace_index };
        Ok(out.mark(mark).await)
    }

    /// Divides a collection that nothing has been copied of, where its stages allow to begin in the middle. The bounds become
    /// part of the position before the first document does.
    async fn divide(&mut self, out: &Outlet) -> Result<(), Stopped> {
        let config = &self.plan.config;
        let is_untouched = self.copy.ranges.is_empty() && self.copy.copied_documents == 0;
        let keeps_place = continuation(&config.pipeline, &self.plan.stream_pipeline) == Continuation::BehindLastId;
        if !keeps_place {
            // Stages that have come to lose the place, in another version: the reader of the whole starts over.
            self.copy.ranges.clear();
        }
        if !(is_untouched && keeps_place) {
            return Ok(());
        }
        let bounds: Vec<RawBson> = find_bounds(&self.plan.client, &self.copy, config.parallelism).await;
        if bounds.is_empty() {
            return Ok(());
        }
        let mark = Mark::NamespaceSplit { namespace_index: self.namespace_index, bounds: bounds.clone() };
        self.copy.split(bounds);
        out.mark(mark).await
    }

    async fn run_ranges(&self, out: &Outlet) -> Outcome {
        let mut left = self.copy.ranges.iter().enumerate().filter(|(_, range)| !range.is_done);
        let mut readers: JoinSet<Outcome> = JoinSet::new();
        loop {
            while readers.len() < self.plan.config.parallelism.max(1) {
                let Some((range_index, range)) = left.next() else { break };
                let behind = self.copy.behind(range_index).cloned();
                let reader = self.reader.of_range(range_index, behind, range.until.clone());
                let out = out.clone();
                readers.spawn(async move { reader.run(&out).await }.in_current_span());
            }
            let Some(ended) = readers.join_next().await else { return Ok(Ok(())) };
            let ended = outcome(ended);
            if !matches!(ended, Ok(Ok(()))) {
                detach(readers);
                return ended;
            }
        }
    }

    /// A collection that was dropped meanwhile is told of: its copy has ended early. The stream shows the drop itself.
    async fn tell_if_gone(&self) {
        let namespace = &self.copy.namespace;
        match exists(&self.plan.client, namespace).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!("collection {namespace} was dropped while it was being copied");
                self.plan.progress.tell(Notice::CollectionGone { namespace: namespace.clone() });
            }
            // The copy is complete in any case; only a line of its history may be missing.
            Err(error) => tracing::debug!(error = %error, "could not look whether a copied collection is still there"),
        }
    }
}
