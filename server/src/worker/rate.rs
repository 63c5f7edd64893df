//! Rates over the last seconds, from totals that only grow.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// How far a rate looks back.
const WINDOW: Duration = Duration::from_secs(10);

/// A total over time.
#[derive(Debug, Clone, Default)]
pub(super) struct Rate {
    samples: VecDeque<(Instant, u64)>,
}

impl Rate {
    /// Takes a sample. A total that is smaller than the last one belongs to a new attempt and starts anew.
    pub(super) fn push(&mut self, now: Instant, total: u64) {
        if self.samples.back().is_some_and(|(_, last)| *last > total) {
            self.samples.clear();
        }
        self.samples.push_back((now, total));
        // The oldest sample stays until a younger one covers the window.
        while self.samples.get(1).is_some_and(|(at, _)| now.duration_since(*at) >= WINDOW) {
            self.samples.pop_front();
        }
    }

    /// Growth a second over the window; 0 before the second sample.
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    pub(super) fn per_second(&self) -> f64 {
        let (Some((first_at, first)), Some((last_at, last))) = (self.samples.front(), self.samples.back()) else {
            return 0.0;
        };
        let seconds = last_at.duration_since(*first_at).as_secs_f64();
        if seconds > 0.0 { (last - first) as f64 / seconds } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_back_over_the_window_only() {
        let began = Instant::now();
        let mut rate = Rate::default();

        for second in 0..=20 {
            rate.push(began + Duration::from_secs(second), if second <= 10 { second * 100 } else { 1_000 });
        }
        assert!(rate.per_second().abs() < f64::EPSILON, "{}", rate.per_second());
    }

    #[test]
    fn a_new_attempt_starts_anew() {
        let began = Instant::now();
        let mut rate = Rate::default();
        rate.push(began, 1_000);
        rate.push(began + Duration::from_secs(1), 0);
        rate.push(began + Duration::from_secs(2), 50);

        assert!((rate.per_second() - 50.0).abs() < 1e-9);
    }
}
