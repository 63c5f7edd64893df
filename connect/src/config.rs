//! What a connector can be set to: the property definitions as data, validation that reports every error at once, and the
//! typed configuration that the engine works with.

#[cfg(test)]
mod compatibility;
pub mod connection_string;
pub mod definition;
pub mod export;
pub mod extended_json;
mod field_error;
pub mod import;
pub mod java_regex;
pub mod json_text;
mod namespace_map;
pub mod plugins;
mod source;
mod start_time;
mod submitted;
mod unsupported;
mod validate;
mod value;
mod warning;

pub use field_error::FieldError;
pub use source::{
    Charset, ConnectionConfig, ConverterConfig, CopyConfig, DecimalFormat, ErrorTolerance, FullDocument,
    JsonConverterConfig, JsonFormatterKind, OutputConfig, OutputFormat, Primitive, PublishConfig, Scope, SourceConfig,
    StartupMode, StreamConfig, TopicCreationConfig, TopicNamingConfig,
};
pub use submitted::SubmittedConfig;
pub use validate::{ValidatedKey, Validation, validate, validate_with_nulls};
pub use warning::{Warning, WarningKind};

/// What stands in the place of a secret wherever one would be shown.
pub const HIDDEN: &str = "[hidden]";
