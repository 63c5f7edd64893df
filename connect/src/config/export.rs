//! A configuration as text, in the three forms that [`super::import`] reads: Java properties, the body of
//! `POST /connectors`, and a Strimzi `KafkaConnector`.
//!
//! Values are written as they are given: whoever may not see secrets has to hide them first. Order is kept, so the same
//! configuration gives the same text.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::SubmittedConfig;
use crate::lifecycle::DesiredState;

const NAME: &str = "name";
const CLASS: &str = "connector.class";
const TASKS: &str = "tasks.max";
const VERSION: &str = "connector.plugin.version";

/// Java properties, `name` first. Everything beyond ASCII is escaped, because Kafka Connect reads such files as Latin-1.
pub fn properties(name: &str, config: &SubmittedConfig) -> String {
    let mut text = String::new();
    let others = config.iter().filter(|(property, _)| *property != NAME);
    for (property, value) in std::iter::once((NAME, name)).chain(others) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{}={}", escape(property, true), escape(value, false));
    }
    text
}

/// The body of `POST /connectors`.
pub fn json(name: &str, config: &SubmittedConfig) -> String {
    let members: Map<String, Value> = config
        .iter()
        .filter(|(property, _)| *property != NAME)
        .map(|(property, value)| (property.to_owned(), Value::String(value.to_owned())))
        .collect();
    format!("{:#}\n", json!({ "name": name, "config": members }))
}

/// A Strimzi `KafkaConnector` for the Connect cluster named `cluster`.
pub fn strimzi(name: &str, config: &SubmittedConfig, cluster: &str, state: DesiredState) -> String {
    let mut text = String::new();
    if !is_kubernetes_name(name) {
        text.push_str("# Kubernetes does not allow this name: lower-case letters, digits, '-' and '.' only.\n");
    }
    text.push_str("apiVersion: kafka.strimzi.io/v1\nkind: KafkaConnector\n");
    let _ =
        writeln!(text, "metadata:\n  name: {}\n  labels:\n    strimzi.io/cluster: {}", scalar(name), scalar(cluster));
    let _ = writeln!(text, "spec:\n  class: {}", scalar(config.get(CLASS).unwrap_or_default()));
    // Strimzi wants a number here; what is none cannot have started a task either.
    if let Some(tasks) = config.get(TASKS).and_then(|tasks| tasks.trim().parse::<u32>().ok()) {
        let _ = writeln!(text, "  tasksMax: {tasks}");
    }
    if let Some(version) = config.get(VERSION) {
        let _ = writeln!(text, "  version: {}", scalar(version));
    }
    if state != DesiredState::Running {
        let _ = writeln!(text, "  state: {}", state.as_str());
    }
    let mut others = config.iter().filter(|(property, _)| ![NAME, CLASS, TASKS, VERSION].contains(property)).peekable();
    if others.peek().is_some() {
        text.push_str("  config:\n");
    }
    for (property, value) in others {
        let _ = writeln!(text, "    {}: {}", scalar(property), scalar(value));
    }
    text
}

/// Escapes as `java.util.Properties` reads: separators and comment signs in names, a leading blank in values, control and
/// non-ASCII characters in both.
fn escape(text: &str, is_name: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for (index, character) in text.chars().enumerate() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{c}' => out.push_str("\\f"),
            ' ' if is_name || index == 0 => out.push_str("\\ "),
            ':' | '=' | '#' | '!' if is_name => {
                out.push('\\');
                out.push(character);
            }
            ' '..='~' => out.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out
}

/// A YAML scalar that no reader takes for anything but text: bare where it is plainly a word, else quoted as JSON, which YAML
/// reads as well.
fn scalar(text: &str) -> String {
    let is_word = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|one| one.is_ascii_alphanumeric() || matches!(one, '.' | '_' | '-' | '/'))
        && !matches!(
            text.to_ascii_lowercase().as_str(),
            "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n" | "null" | "inf" | "nan"
        );
    if is_word {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    for character in Value::String(text.to_owned()).to_string().chars() {
        match character {
            // Allowed in JSON, but not printable for YAML, which would break a line there or refuse them.
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(character));
            }
            _ => quoted.push(character),
        }
    }
    quoted
}

/// Kubernetes takes lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit.
fn is_kubernetes_name(name: &str) -> bool {
    let is_end = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit();
    name.len() <= 253
        && name.starts_with(is_end)
        && name.ends_with(is_end)
        && name.chars().all(|one| is_end(one) || matches!(one, '-' | '.'))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::*;
    use crate::config::import::{Imported, import};

    fn sample() -> SubmittedConfig {
        let pairs = [
            ("connector.class", "com.mongodb.kafka.connect.MongoSourceConnector"),
            ("tasks.max", "1"),
            ("pipeline", "[{\"$match\": {\"a\": \" x\\\\.\"}}]"),
            ("topic.prefix", "yes"),
            ("topic.suffix", " 환자 😀"),
        ];
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn properties_are_those_that_java_reads() {
        assert_eq!(
            properties("patients", &sample()),
            "name=patients\nconnector.class=com.mongodb.kafka.connect.MongoSourceConnector\ntasks.max=1\n\
             pipeline=[{\"$match\": {\"a\": \" x\\\\\\\\.\"}}]\ntopic.prefix=yes\n\
             topic.suffix=\\ \\ud658\\uc790 \\ud83d\\ude00\n"
        );
        assert_eq!(escape("a b=c", true), "a\\ b\\=c");
    }

    #[test]
    fn json_is_the_create_form() {
        let body: Value = serde_json::from_str(&json("patients", &sample())).unwrap();

        assert_eq!(body["name"], "patients");
        assert_eq!(body["config"]["topic.prefix"], "yes");
        assert_eq!(body["config"].get("name"), None);
    }

    #[test]
    fn strimzi_keeps_class_tasks_and_state_outside_of_config() {
        assert_eq!(
            strimzi("patients", &sample(), "my-connect", DesiredState::Paused),
            "apiVersion: kafka.strimzi.io/v1\nkind: KafkaConnector\nmetadata:\n  name: patients\n  labels:\n    \
             strimzi.io/cluster: my-connect\nspec:\n  class: com.mongodb.kafka.connect.MongoSourceConnector\n  tasksMax: 1\n  \
             state: paused\n  config:\n    pipeline: \"[{\\\"$match\\\": {\\\"a\\\": \\\" x\\\\\\\\.\\\"}}]\"\n    \
             topic.prefix: \"yes\"\n    topic.suffix: \" 환자 😀\"\n"
        );
        assert!(strimzi("My Connector", &sample(), "c", DesiredState::Running).starts_with("# Kubernetes"));
    }

    fn any_config() -> impl Strategy<Value = SubmittedConfig> {
        let property = "[a-z]{1,3}[ -~가-힣\\t]{0,8}[a-z]";
        let value = "[ -~\\t\\n\\r가-힣😀\u{85}\u{2028}\u{7}]{0,16}";
        prop::collection::vec((property, value), 1..6).prop_map(|pairs| {
            let mut config = SubmittedConfig::new();
            config.set(CLASS, "com.example.Source");
            pairs.into_iter().filter(|(name, _)| name != NAME).for_each(|(name, value)| config.set(name, value));
            config
        })
    }

    fn only(text: &str) -> Imported {
        let mut connectors = import(text).unwrap();
        assert_eq!(connectors.len(), 1);
        connectors.remove(0)
    }

    proptest! {
        #[test]
        fn what_is_exported_is_imported_unchanged(name in "[a-z][a-z0-9-]{0,10}[a-z0-9]", config in any_config()) {
            let texts =
                [properties(&name, &config), json(&name, &config), strimzi(&name, &config, "c", DesiredState::Running)];
            for text in texts {
                let imported = only(&text);

                prop_assert_eq!(imported.name.as_deref(), Some(name.as_str()), "{}", text);
                prop_assert!(imported.config == config, "{}", text);
            }
        }
    }
}
