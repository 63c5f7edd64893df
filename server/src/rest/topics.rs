//! `/connectors/{name}/topics` and its reset. Neither cares whether the connector exists.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::error::Error;
use crate::service;
use crate::service::error::Missing;
use crate::service::principal::Principal;
use crate::service::topics;
use crate::state::AppState;

pub(super) async fn list(State(state): State<AppState>, Path(name): Path<String>) -> Result<Response, Error> {
    let topics = match topics::list(&state, &Principal::Local, &name).await {
        Err(service::Error::NotFound(Missing::Connector(_))) => Vec::new(),
        other => other?,
    };
    Ok(Json(json!({ name: { "topics": topics } })).into_response())
}

pub(super) async fn reset(State(state): State<AppState>, Path(name): Path<String>) -> Result<StatusCode, Error> {
    topics::reset(&state, &Principal::Local, &name).await?;
    Ok(StatusCode::ACCEPTED)
}
