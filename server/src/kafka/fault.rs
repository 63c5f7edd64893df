//! What librdkafka reports, without the values it likes to print, and which kind of trouble each code is.
//!
//! rdkafka's own error prints the offending configuration value in `Debug` and `Display`; it never leaves this module.

use connect::ErrorKind;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// A Kafka error fit to be shown: a code, or a client that could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// What the broker or the client library answered.
    #[error("{0}")]
    Code(RDKafkaErrorCode),
    /// A property was refused; its name, never its value.
    #[error("Kafka client refused the property {0}")]
    Property(String),
    /// The client could not be made from accepted properties.
    #[error("Kafka client cannot be made: {0}")]
    Creation(String),
    /// The client went away while the request was under way.
    #[error("Kafka client was closed during the request")]
    Closed,
    /// Settings came back empty: what was asked about does not exist, or may not be described. rdkafka drops the code.
    #[error("Settings are withheld")]
    Withheld,
    /// Another producer's transaction stays open, so that what comes after it cannot be read.
    #[error("A transaction of another producer stays open")]
    OpenTransaction,
    /// A name or text with a NUL in it.
    #[error("Text with a NUL character")]
    Nul,
    /// Anything that has no code and no text fit to show.
    #[error("Kafka client error")]
    Other,
}

impl Fault {
    /// The broker's or the library's code, where there is one.
    pub(crate) fn code(&self) -> Option<RDKafkaErrorCode> {
        match self {
            Fault::Code(code) => Some(*code),
            _ => None,
        }
    }

    /// What kind of trouble it is for a task that writes.
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Fault::Code(code) => kind_of(*code),
            Fault::Property(_) | Fault::Creation(_) => ErrorKind::Config,
            Fault::Closed | Fault::OpenTransaction => ErrorKind::SinkUnavailable,
            Fault::Withheld => ErrorKind::SinkPermission,
            Fault::Nul => ErrorKind::TopicUnusable,
            Fault::Other => ErrorKind::SinkRefused,
        }
    }

    /// The engine's error for this fault; `context` says what was being done.
    pub(crate) fn while_doing(self, context: impl Into<String>) -> connect::Error {
        connect::Error::caused(self.kind(), context, self)
    }
}

impl From<RDKafkaErrorCode> for Fault {
    fn from(code: RDKafkaErrorCode) -> Self {
        Fault::Code(code)
    }
}

impl From<KafkaError> for Fault {
    fn from(error: KafkaError) -> Self {
        if let Some(code) = code_of(&error) {
            return Fault::Code(code);
        }
        match error {
            KafkaError::ClientConfig(_, _, property, _) => Fault::Property(property),
            KafkaError::ClientCreation(text) => Fault::Creation(text),
            KafkaError::Canceled => Fault::Closed,
            KafkaError::Nul(_) => Fault::Nul,
            _ => Fault::Other,
        }
    }
}

/// The code inside an error. rdkafka's own accessor leaves out those of admin requests.
pub(crate) fn code_of(error: &KafkaError) -> Option<RDKafkaErrorCode> {
    match error {
        KafkaError::AdminOp(code) => Some(*code),
        other => other.rdkafka_error_code(),
    }
}

/// What kind of trouble a code is.
pub(crate) fn kind_of(code: RDKafkaErrorCode) -> ErrorKind {
    use RDKafkaErrorCode as Code;
    match code {
        Code::MessageSizeTooLarge | Code::MessageBatchTooLarge | Code::InvalidMessageSize => ErrorKind::RecordTooLarge,

        Code::UnknownTopic
        | Code::UnknownPartition
        | Code::UnknownTopicOrPartition
        | Code::UnknownTopicId
        | Code::InvalidTopic
        | Code::InvalidPartitions
        | Code::InvalidReplicationFactor
        | Code::InvalidReplicaAssignment
        | Code::InvalidConfig
        | Code::PolicyViolation => ErrorKind::TopicUnusable,

        Code::Authentication
        | Code::SaslAuthenticationFailed
        | Code::TopicAuthorizationFailed
        | Code::ClusterAuthorizationFailed
        | Code::GroupAuthorizationFailed
        | Code::TransactionalIdAuthorizationFailed
        | Code::DelegationTokenAuthorizationFailed
        | Code::UnsupportedSASLMechanism
        | Code::IllegalSASLState
        | Code::SecurityDisabled => ErrorKind::SinkPermission,

        // The network, a broker that is away, an election.
        Code::BrokerTransportFailure
        | Code::AllBrokersDown
        | Code::BrokerDestroy
        | Code::DestroyBroker
        | Code::Resolve
        | Code::SSL
        | Code::NodeUpdate
        | Code::UnknownBroker
        | Code::MessageTimedOut
        | Code::OperationTimedOut
        | Code::TimedOutQueue
        | Code::RequestTimedOut
        | Code::NetworkException
        | Code::LeaderNotAvailable
        | Code::NotLeaderForPartition
        | Code::PreferredLeaderNotAvailable
        | Code::EligibleLeadersNotAvailable
        | Code::BrokerNotAvailable
        | Code::ReplicaNotAvailable
        | Code::NotController
        | Code::StaleControllerEpoch
        | Code::StaleBrokerEpoch
        | Code::FencedLeaderEpoch
        | Code::UnknownLeaderEpoch
        | Code::CoordinatorLoadInProgress
        | Code::CoordinatorNotAvailable
        | Code::NotCoordinator
        | Code::WaitingForCoordinator
        | Code::NotEnoughReplicas
        | Code::NotEnoughReplicasAfterAppend
        | Code::ISRInsufficient
        | Code::KafkaStorageError
        | Code::LogDirNotFound
        | Code::ThrottlingQuotaExceeded
        | Code::RebootstrapRequired => ErrorKind::SinkUnavailable,

        // The producer's session is spent; a new producer, from the committed position, is the cure.
        Code::Fatal
        | Code::Fenced
        | Code::GaplessGuarantee
        | Code::OutOfOrderSequenceNumber
        | Code::DuplicateSequenceNumber
        | Code::InvalidProducerEpoch
        // The broker ended the transaction while the producer was still in it.
        | Code::InvalidTransactionalState
        | Code::InvalidProducerIdMapping
        | Code::UnknownProducerId
        | Code::ProducerFenced
        | Code::PurgeQueue
        | Code::PurgeInflight => ErrorKind::SinkUnavailable,

        _ => ErrorKind::SinkRefused,
    }
}

#[cfg(test)]
mod tests {
    use rdkafka::types::RDKafkaConfRes;

    use super::*;

    #[test]
    fn never_prints_the_value_of_a_refused_property() {
        let refused = KafkaError::ClientConfig(
            RDKafkaConfRes::RD_KAFKA_CONF_INVALID,
            "Invalid value \"canary-secret\" for configuration property".to_owned(),
            "sasl.password".to_owned(),
            "canary-secret".to_owned(),
        );

        let fault = Fault::from(refused);

        assert_eq!(fault, Fault::Property("sasl.password".to_owned()));
        assert!(!format!("{fault} {fault:?}").contains("canary"));
    }

    #[test]
    fn admin_errors_keep_their_code() {
        let fault = Fault::from(KafkaError::AdminOp(RDKafkaErrorCode::ClusterAuthorizationFailed));

        assert_eq!(fault.kind(), ErrorKind::SinkPermission);
    }

    #[test]
    fn every_code_an_operator_can_act_on_has_its_kind() {
        for (code, kind) in [
            (RDKafkaErrorCode::MessageSizeTooLarge, ErrorKind::RecordTooLarge),
            (RDKafkaErrorCode::UnknownTopicOrPartition, ErrorKind::TopicUnusable),
            (RDKafkaErrorCode::InvalidReplicationFactor, ErrorKind::TopicUnusable),
            (RDKafkaErrorCode::TopicAuthorizationFailed, ErrorKind::SinkPermission),
            (RDKafkaErrorCode::SaslAuthenticationFailed, ErrorKind::SinkPermission),
            (RDKafkaErrorCode::MessageTimedOut, ErrorKind::SinkUnavailable),
            (RDKafkaErrorCode::NotEnoughReplicas, ErrorKind::SinkUnavailable),
            (RDKafkaErrorCode::OutOfOrderSequenceNumber, ErrorKind::SinkUnavailable),
            (RDKafkaErrorCode::InvalidTransactionalState, ErrorKind::SinkUnavailable),
            (RDKafkaErrorCode::InvalidRecord, ErrorKind::SinkRefused),
        ] {
            assert_eq!(kind_of(code), kind, "{code:?}");
        }
    }
}
