//! Why a topic could not be looked into.

use connect::ErrorKind;

use crate::kafka::fault::Fault;

/// What went wrong; the cause, where there is one, in the source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    /// The topic does not exist, or must not be seen.
    #[error("Topic does not exist")]
    NoSuchTopic,
    /// The topic has no partition of that number.
    #[error("Topic has no such partition")]
    NoSuchPartition,
    /// Nothing is at the offset: not written yet, deleted, compacted away, or part of an aborted transaction.
    #[error("No record at this offset")]
    NoSuchRecord,
    /// The records that were asked for were deleted while they were being read.
    #[error("Records were deleted while they were read")]
    Moved,
    /// Kafka refuses to let it be read.
    #[error("Reading is not allowed")]
    Forbidden(#[source] Fault),
    /// Kafka does not answer.
    #[error("Kafka cannot be reached")]
    Unavailable(#[source] Fault),
    /// Kafka answers with something else.
    #[error("Kafka refuses")]
    Refused(#[source] Fault),
    /// Too many topics are followed at the same time.
    #[error("Too many topics are followed")]
    Busy,
    /// A fault of ours.
    #[error("Fault while reading a topic")]
    Internal,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault.kind() {
            ErrorKind::TopicUnusable => Error::NoSuchTopic,
            ErrorKind::SinkPermission => Error::Forbidden(fault),
            ErrorKind::SinkUnavailable => Error::Unavailable(fault),
            _ => Error::Refused(fault),
        }
    }
}
