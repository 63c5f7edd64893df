//! How to reach MongoDB: the connection string and what the properties beside it say.

use std::fmt;

/// How to reach MongoDB. `Debug` shows neither the connection string nor a password.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectionConfig {
    /// `connection.uri` in the form that the MongoDB driver takes
    /// ([`crate::config::connection_string::ConnectionString::for_driver`]): a secret.
    pub uri: String,
    /// `server.api.*`; `None` declares no version of the Stable API.
    pub server_api: Option<ServerApi>,
    /// `connection.ssl.truststore`: who may vouch for the server. Takes the place of `tlsCAFile`.
    pub trust_store: Option<KeyStore>,
    /// `connection.ssl.keystore`: the certificate that this client shows. Takes the place of `tlsCertificateKeyFile`.
    pub key_store: Option<KeyStore>,
    /// `provider`: a suffix to the client's name in the handshake, empty for none.
    pub provider: String,
}

impl ConnectionConfig {
    /// A connection string and nothing beside it.
    pub fn of_uri(uri: impl Into<String>) -> Self {
        Self { uri: uri.into(), server_api: None, trust_store: None, key_store: None, provider: String::new() }
    }
}

impl fmt::Debug for ConnectionConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ConnectionConfig")
    }
}

/// The Stable API, of which version 1 is the only one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerApi {
    /// `server.api.strict`: what is not part of it is refused.
    pub is_strict: bool,
    /// `server.api.deprecation.errors`: what it deprecates is refused.
    pub has_deprecation_errors: bool,
}

/// A file of certificates or keys. `Debug` never shows the password.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyStore {
    /// The file: PKCS#12 or PEM.
    pub path: String,
    /// Its password, trimmed; a secret. `None` where none was set.
    pub password: Option<String>,
}

impl fmt::Debug for KeyStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KeyStore").field("path", &self.path).finish_non_exhaustive()
    }
}
