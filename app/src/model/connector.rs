//! Connectors as a reader sees them: one verdict made of everything, numbers beside it, and what can be done.

use serde::{Deserialize, Serialize};

/// What a list is asked for; all of it is in the page's URL.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ConnectorQuery {
    /// Part of a name, or empty.
    pub search: String,
    /// Only this group.
    pub group: Option<Group>,
    /// From 1; 0 means 1.
    pub page: u32,
}

/// Groups of verdicts that a list can be filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// Starting, healthy, copying or behind.
    Running,
    /// Retrying, needing a person, or standing before a gap.
    Attention,
    /// Paused.
    Paused,
    /// Stopped.
    Stopped,
}

/// One page of connectors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectorList {
    /// The rows, in order of name.
    pub rows: Vec<ConnectorRow>,
    /// How many there are in each group, whatever the filter.
    pub counts: GroupCounts,
    /// How many match search and filter, over all pages.
    pub matching: u64,
    /// This page, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub page_count: u32,
    /// When this was true.
    pub as_of_ms: i64,
}

/// Connectors in each group.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupCounts {
    /// All of them.
    pub all: u64,
    /// [`Group::Running`].
    pub running: u64,
    /// [`Group::Attention`].
    pub attention: u64,
    /// [`Group::Paused`].
    pub paused: u64,
    /// [`Group::Stopped`].
    pub stopped: u64,
}

/// A connector in a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectorRow {
    /// Its name.
    pub name: String,
    /// What it watches, e.g. `jee.patients`, `jee`, or empty for the whole deployment.
    pub scope: String,
    /// How it is.
    pub verdict: Verdict,
    /// How fast, how far behind.
    pub flow: Flow,
}

/// One word about everything. Never [`Verdict::Healthy`] without an open change stream.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Verdict {
    /// No worker has taken it yet.
    Waiting,
    /// Connecting, reading its position, opening the stream.
    Starting,
    /// Following changes, up to date.
    Healthy,
    /// Copying what exists.
    Copying {
        /// Of the estimate, 0 to 100; unknown while there is no estimate.
        percent: Option<u8>,
        /// At the present rate.
        remaining_s: Option<u64>,
    },
    /// Following changes, but late.
    Behind {
        /// By how much.
        lag_ms: u64,
    },
    /// A fault that passes by itself; it will be tried again.
    Retrying {
        /// Which try comes next, from 2.
        attempt: u32,
        /// In how many seconds, where known.
        next_in_s: Option<u64>,
        /// What went wrong.
        trouble: Trouble,
    },
    /// A person has to change something.
    NeedsYou(Trouble),
    /// Changes are missing; only a person may accept that.
    Gap(Trouble),
    /// Paused: the task keeps its place, nothing is read.
    Paused,
    /// Stopped: no task exists.
    Stopped,
    /// A state this page does not know, shown as it is.
    Other(String),
}

impl Verdict {
    /// The group it is filtered by.
    pub fn group(&self) -> Group {
        match self {
            Self::Waiting | Self::Starting | Self::Healthy | Self::Copying { .. } | Self::Behind { .. } => {
                Group::Running
            }
            Self::Retrying { .. } | Self::NeedsYou(_) | Self::Gap(_) | Self::Other(_) => Group::Attention,
            Self::Paused => Group::Paused,
            Self::Stopped => Group::Stopped,
        }
    }

    /// What is wrong, if something is.
    pub fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Retrying { trouble, .. } | Self::NeedsYou(trouble) | Self::Gap(trouble) => Some(trouble),
            _ => None,
        }
    }
}

/// What went wrong: the stable code, for which the portal has words and a remedy, and the server's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// E.g. `NARU-1003`.
    pub code: String,
    /// What was being done and on what, free of secrets; may be empty.
    pub context: String,
}

/// Rates and lag.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Flow {
    /// Records durable in Kafka per second, over the last seconds.
    pub records_per_s: Option<f64>,
    /// Bytes of them.
    pub bytes_per_s: Option<f64>,
    /// Age of the newest committed change against the newest known one.
    pub lag_ms: Option<u64>,
    /// When the newest durable change happened in MongoDB.
    pub last_event_ms: Option<i64>,
    /// Records durable since the task began.
    pub records_total: u64,
}

/// A change of state that has been asked for and not yet been seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// What was asked for.
    pub wanted: Wanted,
    /// When.
    pub since_ms: i64,
}

/// States that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// Running.
    Running,
    /// Paused.
    Paused,
    /// Stopped.
    Stopped,
    /// Running again, from the committed position.
    Restarted,
}

/// What a person can do to a connector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectorAction {
    /// Stop reading, keep the place.
    Pause,
    /// Go on.
    Resume,
    /// End the tasks, keep the place.
    Stop,
    /// End the tasks and start them again.
    Restart,
    /// Remove the connector. Topics and their records stay.
    Delete,
}

impl ConnectorAction {
    /// All, in the order of buttons.
    pub const ALL: [Self; 5] = [Self::Pause, Self::Resume, Self::Restart, Self::Stop, Self::Delete];

    /// The word for it in URLs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Stop => "stop",
            Self::Restart => "restart",
            Self::Delete => "delete",
        }
    }

    /// Reads what [`ConnectorAction::code`] writes.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.code() == code)
    }

    /// It stops delivery or removes something, so it is confirmed first.
    pub const fn asks_first(self) -> bool {
        matches!(self, Self::Pause | Self::Stop | Self::Delete)
    }
}

/// Everything about one connector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConnectorOverview {
    /// Its name.
    pub name: String,
    /// How it is.
    pub verdict: Verdict,
    /// A change of state that is under way.
    pub pending: Option<Pending>,
    /// Host names of the source, without credentials.
    pub source_hosts: String,
    /// What it watches, e.g. `jee.patients`; empty for the whole deployment.
    pub scope: String,
    /// Rates and lag.
    pub flow: Flow,
    /// How long it may stand still before changes are lost, where the oplog's window is known.
    pub headroom_s: Option<u64>,
    /// The copy, one row a collection; empty when nothing is copied.
    pub copy: Vec<CopyRow>,
    /// Its tasks.
    pub tasks: Vec<TaskRow>,
    /// Topics that have received records.
    pub topics: Vec<String>,
    /// What happened, newest first.
    pub events: Vec<EventRow>,
    /// What can be done now.
    pub actions: Vec<ConnectorAction>,
    /// Number of its configuration's version.
    pub version: u32,
    /// When it was made.
    pub created_ms: i64,
    /// When this was true.
    pub as_of_ms: i64,
}

/// How far the copy of one collection has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CopyRow {
    /// `database.collection`.
    pub namespace: String,
    /// Documents whose records are durable.
    pub copied: u64,
    /// The server's estimate when the copy began.
    pub estimated: Option<u64>,
    /// Documents per second over the last seconds, while it is being copied.
    pub per_s: Option<f64>,
    /// Time left at that rate.
    pub remaining_s: Option<u64>,
    /// All of it is durable.
    pub is_done: bool,
}

/// One task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaskRow {
    /// Its number.
    pub number: u32,
    /// The server's word for what it does, e.g. `streaming`; empty while nobody runs it.
    pub state: String,
    /// The process that runs it.
    pub worker: String,
    /// Why it failed; free of secrets.
    pub trace: Option<String>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventRow {
    /// Grows with time.
    pub id: i64,
    /// When.
    pub at_ms: i64,
    /// Who did it: a person's name, or `naru`.
    pub actor: String,
    /// What.
    pub kind: EventKind,
}

/// What can happen to a connector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    /// It was made.
    Created,
    /// Its configuration was changed.
    ConfigChanged {
        /// The new version.
        version: i32,
        /// Names of the properties that were added, changed or removed.
        properties: Vec<String>,
    },
    /// It was asked to pause.
    Paused,
    /// It was asked to run.
    Resumed,
    /// It was asked to stop.
    Stopped,
    /// A restart was asked for.
    RestartRequested,
    /// The list of its topics was emptied.
    TopicsReset,
    /// Its position was set by hand.
    OffsetsAltered,
    /// Its position was forgotten.
    OffsetsReset,
    /// It was deleted.
    Deleted,
    /// A worker took its task.
    TaskAssigned {
        /// The worker.
        worker: String,
    },
    /// The copy began.
    CopyStarted,
    /// The copy ended.
    CopyFinished {
        /// Documents that were copied.
        documents: i64,
    },
    /// It follows changes with an open stream.
    StreamOpened,
    /// It failed, and tries again by itself.
    TaskRetrying(Trouble),
    /// It runs again after failures.
    TaskRecovered {
        /// How many attempts it took.
        attempts: i64,
    },
    /// It failed, and a person has to act.
    TaskFailed(Trouble),
    /// Its task tells something by itself.
    TaskNoticed {
        /// What, as the server calls it.
        notice: String,
        /// The collection it is about, or empty.
        collection: String,
        /// The pipeline's stage it is about, or empty.
        stage: String,
    },
    /// Its task ended on a worker.
    TaskEnded {
        /// The worker.
        worker: String,
    },
    /// A kind this page does not know, as the server calls it.
    Other(String),
}

/// A configuration for reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigView {
    /// The connector.
    pub name: String,
    /// Number of this version.
    pub version: u32,
    /// When that version was made.
    pub saved_ms: i64,
    /// The properties that are set, in groups.
    pub groups: Vec<PropertyGroup>,
    /// The same as text.
    pub texts: ConfigTexts,
}

/// Properties of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyGroup {
    /// The group's name as the connector declares it.
    pub name: String,
    /// Its properties.
    pub rows: Vec<PropertyRow>,
}

/// One property that is set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyRow {
    /// Its name.
    pub name: String,
    /// Its value; `None` for a secret, which never leaves the server.
    pub value: Option<String>,
    /// The value it has when it is not set; `None` where there is none.
    pub default: Option<String>,
    /// What it does, in the connector's words.
    pub doc: String,
    /// The connector does not know it: kept and echoed, without effect.
    pub is_unknown: bool,
    /// The value is what holds anyway.
    pub is_default: bool,
}

/// One configuration in three notations, secrets replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfigTexts {
    /// A Java properties file.
    pub properties: String,
    /// The body for Kafka Connect's REST interface.
    pub json: String,
    /// A Strimzi `KafkaConnector`.
    pub yaml: String,
}
