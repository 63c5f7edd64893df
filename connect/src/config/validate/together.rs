//! Faults that only two properties together make.

use super::Validation;
use crate::config::namespaces::{Reach, members, reach};
use crate::config::plugins::Converter;
use crate::config::{FieldError, SubmittedConfig, producer_override};
use crate::schema::avro;

/// Adds what the properties say against each other. A property that is wrong by itself takes no part.
pub(super) fn check(submitted: &SubmittedConfig, validation: &mut Validation) {
    let value = |name: &str| validation.find(name).filter(|key| key.errors.is_empty())?.value.clone();
    let mut errors = Vec::new();
    if let (Some(collection), Some(database)) = (value("collection"), value("database"))
        && !collection.is_empty()
        && database.is_empty()
    {
        let text = "Missing database configuration `database`";
        errors.push(FieldError::invalid("collection", &collection, text));
    }
    for (name, format_name) in [("key.converter", "output.format.key"), ("value.converter", "output.format.value")] {
        if submitted.get(name).is_some()
            && let (Some(class), Some(format)) = (value(name), value(format_name))
            && let Some(better) = better_converter(&class, &format)
        {
            let text = format!("it cannot write {format_name}={format}; use {}", better.class());
            errors.push(FieldError::invalid(name, &class, text));
        }
    }
    errors.extend(unusable_schemas(submitted, &value));
    if let Some(boundary) = value("transaction.boundary").filter(|value| value.eq_ignore_ascii_case("connector")) {
        let text =
            "The connector does not support connector-defined transaction boundaries with its current configuration.";
        errors.push(FieldError::invalid("transaction.boundary", &boundary, text));
    }
    errors.extend(producer_override::mismatch(submitted));
    errors.extend(namespace_errors(value));
    errors.into_iter().for_each(|error| validation.add_error(error));
}

/// A schema that is well formed and yet cannot be used, where one is used. Kafka Connect's task fails when it starts.
fn unusable_schemas(submitted: &SubmittedConfig, value: &impl Fn(&str) -> Option<String>) -> Vec<FieldError> {
    let is_inferred = value("output.schema.infer.value").is_some_and(|flag| flag == "true");
    [("output.format.key", "output.schema.key", false), ("output.format.value", "output.schema.value", is_inferred)]
        .into_iter()
        .filter(|(format, _, is_unread)| {
            !is_unread && value(format).is_some_and(|format| format.eq_ignore_ascii_case("schema"))
        })
        .filter_map(|(_, name, _)| {
            // A default is always usable.
            submitted.get(name)?;
            let text = value(name)?;
            avro::connect_schema(&text).err().map(|fault| FieldError::invalid(name, &text, fault))
        })
        .collect()
}

const INCLUDE: &str = "naru.namespaces.include";
const EXCLUDE: &str = "naru.namespaces.exclude";

/// Lists of namespaces that contradict something else, or each other.
fn namespace_errors(value: impl Fn(&str) -> Option<String>) -> Vec<FieldError> {
    let text = |name: &str| value(name).unwrap_or_default();
    let (database, collection) = (text("database"), text("collection"));
    let (include, exclude) = (text(INCLUDE), text(EXCLUDE));
    let mut errors = Vec::new();
    for (name, list) in [(INCLUDE, &include), (EXCLUDE, &exclude)] {
        if list.is_empty() {
            continue;
        }
        if !collection.is_empty() {
            let why = "it says nothing beside collection, which names the one namespace; leave one of them empty";
            errors.push(FieldError::invalid(name, list, why));
        }
        for regex in ["startup.mode.copy.existing.namespace.regex", "copy.existing.namespace.regex"] {
            if !text(regex).is_empty() {
                let why = format!("copy and stream would differ because of {regex}; say it in one place");
                errors.push(FieldError::invalid(name, list, why));
            }
        }
    }
    for pattern in members(&include) {
        if members(&exclude).contains(&pattern) {
            let why = format!("{pattern} is excluded as well");
            errors.push(FieldError::invalid(INCLUDE, &include, why));
        }
        if !database.is_empty() && !can_be_in(&reach(pattern), &database) {
            let why = format!("{pattern} matches nothing in the database {database}");
            errors.push(FieldError::invalid(INCLUDE, &include, why));
        }
    }
    errors
}

fn can_be_in(reach: &Reach, database: &str) -> bool {
    match reach {
        Reach::Collection { database: only, .. } | Reach::Database(only) => only == database,
        Reach::Databases(beginning) => database.starts_with(beginning) || beginning.starts_with(database),
        Reach::Anywhere => true,
    }
}

/// The converter to take when the chosen one cannot carry the format: Kafka Connect would fail on every record, or write the
/// name of a Java object.
fn better_converter(class: &str, format: &str) -> Option<Converter> {
    match (Converter::find(class)?, format.to_ascii_lowercase().as_str()) {
        (Converter::String, "bson") => Some(Converter::ByteArray),
        (Converter::ByteArray, "json") => Some(Converter::String),
        (Converter::ByteArray, "schema") => Some(Converter::Json),
        _ => None,
    }
}
