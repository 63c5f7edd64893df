//! How long a change takes from the application that makes it to a consumer of the topic.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use bson::{Document, doc};
use mongodb::Collection;
use rdkafka::Message as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::{Offset, TopicPartitionList};

use crate::topic::Kafka;
use crate::wait::{blocking, until};

const ARRIVAL_LIMIT: Duration = Duration::from_secs(60);

/// Milliseconds from the moment an insert is sent to the moment its record is read.
pub(super) struct Latency {
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    pub(super) max_ms: f64,
}

/// Inserts `count` documents at an even rate and reads them from the topic, both in this process, so on one clock.
pub(super) async fn measure(
    kafka: &Kafka,
    collection: &Collection<Document>,
    topic: &str,
    rate: u32,
    count: u32,
) -> Result<Latency> {
    // The connector watches from now on at the earliest; the first documents only make the topic and warm the path.
    let warm_up = rate.max(1);
    let first = i32::try_from(warm_up)?;
    until("a first record", ARRIVAL_LIMIT, || async {
        let key = format!("warm-{:08x}", rand::random::<u32>());
        collection.insert_one(doc! { "_id": key }).await.context("Cannot insert")?;
        Ok(kafka.topics().await?.contains_key(topic).then_some(()))
    })
    .await?;

    let consumer = kafka.consumer()?;
    let mut assignment = TopicPartitionList::new();
    for partition in kafka.topics().await?.remove(topic).unwrap_or_default() {
        assignment.add_partition_offset(topic, partition, Offset::Beginning)?;
    }
    consumer.assign(&assignment).context("Cannot read the topic")?;
    let last = first + i32::try_from(count)?;
    let arrivals = tokio::spawn(blocking(move || receive(&consumer, last)));

    let mut sent = Vec::new();
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate.max(1));
    for number in 0..last {
        ticks.tick().await;
        let at = Instant::now();
        collection.insert_one(super::document(number)).await.context("Cannot insert")?;
        sent.push(at);
    }
    let arrived = arrivals.await.context("The consumer died")??;
    let mut took_ms: Vec<f64> = sent
        .iter()
        .zip(&arrived)
        .skip(usize::try_from(first)?)
        .map(|(sent, arrived)| arrived.saturating_duration_since(*sent).as_secs_f64() * 1e3)
        .collect();
    took_ms.sort_by(f64::total_cmp);
    Ok(Latency {
        p50_ms: percentile(&took_ms, 50)?,
        p99_ms: percentile(&took_ms, 99)?,
        max_ms: percentile(&took_ms, 100)?,
    })
}

/// When each of the documents arrived, by its number.
fn receive(consumer: &BaseConsumer, count: i32) -> Result<Vec<Instant>> {
    let mut arrived: Vec<Option<Instant>> = vec![None; usize::try_from(count)?];
    let mut missing = arrived.len();
    let mut last_progress = Instant::now();
    while missing > 0 {
        let Some(message) = consumer.poll(Duration::from_millis(100)) else {
            ensure!(last_progress.elapsed() < ARRIVAL_LIMIT, "{missing} documents did not arrive");
            continue;
        };
        let at = Instant::now();
        let message = message.context("Cannot read the topic")?;
        last_progress = at;
        let slot = number(message.key().unwrap_or_default()).and_then(|number| arrived.get_mut(number));
        if let Some(slot) = slot.filter(|slot| slot.is_none()) {
            *slot = Some(at);
            missing -= 1;
        }
    }
    arrived.into_iter().collect::<Option<_>>().context("A document did not arrive")
}

/// The number in a key `{"_id": 4711}`.
fn number(key: &[u8]) -> Option<usize> {
    std::str::from_utf8(key).ok()?.strip_prefix("{\"_id\": ")?.strip_suffix('}')?.parse().ok()
}

/// The smallest value that so many percent do not exceed.
fn percentile(sorted: &[f64], percent: usize) -> Result<f64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    match sorted.get(rank - 1) {
        Some(value) => Ok(*value),
        None => bail!("Nothing was measured"),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn percentiles_are_values_that_occurred() {
        let sorted: Vec<f64> = (1..=200).map(f64::from).collect();

        let of = |percent| percentile(&sorted, percent).unwrap();

        assert_eq!([of(50), of(99), of(100)], [100.0, 198.0, 200.0]);
        assert!(percentile(&[], 50).is_err());
    }

    #[test]
    fn keys_of_other_documents_are_no_numbers() {
        assert_eq!(number(b"{\"_id\": 4711}"), Some(4711));
        assert_eq!(number(b"{\"_id\": \"warm-1\"}"), None);
    }
}
