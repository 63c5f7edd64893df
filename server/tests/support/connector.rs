//! Configurations of connectors for tests.

use serde_json::{Value, json};

/// A MongoDB that nothing listens at: connectors on it retry for ever.
pub(crate) const NOBODY: &str = "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=200&connectTimeoutMS=200";

/// A source on a MongoDB that is not there.
pub(crate) fn source_config() -> Value {
    json!({
        "connector.class": "com.mongodb.kafka.connect.MongoSourceConnector",
        "connection.uri": NOBODY,
        "database": "jee",
        "collection": "patients"
    })
}

/// The body of `POST /connectors`.
pub(crate) fn create_body(name: &str, config: &Value) -> Value {
    json!({ "name": name, "config": config })
}
