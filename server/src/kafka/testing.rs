//! What tests of this crate need of a Kafka: librdkafka's mock cluster, or the real one that the environment names.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::message::{Headers as _, Message as _};
use rdkafka::mocking::MockCluster;
use rdkafka::producer::DefaultProducerContext;
use rdkafka::{ClientConfig, Offset, TopicPartitionList};
use uuid::Uuid;

use crate::kafka::client::ClientSettings;

/// Names the real Kafka.
const SERVERS_VARIABLE: &str = "NARU_KAFKA_BOOTSTRAP_SERVERS";

/// A mock cluster of one broker.
pub(crate) fn mock() -> MockCluster<'static, DefaultProducerContext> {
    MockCluster::new(1).expect("a mock cluster")
}

/// Settings that lead to the mock cluster.
pub(crate) fn settings_of(mock: &MockCluster<'static, DefaultProducerContext>) -> ClientSettings {
    ClientSettings::parse(&mock.bootstrap_servers()).expect("the mock's servers")
}

/// The real Kafka, or `None` after saying why the test does not run.
pub(crate) fn real(test: &str) -> Option<ClientSettings> {
    let servers = std::env::var(SERVERS_VARIABLE).ok().filter(|servers| !servers.is_empty());
    if servers.is_none() {
        eprintln!("skipped {test}: {SERVERS_VARIABLE} is not set, and this needs a real Kafka");
    }
    servers.map(|servers| ClientSettings::parse(&servers).expect("servers from the environment"))
}

/// A topic name that no other test uses.
pub(crate) fn unique_topic(prefix: &str) -> String {
    format!("{prefix}-{}", Uuid::now_v7().simple())
}

/// One record read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) partition: i32,
    pub(crate) key: Option<Vec<u8>>,
    pub(crate) value: Option<Vec<u8>>,
    pub(crate) headers: Vec<(String, Option<Vec<u8>>)>,
}

/// Reads `count` records of a topic from its beginning, partition by partition in offset order, with a client of its own.
pub(crate) fn read_back(settings: &ClientSettings, topic: &str, partitions: i32, count: usize) -> Vec<Read> {
    let servers = settings.servers().collect::<Vec<_>>().join(",");
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", servers)
        .set("group.id", "read-back")
        .set("enable.auto.commit", "false")
        .create()
        .expect("a consumer");
    let mut assignment = TopicPartitionList::new();
    for partition in 0..partitions {
        assignment.add_partition_offset(topic, partition, Offset::Beginning).expect("an offset");
    }
    consumer.assign(&assignment).expect("an assignment");
    let mut records = Vec::new();
    let deadline = std::time::Instant::now() + Duration::from_secs(30);
    while records.len() < count && std::time::Instant::now() < deadline {
        let Some(Ok(message)) = consumer.poll(Duration::from_millis(200)) else { continue };
        let headers = message.headers().map_or_else(Vec::new, |headers| {
            headers.iter().map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec))).collect()
        });
        records.push(Read {
            partition: message.partition(),
            key: message.key().map(<[u8]>::to_vec),
            value: message.payload().map(<[u8]>::to_vec),
            headers,
        });
    }
    records
}
