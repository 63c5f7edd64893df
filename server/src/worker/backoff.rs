//! How long a failed task waits before its next attempt.

use std::time::Duration;

/// The wait before attempt `attempt` (2 is the first retry): doubling from `first` up to `max`, then spread over its upper
/// half by `spread` (0 to 1, random), so that tasks that failed together do not come back together.
pub(super) fn delay(attempt: u32, first: Duration, max: Duration, spread: f64) -> Duration {
    let doublings = attempt.saturating_sub(2).min(16);
    let full = first.saturating_mul(1 << doublings).min(max);
    full.mul_f64(0.5 + spread.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(attempt: u32, spread: f64) -> Duration {
        delay(attempt, Duration::from_secs(1), Duration::from_secs(60), spread)
    }

    #[test]
    fn doubles_up_to_the_limit() {
        let waits: Vec<u64> = (2..10).map(|attempt| at(attempt, 1.0).as_secs()).collect();

        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(at(u32::MAX, 1.0).as_secs(), 60);
    }

    #[test]
    fn spreads_over_the_upper_half() {
        assert_eq!(at(4, 0.0), Duration::from_secs(2));
        assert_eq!(at(4, 0.5), Duration::from_secs(3));
        assert_eq!(at(4, 9.0), Duration::from_secs(4));
    }
}
