//! A configuration as text: Java properties, the Kafka Connect API's JSON, a Strimzi resource. Secrets are shown as hidden.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::connectors::Connector;
use super::overview::{ShownProperty, shown_config};
use super::submission::{CLASS, NAME};

/// The same configuration in three forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigTexts {
    /// Java properties, one line each.
    pub(crate) properties: String,
    /// The body of `POST /connectors`.
    pub(crate) json: String,
    /// A `KafkaConnector` resource.
    pub(crate) strimzi: String,
}

/// All three forms of a connector's configuration.
pub(crate) fn texts(connector: &Connector) -> ConfigTexts {
    of_properties(connector.name(), &shown_config(connector))
}

/// All three forms of a list of properties; the doors use it for configurations that are not stored yet.
pub(crate) fn of_properties(name: &str, shown: &[ShownProperty]) -> ConfigTexts {
    ConfigTexts { properties: properties(name, shown), json: create_body(name, shown), strimzi: strimzi(name, shown) }
}

fn properties(name: &str, shown: &[ShownProperty]) -> String {
    let mut text = format!("{NAME}={}\n", escape_property(name, false));
    for property in shown.iter().filter(|property| property.name != NAME) {
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{}={}",
            escape_property(&property.name, true),
            escape_property(&property.value, false)
        );
    }
    text
}

/// Escapes as `java.util.Properties` reads: separators in keys, leading blanks and line ends in values.
fn escape_property(text: &str, is_key: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (index, character) in text.chars().enumerate() {
        match character {
            '\\' => escaped.push_str("\\\\"),
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            ' ' if is_key || index == 0 => escaped.push_str("\\ "),
            ':' | '=' | '#' | '!' if is_key => {
                escaped.push('\\');
                escaped.push(character);
            }
            other => escaped.push(other),
        }
    }
    escaped
}

fn create_body(name: &str, shown: &[ShownProperty]) -> String {
    let config: Map<String, Value> = shown
        .iter()
        .filter(|property| property.name != NAME)
        .map(|property| (property.name.clone(), Value::String(property.value.clone())))
        .collect();
    let body = json!({ "name": name, "config": config });
    format!("{body:#}\n")
}

/// What Strimzi keeps outside `spec.config`.
const STRIMZI_FIELDS: &[&str] = &[NAME, CLASS, "tasks.max"];

fn strimzi(name: &str, shown: &[ShownProperty]) -> String {
    let value = |wanted: &str| shown.iter().find(|property| property.name == wanted).map(|property| &*property.value);
    let mut text = format!(
        "apiVersion: kafka.strimzi.io/v1\nkind: KafkaConnector\nmetadata:\n  name: {}\n  labels:\n    \
         strimzi.io/cluster: my-connect\nspec:\n  class: {}\n",
        yaml_string(name),
        yaml_string(value(CLASS).unwrap_or_default()),
    );
    if let Some(tasks) = value("tasks.max").and_then(|tasks| tasks.trim().parse::<u32>().ok()) {
        let _ = writeln!(text, "  tasksMax: {tasks}");
    }
    let config: Vec<_> =
        shown.iter().filter(|property| !STRIMZI_FIELDS.contains(&property.name.as_str())).collect();
    if !config.is_empty() {
        text.push_str("  config:\n");
    }
    for property in config {
        let _ = writeln!(text, "    {}: {}", yaml_string(&property.name), yaml_string(&property.value));
    }
    text
}

/// A JSON string is a YAML string; what cannot be taken for anything else stays bare.
fn yaml_string(text: &str) -> String {
    let is_plain = text.starts_with(|character: char| character.is_ascii_alphabetic())
        && text.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-' | '/'))
        && !matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "null" | "y" | "n");
    if is_plain { text.to_owned() } else { Value::String(text.to_owned()).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pairs: &[(&str, &str)]) -> Vec<ShownProperty> {
        let property = |(name, value): &(&str, &str)| ShownProperty {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            is_hidden: false,
        };
        pairs.iter().map(property).collect()
    }

    #[test]
    fn the_three_forms_say_the_same() {
        let texts = of_properties(
            "patients",
            &shown(&[
                ("connector.class", "com.mongodb.kafka.connect.MongoSourceConnector"),
                ("tasks.max", "1"),
                ("pipeline", "[{\"$match\": {\"a\": \" x\"}}]"),
                ("topic.prefix", "yes"),
                ("name", "patients"),
            ]),
        );

        assert_eq!(
            texts.properties,
            "name=patients\nconnector.class=com.mongodb.kafka.connect.MongoSourceConnector\ntasks.max=1\n\
             pipeline=[{\"$match\": {\"a\": \" x\"}}]\ntopic.prefix=yes\n"
        );
        assert!(texts.json.starts_with("{\n  \"name\": \"patients\",\n  \"config\": {\n"), "{}", texts.json);
        assert!(!texts.json.contains("\"name\": \"patients\"\n  }"), "{}", texts.json);
        assert!(texts.strimzi.contains("  class: com.mongodb.kafka.connect.MongoSourceConnector\n  tasksMax: 1\n"));
        assert!(texts.strimzi.contains("    topic.prefix: \"yes\"\n"), "{}", texts.strimzi);
        assert!(texts.strimzi.contains(r#"    pipeline: "[{\"$match\": {\"a\": \" x\"}}]""#), "{}", texts.strimzi);
    }

    #[test]
    fn properties_escape_what_java_would_misread() {
        assert_eq!(escape_property("a b=c", true), "a\\ b\\=c");
        assert_eq!(escape_property(" a b\nc\\", false), "\\ a b\\nc\\\\");
    }
}
