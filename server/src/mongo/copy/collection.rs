//! Copies one collection, and goes on where it was when the cursor is lost.

use std::sync::Arc;
use std::time::Duration;

use bson::{Document, RawBson, RawDocument, RawDocumentBuf};
use bytes::Bytes;
use connect::config::CopyConfig;
use connect::mongo::{CopiedEvents, Event, with_namespace_last};
use connect::pipeline::{EventDocument, SourceBatch, SourceEvent};
use connect::position::{Mark, Namespace, NamespaceCopy};
use connect::snapshot::{Continuation, CopyCommand, continuation, copy_command};
use connect::{Error, ErrorKind};
use mongodb::Client;
use tokio::time::sleep;

use super::super::classify::{Phase, classify, is_passing};
use super::super::collections::exists;
use super::super::read_ahead::{Expectation, ReadAhead, Stopped};
use super::super::reader::send_in_batches;
use super::super::reply::{Replies, Reply};
use super::CopyPlan;
use crate::worker::progress::{Notice, TaskProgress};

/// Passing failures in a row, without a document in between, before the error is passed on to the supervisor.
const MAX_FAILURES: u32 = 3;

/// Pause before the first of them is tried again; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// One collection's reader.
pub(super) struct CollectionCopy {
    client: Client,
    config: Arc<CopyConfig>,
    stream_pipeline: Arc<Vec<Document>>,
    namespace: Namespace,
    namespace_index: usize,
    /// `_id` of the last document that was handed over, where the copy can go on behind it.
    last_id: Option<RawBson>,
    /// Documents of this collection have been published, by this attempt or an earlier one.
    has_begun: bool,
    not_before: Option<bson::Timestamp>,
    batch_size: u32,
    max_batch_events: usize,
    events: CopiedEvents,
    progress: TaskProgress,
}

/// How one reading ended, other than by an error.
enum End {
    Finished,
    Stopped,
}

impl CollectionCopy {
    /// A reader for a collection of the plan.
    ///
    /// # Errors
    /// `Config`: the collection's name does not fit into BSON.
    pub(super) fn new(plan: &CopyPlan, namespace_index: usize, copy: &NamespaceCopy) -> Result<Self, Error> {
        let events = CopiedEvents::new(&copy.namespace)
            .map_err(|error| Error::caused(ErrorKind::Config, "A collection's name is not BSON", error))?;
        Ok(Self {
            client: plan.client.clone(),
            config: Arc::clone(&plan.config),
            stream_pipeline: Arc::clone(&plan.stream_pipeline),
            namespace: copy.namespace.clone(),
            namespace_index,
            last_id: copy.last_id.clone(),
            has_begun: copy.copied_documents > 0,
            not_before: plan.start.cluster_time,
            batch_size: plan.batch_size,
            max_batch_events: plan.max_batch_events,
            events,
            progress: plan.progress.clone(),
        })
    }

    /// Copies the collection to its end.
    ///
    /// # Errors
    /// Classified, once trying again here is of no use.
    pub(super) async fn run(mut self, out: &ReadAhead) -> Result<Result<(), Stopped>, Error> {
        if self.has_begun && self.start_over_if_needed(out).await.is_err() {
            return Ok(Err(Stopped));
        }
        let mut failures = 0;
        loop {
            match self.read(out, &mut failures).await {
                Ok(End::Stopped) => return Ok(Err(Stopped)),
                Ok(End::Finished) => {
                    self.tell_if_gone().await;
                    let mark = Mark::NamespaceFinished { namespace_index: self.namespace_index };
                    return Ok(send_mark(mark, out).await);
                }
                Err(error) if !is_passing(&error) || failures >= MAX_FAILURES => return Err(error),
                Err(error) => {
                    tracing::warn!(error = %error, "lost the cursor of a copy, reading on where it was");
                }
            }
            let pause = FIRST_PAUSE * 2_u32.saturating_pow(failures);
            failures += 1;
            tokio::select! {
                () = sleep(pause) => {}
                () = out.stopped() => return Ok(Err(Stopped)),
            }
            if self.has_begun && self.start_over_if_needed(out).await.is_err() {
                return Ok(Err(Stopped));
            }
        }
    }

    /// A copy whose stages do not keep the place begins again at the first document, and says so.
    async fn start_over_if_needed(&mut self, out: &ReadAhead) -> Result<(), Stopped> {
        let stage = match continuation(&self.config.pipeline, &self.stream_pipeline) {
            Continuation::FromBeginning { stage } => stage,
            // The stages say that the place is kept, but no document has told it.
            Continuation::BehindLastId if self.last_id.is_none() => String::new(),
            Continuation::BehindLastId => return Ok(()),
        };
        self.last_id = None;
        self.has_begun = false;
        self.progress.tell(Notice::CopyStartsOver { namespace: self.namespace.clone(), stage });
        send_mark(Mark::NamespaceRestarted { namespace_index: self.namespace_index }, out).await
    }

    async fn read(&mut self, out: &ReadAhead, failures: &mut u32) -> Result<End, Error> {
        let command = copy_command(
            &self.namespace,
            &self.config,
            &self.stream_pipeline,
            self.last_id.as_ref(),
            self.not_before,
            self.batch_size,
        )?;
        let doing = format!("Copying {}", self.namespace);
        let mut expected = Expectation::new(self.batch_size);
        let Ok(mut room) = out.reserve(expected).await else { return Ok(End::Stopped) };
        let opened =
            Replies::open(&self.client, &self.namespace.database, command.command.clone(), self.batch_size, None);
        let mut replies = opened.await.map_err(|error| classify(&error, Phase::Open, &doing))?;
        loop {
            let reply = replies.next().await.map_err(|error| classify(&error, Phase::Read, &doing))?;
            let Some(reply) = reply else { return Ok(End::Finished) };
            expected.learn(reply.size_bytes());
            let events = self.events_of(&reply, &command)?;
            room.fit(reply.size_bytes(), events.len());
            drop(reply);
            if !events.is_empty() {
                let last_id = match events.last() {
                    Some(SourceEvent { mark: Mark::Copied { id, .. }, .. }) => id.clone(),
                    _ => None,
                };
                if send_in_batches(events, self.max_batch_events, room, out).await.is_err() {
                    return Ok(End::Stopped);
                }
                (self.last_id, self.has_begun, *failures) = (last_id, true, 0);
            }
            let Ok(reserved) = out.reserve(expected).await else { return Ok(End::Stopped) };
            room = reserved;
        }
    }

    fn events_of(&self, reply: &Reply, command: &CopyCommand) -> Result<Vec<SourceEvent>, Error> {
        let documents = reply.documents().map_err(|error| self.malformed(error))?;
        let keeps_place = command.continuation == Continuation::BehindLastId;
        documents
            .into_iter()
            .map(|document| {
                let (event, id) =
                    if command.yields_events { self.made_by_server(&document) } else { self.made_here(&document) }?;
                let document = Some(EventDocument::new(Bytes::from(event.into_bytes())));
                let mark = Mark::Copied { namespace_index: self.namespace_index, id: id.filter(|_| keeps_place) };
                Ok(SourceEvent { document, mark })
            })
            .collect()
    }

    fn made_here(&self, document: &[u8]) -> Result<(RawDocumentBuf, Option<RawBson>), Error> {
        let document = RawDocument::from_bytes(document).map_err(|error| self.malformed(error))?;
        let event = self.events.event(document).map_err(|error| self.malformed(error))?;
        let id = document.get("_id").map_err(|error| self.malformed(error))?;
        Ok((event, id.map(RawBson::from)))
    }

    fn made_by_server(&self, event: &[u8]) -> Result<(RawDocumentBuf, Option<RawBson>), Error> {
        let event = RawDocument::from_bytes(event).map_err(|error| self.malformed(error))?;
        let event = with_namespace_last(event.to_owned()).map_err(|error| self.malformed(error))?;
        let id = Event::read(&event).map_err(|error| self.malformed(error))?.copied_id();
        Ok((event, id))
    }

    fn malformed(&self, error: impl std::error::Error + Send + Sync + 'static) -> Error {
        Error::caused(ErrorKind::SourceRefused, format!("A document of {} is malformed", self.namespace), error)
    }

    /// A collection that was dropped meanwhile is told of: its copy has ended early. The stream shows the drop itself.
    async fn tell_if_gone(&self) {
        match exists(&self.client, &self.namespace).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!("collection {} was dropped while it was being copied", self.namespace);
                self.progress.tell(Notice::CollectionGone { namespace: self.namespace.clone() });
            }
            // The copy is complete in any case; only a line of its history may be missing.
            Err(error) => tracing::debug!(error = %error, "could not look whether a copied collection is still there"),
        }
    }
}

async fn send_mark(mark: Mark, out: &ReadAhead) -> Result<(), Stopped> {
    out.send(SourceBatch { events: vec![SourceEvent { document: None, mark }], size_bytes: 0 }, None).await
}
