//! An independent consumer: what really is in a topic.

#![expect(clippy::disallowed_methods, reason = "a test's consumer may block a thread without the span of a task")]

use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};
use rdkafka::{Offset, TopicPartitionList};

/// How long the consumer waits for one more record.
const PATIENCE: Duration = Duration::from_secs(20);

/// Values of the first `count` records of a one-partition topic, as text; `None` is a tombstone.
pub(crate) async fn read_values(topic: &str, count: usize) -> Vec<Option<String>> {
    let topic = topic.to_owned();
    tokio::task::spawn_blocking(move || consume(&topic, count)).await.expect("no panic")
}

fn consume(topic: &str, count: usize) -> Vec<Option<String>> {
    let consumer = consumer();
    let mut partitions = TopicPartitionList::new();
    partitions.add_partition_offset(topic, 0, Offset::Beginning).expect("a partition");
    consumer.assign(&partitions).expect("assigned");
    let mut values = Vec::new();
    let mut last = Instant::now();
    while values.len() < count && last.elapsed() < PATIENCE {
        if let Some(Ok(message)) = consumer.poll(Duration::from_millis(100)) {
            values.push(message.payload().map(|value| String::from_utf8_lossy(value).into_owned()));
            last = Instant::now();
        }
    }
    values
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record {
    /// Partition.
    pub(crate) partition: i32,
    /// Key as text.
    pub(crate) key: String,
    /// Value as text; `None` for a tombstone.
    pub(crate) value: Option<String>,
    /// Headers as text, in order.
    pub(crate) headers: Vec<(String, String)>,
}

/// Everything in a topic now, partition by partition in offset order; nothing when it does not exist.
pub(crate) async fn read_topic(topic: &str) -> Vec<Record> {
    let topic = topic.to_owned();
    tokio::task::spawn_blocking(move || read(&topic)).await.expect("no panic")
}

fn read(topic: &str) -> Vec<Record> {
    let consumer = consumer();
    let metadata = consumer.fetch_metadata(None, PATIENCE).expect("metadata");
    let Some(found) = metadata.topics().iter().find(|found| found.name() == topic) else { return Vec::new() };
    let mut records = Vec::new();
    for partition in found.partitions() {
        let (low, high) = consumer.fetch_watermarks(topic, partition.id(), PATIENCE).expect("watermarks");
        let mut assignment = TopicPartitionList::new();
        assignment.add_partition_offset(topic, partition.id(), Offset::Offset(low)).expect("an offset");
        consumer.assign(&assignment).expect("an assignment");
        let mut next = low;
        while next < high {
            let message = consumer.poll(PATIENCE).expect("a record in time").expect("a record");
            next = message.offset() + 1;
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            records.push(Record {
                partition: message.partition(),
                key: message.key().map(text).unwrap_or_default(),
                value: message.payload().map(text),
                headers: headers(&message),
            });
        }
    }
    records
}

/// How many records a topic holds; none when it does not exist. For topics that nothing is removed from.
pub(crate) async fn count_records(topic: &str) -> i64 {
    let topic = topic.to_owned();
    tokio::task::spawn_blocking(move || count(&topic)).await.expect("no panic")
}

fn count(topic: &str) -> i64 {
    let consumer = consumer();
    let metadata = consumer.fetch_metadata(None, PATIENCE).expect("metadata");
    let Some(found) = metadata.topics().iter().find(|found| found.name() == topic) else { return 0 };
    let watermarks = |partition| consumer.fetch_watermarks(topic, partition, PATIENCE).expect("watermarks");
    found.partitions().iter().map(|partition| watermarks(partition.id())).map(|(low, high)| high - low).sum()
}

/// Creates a topic of one partition with settings of its own.
pub(crate) async fn create_topic(topic: &str, settings: &[(&str, &str)]) {
    let admin: AdminClient<DefaultClientContext> =
        ClientConfig::new().set("bootstrap.servers", servers()).create().expect("a client");
    let mut new = NewTopic::new(topic, 1, TopicReplication::Fixed(1));
    for (name, value) in settings {
        new = new.set(name, value);
    }
    let created = admin.create_topics([&new], &AdminOptions::new()).await.expect("an answer");
    created.into_iter().for_each(|created| assert!(created.is_ok(), "{created:?}"));
}

fn servers() -> String {
    std::env::var("NARU_KAFKA_BOOTSTRAP_SERVERS").expect("the Kafka of the tests")
}

/// A consumer that makes no topic appear and commits nothing.
fn consumer() -> BaseConsumer {
    ClientConfig::new()
        .set("bootstrap.servers", servers())
        .set("group.id", "tests")
        .set("enable.auto.commit", "false")
        .set("allow.auto.create.topics", "false")
        .set("enable.partition.eof", "false")
        .create()
        .expect("a consumer")
}

fn headers(message: &BorrowedMessage<'_>) -> Vec<(String, String)> {
    let Some(headers) = message.headers() else { return Vec::new() };
    let text = |value: Option<&[u8]>| String::from_utf8_lossy(value.unwrap_or_default()).into_owned();
    headers.iter().map(|header| (header.key.to_owned(), text(header.value))).collect()
}
