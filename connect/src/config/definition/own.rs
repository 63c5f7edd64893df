//! What Naru adds to the official properties of the source. The official software keeps these without a word and ignores them.

use super::key::{ConfigKey, Letters, Validator, ValueType};

const STREAM: &str = "Change stream";

/// Values of `naru.ddl.events`.
const DDL: &[&str] = &["publish", "ignore", "stop"];

/// Values of `naru.on.lost.position`.
const LOST: &[&str] = &["stop", "resume.by.time", "recopy", "skip"];

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "naru.namespaces.include",
        ValueType::String,
        (STREAM, 12),
        "Namespaces",
        "What is copied and followed, beside database: Java regular expressions for the whole of database.collection, separated \
         by commas. Empty takes everything.",
    )
    .valid(Validator::Namespaces)
    .listed_when_submitted(),
    ConfigKey::new(
        "naru.namespaces.exclude",
        ValueType::String,
        (STREAM, 13),
        "Namespaces left out",
        "What is neither copied nor followed: Java regular expressions for the whole of database.collection, separated by commas.",
    )
    .valid(Validator::Namespaces)
    .listed_when_submitted(),
    ConfigKey::new(
        "naru.ddl.events",
        ValueType::String,
        (STREAM, 14),
        "Drops and renames",
        "What is done about drop, rename, dropDatabase and invalidate: publish (as the official connector does), ignore, or stop \
         (publish it and stop behind it).",
    )
    .default("publish")
    .valid(Validator::Enumerator { values: DDL, letters: Letters::AnyCase, may_be_empty: false })
    .recommend(DDL)
    .listed_when_submitted(),
    ConfigKey::new(
        "naru.on.lost.position",
        ValueType::String,
        (STREAM, 15),
        "Lost position",
        "What is done about a position that MongoDB cannot resume any more: stop, resume.by.time (while the oplog still has it), \
         recopy (everything in scope) or skip (go on from now; the history says what is missing).",
    )
    .default("stop")
    .valid(Validator::Enumerator { values: LOST, letters: Letters::AnyCase, may_be_empty: false })
    .recommend(LOST)
    .listed_when_submitted(),
];
