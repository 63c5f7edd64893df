//! Runs the checks of a configuration: MongoDB and Kafka beside each other, then what needs both.
//!
//! Results come out one by one. They belong to what was checked: [`fingerprint`] of the fields that were tested tells whether
//! a result still holds.

use std::time::Duration;

use bson::RawDocumentBuf;
use connect::config::{ConnectionConfig, Scope, SourceConfig, StreamConfig, SubmittedConfig, TopicCreationRules};
use connect::mongo::{CopiedEvents, Encoded, RecordEncoder, TopicMapper};
use connect::position::Namespace;

use super::outcome;
use super::principal::{Action, Object, Principal, authorise};
use super::remote::{Remote, RemoteError, asked};
use crate::kafka::preflight::{self as kafka_checks, KafkaTarget};
use crate::kafka::topics::Topics;
use crate::mongo::discover::{Explorer, Sampling};
use crate::mongo::preflight::{self as mongo_checks, MongoTarget};
use crate::preflight::{CheckId, Finding, NOT_TRIED, Report, Results, Verdict};

/// How long one check of Kafka may take.
const KAFKA_LIMIT: Duration = Duration::from_secs(15);

/// How long looking for the largest document may take.
const SIZE_LIMIT: Duration = Duration::from_secs(30);

/// Collections whose documents are weighed.
const MOST_WEIGHED: usize = 10;

/// Documents of each.
const WEIGHED_DOCUMENTS: usize = 20;

/// What a batch with a single record takes beside the record.
const FRAMING_BYTES: usize = 128;

/// Properties whose values decide how a check ends; those ending in a dot stand for all that begin so.
const TESTED: [&str; 12] = [
    "connection.",
    "database",
    "collection",
    "pipeline",
    "topic.",
    "output.",
    "key.converter",
    "key.converter.",
    "value.converter",
    "value.converter.",
    "publish.",
    "change.stream.",
];

/// What is to be checked.
#[derive(Debug, Clone)]
pub(crate) struct CheckRequest {
    /// The configuration as far as it is there, secrets in place.
    pub(crate) submitted: SubmittedConfig,
    /// The collections that were chosen; empty means all of the database.
    pub(crate) collections: Vec<String>,
}

/// Checks that are under way.
pub(crate) struct CheckRun {
    /// Of the fields that are being tested. It is made of secrets too: it may be stored sealed, and must not be shown.
    pub(crate) fingerprint: String,
    /// Each result as it comes. Dropping this ends the checks after the one that is running.
    pub(crate) results: Results,
}

/// Starts the checks.
///
/// # Errors
/// [`RemoteError::Forbidden`]. Whatever else is wrong is a check's result.
pub(crate) fn start(remote: &Remote, principal: &Principal, request: CheckRequest) -> Result<CheckRun, RemoteError> {
    authorise(principal, Action::Read, Object::Sources).map_err(|_| RemoteError::Forbidden)?;
    let fingerprint = fingerprint(remote, &request);
    let (report, results) = Report::new();
    let remote = remote.clone();
    tokio::spawn(async move { Checks::new(remote, request, report).run().await });
    Ok(CheckRun { fingerprint, results })
}

/// Tells whether results are of this configuration: equal as long as nothing that was tested has changed.
pub(crate) fn fingerprint(remote: &Remote, request: &CheckRequest) -> String {
    let is_tested = |name: &str| {
        TESTED.iter().any(|tested| if tested.ends_with('.') { name.starts_with(tested) } else { name == *tested })
    };
    let mut tested: Vec<(&str, &str)> = request.submitted.iter().filter(|(name, _)| is_tested(name)).collect();
    tested.sort_unstable();
    let properties = tested.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    let collections = request.collections.iter().map(String::as_bytes);
    let servers = remote.kafka().servers().map(str::as_bytes);
    // An empty part keeps the three lists apart.
    asked(properties.chain([&[][..]]).chain(collections).chain([&[][..]]).chain(servers)).to_hex()
}

struct Checks {
    remote: Remote,
    report: Report,
    /// `None` when the configuration cannot run yet; then what it would write is not known.
    config: Option<SourceConfig>,
    mongo: MongoTarget,
    kafka: KafkaTarget,
    collections: Vec<String>,
}

impl Checks {
    fn new(remote: Remote, request: CheckRequest, report: Report) -> Self {
        let config = SourceConfig::parse(&request.submitted).ok();
        let mongo = match &config {
            Some(config) => MongoTarget {
                connection: config.connection.clone(),
                scope: config.scope.clone(),
                stream: config.stream.clone(),
            },
            None => incomplete_target(&request.submitted),
        };
        let creation = config.as_ref().map_or_else(TopicCreationRules::default, |config| config.topic_creation.clone());
        let creation = if remote.may_create_topics() { creation } else { creation.forbidden() };
        let kafka = KafkaTarget { settings: remote.kafka().clone(), creation };
        Self { remote, report, config, mongo, kafka, collections: request.collections }
    }

    async fn run(self) {
        let reach = kafka_checks::reach(self.kafka.clone());
        let (explorer, topics) = tokio::join!(
            mongo_checks::run(self.mongo.clone(), &self.report),
            self.report.check(CheckId::Kafka, KAFKA_LIMIT, reach),
        );
        let namespaces = match &explorer {
            Some(explorer) => {
                outcome::namespaces(explorer, &self.mongo.scope, &self.collections).await.unwrap_or_default()
            }
            None => Vec::new(),
        };
        let Some(topics) = topics else {
            self.report.skip(&[CheckId::CreateTopic, CheckId::Produce, CheckId::DocumentSize], NOT_TRIED).await;
            return;
        };
        if self.report.is_unwanted() {
            return;
        }
        let names = self.topic_names(&namespaces);
        let rehearsal = kafka_checks::rehearse_creation(topics.clone(), self.kafka.clone(), names);
        self.report.check(CheckId::CreateTopic, KAFKA_LIMIT, rehearsal).await;
        self.report.check(CheckId::Produce, KAFKA_LIMIT, kafka_checks::open_session(self.kafka.clone())).await;
        match (explorer, self.config) {
            (Some(explorer), Some(config)) => {
                let scales = Scales { remote: self.remote, explorer, topics, config };
                self.report.check(CheckId::DocumentSize, SIZE_LIMIT, scales.weigh(namespaces)).await;
            }
            _ => self.report.skip(&[CheckId::DocumentSize], NOT_TRIED).await,
        }
    }

    fn topic_names(&self, namespaces: &[Namespace]) -> Vec<String> {
        let Some(mut mapper) = self.config.as_ref().and_then(|config| TopicMapper::new(&config.topics).ok()) else {
            return Vec::new();
        };
        let mut names: Vec<String> = Vec::new();
        for namespace in namespaces {
            if let Ok(Some(topic)) = mapper.topic(&namespace.database, &namespace.collection)
                && !names.iter().any(|name| **name == **topic.name())
            {
                names.push(topic.name().to_string());
            }
        }
        names
    }
}

/// What can be checked of a configuration that cannot run yet.
fn incomplete_target(submitted: &SubmittedConfig) -> MongoTarget {
    let text = |name: &str| submitted.get(name).unwrap_or_default().to_owned();
    let (database, collection) = (text("database"), text("collection"));
    let scope = match (database.is_empty(), collection.is_empty()) {
        (true, _) => Scope::Deployment,
        (false, true) => Scope::Database(database),
        (false, false) => Scope::Collection { database, collection },
    };
    let connection = ConnectionConfig::of_uri(text("connection.uri"));
    MongoTarget { connection, scope, stream: StreamConfig::default() }
}

/// Weighs documents as records.
struct Scales {
    remote: Remote,
    explorer: Explorer,
    topics: Topics,
    config: SourceConfig,
}

/// The heaviest record found, against what its topic takes.
struct Heaviest {
    namespace: Namespace,
    topic: String,
    size_bytes: usize,
    limit_bytes: u64,
}

impl Scales {
    async fn weigh(self, namespaces: Vec<Namespace>) -> (Finding, Option<()>) {
        let Ok(mut encoder) = RecordEncoder::new(&self.config) else { return (Finding::skipped(NOT_TRIED), None) };
        let mut heaviest: Option<Heaviest> = None;
        let mut sampled = 0;
        for namespace in namespaces.into_iter().take(MOST_WEIGHED) {
            let Ok(documents) = self.explorer.sample(&namespace, WEIGHED_DOCUMENTS, Sampling::Random).await else {
                continue;
            };
            sampled += documents.len();
            let Some((topic, size_bytes)) = largest(&mut encoder, &namespace, &documents) else { continue };
            let Some(limit_bytes) = self.limit(&topic).await else { continue };
            let found = Heaviest { namespace, topic, size_bytes, limit_bytes };
            if heaviest.as_ref().is_none_or(|known| found.load() > known.load()) {
                heaviest = Some(found);
            }
        }
        let finding = match heaviest {
            Some(heaviest) => heaviest.judge(),
            None if sampled == 0 => Finding::skipped("nothing-sampled"),
            None => Finding::skipped("limit-unknown"),
        };
        (finding.with("documents", sampled), Some(()))
    }

    /// What a topic takes: as it is set, as it would be created, or as the brokers' default is.
    async fn limit(&self, topic: &str) -> Option<u64> {
        if let Ok(settings) = self.topics.settings(topic).await {
            return settings.max_message_bytes;
        }
        let creation = self.config.topic_creation.for_topic(topic).ok()?;
        let configured = creation.configs.iter().find(|(name, _)| name == "max.message.bytes");
        if let Some((_, value)) = configured {
            return value.parse().ok();
        }
        if let Some(defaults) = self.remote.defaults.get(&()) {
            return defaults.max_message_bytes;
        }
        let defaults = self.topics.broker_defaults().await.ok()?;
        self.remote.defaults.put((), defaults, 1);
        defaults.max_message_bytes
    }
}

impl Heaviest {
    /// Thousandths of the limit.
    fn load(&self) -> u128 {
        self.size_bytes as u128 * 1000 / u128::from(self.limit_bytes.max(1))
    }

    fn judge(&self) -> Finding {
        let verdict = match self.load() {
            load if load > 1000 => Finding::new(Verdict::Failed, "too-large"),
            load if load > 700 => Finding::new(Verdict::Warned, "close-to-limit"),
            _ => Finding::new(Verdict::Passed, "fits"),
        };
        let finding = verdict
            .with("collection", &self.namespace)
            .with("topic", &self.topic)
            .with("bytes", self.size_bytes)
            .with("limit", self.limit_bytes);
        if finding.verdict == Verdict::Passed {
            return finding;
        }
        let enough = (self.size_bytes as u64).saturating_mul(2);
        finding.remedy("raise-topic-limit").command(format!(
            "kafka-configs.sh --bootstrap-server … --alter --entity-type topics --entity-name {} \
             --add-config max.message.bytes={enough}",
            self.topic
        ))
    }
}

/// The topic and size of the largest record that the documents of a collection make.
fn largest(
    encoder: &mut RecordEncoder,
    namespace: &Namespace,
    documents: &[RawDocumentBuf],
) -> Option<(String, usize)> {
    let copied = CopiedEvents::new(namespace).ok()?;
    let sizes = documents.iter().filter_map(|document| {
        let event = copied.event(document).ok()?;
        match encoder.encode(&event).ok()? {
            Encoded::Record(record) => Some((record.topic.to_string(), record.size_bytes() + FRAMING_BYTES)),
            Encoded::Skipped(_) => None,
        }
    });
    sizes.max_by_key(|(_, size_bytes)| *size_bytes)
}

#[cfg(test)]
mod tests;
