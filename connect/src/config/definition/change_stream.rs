//! What is asked of the change stream, and what of an event is published.

use super::key::{ConfigKey, Letters, Validator, ValueType};

const GROUP: &str = "Change stream";
const FULL_DOCUMENT: &[&str] = &["default", "updateLookup", "whenAvailable", "required"];
const BEFORE_CHANGE: &[&str] = &["default", "off", "whenAvailable", "required"];

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "pipeline",
        ValueType::String,
        (GROUP, 1),
        "Pipeline",
        "Aggregation stages that the server applies to change events, as a JSON array. Copied documents pass through them as \
         well, in the form of insert events.",
    )
    .default("[]")
    .valid(Validator::JsonDocuments),
    ConfigKey::new(
        "batch.size",
        ValueType::Int,
        (GROUP, 2),
        "Cursor batch size",
        "How many events the server may send at once; 0 leaves it to the server.",
    )
    .default("0")
    .valid(Validator::AtLeast(0)),
    ConfigKey::new(
        "publish.full.document.only",
        ValueType::Boolean,
        (GROUP, 3),
        "Only the document",
        "Publishes the document instead of the whole change event, looking it up for updates. Events without a document are \
         left out.",
    )
    .default("false")
    .high(),
    ConfigKey::new(
        "publish.full.document.only.tombstone.on.delete",
        ValueType::Boolean,
        (GROUP, 4),
        "Tombstones",
        "With publish.full.document.only, an event that has no document (a delete above all) becomes a record without value.",
    )
    .default("false"),
    ConfigKey::new(
        "change.stream.document.key.as.key",
        ValueType::Boolean,
        (GROUP, 5),
        "Document key as key",
        "Takes the document's key as the record's key. Without it the key is the resume token, and a document's changes spread \
         over all partitions.",
    )
    .default("true"),
    ConfigKey::new(
        "change.stream.full.document.before.change",
        ValueType::String,
        (GROUP, 6),
        "Document before the change",
        "Whether events carry the document as it was before the change. Needs MongoDB 6.0 and pre-images on the collection.",
    )
    .high()
    .valid(Validator::Enumerator { values: BEFORE_CHANGE, letters: Letters::Exact, may_be_empty: true })
    .recommend(BEFORE_CHANGE),
    ConfigKey::new(
        "change.stream.full.document",
        ValueType::String,
        (GROUP, 7),
        "Document of updates",
        "Whether update events carry the document: updateLookup reads it when the event is sent; whenAvailable and required \
         take the stored post-image.",
    )
    .high()
    .valid(Validator::Enumerator { values: FULL_DOCUMENT, letters: Letters::Exact, may_be_empty: true })
    .recommend(FULL_DOCUMENT),
    ConfigKey::new(
        "change.stream.show.expanded.events",
        ValueType::Boolean,
        (GROUP, 8),
        "Expanded events",
        "Whether events on the shape of the database (create, createIndexes, modify, …) are sent too. Needs MongoDB 6.0.",
    )
    .default("false"),
    ConfigKey::new(
        "collation",
        ValueType::String,
        (GROUP, 9),
        "Collation",
        "The rules by which the pipeline of the change stream compares text, as a JSON document: locale, strength and so on. The \
         copy does not use them.",
    )
    .high()
    .valid(Validator::Collation),
    ConfigKey::new(
        "poll.max.batch.size",
        ValueType::Int,
        (GROUP, 10),
        "Most events at once",
        "How many events are handed on together at most.",
    )
    .default("1000")
    .low()
    .valid(Validator::AtLeast(1)),
    ConfigKey::new(
        "poll.await.time.ms",
        ValueType::Long,
        (GROUP, 11),
        "Wait for events (ms)",
        "How long the server may wait for a new event before it answers with none, in milliseconds.",
    )
    .default("5000")
    .low()
    .valid(Validator::AtLeast(1)),
];
