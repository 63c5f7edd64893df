//! Identities and numbers that cross modules, as types of their own so that none is taken for another.
//!
//! Parsed at the edges (`rest`, `web`, `db`); everything inside trusts them.

use std::fmt;

use uuid::Uuid;

/// A connector's row: survives every change of its configuration, dies with the connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ConnectorId(pub(crate) Uuid);

/// One running process of Naru; new at every start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ReplicaId(pub(crate) Uuid);

/// A task's number within its connector, from 0. The source always has one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TaskNumber(pub(crate) i32);

/// Counts the owners of a task's lease: it grows with each new owner, and a write under an older one changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LeaseEpoch(pub(crate) i64);

/// Number of a connector's immutable configuration version, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ConfigVersion(pub(crate) i32);

/// A connector's name as Kafka Connect accepts it: trimmed, not empty, no control characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ConnectorName(String);

/// Why a text is no connector name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidName {
    /// Nothing but white space.
    #[error("Connector name is empty")]
    Empty,
    /// Holds a control character.
    #[error("Connector name holds a control character")]
    ControlCharacter,
}

impl InvalidName {
    /// Kafka Connect's words for it.
    pub(crate) fn official_text(self) -> &'static str {
        match self {
            Self::Empty => "String may not be empty",
            Self::ControlCharacter => "String may not contain control sequences",
        }
    }
}

impl ConnectorName {
    /// Parses a submitted name; blanks and control characters around it are dropped, as Java's `trim` does.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidName> {
        let name = text.trim_matches(|character| character <= ' ');
        if name.is_empty() {
            return Err(InvalidName::Empty);
        }
        if name.chars().any(char::is_control) {
            return Err(InvalidName::ControlCharacter);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name's text.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ConnectorName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
