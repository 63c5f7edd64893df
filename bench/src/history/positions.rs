//! Positions, watched while they move: none may ever be ahead of the topic.
//!
//! A position that covers an event which is not in the topic yet is a loss that waits for a crash; it need not come, so it is
//! looked for directly. Each sample is the position as the API tells it, and where the topic ended *after* that was asked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;

use crate::connect::Connect;
use crate::topic::Kafka;

const PAUSE: Duration = Duration::from_millis(100);

/// A position that was told when the topic ended at `end`, or earlier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sample {
    pub(crate) token: String,
    pub(crate) end: i64,
}

/// Takes samples until it is told to stop.
pub(crate) struct Watch {
    connect: Connect,
    kafka: Kafka,
    connector: String,
    topic: String,
    is_over: AtomicBool,
    samples: Mutex<Vec<Sample>>,
}

impl Watch {
    pub(crate) fn new(connect: Connect, kafka: Kafka, connector: &str, topic: &str) -> Arc<Self> {
        let (is_over, samples) = (AtomicBool::new(false), Mutex::new(Vec::new()));
        Arc::new(Self { connect, kafka, connector: connector.to_owned(), topic: topic.to_owned(), is_over, samples })
    }

    /// Runs until [`Self::stop`]. A server that is dead just now has nothing to tell.
    pub(crate) async fn run(self: Arc<Self>) {
        while !self.is_over.load(Ordering::Relaxed) {
            if let Ok(Some(sample)) = self.sample().await {
                let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
                if samples.last() != Some(&sample) {
                    samples.push(sample);
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub(crate) fn stop(&self) -> Vec<Sample> {
        self.is_over.store(true, Ordering::Relaxed);
        self.samples.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn sample(&self) -> Result<Option<Sample>> {
        let answer = self.connect.offsets(&self.connector).await?;
        let Some(token) = token_of(&answer.body["offsets"][0]["offset"]) else { return Ok(None) };
        let end = self.kafka.ends(&self.topic).await?.values().sum();
        Ok(Some(Sample { token, end }))
    }
}

/// The token of an offset in the official connector's form. While a copy runs the stream's token covers nothing of the topic.
pub(crate) fn token_of(offset: &Value) -> Option<String> {
    if !offset["copy"].is_null() {
        return None;
    }
    let token: Value = serde_json::from_str(offset["_id"].as_str()?).ok()?;
    token["_data"].as_str().map(str::to_owned)
}

/// The samples that covered an event which was not in the topic: each as a sentence. `events` are tokens with the offset at which
/// each came first.
pub(crate) fn ahead_of_topic(samples: &[Sample], events: &[(String, i64)]) -> Vec<String> {
    let mut by_token: Vec<&(String, i64)> = events.iter().collect();
    by_token.sort();
    // For each event the largest offset of all up to it.
    let mut latest = Vec::with_capacity(by_token.len());
    for (_, offset) in &by_token {
        latest.push(latest.last().copied().unwrap_or(i64::MIN).max(*offset));
    }
    let needed = |sample: &Sample| {
        let covered = by_token.partition_point(|(token, _)| *token <= sample.token);
        covered.checked_sub(1).map_or(i64::MIN, |last| latest[last])
    };
    samples
        .iter()
        .filter(|sample| needed(sample) >= sample.end)
        .map(|sample| {
            format!("{} covered offset {} when the topic ended at {}", sample.token, needed(sample), sample.end)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sample(token: &str, end: i64) -> Sample {
        Sample { token: token.to_owned(), end }
    }

    #[test]
    fn a_position_ahead_of_the_topic_is_found_and_one_behind_it_is_none() {
        let events = [("820001".to_owned(), 10), ("820002".to_owned(), 11), ("820003".to_owned(), 12)];
        let samples = [sample("820000", 0), sample("820001", 11), sample("820002", 12), sample("820003", 12)];

        let ahead = ahead_of_topic(&samples, &events);

        assert_eq!(ahead, ["820003 covered offset 12 when the topic ended at 12"]);
    }

    #[test]
    fn a_token_is_read_from_the_official_form_unless_a_copy_runs() {
        let offset = json!({ "_id": r#"{"_data": "8201"}"# });
        let copying = json!({ "_id": r#"{"_data": "8201"}"#, "copy": "true" });

        assert_eq!(token_of(&offset).as_deref(), Some("8201"));
        assert_eq!(token_of(&copying), None);
    }
}
