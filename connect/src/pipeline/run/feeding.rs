//! From events that were read to records in the sink: encode, hold what has to wait, set aside what is at fault.
//!
//! Whatever leaves here has its place in the window, in source order; nothing here waits.

use std::sync::Arc;

use tokio::time::Instant;

use super::super::letters::{Outgoing, Place, is_tolerated, next_content};
use super::super::{Accepted, Coupling, Encode, Observer, OffsetStore, Sink, SourceEvent, Ticket};
use super::{Failure, Run};
use crate::error::{Error, Stage};

/// Events handled between two looks at deliveries, commits and cancellation: a few milliseconds of work.
const TURN_EVENTS: usize = 256;

impl<K, O, V, E> Run<'_, K, O, V, E>
where
    K: Sink,
    O: OffsetStore<Coupling = K::Coupling>,
    V: Observer,
    E: Encode,
{
    /// Sends what has been read, as far as window and sink have room, for one turn. Returns the topic that has to be made sure
    /// of before the held record can go.
    pub(super) fn feed(&mut self) -> Result<Option<Arc<str>>, Failure> {
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
    pub(super) fn undelivered(&mut self, ticket: Ticket, error: Error) -> Result<(), Error> {
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
}
