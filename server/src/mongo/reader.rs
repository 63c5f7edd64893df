//! Follows a change stream: a task of its own that owns the cursor and hands batches to the pipeline.
//!
//! The cursor is reopened by the token of the last event handed over: after a passing failure, and after an `invalidate`, behind
//! which the stream goes on without a gap. A lost position ends it with the reason.
//!
//! Following is here; `reader/opening.rs` gets the cursor, `reader/decoding.rs` makes events of its replies.

mod decoding;
mod opening;

use std::sync::Arc;
use std::time::{Duration, Instant};

use bson::Timestamp;
use connect::config::namespaces::NamespaceFilter;
use connect::config::{DdlPolicy, SourceConfig};
use connect::mongo::FragmentJoiner;
use connect::pipeline::{EventDocument, SourceBatch, SourceEvent};
use connect::position::{Mark, ResumePoint};
use connect::{Error, ErrorKind};
use mongodb::Client;
use tokio::time::sleep;

use super::beside::{Beside, Next};
use super::classify::{Phase, classify, is_passing};
use super::heartbeat::Heartbeats;
use super::read_ahead::{Expectation, ReadAhead, Room, Stopped};
use super::reply::{Replies, Reply};
use super::resume::explain_loss;
use super::watch::Watch;
use crate::failpoint::{self, Step};
use crate::worker::progress::{TaskPhase, TaskProgress};
use decoding::Read;

/// Passing failures in a row, without an answer in between, before the error is passed on; the supervisor then takes over with
/// its longer back-off. The driver itself has waited for a member each time.
const MAX_FAILURES: u32 = 3;

/// Pause before the first of them is tried again; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// A server that answers an idle fetch sooner than this without an event is not asked again at once.
const IDLE_PAUSE: Duration = Duration::from_millis(50);

/// How long the server may wait for an event while a copy waits for the stream.
const AWAIT_BESIDE_COPY: Duration = Duration::from_millis(20);

/// How a stream is read.
#[derive(Debug, Clone)]
pub(super) struct StreamReader {
    pub(super) client: Client,
    pub(super) watch: Watch,
    /// Events per reply at most.
    pub(super) batch_size: u32,
    /// Events per batch at most.
    pub(super) max_batch_events: usize,
    /// How long the server may wait for an event before it answers with none.
    pub(super) await_time: Duration,
    /// Which namespaces count, beside the scope.
    filter: Option<Arc<NamespaceFilter>>,
    ddl: DdlPolicy,
    heartbeats: Option<Heartbeats>,
    pub(super) progress: TaskProgress,
}

/// A stream that is open, and how far it has been read.
pub(super) struct OpenStream {
    replies: Replies,
    place: ResumePoint,
    /// The first reply, which came with the cursor.
    first: Option<Reply>,
    /// What was found out before it could be opened.
    found: Vec<SourceEvent>,
    fragments: FragmentJoiner,
    /// All changes up to this time have been read, where that is known.
    seen_until: Option<Timestamp>,
}

/// Why reading ended, other than by an error.
enum End {
    Stopped,
    /// The copy beside the stream is over.
    CopyOver,
}

impl StreamReader {
    /// A reader of what a configuration watches.
    ///
    /// # Errors
    /// `Config`: a pattern of `naru.namespaces.*` is none.
    pub(super) fn new(
        client: Client,
        watch: Watch,
        config: &SourceConfig,
        progress: TaskProgress,
    ) -> Result<Self, Error> {
        let stream = &config.stream;
        let filter = NamespaceFilter::compile(&stream.namespaces)
            .map_err(|fault| Error::caused(ErrorKind::Config, "naru.namespaces cannot be used", fault))?;
        let max_batch_events = stream.poll_max_batch_size.max(1);
        // `batch.size` 0 leaves the size to the server, whose own bound is 16 MB; what a poll may return bounds it better.
        let batch_size = match stream.batch_size {
            0 => u32::try_from(max_batch_events).unwrap_or(u32::MAX).min(i32::MAX.unsigned_abs()),
            size => size,
        };
        Ok(Self {
            client,
            watch,
            batch_size,
            max_batch_events,
            await_time: Duration::from_millis(stream.poll_await_time_ms),
            filter: filter.map(Arc::new),
            ddl: stream.ddl,
            heartbeats: Heartbeats::new(stream.heartbeat.as_ref()),
            progress,
        })
    }

    /// Copies beside the stream until the copy is over, from a point of the stream. `None` when told to stop.
    ///
    /// # Errors
    /// Those of [`Self::open`], of reading, and of the copy.
    pub(super) async fn follow_beside(
        &mut self,
        place: ResumePoint,
        beside: &mut Beside,
        out: &ReadAhead,
    ) -> Result<Option<OpenStream>, Error> {
        let mut reader = Self { await_time: AWAIT_BESIDE_COPY.min(self.await_time), ..self.clone() };
        let mut stream = reader.open(place).await?;
        match reader.follow_to_end(&mut stream, out, Some(beside)).await? {
            End::Stopped => Ok(None),
            // Opened anew, to wait as long for an event as is configured.
            End::CopyOver => {
                self.watch = reader.watch;
                let OpenStream { place, replies, .. } = stream;
                drop(replies);
                self.open(place).await.map(Some)
            }
        }
    }

    /// Reads until it is told to stop, or something fails that does not pass.
    pub(super) async fn follow(mut self, mut stream: OpenStream, out: &ReadAhead) -> Result<(), Error> {
        self.follow_to_end(&mut stream, out, None).await.map(|_| ())
    }

    async fn follow_to_end(
        &mut self,
        stream: &mut OpenStream,
        out: &ReadAhead,
        mut beside: Option<&mut Beside>,
    ) -> Result<End, Error> {
        let mut expected = Expectation::new(self.batch_size);
        let mut failures = 0;
        loop {
            match self.read_on(stream, out, &mut expected, &mut failures, beside.as_deref_mut()).await {
                Ok(end) => return Ok(end),
                Err(error) if is_passing(&error) && failures < MAX_FAILURES => {
                    tracing::warn!(error = %error, "lost the change stream, reopening it where it was");
                }
                Err(error) if error.kind() == ErrorKind::EventTooLarge => {
                    tracing::warn!(error = %error, "reopening the change stream to set a large event aside");
                }
                Err(error) if error.kind() == ErrorKind::PositionLost => {
                    // Told with the position, so that the next attempt does not try it again in vain.
                    let mut place = stream.place.clone();
                    place.recovery.is_lost = true;
                    let lost = SourceEvent { document: None, mark: Mark::Streamed(place) };
                    let _ = out.send(batch(vec![lost]), None).await;
                    return Err(explain_loss(&self.client, error, &stream.place).await);
                }
                Err(error) => return Err(error),
            }
            let Some(reopened) = self.reopen(stream.place.clone(), out, &mut failures).await? else {
                return Ok(End::Stopped);
            };
            *stream = reopened;
        }
    }

    /// Reads replies until the readers are stopped, or the cursor fails.
    async fn read_on(
        &mut self,
        stream: &mut OpenStream,
        out: &ReadAhead,
        expected: &mut Expectation,
        failures: &mut u32,
        mut beside: Option<&mut Beside>,
    ) -> Result<End, Error> {
        let found = std::mem::take(&mut stream.found);
        if !found.is_empty() {
            if let Some(beside) = beside.as_deref_mut() {
                beside.see(&found, None);
            }
            if out.send(batch(found), None).await.is_err() {
                return Ok(End::Stopped);
            }
        }
        loop {
            if let Some(beside) = beside.as_deref_mut() {
                beside.collect();
            }
            let Ok(mut room) = out.reserve(*expected).await else { return Ok(End::Stopped) };
            let began = Instant::now();
            let reply = match stream.first.take() {
                Some(first) => Some(first),
                None => stream.replies.next().await.map_err(|error| {
                    classify(&error, Phase::Read, &format!("Reading the change stream of {}", self.watch.name()))
                })?,
            };
            let Some(reply) = reply else {
                // Only an `invalidate` ends a change stream: it goes on behind the token that was read last.
                tracing::info!("the change stream was invalidated, going on behind it");
                *stream = self.open(stream.place.clone()).await?;
                continue;
            };
            *failures = 0;
            expected.learn(reply.size_bytes());
            let Read { mut events, end } = self.events(stream, &reply)?;
            room.fit(reply.size_bytes(), events.len());
            let is_idle = events.iter().all(|event| event.document.is_none());
            drop(reply);
            if let Some(beside) = beside.as_deref_mut() {
                beside.see(&events, stream.seen_until);
            }
            if is_idle && !stream.fragments.is_waiting() {
                self.beat(stream, &mut events);
            }
            if self.hand_over(events, room, out).await.is_err() {
                return Ok(End::Stopped);
            }
            if let Some(error) = end {
                return Err(error);
            }
            if let Some(beside) = beside.as_deref_mut() {
                match beside.publish(out).await? {
                    Next::GoOn => continue,
                    Next::Over => return Ok(End::CopyOver),
                    Next::Stop => return Ok(End::Stopped),
                }
            }
            if is_idle && began.elapsed() < IDLE_PAUSE {
                tokio::select! {
                    () = sleep(IDLE_PAUSE) => {}
                    () = out.stopped() => return Ok(End::Stopped),
                }
            }
        }
    }

    /// Opens the stream again where it was, several times if need be; `None` when told to stop.
    async fn reopen(
        &mut self,
        place: ResumePoint,
        out: &ReadAhead,
        failures: &mut u32,
    ) -> Result<Option<OpenStream>, Error> {
        self.progress.set_phase(TaskPhase::Reopening);
        loop {
            let pause = FIRST_PAUSE * 2_u32.saturating_pow(*failures);
            *failures += 1;
            tokio::select! {
                () = sleep(pause) => {}
                () = out.stopped() => return Ok(None),
            }
            match self.open(place.clone()).await {
                Ok(stream) => return Ok(Some(stream)),
                Err(error) if is_passing(&error) && *failures < MAX_FAILURES => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Puts a heartbeat, if one is due, in the place of what an idle stream hands over.
    fn beat(&mut self, stream: &OpenStream, events: &mut Vec<SourceEvent>) {
        let Some(heartbeats) = &mut self.heartbeats else { return };
        if let Some(heartbeat) = heartbeats.beat(&stream.place, Instant::now()) {
            events.push(heartbeat);
        }
    }

    async fn hand_over(&self, events: Vec<SourceEvent>, room: Room, out: &ReadAhead) -> Result<(), Stopped> {
        if events.is_empty() {
            return Ok(());
        }
        send_in_batches(events, self.max_batch_events, room, out).await
    }
}

/// Sends events in batches of at most `max_events`; the room goes with the last.
pub(super) async fn send_in_batches(
    events: Vec<SourceEvent>,
    max_events: usize,
    room: Room,
    out: &ReadAhead,
) -> Result<(), Stopped> {
    failpoint::reach(Step::Read);
    let mut rest = events;
    while rest.len() > max_events {
        let later = rest.split_off(max_events);
        out.send(batch(rest), None).await?;
        rest = later;
    }
    out.send(batch(rest), Some(room)).await?;
    failpoint::reach(Step::HandedOver);
    Ok(())
}

fn batch(events: Vec<SourceEvent>) -> SourceBatch {
    let size_bytes = events.iter().filter_map(|event| event.document.as_ref()).map(EventDocument::size_bytes).sum();
    SourceBatch { events, size_bytes }
}
