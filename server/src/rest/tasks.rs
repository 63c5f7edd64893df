//! `/connectors/{name}/status`, `/connectors/{name}/tasks` and a task's status.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::error::Error;
use super::model::{ConnectorStatus, TaskInfo, TaskStatus};
use crate::service::connectors;
use crate::service::principal::Principal;
use crate::state::AppState;

pub(super) async fn connector_status(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<Response, Error> {
    let connector = connectors::find(&state, &Principal::Local, &name)
        .await
        .map_err(|error| Error::saying(error, |name| format!("No status found for connector {name}")))?;
    Ok(Json(ConnectorStatus::of(&connector, &state.worker_id)).into_response())
}

pub(super) async fn list(State(state): State<AppState>, Path(name): Path<String>) -> Result<Response, Error> {
    let connector = connectors::find(&state, &Principal::Local, &name).await?;
    Ok(Json(TaskInfo::all(&connector)).into_response())
}

pub(super) async fn task_status(
    State(state): State<AppState>,
    Path((name, task)): Path<(String, String)>,
) -> Result<Response, Error> {
    let task = number(&task)?;
    let missing = |name: &str| format!("No status found for task {name}-{task}");
    let connector =
        connectors::find(&state, &Principal::Local, &name).await.map_err(|error| Error::saying(error, missing))?;
    let statuses = TaskStatus::all(&connector, &state.worker_id);
    match statuses.into_iter().find(|status| status.number() == task) {
        Some(status) => Ok(Json(status).into_response()),
        None => Err(Error::new(StatusCode::NOT_FOUND, missing(&name))),
    }
}

/// A task's number in a path; anything else is a path that does not exist.
pub(super) fn number(text: &str) -> Result<i32, Error> {
    text.parse().map_err(|_| Error::of(StatusCode::NOT_FOUND))
}
