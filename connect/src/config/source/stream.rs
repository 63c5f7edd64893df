//! How the change stream is opened and read, and what is done about its rarer events.

use bson::Document;

pub use crate::config::namespaces::NamespaceRules;

/// `change.stream.full.document`, sent as is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FullDocument {
    /// `default`.
    Default,
    /// `updateLookup`.
    UpdateLookup,
    /// `whenAvailable`.
    WhenAvailable,
    /// `required`.
    Required,
}

impl FullDocument {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::UpdateLookup => "updateLookup",
            Self::WhenAvailable => "whenAvailable",
            Self::Required => "required",
        }
    }
}

/// `change.stream.full.document.before.change`, sent as is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BeforeChange {
    /// `default`.
    Default,
    /// `off`.
    Off,
    /// `whenAvailable`.
    WhenAvailable,
    /// `required`.
    Required,
}

impl BeforeChange {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Off => "off",
            Self::WhenAvailable => "whenAvailable",
            Self::Required => "required",
        }
    }
}

/// `heartbeat.*`: records of a stream that has nothing else to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeartbeatConfig {
    /// `heartbeat.interval.ms`, more than 0.
    pub interval_ms: u64,
    /// `heartbeat.topic.name`.
    pub topic: String,
}

/// `naru.ddl.events`: what is done about `drop`, `rename`, `dropDatabase` and `invalidate`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DdlPolicy {
    /// They are published where the official connector publishes them.
    #[default]
    Publish,
    /// They make no record.
    Ignore,
    /// They are published, and the task stops behind them until somebody restarts it.
    Stop,
}

/// `naru.on.lost.position`: what is done about a position that can no longer be resumed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LostPositionPolicy {
    /// The task stops and says what is missing.
    #[default]
    Stop,
    /// The stream is opened at the time inside the token, where the oplog still reaches back to it.
    ResumeByTime,
    /// Everything in scope is copied again.
    Recopy,
    /// The stream goes on from now; what is missing is noted in the history.
    Skip,
}

impl LostPositionPolicy {
    /// The value of the property.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::ResumeByTime => "resume.by.time",
            Self::Recopy => "recopy",
            Self::Skip => "skip",
        }
    }
}

/// How the change stream is opened and polled.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamConfig {
    /// Stages appended to `$changeStream`, and to the copy after documents became events.
    pub pipeline: Vec<Document>,
    /// `change.stream.full.document`; `None` is not sent. `publish.full.document.only` has forced `UpdateLookup` already.
    pub full_document: Option<FullDocument>,
    /// `change.stream.full.document.before.change`; `None` is not sent.
    pub before_change: Option<BeforeChange>,
    /// `change.stream.show.expanded.events`.
    pub shows_expanded_events: bool,
    /// `collation`, as the command takes it.
    pub collation: Option<Document>,
    /// `batch.size`; 0 is not sent.
    pub batch_size: u32,
    /// `poll.max.batch.size`: events per batch at most.
    pub poll_max_batch_size: usize,
    /// `poll.await.time.ms`: how long an idle getMore may wait.
    pub poll_await_time_ms: u64,
    /// `heartbeat.*`; `None` writes none.
    pub heartbeat: Option<HeartbeatConfig>,
    /// `naru.namespaces.*`, beside the scope.
    pub namespaces: NamespaceRules,
    /// `naru.ddl.events`.
    pub ddl: DdlPolicy,
    /// `naru.on.lost.position`.
    pub on_lost_position: LostPositionPolicy,
}

impl Default for StreamConfig {
    fn default() -> Self {
        Self {
            pipeline: Vec::new(),
            full_document: None,
            before_change: None,
            shows_expanded_events: false,
            collation: None,
            batch_size: 0,
            poll_max_batch_size: 1_000,
            poll_await_time_ms: 5_000,
            heartbeat: None,
            namespaces: NamespaceRules::default(),
            ddl: DdlPolicy::default(),
            on_lost_position: LostPositionPolicy::default(),
        }
    }
}
