//! `/connector-plugins`, their definitions and validation. All of it offline.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::body::{Body, ConfigBody};
use super::error::Error;
use crate::service::error::Missing;
use crate::service::plugins;
use crate::state::AppState;

#[derive(Serialize)]
struct PluginInfo {
    class: &'static str,
    r#type: &'static str,
    version: &'static str,
}

pub(super) async fn list(Query(query): Query<HashMap<String, String>>) -> Response {
    let connectors_only = query.get("connectorsOnly").is_none_or(|value| value.eq_ignore_ascii_case("true"));
    let plugins: Vec<PluginInfo> = plugins::list(connectors_only)
        .map(|plugin| PluginInfo { class: plugin.class, r#type: plugin.kind.as_str(), version: plugin.version })
        .collect();
    Json(plugins).into_response()
}

pub(super) async fn definitions(
    State(_state): State<AppState>,
    Path(plugin): Path<String>,
) -> Result<Response, Error> {
    Err(crate::service::Error::from(Missing::Plugin(plugin)).into())
}

pub(super) async fn validate(
    State(_state): State<AppState>,
    Path(plugin): Path<String>,
    Body(ConfigBody(_submission)): Body<ConfigBody>,
) -> Result<Response, Error> {
    Err(crate::service::Error::from(Missing::Plugin(plugin)).into())
}
