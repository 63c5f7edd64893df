//! `/admin/loggers`: levels of this process, or with `scope=cluster` of all.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::body::Body;
use super::error::Error;
use crate::service::loggers;
use crate::service::principal::Principal;
use crate::state::AppState;
use crate::telemetry::LoggerLevel;

#[derive(Serialize)]
struct Level {
    level: &'static str,
    last_modified: Option<i64>,
}

impl From<LoggerLevel> for Level {
    fn from(logger: LoggerLevel) -> Self {
        Self { level: logger.level.as_str(), last_modified: logger.last_modified_ms }
    }
}

pub(super) async fn list(State(state): State<AppState>) -> Result<Response, Error> {
    let loggers: BTreeMap<String, Level> =
        loggers::list(&state, &Principal::Local)?.into_iter().map(|(name, logger)| (name, logger.into())).collect();
    Ok(Json(loggers).into_response())
}

pub(super) async fn show(State(state): State<AppState>, Path(logger): Path<String>) -> Result<Response, Error> {
    Ok(Json(Level::from(loggers::find(&state, &Principal::Local, &logger)?)).into_response())
}

#[derive(Deserialize)]
pub(super) struct SetRequest {
    #[serde(default)]
    level: Option<String>,
}

/// An unknown scope means this worker alone, as in Kafka Connect.
pub(super) async fn set(
    State(state): State<AppState>,
    Path(logger): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    Body(request): Body<SetRequest>,
) -> Result<Response, Error> {
    let Some(level) = request.level else {
        let message = "Desired 'level' parameter was not specified in request.";
        return Err(Error::new(StatusCode::BAD_REQUEST, message));
    };
    if query.get("scope").is_some_and(|scope| scope.eq_ignore_ascii_case("cluster")) {
        loggers::set_everywhere(&state, &Principal::Local, &logger, &level).await?;
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    Ok(Json(loggers::set_here(&state, &Principal::Local, &logger, &level)?).into_response())
}
