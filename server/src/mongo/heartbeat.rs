//! When an idle stream gives a sign of life.
//!
//! The official rule: nothing was read, the interval has passed, and the token is another than the last time. The mark of a heartbeat
//! moves the position with it.

use std::time::{Duration, Instant};

use connect::config::HeartbeatConfig;
use connect::pipeline::{EventDocument, SourceEvent};
use connect::position::{Mark, ResumePoint, ResumeToken};

/// The heartbeats of one stream; outlives its cursors.
#[derive(Debug, Clone)]
pub(super) struct Heartbeats {
    interval: Duration,
    last: Option<(Instant, ResumeToken)>,
}

impl Heartbeats {
    /// `None` where none are wanted.
    pub(super) fn new(config: Option<&HeartbeatConfig>) -> Option<Self> {
        config.map(|config| Self { interval: Duration::from_millis(config.interval_ms), last: None })
    }

    /// The heartbeat of a stream that stands at `place` and has nothing else to tell, if one is due.
    pub(super) fn beat(&mut self, place: &ResumePoint, now: Instant) -> Option<SourceEvent> {
        if let Some((at, token)) = &self.last
            && (now.duration_since(*at) < self.interval || *token == place.token)
        {
            return None;
        }
        self.last = Some((now, place.token.clone()));
        let document = EventDocument::heartbeat(place.token.as_document());
        Some(SourceEvent { document: Some(document), mark: Mark::Streamed(place.clone()) })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn place(data: &str) -> ResumePoint {
        ResumePoint::post_batch(ResumeToken::new(bson::rawdoc! { "_data": data }))
    }

    #[test]
    fn beats_at_once_and_then_only_after_the_interval_and_with_another_token() {
        let config = HeartbeatConfig { interval_ms: 100, topic: "beats".to_owned() };
        let mut heartbeats = Heartbeats::new(Some(&config)).unwrap();
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);

        let first = heartbeats.beat(&place("1"), start).unwrap();
        assert_eq!(first.mark, Mark::Streamed(place("1")));
        assert_eq!(heartbeats.beat(&place("2"), after(99)), None, "too soon");
        assert_eq!(heartbeats.beat(&place("1"), after(100)), None, "nothing new");
        assert!(heartbeats.beat(&place("2"), after(101)).is_some());
        assert!(Heartbeats::new(None).is_none());
    }
}
