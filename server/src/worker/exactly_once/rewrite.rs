//! Writing positions into the offsets topic by hand, while nobody runs the task.
//!
//! Called by `service::offsets`. Fences like a start does, so that a replica that still believes to run the task cannot write over
//! what a person has set.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use connect::config::{ExactlyOnceConfig, TopicCreationRules};
use connect::position::offset_key;
use connect::{Error, ErrorKind};
use tokio::time::timeout;

use super::{transaction_timeout, transactional_id};
use crate::db::leases::Lease;
use crate::ids::ConnectorName;
use crate::kafka::client::ClientSettings;
use crate::kafka::offsets_topic::OffsetsTopic;
use crate::kafka::producer::{SinkLimits, SinkOptions};
use crate::kafka::topics::Topics;
use crate::kafka::transaction::{Committed, TransactionOptions, Transactions};

/// How long all of it may take: somebody waits for the answer.
const DEADLINE: Duration = Duration::from_secs(30);

/// Whose positions, and where.
pub(crate) struct Rewriting<'a> {
    /// The Kafka.
    pub(crate) settings: &'a ClientSettings,
    /// Of this deployment.
    pub(crate) deployment_id: &'a str,
    /// The connector.
    pub(crate) connector: ConnectorName,
    /// Its task, under an epoch that nobody owns.
    pub(crate) lease: Lease,
    /// How it delivers.
    pub(crate) config: &'a ExactlyOnceConfig,
    /// Its topic of positions.
    pub(crate) topic: OffsetsTopic,
    /// Whether that may be created.
    pub(crate) may_create: bool,
}

/// Writes these values, by source partition; `None` takes one back. All of them, or none.
///
/// # Errors
/// What Kafka has against it; `SinkUnavailable` when it takes too long, and then it is not known whether they were written.
pub(crate) async fn rewrite(rewriting: Rewriting<'_>, values: Vec<(String, Option<Vec<u8>>)>) -> Result<(), Error> {
    if values.is_empty() {
        return Ok(());
    }
    let too_slow = || Error::new(ErrorKind::SinkUnavailable, "Kafka does not answer in time");
    timeout(DEADLINE, write(rewriting, values)).await.unwrap_or_else(|_| Err(too_slow()))
}

async fn write(rewriting: Rewriting<'_>, values: Vec<(String, Option<Vec<u8>>)>) -> Result<(), Error> {
    let Rewriting { settings, deployment_id, connector, lease, config, topic, may_create } = rewriting;
    let topics = Topics::new(settings, "naru-positions")
        .map_err(|fault| fault.while_doing("Making the Kafka client for topics"))?;
    topic.make_sure(&topics, may_create).await?;
    let name: Arc<str> = Arc::from(topic.name());
    let transactions = Transactions::open(TransactionOptions {
        transactional_id: transactional_id(deployment_id, lease),
        timeout: transaction_timeout(config),
        sink: SinkOptions {
            settings: settings.clone(),
            connector: connector.clone(),
            task: lease.task,
            creation: TopicCreationRules::default(),
            limits: SinkLimits::default(),
        },
    })?;
    let written = async {
        transactions.fence().await?;
        for (partition, value) in values {
            transactions.begin().await?;
            let key = Bytes::from(offset_key(connector.as_str(), &partition));
            match transactions.commit(Arc::clone(&name), key.clone(), value.clone().map(Bytes::from)).await? {
                Committed::Cleanly => {}
                Committed::Suspiciously | Committed::Unknown => {
                    transactions.replace(None).await?;
                    transactions.fence().await?;
                }
            }
        }
        Ok(())
    };
    let written = written.await;
    transactions.release();
    written
}
