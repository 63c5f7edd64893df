//! What happened to a connector.

use super::Error;
use super::connectors::find_stored;
use super::principal::{Action, Object, Principal, authorise};
use crate::db;
use crate::db::events::StoredEvent;
use crate::state::AppState;

/// Events in one answer at most.
const PAGE_LIMIT: i64 = 500;

/// A connector's newest events, newest first: those before the event `before`, at most `limit`.
///
/// # Errors
/// [`super::error::Missing::Connector`], [`Error::Unavailable`].
pub(crate) async fn list(
    state: &AppState,
    principal: &Principal,
    name: &str,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<StoredEvent>, Error> {
    authorise(principal, Action::Read, Object::Connector(name))?;
    let stored = find_stored(state, name).await?;
    Ok(db::events::list_events(&state.pool, stored.id, before, limit.clamp(1, PAGE_LIMIT)).await?)
}
