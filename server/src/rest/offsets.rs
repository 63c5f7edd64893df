//! `GET /connectors/{name}/offsets`.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::error::Error;
use crate::service::offsets;
use crate::service::principal::Principal;
use crate::state::AppState;

pub(super) async fn list(State(state): State<AppState>, Path(name): Path<String>) -> Result<Response, Error> {
    let offsets = offsets::list(&state, &Principal::Local, &name).await?;
    let offsets: Vec<Value> = offsets
        .into_iter()
        .map(|offset| {
            let values: Map<String, Value> =
                offset.offset.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
            json!({ "partition": { "ns": offset.namespace }, "offset": values })
        })
        .collect();
    Ok(Json(json!({ "offsets": offsets })).into_response())
}
