//! A configuration on its way into the database and out of it: secrets are taken out and sealed, then opened and put back.
//!
//! `service` stores and shows configurations through here, `worker` loads them to run. The order of the properties and every
//! character of their values survive.

use connect::config::{SubmittedConfig, definition};

use crate::db::connectors::{StoredConnector, StoredEntry};
use crate::db::secrets::{self, StoredSecret};
use crate::ids::{ConfigVersion, ConnectorId};
use crate::secret::{OpenError, Place, Sealer};

/// More parts of names under which people keep secrets. Sealing one too many costs nothing: the API echoes it all the same.
const SECRET_PARTS: &[&str] = &["user.info", "userinfo", "access.key", "master.key"];

/// Why a stored configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnusableConfig {
    /// A secret did not open.
    #[error("Property {field} cannot be opened")]
    Sealed {
        /// Property name.
        field: String,
        /// Why.
        #[source]
        source: OpenError,
    },
    /// A secret's row is not there.
    #[error("Property {0} has lost its sealed value")]
    Missing(String),
}

/// Whether a property's value is sealed and never shown in the portal.
pub(crate) fn is_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    definition::is_secret(name) || SECRET_PARTS.iter().any(|part| lower.contains(part))
}

/// Splits a configuration into what is stored as it is and what is sealed for this connector and version.
pub(crate) fn seal(
    sealer: &Sealer,
    connector: ConnectorId,
    version: ConfigVersion,
    config: &SubmittedConfig,
) -> (Vec<StoredEntry>, Vec<StoredSecret>) {
    let row = secrets::row_key(connector, version);
    let mut entries = Vec::with_capacity(config.len());
    let mut sealed = Vec::new();
    for (name, value) in config.iter() {
        let is_sealed = is_secret(name);
        entries.push(StoredEntry { name: name.to_owned(), value: (!is_sealed).then(|| value.to_owned()) });
        if is_sealed {
            let place = Place { table: secrets::TABLE, row: &row, field: name };
            sealed.push(StoredSecret { connector, version, field: name.to_owned(), sealed: sealer.seal(place, value) });
        }
    }
    (entries, sealed)
}

/// Puts a stored configuration together again. `secrets` may hold those of other connectors too.
///
/// # Errors
/// [`UnusableConfig`]: the key is missing, or somebody changed the rows.
pub(crate) fn open(
    sealer: &Sealer,
    stored: &StoredConnector,
    secrets: &[StoredSecret],
) -> Result<SubmittedConfig, UnusableConfig> {
    let row = secrets::row_key(stored.id, stored.version);
    let mut config = SubmittedConfig::new();
    for entry in &stored.entries {
        let Some(value) = &entry.value else {
            let secret = secrets.iter().find(|secret| {
                secret.connector == stored.id && secret.version == stored.version && secret.field == entry.name
            });
            let secret = secret.ok_or_else(|| UnusableConfig::Missing(entry.name.clone()))?;
            let place = Place { table: secrets::TABLE, row: &row, field: &entry.name };
            let text = sealer
                .open(place, &secret.sealed)
                .map_err(|source| UnusableConfig::Sealed { field: entry.name.clone(), source })?;
            config.set(&entry.name, text.as_str());
            continue;
        };
        config.set(&entry.name, value);
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_may_hold_a_password_is_sealed() {
        for name in [
            "connection.uri",
            "connection.password",
            "connection.ssl.truststorePassword",
            "csfle.local.master.key",
            "value.converter.basic.auth.user.info",
            "producer.override.sasl.jaas.config",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["database", "key.converter", "change.stream.document.key.as.key", "tasks.max", "topic.prefix"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
