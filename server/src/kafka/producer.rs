//! The pipeline's sink over librdkafka: idempotent, acknowledged by all in-sync replicas, in order, bounded in bytes.
//!
//! Made by the worker, one for each attempt of a task; driven by [`connect::pipeline`]. A delivery that fails is final: the
//! attempt ends, this producer is thrown away, and a new one begins at the committed position.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use connect::config::{Compression, ProducerOverrides, TopicCreationConfig, TopicCreationRules};
use connect::pipeline::{Accepted, Delivery, Separate, Sink, Ticket};
use connect::record::{Header, ProducerRecord};
use connect::{Error, ErrorKind};
use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{self, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};
use tokio::sync::watch;
use tracing::{debug, warn};

use crate::blocking::blocking;
use crate::failpoint::{self, Step};
use crate::ids::{ConnectorName, TaskNumber};
use crate::kafka::client::{ClientSettings, Setting};
use crate::kafka::delivery::{DeliveryContext, DeliveryQueue, Reach};
use crate::kafka::fault::{Fault, kind_of};
use crate::kafka::topics::{Creation, Topics};

type Producer = ThreadedProducer<DeliveryContext>;

/// Room for framing between a batch and the topic's limit.
const BATCH_FRAMING_BYTES: usize = 512;

/// The smallest batch worth making, whatever the topic's limit.
const MIN_BATCH_BYTES: usize = 1_000;

/// How often the queue's state is told into the debug log.
const STATISTICS_INTERVAL: Duration = Duration::from_secs(60);

/// How long `close` waits for what is in flight: the whole process must be gone within ten seconds of being told.
const CLOSE_DEADLINE: Duration = Duration::from_secs(5);

/// How long records in flight may take before the producer can be changed for a topic with a smaller limit.
const EXCHANGE_DEADLINE: Duration = Duration::from_secs(60);

/// The sink's bounds. The defaults are what tasks use; tests make them small.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SinkLimits {
    /// Bytes of values queued or in flight; also the largest record that can be sent at all.
    pub(crate) queue_size_bytes: usize,
    /// Records queued or in flight.
    pub(crate) queue_length: usize,
    /// Bytes of one batch. Just under the brokers' default limit, because a batch that is refused is not split.
    pub(crate) batch_size_bytes: usize,
    /// How long a batch waits for company.
    pub(crate) linger: Duration,
    /// How long a record may wait for its delivery. Long, because giving up costs more than waiting: the attempt is undone.
    pub(crate) delivery_timeout: Duration,
    /// How long a broker may wait for its replicas before it says that they are too slow; the record is then sent again.
    pub(crate) request_timeout: Duration,
    /// How batches are compressed.
    pub(crate) compression: Compression,
}

impl Default for SinkLimits {
    fn default() -> Self {
        Self {
            queue_size_bytes: 32 * 1024 * 1024,
            queue_length: 100_000,
            batch_size_bytes: 1_000_000,
            linger: Duration::from_millis(5),
            delivery_timeout: Duration::from_secs(600),
            request_timeout: Duration::from_secs(20),
            compression: Compression::None,
        }
    }
}

impl SinkLimits {
    /// With what a connector wants of its producer.
    pub(crate) fn overridden(self, wanted: &ProducerOverrides) -> Self {
        let bytes = |wanted: Option<u32>, otherwise| wanted.map_or(otherwise, |bytes| bytes as usize);
        let time = |wanted: Option<u32>, otherwise| wanted.map_or(otherwise, |ms| Duration::from_millis(ms.into()));
        Self {
            queue_size_bytes: bytes(wanted.buffer_bytes, self.queue_size_bytes),
            batch_size_bytes: bytes(wanted.batch_size_bytes, self.batch_size_bytes),
            linger: time(wanted.linger_ms, self.linger),
            delivery_timeout: time(wanted.delivery_timeout_ms, self.delivery_timeout),
            request_timeout: time(wanted.request_timeout_ms, self.request_timeout),
            compression: wanted.compression.unwrap_or(self.compression),
            ..self
        }
    }
}

/// Which sink to open.
#[derive(Debug, Clone)]
pub(crate) struct SinkOptions {
    /// The Kafka to write to.
    pub(crate) settings: ClientSettings,
    /// Whose records: named in the client id.
    pub(crate) connector: ConnectorName,
    /// Which of its tasks.
    pub(crate) task: TaskNumber,
    /// How missing topics are created.
    pub(crate) creation: TopicCreationRules,
    /// The bounds.
    pub(crate) limits: SinkLimits,
}

/// Writes records to one Kafka cluster.
pub(crate) struct KafkaSink {
    options: SinkOptions,
    // `None` only after a change of producers that did not succeed, and while being dropped.
    clients: Option<Clients>,
    deliveries: Arc<DeliveryQueue>,
    ready_topics: HashSet<String>,
    batch_size_bytes: usize,
}

/// The native clients, which must not be let go of on an async thread: that joins threads and waits for the network.
struct Clients {
    producer: Arc<Producer>,
    topics: Topics,
}

impl KafkaSink {
    /// Makes the clients inside the current span; nothing is contacted yet, so a Kafka that is down shows later, as
    /// deliveries that wait.
    ///
    /// # Errors
    /// `Config` when the client library refuses the settings.
    pub(crate) fn open(options: SinkOptions) -> Result<Self, Error> {
        let deliveries = Arc::new(DeliveryQueue::default());
        let batch_size_bytes = options.limits.batch_size_bytes;
        let producer = make_producer(&options, batch_size_bytes, &deliveries)?;
        let admin_id = format!("connector-admin-{}-{}", options.connector, options.task.0);
        let topics = Topics::new(&options.settings, &admin_id)
            .map_err(|fault| fault.while_doing("Making the Kafka client for topics"))?;
        let clients = Some(Clients { producer: Arc::new(producer), topics });
        Ok(Self { options, clients, deliveries, ready_topics: HashSet::new(), batch_size_bytes })
    }

    /// Follows whether a broker answers: while none does, records wait and the task is neither failed nor well.
    pub(crate) fn subscribe_reach(&self) -> watch::Receiver<Reach> {
        self.deliveries.subscribe_reach()
    }

    /// Makes batches small enough for the topic: librdkafka does not split a batch that the broker finds too large.
    async fn fit_batches(&mut self, topics: &Topics, topic: &str) -> Result<(), Error> {
        match read_limit(topics, topic).await.map(fitting_batch) {
            Some(fitting) if fitting < self.batch_size_bytes => self.exchange_producer(fitting).await,
            _ => Ok(()),
        }
    }

    /// Replaces the producer once all it holds is delivered, so that no order is lost between the two.
    async fn exchange_producer(&mut self, batch_size_bytes: usize) -> Result<(), Error> {
        let Some(Clients { producer, topics }) = self.clients.take() else { return Err(closed()) };
        let flushed = blocking(move || {
            let flushed = producer.flush(EXCHANGE_DEADLINE);
            drop(producer);
            flushed
        });
        match flushed.await {
            Some(Ok(())) => {}
            Some(Err(error)) => {
                return Err(Fault::from(error).while_doing("Emptying the producer before making its batches smaller"));
            }
            None => return Err(closed()),
        }
        let producer = make_producer(&self.options, batch_size_bytes, &self.deliveries)?;
        self.clients = Some(Clients { producer: Arc::new(producer), topics });
        self.batch_size_bytes = batch_size_bytes;
        Ok(())
    }
}

impl Sink for KafkaSink {
    type Coupling = Separate;

    fn send(&mut self, record: ProducerRecord, ticket: Ticket) -> Result<Accepted, Error> {
        let Some(clients) = &self.clients else { return Err(closed()) };
        queue_record(&clients.producer, record, ticket, self.options.limits.queue_size_bytes)
    }

    async fn ensure_topic(&mut self, topic: &str) -> Result<(), Error> {
        if self.ready_topics.contains(topic) {
            return Ok(());
        }
        let Some(topics) = self.clients.as_ref().map(|clients| clients.topics.clone()) else { return Err(closed()) };
        failpoint::reach(Step::TopicAsked);
        find_or_create(&topics, &self.options.creation, topic).await?;
        failpoint::reach(Step::TopicReady);
        self.fit_batches(&topics, topic).await?;
        self.ready_topics.insert(topic.to_owned());
        Ok(())
    }

    async fn deliveries(&mut self) -> Vec<Delivery> {
        let deliveries = self.deliveries.next().await;
        failpoint::reach(Step::Delivered);
        deliveries
    }

    async fn close(mut self) {
        let Some(clients) = self.clients.take() else { return };
        let outcome = blocking(move || {
            let flushed = clients.producer.flush(CLOSE_DEADLINE);
            drop(clients);
            flushed
        });
        match outcome.await {
            Some(Ok(())) => {}
            Some(Err(error)) => {
                warn!(error = %Fault::from(error), "closed the producer with records in flight; they will be sent again");
            }
            None => warn!("the producer could not be closed in order"),
        }
    }
}

impl Drop for KafkaSink {
    fn drop(&mut self) {
        // Only a sink that was not closed gets here with clients: the attempt failed, so what is in flight is given up.
        if let Some(clients) = self.clients.take() {
            let release = std::thread::Builder::new().name("kafka-release".to_owned()).spawn(move || drop(clients));
            if let Err(error) = release {
                warn!(error = %error, "no thread to close the producer on");
            }
        }
    }
}

fn make_producer(
    options: &SinkOptions,
    batch_size_bytes: usize,
    deliveries: &Arc<DeliveryQueue>,
) -> Result<Producer, Error> {
    native_producer(options, batch_size_bytes, &[Setting::Idempotent])
        .create_with_context(DeliveryContext::new(Arc::clone(deliveries)))
        .map_err(|error| Fault::from(error).while_doing("Making the Kafka producer"))
}

/// The configuration of a sink's producer. Settings in `more` come last and win.
pub(super) fn native_producer(options: &SinkOptions, batch_size_bytes: usize, more: &[Setting<'_>]) -> ClientConfig {
    let client_id = format!("connector-producer-{}-{}", options.connector, options.task.0);
    let limits = &options.limits;
    let mut settings = vec![
        Setting::JavaPartitioner,
        Setting::Statistics(STATISTICS_INTERVAL),
        Setting::DeliveryTimeout(limits.delivery_timeout),
        Setting::RequestTimeout(limits.request_timeout),
        Setting::Compression(limits.compression),
        Setting::Linger(limits.linger),
        Setting::BatchSizeBytes(batch_size_bytes),
        Setting::QueueSizeBytes(limits.queue_size_bytes),
        Setting::QueueLength(limits.queue_length),
        // The broker and the topic know their limits; ours is only that a record must fit into the queue.
        Setting::RecordSizeBytes(limits.queue_size_bytes),
    ];
    settings.extend_from_slice(more);
    options.settings.native(&client_id, &settings)
}

/// Queues a record without waiting.
///
/// # Errors
/// A record that can never be accepted, or a producer that takes none any more.
pub(super) fn queue_record<C: ProducerContext<DeliveryOpaque = usize>>(
    producer: &ThreadedProducer<C>,
    record: ProducerRecord,
    ticket: Ticket,
    most_bytes: usize,
) -> Result<Accepted, Error> {
    // The types of absent keys and values still have to be named.
    let mut outgoing: BaseRecord<'_, [u8], [u8], usize> = BaseRecord::with_opaque_to(&record.topic, ticket.0 as usize);
    outgoing.key = record.key.as_deref();
    outgoing.payload = record.value.as_deref();
    outgoing.headers = native_headers(&record.headers);
    failpoint::reach(Step::Unsent);
    let refused = match producer.send(outgoing) {
        Ok(()) => {
            failpoint::reach(Step::Queued);
            return Ok(Accepted::Queued);
        }
        Err((error, _)) => error,
    };
    match refused {
        KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull) => Ok(Accepted::Full(record)),
        KafkaError::MessageProduction(code) if kind_of(code) == ErrorKind::RecordTooLarge => Err(Fault::Code(code)
            .while_doing(format!(
                "Queueing a record of {} bytes for topic {}; at most {most_bytes} bytes can be queued",
                record.size_bytes(),
                record.topic,
            ))),
        other => Err(Fault::from(other).while_doing(format!("Queueing a record for topic {}", record.topic))),
    }
}

/// Makes sure that a topic exists and can be written.
///
/// # Errors
/// `TopicUnusable`, `SinkPermission`, `SinkUnavailable`.
pub(super) async fn find_or_create(topics: &Topics, rules: &TopicCreationRules, topic: &str) -> Result<(), Error> {
    let found = topics.find(topic).await.map_err(|fault| fault.while_doing(format!("Looking up topic {topic}")))?;
    if found.is_some() {
        return Ok(());
    }
    if !rules.is_allowed() {
        let context = format!("Topic {topic} does not exist, and this service is not to create topics");
        return Err(Error::new(ErrorKind::TopicUnusable, context));
    }
    let creation = rules.for_topic(topic).map_err(|error| {
        let context = format!("The groups of topic.creation.groups cannot decide about topic {topic}");
        Error::caused(ErrorKind::TopicUnusable, context, error)
    })?;
    create_ready(topics, creation, topic).await
}

/// Creates a topic and waits until it can be written.
///
/// # Errors
/// `TopicUnusable`, `SinkPermission`, `SinkUnavailable`.
pub(super) async fn create_ready(topics: &Topics, creation: &TopicCreationConfig, topic: &str) -> Result<(), Error> {
    topics.create(topic, creation, Creation::Real).await.map_err(|fault| {
        let partitions = creation.partitions.map_or("default".to_owned(), |count| count.to_string());
        let replicas = creation.replication_factor.map_or("default".to_owned(), |count| count.to_string());
        fault.while_doing(format!("Creating topic {topic} (partitions {partitions}, replicas {replicas})"))
    })?;
    topics
        .wait_until_ready(topic)
        .await
        .map_err(|fault| fault.while_doing(format!("Waiting for the leaders of the new topic {topic}")))?;
    debug!(kafka.topic = topic, "created topic {topic}");
    Ok(())
}

/// The topic's `max.message.bytes`, where it may be read.
pub(super) async fn read_limit(topics: &Topics, topic: &str) -> Option<usize> {
    match topics.settings(topic).await {
        Ok(settings) => settings.max_message_bytes.and_then(|bytes| usize::try_from(bytes).ok()),
        Err(fault) => {
            debug!(kafka.topic = topic, error = %fault, "the limits of topic {topic} cannot be read");
            None
        }
    }
}

/// Bytes of a batch that a topic with this limit takes.
pub(super) fn fitting_batch(limit: usize) -> usize {
    limit.saturating_sub(BATCH_FRAMING_BYTES).max(MIN_BATCH_BYTES)
}

fn native_headers(headers: &[Header]) -> Option<OwnedHeaders> {
    if headers.is_empty() {
        return None;
    }
    let mut native = OwnedHeaders::new_with_capacity(headers.len());
    for header in headers {
        native = native.insert(message::Header { key: &header.key, value: header.value.as_deref() });
    }
    Some(native)
}

pub(super) fn closed() -> Error {
    Error::new(ErrorKind::SinkUnavailable, "The Kafka producer is closed")
}

#[cfg(test)]
mod tests;
