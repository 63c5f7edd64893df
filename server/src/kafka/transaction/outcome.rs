//! What an error of a transactional call means. The one table of it.

use connect::{Error, ErrorKind};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use crate::kafka::fault::{Fault, code_of};

/// What has to happen next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The same call again: it goes on where it was.
    Again,
    /// The transaction is lost and has to be aborted; nothing of it will be seen. The attempt ends, the next one reads again.
    Abort,
    /// A producer of the same name has taken over, or the brokers gave the transaction up and look as if one had: librdkafka
    /// cannot tell the two apart.
    Fenced,
    /// The producer is useless. What is neither of the above is treated so too, as librdkafka advises.
    Fatal,
}

/// Reads the table.
pub(super) fn of(error: &KafkaError) -> Outcome {
    use RDKafkaErrorCode as Code;
    // Before fatality: being fenced is fatal too.
    if let Some(Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch) = code_of(error) {
        return Outcome::Fenced;
    }
    match error {
        KafkaError::Transaction(inner) if inner.is_fatal() => Outcome::Fatal,
        KafkaError::Transaction(inner) if inner.is_retriable() => Outcome::Again,
        KafkaError::Transaction(inner) if inner.txn_requires_abort() => Outcome::Abort,
        KafkaError::Transaction(inner)
            if matches!(inner.code(), Code::OperationTimedOut | Code::RequestTimedOut | Code::TimedOutQueue) =>
        {
            Outcome::Again
        }
        // The records were not delivered in time: the flush before the commit says so.
        KafkaError::Flush(_) => Outcome::Abort,
        _ => Outcome::Fatal,
    }
}

/// The engine's error for a call that cannot go on. Its kind is the code's, so that missing rights are told as such.
pub(super) fn error(error: KafkaError, doing: &str) -> Error {
    let fault = Fault::from(error);
    match fault.code() {
        Some(RDKafkaErrorCode::InvalidTransactionTimeout) => {
            let context =
                format!("{doing}: the brokers' transaction.max.timeout.ms is shorter than a transaction may last");
            Error::caused(ErrorKind::Config, context, fault)
        }
        _ => fault.while_doing(doing),
    }
}
