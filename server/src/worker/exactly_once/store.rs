//! The pipeline's position store for exactly-once delivery: a commit covers the records of the open transaction as well.

use std::sync::Arc;

use bytes::Bytes;
use connect::pipeline::{Atomic, OffsetStore};
use connect::position::{KeptPosition, Position, StoredOffset};
use connect::{Error, ErrorKind};
use tokio::sync::watch;
use tracing::{info, warn};

use super::standing::Standing;
use crate::db::leases::Lease;
use crate::failpoint::{self, Step};
use crate::kafka::offsets_topic::OffsetsTopic;
use crate::kafka::transaction::{Committed, Transactions};

/// Positions of one task in the offsets topic, committed with its records.
pub(super) struct TransactionalStore {
    transactions: Transactions,
    topic: OffsetsTopic,
    topic_name: Arc<str>,
    key: String,
    lease: Lease,
    standing: Standing,
    /// What was committed last, for the copy in Postgres.
    committed: watch::Sender<Option<Position>>,
}

impl TransactionalStore {
    pub(super) fn new(
        transactions: Transactions,
        topic: OffsetsTopic,
        key: String,
        lease: Lease,
        standing: Standing,
        committed: watch::Sender<Option<Position>>,
    ) -> Self {
        let topic_name = Arc::from(topic.name());
        Self { transactions, topic, topic_name, key, lease, standing, committed }
    }

    /// A producer of which a request may still be on its way begins no other transaction: a new one fences whatever may come, and
    /// the topic tells what has become of the last commit.
    async fn recycle(&self, expected: &Bytes) -> Result<(), Error> {
        self.transactions.replace(None).await?;
        self.standing.refuse_lost().await?;
        self.transactions.fence().await?;
        self.standing.refuse_lost().await?;
        let found = self.topic.find(self.key.clone()).await?;
        if found.as_ref() != Some(expected) {
            let context = "A transaction was not committed after all; its records are read again";
            return Err(Error::new(ErrorKind::SinkUnavailable, context));
        }
        Ok(())
    }
}

impl OffsetStore for TransactionalStore {
    type Coupling = Atomic;

    async fn load(&self) -> Result<Option<Position>, Error> {
        let Some(value) = self.topic.find(self.key.clone()).await? else { return Ok(None) };
        match StoredOffset::from_value(&value)? {
            StoredOffset::Own(kept) => Ok(Some(kept.position)),
            // A running task's position is its own; what others left behind is looked at when it begins.
            StoredOffset::Official(_) => Ok(None),
        }
    }

    async fn commit(&self, position: Position) -> Result<(), Error> {
        let kept = KeptPosition {
            position,
            connector: self.lease.connector.0.to_string(),
            epoch: self.lease.epoch.0,
            reached: self.transactions.reached(),
        };
        let value = Bytes::from(kept.to_value()?);
        let key = Bytes::copy_from_slice(self.key.as_bytes());
        failpoint::reach(Step::CommitBegun);
        match self.transactions.commit(Arc::clone(&self.topic_name), key, Some(value.clone())).await? {
            Committed::Cleanly => {}
            Committed::Suspiciously => {
                info!("a commit took long or a connection was lost; the producer is replaced");
                self.recycle(&value).await?;
            }
            Committed::Unknown => {
                warn!(
                    "a commit was not answered; the producer is replaced, and the offsets topic tells what came of it"
                );
                self.recycle(&value).await?;
            }
        }
        failpoint::reach(Step::CommitDone);
        self.transactions.begin().await?;
        self.committed.send_replace(Some(kept.position));
        Ok(())
    }
}
