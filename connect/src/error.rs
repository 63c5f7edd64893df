//! The one error of the engine and its workers: a kind, what was being done, and the cause.
//!
//! The kind alone decides what happens next, through the exhaustive [`policy`]; text never does. Connectors' tasks return it,
//! the supervisor acts on it, the portal shows [`Policy::code`] with its page in `docs/errors/`.

use std::fmt;

/// What kind of trouble it is. Each kind has exactly one [`Policy`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The configuration cannot work; only an edit helps.
    Config,
    /// The configuration refers to a value that this worker cannot get: a file, a variable.
    Reference,
    /// MongoDB cannot be reached, or answered with something that passes by itself (election, network).
    SourceUnavailable,
    /// MongoDB refused sign-in.
    SourceAuthentication,
    /// MongoDB refused the operation for lack of rights.
    SourcePermission,
    /// The server has no change streams (a standalone server, or a product without them).
    SourceUnsupported,
    /// The stored position can no longer be resumed: the oplog has moved on, or the token is not accepted.
    PositionLost,
    /// An event is larger than the server can deliver in one piece.
    EventTooLarge,
    /// Something that is watched was dropped or renamed, and the connector is told to stop then.
    StructureChanged,
    /// MongoDB answered with an error that is none of the above.
    SourceRefused,
    /// Kafka cannot be reached, or answered with something that passes by itself.
    SinkUnavailable,
    /// Kafka refused sign-in or the operation for lack of rights.
    SinkPermission,
    /// A record is larger than the topic or the broker accepts.
    RecordTooLarge,
    /// The target topic does not exist and may not be created, or its name is illegal.
    TopicUnusable,
    /// Kafka answered with an error that is none of the above.
    SinkRefused,
    /// A topic holds less than was written to it: it was deleted and made again, or has lost its end.
    TopicShrunk,
    /// Another producer has taken over this task's `transactional.id`, although the lease is held here.
    Fenced,
    /// A document or event could not be turned into a record.
    Conversion,
    /// The store of positions cannot be reached.
    StoreUnavailable,
    /// Another owner holds the lease: this task must end quietly.
    LeaseLost,
    /// A fault in Naru itself, a panic included.
    Internal,
}

impl ErrorKind {
    /// Its name, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Config => "Config",
            Self::Reference => "Reference",
            Self::SourceUnavailable => "SourceUnavailable",
            Self::SourceAuthentication => "SourceAuthentication",
            Self::SourcePermission => "SourcePermission",
            Self::SourceUnsupported => "SourceUnsupported",
            Self::PositionLost => "PositionLost",
            Self::EventTooLarge => "EventTooLarge",
            Self::StructureChanged => "StructureChanged",
            Self::SourceRefused => "SourceRefused",
            Self::SinkUnavailable => "SinkUnavailable",
            Self::SinkPermission => "SinkPermission",
            Self::RecordTooLarge => "RecordTooLarge",
            Self::TopicUnusable => "TopicUnusable",
            Self::SinkRefused => "SinkRefused",
            Self::TopicShrunk => "TopicShrunk",
            Self::Fenced => "Fenced",
            Self::Conversion => "Conversion",
            Self::StoreUnavailable => "StoreUnavailable",
            Self::LeaseLost => "LeaseLost",
            Self::Internal => "Internal",
        }
    }
}

/// The step of a record's way at which it met an error, in Kafka Connect's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The source makes the record: the connector's own part.
    TaskPoll,
    /// `key.converter`.
    KeyConverter,
    /// `value.converter`.
    ValueConverter,
    /// The producer and the broker.
    KafkaProduce,
}

impl Stage {
    /// The name that Kafka Connect gives it in headers and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::TaskPoll => "TASK_POLL",
            Self::KeyConverter => "KEY_CONVERTER",
            Self::ValueConverter => "VALUE_CONVERTER",
            Self::KafkaProduce => "KAFKA_PRODUCE",
        }
    }
}

/// What the supervisor does with an error of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directive {
    /// Start the task again from the committed position after a back-off with jitter; the fault is expected to pass.
    Retry,
    /// Stop: a person has to change something first. The task is FAILED until it is restarted or reconfigured.
    NeedsAction,
    /// Stop: the stream has a gap that only a person may accept. The stored position is kept.
    Gap,
    /// One record is at fault: the connector's `errors.tolerance` decides between skipping it and stopping.
    Poison,
    /// End without a word: someone else runs this task now.
    Yield,
}

/// A kind's consequences: what to do, the stable code an operator sees, and the remedy in one sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// What the supervisor does.
    pub directive: Directive,
    /// Stable code, e.g. `NARU-1002`; `docs/errors/<code>.md` explains it.
    pub code: &'static str,
    /// What the operator should do, one sentence, free of data.
    pub remedy: &'static str,
}

/// An engine error: `context` says what was being done and on what, never with secrets or document contents.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    context: String,
    stage: Option<Stage>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error without a cause of its own.
    pub fn new(kind: ErrorKind, context: impl Into<String>) -> Self {
        Self { kind, context: context.into(), stage: None, source: None }
    }

    /// An error with its cause; the cause's text is never copied into `context`.
    pub fn caused(
        kind: ErrorKind,
        context: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { kind, context: context.into(), stage: None, source: Some(source.into()) }
    }

    /// Says at which step of a record's way it arose, unless that is said already.
    #[must_use]
    pub fn at(mut self, stage: Stage) -> Self {
        self.stage.get_or_insert(stage);
        self
    }

    /// The step of a record's way at which it arose; `None` for errors that belong to no record.
    pub fn stage(&self) -> Option<Stage> {
        self.stage
    }

    /// The kind, from which everything else follows.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What was being done, safe to show to an operator.
    pub fn context(&self) -> &str {
        &self.context
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.context)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}

/// The policy of a kind. Exhaustive on purpose: a new kind does not compile until someone has decided.
pub fn policy(kind: ErrorKind) -> Policy {
    use Directive::{Gap, NeedsAction, Poison, Retry, Yield};
    let (directive, code, remedy) = match kind {
        ErrorKind::Config => (NeedsAction, "NARU-1001", "Correct the configuration that the message names."),
        ErrorKind::Reference => {
            (NeedsAction, "NARU-1009", "Make the value that the message names available to this worker, and permit it.")
        }
        ErrorKind::SourceUnavailable => {
            (Retry, "NARU-1002", "Check that MongoDB is up and reachable from this machine; Naru keeps trying.")
        }
        ErrorKind::SourceAuthentication => {
            (NeedsAction, "NARU-1003", "Correct the user name, password or authSource in connection.uri.")
        }
        ErrorKind::SourcePermission => {
            (NeedsAction, "NARU-1004", "Grant the user the find and changeStream actions on what is watched.")
        }
        ErrorKind::SourceUnsupported => {
            (NeedsAction, "NARU-1005", "Make the server a replica set: a standalone MongoDB has no change streams.")
        }
        ErrorKind::PositionLost => {
            (Gap, "NARU-1006", "The position left the oplog: decide between copying again and going on from now.")
        }
        ErrorKind::EventTooLarge => (
            Poison,
            "NARU-1007",
            "Upgrade MongoDB to 6.0.9 or newer, shrink the event with pipeline, or set errors.tolerance=all to skip it.",
        ),
        ErrorKind::SourceRefused => (NeedsAction, "NARU-1008", "MongoDB refused the request; see the server's words."),
        ErrorKind::StructureChanged => (
            NeedsAction,
            "NARU-1010",
            "Look at what was dropped or renamed; restart the task, and it goes on behind it.",
        ),
        ErrorKind::SinkUnavailable => {
            (Retry, "NARU-2001", "Check that Kafka is up and reachable from this machine; Naru keeps trying.")
        }
        ErrorKind::SinkPermission => {
            (NeedsAction, "NARU-2002", "Grant the Kafka principal Write and Describe (and Create) on the topics.")
        }
        ErrorKind::RecordTooLarge => {
            (Poison, "NARU-2003", "Raise max.message.bytes of the topic, or set errors.tolerance=all to skip it.")
        }
        ErrorKind::TopicUnusable => {
            (NeedsAction, "NARU-2004", "Create the topic, allow its creation, or change the topic naming.")
        }
        ErrorKind::SinkRefused => (NeedsAction, "NARU-2005", "Kafka refused the record; see the broker's words."),
        ErrorKind::Fenced => (
            NeedsAction,
            "NARU-2006",
            "Find who else uses the transactional.id: give each deployment its own NARU_DEPLOYMENT_ID.",
        ),
        ErrorKind::TopicShrunk => {
            (NeedsAction, "NARU-2007", "Find out what became of the topic, then say in the position where to go on.")
        }
        ErrorKind::Conversion => {
            (Poison, "NARU-3001", "Change the output format or converter, or set errors.tolerance=all to skip it.")
        }
        ErrorKind::StoreUnavailable => {
            (Retry, "NARU-4001", "Check that Postgres is up and reachable; Naru keeps trying.")
        }
        ErrorKind::LeaseLost => (Yield, "NARU-4002", "Nothing to do: another replica runs this task."),
        ErrorKind::Internal => (Retry, "NARU-9001", "A fault in Naru: report it with the event's text."),
    };
    Policy { directive, code, remedy }
}
