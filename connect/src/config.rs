//! What a connector can be set to: the property definitions as data, validation that reports every error at once, and the
//! typed configuration that the engine works with.

mod source;
mod submitted;

pub use source::{
    ConnectionConfig, ConverterConfig, CopyConfig, ErrorTolerance, FullDocument, JsonFormatterKind, OutputConfig,
    OutputFormat, PublishConfig, Scope, SourceConfig, StartupMode, StreamConfig, TopicCreationConfig,
    TopicNamingConfig,
};
pub use submitted::SubmittedConfig;
