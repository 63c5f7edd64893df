//! The loop: read, make the record, send, wait for delivery, commit.
//!
//! One task, so that records leave in source order from one place. It never blocks: a full sink, a full window or a store that
//! is away stop the reading, nothing else. Must not know MongoDB, Kafka or Postgres.
//!
//! The loop is here; what it sends is made in `run/feeding.rs`, and `run/ending.rs` is its last part.

mod ending;
mod feeding;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::boundary::Boundary;
use super::commits::{Commits, Settled};
use super::letters::{Outgoing, Place, Waiting};
use super::{Coupling, Delivery, Encode, Observer, OffsetStore, Settings, Sink, Source, SourceBatch, SourceEvent};
use crate::error::Error;
use crate::position::{Mark, Phase, Position, TokenKind};
use crate::window::Window;

/// A full sink is asked again after this time even if no delivery was seen: its own accounting may trail its reports.
const FULL_RETRY: Duration = Duration::from_millis(10);

/// What the loop works with.
pub struct Ports<'a, S, K, O, V> {
    /// Opened at the position that is handed to [`run`].
    pub source: S,
    /// Where records go.
    pub sink: K,
    /// Where positions are kept.
    pub store: &'a O,
    /// Who is told.
    pub observer: &'a V,
}

/// Carries events until `cancel` is cancelled, the source ends, or something fails.
///
/// `encode` turns an event into its record, or into nothing, and records at fault into dead letters; `position` is where the
/// source was opened. On cancellation the reading stops at once, what is in flight is waited for, the position is committed, and
/// all that within `drain_deadline + final_commit_deadline`.
///
/// # Errors
/// The first error that ended the run. Everything durable up to it is committed, except after `LeaseLost`: then the task
/// belongs to another owner and nothing is written any more.
pub async fn run<S, K, O, V, E>(
    ports: Ports<'_, S, K, O, V>,
    encode: E,
    position: Position,
    settings: Settings,
    cancel: &CancellationToken,
) -> Result<(), Error>
where
    S: Source,
    K: Sink,
    O: OffsetStore<Coupling = K::Coupling>,
    V: Observer,
    E: Encode,
{
    let Ports { mut source, sink, store, observer } = ports;
    let mut run = Run {
        sink,
        observer,
        encode,
        settings,
        commits: Commits::new(store, settings),
        boundary: Boundary::new(settings.transaction),
        window: Window::new(settings.window),
        position,
        pending: Vec::new().into_iter(),
        held: None,
        letters: Waiting::new(),
        is_sink_full: false,
        topics: HashSet::new(),
        last_topic: None,
    };
    let end = run.carry(&mut source, cancel).await;
    // Dropping the source tells its reader to stop, before the draining rather than after it.
    drop(source);
    run.finish(end).await
}

/// Why the loop ended.
struct Failure {
    error: Error,
    /// Deliveries can still be waited for.
    is_sink_good: bool,
}

impl Failure {
    fn beside_sink(error: Error) -> Self {
        Self { error, is_sink_good: true }
    }

    fn of_delivery(error: Error) -> Self {
        Self { error, is_sink_good: false }
    }
}

struct Run<'a, K, O, V, E> {
    sink: K,
    observer: &'a V,
    encode: E,
    settings: Settings,
    commits: Commits<'a, O>,
    /// The open transaction; empty for ever where there is none.
    boundary: Boundary,
    window: Window<Place>,
    /// The durable position.
    position: Position,
    /// What is left of the last batch.
    pending: std::vec::IntoIter<SourceEvent>,
    /// A record that waits for its topic or for room in the sink. It is not in the window yet.
    held: Option<Outgoing>,
    letters: Waiting,
    is_sink_full: bool,
    topics: HashSet<Arc<str>>,
    last_topic: Option<Arc<str>>,
}

impl<K, O, V, E> Run<'_, K, O, V, E>
where
    K: Sink,
    O: OffsetStore<Coupling = K::Coupling>,
    V: Observer,
    E: Encode,
{
    async fn carry<S: Source>(&mut self, source: &mut S, cancel: &CancellationToken) -> Result<(), Failure> {
        loop {
            if let Some(topic) = self.feed()?
                && self.is_between_transactions()
            {
                tokio::select! {
                    biased;
                    () = cancel.cancelled() => return Ok(()),
                    ready = self.sink.ensure_topic(&topic) => ready.map_err(Failure::beside_sink)?,
                }
                self.observer.topic_ready(&topic);
                self.topics.insert(topic);
                continue;
            }
            let now = Instant::now();
            let (due, may_read, may_feed) = (self.due_at(now), self.may_read(now), !self.is_closing(now));
            let has_work =
                may_read && may_feed && !self.is_sink_full && (self.held.is_some() || self.pending.len() > 0);
            tokio::select! {
                // Stopping first; then what frees the window; reading last. None starves the others: there are only as many
                // deliveries as records in flight.
                biased;
                () = cancel.cancelled() => return Ok(()),
                result = self.commits.finished(), if self.commits.is_running() => self.after_commit(result)?,
                deliveries = self.sink.deliveries(), if self.window.in_flight() > 0 => self.settle(deliveries)?,
                () = sleep_until(due.unwrap_or(now)), if due.is_some() => self.begin_commit(),
                () = tokio::task::yield_now(), if has_work => {}
                () = sleep(FULL_RETRY), if self.is_sink_full => self.is_sink_full = false,
                batch = source.next_batch(), if may_read && self.held.is_none() && self.pending.len() == 0 => {
                    match batch.map_err(Failure::beside_sink)? {
                        Some(batch) => self.take(batch),
                        None => return Ok(()),
                    }
                }
            }
        }
    }

    /// When the next commit is to begin. A transaction that has come to its end begins its commit when all of it is durable, so
    /// until then there is nothing to wait for but deliveries.
    fn due_at(&self, now: Instant) -> Option<Instant> {
        if self.boundary.is_empty() {
            return self.commits.due_at(now);
        }
        let is_waiting = self.commits.is_running() || (self.boundary.is_reached(now) && self.window.in_flight() > 0);
        if is_waiting { None } else { self.boundary.due_at() }
    }

    fn begin_commit(&mut self) {
        if K::Coupling::IS_ATOMIC && self.window.in_flight() > 0 {
            // The end has only just been reached: no more is sent from now on, and the last deliveries come first.
            return;
        }
        self.boundary.begin_anew();
        self.commits.begin(&self.position, Instant::now());
    }

    /// The open transaction has come to its end, or is being committed: nothing may be sent into it.
    fn is_closing(&self, now: Instant) -> bool {
        K::Coupling::IS_ATOMIC && (self.commits.is_running() || self.boundary.is_reached(now))
    }

    /// Making sure of a topic may take long and may change the producer, so an open transaction is ended first.
    fn is_between_transactions(&mut self) -> bool {
        if !self.boundary.is_empty() {
            self.boundary.ask();
        }
        self.boundary.is_empty()
    }

    fn may_read(&self, now: Instant) -> bool {
        self.window.has_room() && !self.commits.must_pause(now)
    }

    fn take(&mut self, batch: SourceBatch) {
        let events = batch.events.iter().filter(|event| event.document.is_some()).count();
        if events > 0 {
            self.observer.read(events);
        }
        self.pending = batch.events.into_iter();
    }

    fn settle(&mut self, deliveries: Vec<Delivery>) -> Result<(), Failure> {
        self.is_sink_full = false;
        let (mut records, mut bytes, mut letters, mut failure) = (0, 0, 0, None);
        for Delivery { ticket, outcome } in deliveries {
            match outcome {
                Ok(()) => {
                    let is_letter = self.window.in_flight_mut(ticket).is_some_and(|place| place.letter.is_some());
                    if let Some(size_bytes) = self.window.deliver(ticket) {
                        records += 1;
                        bytes += size_bytes as u64;
                        letters += u64::from(is_letter);
                    }
                }
                Err(error) => {
                    if let Err(error) = self.undelivered(ticket, error) {
                        failure.get_or_insert(error);
                    }
                }
            }
        }
        if letters > 0 {
            self.observer.dead_letters(letters);
        }
        if records > 0 {
            self.observer.durable(records, bytes);
        }
        self.advance();
        self.observer.in_flight(self.window.in_flight());
        failure.map_or(Ok(()), |error| Err(Failure::of_delivery(error)))
    }

    fn advance(&mut self) {
        let mut has_moved = false;
        while let Some(Place { mark, .. }) = self.window.pop_durable() {
            let is_idle_token = matches!(&mark, Mark::Streamed(point) if point.kind == TokenKind::PostBatch);
            self.commits.note(is_idle_token);
            if let (Mark::CopyFinished, Phase::Copy { namespaces, .. }) = (&mark, &self.position.phase) {
                self.observer.copy_finished(namespaces);
            }
            self.position.apply(mark);
            has_moved = true;
        }
        if has_moved {
            self.observer.advanced(&self.position);
        }
    }

    fn after_commit(&mut self, result: Result<(), Error>) -> Result<(), Failure> {
        // A transaction that cannot be committed takes its sink with it.
        let failure = |error| Failure { error, is_sink_good: !K::Coupling::IS_ATOMIC };
        match self.commits.settle(result, Instant::now()).map_err(failure)? {
            Settled::Committed { cluster_time, was_away } => {
                if was_away {
                    self.observer.store_back();
                }
                self.observer.committed(cluster_time);
            }
            Settled::Away(error) => self.observer.store_away(&error),
            Settled::StillAway => {}
        }
        Ok(())
    }
}
