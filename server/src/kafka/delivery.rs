//! Deliveries on their way from librdkafka's callback to the pipeline: one queue, one wake-up, no future per record.
//!
//! [`crate::kafka::producer`] makes the producer with this context and reads the queue. The callback runs on the producer's
//! polling thread; it must be quick and must not fail.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use std::sync::Arc;

use connect::pipeline::{Delivery, Ticket};
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message};
use rdkafka::producer::ProducerContext;
use rdkafka::statistics::Statistics;
use tokio::sync::{Notify, watch};

use crate::kafka::client::Logged;
use crate::kafka::fault::{Fault, code_of};

// Tickets travel through librdkafka as pointers.
const _: () = assert!(usize::BITS >= u64::BITS, "tickets need 64-bit pointers");

/// Whether a broker answers, as far as the producer can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Reach {
    /// Nothing was delivered yet, and nothing failed.
    #[default]
    Unknown,
    /// The last sign was one of life.
    Reachable,
    /// Every broker is down; records wait in the queue.
    Unreachable,
}

/// Outcomes that the pipeline has not fetched yet. Bounded by the producer's own queue: a record leaves that only into this.
#[derive(Debug, Default)]
pub(crate) struct DeliveryQueue {
    ready: Mutex<Vec<Delivery>>,
    wake: Notify,
    reach: watch::Sender<Reach>,
    // Mirrors `reach` so that the callback need not lock it for every record.
    is_reachable: AtomicBool,
}

impl DeliveryQueue {
    /// Everything reported since the last call, at least one. Cancel safe; for one caller at a time.
    pub(crate) async fn next(&self) -> Vec<Delivery> {
        loop {
            let batch = std::mem::take(&mut *self.ready.lock().unwrap_or_else(PoisonError::into_inner));
            if !batch.is_empty() {
                return batch;
            }
            self.wake.notified().await;
        }
    }

    /// Follows whether a broker answers.
    pub(crate) fn subscribe_reach(&self) -> watch::Receiver<Reach> {
        self.reach.subscribe()
    }

    fn push(&self, delivery: Delivery) {
        let was_empty = {
            let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
            let was_empty = ready.is_empty();
            ready.push(delivery);
            was_empty
        };
        if was_empty {
            self.wake.notify_one();
        }
    }

    fn set_reach(&self, reach: Reach) {
        let is_reachable = reach == Reach::Reachable;
        if is_reachable && self.is_reachable.load(Ordering::Relaxed) {
            return;
        }
        self.is_reachable.store(is_reachable, Ordering::Relaxed);
        self.reach.send_replace(reach);
    }
}

/// The producer's context: logs like every client, and feeds the queue.
pub(crate) struct DeliveryContext {
    logged: Logged,
    queue: Arc<DeliveryQueue>,
}

impl DeliveryContext {
    /// Feeds `queue`, and logs into the current span.
    pub(crate) fn new(queue: Arc<DeliveryQueue>) -> Self {
        Self { logged: Logged::in_current_span(), queue }
    }
}

impl ClientContext for DeliveryContext {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.logged.log(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        if statistics.brokers.values().any(|broker| broker.state == "UP") {
            self.queue.set_reach(Reach::Reachable);
        }
        self.logged.stats(statistics);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if code_of(&error) == Some(RDKafkaErrorCode::AllBrokersDown) {
            self.queue.set_reach(Reach::Unreachable);
        }
        self.logged.error(error, reason);
    }
}

impl ProducerContext for DeliveryContext {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, opaque: usize) {
        let outcome = match result {
            Ok(_) => {
                self.queue.set_reach(Reach::Reachable);
                Ok(())
            }
            Err((error, message)) => {
                let size_bytes = message.payload_len() + message.key_len();
                Err(Fault::from(error.clone()).while_doing(format!(
                    "Delivering a record of {size_bytes} bytes to topic {}, partition {}",
                    message.topic(),
                    message.partition(),
                )))
            }
        };
        self.queue.push(Delivery { ticket: Ticket(opaque as u64), outcome });
    }
}
