//! Remembers takeovers of a task's `transactional.id` while its lease was held: one may be a transaction that took too long, two in
//! a row mean that somebody else uses the name, and going on would be a tug of war.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::ids::ConnectorId;

/// Takeovers further apart have nothing to do with each other.
const MEMORY: Duration = Duration::from_secs(600);

/// Connectors remembered; far more than a process runs.
const MAX_CONNECTORS: usize = 10_000;

/// One process' memory; a cheap clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Strikes {
    last: Arc<Mutex<HashMap<ConnectorId, Instant>>>,
}

impl Strikes {
    /// A takeover: `true` when it is not the first of late.
    pub(super) fn strike(&self, connector: ConnectorId, now: Instant) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.len() >= MAX_CONNECTORS {
            last.retain(|_, at| now.duration_since(*at) < MEMORY);
        }
        last.insert(connector, now).is_some_and(|before| now.duration_since(before) < MEMORY)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_second_takeover_of_the_same_connector_is_told_for_ten_minutes() {
        let strikes = Strikes::default();
        let (one, other) = (ConnectorId(Uuid::from_u128(1)), ConnectorId(Uuid::from_u128(2)));
        let began = Instant::now();

        assert!(!strikes.strike(one, began));
        assert!(!strikes.strike(other, began));
        assert!(strikes.strike(one, began + Duration::from_secs(1)));
        assert!(!strikes.strike(one, began + Duration::from_secs(1) + MEMORY));
    }
}
