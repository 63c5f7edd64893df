//! Pause, resume, stop, restart. Each writes down what is wanted; the supervisor of some replica makes it true.

use connect::lifecycle::DesiredState;
use tracing::info;

use super::Error;
use super::connectors::find_stored;
use super::error::Missing;
use super::principal::{Action, Object, Principal, authorise};
use crate::db;
use crate::db::events::Event;
use crate::ids::TaskNumber;
use crate::state::AppState;

/// What a restart of a connector covers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct RestartScope {
    /// Its tasks too.
    pub(crate) include_tasks: bool,
    /// Only what has failed.
    pub(crate) only_failed: bool,
}

/// Sets what is wanted of a connector. Asking again changes nothing, and every state may be asked for from every other.
///
/// # Errors
/// [`Missing::Connector`], [`Error::Unavailable`].
pub(crate) async fn set_desired(
    state: &AppState,
    principal: &Principal,
    name: &str,
    desired: DesiredState,
) -> Result<(), Error> {
    authorise(principal, Action::Operate, Object::Connector(name))?;
    let stored = find_stored(state, name).await?;
    let mut transaction = state.pool.begin().await?;
    if db::connectors::set_desired_state(&mut *transaction, stored.id, desired).await? {
        let event = match desired {
            DesiredState::Running => Event::Resumed,
            DesiredState::Paused => Event::Paused,
            DesiredState::Stopped => Event::Stopped,
        };
        db::events::insert_event(&mut *transaction, stored.id, &stored.name, principal.name(), &event).await?;
        info!(connector.name = %stored.name, "connector {} shall be {}", stored.name, desired.as_str());
    }
    transaction.commit().await?;
    state.worker.wake();
    Ok(())
}

/// Restarts a connector: itself, which is a row and needs nothing, and with `include_tasks` its tasks. Says which tasks.
///
/// # Errors
/// [`Missing::Connector`], [`Error::Unavailable`].
pub(crate) async fn restart(
    state: &AppState,
    principal: &Principal,
    name: &str,
    scope: RestartScope,
) -> Result<Vec<TaskNumber>, Error> {
    authorise(principal, Action::Operate, Object::Connector(name))?;
    let stored = find_stored(state, name).await?;
    let mut transaction = state.pool.begin().await?;
    let tasks = if scope.include_tasks && stored.desired == DesiredState::Running {
        db::leases::request_restart(&mut *transaction, stored.id, None, scope.only_failed).await?
    } else {
        Vec::new()
    };
    if !tasks.is_empty() || !scope.only_failed {
        let event = Event::RestartRequested { tasks: tasks.iter().map(|task| task.0).collect() };
        db::events::insert_event(&mut *transaction, stored.id, &stored.name, principal.name(), &event).await?;
    }
    transaction.commit().await?;
    state.worker.wake();
    Ok(tasks)
}

/// Restarts one task.
///
/// # Errors
/// [`Missing::Connector`], [`Missing::Task`] also while the connector is stopped, [`Error::Unavailable`].
pub(crate) async fn restart_task(
    state: &AppState,
    principal: &Principal,
    name: &str,
    task: TaskNumber,
) -> Result<(), Error> {
    authorise(principal, Action::Operate, Object::Connector(name))?;
    let stored = find_stored(state, name).await?;
    let missing = || Error::from(Missing::Task(name.to_owned(), task.0.to_string()));
    if stored.desired == DesiredState::Stopped {
        return Err(missing());
    }
    let mut transaction = state.pool.begin().await?;
    if db::leases::request_restart(&mut *transaction, stored.id, Some(task), false).await?.is_empty() {
        return Err(missing());
    }
    let event = Event::RestartRequested { tasks: vec![task.0] };
    db::events::insert_event(&mut *transaction, stored.id, &stored.name, principal.name(), &event).await?;
    transaction.commit().await?;
    state.worker.wake();
    Ok(())
}
