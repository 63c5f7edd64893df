//! Where the data comes from.

use super::key::{ConfigKey, Validator, ValueType};

const GROUP: &str = "Connection";

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "connection.uri",
        ValueType::Password,
        (GROUP, 1),
        "Connection string",
        "The MongoDB connection string: mongodb://user:password@host/?options, or mongodb+srv://. The server must be a \
         replica set or a sharded cluster.",
    )
    .default("mongodb://localhost:27017,localhost:27018,localhost:27019")
    .high()
    .valid(Validator::ConnectionString),
    ConfigKey::new(
        "database",
        ValueType::String,
        (GROUP, 2),
        "Database",
        "The database to watch. Empty watches the whole deployment.",
    ),
    ConfigKey::new(
        "collection",
        ValueType::String,
        (GROUP, 3),
        "Collection",
        "The one collection to watch; it needs database. Empty watches every collection.",
    ),
];
