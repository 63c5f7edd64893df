//! Where to begin when no position is stored: from now, from a moment, or with a copy of what exists.
//!
//! The properties beginning with `copy.existing` are deprecated names; per property the new name wins once submitted.

use super::key::{ConfigKey, Default, Letters, Validator, ValueType};

const GROUP: &str = "Startup";
const MODES: &[&str] = &["latest", "timestamp", "copy_existing"];

const THREADS: &str = "How many collections are copied at the same time at most.";
const QUEUE: &str = "How many copied documents may wait to be handed on. Memory is bounded in bytes besides.";
const PIPELINE: &str = "Aggregation stages that run on the documents before they are copied, as a JSON array; a leading $match can use an index.";
const REGEX: &str = "Copies only namespaces (db.collection) in which this Java regular expression is found. It does not \
                     filter the changes that follow.";
const DISK: &str = "Whether the server may use files on disk for large stages of the copy.";

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "startup.mode",
        ValueType::String,
        (GROUP, 1),
        "Begin with",
        "Where to begin when no position is stored: latest (from now on, as is an empty value), timestamp, or copy_existing \
         (what exists, then changes).",
    )
    .valid(Validator::Enumerator { values: MODES, letters: Letters::AnyCase, may_be_empty: true })
    .dependents(&[
        "startup.mode.timestamp.start.at.operation.time",
        "startup.mode.copy.existing.max.threads",
        "startup.mode.copy.existing.queue.size",
        "startup.mode.copy.existing.pipeline",
        "startup.mode.copy.existing.namespace.regex",
        "startup.mode.copy.existing.allow.disk.use",
    ]),
    ConfigKey::new(
        "startup.mode.timestamp.start.at.operation.time",
        ValueType::String,
        (GROUP, 2),
        "Begin at",
        "The moment to begin at with startup.mode=timestamp: seconds since 1970, an ISO-8601 instant, or a BSON timestamp as \
         Extended JSON.",
    )
    .valid(Validator::StartTime),
    threads("startup.mode.copy.existing.max.threads", 3),
    queue("startup.mode.copy.existing.queue.size", 4),
    pipeline("startup.mode.copy.existing.pipeline", 5),
    regex("startup.mode.copy.existing.namespace.regex", 6),
    disk("startup.mode.copy.existing.allow.disk.use", 7),
    ConfigKey::new(
        "copy.existing",
        ValueType::Boolean,
        (GROUP, 8),
        "Copy what exists (old name)",
        "Copies what exists before following changes. Counts only while startup.mode is empty.",
    )
    .default("false")
    .replaced_by("startup.mode"),
    threads("copy.existing.max.threads", 9).replaced_by("startup.mode.copy.existing.max.threads"),
    queue("copy.existing.queue.size", 10).replaced_by("startup.mode.copy.existing.queue.size"),
    pipeline("copy.existing.pipeline", 11).replaced_by("startup.mode.copy.existing.pipeline"),
    regex("copy.existing.namespace.regex", 12).replaced_by("startup.mode.copy.existing.namespace.regex"),
    disk("copy.existing.allow.disk.use", 13).replaced_by("startup.mode.copy.existing.allow.disk.use"),
];

const fn threads(name: &'static str, order: i32) -> ConfigKey {
    ConfigKey::new(name, ValueType::Int, (GROUP, order), "Collections copied at once", THREADS)
        .without_default(Default::Processors)
        .valid(Validator::AtLeast(1))
}

const fn queue(name: &'static str, order: i32) -> ConfigKey {
    ConfigKey::new(name, ValueType::Int, (GROUP, order), "Copied documents in waiting", QUEUE)
        .default("16000")
        .valid(Validator::AtLeast(1))
}

const fn pipeline(name: &'static str, order: i32) -> ConfigKey {
    ConfigKey::new(name, ValueType::String, (GROUP, order), "Pipeline of the copy", PIPELINE)
        .valid(Validator::JsonDocuments)
}

const fn regex(name: &'static str, order: i32) -> ConfigKey {
    ConfigKey::new(name, ValueType::String, (GROUP, order), "Namespaces to copy", REGEX).valid(Validator::Regex)
}

const fn disk(name: &'static str, order: i32) -> ConfigKey {
    ConfigKey::new(name, ValueType::Boolean, (GROUP, order), "Copy may use disk", DISK).default("true")
}
