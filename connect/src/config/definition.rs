//! The property definitions: what a MongoDB source can be set to, as data, in the shape in which Kafka's `ConfigDef` shows it.
//!
//! One file a group holds the table of that group; [`definitions`] lists them in the order of Kafka Connect's validate call.
//! Validation, the Kafka Connect API and the portal's forms are all drawn from here, so a fact about a property stands in one
//! place. Must not know values: see [`super::validate`].

mod change_stream;
mod common;
mod connection;
mod converter;
mod copying;
mod custom_auth;
mod dead_letters;
mod error_handling;
mod errors;
mod exactly_once;
mod key;
mod offsets_topic;
mod own;
mod partition;
mod schema;
mod server_api;
mod startup;
mod tls;
mod topic_creation;
mod topic_mapping;

use std::borrow::Cow;
use std::sync::LazyLock;

pub use converter::converter_definitions;
pub use key::{ConfigKey, Default, Importance, Listing, ValueType, Width};
pub(super) use key::{Letters, Validator};
pub(super) use topic_creation::{PARTITIONS, REPLICAS, topic_group_key};

/// The class of the MongoDB source connector.
pub const SOURCE_CLASS: &str = "com.mongodb.kafka.connect.MongoSourceConnector";

/// Groups in the order of Kafka Connect's validate call; the last, nameless one holds an internal property.
pub const GROUPS: &[&str] = &[
    "Common",
    "Transforms",
    "Predicates",
    "Error Handling",
    "Topic Creation",
    "Exactly Once Support",
    "offsets.topic",
    "Connection",
    "Server Api",
    "SSL",
    "Change stream",
    "Topic mapping",
    "Schema",
    "Startup",
    "Errors",
    "Partition",
    "",
];

/// In the order of the validate call: the framework's, among them two that the connector redefines, then the connector's.
const TABLES: &[&[ConfigKey]] = &[
    common::KEYS,
    error_handling::RETRIES,
    errors::SHARED,
    error_handling::LOGGING,
    topic_creation::KEYS,
    exactly_once::KEYS,
    offsets_topic::KEYS,
    connection::KEYS,
    server_api::KEYS,
    tls::KEYS,
    custom_auth::KEYS,
    change_stream::KEYS,
    topic_mapping::KEYS,
    schema::KEYS,
    startup::KEYS,
    errors::OWN,
    dead_letters::KEYS,
    partition::KEYS,
    copying::KEYS,
    own::KEYS,
];

static DEFINITIONS: LazyLock<Vec<ConfigKey>> =
    LazyLock::new(|| TABLES.iter().flat_map(|table| table.to_vec()).collect());

/// Every property, those that are listed only once submitted included, in the order of the validate call.
pub fn definitions() -> &'static [ConfigKey] {
    &DEFINITIONS
}

/// The definition of a property.
pub fn find(name: &str) -> Option<&'static ConfigKey> {
    definitions().iter().find(|key| key.name == name)
}

/// The property's value is a secret: never shown, never logged, stored sealed.
///
/// Known secrets by type; of other properties, those whose name says so (`producer.override.sasl.jaas.config`,
/// `mongo.custom.auth.password`), because an unknown property is kept as it is and may hold anything.
pub fn is_secret(name: &str) -> bool {
    match find(name) {
        Some(key) => key.value_type == ValueType::Password,
        None => {
            let name = name.to_ascii_lowercase();
            SECRET_WORDS.iter().any(|word| name.contains(word))
        }
    }
}

const SECRET_WORDS: &[&str] = &[
    "password",
    "passwd",
    "secret",
    "token",
    "credential",
    "jaas",
    "private.key",
    "privatekey",
    "api.key",
    "apikey",
    "connection.uri",
    "connection.url",
];

/// Names of the properties that are secrets by their type.
pub fn secret_names() -> impl Iterator<Item = &'static str> {
    definitions().iter().filter(|key| key.value_type == ValueType::Password).map(|key| &*key.name)
}

/// What `GET /connector-plugins/{plugin}/config` lists for the source: the connector's own properties, then the framework's,
/// with no defaults for converters.
pub fn source_plugin_definitions() -> Vec<ConfigKey> {
    let own = [
        connection::KEYS,
        server_api::KEYS,
        tls::KEYS,
        change_stream::KEYS,
        topic_mapping::KEYS,
        schema::KEYS,
        startup::KEYS,
        &errors::in_order(),
        partition::KEYS,
    ];
    let framework = [
        common::KEYS,
        error_handling::RETRIES,
        error_handling::LOGGING,
        topic_creation::KEYS,
        exactly_once::KEYS,
        offsets_topic::KEYS,
    ];
    let framework = framework.concat().into_iter().map(|mut key| {
        if key.name.contains("converter") {
            key.default = Default::Null;
        }
        key
    });
    own.concat().into_iter().chain(framework).filter(|key| key.listing == Listing::Always).collect()
}

/// A plain definition for a property that has none of its own.
pub(super) fn plain_definition(name: &str) -> ConfigKey {
    ConfigKey {
        name: Cow::Owned(name.to_owned()),
        ..ConfigKey::new("", ValueType::String, ("", -1), "", "Not a property of the connector.")
            .without_group()
            .without_default(Default::Null)
            .low()
            .width(Width::None)
            .listed_when_submitted()
    }
}

/// A key of a converter under the prefix of the property that names the converter.
fn prefixed(prefix: &str, key: &ConfigKey) -> ConfigKey {
    ConfigKey { name: Cow::Owned(format!("{prefix}.{}", key.name)), ..key.clone() }
}

#[cfg(test)]
mod tests;
