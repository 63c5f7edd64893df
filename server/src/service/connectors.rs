//! Connectors: make, find, list, change, remove.

use std::collections::HashMap;

use connect::config::connection_string::ConnectionString;
use connect::config::{SourceConfig, SubmittedConfig, WarningKind};
use connect::lifecycle::DesiredState;
use sqlx::PgConnection;
use tracing::info;
use uuid::Uuid;

use super::error::{Conflict, Error, Missing};
use super::plugins::{self, Plugin};
use super::principal::{Action, Object, Principal, authorise};
use super::submission::{self, Accepted, HIDDEN, Submission, Warning};
use crate::db;
use crate::db::connectors::StoredConnector;
use crate::db::events::Event;
use crate::db::status::StoredTask;
use crate::ids::{ConfigVersion, ConnectorId, ConnectorName, TaskNumber};
use crate::sealed_config::{self, is_secret};
use crate::state::AppState;

/// A connector with everything that is known of it, secrets included.
#[derive(Debug, Clone)]
pub(crate) struct Connector {
    /// Row, class, desired state, version.
    pub(crate) stored: StoredConnector,
    /// The configuration in force as it was submitted, plus `name`.
    pub(crate) config: SubmittedConfig,
    /// Its plugin; `None` for a class that a newer release wrote.
    pub(crate) plugin: Option<&'static Plugin>,
    /// Its tasks in order.
    pub(crate) tasks: Vec<StoredTask>,
}

impl Connector {
    /// Its name.
    pub(crate) fn name(&self) -> &str {
        self.stored.name.as_str()
    }

    /// Whether its tasks are listed at all.
    pub(crate) fn has_tasks(&self) -> bool {
        self.stored.desired != DesiredState::Stopped
    }
}

/// What came of a submission.
#[derive(Debug)]
pub(crate) struct Stored {
    /// The connector as it is now.
    pub(crate) connector: Connector,
    /// It was not there before.
    pub(crate) is_new: bool,
}

/// Every connector, by name.
///
/// # Errors
/// [`Error::Unavailable`], [`Error::Internal`] when a configuration cannot be opened.
pub(crate) async fn list(state: &AppState, principal: &Principal) -> Result<Vec<Connector>, Error> {
    authorise(principal, Action::ReadSecrets, Object::Connectors)?;
    let stored = db::connectors::list_connectors(&state.pool).await?;
    let secrets = db::secrets::list_current_secrets(&state.pool, None).await?;
    let mut secrets = by_connector(secrets, |secret| secret.connector);
    let mut tasks = by_connector(db::status::list_tasks(&state.pool, None).await?, |task| task.connector);
    let connectors = stored.into_iter().map(|stored| {
        let secrets = secrets.remove(&stored.id).unwrap_or_default();
        let config = sealed_config::open(&state.sealer, &stored, &secrets)?;
        let tasks = tasks.remove(&stored.id).unwrap_or_default();
        Ok(Connector { plugin: plugins::find(&stored.class), stored, config, tasks })
    });
    connectors.collect()
}

/// Rows of all connectors, sorted out; the order within each is kept.
pub(super) fn by_connector<T>(rows: Vec<T>, connector: impl Fn(&T) -> ConnectorId) -> HashMap<ConnectorId, Vec<T>> {
    let mut sorted: HashMap<ConnectorId, Vec<T>> = HashMap::new();
    for row in rows {
        sorted.entry(connector(&row)).or_default().push(row);
    }
    sorted
}

/// The names of all connectors.
///
/// # Errors
/// [`Error::Unavailable`].
pub(crate) async fn list_names(state: &AppState, principal: &Principal) -> Result<Vec<String>, Error> {
    authorise(principal, Action::Read, Object::Connectors)?;
    let stored = db::connectors::list_connectors(&state.pool).await?;
    Ok(stored.into_iter().map(|stored| stored.name.to_string()).collect())
}

/// One connector.
///
/// # Errors
/// [`Missing::Connector`], [`Error::Unavailable`], [`Error::Internal`].
pub(crate) async fn find(state: &AppState, principal: &Principal, name: &str) -> Result<Connector, Error> {
    authorise(principal, Action::ReadSecrets, Object::Connector(name))?;
    let stored = find_stored(state, name).await?;
    load(state, stored).await
}

/// A connector's row, without its secrets.
///
/// # Errors
/// [`Missing::Connector`], [`Error::Unavailable`].
pub(super) async fn find_stored(state: &AppState, name: &str) -> Result<StoredConnector, Error> {
    let missing = || Error::from(Missing::Connector(name.to_owned()));
    let parsed = ConnectorName::parse(name).map_err(|_| missing())?;
    match db::connectors::find_connector(&state.pool, &parsed).await {
        Err(db::Error::NotFound) => Err(missing()),
        other => Ok(other?),
    }
}

async fn load(state: &AppState, stored: StoredConnector) -> Result<Connector, Error> {
    let secrets = db::secrets::list_current_secrets(&state.pool, Some(stored.id)).await?;
    let tasks = db::status::list_tasks(&state.pool, Some(stored.id)).await?;
    let config = sealed_config::open(&state.sealer, &stored, &secrets)?;
    Ok(Connector { plugin: plugins::find(&stored.class), stored, config, tasks })
}

/// Makes a connector. All of it is written, or nothing.
///
/// # Errors
/// [`Error::Refused`], [`Error::Invalid`], [`Conflict::NameTaken`], [`Error::Unavailable`].
pub(crate) async fn create(
    state: &AppState,
    principal: &Principal,
    name: &str,
    submission: Submission,
    desired: DesiredState,
) -> Result<Stored, Error> {
    authorise(principal, Action::Write, Object::Connector(name))?;
    let accepted = submission::accept(name, submission)?;
    let taken = || Error::from(Conflict::NameTaken(accepted.name.to_string()));
    let id = ConnectorId(Uuid::now_v7());
    let mut transaction = state.pool.begin().await?;
    match db::connectors::insert_connector(&mut *transaction, id, &accepted.name, class(&accepted), desired).await {
        Err(db::Error::Conflict(db::CONNECTOR_NAME_KEY)) => return Err(taken()),
        other => other?,
    }
    insert_version(state, &mut transaction, principal, id, ConfigVersion(1), &accepted.config).await?;
    db::leases::insert_task(&mut *transaction, id, TaskNumber(0)).await?;
    let event = Event::Created { desired: desired.as_str().to_owned() };
    db::events::insert_event(&mut *transaction, id, &accepted.name, principal.name(), &event).await?;
    transaction.commit().await?;
    state.worker.wake();
    info!(connector.name = %accepted.name, "created connector {}", accepted.name);
    stored(state, accepted, true).await
}

/// Sets a whole configuration: a new version of a connector that is there, or a new connector. What is in force already
/// changes nothing.
///
/// # Errors
/// As [`create`], and [`Conflict::ChangedMeanwhile`].
pub(crate) async fn put_config(
    state: &AppState,
    principal: &Principal,
    name: &str,
    submission: Submission,
) -> Result<Stored, Error> {
    authorise(principal, Action::Write, Object::Connector(name))?;
    match find(state, principal, name).await {
        Ok(connector) => change(state, principal, connector, submission).await,
        Err(Error::NotFound(Missing::Connector(_))) => {
            create(state, principal, name, submission, DesiredState::Running).await
        }
        Err(error) => Err(error),
    }
}

/// Changes single properties: a null removes one.
///
/// # Errors
/// [`Missing::Connector`], and as [`put_config`].
pub(crate) async fn patch_config(
    state: &AppState,
    principal: &Principal,
    name: &str,
    patch: Submission,
) -> Result<Stored, Error> {
    authorise(principal, Action::Write, Object::Connector(name))?;
    let connector = find(state, principal, name).await?;
    let mut config = connector.config.clone();
    for (property, value) in patch.config.iter() {
        config.set(property, value);
    }
    for property in &patch.nulls {
        config.remove(property);
    }
    change(state, principal, connector, config.into()).await
}

async fn change(
    state: &AppState,
    principal: &Principal,
    connector: Connector,
    mut submission: Submission,
) -> Result<Stored, Error> {
    keep_hidden(&mut submission.config, &connector.config);
    let accepted = submission::accept(connector.name(), submission)?;
    if accepted.config == connector.config {
        return Ok(Stored { connector, is_new: false });
    }
    let id = connector.stored.id;
    let version = ConfigVersion(connector.stored.version.0 + 1);
    let event = difference(version, &connector.config, &accepted.config);
    let meanwhile = || Error::from(Conflict::ChangedMeanwhile(accepted.name.to_string()));
    let mut transaction = state.pool.begin().await?;
    match db::connectors::lock_connector(&mut *transaction, &accepted.name).await {
        Ok(locked) if locked == id => {}
        Ok(_) | Err(db::Error::NotFound) => return Err(meanwhile()),
        Err(error) => return Err(error.into()),
    }
    // Read again under the lock: two changes made at once must not share a version number.
    if db::connectors::find_connector(&mut *transaction, &accepted.name).await?.version != connector.stored.version {
        return Err(meanwhile());
    }
    insert_version(state, &mut transaction, principal, id, version, &accepted.config).await?;
    db::connectors::set_version(&mut *transaction, id, version, class(&accepted)).await?;
    db::events::insert_event(&mut *transaction, id, &accepted.name, principal.name(), &event).await?;
    transaction.commit().await?;
    state.worker.wake();
    info!(connector.name = %accepted.name, config.version = version.0, "changed configuration of {}", accepted.name);
    stored(state, accepted, false).await
}

/// Removes a connector. Its topics and their records stay; its position goes.
///
/// # Errors
/// [`Missing::Connector`], [`Error::Unavailable`].
pub(crate) async fn delete(state: &AppState, principal: &Principal, name: &str) -> Result<(), Error> {
    authorise(principal, Action::Delete, Object::Connector(name))?;
    let stored = find_stored(state, name).await?;
    let mut transaction = state.pool.begin().await?;
    db::events::insert_event(&mut *transaction, stored.id, &stored.name, principal.name(), &Event::Deleted).await?;
    db::connectors::delete_connector(&mut *transaction, stored.id).await?;
    transaction.commit().await?;
    state.worker.wake();
    info!(connector.name = %stored.name, "deleted connector {}", stored.name);
    Ok(())
}

async fn insert_version(
    state: &AppState,
    connection: &mut PgConnection,
    principal: &Principal,
    id: ConnectorId,
    version: ConfigVersion,
    config: &SubmittedConfig,
) -> Result<(), Error> {
    let (entries, secrets) = sealed_config::seal(&state.sealer, id, version, config);
    db::connectors::insert_version(&mut *connection, id, version, &entries, principal.name()).await?;
    for secret in &secrets {
        db::secrets::insert_secret(&mut *connection, secret).await?;
    }
    Ok(())
}

async fn stored(state: &AppState, accepted: Accepted, is_new: bool) -> Result<Stored, Error> {
    let connector = load(state, find_stored(state, accepted.name.as_str()).await?).await?;
    let mut warnings = accepted.warnings;
    warnings
        .extend(list_alike(state, &connector).await?.into_iter().map(|connector| Warning::WritesLike { connector }));
    for warning in warnings {
        warn(state, &connector, warning).await;
    }
    Ok(Stored { connector, is_new })
}

/// Into the log; and what its owner will look for one day, into the history.
async fn warn(state: &AppState, connector: &Connector, warning: Warning) {
    let (text, event) = match warning {
        Warning::Property(warning) => match warning.kind {
            WarningKind::Unknown { closest } => {
                (warning.message, Some(Event::PropertyUnknown { name: warning.name, closest }))
            }
            _ => (warning.message, None),
        },
        Warning::WritesLike { connector } => {
            (format!("It writes the same records as connector {connector}."), Some(Event::WritesLike { connector }))
        }
    };
    info!(connector.name = connector.name(), "accepted a configuration with a warning: {text}");
    if let Some(event) = event {
        let (id, name) = (connector.stored.id, &connector.stored.name);
        // The connector is stored by now: a missing line of its history must not be answered as a failure.
        if let Err(error) = db::events::insert_event(&state.pool, id, name, db::events::WORKER_ACTOR, &event).await {
            tracing::warn!(connector.name = %name, error = %error, "a warning was not written into the history");
        }
    }
}

/// Names of the connectors that write the same records to the same topics. Only those that watch the same by name are opened.
async fn list_alike(state: &AppState, connector: &Connector) -> Result<Vec<String>, Error> {
    let mut alike = Vec::new();
    for other in db::connectors::list_connectors(&state.pool).await? {
        let is_same = |property| {
            other.plain_value(property).unwrap_or_default() == connector.config.get(property).unwrap_or_default()
        };
        if other.id == connector.stored.id || !is_same("database") || !is_same("collection") {
            continue;
        }
        let other = load(state, other).await?;
        if write_alike(connector, &other) {
            alike.push(other.name().to_owned());
        }
    }
    Ok(alike)
}

fn class(accepted: &Accepted) -> &str {
    accepted.config.get(submission::CLASS).unwrap_or(accepted.plugin.class)
}

/// Puts stored secrets where the submission shows them hidden.
fn keep_hidden(submitted: &mut SubmittedConfig, stored: &SubmittedConfig) {
    let hidden: Vec<String> = submitted
        .iter()
        .filter(|(name, value)| *value == HIDDEN && is_secret(name))
        .map(|(name, _)| name.to_owned())
        .collect();
    for name in hidden {
        if let Some(value) = stored.get(&name) {
            submitted.set(name, value);
        }
    }
}

/// Two connectors that publish the same changes under the same topic names: every record would be there twice.
fn write_alike(one: &Connector, other: &Connector) -> bool {
    let (Ok(one), Ok(other)) = (SourceConfig::parse(&one.config), SourceConfig::parse(&other.config)) else {
        return false;
    };
    let hosts = |config: &SourceConfig| {
        ConnectionString::parse(&config.connection.uri).map(|uri| uri.hosts().to_vec()).unwrap_or_default()
    };
    one.scope == other.scope && one.topics == other.topics && hosts(&one) == hosts(&other)
}

fn difference(version: ConfigVersion, before: &SubmittedConfig, after: &SubmittedConfig) -> Event {
    let names = |config: &SubmittedConfig, wanted: &dyn Fn(&str, &str) -> bool| {
        config.iter().filter(|(name, value)| wanted(name, value)).map(|(name, _)| name.to_owned()).collect()
    };
    Event::ConfigChanged {
        version: version.0,
        added: names(after, &|name, _| before.get(name).is_none()),
        changed: names(after, &|name, value| before.get(name).is_some_and(|old| old != value)),
        removed: names(before, &|name, _| after.get(name).is_none()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(pairs: &[(&str, &str)]) -> SubmittedConfig {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_hidden_secret_keeps_what_is_stored_and_nothing_else_does() {
        let stored = config(&[("connection.uri", "mongodb://u:p@h/"), ("topic.prefix", "a")]);
        let mut submitted = config(&[("connection.uri", HIDDEN), ("topic.prefix", HIDDEN)]);

        keep_hidden(&mut submitted, &stored);

        assert_eq!(submitted.get("connection.uri"), Some("mongodb://u:p@h/"));
        assert_eq!(submitted.get("topic.prefix"), Some(HIDDEN));
    }

    #[test]
    fn a_change_is_told_by_names_alone() {
        let before = config(&[("a", "1"), ("b", "2"), ("c", "3")]);
        let after = config(&[("a", "1"), ("b", "x"), ("d", "4")]);

        let event = difference(ConfigVersion(2), &before, &after);

        let expected = Event::ConfigChanged {
            version: 2,
            added: vec!["d".to_owned()],
            changed: vec!["b".to_owned()],
            removed: vec!["c".to_owned()],
        };
        assert_eq!(event, expected);
    }
}
