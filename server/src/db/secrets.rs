//! Sealed secrets of configuration versions.

use sqlx::PgExecutor;
use uuid::Uuid;

use super::Error;
use crate::ids::{ConfigVersion, ConnectorId};
use crate::secret::{NONCE_BYTES, Sealed};

/// Table name, as it is bound into the seals.
pub(crate) const TABLE: &str = "connector_secrets";

/// A sealed value of a property.
#[derive(Debug, Clone)]
pub(crate) struct StoredSecret {
    /// The connector.
    pub(crate) connector: ConnectorId,
    /// The configuration version.
    pub(crate) version: ConfigVersion,
    /// Property name.
    pub(crate) field: String,
    /// The sealed value.
    pub(crate) sealed: Sealed,
}

struct Row {
    connector_id: Uuid,
    version: i32,
    field: String,
    key_id: String,
    nonce: Vec<u8>,
    ciphertext: Vec<u8>,
}

impl TryFrom<Row> for StoredSecret {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let nonce: [u8; NONCE_BYTES] =
            row.nonce.try_into().map_err(|_| Error::Unreadable("connector_secrets.nonce"))?;
        Ok(Self {
            connector: ConnectorId(row.connector_id),
            version: ConfigVersion(row.version),
            field: row.field,
            sealed: Sealed { key_id: row.key_id, nonce, ciphertext: row.ciphertext },
        })
    }
}

/// The row's key as it is bound into a seal.
pub(crate) fn row_key(connector: ConnectorId, version: ConfigVersion) -> String {
    format!("{}/{}", connector.0, version.0)
}

/// Adds a sealed value.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn insert_secret(executor: impl PgExecutor<'_>, secret: &StoredSecret) -> Result<(), Error> {
    sqlx::query!(
        r#"
        insert into connector_secrets (connector_id, version, field, key_id, nonce, ciphertext)
        values ($1, $2, $3, $4, $5, $6)
        "#,
        secret.connector.0,
        secret.version.0,
        secret.field,
        secret.sealed.key_id,
        &secret.sealed.nonce[..],
        secret.sealed.ciphertext,
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// The sealed values of the versions in force: of one connector, or of all of them.
///
/// # Errors
/// [`Error::Database`], [`Error::Unreadable`].
pub(crate) async fn list_current_secrets(
    executor: impl PgExecutor<'_>,
    connector: Option<ConnectorId>,
) -> Result<Vec<StoredSecret>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        select secrets.connector_id, secrets.version, secrets.field, secrets.key_id, secrets.nonce, secrets.ciphertext
        from connector_secrets as secrets
        join connectors on connectors.id = secrets.connector_id and connectors.version = secrets.version
        where $1::uuid is null or connectors.id = $1
        "#,
        connector.map(|connector| connector.0),
    )
    .fetch_all(executor)
    .await?;
    rows.into_iter().map(StoredSecret::try_from).collect()
}
