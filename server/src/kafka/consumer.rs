//! Reading topics at chosen offsets, without a group, without commits, within bounds.
//!
//! Used by the topic preview. Everything here blocks: call it on a blocking thread or on a thread of its own, and drop a
//! [`Reader`] there too. Fetches are small, because a batch that is compressed with gzip is inflated whole, whatever it holds.

use std::collections::HashMap;
use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::{Offset, TopicPartitionList};

use crate::kafka::client::{ClientSettings, Logged, Setting};
use crate::kafka::fault::{Fault, code_of};
use crate::kafka::topics::{OffsetRange, TopicShape};

/// Bytes asked of one partition in one fetch.
const FETCH_PARTITION_BYTES: usize = 256 * 1024;

/// Bytes asked in one fetch.
const FETCH_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of one answer at most, which is also what zstd may inflate a batch to.
const RECEIVE_BYTES: usize = 64 * 1024 * 1024;

/// KiB fetched ahead of the reader.
const READ_AHEAD_KIB: usize = 4 * 1024;

/// Records fetched ahead of the reader, per partition.
const READ_AHEAD_RECORDS: usize = 200;

/// Pause before fetching again while enough is read ahead.
const EMPTY_FETCH_PAUSE: Duration = Duration::from_millis(10);

impl ConsumerContext for Logged {}

/// Which records exist for a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Isolation {
    /// Only what is committed; records of open and aborted transactions are left out.
    #[default]
    Committed,
    /// Everything in the log. No page shows it; a producer's start asks with it how far its own topic reaches.
    Uncommitted,
}

/// Reads one topic.
pub(crate) struct Reader {
    consumer: BaseConsumer<Logged>,
    topic: String,
}

/// What one look at the topic gave.
pub(crate) enum Polled<'a> {
    /// A record.
    Record(BorrowedMessage<'a>),
    /// There is nothing more in this partition for now.
    End(i32),
    /// Nothing came in time.
    Nothing,
    /// The client or a broker reported trouble; reading may go on by itself.
    Trouble(Fault),
}

impl Reader {
    /// Makes a client for one topic; nothing is contacted yet. `wait` is how long a fetch with nothing to give may be held,
    /// and so how soon the end of a partition is known.
    ///
    /// # Errors
    /// When the client library refuses the settings.
    pub(crate) fn open(
        settings: &ClientSettings,
        topic: &str,
        isolation: Isolation,
        wait: Duration,
    ) -> Result<Self, Fault> {
        let config: ClientConfig = settings.native(
            "naru-preview",
            &[
                // Assigning partitions by hand needs a group's name; no group is ever joined or committed to.
                Setting::GroupId("naru-preview"),
                Setting::NoCommits,
                Setting::PartitionEof,
                Setting::OffsetResetError,
                Setting::ReadCommitted(isolation == Isolation::Committed),
                Setting::FetchPartitionBytes(FETCH_PARTITION_BYTES),
                Setting::FetchBytes(FETCH_BYTES),
                Setting::ReceiveBytes(RECEIVE_BYTES),
                Setting::ReadAheadKib(READ_AHEAD_KIB),
                Setting::ReadAheadRecords(READ_AHEAD_RECORDS),
                Setting::EmptyFetchPause(EMPTY_FETCH_PAUSE),
                Setting::FetchWait(wait),
            ],
        );
        let consumer = config.create_with_context(Logged::in_current_span())?;
        Ok(Self { consumer, topic: topic.to_owned() })
    }

    /// The topic's partitions in order, or `None` when it does not exist.
    ///
    /// # Errors
    /// The broker's or the client's code.
    pub(crate) fn partitions(&self, timeout: Duration) -> Result<Option<Vec<i32>>, Fault> {
        let metadata = self.consumer.fetch_metadata(Some(&self.topic), timeout)?;
        let Some(topic) = metadata.topics().iter().find(|topic| topic.name() == self.topic) else { return Ok(None) };
        match topic.error().map(RDKafkaErrorCode::from) {
            None | Some(RDKafkaErrorCode::LeaderNotAvailable) => {
                let mut partitions: Vec<i32> = topic.partitions().iter().map(|partition| partition.id()).collect();
                partitions.sort_unstable();
                Ok(Some(partitions))
            }
            Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => Ok(None),
            Some(code) => Err(Fault::Code(code)),
        }
    }

    /// First and next offsets of partitions that exist, as this reader's isolation sees them.
    ///
    /// # Errors
    /// The broker's or the client's code, for any of them.
    pub(crate) fn ranges(&self, partitions: &[i32], timeout: Duration) -> Result<Vec<OffsetRange>, Fault> {
        let low = self.offsets_at(partitions, Offset::Beginning, timeout)?;
        let high = self.offsets_at(partitions, Offset::End, timeout)?;
        let ranges = low.into_iter().zip(high).map(|((partition, low), (_, high))| OffsetRange {
            partition,
            low: low.unwrap_or(0),
            high: high.or(low).unwrap_or(0),
        });
        Ok(ranges.collect())
    }

    /// For each partition the offset of the first record at or after a moment, or `None` when there is none.
    ///
    /// # Errors
    /// The broker's or the client's code, for any of them.
    pub(crate) fn offsets_from(
        &self,
        partitions: &[i32],
        timestamp_ms: i64,
        timeout: Duration,
    ) -> Result<Vec<(i32, Option<i64>)>, Fault> {
        self.offsets_at(partitions, Offset::Offset(timestamp_ms.max(0)), timeout)
    }

    /// One request a broker for all partitions; librdkafka takes the two ends of a log as special moments.
    fn offsets_at(
        &self,
        partitions: &[i32],
        moment: Offset,
        timeout: Duration,
    ) -> Result<Vec<(i32, Option<i64>)>, Fault> {
        let found = self.consumer.offsets_for_times(self.list(partitions.iter().map(|p| (*p, moment)))?, timeout)?;
        partitions
            .iter()
            .map(|&partition| {
                let element = found.find_partition(&self.topic, partition).ok_or(Fault::Other)?;
                element.error()?;
                let offset = match element.offset() {
                    Offset::Offset(offset) => Some(offset),
                    _ => None,
                };
                Ok((partition, offset))
            })
            .collect()
    }

    /// Reads these partitions from these offsets on, and no others. What was fetched for an earlier assignment is forgotten.
    ///
    /// # Errors
    /// When the client refuses.
    pub(crate) fn assign(&self, starts: impl IntoIterator<Item = (i32, i64)>) -> Result<(), Fault> {
        let list = self.list(starts.into_iter().map(|(partition, offset)| (partition, Offset::Offset(offset))))?;
        Ok(self.consumer.assign(&list)?)
    }

    /// Reads these partitions too, from these offsets on.
    ///
    /// # Errors
    /// When the client refuses.
    pub(crate) fn assign_more(&self, starts: impl IntoIterator<Item = (i32, i64)>) -> Result<(), Fault> {
        let list = self.list(starts.into_iter().map(|(partition, offset)| (partition, Offset::Offset(offset))))?;
        Ok(self.consumer.incremental_assign(&list)?)
    }

    /// Stops fetching from a partition.
    ///
    /// # Errors
    /// When the client refuses.
    pub(crate) fn pause(&self, partition: i32) -> Result<(), Fault> {
        Ok(self.consumer.pause(&self.list([(partition, Offset::Invalid)])?)?)
    }

    /// Waits for the next record, end or trouble.
    pub(crate) fn poll(&self, timeout: Duration) -> Polled<'_> {
        match self.consumer.poll(timeout) {
            None => Polled::Nothing,
            Some(Ok(message)) => Polled::Record(message),
            Some(Err(KafkaError::PartitionEOF(partition))) => Polled::End(partition),
            // The name of the group is looked up although nothing is asked of it; without rights to it reading works as well.
            Some(Err(error)) if code_of(&error) == Some(RDKafkaErrorCode::GroupAuthorizationFailed) => Polled::Nothing,
            Some(Err(error)) => Polled::Trouble(Fault::from(error)),
        }
    }

    fn list(&self, partitions: impl IntoIterator<Item = (i32, Offset)>) -> Result<TopicPartitionList, Fault> {
        let mut list = TopicPartitionList::new();
        for (partition, offset) in partitions {
            list.add_partition_offset(&self.topic, partition, offset)?;
        }
        Ok(list)
    }
}

/// For each partition the offset that its next record will get, whatever is committed; `None` where it is gone. One request a
/// broker for all of them. Blocks.
///
/// # Errors
/// The broker's or the client's code, for anything but a partition that is gone.
pub(crate) fn next_offsets<'a>(
    settings: &ClientSettings,
    partitions: impl Iterator<Item = (&'a str, i32)>,
    timeout: Duration,
) -> Result<HashMap<(String, i32), Option<i64>>, Fault> {
    let consumer: BaseConsumer<Logged> = settings
        .native("naru-topics", &[Setting::ReadCommitted(false)])
        .create_with_context(Logged::in_current_span())?;
    let mut list = TopicPartitionList::new();
    for (topic, partition) in partitions {
        list.add_partition_offset(topic, partition, Offset::End)?;
    }
    let found = consumer.offsets_for_times(list, timeout)?;
    let ends = found.elements().into_iter().map(|element| {
        let end = match (element.error(), element.offset()) {
            (Ok(()), Offset::Offset(offset)) => Some(offset),
            (Ok(()), _) => None,
            (Err(error), _) => match code_of(&error) {
                Some(
                    RDKafkaErrorCode::UnknownTopicOrPartition
                    | RDKafkaErrorCode::UnknownTopic
                    | RDKafkaErrorCode::UnknownPartition,
                ) => None,
                _ => return Err(Fault::from(error)),
            },
        };
        Ok(((element.topic().to_owned(), element.partition()), end))
    });
    ends.collect()
}

/// For each topic how many offsets it holds: an upper bound of its records. `None` where a partition cannot be asked. One
/// request a broker for all of them, whatever their number. Blocks.
///
/// # Errors
/// When no broker can be asked at all.
pub(crate) fn count_offsets(
    settings: &ClientSettings,
    topics: &[TopicShape],
    timeout: Duration,
) -> Result<Vec<Option<u64>>, Fault> {
    // Asking for times needs no group, but the client that can ask is a consumer.
    let consumer: BaseConsumer<Logged> =
        settings.native("naru-topics", &[]).create_with_context(Logged::in_current_span())?;
    let ends = |moment: Offset| -> Result<HashMap<(String, i32), Offset>, Fault> {
        let mut list = TopicPartitionList::new();
        for topic in topics {
            for partition in topic.partitions.iter().filter(|partition| partition.has_leader) {
                list.add_partition_offset(&topic.name, partition.number, moment)?;
            }
        }
        if list.count() == 0 {
            return Ok(HashMap::new());
        }
        let found = consumer.offsets_for_times(list, timeout)?;
        let elements = found.elements();
        let told = elements.iter().filter(|element| element.error().is_ok());
        Ok(told.map(|element| ((element.topic().to_owned(), element.partition()), element.offset())).collect())
    };
    let (first, next) = (ends(Offset::Beginning)?, ends(Offset::End)?);
    let count = |topic: &TopicShape| {
        let partitions = topic.partitions.iter().map(|partition| {
            let key = (topic.name.clone(), partition.number);
            match (first.get(&key)?, next.get(&key)?) {
                (Offset::Offset(first), Offset::Offset(next)) => u64::try_from(next - first).ok(),
                _ => None,
            }
        });
        partitions.sum::<Option<u64>>()
    };
    Ok(topics.iter().map(count).collect())
}
