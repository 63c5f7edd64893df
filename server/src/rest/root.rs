//! `GET /` and `GET /health`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::health;
use crate::service::cluster::{CONNECT_VERSION, build_id};
use crate::state::AppState;

#[derive(Serialize)]
struct ServerInfo {
    version: &'static str,
    commit: String,
    kafka_cluster_id: String,
}

/// The cluster's id is empty while no broker answers: clients expect a text.
pub(super) async fn show(State(state): State<AppState>) -> Response {
    let kafka_cluster_id = state.cluster.id().await.unwrap_or_default();
    Json(ServerInfo { version: CONNECT_VERSION, commit: build_id(), kafka_cluster_id }).into_response()
}

#[derive(Serialize)]
struct Health {
    status: &'static str,
    message: String,
}

pub(super) async fn health(State(state): State<AppState>) -> Response {
    match health::check(&state).await.failing() {
        None => {
            let message = "Worker has completed startup and is ready to handle requests.".to_owned();
            Json(Health { status: "healthy", message }).into_response()
        }
        Some(what) => {
            let health = Health { status: "unhealthy", message: format!("{what} does not answer.") };
            (StatusCode::INTERNAL_SERVER_ERROR, Json(health)).into_response()
        }
    }
}
