//! Encryption and sign-in of Kafka clients, as the operator configured them. Part of [`super::client::ClientSettings`].

use std::fmt;
use std::path::{Path, PathBuf};

use rdkafka::config::ClientConfig;

/// Both may be absent: an open connection.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Security {
    /// The connection is encrypted.
    pub(crate) tls: Option<Tls>,
    /// A user signs in.
    pub(crate) login: Option<Login>,
}

/// How the connection is encrypted. Brokers' names are always checked against their certificates.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Tls {
    /// Authorities, PEM; `None` is the system's.
    pub(crate) ca_file: Option<PathBuf>,
    /// The client's certificate, PEM.
    pub(crate) certificate_file: Option<PathBuf>,
    /// Its key, PEM.
    pub(crate) key_file: Option<PathBuf>,
    /// The key's password.
    pub(crate) key_password: Option<String>,
}

/// Who signs in.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Login {
    /// `PLAIN`, `SCRAM-SHA-256` or `SCRAM-SHA-512`.
    pub(crate) mechanism: &'static str,
    /// The user.
    pub(crate) username: String,
    /// The password.
    pub(crate) password: String,
}

impl Security {
    /// Sets what belongs to it.
    pub(super) fn apply(&self, config: &mut ClientConfig) {
        let protocol = match (&self.tls, &self.login) {
            (None, None) => return,
            (Some(_), None) => "ssl",
            (None, Some(_)) => "sasl_plaintext",
            (Some(_), Some(_)) => "sasl_ssl",
        };
        config.set("security.protocol", protocol);
        if let Some(tls) = &self.tls {
            set_path(config, "ssl.ca.location", tls.ca_file.as_deref());
            set_path(config, "ssl.certificate.location", tls.certificate_file.as_deref());
            set_path(config, "ssl.key.location", tls.key_file.as_deref());
            if let Some(password) = &tls.key_password {
                config.set("ssl.key.password", password);
            }
        }
        if let Some(login) = &self.login {
            config.set("sasl.mechanism", login.mechanism);
            config.set("sasl.username", &login.username);
            config.set("sasl.password", &login.password);
        }
    }
}

fn set_path(config: &mut ClientConfig, name: &str, path: Option<&Path>) {
    if let Some(path) = path {
        config.set(name, path.to_string_lossy());
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tls")
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Login")
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::kafka::client::ClientSettings;
    use crate::kafka::topics::Topics;

    /// A door of the tests' Kafka that asks for sign-in, or `None` after saying why the test does not run.
    fn door(variable: &str, test: &str) -> Option<ClientSettings> {
        let servers = std::env::var(variable).ok();
        if servers.is_none() {
            eprintln!("skipped {test}: {variable} is not set");
        }
        servers.map(|servers| ClientSettings::parse(&servers).unwrap())
    }

    fn login(mechanism: &'static str, password: &str) -> Option<Login> {
        Some(Login { mechanism, username: "naru".to_owned(), password: password.to_owned() })
    }

    async fn answers(door: &ClientSettings, security: Security) -> bool {
        let topics = Topics::new(&door.clone().secured(security), "test").unwrap();
        topics.broker_count().await.is_ok()
    }

    #[tokio::test]
    async fn signs_in_with_every_mechanism_and_not_with_a_wrong_password() {
        let test = "signs_in_with_every_mechanism_and_not_with_a_wrong_password";
        let Some(door) = door("NARU_TEST_KAFKA_SIGNED", test) else { return };

        for mechanism in ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] {
            let login = login(mechanism, "naru-dev");
            assert!(answers(&door, Security { login, tls: None }).await, "{mechanism}");
        }
        let wrong = Security { login: login("SCRAM-SHA-256", "wrong"), tls: None };
        let (refused, anonymous) = tokio::join!(answers(&door, wrong), answers(&door, Security::default()));
        assert!(!refused && !anonymous);
    }

    #[tokio::test]
    async fn an_encrypted_door_opens_only_to_who_knows_its_authority() {
        let test = "an_encrypted_door_opens_only_to_who_knows_its_authority";
        let Some(door) = door("NARU_TEST_KAFKA_SECURE", test) else { return };
        let ca_file = std::env::var("NARU_TEST_KAFKA_CA_FILE").unwrap();
        let tls =
            |ca_file: Option<PathBuf>| Tls { ca_file, certificate_file: None, key_file: None, key_password: None };
        let secure = |ca_file| Security { tls: Some(tls(ca_file)), login: login("SCRAM-SHA-512", "naru-dev") };

        assert!(answers(&door, secure(Some(ca_file.into()))).await);
        assert!(!answers(&door, secure(None)).await, "its certificate comes from nobody the system knows");
    }
}
