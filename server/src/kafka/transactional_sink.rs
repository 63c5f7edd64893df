//! The pipeline's sink for exactly-once delivery: records go into the open transaction of a [`Transactions`].
//!
//! Made by the worker together with the store that commits (`worker::exactly_once`); the loop's atomic coupling sends nothing
//! while a commit is under way and makes sure of topics between transactions.

use std::collections::HashMap;
use std::sync::Arc;

use connect::pipeline::{Accepted, Atomic, Delivery, Sink, Ticket};
use connect::record::ProducerRecord;
use connect::{Error, ErrorKind};

use crate::failpoint::{self, Step};
use crate::kafka::producer::{find_or_create, fitting_batch, read_limit};
use crate::kafka::topics::Topics;
use crate::kafka::transaction::Transactions;

/// Room that a record's batch needs beside key, value and headers.
const RECORD_FRAMING_BYTES: usize = 100;

/// Sends into transactions.
pub(crate) struct TransactionalSink {
    transactions: Transactions,
    topics: Topics,
    offsets_topic: Arc<str>,
    /// Each ready topic's largest batch, where it may be read.
    limits: HashMap<Arc<str>, Option<usize>>,
    last: Option<(Arc<str>, Option<usize>)>,
}

impl TransactionalSink {
    /// A sink into an open transaction. `offsets_topic` takes positions and no records.
    pub(crate) fn new(transactions: Transactions, topics: Topics, offsets_topic: Arc<str>) -> Self {
        Self { transactions, topics, offsets_topic, limits: HashMap::new(), last: None }
    }

    /// A record that the brokers would refuse must not get into a transaction, because it would take the others with it.
    fn limit(&mut self, topic: &Arc<str>) -> Option<usize> {
        if let Some((last, limit)) = &self.last
            && Arc::ptr_eq(last, topic)
        {
            return *limit;
        }
        let limit = self.limits.get(topic).copied().flatten();
        self.last = Some((Arc::clone(topic), limit));
        limit
    }
}

impl Sink for TransactionalSink {
    type Coupling = Atomic;

    fn send(&mut self, record: ProducerRecord, ticket: Ticket) -> Result<Accepted, Error> {
        if let Some(limit) = self.limit(&record.topic)
            && record.size_bytes() + RECORD_FRAMING_BYTES > limit
        {
            let context = format!(
                "A record of {} bytes does not fit into topic {}, whose max.message.bytes is {limit}",
                record.size_bytes(),
                record.topic
            );
            return Err(Error::new(ErrorKind::RecordTooLarge, context));
        }
        self.transactions.send(record, ticket)
    }

    async fn ensure_topic(&mut self, topic: &str) -> Result<(), Error> {
        if *topic == *self.offsets_topic {
            let context = format!("Records would go to topic {topic}, which holds the positions");
            return Err(Error::new(ErrorKind::Config, context));
        }
        failpoint::reach(Step::TopicAsked);
        find_or_create(&self.topics, &self.transactions.options().sink.creation, topic).await?;
        failpoint::reach(Step::TopicReady);
        let limit = read_limit(&self.topics, topic).await;
        if let Some(fitting) = limit.map(fitting_batch)
            && fitting < self.transactions.batch_size_bytes()
        {
            self.transactions.replace(Some(fitting)).await?;
            self.transactions.fence().await?;
            self.transactions.begin().await?;
        }
        self.limits.insert(Arc::from(topic), limit);
        self.last = None;
        Ok(())
    }

    async fn deliveries(&mut self) -> Vec<Delivery> {
        let deliveries = self.transactions.deliveries().await;
        failpoint::reach(Step::Delivered);
        deliveries
    }

    /// The transaction that is open by now is empty: aborting it costs nothing.
    async fn close(self) {}
}

impl Drop for TransactionalSink {
    fn drop(&mut self) {
        self.transactions.release();
    }
}
