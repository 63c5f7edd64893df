//! Live tails: one reader per topic on a thread of its own, any number of viewers, bounded rings, drops counted.
//!
//! A viewer that is too slow loses the oldest records and is told how many; a topic that is too fast is not read in full, and
//! that is told too. The reader stops when its last viewer has gone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures::{Stream, stream};
use rdkafka::message::Message as _;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, watch};
use tracing::{Span, debug, warn};

use super::decode;
use super::error::Error;
use super::raw::RawRecord;
use super::record::TailEvent;
use super::request::TailRequest;
use crate::kafka::client::ClientSettings;
use crate::kafka::consumer::{Isolation, Polled, Reader};
use crate::kafka::fault::Fault;
use crate::kafka::topics::OffsetRange;

/// Topics followed at the same time: each costs a client with its threads.
const MAX_TAILS: usize = 32;

/// Records between the reader and its slowest viewer.
const RING: usize = 512;

/// Bytes kept of a key or value.
const TAIL_BYTES: usize = 32 * 1024;

/// Records shown per second; nobody reads faster.
const RECORDS_PER_SECOND: u64 = 1_000;

/// Bytes shown per second.
const BYTES_PER_SECOND: usize = 4 * 1024 * 1024;

/// Records behind the end at which a reader that is too slow jumps to it.
const JUMP_BEHIND: i64 = 10_000;

/// Records told to a viewer in one event.
const EVENT_RECORDS: usize = 100;

/// How often the reader looks whether anybody is still there.
const POLL: Duration = Duration::from_millis(200);

/// How long a reader stays without viewers: a reload of the page should find it.
const GRACE: Duration = Duration::from_secs(3);

/// How often the reader looks for new partitions.
const PARTITION_CHECK: Duration = Duration::from_secs(30);

/// How long the first look at the topic may take.
const START_TIMEOUT: Duration = Duration::from_secs(8);

/// How long a fetch with nothing to give may be held.
const FETCH_WAIT: Duration = Duration::from_millis(500);

/// The tails of one Kafka cluster.
#[derive(Clone)]
pub(super) struct Tails {
    settings: ClientSettings,
    running: Arc<Mutex<HashMap<TailKey, Arc<Tail>>>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct TailKey {
    topic: String,
    isolation: Isolation,
}

/// One reader and its viewers.
struct Tail {
    items: broadcast::Sender<Arc<Item>>,
    started: watch::Sender<Started>,
}

/// `None` until the reader stands at the end of every partition.
type Started = Option<Result<(), Error>>;

/// What a reader tells all its viewers.
enum Item {
    Record(RawRecord),
    Skipped(u64),
    Interrupted,
    Resumed,
    Ended(Error),
}

impl Tails {
    pub(super) fn new(settings: ClientSettings) -> Self {
        Self { settings, running: Arc::default() }
    }

    /// Joins the topic's reader, or starts it, and waits until it stands at the end.
    pub(super) async fn follow(
        &self,
        request: TailRequest,
    ) -> Result<impl Stream<Item = TailEvent> + Send + use<>, Error> {
        let (items, mut started) = self.join(&request)?;
        let outcome = started.wait_for(Option::is_some).await.map_err(|_| Error::Internal)?.clone();
        outcome.unwrap_or(Err(Error::Internal))?;
        let viewer = Viewer { items, request, dropped: 0, pending: None, is_over: false };
        Ok(stream::unfold(viewer, |mut viewer| async move {
            let event = viewer.next().await?;
            Some((event, viewer))
        }))
    }

    fn join(&self, request: &TailRequest) -> Result<(broadcast::Receiver<Arc<Item>>, watch::Receiver<Started>), Error> {
        let key = TailKey { topic: request.topic.clone(), isolation: request.isolation };
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tail) = running.get(&key) {
            return Ok((tail.items.subscribe(), tail.started.subscribe()));
        }
        if running.len() >= MAX_TAILS {
            return Err(Error::Busy);
        }
        let tail = Arc::new(Tail { items: broadcast::Sender::new(RING), started: watch::Sender::new(None) });
        let receivers = (tail.items.subscribe(), tail.started.subscribe());
        let (tails, thread_tail, thread_key, span) = (self.clone(), Arc::clone(&tail), key.clone(), Span::current());
        std::thread::Builder::new()
            .name("kafka-tail".to_owned())
            .spawn(move || span.in_scope(|| tails.run(&thread_key, &thread_tail)))
            .map_err(|error| {
                warn!(error = %error, "no thread to follow a topic on");
                Error::Internal
            })?;
        running.insert(key, tail);
        Ok(receivers)
    }

    fn run(&self, key: &TailKey, tail: &Tail) {
        let outcome = Follower::start(&self.settings, key).and_then(|mut follower| {
            tail.started.send_replace(Some(Ok(())));
            follower.run(tail, || self.leave_if_alone(key, tail))
        });
        if let Err(error) = outcome {
            debug!(kafka.topic = %key.topic, error = %error, "the tail of topic {} is over", key.topic);
            // New viewers must not join a reader that is about to be gone.
            self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
            tail.started.send_replace(Some(Err(error.clone())));
            // Nobody listening is fine.
            let _ = tail.items.send(Arc::new(Item::Ended(error)));
        }
    }

    /// Takes the reader off the list if nobody listens. Joining holds the same lock, so nobody can join in between.
    fn leave_if_alone(&self, key: &TailKey, tail: &Tail) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let is_alone = tail.items.receiver_count() == 0;
        if is_alone {
            running.remove(key);
        }
        is_alone
    }
}

/// The reader's side, on its thread.
struct Follower {
    reader: Reader,
    // Next offset of each partition.
    positions: HashMap<i32, i64>,
    is_interrupted: bool,
    second: Second,
    partitions_checked: Instant,
}

/// What was told in the current second.
struct Second {
    began: Instant,
    records: u64,
    size_bytes: usize,
    skipped: u64,
}

impl Follower {
    fn start(settings: &ClientSettings, key: &TailKey) -> Result<Self, Error> {
        let reader = Reader::open(settings, &key.topic, key.isolation, FETCH_WAIT)?;
        let partitions = reader.partitions(START_TIMEOUT)?.ok_or(Error::NoSuchTopic)?;
        let ends = reader.ranges(&partitions, START_TIMEOUT)?;
        let positions: HashMap<i32, i64> = ends.iter().map(|range| (range.partition, range.high)).collect();
        reader.assign(positions.iter().map(|(partition, offset)| (*partition, *offset)))?;
        let now = Instant::now();
        let second = Second { began: now, records: 0, size_bytes: 0, skipped: 0 };
        Ok(Self { reader, positions, is_interrupted: false, second, partitions_checked: now })
    }

    fn run(&mut self, tail: &Tail, leave: impl Fn() -> bool) -> Result<(), Error> {
        let mut alone_since: Option<Instant> = None;
        loop {
            if tail.items.receiver_count() > 0 {
                alone_since = None;
            } else if alone_since.get_or_insert_with(Instant::now).elapsed() >= GRACE && leave() {
                return Ok(());
            }
            self.look(tail)?;
            self.end_second(tail)?;
            if self.partitions_checked.elapsed() >= PARTITION_CHECK {
                self.find_new_partitions()?;
            }
        }
    }

    fn look(&mut self, tail: &Tail) -> Result<(), Error> {
        let item = match self.reader.poll(POLL) {
            Polled::Record(message) => {
                self.positions.insert(message.partition(), message.offset() + 1);
                let is_in_budget =
                    self.second.records < RECORDS_PER_SECOND && self.second.size_bytes < BYTES_PER_SECOND;
                if !is_in_budget {
                    self.second.skipped += 1;
                    return Ok(());
                }
                let record = RawRecord::copy(&message, TAIL_BYTES);
                self.second.records += 1;
                self.second.size_bytes += record.held_bytes();
                Some(Item::Record(record))
            }
            Polled::Nothing => return Ok(()),
            // An end is an answer, so Kafka is there.
            Polled::End(_) => None,
            Polled::Trouble(fault) => return self.judge(fault, tail),
        };
        if std::mem::take(&mut self.is_interrupted) {
            tell(tail, Item::Resumed);
        }
        if let Some(item) = item {
            tell(tail, item);
        }
        Ok(())
    }

    fn judge(&mut self, fault: Fault, tail: &Tail) -> Result<(), Error> {
        match Error::from(fault) {
            Error::Unavailable(_) => {
                if !std::mem::replace(&mut self.is_interrupted, true) {
                    tell(tail, Item::Interrupted);
                }
                Ok(())
            }
            error => Err(error),
        }
    }

    fn end_second(&mut self, tail: &Tail) -> Result<(), Error> {
        if self.second.began.elapsed() < Duration::from_secs(1) {
            return Ok(());
        }
        let mut skipped = self.second.skipped;
        if skipped > 0 {
            skipped += self.jump()?;
            tell(tail, Item::Skipped(skipped));
        }
        self.second = Second { began: Instant::now(), records: 0, size_bytes: 0, skipped: 0 };
        Ok(())
    }

    /// A reader that has fallen far behind goes on at the end; says how many offsets that leaves out.
    fn jump(&mut self) -> Result<u64, Error> {
        let partitions: Vec<i32> = self.positions.keys().copied().collect();
        let ends = match self.reader.ranges(&partitions, POLL.max(Duration::from_secs(2))) {
            Ok(ends) => ends,
            Err(fault) => {
                debug!(error = %fault, "the end of a topic cannot be read");
                return Ok(0);
            }
        };
        let behind =
            |range: &OffsetRange| range.high - self.positions.get(&range.partition).copied().unwrap_or(range.high);
        let left_out: i64 = ends.iter().map(behind).filter(|count| *count > 0).sum();
        if left_out < JUMP_BEHIND {
            return Ok(0);
        }
        self.positions = ends.iter().map(|range| (range.partition, range.high)).collect();
        self.reader.assign(self.positions.iter().map(|(partition, offset)| (*partition, *offset)))?;
        Ok(left_out.unsigned_abs())
    }

    fn find_new_partitions(&mut self) -> Result<(), Error> {
        self.partitions_checked = Instant::now();
        match self.reader.partitions(START_TIMEOUT) {
            Ok(Some(partitions)) => {
                let is_new = |partition: &i32| !self.positions.contains_key(partition);
                let new: Vec<(i32, i64)> = partitions.into_iter().filter(is_new).map(|p| (p, 0)).collect();
                if !new.is_empty() {
                    self.reader.assign_more(new.iter().copied())?;
                    self.positions.extend(new);
                }
                Ok(())
            }
            Ok(None) => Err(Error::NoSuchTopic),
            Err(fault) => {
                debug!(error = %fault, "the partitions of a topic cannot be read");
                Ok(())
            }
        }
    }
}

fn tell(tail: &Tail, item: Item) {
    // Nobody listening is fine: the reader leaves when that stays so.
    let _ = tail.items.send(Arc::new(item));
}

/// A viewer's side.
struct Viewer {
    items: broadcast::Receiver<Arc<Item>>,
    request: TailRequest,
    dropped: u64,
    // What came right after the records that were told last.
    pending: Option<TailEvent>,
    is_over: bool,
}

impl Viewer {
    /// The next event; `None` after the end. Cancel safe: it only waits while it holds nothing.
    async fn next(&mut self) -> Option<TailEvent> {
        if let Some(event) = self.pending.take() {
            return Some(event);
        }
        let mut records = Vec::new();
        while !self.is_over && records.len() < EVENT_RECORDS {
            let received = if records.is_empty() {
                self.items.recv().await.map_err(|error| match error {
                    RecvError::Closed => TryRecvError::Closed,
                    RecvError::Lagged(count) => TryRecvError::Lagged(count),
                })
            } else {
                self.items.try_recv()
            };
            let event = match received {
                Ok(item) => match &*item {
                    Item::Record(record) => {
                        if self.request.partition.is_none_or(|wanted| wanted == record.partition) {
                            records.push(decode::record(record, self.request.decoders));
                        }
                        continue;
                    }
                    Item::Skipped(count) => self.add_dropped(*count),
                    Item::Interrupted => TailEvent::Interrupted,
                    Item::Resumed => TailEvent::Resumed,
                    Item::Ended(error) => {
                        self.is_over = true;
                        TailEvent::Ended(error.clone())
                    }
                },
                Err(TryRecvError::Lagged(count)) => self.add_dropped(count),
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Closed) => {
                    self.is_over = true;
                    break;
                }
            };
            if records.is_empty() {
                return Some(event);
            }
            self.pending = Some(event);
            break;
        }
        (!records.is_empty()).then_some(TailEvent::Records(records))
    }

    fn add_dropped(&mut self, count: u64) -> TailEvent {
        self.dropped += count;
        TailEvent::Dropped(self.dropped)
    }
}
