//! The checks of a Kafka: does it answer, may missing topics be created, may records be written.
//!
//! Run by `service::checks`. Nothing is written: a topic's creation is rehearsed by the brokers themselves, and writing is
//! tried as far as a producer's session, which they grant only to those who may write somewhere.

use std::time::Duration;

use connect::config::{TopicCreationConfig, TopicCreationRules};
use connect::mongo::check_topic_name;
use connect::{ErrorKind, mongo::IllegalTopicName};
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::DeliveryResult;
use rdkafka::producer::{ProducerContext, ThreadedProducer};
use rdkafka::statistics::Statistics;
use tokio::sync::watch;

use crate::blocking::blocking;
use crate::kafka::client::{ClientSettings, Logged, Setting};
use crate::kafka::fault::{Fault, code_of, kind_of};
use crate::kafka::topics::{Creation, Topics};
use crate::preflight::Finding;

/// Topics whose creation is rehearsed.
const MOST_TOPICS: usize = 20;

/// How long a producer's session may take to be granted.
const SESSION_LIMIT: Duration = Duration::from_secs(8);

/// How often the producer tells whether it has its session.
const SESSION_POLL: Duration = Duration::from_millis(50);

/// What is checked.
#[derive(Debug, Clone)]
pub(crate) struct KafkaTarget {
    /// How to reach it.
    pub(crate) settings: ClientSettings,
    /// How missing topics would be created.
    pub(crate) creation: TopicCreationRules,
}

/// Does any broker answer? Brings what further checks ask with.
pub(crate) async fn reach(target: KafkaTarget) -> (Finding, Option<Topics>) {
    let topics = match Topics::new(&target.settings, "naru-preflight") {
        Ok(topics) => topics,
        Err(_) => return (Finding::failed("settings-unusable").remedy("correct-kafka-settings"), None),
    };
    match topics.broker_count().await {
        Ok(count) => (Finding::passed("answers").with("brokers", count), Some(topics)),
        Err(fault) => {
            let servers = target.settings.servers().collect::<Vec<_>>().join(", ");
            (refused(&fault, "unreachable").with("servers", servers), None)
        }
    }
}

/// Do the topics exist, or may they be created?
pub(crate) async fn rehearse_creation(
    topics: Topics,
    target: KafkaTarget,
    names: Vec<String>,
) -> (Finding, Option<()>) {
    if names.is_empty() {
        return (Finding::skipped("no-topic-known"), Some(()));
    }
    let mut missing_count = 0;
    for name in names.iter().take(MOST_TOPICS) {
        if let Err(fault) = check_topic_name(name) {
            return (illegal(name, &fault), None);
        }
        match topics.find(name).await {
            Ok(Some(_)) => continue,
            Ok(None) => missing_count += 1,
            Err(fault) => return (refused(&fault, "unreachable").with("topic", name), None),
        }
        if !target.creation.is_allowed() {
            return (Finding::failed("topic-missing").with("topic", name).remedy("create-topic-yourself"), None);
        }
        let Ok(creation) = target.creation.for_topic(name) else {
            return (Finding::failed("topic-config").with("topic", name).remedy("correct-topic-config"), None);
        };
        if let Err(fault) = topics.create(name, creation, Creation::Rehearsal).await {
            return (not_creatable(&topics, creation, name, &fault).await, None);
        }
    }
    let finding = if missing_count == 0 { Finding::passed("exist") } else { Finding::passed("may-be-created") };
    (finding.with("topics", names.len()).with("missing", missing_count), Some(()))
}

/// Would a producer get a session?
pub(crate) async fn open_session(target: KafkaTarget) -> (Finding, Option<()>) {
    let (state, mut states) = watch::channel(Session::Waiting);
    let settings = [Setting::Idempotent, Setting::Statistics(SESSION_POLL)];
    let config = target.settings.native("naru-preflight", &settings);
    let context = SessionContext { logged: Logged::in_current_span(), state };
    let producer: ThreadedProducer<SessionContext> = match config.create_with_context(context) {
        Ok(producer) => producer,
        Err(_) => return (Finding::failed("settings-unusable").remedy("correct-kafka-settings"), None),
    };
    let decided = tokio::time::timeout(SESSION_LIMIT, states.wait_for(|state| *state != Session::Waiting)).await;
    let outcome = decided.ok().and_then(Result::ok).map(|state| *state);
    blocking(move || drop(producer)).await;
    match outcome {
        Some(Session::Granted) => (Finding::passed("session-granted"), Some(())),
        Some(Session::Refused(code)) => (refused(&Fault::Code(code), "no-session"), None),
        Some(Session::Waiting) | None => (Finding::failed("no-session").remedy("check-kafka"), None),
    }
}

fn illegal(name: &str, fault: &IllegalTopicName) -> Finding {
    let finding = Finding::failed("illegal-name").with("topic", name).remedy("rename-topic");
    match fault {
        IllegalTopicName::Character { character, .. } => finding.with("character", character.escape_debug()),
        IllegalTopicName::TooLong { length, .. } => finding.with("length", length),
        IllegalTopicName::Empty | IllegalTopicName::Dots(_) => finding,
    }
}

async fn not_creatable(topics: &Topics, creation: &TopicCreationConfig, name: &str, fault: &Fault) -> Finding {
    let finding = match fault.code() {
        Some(RDKafkaErrorCode::InvalidReplicationFactor) => {
            let brokers = topics.broker_count().await.map_or_else(|_| String::new(), |count| count.to_string());
            let asked = creation.replication_factor.map_or_else(String::new, |count| count.to_string());
            Finding::failed("replication-factor")
                .with("asked", asked)
                .with("brokers", brokers)
                .remedy("lower-replication-factor")
        }
        Some(RDKafkaErrorCode::InvalidPartitions) => Finding::failed("partitions").remedy("correct-partitions"),
        Some(RDKafkaErrorCode::InvalidConfig) => Finding::failed("topic-config").remedy("correct-topic-config"),
        Some(RDKafkaErrorCode::PolicyViolation) => Finding::failed("policy").remedy("ask-kafka-owner"),
        Some(RDKafkaErrorCode::InvalidTopic) => Finding::failed("illegal-name").remedy("rename-topic"),
        _ => {
            let finding = refused(fault, "not-creatable");
            if fault.kind() == ErrorKind::SinkPermission { finding.command(create_command(name)) } else { finding }
        }
    };
    finding.with("topic", name)
}

/// The right that is missing, for whoever may give it. A legal topic name needs no quoting.
fn create_command(topic: &str) -> String {
    format!(
        "kafka-acls.sh --bootstrap-server … --add --allow-principal User:… --operation Create --operation Describe \
         --operation Write --topic {topic}"
    )
}

/// What a fault means where the check has no better word.
fn refused(fault: &Fault, otherwise: &'static str) -> Finding {
    let finding = match fault.kind() {
        ErrorKind::SinkPermission if is_sign_in(fault) => {
            Finding::failed("sign-in-refused").remedy("correct-kafka-settings")
        }
        ErrorKind::SinkPermission => Finding::failed("not-allowed").remedy("grant-topic-rights"),
        ErrorKind::SinkUnavailable => Finding::failed(otherwise).remedy("check-kafka"),
        _ => Finding::failed("broker-error").remedy("check-kafka"),
    };
    match fault.code() {
        Some(code) => finding.with("code", format!("{code:?}")),
        None => finding,
    }
}

fn is_sign_in(fault: &Fault) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(
        fault.code(),
        Some(
            Code::Authentication
                | Code::SaslAuthenticationFailed
                | Code::UnsupportedSASLMechanism
                | Code::IllegalSASLState
        )
    )
}

/// How far a producer has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Session {
    Waiting,
    Granted,
    Refused(RDKafkaErrorCode),
}

struct SessionContext {
    logged: Logged,
    state: watch::Sender<Session>,
}

impl ClientContext for SessionContext {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        self.logged.log(level, facility, message);
    }

    fn stats(&self, statistics: Statistics) {
        if statistics.eos.is_some_and(|session| session.idemp_state == "Assigned") {
            self.state.send_replace(Session::Granted);
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        // A session that is refused is retried for ever; a connection that fails may come back in time.
        if let Some(code) = code_of(&error)
            && kind_of(code) == ErrorKind::SinkPermission
        {
            self.state.send_replace(Session::Refused(code));
        }
        self.logged.error(error, reason);
    }
}

impl ProducerContext for SessionContext {
    type DeliveryOpaque = ();

    fn delivery(&self, _result: &DeliveryResult<'_>, _opaque: ()) {}
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use rdkafka::types::{RDKafkaApiKey, RDKafkaRespErr};

    use super::*;
    use crate::kafka::testing::{mock, real, settings_of, unique_topic};
    use crate::preflight::Verdict;

    fn target(settings: ClientSettings) -> KafkaTarget {
        KafkaTarget { settings, creation: TopicCreationRules::default() }
    }

    fn summary(finding: &Finding) -> (Verdict, &'static str) {
        (finding.verdict, finding.reason)
    }

    #[tokio::test]
    async fn a_session_is_granted_or_refused_without_writing() {
        let mock = mock();
        let granted = open_session(target(settings_of(&mock))).await.0;
        let refusals = [RDKafkaRespErr::RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED; 20];
        mock.request_errors(RDKafkaApiKey::InitProducerId, &refusals);
        let refused = open_session(target(settings_of(&mock))).await.0;

        assert_eq!(summary(&granted), (Verdict::Passed, "session-granted"));
        assert_eq!(summary(&refused), (Verdict::Failed, "not-allowed"));
    }

    #[tokio::test]
    async fn an_unreachable_kafka_fails_with_its_servers() {
        let (finding, brought) = reach(target(ClientSettings::parse("127.0.0.1:1").unwrap())).await;

        assert_eq!(summary(&finding), (Verdict::Failed, "unreachable"));
        assert!(finding.params.contains(&("servers", "127.0.0.1:1".to_owned())));
        assert!(brought.is_none());
    }

    #[tokio::test]
    async fn creation_is_rehearsed_and_leaves_nothing() {
        let Some(settings) = real("creation_is_rehearsed_and_leaves_nothing") else { return };
        let target = target(settings);
        let (reached, topics) = reach(target.clone()).await;
        let topics = topics.unwrap();
        let name = unique_topic("rehearsed");

        let allowed = rehearse_creation(topics.clone(), target.clone(), vec![name.clone()]).await.0;
        let illegal = rehearse_creation(topics.clone(), target.clone(), vec!["a$b".to_owned()]).await.0;
        let creation = TopicCreationConfig { replication_factor: Some(7), ..TopicCreationConfig::default() };
        let too_many = KafkaTarget { creation: creation.into(), ..target.clone() };
        let too_many = rehearse_creation(topics.clone(), too_many, vec![name.clone()]).await.0;
        let creation = TopicCreationConfig {
            configs: vec![("nonsense".to_owned(), "1".to_owned())],
            ..TopicCreationConfig::default()
        };
        let nonsense = rehearse_creation(
            topics.clone(),
            KafkaTarget { creation: creation.into(), ..target.clone() },
            vec![name.clone()],
        );
        let nonsense = nonsense.await.0;
        let forbidden = KafkaTarget { creation: TopicCreationRules::default().forbidden(), ..target.clone() };
        let forbidden = rehearse_creation(topics.clone(), forbidden, vec![name.clone()]).await.0;
        let session = open_session(target).await.0;

        assert_eq!(summary(&reached), (Verdict::Passed, "answers"));
        assert_eq!(summary(&allowed), (Verdict::Passed, "may-be-created"));
        assert_eq!(summary(&illegal), (Verdict::Failed, "illegal-name"));
        assert_eq!(summary(&too_many), (Verdict::Failed, "replication-factor"));
        assert_eq!(summary(&nonsense), (Verdict::Failed, "topic-config"));
        assert_eq!(summary(&forbidden), (Verdict::Failed, "topic-missing"));
        assert_eq!(summary(&session), (Verdict::Passed, "session-granted"));
        assert_eq!(topics.find(&name).await.unwrap(), None);
    }
}
