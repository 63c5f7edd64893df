//! Connectors as people look at them: verdict, rates, lag, copy progress, what is asked for and not yet so.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use connect::config::connection_string::ConnectionString;
use connect::lifecycle::DesiredState;

use super::Error;
use super::connectors::{Connector, by_connector, find};
use super::history;
use super::principal::{Action, Object, Principal, authorise};
use super::submission::HIDDEN;
use super::verdict::{self, Verdict};
use crate::db;
use crate::db::connectors::StoredConnector;
use crate::db::events::StoredEvent;
use crate::db::progress::{CopySum, StoredCopy};
use crate::db::status::StoredTask;
use crate::ids::ConnectorId;
use crate::sealed_config::is_secret;
use crate::state::AppState;

/// Events shown with a connector.
const RECENT_EVENTS: i64 = 50;

/// A connector in a list.
#[derive(Debug, Clone)]
pub(crate) struct Summary {
    /// Its name.
    pub(crate) name: String,
    /// What it watches: `database.collection`, `database`, or empty for the whole deployment.
    pub(crate) scope: String,
    /// How it is.
    pub(crate) verdict: Verdict,
    /// Its task, which holds rates and totals.
    pub(crate) task: Option<StoredTask>,
    /// How late it is.
    pub(crate) lag_ms: Option<u64>,
}

/// A change that was asked for and has not been seen yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// To run.
    Running,
    /// To pause.
    Paused,
    /// To stop.
    Stopped,
    /// To start again.
    Restarted,
}

/// Everything about one connector.
#[derive(Debug, Clone)]
pub(crate) struct Detail {
    /// Row, configuration, tasks.
    pub(crate) connector: Connector,
    /// How it is.
    pub(crate) verdict: Verdict,
    /// What is asked for and not yet so, and since when.
    pub(crate) pending: Option<(Wanted, DateTime<Utc>)>,
    /// What it watches, as in [`Summary::scope`].
    pub(crate) scope: String,
    /// Hosts of the source, without credentials.
    pub(crate) hosts: Vec<String>,
    /// How late it is.
    pub(crate) lag_ms: Option<u64>,
    /// For how long it may stand still before changes leave the oplog.
    pub(crate) headroom_s: Option<u64>,
    /// Its copy, by namespace.
    pub(crate) copy: Vec<StoredCopy>,
    /// Topics it has written to.
    pub(crate) topics: Vec<String>,
    /// What happened last, newest first.
    pub(crate) events: Vec<StoredEvent>,
    /// When all this was so.
    pub(crate) as_of: DateTime<Utc>,
}

/// A property as it may be shown: `None` for a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShownProperty {
    /// Its name.
    pub(crate) name: String,
    /// Its value, or [`HIDDEN`].
    pub(crate) value: String,
    /// The value is not shown.
    pub(crate) is_hidden: bool,
}

/// Every connector with its verdict, by name.
///
/// # Errors
/// [`Error::Unavailable`].
pub(crate) async fn list(state: &AppState, principal: &Principal) -> Result<Vec<Summary>, Error> {
    authorise(principal, Action::Read, Object::Connectors)?;
    let connectors = db::connectors::list_connectors(&state.pool).await?;
    let mut tasks = by_connector(db::status::list_tasks(&state.pool, None).await?, |task| task.connector);
    let copies: HashMap<ConnectorId, CopySum> =
        db::progress::list_sums(&state.pool).await?.into_iter().map(|sum| (sum.connector, sum)).collect();
    let now = Utc::now();
    let summaries = connectors.into_iter().map(|stored| {
        let task = tasks.remove(&stored.id).and_then(|tasks| tasks.into_iter().next());
        let copy = copies.get(&stored.id);
        summary(stored, task, copy, now)
    });
    Ok(summaries.collect())
}

fn summary(stored: StoredConnector, task: Option<StoredTask>, copy: Option<&CopySum>, now: DateTime<Utc>) -> Summary {
    Summary {
        verdict: verdict::judge(stored.desired, task.as_ref(), copy, now),
        lag_ms: task.as_ref().and_then(|task| verdict::lag_ms(&task.gauges, now)),
        scope: scope(|name| stored.plain_value(name)),
        name: stored.name.to_string(),
        task,
    }
}

/// Everything about one connector.
///
/// # Errors
/// [`super::error::Missing::Connector`], [`Error::Unavailable`], [`Error::Internal`].
pub(crate) async fn show(state: &AppState, principal: &Principal, name: &str) -> Result<Detail, Error> {
    authorise(principal, Action::Read, Object::Connector(name))?;
    let connector = find(state, principal, name).await?;
    let id = connector.stored.id;
    let copy = db::progress::list_progress(&state.pool, id).await?;
    let topics = db::topics::list_topics(&state.pool, id).await?;
    let events = history::list(state, principal, name, None, RECENT_EVENTS).await?;
    let as_of = Utc::now();
    let task = connector.tasks.first();
    let lag_ms = task.and_then(|task| verdict::lag_ms(&task.gauges, as_of));
    Ok(Detail {
        verdict: verdict::judge(connector.stored.desired, task, copy_sum(id, &copy).as_ref(), as_of),
        pending: pending(&connector),
        scope: scope(|name| connector.config.get(name)),
        hosts: hosts(&connector),
        headroom_s: task.and_then(|task| verdict::headroom_s(&task.gauges, as_of)),
        lag_ms,
        copy,
        topics,
        events,
        as_of,
        connector,
    })
}

/// A connector's configuration as it may be shown to somebody who must not read its secrets.
pub(crate) fn shown_config(connector: &Connector) -> Vec<ShownProperty> {
    let shown = connector.config.iter().map(|(name, value)| {
        let is_hidden = is_secret(name);
        let value = if is_hidden { HIDDEN } else { value };
        ShownProperty { name: name.to_owned(), value: value.to_owned(), is_hidden }
    });
    shown.collect()
}

fn scope<'a>(value: impl Fn(&str) -> Option<&'a str>) -> String {
    let database = value("database").unwrap_or_default().trim();
    let collection = value("collection").unwrap_or_default().trim();
    if collection.is_empty() { database.to_owned() } else { format!("{database}.{collection}") }
}

fn hosts(connector: &Connector) -> Vec<String> {
    let uri = connector.config.get("connection.uri").unwrap_or_default();
    ConnectionString::parse(uri).map(|parsed| parsed.hosts().to_vec()).unwrap_or_default()
}

fn copy_sum(connector: ConnectorId, copy: &[StoredCopy]) -> Option<CopySum> {
    if copy.is_empty() {
        return None;
    }
    let estimate = |line: &StoredCopy| line.copied_documents.max(line.estimated_documents.unwrap_or_default());
    Some(CopySum {
        connector,
        copied_documents: copy.iter().map(|line| line.copied_documents).sum(),
        estimated_documents: copy.iter().map(estimate).sum(),
        documents_per_second: copy.iter().map(|line| line.documents_per_second).sum(),
    })
}

fn pending(connector: &Connector) -> Option<(Wanted, DateTime<Utc>)> {
    let asked_at = connector.stored.updated_at;
    let is_held = connector.tasks.iter().any(|task| task.observation.is_held);
    match connector.stored.desired {
        DesiredState::Paused => is_held.then_some((Wanted::Paused, asked_at)),
        DesiredState::Stopped => is_held.then_some((Wanted::Stopped, asked_at)),
        DesiredState::Running => {
            let restarting = connector.tasks.iter().find(|task| task.observation.has_pending_restart);
            if let Some(task) = restarting {
                return Some((Wanted::Restarted, task.restart_requested_at.unwrap_or(asked_at)));
            }
            let is_behind = |task: &StoredTask| {
                task.observation.observed.is_none() || task.observed_generation < connector.stored.generation
            };
            connector.tasks.iter().any(is_behind).then_some((Wanted::Running, asked_at))
        }
    }
}
