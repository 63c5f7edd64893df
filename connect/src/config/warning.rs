//! What is probably not meant although it is no error: misspelt, deprecated and silenced properties.
//!
//! Kafka Connect keeps unknown properties without a word, and so does the API here; the portal shows these.

use super::connection_string::ConnectionString;
use super::definition::{self, ConfigKey};
use super::plugins::Converter;
use super::value::Values;
use super::{SubmittedConfig, topic_creation};

/// Unknown names looked up for a likeness at most: a configuration of thousands is no slip of the pen.
const LIKENESSES_MAX: usize = 50;

/// Something to look at. The message is for people, in English; the kind is for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The property.
    pub name: String,
    /// What about it.
    pub kind: WarningKind,
    /// One sentence; it shows no value.
    pub message: String,
}

/// The kinds of warnings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WarningKind {
    /// No property has this name.
    Unknown {
        /// The most similar name that exists, if one is near.
        closest: Option<String>,
    },
    /// A newer name has taken its place.
    Deprecated {
        /// The newer name.
        replaced_by: &'static str,
    },
    /// It has no effect, because of another property.
    Silenced {
        /// The other property.
        by: String,
    },
    /// It has no effect here, as the message explains.
    WithoutEffect,
    /// No converter is named: Kafka Connect would take its worker's, Naru takes the one that carries the format unchanged.
    ConverterAssumed,
    /// JSON text is quoted once more by `JsonConverter`.
    DoublyQuoted,
    /// Options of the connection string are unknown and have no effect.
    UnknownOptions,
    /// The fraction of a second in the start time is cut off.
    FractionCut,
}

pub(super) fn warnings(submitted: &SubmittedConfig) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut unknown_count = 0;
    for (name, _) in submitted.iter() {
        if let Some(replaced_by) = definition::find(name).and_then(|key| key.replaced_by) {
            let message = format!("{name} is deprecated: use {replaced_by} instead.");
            warnings.push(Warning { name: name.to_owned(), kind: WarningKind::Deprecated { replaced_by }, message });
        }
        if !is_known(name, submitted) {
            unknown_count += 1;
            warnings.push(unknown(name, unknown_count <= LIKENESSES_MAX));
        }
    }
    let values = Values::new(submitted);
    silenced(&values, &mut warnings);
    without_effect(&values, &mut warnings);
    groups(submitted, &mut warnings);
    converters(&values, &mut warnings);
    let connection = values.submitted_text(CONNECTION).and_then(|text| ConnectionString::parse(text).ok());
    if let Some(count) = connection.map(|parsed| parsed.unknown_option_count()).filter(|count| *count > 0) {
        let message = format!("{count} of the options in {CONNECTION} are unknown and have no effect.");
        warnings.push(Warning { name: CONNECTION.to_owned(), kind: WarningKind::UnknownOptions, message });
    }
    if let Some(text) = values.submitted_text(START_TIME)
        && text.contains('T')
        && text.contains('.')
        && !text.contains('{')
    {
        let message = format!("{START_TIME} is cut to whole seconds.");
        warnings.push(Warning { name: START_TIME.to_owned(), kind: WarningKind::FractionCut, message });
    }
    warnings
}

const CONNECTION: &str = "connection.uri";
const START_TIME: &str = "startup.mode.timestamp.start.at.operation.time";

/// A defined property, one of a family that is judged elsewhere, or an option of a converter that may well be another's.
fn is_known(name: &str, submitted: &SubmittedConfig) -> bool {
    if definition::find(name).is_some() || name.starts_with("topic.creation.default.") {
        return true;
    }
    if let Some(rest) = name.strip_prefix("transforms.").or_else(|| name.strip_prefix("predicates.")) {
        let family = if name.starts_with('t') { "transforms" } else { "predicates" };
        let aliases = submitted.get(family).unwrap_or_default();
        return aliases.split(',').any(|alias| rest.starts_with(&format!("{}.", alias.trim())) && !alias.is_empty());
    }
    if let Some(rest) = name.strip_prefix("topic.creation.") {
        let groups = submitted.get("topic.creation.groups").unwrap_or_default();
        return groups.split(',').any(|group| rest.starts_with(&format!("{}.", group.trim())) && !group.is_empty());
    }
    ["key.converter.", "value.converter.", "header.converter."]
        .iter()
        .any(|prefix| name.strip_prefix(prefix).is_some_and(|option| converter_options().any(|key| key.name == option)))
        || name.starts_with(super::producer_override::PREFIX)
        || super::unsupported::family_refusal(name).is_some()
}

fn converter_options() -> impl Iterator<Item = ConfigKey> {
    Converter::ALL.into_iter().flat_map(|converter| definition::converter_definitions(converter, ""))
}

fn unknown(name: &str, is_compared: bool) -> Warning {
    let closest = if is_compared { closest(name) } else { None };
    let message = match &closest {
        Some(closest) => format!("No property is named {name}; {closest} is the closest."),
        None => format!("No property is named {name}; it is kept and has no effect."),
    };
    Warning { name: name.to_owned(), kind: WarningKind::Unknown { closest }, message }
}

/// The name at the smallest edit distance, if at most a third of its letters differ.
fn closest(name: &str) -> Option<String> {
    let options = ["key.converter", "value.converter"]
        .iter()
        .flat_map(|prefix| converter_options().map(move |key| format!("{prefix}.{}", key.name)));
    let names = definition::definitions().iter().filter(|key| !key.is_hidden).map(|key| key.name.to_string());
    names
        .chain(options)
        .filter_map(|known| {
            let most = (known.len() / 3).min(6);
            (known.len().abs_diff(name.len()) <= most)
                .then(|| (distance(&name.to_lowercase(), &known.to_lowercase()), known))
                .filter(|(distance, _)| *distance <= most)
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// Edit distance in which exchanging two neighbours counts once.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, from) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, to) in right.iter().enumerate() {
            let replaced = last[column] + usize::from(from != to);
            let mut best = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *from == right[column - 1] && left[row - 1] == *to {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[right.len()]
}

/// Properties that another one deprives of effect.
fn silenced(values: &Values<'_>, warnings: &mut Vec<Warning>) {
    let mut add = |name: &str, by: &str| {
        let message = format!("{name} has no effect because of {by}.");
        warnings.push(Warning { name: name.to_owned(), kind: WarningKind::Silenced { by: by.to_owned() }, message });
    };
    let is_set = |name: &str| values.submitted_text(name).is_some_and(|text| Some(text) != default(name).as_deref());
    let is_true = |name: &str| values.submitted_text(name).is_some_and(|text| text.eq_ignore_ascii_case("true"));
    if is_set("startup.mode") && is_set("copy.existing") {
        add("copy.existing", "startup.mode");
    }
    for short in ["max.threads", "queue.size", "pipeline", "namespace.regex", "allow.disk.use"] {
        let (new, old) = (format!("startup.mode.copy.existing.{short}"), format!("copy.existing.{short}"));
        if values.is_submitted(&new) && values.is_submitted(&old) {
            add(&old, &new);
        }
    }
    let letters = "errors.deadletterqueue.topic.name";
    if values.is_submitted(&format!("mongo.{letters}")) && is_set(letters) {
        add(letters, &format!("mongo.{letters}"));
    }
    let is_tolerant = |name: &str| values.text(name).eq_ignore_ascii_case("all");
    if !is_tolerant("errors.tolerance") && !is_tolerant("mongo.errors.tolerance") {
        for name in [letters, &format!("mongo.{letters}")] {
            if is_set(name) {
                add(name, "errors.tolerance");
            }
        }
    }
    if is_true("publish.full.document.only") && is_set("change.stream.full.document") {
        add("change.stream.full.document", "publish.full.document.only");
    }
    if is_true("publish.full.document.only.tombstone.on.delete") && !is_true("publish.full.document.only") {
        add("publish.full.document.only.tombstone.on.delete", "publish.full.document.only");
    }
    schemas(values, &mut add);
    let is_exactly_once = values.text("exactly.once.support").eq_ignore_ascii_case("required");
    for name in ["transaction.boundary", "transaction.boundary.interval.ms", "offsets.storage.topic"] {
        if is_set(name) && !is_exactly_once {
            add(name, "exactly.once.support");
        }
    }
    if is_exactly_once
        && is_set("transaction.boundary.interval.ms")
        && !values.text("transaction.boundary").eq_ignore_ascii_case("interval")
    {
        add("transaction.boundary.interval.ms", "transaction.boundary");
    }
    for name in ["server.api.strict", "server.api.deprecation.errors"] {
        if is_set(name) && !is_set("server.api.version") {
            add(name, "server.api.version");
        }
    }
    if is_set("heartbeat.topic.name") && !is_set("heartbeat.interval.ms") {
        add("heartbeat.topic.name", "heartbeat.interval.ms");
    }
    tls_stores(values, &mut add);
    let mode = values.submitted_text("startup.mode").unwrap_or_default().to_ascii_lowercase();
    if is_set(START_TIME) && mode != "timestamp" {
        add(START_TIME, "startup.mode");
    }
    let is_copying = mode == "copy_existing" || (mode.is_empty() && is_true("copy.existing"));
    for prefix in ["startup.mode.copy.existing.", "copy.existing."] {
        for (short, _) in values.submitted_under(prefix).filter(|_| !is_copying) {
            let name = format!("{prefix}{short}");
            if is_set(&name) && definition::find(&name).is_some() {
                add(&name, "startup.mode");
            }
        }
    }
}

/// Groups of topics that no topic can belong to.
fn groups(submitted: &SubmittedConfig, warnings: &mut Vec<Warning>) {
    for name in topic_creation::unreachable_groups(submitted) {
        let message = format!("{name} is not set: no topic belongs to this group.");
        warnings.push(Warning { name, kind: WarningKind::WithoutEffect, message });
    }
}

/// Properties that are accepted although nothing here depends on them.
fn without_effect(values: &Values<'_>, warnings: &mut Vec<Warning>) {
    let retries = "no error of the built-in converters passes by itself";
    for (name, why) in [
        ("errors.retry.timeout", retries),
        ("errors.retry.delay.max.ms", retries),
        ("errors.log.include.messages", "contents of records are never logged"),
    ] {
        if !values.text(name).eq_ignore_ascii_case(&default(name).unwrap_or_default()) {
            let message = format!("{name} has no effect: {why}.");
            warnings.push(Warning { name: name.to_owned(), kind: WarningKind::WithoutEffect, message });
        }
    }
}

/// Stores without TLS, and what they take the place of.
fn tls_stores(values: &Values<'_>, add: &mut impl FnMut(&str, &str)) {
    let connection = values.submitted_text(CONNECTION).and_then(|text| ConnectionString::parse(text).ok());
    for name in ["connection.ssl.truststore", "connection.ssl.keystore"] {
        let has_store = values.submitted_text(name).is_some_and(|path| !path.is_empty());
        let password = format!("{name}Password");
        if !has_store && values.submitted_text(&password).is_some_and(|password| !password.is_empty()) {
            add(&password, name);
        }
        if has_store && connection.as_ref().is_some_and(|connection| !connection.has_tls()) {
            add(name, CONNECTION);
        }
    }
}

fn default(name: &str) -> Option<String> {
    definition::find(name)?.default_text().map(|text| text.into_owned())
}

fn converters(values: &Values<'_>, warnings: &mut Vec<Warning>) {
    for (name, format_name) in [("key.converter", "output.format.key"), ("value.converter", "output.format.value")] {
        let format = values.submitted_text(format_name).unwrap_or("json");
        match values.submitted_text(name) {
            None => {
                let class = match format.to_ascii_lowercase().as_str() {
                    "bson" => Converter::ByteArray,
                    "schema" => Converter::Json,
                    _ => Converter::String,
                }
                .class();
                let message = format!(
                    "{name} is not set: {class} is used here, a Kafka Connect worker has a default of its own."
                );
                warnings.push(Warning { name: name.to_owned(), kind: WarningKind::ConverterAssumed, message });
            }
            Some(class) if Converter::find(class) == Some(Converter::Json) && format.eq_ignore_ascii_case("json") => {
                let message = format!(
                    "{name}: JsonConverter quotes the JSON text once more; StringConverter writes it as it is."
                );
                warnings.push(Warning { name: name.to_owned(), kind: WarningKind::DoublyQuoted, message });
            }
            Some(_) => {}
        }
    }
}

/// Properties of schemas that nothing reads.
fn schemas(values: &Values<'_>, mut add: impl FnMut(&str, &str)) {
    let is_schema =
        |name: &str| values.submitted_text(name).is_some_and(|format| format.eq_ignore_ascii_case("schema"));
    let is_inferred = values.flag("output.schema.infer.value");
    if values.is_submitted("output.schema.key") && !is_schema("output.format.key") {
        add("output.schema.key", "output.format.key");
    }
    if is_inferred && !is_schema("output.format.value") {
        add("output.schema.infer.value", "output.format.value");
    }
    if values.is_submitted("output.schema.value") {
        match (is_schema("output.format.value"), is_inferred) {
            (false, _) => add("output.schema.value", "output.format.value"),
            (true, true) => add("output.schema.value", "output.schema.infer.value"),
            (true, false) => {}
        }
    }
}

#[cfg(test)]
mod tests;
