//! Where a connector stands, in the official connector's terms: looking, setting, forgetting.
//!
//! A position may only be changed while nobody runs the task. Under exactly-once delivery it is in Kafka, and a change fences
//! whoever may still believe to run it.

use connect::config::{DeliveryMode, ExactlyOnceConfig, SourceConfig};
use connect::lifecycle::DesiredState;
use connect::position::{OfficialOffset, Position, Selection};
use serde_json::{Map, Value};
use tracing::info;

use super::Error;
use super::connectors::{Connector, find};
use super::error::Refusal;
use super::principal::{Action, Object, Principal, authorise};
use crate::db;
use crate::db::events::Event;
use crate::db::leases::Lease;
use crate::db::position::Keeper;
use crate::ids::{LeaseEpoch, TaskNumber};
use crate::kafka::offsets_topic::OffsetsTopic;
use crate::state::AppState;
use crate::worker::exactly_once::rewrite::{self, Rewriting};

/// What stands beside the official values in the offsets topic.
const OWN_VALUE: &str = "naru";

/// The source always has one task.
const TASK: TaskNumber = TaskNumber(0);

/// One partition of a source with its offset.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SourceOffset {
    /// `ns` of the partition: `offset.partition.name`, or what the official connector makes of the connection string.
    pub(crate) namespace: String,
    /// Names and values of the offset.
    pub(crate) offset: Map<String, Value>,
}

/// What to do with one partition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OffsetChange {
    /// The partition, `{"ns": …}`.
    pub(crate) partition: Map<String, Value>,
    /// Its new offset; `None` forgets it.
    pub(crate) offset: Option<Map<String, Value>>,
}

/// A change that makes sense.
struct Checked {
    namespace: String,
    offset: Option<(Map<String, Value>, OfficialOffset)>,
}

/// A connector's offsets; none before its first commit.
///
/// # Errors
/// [`super::error::Missing::Connector`], [`Error::Unavailable`], [`Error::Kafka`] where the offsets are in Kafka,
/// [`Error::Internal`] when what is stored is unreadable.
pub(crate) async fn list(state: &AppState, principal: &Principal, name: &str) -> Result<Vec<SourceOffset>, Error> {
    authorise(principal, Action::Read, Object::Connector(name))?;
    let connector = find(state, principal, name).await?;
    match SourceConfig::parse(&connector.config) {
        Ok(config) => match &config.delivery {
            DeliveryMode::ExactlyOnce(exactly_once) => list_kept(state, &connector, exactly_once).await,
            DeliveryMode::AtLeastOnce => list_stored(state, &connector, config.offset_partition_name).await,
        },
        // A stored configuration parsed when it was submitted; if a newer release refuses it, the partition has no name.
        Err(_) => list_stored(state, &connector, String::new()).await,
    }
}

async fn list_stored(state: &AppState, connector: &Connector, namespace: String) -> Result<Vec<SourceOffset>, Error> {
    let stored = db::position::load_position(&state.pool, connector.stored.id, TASK).await?;
    let Some(stored) = stored else { return Ok(Vec::new()) };
    let position = Position::from_json(&stored).map_err(unreadable)?;
    let offset = position.official_offset().map_err(unreadable)?;
    let offset = offset.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
    Ok(vec![SourceOffset { namespace, offset }])
}

async fn list_kept(
    state: &AppState,
    connector: &Connector,
    config: &ExactlyOnceConfig,
) -> Result<Vec<SourceOffset>, Error> {
    let kept = offsets_topic(state, config).list(connector.name().to_owned()).await.map_err(Error::Kafka)?;
    kept.into_iter()
        .map(|(namespace, value)| {
            let mut offset: Map<String, Value> = serde_json::from_slice(&value).map_err(unreadable)?;
            offset.remove(OWN_VALUE);
            Ok(SourceOffset { namespace, offset })
        })
        .collect()
}

/// Sets offsets, or forgets single ones.
///
/// # Errors
/// [`Refusal::NotStopped`], [`Refusal::NoOffsets`], [`Refusal::ForeignPartition`], [`Refusal::OffsetUnreadable`], and as [`list`].
pub(crate) async fn alter(
    state: &AppState,
    principal: &Principal,
    name: &str,
    changes: Vec<OffsetChange>,
) -> Result<(), Error> {
    authorise(principal, Action::Write, Object::Connector(name))?;
    if changes.is_empty() {
        return Err(Refusal::NoOffsets.into());
    }
    let connector = find(state, principal, name).await?;
    let config = SourceConfig::parse(&connector.config).map_err(Error::Invalid)?;
    refuse_running(&connector)?;
    let changes = changes.into_iter().map(|change| check(change, &config)).collect::<Result<Vec<Checked>, Error>>()?;
    change(state, principal, &connector, &config, changes, Event::OffsetsAltered).await
}

/// Forgets where a connector stands: it begins as `startup.mode` says.
///
/// # Errors
/// [`Refusal::NotStopped`], and as [`list`].
pub(crate) async fn reset(state: &AppState, principal: &Principal, name: &str) -> Result<(), Error> {
    authorise(principal, Action::Write, Object::Connector(name))?;
    let connector = find(state, principal, name).await?;
    let config = SourceConfig::parse(&connector.config).map_err(Error::Invalid)?;
    refuse_running(&connector)?;
    let namespaces = match &config.delivery {
        DeliveryMode::AtLeastOnce => vec![config.offset_partition_name.clone()],
        DeliveryMode::ExactlyOnce(exactly_once) => {
            let kept = list_kept(state, &connector, exactly_once).await?;
            kept.into_iter().map(|offset| offset.namespace).collect()
        }
    };
    let forget = |namespace| Checked { namespace, offset: None };
    let changes = namespaces.into_iter().map(forget).collect();
    change(state, principal, &connector, &config, changes, Event::OffsetsReset).await
}

/// Offsets of a partition that the connector does not read would have no effect, so they are refused; forgetting them is fine.
fn check(change: OffsetChange, config: &SourceConfig) -> Result<Checked, Error> {
    let own = &config.offset_partition_name;
    let namespace = match change.partition.get("ns") {
        Some(Value::String(namespace)) if change.partition.len() == 1 => namespace.clone(),
        _ => return Err(Refusal::ForeignPartition(own.clone()).into()),
    };
    let Some(offset) = change.offset else { return Ok(Checked { namespace, offset: None }) };
    if namespace != *own {
        return Err(Refusal::ForeignPartition(own.clone()).into());
    }
    if offset.values().any(|value| value.is_object() || value.is_array()) {
        return Err(Refusal::OffsetUnreadable("Its values have to be texts".to_owned()).into());
    }
    let read = OfficialOffset::read(&offset).map_err(|error| Refusal::OffsetUnreadable(error.context().to_owned()))?;
    Ok(Checked { namespace, offset: Some((offset, read)) })
}

async fn change(
    state: &AppState,
    principal: &Principal,
    connector: &Connector,
    config: &SourceConfig,
    changes: Vec<Checked>,
    event: Event,
) -> Result<(), Error> {
    let own = &config.offset_partition_name;
    let position = changes.iter().rev().find(|change| change.namespace == *own).map(|change| {
        change.offset.as_ref().and_then(|(_, offset)| offset.clone().into_position(Selection::of(config)))
    });
    match &config.delivery {
        DeliveryMode::AtLeastOnce => {
            if let Some(position) = position {
                replace(state, connector, position.as_ref(), Keeper::Postgres).await?;
            }
        }
        DeliveryMode::ExactlyOnce(exactly_once) => {
            // First nobody may own the task any more, then Kafka, then the copy of it. If Kafka refuses nothing has changed there.
            let epoch = replace(state, connector, None, Keeper::Kafka).await?;
            let lease = Lease { connector: connector.stored.id, task: TASK, epoch };
            let values = changes.into_iter().map(|change| {
                (change.namespace, change.offset.map(|(values, _)| Value::Object(values).to_string().into_bytes()))
            });
            let rewriting = Rewriting {
                settings: state.remote.kafka(),
                deployment_id: &state.config.kafka.deployment_id,
                connector: connector.stored.name.clone(),
                lease,
                config: exactly_once,
                topic: offsets_topic(state, exactly_once),
                may_create: state.config.kafka.may_create_topics(),
            };
            rewrite::rewrite(rewriting, values.collect()).await.map_err(Error::Kafka)?;
            if let Some(position) = position.flatten() {
                replace(state, connector, Some(&position), Keeper::Kafka).await?;
            }
        }
    }
    let (id, name) = (connector.stored.id, &connector.stored.name);
    db::events::insert_event(&state.pool, id, name, principal.name(), &event).await?;
    info!(connector.name = %name, "changed the position of connector {name}");
    Ok(())
}

async fn replace(
    state: &AppState,
    connector: &Connector,
    position: Option<&Position>,
    keeper: Keeper,
) -> Result<LeaseEpoch, Error> {
    let json = position.map(Position::to_json);
    let mut transaction = state.pool.begin().await?;
    let replaced =
        db::position::replace_position(&mut transaction, connector.stored.id, TASK, json.as_ref(), keeper).await?;
    let epoch = replaced.ok_or(Refusal::NotStopped(connector.name().to_owned()))?;
    transaction.commit().await?;
    Ok(epoch)
}

fn refuse_running(connector: &Connector) -> Result<(), Error> {
    if connector.stored.desired == DesiredState::Stopped {
        Ok(())
    } else {
        Err(Refusal::NotStopped(connector.name().to_owned()).into())
    }
}

fn offsets_topic(state: &AppState, config: &ExactlyOnceConfig) -> OffsetsTopic {
    let name = config.offsets_topic.as_deref().unwrap_or(&state.config.kafka.offsets_topic);
    OffsetsTopic::new(state.remote.kafka().clone(), name)
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Internal("A stored position is unreadable", Some(Box::new(error)))
}
