//! The Kafka Connect REST API, as clients of Kafka Connect know it: paths, statuses, bodies, states, error envelope.
//!
//! Its own listener, because it owns `/`. Calls `service` and nothing below. Bodies were compared with those of a Kafka
//! Connect 4.3.1 worker; where Naru differs on purpose the handler says so.

mod body;
mod connectors;
mod error;
mod lifecycle;
mod loggers;
mod model;
mod offsets;
mod plugins;
mod root;
mod tasks;
mod topics;

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post, put};
use tower::Layer as _;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::normalize_path::{NormalizePath, NormalizePathLayer};

use crate::http_log;
use crate::state::AppState;
use error::Error;

/// Bytes of a request body at most. A configuration is a few kilobytes; a pipeline may be long.
const BODY_LIMIT_BYTES: usize = 1024 * 1024;

/// How long a request may take, as in Kafka Connect.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(90);

/// The whole API. A trailing slash is dropped before routing, since clients send both forms.
pub(crate) fn service(state: AppState) -> NormalizePath<Router> {
    NormalizePathLayer::trim_trailing_slash().layer(router(state))
}

fn router(state: AppState) -> Router {
    Router::new()
        .route("/", get(root::show))
        .route("/health", get(root::health))
        .route("/connectors", get(connectors::list).post(connectors::create))
        .route("/connectors/{name}", get(connectors::show).delete(connectors::delete))
        .route(
            "/connectors/{name}/config",
            get(connectors::show_config).put(connectors::put_config).patch(connectors::patch_config),
        )
        .route("/connectors/{name}/status", get(tasks::connector_status))
        .route("/connectors/{name}/tasks", get(tasks::list))
        .route("/connectors/{name}/tasks/{task}/status", get(tasks::task_status))
        .route("/connectors/{name}/tasks/{task}/restart", post(lifecycle::restart_task))
        .route("/connectors/{name}/restart", post(lifecycle::restart))
        .route("/connectors/{name}/pause", put(lifecycle::pause))
        .route("/connectors/{name}/resume", put(lifecycle::resume))
        .route("/connectors/{name}/stop", put(lifecycle::stop))
        .route("/connectors/{name}/topics", get(topics::list))
        .route("/connectors/{name}/topics/reset", put(topics::reset))
        .route("/connectors/{name}/offsets", get(offsets::list).patch(offsets::alter).delete(offsets::reset))
        .route("/connector-plugins", get(plugins::list))
        .route("/connector-plugins/{plugin}/config", get(plugins::definitions))
        .route("/connector-plugins/{plugin}/config/validate", put(plugins::validate))
        .route("/admin/loggers", get(loggers::list))
        .route("/admin/loggers/{logger}", get(loggers::show).put(loggers::set))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        .with_state(state)
        .layer(middleware::from_fn(with_timeout))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(middleware::from_fn_with_state(http_log::Door::Connect, http_log::log))
}

async fn not_found() -> Error {
    Error::of(StatusCode::NOT_FOUND)
}

async fn method_not_allowed() -> Error {
    Error::of(StatusCode::METHOD_NOT_ALLOWED)
}

/// Dropping the handler is safe: every change it makes is one transaction.
async fn with_timeout(request: Request, next: Next) -> Result<Response, Error> {
    tokio::time::timeout(REQUEST_TIMEOUT, next.run(request))
        .await
        .map_err(|_| Error::new(StatusCode::INTERNAL_SERVER_ERROR, "Request timed out"))
}

/// The panic hook has logged where; the payload may quote data and goes nowhere.
fn panicked(_payload: Box<dyn std::any::Any + Send>) -> Response {
    use axum::response::IntoResponse as _;
    Error::of(StatusCode::INTERNAL_SERVER_ERROR).into_response()
}
