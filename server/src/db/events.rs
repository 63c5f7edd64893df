//! The readable history: what happened to connectors, as a kind and its parameters, so that every language can say it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::PgExecutor;
use sqlx::types::Json;

use super::Error;
use crate::ids::{ConnectorId, ConnectorName};

/// Name of the actor when Naru itself did it.
pub(crate) const WORKER_ACTOR: &str = "naru";

/// How many days events are kept.
const KEPT_DAYS: i32 = 90;

/// Something that happened. The serialised form is stored: a field may be added, never renamed or given another meaning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// A connector was made.
    Created {
        /// Desired state it was made with.
        desired: String,
    },
    /// Its configuration was changed.
    ConfigChanged {
        /// The new version.
        version: i32,
        /// Names of the properties that were added.
        added: Vec<String>,
        /// Names of the properties whose value was changed.
        changed: Vec<String>,
        /// Names of the properties that were removed.
        removed: Vec<String>,
    },
    /// Its configuration has a property that does not exist: kept and echoed, and without effect.
    PropertyUnknown {
        /// As submitted.
        name: String,
        /// The closest one that exists, if any is close.
        closest: Option<String>,
    },
    /// Another connector writes the same records to the same topics.
    WritesLike {
        /// The other one's name.
        connector: String,
    },
    /// It was asked to pause.
    Paused,
    /// It was asked to run.
    Resumed,
    /// It was asked to stop.
    Stopped,
    /// A restart was asked for.
    RestartRequested {
        /// Numbers of the tasks to restart; empty when only the connector itself was meant.
        tasks: Vec<i32>,
    },
    /// Its position was set by hand.
    OffsetsAltered,
    /// Its position was forgotten.
    OffsetsReset,
    /// The list of its topics was emptied.
    TopicsReset,
    /// It was deleted.
    Deleted,
    /// A worker took a task.
    TaskAssigned {
        /// Task number.
        task: i32,
        /// The worker.
        worker_id: String,
    },
    /// A task began to copy what exists.
    CopyStarted {
        /// Task number.
        task: i32,
    },
    /// A task has copied everything.
    CopyFinished {
        /// Task number.
        task: i32,
        /// Documents that were copied.
        documents: i64,
    },
    /// A collection was dropped while it was being copied.
    CollectionGone {
        /// Task number.
        task: i32,
        /// `database.collection`.
        namespace: String,
    },
    /// A collection's copy begins again, because a stage of the pipelines keeps it from going on in the middle.
    CopyStartsOver {
        /// Task number.
        task: i32,
        /// `database.collection`.
        namespace: String,
        /// The stage, e.g. `$group`.
        stage: String,
    },
    /// A view, a time series or a collection of the server's own was not copied: it cannot be followed either.
    CopySkipped {
        /// Task number.
        task: i32,
        /// `database.collection`.
        namespace: String,
        /// What it is, e.g. `view`.
        what: String,
    },
    /// The copy comes before the stream although it was to be interleaved.
    CopyNotInterleaved {
        /// Task number.
        task: i32,
        /// The stage that stands in the way.
        stage: String,
    },
    /// The server tells no time with its replies: copied documents may be newer than the changes behind them.
    CopyWithoutWatermark {
        /// Task number.
        task: i32,
    },
    /// The copy's selection was edited while it was under way: everything is copied again.
    CopyReplanned {
        /// Task number.
        task: i32,
    },
    /// The configuration no longer asks for the copy that was under way: it is left unfinished.
    CopyAbandoned {
        /// Task number.
        task: i32,
    },
    /// The configuration names another source partition: the old position is replaced.
    PositionReplaced {
        /// Task number.
        task: i32,
    },
    /// The pipeline was edited: the stream goes on at the committed time instead of the committed token.
    ResumedByTime {
        /// Task number.
        task: i32,
    },
    /// The position was lost; the stream goes on at the time inside it, and nothing is missing.
    ResumedAfterLoss {
        /// Task number.
        task: i32,
        /// The time, seconds since the epoch, where known.
        from: Option<i64>,
    },
    /// The position was lost; everything in scope is copied again.
    CopiesAfterLoss {
        /// Task number.
        task: i32,
        /// Time of the lost position, seconds since the epoch, where known.
        from: Option<i64>,
    },
    /// The position was lost; what happened since is missing in Kafka, as the configuration allows.
    ChangesSkipped {
        /// Task number.
        task: i32,
        /// Time of the lost position, seconds since the epoch, where known.
        from: Option<i64>,
        /// From when on changes are published again, seconds since the epoch, where known.
        to: Option<i64>,
    },
    /// The user may not watch the whole database: the collection is watched by itself.
    WatchingCollectionOnly {
        /// Task number.
        task: i32,
    },
    /// Postgres does not answer; the stream goes on for a while with positions in memory.
    StoreAway {
        /// Task number.
        task: i32,
    },
    /// Postgres answers again.
    StoreBack {
        /// Task number.
        task: i32,
    },
    /// No broker of Kafka answers; records wait.
    SinkAway {
        /// Task number.
        task: i32,
    },
    /// Kafka answers again.
    SinkBack {
        /// Task number.
        task: i32,
    },
    /// Records at fault were tolerated.
    RecordsAtFault {
        /// Task number.
        task: i32,
        /// How many since this was last told.
        records: i64,
        /// Stable code of the last one's error.
        code: String,
        /// The topic of the dead letters; `None` when the records were skipped.
        topic: Option<String>,
    },
    /// A task follows changes with an open stream.
    StreamOpened {
        /// Task number.
        task: i32,
    },
    /// A task failed, and tries again by itself.
    TaskRetrying {
        /// Task number.
        task: i32,
        /// Stable error code.
        code: String,
        /// What was being done.
        message: String,
    },
    /// A task runs again after failures.
    TaskRecovered {
        /// Task number.
        task: i32,
        /// How many attempts it took.
        attempts: i64,
    },
    /// A task failed, and a person has to act.
    TaskFailed {
        /// Task number.
        task: i32,
        /// Stable error code.
        code: String,
        /// What was being done.
        message: String,
    },
    /// A task ended on this worker because it was told to, or because another worker has it.
    TaskEnded {
        /// Task number.
        task: i32,
        /// The worker.
        worker_id: String,
    },
}

/// An event as it is read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoredEvent {
    /// Grows with time.
    pub(crate) id: i64,
    /// What happened; `None` for a kind that a newer release wrote.
    pub(crate) event: Option<Event>,
    /// The kind's word.
    pub(crate) kind: String,
    /// Who did it.
    pub(crate) actor: String,
    /// When.
    pub(crate) happened_at: DateTime<Utc>,
}

impl Event {
    /// The kind's word.
    pub(crate) fn kind(&self) -> String {
        self.to_stored().0
    }

    /// The kind's word and the parameters without it.
    fn to_stored(&self) -> (String, Map<String, Value>) {
        let Ok(Value::Object(mut fields)) = serde_json::to_value(self) else {
            return (String::new(), Map::new());
        };
        let kind = match fields.remove("kind") {
            Some(Value::String(kind)) => kind,
            _ => String::new(),
        };
        (kind, fields)
    }

    fn from_stored(kind: &str, mut fields: Map<String, Value>) -> Option<Self> {
        fields.insert("kind".to_owned(), Value::String(kind.to_owned()));
        serde_json::from_value(Value::Object(fields)).ok()
    }
}

/// Adds an event.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn insert_event(
    executor: impl PgExecutor<'_>,
    connector: ConnectorId,
    name: &ConnectorName,
    actor: &str,
    event: &Event,
) -> Result<(), Error> {
    let (kind, parameters) = event.to_stored();
    sqlx::query!(
        r#"
        insert into connector_events (connector_id, connector_name, kind, parameters, actor)
        values ($1, $2, $3, $4, $5)
        "#,
        connector.0,
        name.as_str(),
        kind,
        Json(parameters) as _,
        actor,
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// A connector's newest events, newest first: those with an id below `before`, at most `limit`.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn list_events(
    executor: impl PgExecutor<'_>,
    connector: ConnectorId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<StoredEvent>, Error> {
    let rows = sqlx::query!(
        r#"
        select id, kind, parameters as "parameters: Json<Map<String, Value>>", actor, happened_at
        from connector_events
        where connector_id = $1
          and ($2::bigint is null or id < $2)
        order by id desc
        limit $3
        "#,
        connector.0,
        before,
        limit,
    )
    .fetch_all(executor)
    .await?;
    let events = rows.into_iter().map(|row| StoredEvent {
        id: row.id,
        event: Event::from_stored(&row.kind, row.parameters.0),
        kind: row.kind,
        actor: row.actor,
        happened_at: row.happened_at,
    });
    Ok(events.collect())
}

/// Forgets events older than three months.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn delete_old_events(executor: impl PgExecutor<'_>) -> Result<(), Error> {
    sqlx::query!(
        "delete from connector_events where happened_at < clock_timestamp() - make_interval(days => $1)",
        KEPT_DAYS
    )
    .execute(executor)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_survives_being_stored() {
        let event = Event::TaskFailed { task: 0, code: "NARU-1003".to_owned(), message: "Signing in".to_owned() };

        let (kind, fields) = event.to_stored();

        assert_eq!(kind, "task_failed");
        assert_eq!(Event::from_stored(&kind, fields), Some(event));
    }

    #[test]
    fn a_kind_of_a_newer_release_is_kept_as_a_word() {
        assert_eq!(Event::from_stored("something_new", Map::new()), None);
        assert_eq!(Event::from_stored("paused", Map::new()), Some(Event::Paused));
    }
}
