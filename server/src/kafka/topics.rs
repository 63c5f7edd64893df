//! Topics of one cluster: what exists, how it is set, and creating what is missing.
//!
//! Used by the sink (before its first record for a topic), the preview, the checks and the portal's topic list. Never creates
//! a topic by accident: every creation is one call of [`Topics::create`].

use std::sync::Arc;
use std::time::Duration;

use connect::config::TopicCreationConfig;
use rdkafka::admin::{AdminClient, AdminOptions, ConfigResource, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::metadata::{Metadata, MetadataTopic};

use crate::blocking::blocking;
use crate::kafka::client::{ClientSettings, Logged};
use crate::kafka::fault::Fault;

/// How long one request about topics may take.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a new topic's leaders may take to appear.
const LEADER_DEADLINE: Duration = Duration::from_secs(15);

/// Pause between two looks at a topic whose leaders are not there yet.
const LEADER_POLL: Duration = Duration::from_millis(50);

/// Asks about topics, and creates them. A cheap clone of one admin client.
#[derive(Clone)]
pub(crate) struct Topics {
    admin: Arc<AdminClient<Logged>>,
}

/// A topic as the brokers describe it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TopicShape {
    /// Its name.
    pub(crate) name: String,
    /// Its partitions, by number.
    pub(crate) partitions: Vec<PartitionShape>,
}

/// One partition of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartitionShape {
    /// Its number.
    pub(crate) number: i32,
    /// It has a leader, so it can be read and written.
    pub(crate) has_leader: bool,
    /// Copies of it, the leader's included.
    pub(crate) replica_count: usize,
}

impl TopicShape {
    /// Every partition has a leader.
    pub(crate) fn is_ready(&self) -> bool {
        !self.partitions.is_empty() && self.partitions.iter().all(|partition| partition.has_leader)
    }
}

/// Whether a creation is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Creation {
    /// Create the topic.
    Real,
    /// Only ask whether it could be created; nothing changes.
    Rehearsal,
}

/// What a topic is set to, as far as it may be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TopicSettings {
    /// `max.message.bytes`: the largest record batch the topic takes.
    pub(crate) max_message_bytes: Option<u64>,
    /// `cleanup.policy`.
    pub(crate) cleanup_policy: Option<String>,
    /// `retention.ms`; `None` also when unlimited.
    pub(crate) retention_ms: Option<u64>,
    /// `retention.bytes` per partition; `None` also when unlimited.
    pub(crate) retention_bytes: Option<u64>,
}

/// The readable range of a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OffsetRange {
    /// The partition.
    pub(crate) partition: i32,
    /// First offset that still exists.
    pub(crate) low: i64,
    /// One past the last offset.
    pub(crate) high: i64,
}

impl Topics {
    /// Makes a client; nothing is contacted yet.
    ///
    /// # Errors
    /// [`Fault::Property`] or [`Fault::Creation`] when the client library refuses the settings.
    pub(crate) fn new(settings: &ClientSettings, client_id: &str) -> Result<Self, Fault> {
        let mut config = settings.native(client_id, &[]);
        // The admin client never reads its log queue, which would grow by a line for every failed connection.
        config.set_log_level(RDKafkaLogLevel::Emerg);
        let admin: AdminClient<Logged> = config.create_with_context(Logged::in_current_span())?;
        Ok(Self { admin: Arc::new(admin) })
    }

    /// The topic, or `None` when it does not exist (or must not be seen: brokers answer both alike).
    ///
    /// # Errors
    /// The broker's or the client's code, after [`REQUEST_TIMEOUT`] at most.
    pub(crate) async fn find(&self, topic: &str) -> Result<Option<TopicShape>, Fault> {
        let (admin, name) = (Arc::clone(&self.admin), topic.to_owned());
        let metadata = blocking(move || admin.inner().fetch_metadata(Some(&name), REQUEST_TIMEOUT)).await;
        let metadata = metadata.ok_or(Fault::Other)??;
        let Some(found) = metadata.topics().iter().find(|candidate| candidate.name() == topic) else {
            return Ok(None);
        };
        match found.error().map(RDKafkaErrorCode::from) {
            None | Some(RDKafkaErrorCode::LeaderNotAvailable) => Ok(Some(shape_of(found))),
            Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic) => Ok(None),
            Some(code) => Err(Fault::Code(code)),
        }
    }

    /// Every topic that may be seen, by name; Kafka's own included.
    ///
    /// # Errors
    /// The broker's or the client's code, after [`REQUEST_TIMEOUT`] at most.
    pub(crate) async fn list(&self) -> Result<Vec<TopicShape>, Fault> {
        let metadata = self.cluster_metadata().await?;
        let mut topics: Vec<TopicShape> =
            metadata.topics().iter().filter(|topic| topic.error().is_none()).map(shape_of).collect();
        topics.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(topics)
    }

    /// How many brokers the cluster has.
    ///
    /// # Errors
    /// The broker's or the client's code, after [`REQUEST_TIMEOUT`] at most.
    pub(crate) async fn broker_count(&self) -> Result<usize, Fault> {
        Ok(self.cluster_metadata().await?.brokers().len())
    }

    /// Creates the topic, or rehearses it. A topic that exists already is fine.
    ///
    /// # Errors
    /// What the broker said: an illegal name, a replication factor above the number of brokers, a policy, missing rights.
    pub(crate) async fn create(
        &self,
        topic: &str,
        config: &TopicCreationConfig,
        creation: Creation,
    ) -> Result<(), Fault> {
        // -1 leaves the choice to the broker.
        let replication = TopicReplication::Fixed(config.replication_factor.map_or(-1, i32::from));
        let mut new_topic = NewTopic::new(topic, config.partitions.unwrap_or(-1), replication);
        for (name, value) in &config.configs {
            new_topic = new_topic.set(name, value);
        }
        let options = admin_options().validate_only(creation == Creation::Rehearsal);
        let answers = self.admin.create_topics([&new_topic], &options).await?;
        match answers.into_iter().next() {
            Some(Ok(_)) | Some(Err((_, RDKafkaErrorCode::TopicAlreadyExists))) => Ok(()),
            Some(Err((_, code))) => Err(Fault::Code(code)),
            None => Err(Fault::Other),
        }
    }

    /// Waits until every partition of an existing topic has a leader.
    ///
    /// # Errors
    /// `LeaderNotAvailable` when none is there in time, or what [`Topics::find`] said.
    pub(crate) async fn wait_until_ready(&self, topic: &str) -> Result<TopicShape, Fault> {
        let deadline = tokio::time::Instant::now() + LEADER_DEADLINE;
        loop {
            if let Some(shape) = self.find(topic).await?
                && shape.is_ready()
            {
                return Ok(shape);
            }
            if tokio::time::Instant::now() >= deadline {
                return Err(Fault::Code(RDKafkaErrorCode::LeaderNotAvailable));
            }
            tokio::time::sleep(LEADER_POLL).await;
        }
    }

    /// What the topic is set to.
    ///
    /// # Errors
    /// [`Fault::Withheld`] when it does not exist or the DescribeConfigs right is missing, or what the broker said.
    pub(crate) async fn settings(&self, topic: &str) -> Result<TopicSettings, Fault> {
        let resource = self.describe(ResourceSpecifier::Topic(topic)).await?;
        Ok(TopicSettings {
            max_message_bytes: number(&resource, "max.message.bytes"),
            cleanup_policy: resource.get("cleanup.policy").and_then(|entry| entry.value.clone()),
            retention_ms: number(&resource, "retention.ms"),
            retention_bytes: number(&resource, "retention.bytes"),
        })
    }

    /// What a broker gives to topics that are created without settings of their own: its `message.max.bytes` and the number
    /// of partitions.
    ///
    /// # Errors
    /// [`Fault::Withheld`] without the DescribeConfigs right, or what the broker said.
    pub(crate) async fn broker_defaults(&self) -> Result<BrokerDefaults, Fault> {
        let metadata = self.cluster_metadata().await?;
        let broker = metadata.brokers().first().ok_or(Fault::Code(RDKafkaErrorCode::BrokerNotAvailable))?;
        let resource = self.describe(ResourceSpecifier::Broker(broker.id())).await?;
        Ok(BrokerDefaults {
            max_message_bytes: number(&resource, "message.max.bytes"),
            partitions: number(&resource, "num.partitions").and_then(|count| u32::try_from(count).ok()),
        })
    }

    async fn cluster_metadata(&self) -> Result<Metadata, Fault> {
        let admin = Arc::clone(&self.admin);
        let metadata = blocking(move || admin.inner().fetch_metadata(None, REQUEST_TIMEOUT)).await;
        Ok(metadata.ok_or(Fault::Other)??)
    }

    async fn describe(&self, resource: ResourceSpecifier<'_>) -> Result<ConfigResource, Fault> {
        let answers = self.admin.describe_configs([&resource], &admin_options()).await?;
        let resource = answers.into_iter().next().ok_or(Fault::Other)??;
        if resource.entries.is_empty() { Err(Fault::Withheld) } else { Ok(resource) }
    }
}

/// Settings that a new topic gets from its broker.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct BrokerDefaults {
    /// `message.max.bytes`.
    pub(crate) max_message_bytes: Option<u64>,
    /// `num.partitions`.
    pub(crate) partitions: Option<u32>,
}

fn admin_options() -> AdminOptions {
    AdminOptions::new().request_timeout(Some(REQUEST_TIMEOUT)).operation_timeout(Some(REQUEST_TIMEOUT))
}

fn shape_of(topic: &MetadataTopic) -> TopicShape {
    let mut partitions: Vec<PartitionShape> = topic
        .partitions()
        .iter()
        .map(|partition| PartitionShape {
            number: partition.id(),
            has_leader: partition.leader() >= 0,
            replica_count: partition.replicas().len(),
        })
        .collect();
    partitions.sort_by_key(|partition| partition.number);
    TopicShape { name: topic.name().to_owned(), partitions }
}

/// A non-negative number; -1 is how Kafka says "no limit".
fn number(resource: &ConfigResource, name: &str) -> Option<u64> {
    resource.get(name).and_then(|entry| entry.value.as_deref()).and_then(|value| value.parse().ok())
}
