//! Records and position are one transaction: what a consumer with `isolation.level=read_committed` sees, through kills and frozen
//! owners, and what stands in the offsets topic.

mod kills;
mod owners;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::message::Message as _;
use rdkafka::{Offset, TopicPartitionList};
use serde_json::Value;

use crate::support::mongo::MongoDatabase;
use crate::support::{eventually, unique};

/// Long enough for a slow machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(60);

/// A committed record.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Committed {
    key: String,
    value: Option<String>,
}

impl Committed {
    fn json(&self) -> Value {
        serde_json::from_str(self.value.as_deref().expect("a value")).expect("JSON")
    }

    /// What tells one event from all others: its resume token, or the copied document's `_id`.
    fn event(&self) -> String {
        self.json()["_id"].to_string()
    }
}

/// What a consumer sees that reads only what is committed, from the beginning to the end of every partition.
async fn read_committed(topic: &str) -> Vec<Committed> {
    let topic = topic.to_owned();
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let _ = sender.send(consume(&topic));
    });
    receiver.await.expect("no panic")
}

fn consume(topic: &str) -> Vec<Committed> {
    let servers = std::env::var("NARU_KAFKA_BOOTSTRAP_SERVERS").expect("the Kafka of the tests");
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", servers)
        .set("group.id", "tests")
        .set("enable.auto.commit", "false")
        .set("allow.auto.create.topics", "false")
        .set("enable.partition.eof", "true")
        .set("isolation.level", "read_committed")
        .create()
        .expect("a consumer");
    let metadata = consumer.fetch_metadata(None, PATIENCE).expect("metadata");
    let Some(found) = metadata.topics().iter().find(|found| found.name() == topic) else { return Vec::new() };
    let mut assignment = TopicPartitionList::new();
    for partition in found.partitions() {
        assignment.add_partition_offset(topic, partition.id(), Offset::Beginning).expect("an offset");
    }
    consumer.assign(&assignment).expect("an assignment");
    let (mut open, mut records, began) = (found.partitions().len(), Vec::new(), Instant::now());
    while open > 0 {
        assert!(began.elapsed() < PATIENCE, "the end of {topic} is not reached");
        match consumer.poll(Duration::from_millis(200)) {
            Some(Ok(message)) => {
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                let key = message.key().map(text).unwrap_or_default();
                records.push(Committed { key, value: message.payload().map(text) });
            }
            Some(Err(KafkaError::PartitionEOF(_))) => open -= 1,
            Some(Err(_)) | None => {}
        }
    }
    records
}

/// Events that were seen more than once.
fn repeated(records: &[Committed]) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for record in records {
        *counts.entry(record.event()).or_default() += 1;
    }
    counts.into_iter().filter(|(_, count)| *count > 1).map(|(event, _)| event).collect()
}

/// The configuration of an exactly-once source on the whole database, with a topic of positions of the test's own.
fn source(mongo: &MongoDatabase, more: &[(&str, &str)]) -> (Value, String) {
    let offsets_topic = unique("offsets");
    let mut config = mongo.source_of_all(&[
        ("exactly.once.support", "required"),
        ("offsets.storage.topic", &offsets_topic),
        ("transaction.boundary", "interval"),
        ("transaction.boundary.interval.ms", "50"),
    ]);
    for (name, value) in more {
        config[*name] = Value::from(*value);
    }
    (config, offsets_topic)
}

/// Waits until the topic holds so many committed records, and returns them.
async fn arrived(topic: &str, count: usize) -> Vec<Committed> {
    eventually(PATIENCE, || async {
        let records = read_committed(topic).await;
        if records.len() >= count { Ok(records) } else { Err(format!("{} of {count}", records.len())) }
    })
    .await
}
