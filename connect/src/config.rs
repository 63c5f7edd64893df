//! What a connector can be set to: the property definitions as data, validation that reports every error at once, and the
//! typed configuration that the engine works with.

mod collation;
#[cfg(test)]
mod compatibility;
pub mod connection_string;
pub mod definition;
mod error_handling;
pub mod export;
pub mod extended_json;
mod field_error;
pub mod import;
pub mod java_regex;
pub mod json_text;
mod namespace_map;
pub mod namespaces;
pub mod plugins;
mod producer_override;
pub mod reference;
mod source;
mod start_time;
mod submitted;
mod topic_creation;
mod unsupported;
mod validate;
mod value;
mod warning;

pub use error_handling::{DeadLetterConfig, ErrorConfig, ErrorTolerance, Parties, Tolerance};
pub use field_error::FieldError;
pub use producer_override::{Compression, ProducerOverrides};
pub use source::{
    BeforeChange, Charset, ConnectionConfig, ConverterConfig, CopyConfig, CopyMode, DdlPolicy, DecimalFormat,
    DeliveryMode, ExactlyOnceConfig, FullDocument, HeartbeatConfig, JsonConverterConfig, JsonFormatterKind, KeyStore,
    LostPositionPolicy, NamespaceRules, OutputConfig, OutputFormat, Primitive, PublishConfig, Scope, ServerApi,
    SourceConfig, StartupMode, StreamConfig, TopicNamingConfig, TransactionBoundary,
};
pub use submitted::SubmittedConfig;
pub use topic_creation::{TopicCreationConfig, TopicCreationRules};
pub use validate::{ValidatedKey, Validation, validate, validate_with_nulls};
pub use warning::{Warning, WarningKind};

/// What stands in the place of a secret wherever one would be shown.
pub const HIDDEN: &str = "[hidden]";
