//! The loop: read, make the record, send, wait for delivery, commit.
//!
//! One task, so that records leave in source order from one place. It never blocks: a full sink, a full window or a store that
//! is away stop the reading, nothing else. Must not know MongoDB, Kafka or Postgres.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use super::boundary::{Boundary, TransactionLimits};
use super::commits::{Commits, Settled};
use super::letters::{Outgoing, Place, Waiting, is_tolerated, next_content};
use super::{
    Accepted, Coupling, Delivery, Encode, Observer, OffsetStore, Sink, Source, SourceBatch, SourceEvent, Ticket,
};
use crate::config::Tolerance;
use crate::error::{Error, ErrorKind, Stage};
use crate::position::{Mark, Phase, Position, TokenKind};
use crate::window::{Window, WindowLimits};

/// Events handled between two looks at deliveries, commits and cancellation: a few milliseconds of work.
const TURN_EVENTS: usize = 256;

/// A full sink is asked again after this time even if no delivery was seen: its own accounting may trail its reports.
const FULL_RETRY: Duration = Duration::from_millis(10);

/// Limits and intervals of the loop.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How much may be read and not yet committed.
    pub window: WindowLimits,
    /// Who goes on without a record that is at fault itself.
    pub tolerance: Tolerance,
    /// Records at fault become dead letters, for which their events are kept while they are in flight.
    pub has_dead_letters: bool,
    /// Durable events are committed this often, ...
    pub commit_interval: Duration,
    /// ... and sooner when there are this many.
    pub commit_events: usize,
    /// Where a transaction ends, if records and position are committed in one; takes the place of the two before.
    pub transaction: TransactionLimits,
    /// An idle stream's token is committed this often.
    pub idle_commit_interval: Duration,
    /// How soon a store that was away is tried again.
    pub store_retry_interval: Duration,
    /// How long the stream goes on without the store, ...
    pub store_grace: Duration,
    /// ... and with how many uncommitted events: they are what a crash would send twice.
    pub store_grace_events: usize,
    /// How long a stopping task waits for its deliveries, ...
    pub drain_deadline: Duration,
    /// ... and then for the last commit.
    pub final_commit_deadline: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            window: WindowLimits { max_events: 32_768, max_bytes: 16 * 1024 * 1024 },
            tolerance: Tolerance::default(),
            has_dead_letters: false,
            commit_interval: Duration::from_secs(1),
            commit_events: 5_000,
            transaction: TransactionLimits::default(),
            idle_commit_interval: Duration::from_secs(5),
            store_retry_interval: Duration::from_secs(1),
            store_grace: Duration::from_secs(60),
            store_grace_events: 500_000,
            drain_deadline: Duration::from_secs(5),
            final_commit_deadline: Duration::from_secs(2),
        }
    }
}

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
/// `encode` turns an event into its record, or into nothing, and records at fault into dead letters; `position` is where the source was opened. On cancellation the
/// reading stops at once, what is in flight is waited for, the position is committed, and all that within
/// `drain_deadline + final_commit_deadline`.
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

    /// Sends what has been read, as far as window and sink have room, for one turn. Returns the topic that has to be made sure
    /// of before the held record can go.
    fn feed(&mut self) -> Result<Option<Arc<str>>, Failure> {
        let now = Instant::now();
        if self.is_sink_full || self.commits.must_pause(now) || self.is_closing(now) {
            return Ok(None);
        }
        let mut needed = self.send_letters()?;
        for _ in 0..TURN_EVENTS {
            if needed.is_some() || self.is_sink_full {
                break;
            }
            let Some(outgoing) = self.next_record()? else { break };
            needed = self.send(outgoing, now)?;
        }
        self.advance();
        self.observer.in_flight(self.window.in_flight());
        Ok(needed)
    }

    /// Hands a record to the sink, or holds it. Returns the topic that has to be made sure of first.
    fn send(&mut self, outgoing: Outgoing, now: Instant) -> Result<Option<Arc<str>>, Failure> {
        if !self.has_topic(&outgoing.record.topic) {
            let topic = Arc::clone(&outgoing.record.topic);
            self.held = Some(outgoing);
            return Ok(Some(topic));
        }
        let Outgoing { record, place } = outgoing;
        let size_bytes = record.size_bytes();
        match self.sink.send(record, self.window.next_ticket()) {
            Ok(Accepted::Queued) => {
                self.window.accept(place, size_bytes);
                self.count_in_transaction(size_bytes, now);
            }
            Ok(Accepted::Full(record)) => {
                self.held = Some(Outgoing { record, place });
                self.is_sink_full = true;
            }
            Err(error) => self.held = self.refuse(place, error.at(Stage::KafkaProduce))?,
        }
        Ok(None)
    }

    fn count_in_transaction(&mut self, size_bytes: usize, now: Instant) {
        if K::Coupling::IS_ATOMIC {
            self.boundary.add(size_bytes, now);
        }
    }

    /// Sends the dead letters of records that are in the window already, ahead of everything else.
    fn send_letters(&mut self) -> Result<Option<Arc<str>>, Failure> {
        while let Some((record, ticket)) = self.letters.pop_front() {
            if !self.has_topic(&record.topic) {
                let topic = Arc::clone(&record.topic);
                self.letters.push_front((record, ticket));
                return Ok(Some(topic));
            }
            match self.sink.send(record, ticket) {
                Ok(Accepted::Queued) => {}
                Ok(Accepted::Full(record)) => {
                    self.letters.push_front((record, ticket));
                    self.is_sink_full = true;
                    break;
                }
                Err(error) => self.undelivered(ticket, error).map_err(Failure::beside_sink)?,
            }
        }
        Ok(None)
    }

    /// The held record, or the next event that makes one; events without a record enter the window on the way.
    fn next_record(&mut self) -> Result<Option<Outgoing>, Failure> {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        while self.window.has_room() {
            let Some(SourceEvent { document, mark }) = self.pending.next() else { break };
            let Some(document) = document else {
                self.window.pass(Place::plain(mark));
                continue;
            };
            match self.encode.encode(&document) {
                Ok(Some(record)) => {
                    let event = self.settings.has_dead_letters.then_some(document);
                    return Ok(Some(Outgoing { record, place: Place { mark, event, letter: None } }));
                }
                Ok(None) => {
                    self.observer.skipped(None);
                    self.window.pass(Place::plain(mark));
                }
                Err(error) => {
                    let place = Place { mark, event: Some(document), letter: None };
                    if let Some(letter) = self.refuse(place, error.at(Stage::TaskPoll))? {
                        return Ok(Some(letter));
                    }
                }
            }
        }
        Ok(None)
    }

    /// No record of this event will do: its dead letter, or nothing where it is skipped.
    fn refuse(&mut self, place: Place, error: Error) -> Result<Option<Outgoing>, Failure> {
        if !is_tolerated(&self.settings, &error) {
            return Err(Failure::beside_sink(error));
        }
        let Place { mark, event, letter } = place;
        let Some(content) = next_content(letter, &error) else { return Err(Failure::beside_sink(error)) };
        let record = event.as_ref().and_then(|event| self.encode.dead_letter(event, &error, content));
        let Some(record) = record else {
            self.observer.skipped(Some(&error));
            self.window.pass(Place::plain(mark));
            return Ok(None);
        };
        if letter.is_none() {
            self.observer.set_aside(&error);
        }
        Ok(Some(Outgoing { record, place: Place { mark, event, letter: Some(content) } }))
    }

    /// A record that had entered the window was not delivered: its dead letter waits in its stead, or it is skipped.
    fn undelivered(&mut self, ticket: Ticket, error: Error) -> Result<(), Error> {
        let error = error.at(Stage::KafkaProduce);
        // A broker's refusal spoils the whole transaction, so there it is never one record's own affair.
        let is_tolerated = !K::Coupling::IS_ATOMIC && is_tolerated(&self.settings, &error);
        let Some(place) = self.window.in_flight_mut(ticket) else {
            return if is_tolerated { Ok(()) } else { Err(error) };
        };
        let content = next_content(place.letter, &error).filter(|_| is_tolerated);
        let Some(content) = content else {
            self.window.fail(ticket);
            return Err(error);
        };
        let is_first = place.letter.replace(content).is_none();
        let letter = place.event.as_ref().and_then(|event| self.encode.dead_letter(event, &error, content));
        match letter {
            Some(record) => {
                if is_first {
                    self.observer.set_aside(&error);
                }
                self.letters.push_back((record, ticket));
            }
            None => {
                self.observer.skipped(Some(&error));
                self.window.deliver(ticket);
            }
        }
        Ok(())
    }

    /// Most records go to the topic of the one before, whose name they share.
    fn has_topic(&mut self, topic: &Arc<str>) -> bool {
        if self.last_topic.as_ref().is_some_and(|last| Arc::ptr_eq(last, topic)) {
            return true;
        }
        let is_ready = self.topics.contains(topic);
        if is_ready {
            self.last_topic = Some(Arc::clone(topic));
        }
        is_ready
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

    /// Waits for what is in flight where that makes sense, commits what is durable, and lets go of the sink.
    async fn finish(mut self, end: Result<(), Failure>) -> Result<(), Error> {
        if let Err(Failure { error, .. }) = &end
            && error.kind() == ErrorKind::LeaseLost
        {
            return end.map_err(|failure| failure.error);
        }
        let drained = match &end {
            Err(failure) if !failure.is_sink_good => Ok(()),
            _ => self.drain().await,
        };
        let is_clean = drained.is_ok() && !matches!(&end, Err(failure) if !failure.is_sink_good);
        // Half a transaction is not committed: it never happened, and the next attempt reads its events again.
        let is_whole = is_clean && self.window.in_flight() == 0;
        let committed = if is_whole || !K::Coupling::IS_ATOMIC { self.commit_last().await } else { Ok(()) };
        if is_whole {
            self.sink.close().await;
        }
        end.and(drained).map_err(|failure| failure.error).and(committed)
    }

    async fn drain(&mut self) -> Result<(), Failure> {
        let deadline = Instant::now() + self.settings.drain_deadline;
        // A dead letter that was not sent yet is left to the next attempt, which meets its event again.
        while self.window.in_flight() > self.letters.len() {
            let Ok(deliveries) = timeout_at(deadline, self.sink.deliveries()).await else { break };
            self.settle(deliveries)?;
        }
        Ok(())
    }

    async fn commit_last(&mut self) -> Result<(), Error> {
        let deadline = self.settings.final_commit_deadline;
        let away = || Error::new(ErrorKind::StoreUnavailable, "The last position could not be committed in time");
        timeout(deadline, self.commit_rest()).await.unwrap_or_else(|_| Err(away()))
    }

    async fn commit_rest(&mut self) -> Result<(), Error> {
        if self.commits.is_running() {
            let result = self.commits.finished().await;
            self.after_commit(result).map_err(|failure| failure.error)?;
        }
        if self.commits.is_dirty() {
            self.commits.begin(&self.position, Instant::now());
            let result = self.commits.finished().await;
            match self.commits.settle(result, Instant::now())? {
                Settled::Committed { cluster_time, .. } => self.observer.committed(cluster_time),
                Settled::Away(error) => return Err(error),
                Settled::StillAway => {
                    return Err(Error::new(ErrorKind::StoreUnavailable, "The last position could not be committed"));
                }
            }
        }
        Ok(())
    }
}
