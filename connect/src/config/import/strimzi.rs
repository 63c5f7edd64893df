//! Strimzi's `KafkaConnector` resources.

use super::yaml::{self, Node};
use super::{ImportError, Imported, NoteKind, fault};
use crate::lifecycle::DesiredState;

/// Properties that Strimzi keeps outside `spec.config` and forbids inside.
const KEPT_OUTSIDE: &[&str] = &["name", "connector.class", "tasks.max", "connector.plugin.version"];

/// All connectors of a text of one or more YAML documents.
pub(super) fn connectors(text: &str) -> Result<Vec<Imported>, ImportError> {
    let mut connectors = Vec::new();
    let mut other_kinds = Vec::new();
    for document in yaml::parse(text)? {
        let items = match document.get("items") {
            Some(Node::List(items)) => items.clone(),
            _ => vec![document],
        };
        for resource in items {
            match resource.get("kind").and_then(Node::text) {
                Some("KafkaConnector") => connectors.push(connector(&resource)?),
                Some(kind) => other_kinds.push(known_kind(kind)),
                None => other_kinds.push("a resource without kind"),
            }
        }
    }
    if connectors.is_empty() {
        let reason = match other_kinds.first() {
            Some(kind) => format!("There is no KafkaConnector in this text, but {kind}"),
            None => "There is no KafkaConnector in this text".to_owned(),
        };
        return Err(fault(reason));
    }
    Ok(connectors)
}

fn known_kind(kind: &str) -> &'static str {
    match kind {
        "KafkaConnect" => "KafkaConnect, which describes workers and not what they run",
        "KafkaMirrorMaker2" => "KafkaMirrorMaker2, which copies between Kafka clusters",
        _ => "a resource of another kind",
    }
}

fn connector(resource: &Node) -> Result<Imported, ImportError> {
    let metadata = resource.get("metadata").unwrap_or(&Node::Null);
    let spec = resource.get("spec").ok_or_else(|| fault("The KafkaConnector has no spec"))?;
    let mut imported = Imported::new(metadata.get("name").and_then(Node::text).map(str::to_owned));
    for (field, value) in metadata.members() {
        if matches!(field.as_str(), "labels" | "annotations") {
            for (label, _) in value.members() {
                imported.note(&format!("metadata.{field}.{label}"), NoteKind::Dropped, "It belongs to Kubernetes.");
            }
        }
    }
    let outside = [("class", "connector.class"), ("tasksMax", "tasks.max"), ("version", "connector.plugin.version")];
    for (field, property) in outside {
        if let Some(text) = spec.get(field).and_then(Node::text) {
            imported.config.set(property, text);
            imported.note(&format!("spec.{field}"), NoteKind::Renamed, &format!("It is {property} here."));
        }
    }
    for (field, value) in spec.members() {
        match field.as_str() {
            "class" | "tasksMax" | "version" => {}
            "config" => add_properties(&mut imported, value)?,
            "state" | "pause" => set_state(&mut imported, field, value),
            "autoRestart" => {
                imported.note("spec.autoRestart", NoteKind::Dropped, "Failed tasks are restarted here in any case.");
            }
            _ => imported.note(
                &format!("spec.{field}"),
                NoteKind::Dropped,
                "It is an instruction to Strimzi's operator.",
            ),
        }
    }
    Ok(imported)
}

fn add_properties(imported: &mut Imported, config: &Node) -> Result<(), ImportError> {
    for (name, value) in config.members() {
        match value {
            Node::Scalar(_) if KEPT_OUTSIDE.contains(&name.as_str()) => {
                let field = format!("spec.config.{name}");
                imported.note(&field, NoteKind::Dropped, "Strimzi takes it from the resource, not from here.");
            }
            Node::Scalar(text) => imported.config.set(name, text.as_str()),
            Node::Null => {
                imported.note(&format!("spec.config.{name}"), NoteKind::Dropped, "It is null, which is no value.");
            }
            Node::List(_) | Node::Map(_) => {
                return Err(fault(format!("The value of spec.config.{name} must be text: put JSON into quotes")));
            }
        }
    }
    Ok(())
}

fn set_state(imported: &mut Imported, field: &str, value: &Node) {
    let state = match (field, value.text()) {
        ("state", Some(state)) => state.parse().ok(),
        ("pause", Some("true")) => Some(DesiredState::Paused),
        ("pause", Some("false")) => Some(DesiredState::Running),
        _ => None,
    };
    match state {
        // `state` has taken the place of `pause` and wins over it.
        Some(state) if field == "state" || imported.desired_state.is_none() => imported.desired_state = Some(state),
        Some(_) => {}
        None => imported.note(&format!("spec.{field}"), NoteKind::Dropped, "This is no state of a connector."),
    }
}
