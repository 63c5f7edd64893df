//! The topics that connectors have written to.

use super::connectors::find_stored;
use super::error::{Error, Missing};
use super::principal::{Action, Object, Principal, authorise};
use crate::db;
use crate::db::events::Event;
use crate::state::AppState;

/// A connector's topics since the last reset.
///
/// # Errors
/// [`Missing::Connector`], [`Error::Unavailable`].
pub(crate) async fn list(state: &AppState, principal: &Principal, name: &str) -> Result<Vec<String>, Error> {
    authorise(principal, Action::Read, Object::Connector(name))?;
    let stored = find_stored(state, name).await?;
    Ok(db::topics::list_topics(&state.pool, stored.id).await?)
}

/// Every topic that some connector has written to, with the connector's name.
///
/// # Errors
/// [`Error::Unavailable`].
pub(crate) async fn list_writers(state: &AppState, principal: &Principal) -> Result<Vec<(String, String)>, Error> {
    authorise(principal, Action::Read, Object::Topics)?;
    Ok(db::topics::list_topic_writers(&state.pool).await?)
}

/// Empties a connector's list of topics. A connector that is not there has none, and that is no error.
///
/// # Errors
/// [`Error::Unavailable`].
pub(crate) async fn reset(state: &AppState, principal: &Principal, name: &str) -> Result<(), Error> {
    authorise(principal, Action::Operate, Object::Connector(name))?;
    let stored = match find_stored(state, name).await {
        Err(Error::NotFound(Missing::Connector(_))) => return Ok(()),
        other => other?,
    };
    let mut transaction = state.pool.begin().await?;
    db::topics::reset_topics(&mut *transaction, stored.id).await?;
    db::events::insert_event(&mut *transaction, stored.id, &stored.name, principal.name(), &Event::TopicsReset).await?;
    transaction.commit().await?;
    state.worker.wake();
    Ok(())
}
