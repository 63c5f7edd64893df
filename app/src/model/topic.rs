//! Topics and their records as a reader looks at them. Offsets and counts are exact; payloads are text with a length.

use serde::{Deserialize, Serialize};

use crate::error::AppError;

/// One page of topics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicList {
    /// In order of name.
    pub rows: Vec<TopicRow>,
    /// How many match the search, over all pages.
    pub matching: u64,
    /// This page, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub page_count: u32,
}

/// A topic in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TopicRow {
    /// Its name.
    pub name: String,
    /// How many partitions it has.
    pub partitions: u32,
    /// Offsets between first and next, summed: an upper bound of its records.
    pub records: Option<u64>,
    /// The connectors that write to it.
    pub connectors: Vec<String>,
}

/// What a topic list is asked for; all of it is in the page's URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TopicListQuery {
    /// Part of a name, or empty.
    pub search: String,
    /// Show Kafka's own topics (`__…`) too.
    pub with_internal: bool,
    /// From 1; 0 means 1.
    pub page: u32,
}

/// Where reading begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadFrom {
    /// The newest records, newest first.
    #[default]
    Newest,
    /// The oldest records that are still there.
    Beginning,
    /// An offset of one partition.
    Offset(i64),
    /// The first records at or after a moment.
    Time(i64),
    /// Whatever arrives from now on.
    Live,
}

/// Records of a page when nothing is said.
pub const USUAL_LIMIT: u32 = 50;

/// A page of a reading that is not its first. The text says how far each partition has been read; it is the server's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// Records that are older.
    Before(String),
    /// Records that are newer.
    After(String),
}

/// A way of reading bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decoder {
    /// The first that fits: JSON, BSON, text, hexadecimal.
    #[default]
    Auto,
    /// JSON text.
    Json,
    /// One BSON document.
    Bson,
    /// UTF-8 text.
    Text,
    /// Hexadecimal digits.
    Hex,
    /// Base64.
    Base64,
}

impl Decoder {
    /// All, in the order of choices.
    pub const ALL: [Self; 6] = [Self::Auto, Self::Json, Self::Bson, Self::Text, Self::Hex, Self::Base64];

    /// The word for it in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Json => "json",
            Self::Bson => "bson",
            Self::Text => "text",
            Self::Hex => "hex",
            Self::Base64 => "base64",
        }
    }

    /// Reads what [`Decoder::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decoder| decoder.code() == code)
    }
}

/// How keys and values are read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decoders {
    /// Keys.
    pub key: Decoder,
    /// Values, and headers.
    pub value: Decoder,
}

/// What records are asked for; all of it is in the page's URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecordQuery {
    /// Where reading begins; the newest are read backwards and shown newest first, everything else oldest first.
    pub from: ReadFrom,
    /// Which page of it; `None` is the first.
    pub turn: Option<Turn>,
    /// Only this partition.
    pub partition: Option<i32>,
    /// How many at most; 0 means the usual number.
    pub limit: u32,
    /// How bytes are read.
    pub decoders: Decoders,
}

/// Records of a topic, and what surrounds them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordPage {
    /// The topic.
    pub topic: String,
    /// What was asked.
    pub query: RecordQuery,
    /// Its partitions.
    pub partitions: Vec<PartitionRow>,
    /// The records, in the order of the query.
    pub rows: Vec<RecordRow>,
    /// The turn to older records; `None` when there are none.
    pub older: Option<String>,
    /// The turn to newer records; `None` when there were none when this was read.
    pub newer: Option<String>,
    /// All that was asked for was found; `false` when time ran out first.
    pub is_complete: bool,
    /// The start that was asked for no longer exists, and reading began at the oldest record that does.
    pub is_start_expired: bool,
    /// Records that were looked at.
    pub scanned: u64,
    /// The connectors that write to it.
    pub connectors: Vec<String>,
    /// How long reading took.
    pub elapsed_ms: u64,
    /// When this was true.
    pub as_of_ms: i64,
}

/// One partition's extent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionRow {
    /// Its number.
    pub number: i32,
    /// Offset of the oldest record that is still there.
    pub first: i64,
    /// Offset that the next record will get.
    pub next: i64,
}

/// A record's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordPlace {
    /// Partition.
    pub partition: i32,
    /// Offset.
    pub offset: i64,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordRow {
    /// Where it is.
    pub place: RecordPlace,
    /// Its timestamp, where it has one.
    pub timestamp_ms: Option<i64>,
    /// The broker set the timestamp when it stored the record, not the producer.
    pub is_broker_time: bool,
    /// Key.
    pub key: Payload,
    /// Value; [`Encoding::Null`] is a tombstone.
    pub value: Payload,
    /// Headers in order, as many as are kept.
    pub headers: Vec<HeaderRow>,
    /// Headers beyond those.
    pub omitted_headers: u64,
}

/// A record's header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderRow {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Payload,
}

/// What bytes turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    /// Kafka's null.
    Null,
    /// JSON text.
    Json,
    /// A BSON document, written here as canonical extended JSON.
    Bson,
    /// UTF-8 text that is no JSON.
    Text,
    /// Anything else, written here in hexadecimal.
    Hex,
    /// Anything else, written here in base64.
    Base64,
}

/// Bytes of a record as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// What the bytes are.
    pub encoding: Encoding,
    /// The text, cut off after a limit.
    pub text: String,
    /// Length of the original bytes.
    pub size_bytes: u64,
    /// The text is cut off: the whole is to be had on demand.
    pub is_cut: bool,
    /// Decoders that were tried and did not fit, in order.
    #[serde(default)]
    pub refusals: Vec<Refusal>,
}

/// A decoder that did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Which.
    pub decoder: Decoder,
    /// Why.
    pub reason: RefusalReason,
}

/// Why a decoder did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefusalReason {
    /// Not UTF-8 from this byte on, counted from 0.
    NotUtf8(u64),
    /// Holds control characters, so it is hardly text.
    ControlCharacters,
    /// Not JSON from this line and column on, counted from 1.
    NotJson(u64, u64),
    /// Not one BSON document.
    NotBson,
    /// Only a part of the bytes is here, and this decoder needs all.
    Incomplete,
}

impl Payload {
    /// Kafka's null.
    pub fn null() -> Self {
        Self { encoding: Encoding::Null, text: String::new(), size_bytes: 0, is_cut: false, refusals: Vec::new() }
    }
}

/// What a live tail tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TailEvent {
    /// Reading stands at the end: whatever is written from now on is shown or counted.
    Started,
    /// Records that have arrived, oldest first.
    Records(Vec<RecordRow>),
    /// So many were left out since the tail began, because they came faster than they can be shown.
    Dropped(u64),
    /// Kafka does not answer; the tail goes on by itself.
    Interrupted,
    /// Kafka answers again.
    Resumed,
    /// The tail is over.
    Ended(AppError),
}
