//! From a reply of a change stream to its events: fragments joined, what does not count left out, the place moved along.

use std::sync::atomic::Ordering;

use bson::{RawDocument, Timestamp};
use bytes::Bytes;
use connect::config::DdlPolicy;
use connect::mongo::EventHead;
use connect::pipeline::{EventDocument, SourceEvent};
use connect::position::{Mark, ResumePoint};
use connect::{Error, ErrorKind};

use super::super::reply::Reply;
use super::{OpenStream, StreamReader};

/// What a reply brought.
pub(super) struct Read {
    pub(super) events: Vec<SourceEvent>,
    /// Why nothing behind these events is read.
    pub(super) end: Option<Error>,
}

impl StreamReader {
    /// The events of a reply in order; of an empty one the token alone.
    pub(super) fn events(&self, stream: &mut OpenStream, reply: &Reply) -> Result<Read, Error> {
        let documents = reply.documents().map_err(malformed)?;
        let post_batch = reply.post_batch_token().map_err(malformed)?;
        let mut events = Vec::with_capacity(documents.len() + 1);
        for document in documents {
            let Some((event, end)) = self.event(stream, document)? else { continue };
            if let Mark::Streamed(point) = &event.mark {
                stream.place = point.clone();
            }
            events.push(event);
            if end.is_some() {
                return Ok(Read { events, end });
            }
        }
        let is_empty = events.is_empty();
        stream.seen_until = None;
        if let Some(token) = post_batch {
            let point = ResumePoint { recovery: stream.place.recovery.clone(), ..ResumePoint::post_batch(token) };
            if let Some(time) = point.cluster_time {
                self.progress.counters().read_token_time_ms.store(i64::from(time.time) * 1000, Ordering::Relaxed);
            }
            // Never backwards, whatever a server answers after it was opened anew; and never between two fragments.
            let is_ahead = match point.token.is_at_or_before(&stream.place.token) {
                Some(is_behind) => !is_behind,
                None => point.token != stream.place.token,
            };
            // A token that only repeats the last event's says nothing of others at the same time, which a full reply may have
            // left for the next one; and of an event that has come in part only, nothing is known yet.
            stream.seen_until = match stream.fragments.is_waiting() {
                true => None,
                false => point.cluster_time.map(|time| if is_ahead || is_empty { time } else { just_before(time) }),
            };
            if is_ahead && !stream.fragments.is_waiting() {
                // Behind events the token adds nothing to the position: the last event's own is as good.
                if events.is_empty() {
                    events.push(SourceEvent { document: None, mark: Mark::Streamed(point.clone()) });
                }
                stream.place = point;
            }
        }
        Ok(Read { events, end: None })
    }

    /// The event of a document, and why to stop behind it; nothing while fragments of it are missing, and where it has been
    /// published already.
    fn event(&self, stream: &mut OpenStream, document: Bytes) -> Result<Option<(SourceEvent, Option<Error>)>, Error> {
        let document = if self.watch.is_splitting() {
            match stream.fragments.add(document).map_err(malformed)? {
                Some(whole) => whole,
                None => return Ok(None),
            }
        } else {
            document
        };
        let raw = RawDocument::from_bytes(&document).map_err(malformed)?;
        let head = EventHead::read(raw).map_err(malformed)?;
        let Some(token) = head.token() else {
            let context = "A change event has no resume token in _id: the pipeline must not remove or change it";
            return Err(Error::new(ErrorKind::Config, context));
        };
        if let Some(covered) = &stream.place.recovery.covered
            && token.is_at_or_before(covered) == Some(true)
        {
            return Ok(None);
        }
        let is_wanted = self.is_wanted(&head)?;
        let end = match self.ddl {
            DdlPolicy::Stop if is_wanted => head.ddl_words().map(|words| {
                Error::new(ErrorKind::StructureChanged, format!("{words}, and naru.ddl.events=stop is set"))
            }),
            _ => None,
        };
        let mark = Mark::Streamed(ResumePoint::event(token, head.cluster_time()));
        Ok(Some((SourceEvent { document: is_wanted.then(|| EventDocument::new(document)), mark }, end)))
    }

    /// Whether an event makes a record, as far as its namespace and its kind decide.
    fn is_wanted(&self, head: &EventHead<'_>) -> Result<bool, Error> {
        if self.ddl == DdlPolicy::Ignore && head.is_ddl() {
            return Ok(false);
        }
        let Some(filter) = &self.filter else { return Ok(true) };
        head.is_admitted(filter)
            .map_err(|error| Error::caused(ErrorKind::Config, "naru.namespaces takes too long on a namespace", error))
    }
}

fn just_before(time: Timestamp) -> Timestamp {
    match time.increment.checked_sub(1) {
        Some(increment) => Timestamp { time: time.time, increment },
        None => Timestamp { time: time.time.saturating_sub(1), increment: u32::MAX },
    }
}

fn malformed(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::caused(ErrorKind::SourceRefused, "MongoDB's answer on the change stream is malformed", error)
}
