//! What a draft would write to Kafka, made by the engine from sampled documents. Nothing is written to see it.

use serde::{Deserialize, Serialize};

use super::topic::Payload;

/// The records that would come out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// One row a record.
    pub rows: Vec<OutcomeRow>,
    /// Documents that were sampled.
    pub sampled: u32,
    /// Collections that were left out because there are many.
    pub omitted_collections: u32,
    /// The configuration has stages, which the made-up updates and deletes did not go through.
    pub has_unapplied_stages: bool,
    /// Why it cannot be shown at all; a stable word, may be empty.
    pub obstacle: String,
    /// The facts behind the obstacle, free of secrets; may be empty.
    pub obstacle_detail: String,
}

/// Where an outcome row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OutcomeOrigin {
    /// A document that exists, as it would be copied or inserted.
    Document,
    /// The same document, as if it had been updated.
    Update,
    /// The same document, as if it had been deleted.
    Delete,
}

/// One event and the record it becomes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeRow {
    /// `database.collection`.
    pub namespace: String,
    /// What kind of event it is.
    pub origin: OutcomeOrigin,
    /// The record; `None` when the event makes none.
    pub record: Option<OutcomeRecord>,
    /// Why there is no record, in the engine's words; may be empty.
    pub reason: String,
}

/// A record that would be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeRecord {
    /// Topic.
    pub topic: String,
    /// Partitions of the topic, if it exists; otherwise how many it would get, where that is known.
    pub partitions: Option<u32>,
    /// The topic exists already.
    pub topic_exists: Option<bool>,
    /// Key.
    pub key: Payload,
    /// Value.
    pub value: Payload,
    /// Headers, name and value.
    pub headers: Vec<(String, Payload)>,
    /// Key, value and headers together.
    pub size_bytes: u64,
}
