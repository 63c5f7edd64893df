//! How the copy is made: what Naru adds to the official properties of it. The official software keeps these without a word and
//! ignores them.

use super::key::{ConfigKey, Letters, Validator, ValueType};

const GROUP: &str = "Startup";

/// Values of `naru.copy.mode`.
const MODES: &[&str] = &["before", "interleaved"];

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "naru.copy.mode",
        ValueType::String,
        (GROUP, 15),
        "Changes during the copy",
        "When changes are published that happen during the copy: before (everything is copied before the first of them, as the \
         official connector does) or interleaved (between chunks of the copy, so that a copy may take longer than the oplog \
         reaches back).",
    )
    .default("before")
    .valid(Validator::Enumerator { values: MODES, letters: Letters::AnyCase, may_be_empty: false })
    .recommend(MODES)
    .listed_when_submitted(),
    ConfigKey::new(
        "naru.copy.parallelism",
        ValueType::Int,
        (GROUP, 14),
        "Ranges copied at once",
        "How many ranges of one collection are copied at the same time at most, beside the collections copied at once. With 1 a \
         collection is copied from its first document to its last, in the order of _id.",
    )
    .default("4")
    .valid(Validator::Between(1, 64))
    .listed_when_submitted(),
];
