//! Half-filled wizards, sealed as a whole.

use sqlx::PgExecutor;
use uuid::Uuid;

use super::Error;
use crate::secret::{NONCE_BYTES, Sealed};

/// Table name, as it is bound into the seals.
pub(crate) const TABLE: &str = "wizard_drafts";

/// Field name, as it is bound into the seals.
pub(crate) const FIELD: &str = "body";

/// How many days an untouched draft is kept.
const KEPT_DAYS: i32 = 30;

/// Writes a draft, new or changed. Another owner's draft of the same id is left alone: `false`.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn save_draft(
    executor: impl PgExecutor<'_>,
    id: Uuid,
    owner: &str,
    sealed: &Sealed,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        r#"
        insert into wizard_drafts as stored (id, owner, key_id, nonce, ciphertext)
        values ($1, $2, $3, $4, $5)
        on conflict (id) do update
        set key_id = excluded.key_id,
            nonce = excluded.nonce,
            ciphertext = excluded.ciphertext,
            updated_at = clock_timestamp()
        where stored.owner = excluded.owner
        "#,
        id,
        owner,
        sealed.key_id,
        &sealed.nonce[..],
        sealed.ciphertext,
    )
    .execute(executor)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// An owner's draft.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`], [`Error::Unreadable`].
pub(crate) async fn find_draft(executor: impl PgExecutor<'_>, id: Uuid, owner: &str) -> Result<Sealed, Error> {
    let row =
        sqlx::query!("select key_id, nonce, ciphertext from wizard_drafts where id = $1 and owner = $2", id, owner)
            .fetch_one(executor)
            .await?;
    let nonce: [u8; NONCE_BYTES] = row.nonce.try_into().map_err(|_| Error::Unreadable("wizard_drafts.nonce"))?;
    Ok(Sealed { key_id: row.key_id, nonce, ciphertext: row.ciphertext })
}

/// An owner's draft, held for this transaction alone until it ends.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Database`], [`Error::Unreadable`].
pub(crate) async fn lock_draft(connection: &mut sqlx::PgConnection, id: Uuid, owner: &str) -> Result<Sealed, Error> {
    let row = sqlx::query!(
        "select key_id, nonce, ciphertext from wizard_drafts where id = $1 and owner = $2 for update",
        id,
        owner
    )
    .fetch_one(connection)
    .await?;
    let nonce: [u8; NONCE_BYTES] = row.nonce.try_into().map_err(|_| Error::Unreadable("wizard_drafts.nonce"))?;
    Ok(Sealed { key_id: row.key_id, nonce, ciphertext: row.ciphertext })
}

/// Removes an owner's draft, if it is there.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn delete_draft(executor: impl PgExecutor<'_>, id: Uuid, owner: &str) -> Result<(), Error> {
    sqlx::query!("delete from wizard_drafts where id = $1 and owner = $2", id, owner).execute(executor).await?;
    Ok(())
}

/// Removes drafts that nobody has touched for a month.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn delete_stale_drafts(executor: impl PgExecutor<'_>) -> Result<(), Error> {
    sqlx::query!(
        "delete from wizard_drafts where updated_at < clock_timestamp() - make_interval(days => $1)",
        KEPT_DAYS
    )
    .execute(executor)
    .await?;
    Ok(())
}
