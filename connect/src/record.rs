//! A record on its way from MongoDB to Kafka: before conversion ([`SourceRecord`]) and after ([`ProducerRecord`]).
//!
//! Made by [`crate::mongo`], turned into bytes by [`crate::convert`], carried by [`crate::pipeline`]. Knows nothing of where
//! it came from beyond its topic, and nothing of librdkafka.

use std::sync::Arc;

use bytes::Bytes;

use crate::schema::{Schema, Value};

/// A key or value as Kafka Connect's data API sees it.
///
/// `output.format.*=json` makes [`Data::Text`] (Connect schema STRING), `bson` makes [`Data::Bytes`] (schema BYTES), `schema`
/// makes [`Data::Structure`]. The first two have no tree, so that most records never pay for one.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Connect schema STRING.
    Text(String),
    /// Connect schema BYTES.
    Bytes(Bytes),
    /// Any Connect schema, and a value of it.
    Structure {
        /// The schema; the same one for every record where it was configured.
        schema: Arc<Schema>,
        /// A value that fits it.
        value: Value,
    },
}

/// One header of a record: the official source writes none; dead letters and options of ours may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Header key as it appears on the wire.
    pub key: String,
    /// Header value; `None` is Kafka's null header.
    pub value: Option<Bytes>,
}

/// A record before conversion. `value: None` is a tombstone.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceRecord {
    /// Target topic, never empty.
    pub topic: Arc<str>,
    /// Record key; the official source always sets one.
    pub key: Option<Data>,
    /// Record value; `None` is a tombstone and must stay one through every converter.
    pub value: Option<Data>,
    /// Headers in order.
    pub headers: Vec<Header>,
}

/// A record as it is handed to the producer. `value: None` is Kafka's null value (a tombstone).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProducerRecord {
    /// Target topic, never empty.
    pub topic: Arc<str>,
    /// Key bytes, from which the partitioner chooses the partition.
    pub key: Option<Bytes>,
    /// Value bytes, or `None` for a tombstone.
    pub value: Option<Bytes>,
    /// Headers in order.
    pub headers: Vec<Header>,
}

impl ProducerRecord {
    /// Bytes of key, value and headers: what the in-flight budget counts.
    pub fn size_bytes(&self) -> usize {
        let headers: usize =
            self.headers.iter().map(|header| header.key.len() + header.value.as_ref().map_or(0, Bytes::len)).sum();
        self.key.as_ref().map_or(0, Bytes::len) + self.value.as_ref().map_or(0, Bytes::len) + headers
    }
}
