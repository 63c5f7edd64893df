//! A configuration as text: Java properties, the Kafka Connect API's JSON, a Strimzi resource. Secrets are shown as hidden.

use connect::config::SubmittedConfig;
use connect::config::export::{json, properties, strimzi};
use connect::lifecycle::DesiredState;

use super::connectors::Connector;
use super::overview::{ShownProperty, shown_config};

/// Name of the Connect cluster in a Strimzi resource: the reader puts their own there.
const CLUSTER: &str = "my-connect";

/// The same configuration in three forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigTexts {
    /// Java properties, one line each.
    pub(crate) properties: String,
    /// The body of `POST /connectors`.
    pub(crate) json: String,
    /// A `KafkaConnector` resource.
    pub(crate) strimzi: String,
}

/// All three forms of a connector's configuration.
pub(crate) fn texts(connector: &Connector) -> ConfigTexts {
    in_forms(connector.name(), &shown_config(connector), connector.stored.desired)
}

/// All three forms of a configuration that is not stored yet.
pub(crate) fn of_properties(name: &str, shown: &[ShownProperty]) -> ConfigTexts {
    in_forms(name, shown, DesiredState::Running)
}

fn in_forms(name: &str, shown: &[ShownProperty], desired: DesiredState) -> ConfigTexts {
    let config: SubmittedConfig =
        shown.iter().map(|property| (property.name.clone(), property.value.clone())).collect();
    ConfigTexts {
        properties: properties(name, &config),
        json: json(name, &config),
        strimzi: strimzi(name, &config, CLUSTER, desired),
    }
}
