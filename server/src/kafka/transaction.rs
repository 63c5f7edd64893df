//! One transactional producer: begin, send, commit with a position, and being replaced when it can no longer be trusted.
//!
//! Shared by the sink that sends ([`crate::kafka::transactional_sink`]) and the store that commits (`worker::exactly_once`); the
//! pipeline's atomic coupling keeps the two from doing so at the same time. Every transactional call of librdkafka blocks and
//! runs on a blocking thread. Knows nothing of leases, Postgres or what a position says.

mod disturbance;
mod outcome;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use connect::pipeline::{Accepted, Delivery, Ticket};
use connect::position::Reached;
use connect::record::ProducerRecord;
use connect::{Error, ErrorKind};
use rdkafka::error::KafkaError;
use rdkafka::producer::{BaseRecord, Producer as _, ThreadedProducer};
use rdkafka::util::Timeout;
use tokio::sync::watch;
use tracing::{debug, warn};

use self::disturbance::{Signs, TransactionContext};
use self::outcome::Outcome;
use crate::blocking::blocking;
use crate::kafka::client::Setting;
use crate::kafka::delivery::{DeliveryQueue, Reach};
use crate::kafka::fault::Fault;
use crate::kafka::producer::{SinkOptions, closed, native_producer, queue_record};

/// What stands for the position's own record among the tickets: its delivery is the commit's affair.
pub(super) const POSITION_TICKET: usize = usize::MAX;

/// Between looks whether the position's record has been delivered. Waiting for that is not left to the client library's flush,
/// which looks only every tenth of a second.
const DELIVERY_LOOK: Duration = Duration::from_millis(1);

/// How long one call to begin the producer's session may take; it is called again until the attempt is told to end.
const SESSION_CALL: Duration = Duration::from_secs(5);

/// A request that got lost waits so long before it is sent again ...
const RETRY_PAUSE: Duration = Duration::from_millis(300);

/// ... and at least so long: librdkafka shortens the pause by a fifth at most. A commit that was answered sooner was sent once.
const SHORTEST_RETRY: Duration = Duration::from_millis(240);

/// How often the counters of lost requests are told.
const SIGNS_INTERVAL: Duration = Duration::from_secs(5);

/// How long aborting what an ended attempt has left open may take: readers wait for that, and the brokers do it in the end.
const RELEASE_DEADLINE: Duration = Duration::from_secs(5);

/// Transactions are given up by the brokers after this, unless a transaction is meant to be longer.
pub(crate) const TRANSACTION_TIMEOUT: Duration = Duration::from_secs(60);

type Producer = ThreadedProducer<TransactionContext>;

/// Which producer to make.
#[derive(Debug, Clone)]
pub(crate) struct TransactionOptions {
    /// Cluster, names and bounds, as for any sink.
    pub(crate) sink: SinkOptions,
    /// The name under which the brokers fence: the same for every attempt at the task, on every replica.
    pub(crate) transactional_id: String,
    /// How long a transaction may stay open.
    pub(crate) timeout: Duration,
}

/// How a commit went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Committed {
    /// It happened, and nothing of it can still be on its way to a broker.
    Cleanly,
    /// It happened, but a request of it may have been sent twice: the producer must not begin another transaction, because a
    /// late one would end that.
    Suspiciously,
    /// It is not known whether it happened. The producer must be replaced; the offsets topic then tells.
    Unknown,
}

/// A transactional producer and its replacements; a cheap clone.
#[derive(Clone)]
pub(crate) struct Transactions {
    shared: Arc<Shared>,
}

struct Shared {
    options: TransactionOptions,
    deliveries: Arc<DeliveryQueue>,
    signs: Arc<Signs>,
    reached: Arc<Mutex<Reached>>,
    batch_size_bytes: AtomicUsize,
    /// `None` while it is being replaced, and after the end.
    producer: Mutex<Option<Arc<Producer>>>,
}

impl Transactions {
    /// Makes the producer inside the current span; nothing is contacted yet.
    ///
    /// # Errors
    /// `Config` when the client library refuses the settings.
    pub(crate) fn open(options: TransactionOptions) -> Result<Self, Error> {
        let shared = Shared {
            batch_size_bytes: AtomicUsize::new(options.sink.limits.batch_size_bytes),
            options,
            deliveries: Arc::new(DeliveryQueue::default()),
            signs: Arc::default(),
            reached: Arc::default(),
            producer: Mutex::new(None),
        };
        let producer = shared.make()?;
        shared.set(Some(Arc::new(producer)));
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The options it was made with.
    pub(crate) fn options(&self) -> &TransactionOptions {
        &self.shared.options
    }

    /// Follows whether a broker answers.
    pub(crate) fn subscribe_reach(&self) -> watch::Receiver<Reach> {
        self.shared.deliveries.subscribe_reach()
    }

    /// How far topics have been written, what other transactions will not show included.
    pub(crate) fn reached(&self) -> Reached {
        self.shared.reached.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Goes on from how far topics had been written before.
    pub(crate) fn learn_reached(&self, reached: Reached) {
        *self.shared.reached.lock().unwrap_or_else(PoisonError::into_inner) = reached;
    }

    /// Fences every earlier producer of the same name and ends what it left open. Waits for Kafka as long as that takes: drop the
    /// future to give up.
    ///
    /// # Errors
    /// `SinkPermission`, `Config` (the brokers allow no transaction so long), `SinkRefused`.
    pub(crate) async fn fence(&self) -> Result<(), Error> {
        loop {
            let producer = self.shared.get()?;
            let result = blocking(move || producer.init_transactions(SESSION_CALL)).await.ok_or_else(closed)?;
            let Err(error) = result else { return Ok(()) };
            match outcome::of(&error) {
                Outcome::Again => debug!(error = %Fault::from(error), "no transactional session yet"),
                // Somebody with the same name began a session while this one did: the next attempt shows who stays.
                Outcome::Fenced => return Err(self.fenced(error)),
                Outcome::Abort | Outcome::Fatal => {
                    return Err(outcome::error(error, "Beginning the session of a transactional producer"));
                }
            }
        }
    }

    /// Begins the next transaction.
    ///
    /// # Errors
    /// Whatever the client library has against it; the attempt is over then.
    pub(crate) async fn begin(&self) -> Result<(), Error> {
        let producer = self.shared.get()?;
        self.shared.signs.forget();
        let begun = blocking(move || producer.begin_transaction()).await.ok_or_else(closed)?;
        begun.map_err(|error| outcome::error(error, "Beginning a transaction"))
    }

    /// Queues a record into the open transaction, without waiting.
    ///
    /// # Errors
    /// A record that can never be accepted.
    pub(crate) fn send(&self, record: ProducerRecord, ticket: Ticket) -> Result<Accepted, Error> {
        let producer = self.shared.get()?;
        queue_record(&producer, record, ticket, self.shared.options.sink.limits.queue_size_bytes)
    }

    /// The next deliveries, as [`connect::pipeline::Sink::deliveries`] promises them.
    pub(crate) async fn deliveries(&self) -> Vec<Delivery> {
        self.shared.deliveries.next().await
    }

    /// Writes the position (`None` takes it back) into the open transaction and commits it. After [`Committed::Cleanly`] the next one may begin.
    ///
    /// Dropping the future does not undo it: the call goes on, and whoever fences this producer waits for its end.
    ///
    /// # Errors
    /// The transaction did not happen: `Fenced` when another producer of the same name has taken over, else what was in the way.
    pub(crate) async fn commit(&self, topic: Arc<str>, key: Bytes, value: Option<Bytes>) -> Result<Committed, Error> {
        let (shared, producer) = (Arc::clone(&self.shared), self.shared.get()?);
        let committed = blocking(move || shared.commit(&producer, &topic, &key, value.as_deref()));
        match committed.await.ok_or_else(closed)? {
            Ok(committed) => Ok(committed),
            Err(error) if matches!(outcome::of(&error), Outcome::Fenced) => Err(self.fenced(error)),
            Err(error) => Err(outcome::error(error, "Committing a transaction")),
        }
    }

    /// Lets go of the producer and makes another of the same name, which still has to fence. Between transactions only.
    ///
    /// # Errors
    /// `Config` when the client library refuses the settings.
    pub(crate) async fn replace(&self, batch_size_bytes: Option<usize>) -> Result<(), Error> {
        if let Some(bytes) = batch_size_bytes {
            self.shared.batch_size_bytes.store(bytes, Ordering::Relaxed);
        }
        let old = self.shared.set(None);
        blocking(move || drop(old)).await;
        let producer = self.shared.make()?;
        self.shared.set(Some(Arc::new(producer)));
        Ok(())
    }

    /// Bytes of a batch.
    pub(crate) fn batch_size_bytes(&self) -> usize {
        self.shared.batch_size_bytes.load(Ordering::Relaxed)
    }

    fn fenced(&self, error: KafkaError) -> Error {
        let id = &self.shared.options.transactional_id;
        let context =
            format!("Another producer has taken over the transactional.id {id}, or a transaction took too long");
        Error::caused(ErrorKind::Fenced, context, Fault::from(error))
    }

    /// Ends the producer. What is in the open transaction is aborted, so that readers need not wait for it.
    pub(crate) fn release(&self) {
        let Some(producer) = self.shared.set(None) else { return };
        let release = std::thread::Builder::new().name("kafka-release".to_owned()).spawn(move || {
            if let Err(error) = producer.abort_transaction(RELEASE_DEADLINE) {
                debug!(error = %Fault::from(error), "the last transaction was not aborted here");
            }
            drop(producer);
        });
        if let Err(error) = release {
            warn!(error = %error, "no thread to close the producer on");
        }
    }
}

impl Shared {
    fn get(&self) -> Result<Arc<Producer>, Error> {
        self.producer.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(closed)
    }

    fn set(&self, producer: Option<Arc<Producer>>) -> Option<Arc<Producer>> {
        std::mem::replace(&mut *self.producer.lock().unwrap_or_else(PoisonError::into_inner), producer)
    }

    fn make(&self) -> Result<Producer, Error> {
        let timeout = self.options.timeout;
        let settings = [
            Setting::TransactionalId(&self.options.transactional_id),
            Setting::TransactionTimeout(timeout),
            // A record may not wait longer than its transaction lasts.
            Setting::DeliveryTimeout(timeout.min(self.options.sink.limits.delivery_timeout)),
            Setting::RetryPause(RETRY_PAUSE),
            Setting::Statistics(SIGNS_INTERVAL),
        ];
        let batch_size_bytes = self.batch_size_bytes.load(Ordering::Relaxed);
        let context =
            TransactionContext::new(Arc::clone(&self.deliveries), Arc::clone(&self.signs), Arc::clone(&self.reached));
        native_producer(&self.options.sink, batch_size_bytes, &settings)
            .create_with_context(context)
            .map_err(|error| Fault::from(error).while_doing("Making the transactional Kafka producer"))
    }

    /// Blocks until it is known what came of it, or for two lives of a transaction.
    fn commit(
        &self,
        producer: &Producer,
        topic: &str,
        key: &[u8],
        value: Option<&[u8]>,
    ) -> Result<Committed, KafkaError> {
        let mut record: BaseRecord<'_, [u8], [u8], usize> = BaseRecord::with_opaque_to(topic, POSITION_TICKET).key(key);
        record.payload = value;
        producer.send(record).map_err(|(error, _)| error)?;
        let queued = Instant::now();
        while producer.in_flight_count() > 0 && queued.elapsed() < self.options.timeout {
            std::thread::park_timeout(DELIVERY_LOOK);
        }
        let began = Instant::now();
        let mut was_repeated = false;
        loop {
            let Err(error) = producer.commit_transaction(Timeout::Never) else { break };
            if !matches!(outcome::of(&error), Outcome::Again) {
                return Err(error);
            }
            warn!(error = %Fault::from(error), "a commit is not answered yet");
            was_repeated = true;
            if began.elapsed() >= 2 * self.options.timeout {
                return Ok(Committed::Unknown);
            }
        }
        let took = began.elapsed();
        // What the client has noticed by now waits in its queue.
        producer.poll(Duration::ZERO);
        let is_suspicious = was_repeated || took >= SHORTEST_RETRY || self.signs.are_there();
        if is_suspicious && recycles() {
            debug!(took_ms = took.as_millis(), was_repeated, "a commit may have been sent twice");
            return Ok(Committed::Suspiciously);
        }
        Ok(Committed::Cleanly)
    }
}

/// A producer whose last commit is suspicious is replaced.
#[cfg(not(feature = "failpoints"))]
fn recycles() -> bool {
    true
}

/// A producer whose last commit is suspicious is replaced, unless `NARU_NEVER_RECYCLE` is set: for the control run that shows what
/// would then become of the records.
#[cfg(feature = "failpoints")]
fn recycles() -> bool {
    std::env::var_os("NARU_NEVER_RECYCLE").is_none()
}

#[cfg(test)]
mod tests;
