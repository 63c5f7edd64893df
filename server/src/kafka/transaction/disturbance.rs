//! Signs that a request may have got lost on its way, and so may still arrive: broken connections, timeouts, repeated requests.
//!
//! librdkafka repeats the request that ends a transaction by itself, and a broker cannot tell a late first one from the end of
//! the next transaction. The signs are told by the client on its polling thread, into [`Signs`]; [`super::Transactions`] looks at
//! them after each commit. They may be missing (the client tells equal failures only every thirty seconds), which is why the
//! time that a commit took counts as well.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use connect::ErrorKind;
use connect::position::Reached;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::message::{DeliveryResult, Message as _};
use rdkafka::producer::ProducerContext;
use rdkafka::statistics::Statistics;

use super::POSITION_TICKET;
use crate::kafka::delivery::{DeliveryContext, DeliveryQueue};
use crate::kafka::fault::{code_of, kind_of};

/// Facilities of librdkafka's log that speak of lost requests and connections.
const LOSSES: [&str; 2] = ["REQTMOUT", "FAIL"];

/// What has been noticed since the transaction began.
#[derive(Debug, Default)]
pub(super) struct Signs {
    is_there: AtomicBool,
    /// Broken connections, timeouts and repeated requests of the client's life, as last told; negative before the first time.
    losses: AtomicI64,
}

impl Signs {
    /// Whether any was noticed since [`Self::forget`].
    pub(super) fn are_there(&self) -> bool {
        self.is_there.load(Ordering::Acquire)
    }

    /// A transaction begins.
    pub(super) fn forget(&self) {
        self.is_there.store(false, Ordering::Release);
    }

    fn note(&self) {
        self.is_there.store(true, Ordering::Release);
    }

    fn count(&self, losses: i64) {
        // A smaller sum belongs to a new client.
        if losses > self.losses.swap(losses, Ordering::Relaxed) && losses > 0 {
            self.note();
        }
    }
}

/// The transactional producer's context: that of every sink, and the signs, and how far each partition has been written.
pub(super) struct TransactionContext {
    deliveries: DeliveryContext,
    signs: Arc<Signs>,
    reached: Arc<Mutex<Reached>>,
}

impl TransactionContext {
    pub(super) fn new(queue: Arc<DeliveryQueue>, signs: Arc<Signs>, reached: Arc<Mutex<Reached>>) -> Self {
        Self { deliveries: DeliveryContext::new(queue), signs, reached }
    }
}

impl ClientContext for TransactionContext {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        if LOSSES.contains(&facility) {
            self.signs.note();
        }
        self.deliveries.log(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        let losses = statistics.brokers.values().map(|broker| {
            let counted = broker.req_timeouts + broker.txretries;
            broker.disconnects.unwrap_or_default() + i64::try_from(counted).unwrap_or(i64::MAX)
        });
        self.signs.count(losses.fold(0, i64::saturating_add));
        self.deliveries.stats(statistics);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if code_of(&error).is_some_and(|code| kind_of(code) == ErrorKind::SinkUnavailable) {
            self.signs.note();
        }
        self.deliveries.error(error, reason);
    }
}

impl ProducerContext for TransactionContext {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, opaque: usize) {
        if opaque == POSITION_TICKET {
            return;
        }
        if let Ok(message) = result {
            let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
            reached.note(message.topic(), message.partition(), message.offset());
        }
        self.deliveries.delivery(result, opaque);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growing_counters_are_a_sign_and_a_new_clients_first_ones_are_not() {
        let signs = Signs::default();
        signs.count(0);
        assert!(!signs.are_there());
        signs.count(3);
        assert!(signs.are_there());

        signs.forget();
        signs.count(3);
        signs.count(0);

        assert!(!signs.are_there());
    }
}
