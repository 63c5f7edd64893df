//! Kafka Connect's error envelope: `{"error_code": <status>, "message": "…"}`.
//!
//! What a client did wrong is told in full; what went wrong below is logged here, once, and not told.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tracing::{error, warn};

use crate::service;
use crate::service::error::{Conflict, Missing, Refusal};

/// Seconds after which a client may try again when Postgres is away.
const RETRY_AFTER_S: &str = "5";

/// An answer that is no result.
#[derive(Debug)]
pub(super) struct Error {
    status: StatusCode,
    message: String,
}

#[derive(Serialize)]
struct Envelope {
    error_code: u16,
    message: String,
}

impl Error {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// With the words that Kafka Connect has for a bare status.
    pub(super) fn of(status: StatusCode) -> Self {
        Self::new(status, format!("HTTP {} {}", status.as_u16(), status.canonical_reason().unwrap_or("Error")))
    }

    /// With other words for a connector that is not there: Kafka Connect has four ways of saying it.
    pub(super) fn saying(error: service::Error, missing: impl FnOnce(&str) -> String) -> Self {
        match error {
            service::Error::NotFound(Missing::Connector(name)) => Self::new(StatusCode::NOT_FOUND, missing(&name)),
            other => other.into(),
        }
    }
}

impl From<service::Error> for Error {
    fn from(error: service::Error) -> Self {
        match error {
            service::Error::NotFound(missing) => Self::new(StatusCode::NOT_FOUND, missing_text(&missing)),
            service::Error::Conflict(conflict) => Self::new(StatusCode::CONFLICT, conflict_text(&conflict)),
            service::Error::Refused(Refusal::LogLevel(_)) => Self::new(StatusCode::NOT_FOUND, error.to_string()),
            service::Error::Refused(refusal) => Self::new(StatusCode::BAD_REQUEST, refusal.to_string()),
            service::Error::Invalid(errors) => Self::new(StatusCode::BAD_REQUEST, invalid_text(&errors)),
            service::Error::Forbidden => Self::new(StatusCode::FORBIDDEN, "User cannot access the resource."),
            service::Error::Unavailable(source) => {
                warn!(error = %source, cause = chain(&source), "cannot answer: Postgres is away");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "Postgres cannot be reached; try again in a few seconds.")
            }
            service::Error::Kafka(source) => {
                warn!(error = %source, cause = chain(&source), "cannot answer for want of Kafka");
                let status = match source.kind() {
                    connect::ErrorKind::SinkUnavailable => StatusCode::SERVICE_UNAVAILABLE,
                    _ => StatusCode::INTERNAL_SERVER_ERROR,
                };
                Self::new(status, format!("The connector's position is kept in Kafka: {}.", source.context()))
            }
            service::Error::Internal(what, source) => {
                error!(cause = source.as_deref().map(|source| chain(source)), "{what}");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, format!("{what}; see Naru's log."))
            }
        }
    }
}

fn missing_text(missing: &Missing) -> String {
    match missing {
        Missing::Connector(name) => format!("Connector {name} not found"),
        Missing::Task(connector, task) => format!("Unknown task: {connector}-{task}"),
        Missing::Plugin(name) => format!("Unknown plugin {name}."),
        Missing::Logger(name) => format!("Logger {name} not found."),
        Missing::Draft => "Draft not found".to_owned(),
    }
}

fn conflict_text(conflict: &Conflict) -> String {
    match conflict {
        Conflict::NameTaken(name) => format!("Connector {name} already exists"),
        Conflict::ChangedMeanwhile(name) => {
            format!("Connector {name} was changed by another request meanwhile; read it again and repeat the change.")
        }
    }
}

/// Clients cut the last line off before they show the rest.
fn invalid_text(errors: &[connect::config::FieldError]) -> String {
    let mut text = format!("Connector configuration is invalid and contains the following {} error(s):", errors.len());
    for error in errors {
        text.push('\n');
        text.push_str(&error.message);
    }
    text.push_str(
        "\nYou can also find the above list of errors at the endpoint `/connector-plugins/{connectorType}/config/validate`",
    );
    text
}

fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let envelope = Envelope { error_code: self.status.as_u16(), message: self.message };
        let mut response = (self.status, Json(envelope)).into_response();
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static(RETRY_AFTER_S));
        }
        response
    }
}
