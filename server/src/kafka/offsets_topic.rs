//! The topic that holds the positions of exactly-once delivery, in Kafka Connect's own format.
//!
//! Read by `worker::exactly_once` when a task starts and by `service::offsets`; written by [`crate::kafka::transaction`]. What a
//! position says is `connect`'s affair: here it is a value under a key. Only committed records count, and all of those that were
//! there when the reading began: a reader that stops at another's open transaction would miss the newest.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bytes::Bytes;
use connect::config::TopicCreationConfig;
use connect::position::read_offset_key;
use connect::{Error, ErrorKind};
use rdkafka::message::Message as _;

use crate::blocking::blocking;
use crate::kafka::client::ClientSettings;
use crate::kafka::consumer::{Isolation, Polled, Reader};
use crate::kafka::fault::Fault;
use crate::kafka::partitioner::partition_of_key;
use crate::kafka::producer::create_ready;
use crate::kafka::topics::{OffsetRange, Topics};

/// Records looked at first, counted from the end: a running task's own position is among them.
const FIRST_LOOK_RECORDS: i64 = 500;

/// Each further look goes so many times further back.
const LOOK_GROWTH: i64 = 16;

/// How long a request may take.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// How long reading may take from the moment at which nothing stands in its way.
const READ_LIMIT: Duration = Duration::from_secs(120);

/// How long another producer's open transaction may hold the end of the topic: the brokers end it after at most its timeout, which
/// is a minute unless somebody has set it otherwise.
const OPEN_TRANSACTION_LIMIT: Duration = Duration::from_secs(90);

/// Between looks whether it still does.
const OPEN_TRANSACTION_LOOK: Duration = Duration::from_millis(50);

/// How long a fetch that has nothing to give may be held.
const FETCH_WAIT: Duration = Duration::from_millis(50);

/// The topic of one cluster.
#[derive(Debug, Clone)]
pub(crate) struct OffsetsTopic {
    settings: ClientSettings,
    name: String,
}

/// A connector's stored values by source partition.
pub(crate) type OffsetsByPartition = BTreeMap<String, Bytes>;

impl OffsetsTopic {
    /// The topic of that name; nothing is contacted yet.
    pub(crate) fn new(settings: ClientSettings, name: &str) -> Self {
        Self { settings, name: name.to_owned() }
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Makes it if it is not there: one partition, compacted. One that is there is used as it is, if it is compacted.
    ///
    /// # Errors
    /// `TopicUnusable` when it would forget positions, else what the brokers have against it.
    pub(crate) async fn make_sure(&self, topics: &Topics, may_create: bool) -> Result<(), Error> {
        let setting = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let creation = TopicCreationConfig {
            partitions: Some(1),
            replication_factor: None,
            // Small segments: only those that are full are compacted, and what is not has to be read at a start.
            configs: vec![setting("cleanup.policy", "compact"), setting("segment.bytes", "16777216")],
        };
        let found = topics.find(&self.name).await;
        let found = found.map_err(|fault| fault.while_doing(format!("Looking up topic {}", self.name)))?;
        if found.is_none() && !may_create {
            let context = format!("Topic {} does not exist, and this service is not to create topics", self.name);
            return Err(Error::new(ErrorKind::TopicUnusable, context));
        }
        if found.is_none() {
            create_ready(topics, &creation, &self.name).await?;
        }
        match topics.settings(&self.name).await.map(|settings| settings.cleanup_policy) {
            Ok(Some(policy)) if policy.split(',').any(|policy| policy.trim() == "delete") => {
                let context = format!(
                    "Topic {} has cleanup.policy={policy}; positions need cleanup.policy=compact, or they are forgotten",
                    self.name
                );
                Err(Error::new(ErrorKind::TopicUnusable, context))
            }
            Ok(_) => Ok(()),
            Err(Fault::Withheld) => Ok(()),
            Err(fault) => Err(fault.while_doing(format!("Reading the settings of topic {}", self.name))),
        }
    }

    /// The newest value under a key, or `None` when there is none or it was taken back.
    ///
    /// # Errors
    /// `SinkUnavailable` when another's transaction holds the end of the topic for too long, else what the brokers said.
    pub(crate) async fn find(&self, key: String) -> Result<Option<Bytes>, Error> {
        let topic = self.clone();
        self.read(move || topic.find_blocking(key.as_bytes())).await
    }

    /// Every value of a connector.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub(crate) async fn list(&self, connector: String) -> Result<OffsetsByPartition, Error> {
        let topic = self.clone();
        self.read(move || topic.list_blocking(&connector)).await
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Error> {
        let result = blocking(work).await.unwrap_or(Err(Fault::Closed));
        result.map_err(|fault| fault.while_doing(format!("Reading positions from topic {}", self.name)))
    }

    fn find_blocking(&self, key: &[u8]) -> Result<Option<Bytes>, Fault> {
        let reader = self.open()?;
        let Some(partitions) = reader.partitions(REQUEST_TIMEOUT)? else { return Ok(None) };
        let count = u32::try_from(partitions.len()).unwrap_or(1);
        let own = i32::try_from(partition_of_key(key, count)).unwrap_or_default();
        let range = self.settled_range(&reader, &[own])?;
        let mut look = FIRST_LOOK_RECORDS;
        for OffsetRange { partition, low, high } in range {
            loop {
                let from = high.saturating_sub(look).max(low);
                let mut newest = None;
                read_to_end(&reader, &[(partition, from)], |found, value| {
                    if found == key {
                        newest = Some(value.map(Bytes::copy_from_slice));
                    }
                })?;
                if let Some(value) = newest {
                    return Ok(value);
                }
                if from == low {
                    break;
                }
                look = look.saturating_mul(LOOK_GROWTH);
            }
        }
        Ok(None)
    }

    fn list_blocking(&self, connector: &str) -> Result<OffsetsByPartition, Fault> {
        let reader = self.open()?;
        let Some(partitions) = reader.partitions(REQUEST_TIMEOUT)? else { return Ok(BTreeMap::new()) };
        let ranges = self.settled_range(&reader, &partitions)?;
        let starts: Vec<(i32, i64)> = ranges.iter().map(|range| (range.partition, range.low)).collect();
        let mut values = BTreeMap::new();
        read_to_end(&reader, &starts, |key, value| {
            let Some((owner, partition)) = read_offset_key(key) else { return };
            if owner != connector {
                return;
            }
            match value {
                Some(value) => values.insert(partition, Bytes::copy_from_slice(value)),
                None => values.remove(&partition),
            };
        })?;
        Ok(values)
    }

    fn open(&self) -> Result<Reader, Fault> {
        Reader::open(&self.settings, &self.name, Isolation::Committed, FETCH_WAIT)
    }

    /// The ranges as they are once everything is decided that had been written when this was called.
    fn settled_range(&self, committed: &Reader, partitions: &[i32]) -> Result<Vec<OffsetRange>, Fault> {
        let uncommitted = Reader::open(&self.settings, &self.name, Isolation::Uncommitted, FETCH_WAIT)?;
        let written = uncommitted.ranges(partitions, REQUEST_TIMEOUT)?;
        drop(uncommitted);
        let deadline = Instant::now() + OPEN_TRANSACTION_LIMIT;
        loop {
            let decided = committed.ranges(partitions, REQUEST_TIMEOUT)?;
            if decided.iter().zip(&written).all(|(decided, written)| decided.high >= written.high) {
                return Ok(decided);
            }
            if Instant::now() >= deadline {
                return Err(Fault::OpenTransaction);
            }
            std::thread::park_timeout(OPEN_TRANSACTION_LOOK);
        }
    }
}

/// Hands over keys and values from these offsets on, partition by partition in order, until the end of each is reached.
fn read_to_end(
    reader: &Reader,
    starts: &[(i32, i64)],
    mut take: impl FnMut(&[u8], Option<&[u8]>),
) -> Result<(), Fault> {
    reader.assign(starts.iter().copied())?;
    let mut open: Vec<i32> = starts.iter().map(|(partition, _)| *partition).collect();
    let deadline = Instant::now() + READ_LIMIT;
    while !open.is_empty() {
        match reader.poll(REQUEST_TIMEOUT) {
            Polled::Record(record) => {
                if let Some(key) = record.key() {
                    take(key, record.payload());
                }
            }
            Polled::End(partition) => open.retain(|other| *other != partition),
            Polled::Trouble(fault) if fault.kind() != ErrorKind::SinkUnavailable => return Err(fault),
            // A broker that is away may come back.
            Polled::Trouble(_) | Polled::Nothing => {}
        }
        if Instant::now() >= deadline {
            return Err(Fault::Code(rdkafka::error::RDKafkaErrorCode::OperationTimedOut));
        }
    }
    Ok(())
}
