//! The benchmark: the official connector and ours on the same work, one after the other on the same machine in one run.
//!
//! Both are driven through the Kafka Connect API by the same code, and warmed up first: a cold JVM is half as fast. Figures of
//! different runs do not compare; the ratio within a run does.

mod latency;
mod report;
mod throughput;
mod usage;

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use bson::{Document, doc};
use mongodb::{Client, Database};

use crate::clinic;
use crate::connect::{Config, Connect};
use crate::services::Services;
use crate::topic::Kafka;

use latency::Latency;
use throughput::Throughput;

/// A document's size in BSON, about.
const DOCUMENT_BYTES: usize = 1024;

/// How much to do.
pub struct Measure {
    pub services: Services,
    pub official: Worker,
    pub ours: Worker,
    pub copied: i32,
    pub streamed: i32,
    /// Inserts per second while latency is measured, and for how long.
    pub insert_rate: u32,
    pub latency_s: u32,
    /// Where the figures go as JSON.
    pub json: Option<PathBuf>,
}

/// A worker and its process.
pub struct Worker {
    pub connect: Connect,
    pub pid: u32,
}

/// What one worker achieved.
struct Figures {
    copy: Throughput,
    stream: Throughput,
    latency: Latency,
}

/// Measures both and prints the figures.
pub async fn run(measure: &Measure) -> Result<()> {
    let client = measure.services.mongodb().await?;
    let kafka = measure.services.kafka()?;
    let ground = Ground::prepare(measure, &client, &kafka).await?;
    let official = ground.measure("official", &measure.official).await.context("official")?;
    let ours = ground.measure("naru", &measure.ours).await.context("naru")?;
    ground.database.drop().await.context("Cannot drop the benchmark's database")?;
    report::print(measure, &official, &ours)
}

/// The data everybody works on.
struct Ground<'a> {
    measure: &'a Measure,
    kafka: &'a Kafka,
    database: Database,
    /// Before the inserts that are streamed.
    before_stream: (u32, u32),
}

impl<'a> Ground<'a> {
    async fn prepare(measure: &'a Measure, client: &Client, kafka: &'a Kafka) -> Result<Self> {
        let database = client.database(&format!("bench_{:08x}", rand::random::<u32>()));
        println!("Inserting {} documents to copy and {} to stream", measure.copied, measure.streamed);
        fill(&database, "copied", measure.copied).await?;
        let reply =
            client.database("admin").run_command(doc! { "ping": 1 }).await.context("MongoDB does not answer")?;
        let time = reply.get_timestamp("operationTime").context("MongoDB is no replica set")?;
        fill(&database, "streamed", measure.streamed).await?;
        Ok(Self { measure, kafka, database, before_stream: (time.time, time.increment) })
    }

    async fn measure(&self, who: &str, worker: &Worker) -> Result<Figures> {
        println!("{who}: warming up");
        self.copy(&format!("{who}-warm"), worker).await?;
        self.stream(&format!("{who}-warm"), worker).await?;
        println!("{who}: measuring the copy");
        let copy = self.copy(who, worker).await?;
        println!("{who}: measuring the stream");
        let stream = self.stream(who, worker).await?;
        println!("{who}: measuring latency");
        let latency = self.latency(who, worker).await?;
        Ok(Figures { copy, stream, latency })
    }

    async fn copy(&self, who: &str, worker: &Worker) -> Result<Throughput> {
        let mut config = self.config(who, "copied");
        config.insert("startup.mode".to_owned(), "copy_existing".to_owned());
        self.throughput(&format!("{who}-copy"), worker, &config, self.measure.copied).await
    }

    /// Drains a backlog: what was inserted before anybody watched.
    async fn stream(&self, who: &str, worker: &Worker) -> Result<Throughput> {
        let mut config = self.config(who, "streamed");
        config.insert("startup.mode".to_owned(), "timestamp".to_owned());
        let (time, increment) = self.before_stream;
        let start = format!("{{\"$timestamp\": {{\"t\": {time}, \"i\": {increment}}}}}");
        config.insert("startup.mode.timestamp.start.at.operation.time".to_owned(), start);
        self.throughput(&format!("{who}-stream"), worker, &config, self.measure.streamed).await
    }

    async fn throughput(&self, name: &str, worker: &Worker, config: &Config, count: i32) -> Result<Throughput> {
        let topic = self.topic(config);
        let name = format!("bench-{name}-{:06x}", rand::random::<u32>());
        let measured = throughput::measure(self.kafka, worker, &name, config, &topic, i64::from(count)).await;
        worker.connect.delete(&name).await?;
        self.kafka.delete(&[&topic]).await?;
        measured
    }

    async fn latency(&self, who: &str, worker: &Worker) -> Result<Latency> {
        let config = self.config(who, "timed");
        let topic = self.topic(&config);
        let name = format!("bench-{who}-latency-{:06x}", rand::random::<u32>());
        worker.connect.create(&name, &config).await?;
        let collection = self.database.collection("timed");
        let count = self.measure.insert_rate * self.measure.latency_s;
        let measured = latency::measure(self.kafka, &collection, &topic, self.measure.insert_rate, count).await;
        worker.connect.delete(&name).await?;
        self.kafka.delete(&[&topic]).await?;
        collection.drop().await.context("Cannot drop the timed documents")?;
        measured
    }

    /// A topic of its own for each measurement, so that each begins empty.
    fn config(&self, who: &str, collection: &str) -> Config {
        let prefix = format!("{who}-{:06x}", rand::random::<u32>() & 0xff_ffff);
        let properties = [
            ("connection.uri", self.measure.services.mongodb_uri.as_str()),
            ("database", self.database.name()),
            ("collection", collection),
            ("topic.prefix", &prefix),
            ("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
            ("value.converter", "org.apache.kafka.connect.storage.StringConverter"),
        ];
        properties.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    fn topic(&self, config: &Config) -> String {
        let part = |name: &str| config.get(name).map(String::as_str).unwrap_or_default();
        format!("{}.{}.{}", part("topic.prefix"), part("database"), part("collection"))
    }
}

async fn fill(database: &Database, name: &str, count: i32) -> Result<()> {
    let collection = database.collection::<Document>(name);
    for start in (0..count).step_by(5_000) {
        let documents: Vec<Document> = (start..count.min(start + 5_000)).map(document).collect();
        clinic::insert(&collection, &documents).await?;
    }
    Ok(())
}

/// An order of about a kilobyte: a few fields of the usual types, and text.
fn document(number: i32) -> Document {
    let mut document = doc! {
        "_id": number,
        "customer": format!("customer-{:05}", number % 10_000),
        "amount": f64::from(number) / 8.0,
        "quantity": number % 7,
        "serial": 9_007_199_254_740_993_i64 + i64::from(number),
        "at": bson::DateTime::from_millis(1_700_000_000_000 + i64::from(number)),
        "paid": number % 3 == 0,
        "address": { "city": "서울", "street": "Mapo-daero", "floor": number % 20 },
        "tags": ["new", "import", "나루"],
    };
    let length = bson::serialize_to_vec(&document).map_or(0, |bytes| bytes.len());
    document.insert(
        "text",
        "lorem ipsum dolor ".chars().cycle().take(DOCUMENT_BYTES.saturating_sub(length + 12)).collect::<String>(),
    );
    document
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_document_has_a_kilobyte() {
        let length = bson::serialize_to_vec(&document(4711)).unwrap().len();

        assert!(length.abs_diff(DOCUMENT_BYTES) < 8, "{length}");
    }
}
