//! What a browser may be told when something goes wrong: a small closed set, no text from below.
//!
//! Details are logged by the server under the request's id, which the reader can quote.

use std::fmt;
use std::str::FromStr;

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// What the portal depends on, where naming it helps the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Dependency {
    /// The database of settings.
    Postgres,
    /// The source.
    MongoDb,
    /// The target.
    Kafka,
}

/// A failed call. The server sets the matching HTTP status; pages draw one designed state for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// No such connector, topic, record or draft.
    NotFound,
    /// Somebody else was first: the name is taken, or the thing has changed meanwhile.
    Conflict,
    /// The configuration is not valid; the page shows which properties.
    Invalid,
    /// Not allowed.
    Forbidden,
    /// Something the answer needs is away.
    Unavailable(Dependency),
    /// The server did not answer.
    Network,
    /// Page and server are of different builds: reloading helps.
    Outdated,
    /// A fault of ours, to be found in the log under the id.
    Internal(RequestId),
}

/// The id of a request, as the server logs it and answers it in `x-request-id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RequestId(pub u128);

impl AppError {
    /// The word for it in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::Conflict => "conflict",
            Self::Invalid => "invalid",
            Self::Forbidden => "forbidden",
            Self::Unavailable(Dependency::Postgres) => "postgres-away",
            Self::Unavailable(Dependency::MongoDb) => "mongodb-away",
            Self::Unavailable(Dependency::Kafka) => "kafka-away",
            Self::Network => "network",
            Self::Outdated => "outdated",
            Self::Internal(_) => "internal",
        }
    }

    /// Reads what [`AppError::code`] writes; the id of an internal fault does not travel in URLs.
    pub fn from_code(code: &str) -> Option<Self> {
        let known = [
            Self::NotFound,
            Self::Conflict,
            Self::Invalid,
            Self::Forbidden,
            Self::Unavailable(Dependency::Postgres),
            Self::Unavailable(Dependency::MongoDb),
            Self::Unavailable(Dependency::Kafka),
            Self::Network,
            Self::Outdated,
            Self::Internal(RequestId::default()),
        ];
        known.into_iter().find(|error| error.code() == code)
    }

    /// HTTP status of an answer that failed like this.
    pub const fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Invalid => 422,
            Self::Forbidden => 403,
            Self::Unavailable(_) | Self::Network => 503,
            Self::Outdated => 400,
            Self::Internal(_) => 500,
        }
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(value: ServerFnErrorErr) -> Self {
        match value {
            ServerFnErrorErr::Request(_) => Self::Network,
            ServerFnErrorErr::Deserialization(_) | ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => {
                Self::Outdated
            }
            _ => Self::Internal(RequestId::default()),
        }
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

impl FromStr for RequestId {
    type Err = std::num::ParseIntError;

    /// Reads 32 hexadecimal digits, with or without a UUID's hyphens.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text.chars().filter(|character| *character != '-').collect();
        u128::from_str_radix(&digits, 16).map(Self)
    }
}

impl Serialize for RequestId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for RequestId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_reads_back_with_and_without_hyphens() {
        let id = RequestId(0x0192_3456_789a_bcde_f012_3456_789a_bcde);

        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("01923456-789a-bcde-f012-3456789abcde".parse(), Ok(id));
    }

    #[test]
    fn every_code_reads_back() {
        for code in ["not-found", "conflict", "invalid", "kafka-away", "mongodb-away", "postgres-away", "network"] {
            assert_eq!(AppError::from_code(code).map(AppError::code), Some(code));
        }
        assert_eq!(AppError::from_code("<script>"), None);
    }
}
