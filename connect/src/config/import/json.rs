//! The JSON of Kafka Connect's API, in every shape in which people keep it: the create form, a bare map, what `GET` answers,
//! and lists or maps of those from `?expand=info`.

use serde_json::{Map, Value};

use super::{ImportError, Imported, NoteKind, fault};

/// All connectors of a text.
pub(super) fn connectors(text: &str) -> Result<Vec<Imported>, ImportError> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| ImportError { reason: "This is not valid JSON".to_owned(), line: Some(error.line()) })?;
    of_value(&value)
}

fn of_value(value: &Value) -> Result<Vec<Imported>, ImportError> {
    match value {
        Value::Array(values) if !values.is_empty() && values.iter().all(Value::is_string) => {
            Err(fault("This is a list of names only: ask for /connectors?expand=info"))
        }
        Value::Array(values) => values.iter().map(of_value).collect::<Result<Vec<_>, _>>().map(|lists| lists.concat()),
        Value::Object(members) => of_object(members),
        _ => Err(fault("This is neither a connector nor a list of connectors")),
    }
}

fn of_object(members: &Map<String, Value>) -> Result<Vec<Imported>, ImportError> {
    if let Some(Value::Object(config)) = members.get("config") {
        return Ok(vec![wrapped(members, config)?]);
    }
    if !members.is_empty() && members.values().all(Value::is_object) {
        let mut connectors = Vec::new();
        for (name, entry) in members {
            connectors.extend(of_entry(name, entry)?);
        }
        return Ok(connectors);
    }
    let mut imported = Imported::new(None);
    add_properties(&mut imported, members)?;
    imported.take_name_from_config();
    Ok(vec![imported])
}

/// One entry of a map by name: `{"info": …, "status": …}` from `?expand`, or a connector without more ado.
fn of_entry(name: &str, entry: &Value) -> Result<Vec<Imported>, ImportError> {
    let members = entry.as_object().ok_or_else(|| fault("This is neither a connector nor a list of connectors"))?;
    let mut connectors = match members.get("info") {
        Some(info) => of_value(info)?,
        None if members.contains_key("status") => {
            return Err(fault("This holds the states of connectors only: ask for /connectors?expand=info"));
        }
        None => of_object(members)?,
    };
    for imported in &mut connectors {
        imported.name.get_or_insert_with(|| name.to_owned());
    }
    Ok(connectors)
}

/// `{"name", "config", …}`.
fn wrapped(members: &Map<String, Value>, config: &Map<String, Value>) -> Result<Imported, ImportError> {
    let mut imported = Imported::new(members.get("name").and_then(Value::as_str).map(|name| name.trim().to_owned()));
    add_properties(&mut imported, config)?;
    imported.take_name_from_config();
    for (field, value) in members {
        match field.as_str() {
            // What `GET` adds says nothing about how the connector is set.
            "name" | "config" | "tasks" | "type" => {}
            "initial_state" => match value.as_str().and_then(|state| state.parse().ok()) {
                Some(state) => imported.desired_state = Some(state),
                None => imported.note(field, NoteKind::Dropped, "This is no state of a connector."),
            },
            _ => imported.note(field, NoteKind::Dropped, "Kafka Connect has no such field."),
        }
    }
    Ok(imported)
}

/// Scalars become text, as Kafka Connect makes them.
fn add_properties(imported: &mut Imported, config: &Map<String, Value>) -> Result<(), ImportError> {
    for (name, value) in config {
        match value {
            Value::String(text) => imported.config.set(name, text.as_str()),
            Value::Bool(_) | Value::Number(_) => imported.config.set(name, value.to_string()),
            Value::Null => imported.note(name, NoteKind::Dropped, "It is null, which is no value."),
            Value::Array(_) | Value::Object(_) => {
                let reason = format!("The value of {name} must be text: JSON inside of it has to be quoted");
                return Err(fault(reason));
            }
        }
    }
    Ok(())
}
