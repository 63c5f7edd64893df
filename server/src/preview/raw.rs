//! Records as they were read: bytes up to a limit, and how long they really were.

use bytes::Bytes;
use rdkafka::Timestamp;
use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};

use super::record::TimestampOrigin;

/// Headers kept of one record.
const MAX_HEADERS: usize = 64;

/// Bytes kept of one header's value.
const HEADER_BYTES: usize = 4 * 1024;

/// A record copied out of the client's buffers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawRecord {
    pub(super) partition: i32,
    pub(super) offset: i64,
    pub(super) timestamp_ms: Option<i64>,
    pub(super) timestamp_origin: TimestampOrigin,
    pub(super) key: RawBytes,
    pub(super) value: RawBytes,
    pub(super) headers: Vec<(String, RawBytes)>,
    pub(super) omitted_headers: usize,
}

/// The first bytes of a key, value or header, or null.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawBytes {
    kept: Option<Bytes>,
    size_bytes: usize,
}

impl RawBytes {
    /// Keeps at most `limit` bytes.
    pub(super) fn keep(bytes: Option<&[u8]>, limit: usize) -> Self {
        Self {
            kept: bytes.map(|bytes| Bytes::copy_from_slice(&bytes[..bytes.len().min(limit)])),
            size_bytes: bytes.map_or(0, <[u8]>::len),
        }
    }

    /// What is kept; `None` for null.
    pub(super) fn kept(&self) -> Option<&[u8]> {
        self.kept.as_deref()
    }

    /// How long it was.
    pub(super) fn size_bytes(&self) -> usize {
        self.size_bytes
    }

    /// Not all of it is kept.
    pub(super) fn is_cut(&self) -> bool {
        self.kept.as_ref().is_some_and(|kept| kept.len() < self.size_bytes)
    }
}

impl RawRecord {
    /// Copies a message, keeping at most `limit` bytes of key and value each.
    pub(super) fn copy(message: &BorrowedMessage<'_>, limit: usize) -> Self {
        let (timestamp_ms, timestamp_origin) = match message.timestamp() {
            Timestamp::NotAvailable => (None, TimestampOrigin::None),
            Timestamp::CreateTime(ms) => (Some(ms), TimestampOrigin::Producer),
            Timestamp::LogAppendTime(ms) => (Some(ms), TimestampOrigin::Broker),
        };
        let (headers, omitted_headers) = message.headers().map_or((Vec::new(), 0), |headers| {
            let kept = headers.iter().take(MAX_HEADERS);
            let kept = kept.map(|header| (header.key.to_owned(), RawBytes::keep(header.value, HEADER_BYTES)));
            (kept.collect(), headers.count().saturating_sub(MAX_HEADERS))
        });
        Self {
            partition: message.partition(),
            offset: message.offset(),
            timestamp_ms,
            timestamp_origin,
            key: RawBytes::keep(message.key(), limit),
            value: RawBytes::keep(message.payload(), limit),
            headers,
            omitted_headers,
        }
    }

    /// Bytes it holds.
    pub(super) fn held_bytes(&self) -> usize {
        let held = |bytes: &RawBytes| bytes.kept().map_or(0, <[u8]>::len);
        held(&self.key)
            + held(&self.value)
            + self.headers.iter().map(|(name, value)| name.len() + held(value)).sum::<usize>()
    }
}

#[cfg(test)]
impl RawRecord {
    /// A record with nothing but a place and a time.
    pub(super) fn at(partition: i32, offset: i64, timestamp_ms: i64) -> Self {
        Self {
            partition,
            offset,
            timestamp_ms: Some(timestamp_ms),
            timestamp_origin: TimestampOrigin::Producer,
            key: RawBytes::keep(None, 0),
            value: RawBytes::keep(None, 0),
            headers: Vec::new(),
            omitted_headers: 0,
        }
    }
}
