//! What goes over the wire, field by field in Kafka Connect's order.

use connect::config::SubmittedConfig;
use connect::lifecycle::{ConnectState, connector_state, task_state};
use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use crate::db::status::StoredTask;
use crate::service::connectors::Connector;
use crate::service::plugins::SOURCE_TASK_CLASS;

/// A configuration as it was submitted.
pub(super) struct Config<'a> {
    config: &'a SubmittedConfig,
    /// Class of the tasks, which a task's configuration names besides.
    task_class: Option<&'static str>,
}

impl<'a> Config<'a> {
    pub(super) fn of(connector: &'a Connector) -> Self {
        Self { config: &connector.config, task_class: None }
    }

    fn of_task(connector: &'a Connector) -> Self {
        Self { config: &connector.config, task_class: connector.plugin.map(|_| SOURCE_TASK_CLASS) }
    }
}

impl Serialize for Config<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in self.config.iter() {
            map.serialize_entry(name, value)?;
        }
        if let Some(class) = self.task_class {
            map.serialize_entry("task.class", class)?;
        }
        map.end()
    }
}

/// `connector` and `task` of a task.
#[derive(Serialize)]
pub(super) struct TaskId<'a> {
    connector: &'a str,
    task: i32,
}

/// A connector without its state.
#[derive(Serialize)]
pub(super) struct ConnectorInfo<'a> {
    name: &'a str,
    config: Config<'a>,
    tasks: Vec<TaskId<'a>>,
    r#type: &'static str,
}

impl<'a> ConnectorInfo<'a> {
    pub(super) fn of(connector: &'a Connector) -> Self {
        Self {
            name: connector.name(),
            config: Config::of(connector),
            tasks: listed(connector).map(|task| TaskId { connector: connector.name(), task: task.task.0 }).collect(),
            r#type: kind(connector),
        }
    }

    /// Right after its creation a connector lists no tasks: none has been started.
    pub(super) fn of_new(connector: &'a Connector) -> Self {
        Self { tasks: Vec::new(), ..Self::of(connector) }
    }
}

/// A connector's state and its tasks'.
#[derive(Serialize)]
pub(super) struct ConnectorStatus<'a> {
    name: &'a str,
    connector: ConnectorState<'a>,
    tasks: Vec<TaskStatus<'a>>,
    r#type: &'static str,
}

#[derive(Serialize)]
struct ConnectorState<'a> {
    state: &'static str,
    worker_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
}

/// A task's state. `trace` is there only when there is one.
#[derive(Serialize)]
pub(super) struct TaskStatus<'a> {
    id: i32,
    state: &'static str,
    worker_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'static str>,
}

impl<'a> ConnectorStatus<'a> {
    /// `this_worker` stands in for tasks that no worker has had yet: clients want a text there.
    pub(super) fn of(connector: &'a Connector, this_worker: &'a str) -> Self {
        let first_worker = connector.tasks.first().and_then(|task| task.worker_id.as_deref());
        Self {
            name: connector.name(),
            connector: ConnectorState {
                state: connector_state(connector.stored.desired).as_str(),
                worker_id: first_worker.unwrap_or(this_worker),
                version: connector.plugin.map(|plugin| plugin.version),
            },
            tasks: TaskStatus::all(connector, this_worker),
            r#type: kind(connector),
        }
    }

    /// Shows the connector itself as restarting: as a row it does so within the request, and clients expect to see it.
    #[must_use]
    pub(super) fn with_connector_restarting(mut self) -> Self {
        self.connector.state = ConnectState::Restarting.as_str();
        self
    }
}

impl<'a> TaskStatus<'a> {
    pub(super) fn all(connector: &'a Connector, this_worker: &'a str) -> Vec<Self> {
        let states = connector.tasks.iter().filter_map(|task| {
            let state = task_state(connector.stored.desired, task.observation)?;
            Some(Self {
                id: task.task.0,
                state: state.as_str(),
                worker_id: task.worker_id.as_deref().unwrap_or(this_worker),
                trace: trace(task, state),
                version: connector.plugin.map(|plugin| plugin.version),
            })
        });
        states.collect()
    }

    pub(super) fn number(&self) -> i32 {
        self.id
    }
}

/// A failed task always has a trace, because a client post-processes it unasked; one that tries again shows its last error, and
/// one that runs what it waits for: RUNNING alone would be half the truth while Kafka or Postgres is away.
fn trace(task: &StoredTask, state: ConnectState) -> Option<&str> {
    let trace = task.error.as_ref().map(|error| error.trace.as_str());
    match state {
        ConnectState::Failed => Some(trace.unwrap_or_default()),
        ConnectState::Restarting | ConnectState::Running => trace,
        _ => None,
    }
}

/// A task with its configuration.
#[derive(Serialize)]
pub(super) struct TaskInfo<'a> {
    id: TaskId<'a>,
    config: Config<'a>,
}

impl<'a> TaskInfo<'a> {
    pub(super) fn all(connector: &'a Connector) -> Vec<Self> {
        let info = |task: &StoredTask| Self {
            id: TaskId { connector: connector.name(), task: task.task.0 },
            config: Config::of_task(connector),
        };
        listed(connector).map(info).collect()
    }
}

fn listed(connector: &Connector) -> impl Iterator<Item = &StoredTask> {
    connector.tasks.iter().filter(|_| connector.has_tasks())
}

fn kind(connector: &Connector) -> &'static str {
    connector.plugin.map_or("unknown", |plugin| plugin.kind.name())
}
