//! Limits and intervals of the loop, with what they are by default.

use std::time::Duration;

use super::TransactionLimits;
use crate::config::Tolerance;
use crate::window::WindowLimits;

/// Limits and intervals of the loop.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// How much may be read and not yet committed.
    pub window: WindowLimits,
    /// Who goes on without a record that is at fault itself.
    pub tolerance: Tolerance,
    /// Records at fault become dead letters, for which their events are kept while they are in flight.
    pub has_dead_letters: bool,
    /// Durable events are committed this often, ...
    pub commit_interval: Duration,
    /// ... and sooner when there are this many.
    pub commit_events: usize,
    /// Where a transaction ends, if records and position are committed in one; takes the place of the two before.
    pub transaction: TransactionLimits,
    /// An idle stream's token is committed this often.
    pub idle_commit_interval: Duration,
    /// How soon a store that was away is tried again.
    pub store_retry_interval: Duration,
    /// How long the stream goes on without the store, ...
    pub store_grace: Duration,
    /// ... and with how many uncommitted events: they are what a crash would send twice.
    pub store_grace_events: usize,
    /// How long a stopping task waits for its deliveries, ...
    pub drain_deadline: Duration,
    /// ... and then for the last commit.
    pub final_commit_deadline: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            window: WindowLimits { max_events: 32_768, max_bytes: 16 * 1024 * 1024 },
            tolerance: Tolerance::default(),
            has_dead_letters: false,
            commit_interval: Duration::from_secs(1),
            commit_events: 5_000,
            transaction: TransactionLimits::default(),
            idle_commit_interval: Duration::from_secs(5),
            store_retry_interval: Duration::from_secs(1),
            store_grace: Duration::from_secs(60),
            store_grace_events: 500_000,
            drain_deadline: Duration::from_secs(5),
            final_commit_deadline: Duration::from_secs(2),
        }
    }
}
