//! Whether this process can do its work, for load balancers and orchestrators.
//!
//! *Live* means the process answers. *Ready* means Postgres answers and the supervisor has compared desired with running
//! lately. Kafka and MongoDB do not count: a connector that cannot reach them says so itself, and a restart helps neither.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::state::AppState;

/// How long Postgres may take to answer a trivial question.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// A supervisor that has not looked for so long is stuck.
const STALE_AFTER: Duration = Duration::from_secs(30);

/// What was found.
#[derive(Debug, Serialize)]
pub(crate) struct Health {
    postgres: bool,
    supervisor: bool,
}

impl Health {
    /// The first part that does not answer.
    pub(crate) fn failing(&self) -> Option<&'static str> {
        match self {
            Self { postgres: false, .. } => Some("Postgres"),
            Self { supervisor: false, .. } => Some("The supervisor"),
            _ => None,
        }
    }
}

/// Looks.
pub(crate) async fn check(state: &AppState) -> Health {
    let ping = sqlx::query("select 1").execute(&state.pool);
    let postgres = matches!(tokio::time::timeout(PING_TIMEOUT, ping).await, Ok(Ok(_)));
    let supervisor = state.worker.view().reconciled_at.is_some_and(|at| at.elapsed() < STALE_AFTER);
    Health { postgres, supervisor }
}

/// `GET /health/live`.
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// `GET /health/ready`: 200 or 503, with what was found.
pub(crate) async fn ready(State(state): State<AppState>) -> Response {
    let health = check(&state).await;
    let status = if health.failing().is_none() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health)).into_response()
}
