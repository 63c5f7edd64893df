//! Reads one range of a collection, or all of it, and goes on where it was when the cursor is lost.

use std::sync::Arc;
use std::time::Duration;

use bson::{Document, RawBson, RawDocument, RawDocumentBuf};
use bytes::Bytes;
use connect::config::CopyConfig;
use connect::mongo::{CopiedEvents, Event, with_namespace_last};
use connect::pipeline::{EventDocument, SourceEvent};
use connect::position::{Mark, Namespace, NamespaceCopy};
use connect::snapshot::{Continuation, CopyCommand, Part, continuation, copy_command};
use connect::{Error, ErrorKind};
use mongodb::Client;
use tokio::time::sleep;

use super::super::classify::{Phase, classify, is_passing};
use super::super::read_ahead::{Expectation, ReadAhead, Stopped};
use super::super::reader::send_in_batches;
use super::super::reply::{Replies, Reply};
use super::{CopyPlan, Outcome, Outlet};
use crate::worker::progress::{Notice, TaskProgress};

/// Passing failures in a row, without a document in between, before the error is passed on to the supervisor.
const MAX_FAILURES: u32 = 3;

/// Pause before the first of them is tried again; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// Bytes that a reply should have: enough to be worth the way, and several fit the read-ahead.
const REPLY_BYTES: usize = 4 * 1024 * 1024;

/// Documents of a first reply, which tells how large they are.
const FIRST_DOCUMENTS: u32 = 256;

/// One range's reader.
#[derive(Clone)]
pub(in super::super) struct RangeReader {
    pub(super) client: Client,
    pub(super) config: Arc<CopyConfig>,
    pub(super) stream_pipeline: Arc<Vec<Document>>,
    pub(super) namespace: Namespace,
    namespace_index: usize,
    /// `None` for a collection that is copied as a whole.
    range_index: Option<usize>,
    /// Behind which `_id` reading goes on: at first the range's own beginning, then that of the last document handed over, where
    /// the copy can go on behind it.
    pub(super) behind: Option<RawBson>,
    pub(super) until: Option<RawBson>,
    /// Documents of this collection have been published, by this attempt or an earlier one.
    pub(super) has_begun: bool,
    pub(super) not_before: Option<bson::Timestamp>,
    /// Documents per reply at most, as configured.
    max_documents: u32,
    /// Documents per reply at most, so that it is not much larger than [`REPLY_BYTES`].
    pub(super) batch_size: u32,
    max_batch_events: usize,
    events: CopiedEvents,
    progress: TaskProgress,
}

/// How one reading ended, other than by an error.
pub(super) enum End {
    Finished,
    Stopped,
    /// The documents have another size than expected: the cursor is opened anew, for replies of a better size.
    Resized,
}

impl RangeReader {
    /// A reader for the whole of a collection of the plan, from where it stands.
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
            range_index: None,
            behind: copy.last_id.clone(),
            until: None,
            has_begun: copy.copied_documents > 0,
            not_before: plan.start.cluster_time,
            max_documents: plan.batch_size,
            batch_size: plan.batch_size.min(FIRST_DOCUMENTS),
            max_batch_events: plan.max_batch_events,
            events,
            progress: plan.progress.clone(),
        })
    }

    /// The same for one of its ranges.
    pub(super) fn of_range(&self, range_index: usize, behind: Option<RawBson>, until: Option<RawBson>) -> Self {
        Self { range_index: Some(range_index), behind, until, ..self.clone() }
    }

    /// Reads the range to its end, and tells that of a range.
    ///
    /// # Errors
    /// Classified, once trying again here is of no use.
    pub(super) async fn run(mut self, out: &Outlet) -> Outcome {
        if self.start_over_if_needed(out).await.is_err() {
            return Ok(Err(Stopped));
        }
        let mut failures = 0;
        loop {
            let read = match out {
                Outlet::Pipeline(out) => self.read(out, &mut failures).await,
                Outlet::Beside(out) => self.read_chunks(out, &mut failures).await,
            };
            match read {
                Ok(End::Stopped) => return Ok(Err(Stopped)),
                Ok(End::Finished) => return Ok(self.tell_end(out).await),
                Ok(End::Resized) => continue,
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
            if self.start_over_if_needed(out).await.is_err() {
                return Ok(Err(Stopped));
            }
        }
    }

    async fn tell_end(&self, out: &Outlet) -> Result<(), Stopped> {
        let Some(range_index) = self.range_index else { return Ok(()) };
        out.mark(Mark::RangeFinished { namespace_index: self.namespace_index, range_index }).await
    }

    /// A copy whose stages do not keep the place begins again at the first document, and says so. A range always has a place.
    async fn start_over_if_needed(&mut self, out: &Outlet) -> Result<(), Stopped> {
        if !self.has_begun || self.range_index.is_some() {
            return Ok(());
        }
        let stage = match continuation(&self.config.pipeline, &self.stream_pipeline) {
            Continuation::FromBeginning { stage } => stage,
            // The stages say that the place is kept, but no document has told it.
            Continuation::BehindLastId if self.behind.is_none() => String::new(),
            Continuation::BehindLastId => return Ok(()),
        };
        self.behind = None;
        self.has_begun = false;
        self.progress.tell(Notice::CopyStartsOver { namespace: self.namespace.clone(), stage });
        out.mark(Mark::NamespaceRestarted { namespace_index: self.namespace_index }).await
    }

    async fn read(&mut self, out: &ReadAhead, failures: &mut u32) -> Result<End, Error> {
        let command = copy_command(
            &self.namespace,
            &self.config,
            &self.stream_pipeline,
            Part { behind: self.behind.as_ref(), until: self.until.as_ref(), ..Part::default() },
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
            let is_resized = self.resize(reply.size_bytes(), events.len());
            drop(reply);
            if !events.is_empty() {
                let last_id = match events.last() {
                    Some(SourceEvent { mark: Mark::Copied { id, .. }, .. }) => id.clone(),
                    _ => None,
                };
                if send_in_batches(events, self.max_batch_events, room, out).await.is_err() {
                    return Ok(End::Stopped);
                }
                if last_id.is_some() || self.range_index.is_none() {
                    self.behind = last_id;
                }
                (self.has_begun, *failures) = (true, 0);
                if is_resized && command.continuation == Continuation::BehindLastId && self.behind.is_some() {
                    return Ok(End::Resized);
                }
            }
            let Ok(reserved) = out.reserve(expected).await else { return Ok(End::Stopped) };
            room = reserved;
        }
    }

    /// Works out how many documents the next reply should have. `true` when the present cursor asks for far too many, or for
    /// too few to be quick.
    pub(super) fn resize(&mut self, reply_bytes: usize, documents: usize) -> bool {
        let Some(document_bytes) = reply_bytes.checked_div(documents) else { return false };
        let fitting = u32::try_from(REPLY_BYTES / document_bytes.max(1)).unwrap_or(u32::MAX);
        let fitting = fitting.clamp(1, self.max_documents);
        // A reply that was not full is the last one, or nearly.
        let is_full = u32::try_from(documents).is_ok_and(|documents| documents >= self.batch_size);
        let is_far_off = fitting < self.batch_size / 2 || is_full && fitting > self.batch_size.saturating_mul(2);
        if is_far_off {
            self.batch_size = fitting;
        }
        is_far_off
    }

    pub(super) fn events_of(&self, reply: &Reply, command: &CopyCommand) -> Result<Vec<SourceEvent>, Error> {
        let documents = reply.documents().map_err(|error| self.malformed(error))?;
        let keeps_place = command.continuation == Continuation::BehindLastId;
        documents
            .into_iter()
            .map(|document| {
                let (event, id) =
                    if command.yields_events { self.made_by_server(&document) } else { self.made_here(&document) }?;
                let document = Some(EventDocument::new(Bytes::from(event.into_bytes())));
                let mark = Mark::Copied {
                    namespace_index: self.namespace_index,
                    range_index: self.range_index.unwrap_or_default(),
                    id: id.filter(|_| keeps_place),
                };
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

    pub(super) fn malformed(&self, error: impl std::error::Error + Send + Sync + 'static) -> Error {
        Error::caused(ErrorKind::SourceRefused, format!("A document of {} is malformed", self.namespace), error)
    }
}
