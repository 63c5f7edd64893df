//! What a reader gets: records whose bytes have been made readable, with what is needed to judge how.

use serde::Serialize;

use super::error::Error;
use super::request::{Cursor, Decoder};

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page {
    /// The records: newest first when going back, oldest first otherwise.
    pub(crate) records: Vec<Record>,
    /// Every partition of the topic.
    pub(crate) partitions: Vec<PartitionExtent>,
    /// Where to go on in the same direction; `None` when everything there is was given.
    pub(crate) next: Option<Cursor>,
    /// All that was asked for was found; `false` when time ran out first, and `next` goes on looking.
    pub(crate) is_complete: bool,
    /// The start that was asked for no longer exists, and reading began at the oldest record that does.
    pub(crate) is_start_expired: bool,
    /// Records that were looked at.
    pub(crate) scanned_records: u64,
    /// How long reading took.
    pub(crate) elapsed_ms: u64,
}

/// What a partition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct PartitionExtent {
    /// Its number.
    pub(crate) partition: i32,
    /// First offset that still exists.
    pub(crate) first: i64,
    /// One past the last offset a reader may see.
    pub(crate) next: i64,
}

/// A record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Record {
    /// Its partition.
    pub(crate) partition: i32,
    /// Its offset.
    pub(crate) offset: i64,
    /// Its timestamp in ms since the epoch, where it has one.
    pub(crate) timestamp_ms: Option<i64>,
    /// Who set the timestamp.
    pub(crate) timestamp_origin: TimestampOrigin,
    /// Its key.
    pub(crate) key: Field,
    /// Its value; [`Encoding::Null`] is a tombstone.
    pub(crate) value: Field,
    /// Its headers in order, as many as are kept.
    pub(crate) headers: Vec<HeaderField>,
    /// Headers beyond those.
    pub(crate) omitted_headers: usize,
}

/// Who set a timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TimestampOrigin {
    /// Nobody.
    None,
    /// The producer, when it made the record.
    Producer,
    /// The broker, when it stored the record.
    Broker,
}

/// A header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct HeaderField {
    /// Its name.
    pub(crate) name: String,
    /// Its value.
    pub(crate) value: Field,
}

/// Bytes made readable. JSON text is exactly what the bytes were, so numbers are exact; BSON is written as canonical
/// extended JSON, which tells all its types apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Field {
    /// What the text is.
    pub(crate) encoding: Encoding,
    /// The text; empty for null.
    pub(crate) text: String,
    /// Length of the original bytes.
    pub(crate) size_bytes: u64,
    /// The text stands for only the first of the bytes.
    pub(crate) is_cut: bool,
    /// Decoders that were tried and did not fit, in order.
    pub(crate) refusals: Vec<Refusal>,
}

/// What the text of a field is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Encoding {
    /// Kafka's null.
    Null,
    /// JSON.
    Json,
    /// A BSON document, written as canonical extended JSON.
    Bson,
    /// UTF-8 text.
    Text,
    /// Hexadecimal digits.
    Hex,
    /// Base64.
    Base64,
}

/// A decoder that did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Refusal {
    /// Which.
    pub(crate) decoder: Decoder,
    /// Why.
    pub(crate) reason: RefusalReason,
}

/// Why a decoder did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "code")]
pub(crate) enum RefusalReason {
    /// Not UTF-8 from this byte on.
    NotUtf8 {
        /// Index of the byte.
        at: usize,
    },
    /// Holds control characters, so it is hardly text.
    ControlCharacters,
    /// Not JSON.
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Not one BSON document.
    NotBson,
    /// Only a part of the bytes is here, and this decoder needs all.
    Incomplete,
}

/// What a live tail tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TailEvent {
    /// Records that have arrived, in order per partition.
    Records(Vec<Record>),
    /// So many records were left out since this viewer began, because they came faster than they can be shown.
    Dropped(u64),
    /// Kafka does not answer; the tail goes on by itself once it does.
    Interrupted,
    /// Kafka answers again.
    Resumed,
    /// The tail is over: the topic is gone, or may not be read any more.
    Ended(Error),
}
