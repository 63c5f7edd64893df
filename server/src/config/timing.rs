//! Periods of the workers. Not settings: they belong together (see `docs/ARCHITECTURE.md`), and tests alone shorten them.

use std::time::Duration;

/// How long leases live, how often things are looked at, and when a worker stops by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerTiming {
    /// Life of a lease without renewal, by Postgres' clock.
    pub lease_ttl: Duration,
    /// Between renewals.
    pub renew_every: Duration,
    /// Without a renewal for so long, and with other replicas alive, tasks stop: before another may start them.
    pub fence_after: Duration,
    /// The same while no other replica is known: tasks go on with positions in memory.
    pub fence_alone_after: Duration,
    /// The same for tasks that deliver exactly once: Kafka alone decides who may write for them.
    pub fence_exactly_once_after: Duration,
    /// Between looks at what should run; a notification only brings the next look forward.
    pub poll_every: Duration,
    /// Between writes of what is observed.
    pub mirror_every: Duration,
    /// A lease is kept at least so long before it is handed over for balance.
    pub min_hold: Duration,
    /// First wait before a task is started again.
    pub backoff_first: Duration,
    /// Longest wait.
    pub backoff_max: Duration,
    /// A task that ran so long is healthy: the next failure is a first one.
    pub healthy_after: Duration,
    /// How long a task may drain when it is told to stop; then it is aborted.
    pub drain_deadline: Duration,
}

impl Default for WorkerTiming {
    fn default() -> Self {
        Self {
            lease_ttl: Duration::from_secs(15),
            renew_every: Duration::from_secs(4),
            fence_after: Duration::from_secs(10),
            fence_alone_after: Duration::from_secs(60),
            fence_exactly_once_after: Duration::from_secs(600),
            poll_every: Duration::from_millis(2500),
            mirror_every: Duration::from_secs(1),
            min_hold: Duration::from_secs(60),
            backoff_first: Duration::from_secs(1),
            backoff_max: Duration::from_secs(60),
            healthy_after: Duration::from_secs(60),
            drain_deadline: Duration::from_secs(6),
        }
    }
}
