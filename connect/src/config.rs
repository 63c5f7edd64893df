//! What a connector can be set to: the property definitions as data, validation that reports every error at once, and the
//! typed configuration that the engine works with.

pub mod connection_string;
pub mod extended_json;
mod field_error;
pub mod java_regex;
pub mod json_text;
mod selection;
mod source;
mod start_time;
mod submitted;
mod value;

pub use field_error::FieldError;
pub use source::{
    ConnectionConfig, ConverterConfig, CopyConfig, ErrorTolerance, FullDocument, JsonFormatterKind, OutputConfig,
    OutputFormat, PublishConfig, Scope, SourceConfig, StartupMode, StreamConfig, TopicCreationConfig,
    TopicNamingConfig,
};
pub use submitted::SubmittedConfig;
