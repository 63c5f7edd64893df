//! A clock that goes on while the machine sleeps, for judging how long this process has been out of touch.
//!
//! `Instant` stands still during suspend; a worker that wakes from one must know that its leases are long over.

use std::time::{Duration, Instant};

/// Reads time since some fixed moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    began: Instant,
}

impl Clock {
    pub(super) fn new() -> Self {
        Self { began: Instant::now() }
    }

    /// Time since the machine booted, sleep included; where that cannot be read, time since this clock was made.
    pub(super) fn now(self) -> Duration {
        since_boot().unwrap_or_else(|| self.began.elapsed())
    }
}

/// The kernel's boot clock without a system call of our own: `/proc/uptime`, in hundredths of a second.
fn since_boot() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/uptime").ok()?;
    let seconds: f64 = text.split_whitespace().next()?.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_forward() {
        let clock = Clock::new();
        let first = clock.now();

        assert!(clock.now() >= first);
    }
}
