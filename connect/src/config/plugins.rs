//! The plugins that exist here under their Java class names, as `GET /connector-plugins` lists them.

use super::Primitive;
use super::definition::{self, ConfigKey, SOURCE_CLASS};

/// The release of the official connector whose behaviour the source reproduces; shown as the plugin's version.
pub const CONNECTOR_VERSION: &str = "3.0.1";

/// The release of Kafka Connect whose converters are reproduced; shown as their version.
pub const KAFKA_VERSION: &str = "4.3.1";

pub(super) const STRING_CONVERTER: &str = "org.apache.kafka.connect.storage.StringConverter";
pub(super) const JSON_CONVERTER: &str = "org.apache.kafka.connect.json.JsonConverter";
pub(super) const BYTE_ARRAY_CONVERTER: &str = "org.apache.kafka.connect.converters.ByteArrayConverter";
pub(super) const SIMPLE_HEADER_CONVERTER: &str = "org.apache.kafka.connect.storage.SimpleHeaderConverter";

/// What a plugin is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PluginKind {
    /// A source connector.
    Source,
    /// A converter of keys and values.
    Converter,
    /// A converter of headers.
    HeaderConverter,
}

impl PluginKind {
    /// The name that Kafka Connect's API uses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Converter => "converter",
            Self::HeaderConverter => "header_converter",
        }
    }
}

/// One entry of the plugin list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plugin {
    /// Java class name.
    pub class: &'static str,
    /// What it is.
    pub kind: PluginKind,
    /// Its version.
    pub version: &'static str,
}

/// A converter that exists here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Converter {
    /// `StringConverter`.
    String,
    /// `JsonConverter`.
    Json,
    /// `ByteArrayConverter`.
    ByteArray,
    /// A converter of single values, such as `IntegerConverter`.
    Primitive(Primitive),
}

impl Converter {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::String,
        Self::Json,
        Self::ByteArray,
        Self::Primitive(Primitive::Boolean),
        Self::Primitive(Primitive::Short),
        Self::Primitive(Primitive::Integer),
        Self::Primitive(Primitive::Long),
        Self::Primitive(Primitive::Float),
        Self::Primitive(Primitive::Double),
    ];

    /// Finds a converter by class name, or by one of the aliases that Kafka Connect takes.
    pub fn find(class: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|converter| is_named(converter.class(), class))
    }

    /// Java class name.
    pub fn class(self) -> &'static str {
        match self {
            Self::String => STRING_CONVERTER,
            Self::Json => JSON_CONVERTER,
            Self::ByteArray => BYTE_ARRAY_CONVERTER,
            Self::Primitive(primitive) => primitive.class(),
        }
    }
}

const fn converter(class: &'static str) -> Plugin {
    Plugin { class, kind: PluginKind::Converter, version: KAFKA_VERSION }
}

const fn header(class: &'static str) -> Plugin {
    Plugin { class, kind: PluginKind::HeaderConverter, version: KAFKA_VERSION }
}

/// All plugins: connectors first, then converters, then header converters, each by class name.
pub const PLUGINS: &[Plugin] = &[
    Plugin { class: SOURCE_CLASS, kind: PluginKind::Source, version: CONNECTOR_VERSION },
    converter("org.apache.kafka.connect.converters.BooleanConverter"),
    converter(BYTE_ARRAY_CONVERTER),
    converter("org.apache.kafka.connect.converters.DoubleConverter"),
    converter("org.apache.kafka.connect.converters.FloatConverter"),
    converter("org.apache.kafka.connect.converters.IntegerConverter"),
    converter("org.apache.kafka.connect.converters.LongConverter"),
    converter("org.apache.kafka.connect.converters.ShortConverter"),
    converter(JSON_CONVERTER),
    converter(STRING_CONVERTER),
    header("org.apache.kafka.connect.converters.BooleanConverter"),
    header(BYTE_ARRAY_CONVERTER),
    header("org.apache.kafka.connect.converters.DoubleConverter"),
    header("org.apache.kafka.connect.converters.FloatConverter"),
    header("org.apache.kafka.connect.converters.IntegerConverter"),
    header("org.apache.kafka.connect.converters.LongConverter"),
    header("org.apache.kafka.connect.converters.ShortConverter"),
    header(JSON_CONVERTER),
    header(SIMPLE_HEADER_CONVERTER),
    header(STRING_CONVERTER),
];

/// The class names the MongoDB source, by its full name or an alias (`MongoSourceConnector`, `MongoSource`).
pub fn is_source_class(class: &str) -> bool {
    is_named(SOURCE_CLASS, class)
}

/// The header converter of that name exists here.
pub(super) fn header_converter(class: &str) -> Option<&'static str> {
    PLUGINS
        .iter()
        .filter(|plugin| plugin.kind == PluginKind::HeaderConverter)
        .map(|plugin| plugin.class)
        .find(|known| is_named(known, class))
}

/// What `GET /connector-plugins/{plugin}/config` lists for a plugin given by class or alias; `None` when there is no such.
pub fn plugin_definitions(plugin: &str) -> Option<Vec<ConfigKey>> {
    if is_source_class(plugin) {
        return Some(definition::source_plugin_definitions());
    }
    if let Some(converter) = Converter::find(plugin) {
        return Some(definition::converter_definitions(converter, ""));
    }
    // The simple header converter has no options.
    is_named(SIMPLE_HEADER_CONVERTER, plugin).then(Vec::new)
}

/// Kafka Connect takes the full class name, the simple one, and the simple one without `Connector` or `Converter`.
fn is_named(class: &str, name: &str) -> bool {
    let simple = class.rsplit('.').next().unwrap_or(class);
    let is_pruned = ["HeaderConverter", "Converter", "Connector"]
        .iter()
        .find_map(|suffix| simple.strip_suffix(suffix))
        .is_some_and(|pruned| pruned == name);
    name == class || name == simple || is_pruned
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_are_found_by_class_and_alias() {
        for name in [SOURCE_CLASS, "MongoSourceConnector", "MongoSource"] {
            assert!(is_source_class(name), "{name}");
        }
        for name in ["MongoSink", "mongosource", "Mongo", ""] {
            assert!(!is_source_class(name), "{name}");
        }
        for name in [JSON_CONVERTER, "JsonConverter", "Json"] {
            assert_eq!(Converter::find(name), Some(Converter::Json));
        }
        assert_eq!(Converter::find("io.confluent.connect.avro.AvroConverter"), None);
        assert_eq!(header_converter("Simple"), Some(SIMPLE_HEADER_CONVERTER));
    }

    #[test]
    fn plugin_definitions_exist_for_every_plugin() {
        for plugin in PLUGINS {
            assert!(plugin_definitions(plugin.class).is_some(), "{}", plugin.class);
        }
        assert_eq!(plugin_definitions("com.example.Nothing"), None);
    }
}
