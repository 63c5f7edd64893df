//! A source configuration with every default, for tests to change.

use crate::config::{
    Charset, ConnectionConfig, ConverterConfig, DeliveryMode, ErrorConfig, JsonFormatterKind, OutputConfig,
    OutputFormat, ProducerOverrides, PublishConfig, Scope, SourceConfig, StartupMode, StreamConfig, TopicCreationRules,
    TopicNamingConfig,
};

/// The official connector's defaults, with string converters.
pub(crate) fn config() -> SourceConfig {
    SourceConfig {
        connection: ConnectionConfig::of_uri("mongodb://localhost"),
        scope: Scope::Database("jee".to_owned()),
        startup: StartupMode::Latest,
        stream: StreamConfig::default(),
        publish: PublishConfig { full_document_only: false, tombstone_on_delete: false, document_key_as_key: true },
        output: OutputConfig {
            key_format: OutputFormat::Json,
            value_format: OutputFormat::Json,
            json_formatter: JsonFormatterKind::Default,
            key_converter: ConverterConfig::String(Charset::Utf8),
            value_converter: ConverterConfig::String(Charset::Utf8),
        },
        topics: TopicNamingConfig {
            prefix: String::new(),
            suffix: String::new(),
            separator: ".".to_owned(),
            namespace_map: Vec::new(),
        },
        topic_creation: TopicCreationRules::default(),
        producer: ProducerOverrides::default(),
        errors: ErrorConfig::default(),
        delivery: DeliveryMode::AtLeastOnce,
        offset_partition_name: "mongodb://localhost/jee".to_owned(),
    }
}
