//! Submitted text to [`SourceConfig`]: defaults applied, old names folded into new ones, one property overruling another.

mod connection;
mod output;
mod stream;

use std::borrow::Cow;
use std::time::Duration;

use super::{
    CopyConfig, CopyMode, DeliveryMode, ExactlyOnceConfig, PublishConfig, Scope, SourceConfig, StartupMode,
    TopicNamingConfig, TransactionBoundary,
};
use crate::config::connection_string::ConnectionString;
use crate::config::reference::has_reference;
use crate::config::validate::{References, validate_all};
use crate::config::value::Values;
use crate::config::{DeadLetterConfig, ErrorConfig, TopicCreationRules};
use crate::config::{
    FieldError, HIDDEN, SubmittedConfig, error_handling, json_text, namespace_map, producer_override, start_time,
    topic_creation,
};

const COPY: &str = "startup.mode.copy.existing.";
const OLD_COPY: &str = "copy.existing.";

/// Length of a transaction under `transaction.boundary=interval` where none is given: Kafka Connect's own default, by which its
/// workers commit positions.
const DEFAULT_BOUNDARY_INTERVAL_MS: u64 = 60_000;

pub(super) fn parse(submitted: &SubmittedConfig) -> Result<SourceConfig, Vec<FieldError>> {
    let referring = submitted.iter().filter(|(_, value)| has_reference(value));
    let unknown: Vec<FieldError> = referring
        .map(|(name, _)| {
            FieldError::new(name, format!("{name} is known only to the worker that resolves its reference"))
        })
        .collect();
    if unknown.is_empty() { parse_resolved(submitted) } else { Err(unknown) }
}

pub(super) fn parse_resolved(submitted: &SubmittedConfig) -> Result<SourceConfig, Vec<FieldError>> {
    // Name and class belong to whoever keeps the connector; a draft that is only looked at has neither yet.
    let is_needed = |error: &&FieldError| {
        !matches!(&*error.name, "name" | "connector.class") || submitted.get(&error.name).is_some()
    };
    let errors: Vec<FieldError> =
        validate_all(submitted, &[], References::Resolved).errors().filter(is_needed).cloned().collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    read(&Values::new(submitted)).map_err(|error| vec![error])
}

fn read(values: &Values<'_>) -> Result<SourceConfig, FieldError> {
    let connection_string = ConnectionString::parse(&values.text("connection.uri"))
        .map_err(|fault| FieldError::invalid("connection.uri", HIDDEN, &fault).at(fault.offset))?;
    let (database, collection) = (values.text("database"), values.text("collection"));
    let offset_partition_name = match values.text("offset.partition.name") {
        named if named.is_empty() => connection_string.offset_partition_name(&database, &collection),
        named => named.into_owned(),
    };
    let errors = error_handling::read(values)?;
    Ok(SourceConfig {
        connection: connection::connection(values, &connection_string),
        scope: scope(database, collection),
        startup: startup(values)?,
        stream: stream::stream(values)?,
        publish: PublishConfig {
            full_document_only: values.flag("publish.full.document.only"),
            tombstone_on_delete: values.flag("publish.full.document.only.tombstone.on.delete"),
            document_key_as_key: values.flag("change.stream.document.key.as.key"),
        },
        output: output::output(values)?,
        topics: topics(values)?,
        topic_creation: topic_creation(values, &errors)?,
        producer: producer_override::read(values),
        errors,
        delivery: delivery(values)?,
        offset_partition_name,
    })
}

fn scope(database: Cow<'_, str>, collection: Cow<'_, str>) -> Scope {
    match (database.is_empty(), collection.is_empty()) {
        (true, _) => Scope::Deployment,
        (false, true) => Scope::Database(database.into_owned()),
        (false, false) => Scope::Collection { database: database.into_owned(), collection: collection.into_owned() },
    }
}

fn startup(values: &Values<'_>) -> Result<StartupMode, FieldError> {
    let name = "startup.mode";
    let mode = values.text(name);
    match mode.to_ascii_lowercase().as_str() {
        // The old switch counts only where the new property is empty.
        "" if values.flag("copy.existing") => copy(values).map(StartupMode::CopyExisting),
        "" | "latest" => Ok(StartupMode::Latest),
        "copy_existing" => copy(values).map(StartupMode::CopyExisting),
        "timestamp" => {
            let name = "startup.mode.timestamp.start.at.operation.time";
            match values.text(name) {
                empty if empty.is_empty() => Ok(StartupMode::Latest),
                text => start_time::parse(&text)
                    .map(StartupMode::Timestamp)
                    .ok_or_else(|| FieldError::invalid(name, &text, start_time::FORMS)),
            }
        }
        _ => Err(unread(name, &mode)),
    }
}

/// Per property the new name wins as soon as it was submitted, even with its default.
fn copy(values: &Values<'_>) -> Result<CopyConfig, FieldError> {
    let name = |short: &str| {
        let new = format!("{COPY}{short}");
        if values.is_submitted(&new) { new } else { format!("{OLD_COPY}{short}") }
    };
    let regex = values.text(&name("namespace.regex")).into_owned();
    Ok(CopyConfig {
        pipeline: stages(values, &name("pipeline"))?,
        namespace_regex: Some(regex).filter(|regex| !regex.is_empty()),
        max_threads: values.integer(&name("max.threads"))?,
        mode: copy_mode(values)?,
        parallelism: values.integer("naru.copy.parallelism")?,
        queue_size: values.integer(&name("queue.size"))?,
        allow_disk_use: values.flag(&name("allow.disk.use")),
    })
}

fn copy_mode(values: &Values<'_>) -> Result<CopyMode, FieldError> {
    let name = "naru.copy.mode";
    let text = values.text(name);
    match text.to_ascii_lowercase().as_str() {
        "before" => Ok(CopyMode::Before),
        "interleaved" => Ok(CopyMode::Interleaved),
        _ => Err(unread(name, &text)),
    }
}

fn stages(values: &Values<'_>, name: &str) -> Result<Vec<bson::Document>, FieldError> {
    let text = values.text(name);
    json_text::documents(&text).map_err(|fault| FieldError::invalid(name, &text, &fault).at(fault.offset))
}

fn topics(values: &Values<'_>) -> Result<TopicNamingConfig, FieldError> {
    let name = "topic.namespace.map";
    let text = values.text(name);
    Ok(TopicNamingConfig {
        prefix: values.text("topic.prefix").into_owned(),
        suffix: values.text("topic.suffix").into_owned(),
        separator: values.text("topic.separator").into_owned(),
        namespace_map: namespace_map::parse(&text).map_err(|fault| FieldError::invalid(name, &text, fault.message))?,
    })
}

fn topic_creation(values: &Values<'_>, errors: &ErrorConfig) -> Result<TopicCreationRules, FieldError> {
    let rules = topic_creation::read(values)?;
    let Some(DeadLetterConfig { topic, replication_factor, .. }) = &errors.dead_letters else { return Ok(rules) };
    rules
        .with_replicas(topic, *replication_factor)
        .map_err(|fault| FieldError::invalid("topic.creation.groups", "", fault))
}

fn delivery(values: &Values<'_>) -> Result<DeliveryMode, FieldError> {
    if !values.text("exactly.once.support").eq_ignore_ascii_case("required") {
        return Ok(DeliveryMode::AtLeastOnce);
    }
    let boundary = match values.text("transaction.boundary").to_ascii_lowercase().as_str() {
        "interval" => {
            let name = "transaction.boundary.interval.ms";
            let is_given = values.submitted_text(name).is_some_and(|text| !text.is_empty());
            let interval_ms = if is_given { values.integer(name)? } else { DEFAULT_BOUNDARY_INTERVAL_MS };
            TransactionBoundary::Interval(Duration::from_millis(interval_ms))
        }
        // Validation has refused the boundaries that a connector would define.
        _ => TransactionBoundary::Poll,
    };
    let offsets_topic = values.submitted_text("offsets.storage.topic").map(|topic| topic.trim().to_owned());
    Ok(DeliveryMode::ExactlyOnce(ExactlyOnceConfig { boundary, offsets_topic }))
}

/// A value that validation lets through and that has no meaning here: the two have come apart.
fn unread(name: &str, value: &str) -> FieldError {
    FieldError::invalid(name, value, "This value has no meaning here")
}

#[cfg(test)]
mod tests;
