//! The MongoDB source's configuration after parsing: every property that a running task needs, typed, with defaults applied.
//!
//! Made once from a validated [`super::SubmittedConfig`]; the worker, the outcome preview and the checks read it. Meanings
//! are those of the official connector (`docs/GUARANTEES.md` lists the deliberate differences).

mod connection;
mod output;
mod parse;
mod stream;

use bson::{Document, Timestamp};

pub use output::{
    Charset, ConverterConfig, DecimalFormat, JsonConverterConfig, JsonFormatterKind, OutputConfig, OutputFormat,
    Primitive,
};

use super::error_handling::ErrorConfig;
use super::producer_override::ProducerOverrides;
use super::topic_creation::TopicCreationRules;
use super::{FieldError, SubmittedConfig};
pub use connection::{ConnectionConfig, KeyStore, ServerApi};
pub use stream::{
    BeforeChange, DdlPolicy, FullDocument, HeartbeatConfig, LostPositionPolicy, NamespaceRules, StreamConfig,
};

/// What is watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// `database` and `collection` empty: the whole deployment.
    Deployment,
    /// One database.
    Database(String),
    /// One collection.
    Collection {
        /// Database name.
        database: String,
        /// Collection name.
        collection: String,
    },
}

/// `startup.mode`, with the deprecated `copy.existing` folded in.
#[derive(Debug, Clone, PartialEq)]
pub enum StartupMode {
    /// Changes from now on.
    Latest,
    /// Changes from a moment on; the time may be older than the oplog, which is an error at start, not a gap.
    Timestamp(Timestamp),
    /// Everything that exists, then changes.
    CopyExisting(CopyConfig),
}

/// `startup.mode.copy.existing.*` and `naru.copy.*`.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyConfig {
    /// Stages that run first, on raw documents.
    pub pipeline: Vec<Document>,
    /// Java regex, partial match on `db.coll`; empty selects all.
    pub namespace_regex: Option<String>,
    /// Collections read at the same time.
    pub max_threads: usize,
    /// `naru.copy.mode`.
    pub mode: CopyMode,
    /// `naru.copy.parallelism`: ranges of one collection read at the same time.
    pub parallelism: usize,
    /// Documents between readers and the pipeline; memory is bounded in bytes besides.
    pub queue_size: usize,
    /// `allowDiskUse` of the copying aggregates.
    pub allow_disk_use: bool,
}

/// `naru.copy.mode`: when changes are published that happen during the copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyMode {
    /// After it: everything is copied before the stream, as the official connector does.
    Before,
    /// During it: chunks of the copy stand between the changes.
    Interleaved,
}

impl Default for CopyConfig {
    /// Everything, one collection and one range at a time.
    fn default() -> Self {
        Self {
            pipeline: Vec::new(),
            namespace_regex: None,
            max_threads: 1,
            mode: CopyMode::Before,
            parallelism: 1,
            queue_size: 16_000,
            allow_disk_use: true,
        }
    }
}

/// What is published of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishConfig {
    /// `publish.full.document.only`.
    pub full_document_only: bool,
    /// `publish.full.document.only.tombstone.on.delete`.
    pub tombstone_on_delete: bool,
    /// `change.stream.document.key.as.key`.
    pub document_key_as_key: bool,
}

/// `topic.prefix`, `.suffix`, `.separator`, `.namespace.map`: parsed, ready for the topic mapper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicNamingConfig {
    /// `topic.prefix`, empty for none.
    pub prefix: String,
    /// `topic.suffix`, empty for none.
    pub suffix: String,
    /// `topic.separator`.
    pub separator: String,
    /// Entries of `topic.namespace.map` in the order of the document, duplicates resolved.
    pub namespace_map: Vec<(String, String)>,
}

/// `exactly.once.support` with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeliveryMode {
    /// `requested`: positions are committed after the records.
    AtLeastOnce,
    /// `required`: records and position are one transaction.
    ExactlyOnce(ExactlyOnceConfig),
}

/// How exactly-once delivery goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExactlyOnceConfig {
    /// `transaction.boundary`.
    pub boundary: TransactionBoundary,
    /// `offsets.storage.topic`; `None` is the common topic of positions.
    pub offsets_topic: Option<String>,
}

/// `transaction.boundary`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransactionBoundary {
    /// `poll`: after a batch, as soon as the transaction has lasted a moment or has become large.
    Poll,
    /// `interval`: after `transaction.boundary.interval.ms`, however much that is.
    Interval(std::time::Duration),
}

/// A source connector's configuration, ready to run.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceConfig {
    /// How to reach MongoDB.
    pub connection: ConnectionConfig,
    /// What is watched.
    pub scope: Scope,
    /// Where to begin when no position is stored.
    pub startup: StartupMode,
    /// How to follow.
    pub stream: StreamConfig,
    /// What is published of an event.
    pub publish: PublishConfig,
    /// Formats and converters.
    pub output: OutputConfig,
    /// Topic names.
    pub topics: TopicNamingConfig,
    /// How missing topics are created.
    pub topic_creation: TopicCreationRules,
    /// What the connector wants of its producer.
    pub producer: ProducerOverrides,
    /// What happens to bad records.
    pub errors: ErrorConfig,
    /// How often a change is published when something fails.
    pub delivery: DeliveryMode,
    /// `offset.partition.name`, or the default made of the URI's hosts, database and collection.
    pub offset_partition_name: String,
}

impl SourceConfig {
    /// Reads a submitted configuration: defaults applied, deprecated names folded in, one property overruling another.
    ///
    /// # Errors
    /// Every fault at once, those of properties whose behaviour is not built included, and properties whose value only a worker
    /// can know because it refers to a configuration provider.
    pub fn parse(submitted: &SubmittedConfig) -> Result<Self, Vec<FieldError>> {
        parse::parse(submitted)
    }

    /// The same after a worker has replaced every reference to a configuration provider by its value.
    ///
    /// # Errors
    /// As [`SourceConfig::parse`].
    pub fn parse_resolved(submitted: &SubmittedConfig) -> Result<Self, Vec<FieldError>> {
        parse::parse_resolved(submitted)
    }
}
