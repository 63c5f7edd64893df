//! How the copy is made: what Naru adds to the official properties of it. The official software keeps these without a word and
//! ignores them.

use super::key::{ConfigKey, Validator, ValueType};

const GROUP: &str = "Startup";

pub(super) const KEYS: &[ConfigKey] = &[
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
