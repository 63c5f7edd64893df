//! Steps between reading an event and having committed it, at which a test can have the process die.
//!
//! Called at each of those steps by whoever takes it. Without the feature `failpoints`, which no release has, a call is nothing.
//! With it, `NARU_FAILPOINTS=queued=abort@300` ends the process without a word when it comes to that step for the 300th time, as
//! a power cut would; `bench history` starts servers so.

/// A step, in the order in which an event meets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// The stored position is known, nothing is open yet.
    PositionLoaded,
    /// The source is open at the position.
    SourceOpened,
    /// A reply has been read and nobody has it yet.
    Read,
    /// The pipeline has the reply.
    HandedOver,
    /// A record has been made.
    Encoded,
    /// A topic is about to be looked up and made.
    TopicAsked,
    /// The topic is there.
    TopicReady,
    /// A record is about to be given to the producer.
    Unsent,
    /// The producer has the record.
    Queued,
    /// Brokers have confirmed records, and the window does not know.
    Delivered,
    /// A position is about to be stored.
    CommitBegun,
    /// The position is stored, and nobody knows.
    CommitDone,
}

/// The process is at a step.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
pub(crate) fn reach(_step: Step) {}

/// The process is at a step; if it is the one it was told to die at, it dies.
#[cfg(feature = "failpoints")]
pub(crate) fn reach(step: Step) {
    if let Some(armed) = armed::ARMED.as_ref() {
        armed.reach(step);
    }
}

#[cfg(feature = "failpoints")]
mod armed {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::Step;

    const VARIABLE: &str = "NARU_FAILPOINTS";

    /// What the environment asks for. A text that cannot be understood ends the process: a test that believes it armed a step that
    /// is not would prove nothing.
    pub(super) static ARMED: LazyLock<Option<Armed>> = LazyLock::new(|| {
        let text = std::env::var(VARIABLE).ok()?;
        let armed = Armed::parse(&text);
        if armed.is_none() {
            tracing::error!("{VARIABLE} names no step this server has; expected step=abort or step=abort@count");
            std::process::abort();
        }
        armed
    });

    /// One step to die at.
    #[derive(Debug)]
    pub(super) struct Armed {
        step: Step,
        /// How often it is still passed, the last time included.
        left: AtomicU64,
    }

    impl Armed {
        /// Understands `step=abort` and `step=abort@count`.
        pub(super) fn parse(text: &str) -> Option<Self> {
            let (name, deed) = text.split_once('=')?;
            let count = match deed.strip_prefix("abort")? {
                "" => 1,
                count => count.strip_prefix('@')?.parse().ok().filter(|count| *count > 0)?,
            };
            Some(Self { step: named(name)?, left: AtomicU64::new(count) })
        }

        pub(super) fn reach(&self, step: Step) {
            if step == self.step && self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
                std::process::abort();
            }
        }
    }

    fn named(name: &str) -> Option<Step> {
        Some(match name {
            "position-loaded" => Step::PositionLoaded,
            "source-opened" => Step::SourceOpened,
            "read" => Step::Read,
            "handed-over" => Step::HandedOver,
            "encoded" => Step::Encoded,
            "topic-asked" => Step::TopicAsked,
            "topic-ready" => Step::TopicReady,
            "unsent" => Step::Unsent,
            "queued" => Step::Queued,
            "delivered" => Step::Delivered,
            "commit-begun" => Step::CommitBegun,
            "commit-done" => Step::CommitDone,
            _ => return None,
        })
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn steps_are_armed_by_name_and_count_and_nothing_else_is_understood() {
            let understood = |text| Armed::parse(text).map(|armed| (armed.step, armed.left.into_inner()));

            assert_eq!(understood("queued=abort"), Some((Step::Queued, 1)));
            assert_eq!(understood("commit-done=abort@20"), Some((Step::CommitDone, 20)));
            for text in ["", "queued", "queued=abort@0", "queued=abort@x", "queued=panic", "elsewhere=abort"] {
                assert_eq!(understood(text), None, "{text}");
            }
        }
    }
}
