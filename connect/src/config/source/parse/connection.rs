//! What belongs to the connection.

use crate::config::connection_string::ConnectionString;
use crate::config::value::Values;
use crate::config::{ConnectionConfig, KeyStore, ServerApi};

pub(super) fn connection(values: &Values<'_>, connection_string: &ConnectionString) -> ConnectionConfig {
    let has_server_api = !values.text("server.api.version").is_empty();
    ConnectionConfig {
        uri: connection_string.for_driver(),
        server_api: has_server_api.then(|| ServerApi {
            is_strict: values.flag("server.api.strict"),
            has_deprecation_errors: values.flag("server.api.deprecation.errors"),
        }),
        trust_store: store(values, "connection.ssl.truststore"),
        key_store: store(values, "connection.ssl.keystore"),
        provider: values.text("provider").into_owned(),
    }
}

fn store(values: &Values<'_>, name: &str) -> Option<KeyStore> {
    let path = values.text(name);
    let password = values.text(&format!("{name}Password"));
    (!path.is_empty()).then(|| KeyStore {
        path: path.into_owned(),
        password: Some(password.into_owned()).filter(|password| !password.is_empty()),
    })
}
