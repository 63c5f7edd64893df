//! `/connectors`, `/connectors/{name}` and `/connectors/{name}/config`.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use connect::lifecycle::DesiredState;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::body::{Body, ConfigBody};
use super::error::Error;
use super::model::{Config, ConnectorInfo, ConnectorStatus};
use crate::service::connectors::{self, Connector};
use crate::service::principal::Principal;
use crate::state::AppState;

/// Names, or with `expand=info` and `expand=status` a map of what was asked for. Other values of `expand` add nothing.
pub(super) async fn list(
    State(state): State<AppState>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let expansions: Vec<String> =
        query.into_iter().filter(|(name, _)| name == "expand").map(|(_, value)| value).collect();
    if expansions.is_empty() {
        return Ok(Json(connectors::list_names(&state, &Principal::Local).await?).into_response());
    }
    let mut all = Map::new();
    for connector in connectors::list(&state, &Principal::Local).await? {
        let parts = expansions.iter().filter_map(|part| Some((part.clone(), expand(&state, &connector, part)?)));
        all.insert(connector.name().to_owned(), Value::Object(parts.collect()));
    }
    Ok(Json(all).into_response())
}

fn expand(state: &AppState, connector: &Connector, part: &str) -> Option<Value> {
    match part {
        "info" => serde_json::to_value(ConnectorInfo::of(connector)).ok(),
        "status" => serde_json::to_value(ConnectorStatus::of(connector, &state.worker_id)).ok(),
        _ => None,
    }
}

/// Unknown fields are ignored, which Kafka Connect does only in its standalone files.
#[derive(Deserialize)]
pub(super) struct CreateRequest {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    config: Option<ConfigBody>,
    #[serde(default)]
    initial_state: Option<String>,
}

pub(super) async fn create(
    State(state): State<AppState>,
    headers: HeaderMap,
    Body(request): Body<CreateRequest>,
) -> Result<Response, Error> {
    let Some(ConfigBody(submission)) = request.config else {
        return Err(Error::new(StatusCode::BAD_REQUEST, "The request has no config"));
    };
    let desired = match request.initial_state {
        None => DesiredState::Running,
        Some(word) => word.parse().map_err(|_| {
            Error::new(StatusCode::BAD_REQUEST, format!("No initial_state {word}: RUNNING, PAUSED or STOPPED"))
        })?,
    };
    let name = request.name.unwrap_or_default();
    let stored = connectors::create(&state, &Principal::Local, &name, submission, desired).await?;
    Ok(created(&headers, &stored.connector))
}

/// 201 with the connector's address, made absolute by the host that the client asked.
fn created(headers: &HeaderMap, connector: &Connector) -> Response {
    let path = format!("/connectors/{}", encode_segment(connector.name()));
    let location = match headers.get(header::HOST).and_then(|host| host.to_str().ok()) {
        Some(host) => format!("http://{host}{path}"),
        None => path,
    };
    let mut response = (StatusCode::CREATED, Json(ConnectorInfo::of_new(connector))).into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

fn encode_segment(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

pub(super) async fn show(State(state): State<AppState>, Path(name): Path<String>) -> Result<Response, Error> {
    let connector = connectors::find(&state, &Principal::Local, &name).await?;
    Ok(Json(ConnectorInfo::of(&connector)).into_response())
}

pub(super) async fn delete(State(state): State<AppState>, Path(name): Path<String>) -> Result<StatusCode, Error> {
    connectors::delete(&state, &Principal::Local, &name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Exactly what was submitted, plus `name`: clients compare it for equality.
pub(super) async fn show_config(State(state): State<AppState>, Path(name): Path<String>) -> Result<Response, Error> {
    let connector = connectors::find(&state, &Principal::Local, &name).await?;
    Ok(Json(Config::of(&connector)).into_response())
}

pub(super) async fn put_config(
    State(state): State<AppState>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Body(ConfigBody(submission)): Body<ConfigBody>,
) -> Result<Response, Error> {
    let stored = connectors::put_config(&state, &Principal::Local, &name, submission).await?;
    if stored.is_new {
        return Ok(created(&headers, &stored.connector));
    }
    Ok(Json(ConnectorInfo::of(&stored.connector)).into_response())
}

/// A null removes the property.
pub(super) async fn patch_config(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Body(ConfigBody(patch)): Body<ConfigBody>,
) -> Result<Response, Error> {
    let stored = connectors::patch_config(&state, &Principal::Local, &name, patch).await?;
    Ok(Json(ConnectorInfo::of(&stored.connector)).into_response())
}
