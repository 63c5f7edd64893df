//! Reads ranges of offsets of several partitions at once, each onwards from its start to its end.
//!
//! Blocks; called by [`super::page`] on a blocking thread, within the time that a page has.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use connect::ErrorKind;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::message::{BorrowedMessage, Message as _};

use super::error::Error;
use crate::kafka::consumer::{Polled, Reader};
use crate::kafka::fault::Fault;

/// How often a reading looks whether it should stop.
const POLL: Duration = Duration::from_millis(100);

/// How long one request about the topic may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// A range of offsets of one partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) partition: i32,
    /// First offset that is wanted.
    pub(super) start: i64,
    /// First offset that is not.
    pub(super) end: i64,
}

/// Whether to go on with a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// Give the next record.
    More,
    /// Nothing more of this partition.
    Enough,
}

/// How long a reading may go on, and what it has cost so far.
pub(super) struct Scan<'a> {
    deadline: Instant,
    is_given_up: &'a AtomicBool,
    last_trouble: Option<Fault>,
    /// Records looked at.
    pub(super) records: u64,
}

/// Time ran out before every window was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OutOfTime;

impl<'a> Scan<'a> {
    /// May go on until `deadline`, or until `is_given_up`.
    pub(super) fn new(deadline: Instant, is_given_up: &'a AtomicBool) -> Self {
        Self { deadline, is_given_up, last_trouble: None, records: 0 }
    }

    /// Time for one request about the topic. Never zero, which librdkafka would take for "do not wait", and not all of what
    /// is left, so that a Kafka that is away is told soon.
    pub(super) fn request_timeout(&self) -> Duration {
        let left = self.deadline.saturating_duration_since(Instant::now());
        left.clamp(Duration::from_millis(100), REQUEST_TIMEOUT)
    }

    /// What the client said last, if reading was in trouble.
    pub(super) fn trouble(&self) -> Option<&Fault> {
        self.last_trouble.as_ref()
    }

    fn is_over(&self) -> bool {
        self.is_given_up.load(Ordering::Relaxed) || Instant::now() >= self.deadline
    }

    /// Reads the windows; `take` gets every record inside them. Windows that end early (there is nothing more for now) are
    /// read.
    ///
    /// # Errors
    /// What Kafka refuses for good, and [`Error::Moved`] when a window's start was deleted meanwhile.
    pub(super) fn read(
        &mut self,
        reader: &Reader,
        windows: &[Window],
        mut take: impl FnMut(&BorrowedMessage<'_>) -> Flow,
    ) -> Result<Result<(), OutOfTime>, Error> {
        let mut open: HashMap<i32, i64> =
            windows.iter().filter(|window| window.start < window.end).map(|w| (w.partition, w.end)).collect();
        reader.assign(windows.iter().filter(|w| open.contains_key(&w.partition)).map(|w| (w.partition, w.start)))?;
        while !open.is_empty() {
            if self.is_over() {
                return Ok(Err(OutOfTime));
            }
            let finished = match reader.poll(POLL) {
                Polled::Record(message) => {
                    self.last_trouble = None;
                    let partition = message.partition();
                    let Some(&end) = open.get(&partition) else { continue };
                    let is_inside = message.offset() < end;
                    if is_inside {
                        self.records += 1;
                    }
                    let is_last = !is_inside || take(&message) == Flow::Enough || message.offset() + 1 >= end;
                    is_last.then_some(partition)
                }
                Polled::End(partition) => Some(partition),
                Polled::Nothing => None,
                Polled::Trouble(fault) => {
                    self.judge(fault)?;
                    None
                }
            };
            if let Some(partition) = finished
                && open.remove(&partition).is_some()
                && !open.is_empty()
            {
                reader.pause(partition)?;
            }
        }
        Ok(Ok(()))
    }

    fn judge(&mut self, fault: Fault) -> Result<(), Error> {
        if matches!(fault.code(), Some(RDKafkaErrorCode::AutoOffsetReset | RDKafkaErrorCode::OffsetOutOfRange)) {
            return Err(Error::Moved);
        }
        if fault.kind() == ErrorKind::SinkUnavailable {
            self.last_trouble = Some(fault);
            return Ok(());
        }
        Err(Error::from(fault))
    }
}
