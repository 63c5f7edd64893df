//! What can be asked of a topic.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::kafka::consumer::Isolation;

/// Records of a page when nothing is said.
const DEFAULT_LIMIT: usize = 50;

/// Records of a page at most.
const MAX_LIMIT: usize = 500;

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageRequest {
    /// The topic.
    pub(crate) topic: String,
    /// Where reading begins, and in which direction it goes.
    pub(crate) start: Start,
    /// Only this partition.
    pub(crate) partition: Option<i32>,
    /// How many records; 0 means the usual number, and no more than the maximum are given.
    pub(crate) limit: usize,
    /// What counts as a record.
    pub(crate) isolation: Isolation,
    /// How keys and values are read.
    pub(crate) decoders: Decoders,
}

impl PageRequest {
    /// The newest records of a topic, everything else as usual.
    pub(crate) fn newest(topic: impl Into<String>) -> Self {
        Self {
            topic: topic.into(),
            start: Start::Newest,
            partition: None,
            limit: 0,
            isolation: Isolation::default(),
            decoders: Decoders::default(),
        }
    }

    /// The number of records to give.
    pub(crate) fn bounded_limit(&self) -> usize {
        if self.limit == 0 { DEFAULT_LIMIT } else { self.limit.min(MAX_LIMIT) }
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordRequest {
    /// The topic.
    pub(crate) topic: String,
    /// The partition.
    pub(crate) partition: i32,
    /// The offset.
    pub(crate) offset: i64,
    /// What counts as a record.
    pub(crate) isolation: Isolation,
    /// How key and value are read.
    pub(crate) decoders: Decoders,
}

/// A live tail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TailRequest {
    /// The topic.
    pub(crate) topic: String,
    /// Only this partition.
    pub(crate) partition: Option<i32>,
    /// What counts as a record.
    pub(crate) isolation: Isolation,
    /// How keys and values are read.
    pub(crate) decoders: Decoders,
}

/// Where reading begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Start {
    /// At the end, going back: newest first.
    Newest,
    /// At the oldest record that is still there.
    Beginning,
    /// At an offset, in every partition asked for.
    Offset(i64),
    /// At the first record at or after a moment, in ms since the epoch.
    Time(i64),
    /// Where an earlier page stopped, going on.
    After(Cursor),
    /// Where an earlier page stopped, going back.
    Before(Cursor),
}

/// How bytes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Decoders {
    /// Keys.
    pub(crate) key: Decoder,
    /// Values, and headers.
    pub(crate) value: Decoder,
}

/// A way of reading bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Decoder {
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

/// An offset for each partition, so that pages over many partitions go on exactly where the last one stopped.
///
/// Its text is `partition:offset` pairs joined by commas, fit for a URL.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Cursor(BTreeMap<i32, i64>);

/// A text that is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Not a list of partition:offset pairs")]
pub(crate) struct InvalidCursor;

impl Cursor {
    /// The offset for a partition, where the cursor has one.
    pub(crate) fn offset(&self, partition: i32) -> Option<i64> {
        self.0.get(&partition).copied()
    }
}

impl FromIterator<(i32, i64)> for Cursor {
    fn from_iter<I: IntoIterator<Item = (i32, i64)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (partition, offset)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "," };
            write!(formatter, "{separator}{partition}:{offset}")?;
        }
        Ok(())
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let pair = |pair: &str| {
            let (partition, offset) = pair.split_once(':')?;
            let partition: i32 = partition.parse().ok().filter(|partition| *partition >= 0)?;
            let offset: i64 = offset.parse().ok().filter(|offset| *offset >= 0)?;
            Some((partition, offset))
        };
        text.split(',').map(pair).collect::<Option<_>>().map(Self).ok_or(InvalidCursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_what_it_writes() {
        let cursor: Cursor = [(3, i64::MAX), (0, 0)].into_iter().collect();

        assert_eq!(cursor.to_string(), "0:0,3:9223372036854775807");
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["", "1", "1:", "a:1", "1:-1", "-1:1", "1:1,", "1:1 ,2:2"] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidCursor), "{text}");
        }
    }

    #[test]
    fn the_limit_has_a_default_and_a_maximum() {
        let limit = |limit| PageRequest { limit, ..PageRequest::newest("t") }.bounded_limit();

        assert_eq!((limit(0), limit(7), limit(100_000)), (DEFAULT_LIMIT, 7, MAX_LIMIT));
    }
}
