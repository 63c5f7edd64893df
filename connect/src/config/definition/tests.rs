#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;

/// Facts of the official connector and of Kafka Connect, taken from a running worker.
const FACTS: &str = include_str!("../../../tests/data/source-properties.json");

/// Properties that a source has here and not in the official software.
const OURS: &[&str] =
    &["errors.deadletterqueue.context.headers.enable", "errors.deadletterqueue.topic.replication.factor"];

fn facts() -> Vec<serde_json::Value> {
    serde_json::from_str(FACTS).unwrap()
}

fn shown_default(key: &ConfigKey) -> serde_json::Value {
    match key.default {
        Default::Processors => "<processors>".into(),
        Default::Text(text) if text.contains("\"ChangeStream\"") => "<ChangeStream>".into(),
        _ => key.default_text().map_or(serde_json::Value::Null, |text| text.into_owned().into()),
    }
}

#[test]
fn every_property_has_the_official_name_type_default_importance_group_and_place() {
    for fact in facts() {
        let key = find(fact["name"].as_str().unwrap()).unwrap();
        let mut found = serde_json::json!({
            "name": key.name,
            "type": key.value_type.name(),
            "default": shown_default(key),
            "importance": key.importance.name(),
            "group": key.group,
            "listed": key.listing == Listing::Always,
        });
        if key.listing == Listing::Always {
            found["order_in_group"] = key.order_in_group.into();
            found["width"] = key.width.name().into();
            found["required"] = key.is_required().into();
            found["dependents"] = key.dependents.into();
            found["recommended"] = match fact["recommended"].as_str() {
                Some(placeholder) => placeholder.into(),
                None => key.recommended_values.into(),
            };
        } else {
            // Read without being declared: there is no official group, and sometimes no importance.
            found["group"] = serde_json::Value::Null;
            if fact["importance"].is_null() {
                found["importance"] = serde_json::Value::Null;
            }
        }

        assert_eq!(found, fact);
    }
    let ours = definitions().iter().filter(|key| OURS.contains(&&*key.name) || key.name.starts_with("naru.")).count();
    assert_eq!(definitions().len(), facts().len() + ours);
}

#[test]
fn properties_come_in_the_order_of_a_running_worker() {
    let order: serde_json::Value =
        serde_json::from_str(include_str!("../../../tests/data/property-order.json")).unwrap();
    let listed: Vec<&str> =
        definitions().iter().filter(|key| key.listing == Listing::Always).map(|key| &*key.name).collect();
    let plugin = source_plugin_definitions();

    assert_eq!(serde_json::json!(listed), order["validate"]);
    assert_eq!(serde_json::json!(plugin.iter().map(|key| &*key.name).collect::<Vec<_>>()), order["plugin"]);
    assert_eq!(serde_json::json!(GROUPS), order["groups"]);
}

#[test]
fn every_property_is_explained_and_in_a_known_group() {
    for key in definitions() {
        assert!(key.documentation.ends_with('.'), "{}", key.name);
        assert!(!key.display_name.is_empty(), "{}", key.name);
        assert!(GROUPS.contains(&key.group.unwrap()), "{}", key.name);
    }
}

#[test]
fn dependents_and_replacements_exist() {
    for key in definitions() {
        for name in key.dependents.iter().copied().chain(key.replaced_by) {
            assert!(find(name).is_some(), "{name}");
        }
    }
}

#[test]
fn the_default_schemas_are_json() {
    for name in ["output.schema.key", "output.schema.value"] {
        let schema: serde_json::Value = serde_json::from_str(&find(name).unwrap().default_text().unwrap()).unwrap();
        assert_eq!(schema["type"], "record");
    }
}

#[test]
fn secrets_are_known_by_type_and_unknown_ones_by_name() {
    let secrets: Vec<&str> = secret_names().collect();
    assert_eq!(secrets, ["connection.uri", "connection.ssl.truststorePassword", "connection.ssl.keystorePassword"]);
    for name in ["connection.uri", "conection.password", "producer.override.sasl.jaas.config", "connection.url"] {
        assert!(is_secret(name), "{name}");
    }
    for name in ["database", "topic.prefix", "errors.tolerance", "anything"] {
        assert!(!is_secret(name), "{name}");
    }
}

#[test]
fn the_plugin_lists_its_own_properties_first_and_no_default_converter() {
    let keys = source_plugin_definitions();

    assert_eq!(keys.len(), 77);
    assert_eq!(keys[0].name, "connection.uri");
    assert_eq!(keys[0].shown_default().as_deref(), Some("[hidden]"));
    let converter = keys.iter().find(|key| key.name == "key.converter").unwrap();
    assert_eq!(converter.shown_default(), None);
}
