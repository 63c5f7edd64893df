//! What connectors can be made of: the plugins that Naru stands in for, and what each makes of a configuration.
//!
//! All of it is offline: nothing in here may ask MongoDB or Kafka.

use connect::config::{FieldError, SourceConfig, SubmittedConfig};

use super::submission::Warning;

/// Release of the official connector whose properties and records these are.
const MONGO_VERSION: &str = "3.0.1";

/// What a plugin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PluginKind {
    /// A connector that writes into Kafka.
    Source,
    /// A converter of keys and values.
    Converter,
}

impl PluginKind {
    /// The word on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Converter => "converter",
        }
    }
}

/// One plugin, called by the Java class it stands in for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plugin {
    /// Full class name.
    pub(crate) class: &'static str,
    /// What it is.
    pub(crate) kind: PluginKind,
    /// The release it behaves as.
    pub(crate) version: &'static str,
    /// Class of its tasks, where it is a connector.
    pub(crate) task_class: Option<&'static str>,
}

static PLUGINS: &[Plugin] = &[
    Plugin {
        class: "com.mongodb.kafka.connect.MongoSourceConnector",
        kind: PluginKind::Source,
        version: MONGO_VERSION,
        task_class: Some("com.mongodb.kafka.connect.source.MongoSourceTask"),
    },
    converter("org.apache.kafka.connect.converters.ByteArrayConverter"),
    converter("org.apache.kafka.connect.json.JsonConverter"),
    converter("org.apache.kafka.connect.storage.StringConverter"),
];

const fn converter(class: &'static str) -> Plugin {
    Plugin { class, kind: PluginKind::Converter, version: super::cluster::CONNECT_VERSION, task_class: None }
}

impl Plugin {
    /// The class name without its package.
    fn simple_name(&self) -> &'static str {
        self.class.rsplit_once('.').map_or(self.class, |(_, simple)| simple)
    }

    /// Whether it answers to a name: full class, simple class, or that without `Connector`.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        let simple = self.simple_name();
        name == self.class || name == simple || simple.strip_suffix("Connector") == Some(name)
    }

    /// It is a connector.
    pub(crate) fn is_connector(&self) -> bool {
        self.task_class.is_some()
    }
}

/// Every plugin, or the connectors alone.
pub(crate) fn list(connectors_only: bool) -> impl Iterator<Item = &'static Plugin> {
    PLUGINS.iter().filter(move |plugin| plugin.is_connector() || !connectors_only)
}

/// The connector that answers to a name.
pub(crate) fn find(name: &str) -> Option<&'static Plugin> {
    PLUGINS.iter().find(|plugin| plugin.is_connector() && plugin.is_called(name))
}

/// Kafka Connect's words for a class it does not have, with those it has.
pub(crate) fn unknown_class_text(class: &str) -> String {
    let known: Vec<String> = list(true)
        .map(|plugin| {
            format!("{{klass={}, version='{}', type={}}}", plugin.class, plugin.version, plugin.kind.as_str())
        })
        .collect();
    format!(
        "Failed to find any class that implements Connector and which name matches {class}, available connectors are: {}",
        known.join(", ")
    )
}

/// Everything that is wrong with a configuration.
pub(crate) fn errors(plugin: &Plugin, config: &SubmittedConfig) -> Vec<FieldError> {
    match plugin.kind {
        PluginKind::Source => SourceConfig::parse(config).err().unwrap_or_default(),
        PluginKind::Converter => Vec::new(),
    }
}

/// Properties that no definition knows, each with the closest one that does exist.
pub(crate) fn misspelt(_plugin: &Plugin, _config: &SubmittedConfig) -> Vec<Warning> {
    Vec::new()
}
