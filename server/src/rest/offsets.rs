//! `/connectors/{name}/offsets`: look, set, forget.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::body::Body;
use super::error::Error;
use crate::service::offsets::{self, OffsetChange};
use crate::service::principal::Principal;
use crate::state::AppState;

/// The body of a `PATCH`.
#[derive(Deserialize)]
pub(super) struct Offsets {
    #[serde(default)]
    offsets: Option<Vec<Offset>>,
}

/// One partition. A null offset, and none at all, forgets it.
#[derive(Deserialize)]
struct Offset {
    #[serde(default)]
    partition: Option<Map<String, Value>>,
    #[serde(default)]
    offset: Option<Map<String, Value>>,
}

pub(super) async fn list(State(state): State<AppState>, Path(name): Path<String>) -> Result<Response, Error> {
    let offsets = offsets::list(&state, &Principal::Local, &name).await?;
    let offsets: Vec<Value> = offsets
        .into_iter()
        .map(|offset| json!({ "partition": { "ns": offset.namespace }, "offset": offset.offset }))
        .collect();
    Ok(Json(json!({ "offsets": offsets })).into_response())
}

pub(super) async fn alter(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Body(body): Body<Offsets>,
) -> Result<Response, Error> {
    let offsets = body.offsets.unwrap_or_default();
    let changes = offsets
        .into_iter()
        .map(|offset| OffsetChange { partition: offset.partition.unwrap_or_default(), offset: offset.offset })
        .collect();
    offsets::alter(&state, &Principal::Local, &name, changes).await?;
    Ok(told("The offsets for this connector have been altered successfully"))
}

pub(super) async fn reset(State(state): State<AppState>, Path(name): Path<String>) -> Result<Response, Error> {
    offsets::reset(&state, &Principal::Local, &name).await?;
    Ok(told("The offsets for this connector have been reset successfully"))
}

fn told(message: &str) -> Response {
    Json(json!({ "message": message })).into_response()
}
