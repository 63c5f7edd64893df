//! Topics, read with a plain consumer that shares no code with what wrote them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::{Headers as _, Message as _};
use rdkafka::{Offset, TopicPartitionList};

use crate::wait::blocking;

const REQUEST_LIMIT: Duration = Duration::from_secs(15);
const POLL_LIMIT: Duration = Duration::from_millis(500);
/// A topic whose end stands still, but whose last records do not come, is an error after this.
const READ_LIMIT: Duration = Duration::from_secs(60);

/// One record as a consumer sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub topic: String,
    pub partition: i32,
    pub offset: i64,
    pub key: Option<Vec<u8>>,
    pub value: Option<Vec<u8>>,
    pub headers: Vec<(String, Option<Vec<u8>>)>,
}

/// The offset after the last record, for each partition.
pub type Ends = BTreeMap<i32, i64>;

/// A reader of topics.
#[derive(Clone)]
pub struct Kafka {
    bootstrap_servers: String,
    inquirer: Arc<BaseConsumer>,
}

impl Kafka {
    /// Makes a reader; nothing is connected yet.
    pub fn connect(bootstrap_servers: &str) -> Result<Self> {
        let inquirer = Arc::new(consumer(bootstrap_servers)?);
        Ok(Self { bootstrap_servers: bootstrap_servers.to_owned(), inquirer })
    }

    /// A consumer that reads everything, aborted records excepted, and commits nothing.
    pub fn consumer(&self) -> Result<BaseConsumer> {
        consumer(&self.bootstrap_servers)
    }

    /// The topics there are, with their partitions. Asking for all makes none appear.
    pub async fn topics(&self) -> Result<BTreeMap<String, Vec<i32>>> {
        let inquirer = Arc::clone(&self.inquirer);
        blocking(move || {
            let metadata = inquirer.fetch_metadata(None, REQUEST_LIMIT).context("Cannot list topics")?;
            let partitions =
                |topic: &rdkafka::metadata::MetadataTopic| topic.partitions().iter().map(|p| p.id()).collect();
            Ok(metadata.topics().iter().map(|topic| (topic.name().to_owned(), partitions(topic))).collect())
        })
        .await
    }

    /// Where a topic ends now; empty when there is no such topic.
    pub async fn ends(&self, topic: &str) -> Result<Ends> {
        let partitions = self.topics().await?.remove(topic).unwrap_or_default();
        let inquirer = Arc::clone(&self.inquirer);
        let topic = topic.to_owned();
        blocking(move || {
            let mut ends = Ends::new();
            for partition in partitions {
                let (_, end) = inquirer
                    .fetch_watermarks(&topic, partition, REQUEST_LIMIT)
                    .with_context(|| format!("Cannot ask where {topic} ends"))?;
                ends.insert(partition, end);
            }
            Ok(ends)
        })
        .await
    }

    /// Where each topic of a choice ends now.
    pub async fn ends_of(&self, is_chosen: impl Fn(&str) -> bool) -> Result<BTreeMap<String, Ends>> {
        let chosen: Vec<(String, Vec<i32>)> =
            self.topics().await?.into_iter().filter(|(topic, _)| is_chosen(topic)).collect();
        let inquirer = Arc::clone(&self.inquirer);
        blocking(move || {
            let end = |topic: &str, partition: i32| {
                let marks = inquirer.fetch_watermarks(topic, partition, REQUEST_LIMIT);
                marks.map(|(_, end)| (partition, end)).with_context(|| format!("Cannot ask where {topic} ends"))
            };
            let ends = chosen.into_iter().map(|(topic, partitions)| {
                let ends = partitions.into_iter().map(|partition| end(&topic, partition)).collect::<Result<_>>()?;
                Ok((topic, ends))
            });
            ends.collect()
        })
        .await
    }

    /// Every record of topics from their beginning up to these ends, topic by topic and partition by partition.
    pub async fn read_up_to(&self, ends: &BTreeMap<String, Ends>) -> Result<BTreeMap<String, Vec<Record>>> {
        let wanted: Vec<Range> = ends
            .iter()
            .flat_map(|(topic, ends)| ends.iter().map(move |(partition, end)| (topic.clone(), *partition, 0, *end)))
            .filter(|(_, _, start, end)| start < end)
            .collect();
        let mut topics: BTreeMap<String, Vec<Record>> = BTreeMap::new();
        if wanted.is_empty() {
            return Ok(topics);
        }
        let consumer = self.consumer()?;
        for record in blocking(move || read(&consumer, &wanted)).await? {
            topics.entry(record.topic.clone()).or_default().push(record);
        }
        Ok(topics)
    }

    /// How many offsets a topic has after the given ones; with one producer and no transactions, how many records.
    pub async fn count_after(&self, topic: &str, after: &Ends) -> Result<i64> {
        let ends = self.ends(topic).await?;
        Ok(ends.iter().map(|(partition, end)| end - after.get(partition).copied().unwrap_or(0)).sum())
    }

    /// Every record from the given offsets on (the beginning where none is given) up to where the topic ends now, partition
    /// by partition.
    pub async fn read_after(&self, topic: &str, after: &Ends) -> Result<Vec<Record>> {
        let ends = self.ends(topic).await?;
        let wanted: Vec<Range> = ends
            .into_iter()
            .map(|(partition, end)| (topic.to_owned(), partition, after.get(&partition).copied().unwrap_or(0), end))
            .filter(|(_, _, start, end)| start < end)
            .collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let consumer = self.consumer()?;
        blocking(move || read(&consumer, &wanted)).await
    }

    /// Every record that a reader of this isolation sees up to the topic's end, in the order of offsets. For topics of one
    /// partition.
    pub(crate) async fn read_whole(&self, topic: &str, isolation: Isolation) -> Result<Vec<Record>> {
        let mut config = consumer_config(&self.bootstrap_servers);
        config.set("isolation.level", isolation.name()).set("enable.partition.eof", "true");
        let consumer: BaseConsumer = config.create().context("Cannot make a consumer")?;
        let topic = topic.to_owned();
        blocking(move || read_to_end(&consumer, &topic)).await
    }

    /// Waits until a topic has a record whose key has this in it. Returns once all it had then has been read.
    pub(crate) async fn wait_for_key(&self, topic: &str, wanted: &str, limit: Duration) -> Result<()> {
        let is_wanted = |record: &Record| {
            let key = record.key.as_deref().unwrap_or_default();
            key.windows(wanted.len()).any(|window| window == wanted.as_bytes())
        };
        let deadline = Instant::now() + limit;
        let mut read_to = Ends::new();
        loop {
            let records = self.read_after(topic, &read_to).await?;
            if records.iter().any(is_wanted) {
                return Ok(());
            }
            for record in records {
                read_to.insert(record.partition, record.offset + 1);
            }
            ensure!(Instant::now() < deadline, "{wanted} did not arrive in {topic} within {} s", limit.as_secs());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Deletes topics; those that are not there are fine.
    pub async fn delete(&self, topics: &[&str]) -> Result<()> {
        let admin: AdminClient<DefaultClientContext> = ClientConfig::new()
            .set("bootstrap.servers", &self.bootstrap_servers)
            .create()
            .context("Cannot administer Kafka")?;
        let existing = self.topics().await?;
        let doomed: Vec<&str> = topics.iter().copied().filter(|topic| existing.contains_key(*topic)).collect();
        if !doomed.is_empty() {
            admin.delete_topics(&doomed, &AdminOptions::new()).await.context("Cannot delete topics")?;
        }
        Ok(())
    }
}

/// Which records a reader is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Isolation {
    /// Those of committed transactions, and those without one.
    Committed,
    /// All, those of open and aborted transactions too.
    Uncommitted,
}

impl Isolation {
    fn name(self) -> &'static str {
        match self {
            Isolation::Committed => "read_committed",
            Isolation::Uncommitted => "read_uncommitted",
        }
    }
}

fn consumer(bootstrap_servers: &str) -> Result<BaseConsumer> {
    consumer_config(bootstrap_servers).create().context("Cannot make a consumer")
}

fn consumer_config(bootstrap_servers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", bootstrap_servers)
        .set("group.id", "naru-bench")
        .set("client.id", "naru-bench")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "false")
        .set("isolation.level", "read_committed")
        .set("allow.auto.create.topics", "false")
        .set("fetch.message.max.bytes", "20000000");
    config
}

fn read_to_end(consumer: &BaseConsumer, topic: &str) -> Result<Vec<Record>> {
    let mut assignment = TopicPartitionList::new();
    assignment.add_partition_offset(topic, 0, Offset::Beginning)?;
    consumer.assign(&assignment).context("Cannot read the topic")?;
    let mut records = Vec::new();
    let mut last_progress = Instant::now();
    loop {
        match consumer.poll(POLL_LIMIT) {
            Some(Ok(message)) => {
                records.push(to_record(&message));
                last_progress = Instant::now();
            }
            Some(Err(KafkaError::PartitionEOF(_))) => return Ok(records),
            Some(Err(error)) => return Err(error).with_context(|| format!("Cannot read {topic}")),
            None => ensure!(last_progress.elapsed() < READ_LIMIT, "The last records of {topic} did not come"),
        }
    }
}

/// Topic, partition, and the offsets of the first record and of what follows the last.
type Range = (String, i32, i64, i64);

fn read(consumer: &BaseConsumer, wanted: &[Range]) -> Result<Vec<Record>> {
    let mut assignment = TopicPartitionList::new();
    for (topic, partition, start, _) in wanted {
        assignment.add_partition_offset(topic, *partition, Offset::Offset(*start))?;
    }
    consumer.assign(&assignment).context("Cannot read the topics")?;
    let mut left: BTreeMap<(String, i32), i64> =
        wanted.iter().map(|(topic, partition, _, end)| ((topic.clone(), *partition), *end)).collect();
    let mut records: BTreeMap<(String, i32), Vec<Record>> = BTreeMap::new();
    let mut last_progress = Instant::now();
    while !left.is_empty() {
        let polled = consumer.poll(POLL_LIMIT);
        if let Some(message) = polled {
            let record = to_record(&message.context("Cannot read a topic")?);
            last_progress = Instant::now();
            let place = (record.topic.clone(), record.partition);
            let Some(end) = left.get(&place).copied() else { continue };
            if record.offset + 1 >= end {
                left.remove(&place);
            }
            if record.offset < end {
                records.entry(place).or_default().push(record);
            }
            continue;
        }
        if last_progress.elapsed() > READ_LIMIT {
            bail!(
                "The last records of {} did not come",
                left.keys().map(|(topic, _)| &**topic).collect::<Vec<_>>().join(", ")
            );
        }
        // The position also passes what is no record: markers of transactions, records that were aborted.
        let positions = consumer.position().context("Cannot ask for the position")?;
        left.retain(|(topic, partition), end| {
            let element = positions.find_partition(topic, *partition);
            !matches!(element.map(|element| element.offset()), Some(Offset::Offset(next)) if next >= *end)
        });
    }
    Ok(records.into_values().flatten().collect())
}

/// A record that owns what it has.
pub fn to_record(message: &rdkafka::message::BorrowedMessage<'_>) -> Record {
    let headers = message.headers().map(|headers| {
        headers.iter().map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec))).collect()
    });
    Record {
        topic: message.topic().to_owned(),
        partition: message.partition(),
        offset: message.offset(),
        key: message.key().map(<[u8]>::to_vec),
        value: message.payload().map(<[u8]>::to_vec),
        headers: headers.unwrap_or_default(),
    }
}
