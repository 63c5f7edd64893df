//! An independent consumer: what really is in a topic.

use std::time::{Duration, Instant};

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};

/// How long the consumer waits for one more record.
const PATIENCE: Duration = Duration::from_secs(20);

/// Values of the first `count` records of a one-partition topic, as text; `None` is a tombstone.
pub(crate) async fn read_values(topic: &str, count: usize) -> Vec<Option<String>> {
    let topic = topic.to_owned();
    tokio::task::spawn_blocking(move || consume(&topic, count)).await.expect("no panic")
}

fn consume(topic: &str, count: usize) -> Vec<Option<String>> {
    let servers = std::env::var("NARU_KAFKA_BOOTSTRAP_SERVERS").expect("the Kafka of the tests");
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", servers)
        .set("group.id", "naru-tests")
        .set("enable.auto.commit", "false")
        .create()
        .expect("a consumer");
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
