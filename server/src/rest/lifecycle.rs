//! Pause, resume, stop and restart.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use connect::lifecycle::DesiredState;

use super::body::is_true;
use super::error::Error;
use super::model::ConnectorStatus;
use super::tasks::number;
use crate::ids::TaskNumber;
use crate::service;
use crate::service::connectors;
use crate::service::lifecycle::{RestartScope, restart as restart_connector, restart_task as restart_one, set_desired};
use crate::service::principal::Principal;
use crate::state::AppState;

pub(super) async fn pause(State(state): State<AppState>, Path(name): Path<String>) -> Result<StatusCode, Error> {
    desire(&state, &name, DesiredState::Paused).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn resume(State(state): State<AppState>, Path(name): Path<String>) -> Result<StatusCode, Error> {
    desire(&state, &name, DesiredState::Running).await?;
    Ok(StatusCode::ACCEPTED)
}

pub(super) async fn stop(State(state): State<AppState>, Path(name): Path<String>) -> Result<StatusCode, Error> {
    desire(&state, &name, DesiredState::Stopped).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn desire(state: &AppState, name: &str, desired: DesiredState) -> Result<(), Error> {
    set_desired(state, &Principal::Local, name, desired)
        .await
        .map_err(|error| Error::saying(error, |name| format!("Unknown connector {name}")))
}

/// 204 for the connector alone; 202 with the status, the restarting parts marked, when tasks or failed parts were meant.
pub(super) async fn restart(
    State(state): State<AppState>,
    Path(name): Path<String>,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Response, Error> {
    let scope = RestartScope {
        include_tasks: is_true(query.get("includeTasks")),
        only_failed: is_true(query.get("onlyFailed")),
    };
    restart_connector(&state, &Principal::Local, &name, scope).await.map_err(unknown)?;
    if scope == RestartScope::default() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let connector = connectors::find(&state, &Principal::Local, &name).await.map_err(unknown)?;
    let mut status = ConnectorStatus::of(&connector, &state.worker_id);
    if !scope.only_failed {
        status = status.with_connector_restarting();
    }
    Ok((StatusCode::ACCEPTED, Json(status)).into_response())
}

pub(super) async fn restart_task(
    State(state): State<AppState>,
    Path((name, task)): Path<(String, String)>,
) -> Result<StatusCode, Error> {
    let task = TaskNumber(number(&task)?);
    restart_one(&state, &Principal::Local, &name, task).await.map_err(unknown)?;
    Ok(StatusCode::NO_CONTENT)
}

fn unknown(error: service::Error) -> Error {
    Error::saying(error, |name| format!("Unknown connector: {name}"))
}
