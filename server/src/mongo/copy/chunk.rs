//! Reads a range in chunks, each by a command of its own, for a copy that is made beside the stream.
//!
//! A cursor's documents may be older than the reply that brings them, so a chunk that is to be placed in time is read by itself:
//! not older than what has been published of the stream (L), and with the server's time behind its last document (H).

use bson::{RawBson, Timestamp};
use connect::pipeline::SourceEvent;
use connect::position::Mark;
use connect::snapshot::{CopyCommand, Part, copy_command};
use connect::{Error, ErrorKind};

use super::super::beside::{BesideReaders, Item, Rows};
use super::super::classify::{Phase, classify};
use super::super::read_ahead::Expectation;
use super::super::reply::Replies;
use super::range::{End, RangeReader};

/// What a command has answered.
struct Answer {
    events: Vec<SourceEvent>,
    size_bytes: usize,
    high: Option<Timestamp>,
}

impl RangeReader {
    /// Reads chunk after chunk to the range's end.
    pub(super) async fn read_chunks(&mut self, out: &BesideReaders, failures: &mut u32) -> Result<End, Error> {
        let mut expected = Expectation::new(self.batch_size);
        loop {
            expected.set_documents(self.batch_size);
            let Ok(mut room) = out.reserve(expected).await else { return Ok(End::Stopped) };
            let (chunk, low) = out.open();
            let limit = self.batch_size;
            let answer = match self.read_chunk(limit, low).await {
                Ok(answer) => answer,
                Err(error) => {
                    out.close(chunk);
                    return Err(error);
                }
            };
            let (count, last_id) = (answer.events.len(), answer.events.last().and_then(copied_id));
            if count == 0 {
                out.close(chunk);
                return Ok(End::Finished);
            }
            expected.learn(answer.size_bytes);
            room.fit(answer.size_bytes, count);
            self.resize(answer.size_bytes, count);
            let is_end = count < usize::try_from(limit).unwrap_or(usize::MAX);
            let rows = Rows {
                chunk,
                namespace: self.namespace.clone(),
                events: answer.events,
                high: answer.high,
                room,
                reader: self.clone(),
            };
            if out.put(Item::Rows(Box::new(rows))).await.is_err() {
                return Ok(End::Stopped);
            }
            (self.has_begun, *failures) = (true, 0);
            if is_end {
                return Ok(End::Finished);
            }
            if last_id.is_none() {
                let context = format!("Documents of {} have no _id: they cannot be copied in chunks", self.namespace);
                return Err(Error::new(ErrorKind::SourceRefused, context));
            }
            self.behind = last_id;
        }
    }

    async fn read_chunk(&self, limit: u32, low: Option<Timestamp>) -> Result<Answer, Error> {
        let part =
            Part { behind: self.behind.as_ref(), until: self.until.as_ref(), limit: Some(limit), ..Part::default() };
        self.ask(part, limit, low).await
    }

    /// Documents as they are now, or at `not_before` at least. Those that are gone are missing.
    ///
    /// # Errors
    /// Classified.
    pub(in super::super) async fn read_again(
        &self,
        ids: &[RawBson],
        not_before: Option<Timestamp>,
    ) -> Result<Vec<SourceEvent>, Error> {
        let part = Part { among: Some(ids), ..Part::default() };
        let batch_size = u32::try_from(ids.len()).unwrap_or(u32::MAX).saturating_add(1);
        Ok(self.ask(part, batch_size, not_before).await?.events)
    }

    async fn ask(&self, part: Part<'_>, batch_size: u32, not_before: Option<Timestamp>) -> Result<Answer, Error> {
        let not_before = later(self.not_before, not_before);
        let command: CopyCommand =
            copy_command(&self.namespace, &self.config, &self.stream_pipeline, part, not_before, batch_size)?;
        let doing = format!("Copying {}", self.namespace);
        let database = &self.namespace.database;
        let opened = Replies::open(&self.client, database, command.command.clone(), batch_size, None);
        let mut replies = opened.await.map_err(|error| classify(&error, Phase::Open, &doing))?;
        let mut answer = Answer { events: Vec::new(), size_bytes: 0, high: None };
        while let Some(reply) = replies.next().await.map_err(|error| classify(&error, Phase::Read, &doing))? {
            answer.events.extend(self.events_of(&reply, &command)?);
            answer.size_bytes += reply.size_bytes();
            answer.high = reply.operation_time().map_err(|error| self.malformed(error))?;
        }
        Ok(answer)
    }
}

fn copied_id(event: &SourceEvent) -> Option<RawBson> {
    match &event.mark {
        Mark::Copied { id, .. } => id.clone(),
        _ => None,
    }
}

fn later(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    one.into_iter().chain(other).max_by_key(|time| (time.time, time.increment))
}
