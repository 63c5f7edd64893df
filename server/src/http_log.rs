//! One span and one line a request, for all three doors.
//!
//! Neither query nor body is logged: both may hold secrets. The request id comes from the client when it sent a sane one, and
//! goes back in `x-request-id`, so that a user can quote it.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument as _, debug, info, info_span, warn};
use uuid::Uuid;

use crate::metrics::names;

/// Header that carries the request's id both ways.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id that is taken from a client.
const MAX_ID_LENGTH: usize = 64;

/// Which listener a request came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// The portal.
    Portal,
    /// The Kafka Connect API.
    Connect,
    /// Health and metrics.
    Admin,
}

impl Door {
    fn as_str(self) -> &'static str {
        match self {
            Self::Portal => "portal",
            Self::Connect => "connect",
            Self::Admin => "admin",
        }
    }
}

/// The request's id, in its extensions for whoever answers with it.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// Middleware; for the matched path to be known it is a layer of the router.
pub(crate) async fn log(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let id = sent_id(&request).unwrap_or_else(|| Uuid::now_v7().to_string());
    request.extensions_mut().insert(RequestId(id.clone()));
    let method = request.method().clone();
    let path = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str).to_owned();
    let span = info_span!("request", door = door.as_str(), request.id = %id, method = %method, path);
    let began = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = began.elapsed();
    let status = response.status();
    span.in_scope(|| {
        let elapsed_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        if status.is_server_error() {
            warn!(status = status.as_u16(), elapsed_ms, "answered {method} {path} with {status}");
        } else if method.is_safe() {
            debug!(status = status.as_u16(), elapsed_ms, "answered {method} {path} with {status}");
        } else {
            info!(status = status.as_u16(), elapsed_ms, "answered {method} {path} with {status}");
        }
    });
    metrics::counter!(
        names::HTTP_REQUESTS,
        names::DOOR => door.as_str(), names::METHOD => method.to_string(), names::PATH => path,
        names::STATUS => status.as_u16().to_string()
    )
    .increment(1);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn sent_id(request: &Request) -> Option<String> {
    let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
    let is_sane = !id.is_empty()
        && id.len() <= MAX_ID_LENGTH
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
    is_sane.then(|| id.to_owned())
}
