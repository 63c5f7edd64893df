//! Where a transaction ends: after a time, a number of events or an amount of bytes, or when something has to happen between
//! transactions.
//!
//! Used by [`super::run`] under the atomic coupling alone; under the separate one it stays empty for ever.

use std::time::Duration;

use tokio::time::Instant;

/// How long and how large a transaction may become. The bounds are soft by one turn of the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransactionLimits {
    /// From the first record on.
    pub interval: Duration,
    /// Records.
    pub max_events: usize,
    /// Bytes of records.
    pub max_bytes: usize,
}

impl Default for TransactionLimits {
    fn default() -> Self {
        Self { interval: Duration::from_millis(250), max_events: 10_000, max_bytes: 16 * 1024 * 1024 }
    }
}

/// What the open transaction holds.
#[derive(Debug)]
pub(super) struct Boundary {
    limits: TransactionLimits,
    opened_at: Option<Instant>,
    events: usize,
    bytes: usize,
    is_asked_for: bool,
}

impl Boundary {
    pub(super) fn new(limits: TransactionLimits) -> Self {
        Self { limits, opened_at: None, events: 0, bytes: 0, is_asked_for: false }
    }

    /// A record was accepted into the transaction.
    pub(super) fn add(&mut self, size_bytes: usize, now: Instant) {
        self.opened_at.get_or_insert(now);
        self.events += 1;
        self.bytes += size_bytes;
    }

    /// The transaction holds no record.
    pub(super) fn is_empty(&self) -> bool {
        self.opened_at.is_none()
    }

    /// The transaction shall end now, however small it is.
    pub(super) fn ask(&mut self) {
        self.is_asked_for = true;
    }

    /// When it ends; `None` while it holds no record.
    pub(super) fn due_at(&self) -> Option<Instant> {
        let opened_at = self.opened_at?;
        let is_full = self.events >= self.limits.max_events || self.bytes >= self.limits.max_bytes;
        Some(if is_full || self.is_asked_for { opened_at } else { opened_at + self.limits.interval })
    }

    /// It has come to its end: nothing more may enter it.
    pub(super) fn is_reached(&self, now: Instant) -> bool {
        self.due_at().is_some_and(|due| due <= now)
    }

    /// Its commit has begun.
    pub(super) fn begin_anew(&mut self) {
        *self = Self::new(self.limits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: TransactionLimits =
        TransactionLimits { interval: Duration::from_secs(1), max_events: 3, max_bytes: 100 };

    #[test]
    fn a_transaction_ends_by_time_by_number_by_bytes_or_when_asked() {
        let now = Instant::now();
        let mut boundary = Boundary::new(LIMITS);
        assert!(boundary.is_empty() && !boundary.is_reached(now + LIMITS.interval));

        boundary.add(1, now);
        assert!(!boundary.is_reached(now) && boundary.is_reached(now + LIMITS.interval));
        boundary.add(1, now);
        boundary.add(1, now);
        assert!(boundary.is_reached(now));

        boundary.begin_anew();
        boundary.add(100, now);
        assert!(boundary.is_reached(now));

        boundary.begin_anew();
        boundary.add(1, now);
        boundary.ask();
        assert!(boundary.is_reached(now));
    }
}
