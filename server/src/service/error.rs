//! What a use case can answer instead of a result. No HTTP in here, and no text from below.

use connect::config::FieldError;

use crate::db;
use crate::sealed_config::UnusableConfig;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// It is not there.
    #[error(transparent)]
    NotFound(#[from] Missing),
    /// It stands against something that is there.
    #[error(transparent)]
    Conflict(#[from] Conflict),
    /// What was submitted cannot be; everything that is wrong with it at once.
    #[error("Configuration has {} error(s)", .0.len())]
    Invalid(Vec<FieldError>),
    /// The request itself makes no sense.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The principal may not do that.
    #[error("Not allowed")]
    #[expect(dead_code, reason = "nobody is denied anything until there is sign-in")]
    Forbidden,
    /// Something that Naru stands on is away; trying again later helps.
    #[error("Postgres cannot be reached")]
    Unavailable(#[source] db::Error),
    /// Kafka, where a position is kept, is away or has something against it.
    #[error("Kafka")]
    Kafka(#[source] connect::Error),
    /// A fault in Naru, or in what it has stored.
    #[error("{0}")]
    Internal(&'static str, #[source] Option<Box<dyn std::error::Error + Send + Sync>>),
}

/// What was not found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Missing {
    /// A connector, by the name that was asked for.
    #[error("Connector {0} not found")]
    Connector(String),
    /// A task of a connector that is there.
    #[error("Task {1} of connector {0} not found")]
    Task(String, String),
    /// A plugin.
    #[error("Plugin {0} not found")]
    Plugin(String),
    /// A logger.
    #[error("Logger {0} not found")]
    Logger(String),
    /// A wizard's draft.
    #[error("Draft not found")]
    Draft,
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Conflict {
    /// The name is taken.
    #[error("Connector {0} already exists")]
    NameTaken(String),
    /// Another change of the same connector came in between.
    #[error("Connector {0} is being changed")]
    ChangedMeanwhile(String),
}

/// Why a request is refused before its configuration is even looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// `name` inside the configuration is another than the connector's.
    #[error("Connector name configuration ({configured}) doesn't match connector name in the URL ({expected})")]
    NameMismatch {
        /// What the configuration says.
        configured: String,
        /// What the request says.
        expected: String,
    },
    /// There is no `connector.class`. Names without values: a value may be a secret.
    #[error("Connector config {{{}}} contains no connector type", .0.join(", "))]
    NoClass(Vec<String>),
    /// The class is none that Naru has.
    #[error("{}", super::plugins::unknown_class_text(.0))]
    UnknownClass(String),
    /// The configuration to validate names another class than the request.
    #[error("Included connector type {included} does not match request type {requested}")]
    ClassMismatch {
        /// From the configuration.
        included: String,
        /// From the request.
        requested: String,
    },
    /// A position may only be changed while the connector is stopped and its task has ended.
    #[error(
        "Connectors must be in the STOPPED state before their offsets can be modified. This can be done for the specified \
         connector by issuing a 'PUT' request to the '/connectors/{0}/stop' endpoint"
    )]
    NotStopped(String),
    /// Nothing to change was sent.
    #[error("Partitions / offsets need to be provided for an alter offsets request")]
    NoOffsets,
    /// A partition that is not the connector's own, whose name is this.
    #[error("The connector has one source partition, {{\"ns\":\"{0}\"}}; offsets of another one would have no effect")]
    ForeignPartition(String),
    /// An offset that says nothing. The text holds nothing of it.
    #[error("The offset cannot be used: {0}. It has to be {{\"_id\":\"<resume token as JSON text>\"}}")]
    OffsetUnreadable(String),
    /// No such log level.
    #[error("invalid log level '{0}'.")]
    LogLevel(String),
}

impl From<db::Error> for Error {
    /// For statements whose "not found" and conflicts have been dealt with at the call site.
    fn from(error: db::Error) -> Self {
        match error {
            db::Error::Database(_) => Self::Unavailable(error),
            db::Error::NotFound => Self::Internal("A row that must be there is not", Some(Box::new(error))),
            db::Error::Conflict(_) => Self::Internal("A row is there already", Some(Box::new(error))),
            db::Error::Unreadable(_) => Self::Internal("A stored value is unreadable", Some(Box::new(error))),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        db::Error::from(error).into()
    }
}

impl From<UnusableConfig> for Error {
    fn from(error: UnusableConfig) -> Self {
        Self::Internal("A stored configuration cannot be opened", Some(Box::new(error)))
    }
}
