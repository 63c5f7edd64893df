//! Half-filled wizards, kept sealed: they hold connection strings.

use uuid::Uuid;

use super::error::{Error, Missing};
use super::principal::{Action, Object, Principal, authorise};
use crate::db;
use crate::secret::Place;
use crate::state::AppState;

/// Keeps a draft under an id, new or changed. `body` is the door's own text.
///
/// # Errors
/// [`Missing::Draft`] when the id is somebody else's, [`Error::Unavailable`].
pub(crate) async fn save(state: &AppState, principal: &Principal, id: Uuid, body: &str) -> Result<(), Error> {
    authorise(principal, Action::Write, Object::Drafts)?;
    let sealed = state.sealer.seal(place(&id.to_string()), body);
    if db::drafts::save_draft(&state.pool, id, principal.name(), &sealed).await? {
        Ok(())
    } else {
        Err(Missing::Draft.into())
    }
}

/// The text that was kept.
///
/// # Errors
/// [`Missing::Draft`], also when its key is gone, [`Error::Unavailable`].
pub(crate) async fn find(state: &AppState, principal: &Principal, id: Uuid) -> Result<String, Error> {
    authorise(principal, Action::Read, Object::Drafts)?;
    let sealed = match db::drafts::find_draft(&state.pool, id, principal.name()).await {
        Err(db::Error::NotFound) => return Err(Missing::Draft.into()),
        other => other?,
    };
    let body = state.sealer.open(place(&id.to_string()), &sealed).map_err(|_| Missing::Draft)?;
    Ok(body.to_string())
}

/// Changes a draft while nobody else can: two changes at once become one after the other. `change` reads the text that is kept and
/// gives the new one, or `None` to leave it, with an answer.
///
/// # Errors
/// As [`find`].
pub(crate) async fn change<T>(
    state: &AppState,
    principal: &Principal,
    id: Uuid,
    change: impl FnOnce(&str) -> (Option<String>, T) + Send,
) -> Result<T, Error> {
    authorise(principal, Action::Write, Object::Drafts)?;
    let mut transaction = state.pool.begin().await?;
    let sealed = match db::drafts::lock_draft(&mut transaction, id, principal.name()).await {
        Err(db::Error::NotFound) => return Err(Missing::Draft.into()),
        other => other?,
    };
    let row = id.to_string();
    let (changed, answer) = {
        let kept = state.sealer.open(place(&row), &sealed).map_err(|_| Missing::Draft)?;
        change(&kept)
    };
    if let Some(text) = changed {
        let sealed = state.sealer.seal(place(&row), &text);
        db::drafts::save_draft(&mut *transaction, id, principal.name(), &sealed).await?;
    }
    transaction.commit().await?;
    Ok(answer)
}

/// Throws a draft away, if it is there.
///
/// # Errors
/// [`Error::Unavailable`].
pub(crate) async fn delete(state: &AppState, principal: &Principal, id: Uuid) -> Result<(), Error> {
    authorise(principal, Action::Delete, Object::Drafts)?;
    Ok(db::drafts::delete_draft(&state.pool, id, principal.name()).await?)
}

fn place(id: &str) -> Place<'_> {
    Place { table: db::drafts::TABLE, row: id, field: db::drafts::FIELD }
}
