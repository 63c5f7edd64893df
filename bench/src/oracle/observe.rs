//! One case: its database, one worker's turn on it, and what the worker wrote.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bson::{Document, Timestamp, doc};
use mongodb::{Client, Database};
use serde_json::Value;

use super::case::{self, Case};
use super::compare::{self, Order};
use super::{Oracle, Outcome, Topics, workload};
use crate::connect::{Config, Connect};
use crate::topic::{Ends, Kafka, Record};

const RUN_LIMIT: Duration = Duration::from_secs(120);
const LOOK_INTERVAL: Duration = Duration::from_millis(100);
/// A worker that copies first watches only from a later moment on, so another sentinel is sent after so many looks.
const LOOKS_BETWEEN_SENTINELS: u32 = 10;
/// The first worker's copy is taken for finished when nothing has come for so long after a later change arrived.
const QUIET: Duration = Duration::from_millis(1500);
/// What every sentinel's id begins with; records that have it are no part of a comparison.
pub(super) const SENTINEL: &str = "oracle-sentinel-";

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Stream,
    Copy,
}

impl Phase {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Stream => "stream",
            Self::Copy => "copy",
        }
    }
}

/// Where topics ended.
pub(super) type Mark = BTreeMap<String, Ends>;

pub(super) struct CaseRun<'a> {
    oracle: &'a Oracle,
    case: &'a Case,
    ground: Ground<'a>,
    /// Before the first of the changes.
    started_at: Timestamp,
}

/// A database, and the topics whose names have its word in them and begin with the prefix.
#[derive(Clone)]
pub(super) struct Ground<'a> {
    kafka: &'a Kafka,
    pub(super) database: Database,
    pub(super) word: String,
    prefix: String,
}

impl<'a> CaseRun<'a> {
    pub(super) async fn prepare(oracle: &'a Oracle, client: &Client, kafka: &'a Kafka, case: &'a Case) -> Result<Self> {
        let ground = Ground::new(client, kafka, case.name);
        let started_at = cluster_time(client).await?;
        workload::perform(&ground.database, oracle.seed).await.context("Cannot prepare the database")?;
        Ok(Self { oracle, case, ground, started_at })
    }

    pub(super) async fn compare(&self, phase: Phase) -> Result<Outcome> {
        let theirs = self.observe(&self.oracle.official, "official", phase, None).await?;
        let mut ours = self.observe(&self.oracle.ours, "ours", phase, Some(&theirs)).await?;
        if self.oracle.plants_a_difference {
            plant_difference(&mut ours);
        }
        let order = if phase == Phase::Stream { Order::Matters } else { Order::IsFree };
        Ok(compare::topics(&theirs, &ours, order))
    }

    /// Lets one worker do the work and returns what it wrote. `expected` is what the one before it wrote.
    async fn observe(&self, connect: &Connect, who: &str, phase: Phase, expected: Option<&Topics>) -> Result<Topics> {
        let before = self.ground.mark().await?;
        let name = format!("oracle-{}-{}-{}-{who}", self.case.name, self.ground.word, phase.name());
        connect.create(&name, &self.config(phase)).await.with_context(|| who.to_owned())?;
        let finished = self.ground.wait_until_done(&before, self.case.sentinels, expected).await;
        let deleted = connect.delete(&name).await;
        finished.with_context(|| who.to_owned())?;
        deleted.with_context(|| who.to_owned())?;
        self.ground.records(&before).await
    }

    fn config(&self, phase: Phase) -> Config {
        let database = self.ground.database.name();
        let mut config = case::base(&self.oracle.services.mongodb_uri, database);
        config.extend(startup(phase, self.started_at));
        config.extend(self.case.properties(database));
        config
    }

    pub(super) async fn clean_up(&self) -> Result<()> {
        self.ground.clean_up().await
    }
}

impl<'a> Ground<'a> {
    pub(super) fn new(client: &Client, kafka: &'a Kafka, name: &str) -> Self {
        let word = format!("{:08x}", rand::random::<u32>());
        Self { kafka, database: client.database(&format!("oracle_{name}_{word}")), word, prefix: String::new() }
    }

    /// The same, with only the topics that begin so.
    pub(super) fn narrowed(&self, prefix: &str) -> Self {
        Self { prefix: prefix.to_owned(), ..self.clone() }
    }

    pub(super) async fn mark(&self) -> Result<Mark> {
        let mut mark = Mark::new();
        let is_ours = |topic: &String| topic.contains(&self.word) && topic.starts_with(&self.prefix);
        for topic in self.kafka.topics().await?.into_keys().filter(is_ours) {
            let ends = self.kafka.ends(&topic).await?;
            mark.insert(topic, ends);
        }
        Ok(mark)
    }

    /// Every record since the mark, sentinels excepted; topics without any are left out.
    pub(super) async fn records(&self, since: &Mark) -> Result<Topics> {
        let mut topics = self.all_records(since).await?;
        for records in topics.values_mut() {
            records.retain(|record| !has_text(record, SENTINEL));
        }
        topics.retain(|_, records| !records.is_empty());
        Ok(topics)
    }

    async fn all_records(&self, since: &Mark) -> Result<Topics> {
        let none = Ends::new();
        let mut topics = Topics::new();
        for topic in self.mark().await?.into_keys() {
            let records = self.kafka.read_after(&topic, since.get(&topic).unwrap_or(&none)).await?;
            topics.insert(topic, records);
        }
        Ok(topics)
    }

    /// Waits until a change that is made now has arrived, and with it all that is expected, or, when nothing is, all that
    /// comes without a pause.
    pub(super) async fn wait_until_done(&self, since: &Mark, sentinels: &str, expected: Option<&Topics>) -> Result<()> {
        let deadline = Instant::now() + RUN_LIMIT;
        let mut sent = Vec::new();
        let mut last_mark = since.clone();
        let mut changed_at = Instant::now();
        let mut has_arrived = false;
        let mut is_complete = false;
        for look in 0_u32.. {
            if !has_arrived && look % LOOKS_BETWEEN_SENTINELS == 0 {
                sent.push(self.send_sentinel(sentinels).await?);
            }
            let mark = self.mark().await?;
            if mark != last_mark {
                last_mark = mark;
                changed_at = Instant::now();
                let records = self.all_records(since).await?;
                has_arrived |= sent.iter().any(|text| records.values().flatten().any(|record| has_text(record, text)));
                is_complete = expected.is_some_and(|expected| has_all(&records, expected));
            }
            let is_quiet = expected.is_none() && changed_at.elapsed() >= QUIET;
            if has_arrived && (is_complete || is_quiet) {
                return Ok(());
            }
            if Instant::now() >= deadline {
                bail!("Not done within {} s: {}", RUN_LIMIT.as_secs(), self.progress(since, expected).await?);
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
        Ok(())
    }

    async fn progress(&self, since: &Mark, expected: Option<&Topics>) -> Result<String> {
        let counts: Vec<String> = self
            .records(since)
            .await?
            .iter()
            .map(|(topic, records)| {
                let wanted = expected.and_then(|expected| expected.get(topic)).map_or(0, Vec::len);
                format!("{topic} has {} records of {wanted}", records.len())
            })
            .collect();
        Ok(if counts.is_empty() { "no records at all".to_owned() } else { counts.join(", ") })
    }

    /// Inserts a document that every case lets through; returns its id.
    async fn send_sentinel(&self, collection: &str) -> Result<String> {
        let id = format!("{SENTINEL}{:016x}", rand::random::<u64>());
        let sentinel = doc! { "_id": &id, "keep": true };
        self.database.collection::<Document>(collection).insert_one(sentinel).await.context("Cannot insert")?;
        Ok(id)
    }

    /// The same, deleted at once: what only lets deletes through sees it too, and no copy ever does.
    pub(super) async fn send_passing_sentinel(&self, collection: &str) -> Result<()> {
        let id = self.send_sentinel(collection).await?;
        let sentinels = self.database.collection::<Document>(collection);
        sentinels.delete_one(doc! { "_id": id }).await.context("Cannot delete").map(drop)
    }

    pub(super) async fn clean_up(&self) -> Result<()> {
        let topics = self.mark().await?;
        self.kafka.delete(&topics.keys().map(String::as_str).collect::<Vec<_>>()).await?;
        self.database.drop().await.context("Cannot drop the case's database")
    }
}

/// The properties that make a connector do what the phase is about.
pub(super) fn startup(phase: Phase, started_at: Timestamp) -> Config {
    let Timestamp { time, increment } = started_at;
    let properties = match phase {
        Phase::Copy => vec![("startup.mode", "copy_existing".to_owned())],
        Phase::Stream => vec![
            ("startup.mode", "timestamp".to_owned()),
            (
                "startup.mode.timestamp.start.at.operation.time",
                format!("{{\"$timestamp\": {{\"t\": {time}, \"i\": {increment}}}}}"),
            ),
        ],
    };
    properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn has_all(records: &Topics, expected: &Topics) -> bool {
    let count = |records: &[Record]| records.iter().filter(|record| !has_text(record, SENTINEL)).count();
    expected.iter().all(|(topic, wanted)| records.get(topic).is_some_and(|records| count(records) >= wanted.len()))
}

/// Whether text is in a record's key or value, whatever the format: as it is, or in what `JsonConverter` makes of bytes.
pub(super) fn has_text(record: &Record, text: &str) -> bool {
    let holds = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    [&record.key, &record.value]
        .into_iter()
        .flatten()
        .any(|bytes| holds(bytes) || payload(bytes).is_some_and(|bytes| holds(&bytes)))
}

/// The bytes in the envelope of a converter that writes schemas, or in its text alone.
fn payload(json: &[u8]) -> Option<Vec<u8>> {
    if !json.starts_with(b"\"") && !json.starts_with(b"{\"schema\"") {
        return None;
    }
    let value: Value = serde_json::from_slice(json).ok()?;
    let text = value.get("payload").unwrap_or(&value).as_str()?;
    BASE64.decode(text).ok()
}

/// The time MongoDB gives to what happens now.
pub(super) async fn cluster_time(client: &Client) -> Result<Timestamp> {
    let reply = client.database("admin").run_command(doc! { "ping": 1 }).await.context("MongoDB does not answer")?;
    reply.get_timestamp("operationTime").context("MongoDB is no replica set: it tells no operation time")
}

pub(super) fn plant_difference(topics: &mut Topics) {
    let last = topics.values_mut().flatten().next_back();
    if let Some(byte) = last.and_then(|record| record.value.as_mut()?.last_mut()) {
        *byte ^= 1;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(value: Vec<u8>) -> Record {
        let topic = "t".to_owned();
        Record { topic, partition: 0, offset: 0, key: None, value: Some(value), headers: Vec::new() }
    }

    #[test]
    fn a_sentinel_is_seen_in_plain_bytes_in_bson_and_in_base64_with_and_without_an_envelope() {
        let id = format!("{SENTINEL}1");
        let bson = bson::serialize_to_vec(&doc! { "_id": &id }).unwrap_or_default();
        let text = BASE64.encode(&bson);
        let values = [
            id.clone().into_bytes(),
            bson,
            json!(text).to_string().into_bytes(),
            json!({ "schema": { "type": "bytes" }, "payload": text }).to_string().into_bytes(),
        ];

        for value in values {
            let record = record(value);
            assert!(has_text(&record, SENTINEL), "{record:?}");
        }
        assert!(!has_text(&record(b"\"b3JhY2xl\"".to_vec()), SENTINEL));
    }
}
