//! The crash test: Naru is killed again and again while it copies and follows a collection that changes, and nothing may be lost.
//!
//! What is demanded of the topic afterwards is what [`crate::history`] demands.
//!
//! Reads are slowed down meanwhile ([`brake`]): unhindered, the copy of 20,000 documents is over before anybody can kill it.
//!
//! Duplicates are allowed, counted and printed: delivery is at least once.

mod brake;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use bson::{Document, doc};
use futures::TryStreamExt as _;
use mongodb::Collection;

use crate::clinic;
use crate::connect::{Config, Connect};
use crate::history::verdict::{Delivery, Verdict};
use crate::history::writers::{self, Load, Writers};
use crate::history::{observation, verdict};
use crate::naru::{Naru, NaruOptions};
use crate::services::Services;
use crate::topic::{Ends, Kafka};
use crate::wait::until;

use brake::Brake;

/// A server that was killed is taken over from after its lease has run out.
const PROGRESS_LIMIT: Duration = Duration::from_secs(180);
const COLLECTION: &str = "items";
const LAST: &str = "the-last-one";
/// A server that was killed is missed for as long as its lease lasts, and the changes must go on until the last kill.
const PAUSE: Duration = Duration::from_millis(12);

/// How hard to try.
pub struct Crash {
    pub services: Services,
    pub naru: NaruOptions,
    pub documents: i32,
    /// How many changes are made while documents are copied and followed.
    pub changes: usize,
    pub seed: u64,
}

/// Runs the test and prints what was found.
///
/// # Errors
/// When a change is lost, an order is broken, the topic is not the collection, or naru does not come back.
pub async fn run(crash: &Crash) -> Result<()> {
    let client = crash.services.mongodb().await?;
    let kafka = crash.services.kafka()?;
    let name = format!("crash-{:08x}", rand::random::<u32>());
    println!("seed {}", crash.seed);
    let database = client.database(&name);
    let collection = database.collection::<Document>(COLLECTION);
    clinic::insert(&collection, &(0..crash.documents).map(writers::document).collect::<Vec<_>>()).await?;

    let mut naru = Naru::start(&crash.naru, &crash.services.kafka).await?;
    let connect = naru.connect();
    Brake::apply(&client).await;
    let topic = format!("{name}.{COLLECTION}");
    connect.create(&name, &config(&crash.services.mongodb_uri, &name)).await?;
    let outcome = torment(crash, &mut naru, &kafka, &topic, &collection).await;
    Brake::release(&client).await;
    let verdict = match outcome {
        Ok(verdict) => verdict,
        // Naru may be in no state to delete anything; that must not hide why.
        Err(error) => return Err(error.context(format!("connector {name}"))),
    };
    clean_up(&connect, &kafka, &name, &topic).await?;
    database.drop().await.context("Cannot drop the database")?;
    naru.stop().await?;
    println!("{verdict}");
    verdict.judge()
}

fn config(mongodb_uri: &str, database: &str) -> Config {
    let properties = [
        ("connection.uri", mongodb_uri),
        ("database", database),
        ("collection", COLLECTION),
        ("copy.existing", "true"),
        ("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
        ("value.converter", "org.apache.kafka.connect.storage.StringConverter"),
        ("poll.await.time.ms", "500"),
        // Small replies: there must be something to be killed between.
        ("batch.size", "200"),
    ];
    properties.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// Changes documents and kills the server, then waits for the last change and judges.
async fn torment(
    crash: &Crash,
    naru: &mut Naru,
    kafka: &Kafka,
    topic: &str,
    collection: &Collection<Document>,
) -> Result<Verdict> {
    wait_for_count(kafka, topic, 1).await?;
    let load = Load { documents: crash.documents, changes: crash.changes, pause: PAUSE, seed: crash.seed };
    let writers = Arc::new(Writers::new(collection.clone(), load));
    let writing = tokio::spawn(Arc::clone(&writers).run());
    let mut killed_at = Vec::new();
    let documents = i64::from(crash.documents);
    let changes = i64::try_from(crash.changes)?;
    for wanted in [
        documents / 20,
        documents * 3 / 10,
        documents * 6 / 10,
        documents + changes * 4 / 10,
        documents + changes * 7 / 10,
    ] {
        // It must have done something since it was started: killing one that only waits for its lease proves nothing.
        let progressed = killed_at.last().map_or(0, |count| count + 1);
        let count = wait_for_count(kafka, topic, wanted.max(progressed)).await?;
        naru.kill()?;
        println!("killed with {count} records in the topic and {} changes made", writers.count());
        killed_at.push(count);
        naru.restart().await?;
    }
    writing.await.context("The writers died")??;
    writers.mark(LAST).await?;
    kafka.wait_for_key(topic, LAST, PROGRESS_LIMIT).await?;
    Brake::release(collection.client()).await;

    let records = kafka.read_after(topic, &Ends::new()).await?;
    let observations = observation::of(&records)?;
    let stored: Vec<Document> = collection.find(doc! {}).batch_size(1000).await?.try_collect().await?;
    let in_copy = killed_at.iter().filter(|count| **count < documents).count();
    println!("{in_copy} of {} kills fell into the copy", killed_at.len());
    let delivery = Delivery::AtLeastOnce { fault_count: killed_at.len() };
    Ok(verdict::reach(&observations, &writers.history(), &stored, delivery))
}

/// Waits until the topic has so many records and returns how many it has.
async fn wait_for_count(kafka: &Kafka, topic: &str, wanted: i64) -> Result<i64> {
    until(&format!("{wanted} records in {topic}"), PROGRESS_LIMIT, || async {
        let count = kafka.count_after(topic, &Ends::new()).await?;
        Ok((count >= wanted).then_some(count))
    })
    .await
}

async fn clean_up(connect: &Connect, kafka: &Kafka, name: &str, topic: &str) -> Result<()> {
    connect.delete(name).await?;
    kafka.delete(&[topic]).await
}
