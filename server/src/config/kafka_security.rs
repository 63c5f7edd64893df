//! How the Kafka is signed in to and whether the connection is encrypted: `NARU_KAFKA_SECURITY_PROTOCOL` and what belongs to it.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::kafka::security::{Login, Security, Tls};

/// `security.protocol`, in Kafka's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum SecurityProtocol {
    /// Neither.
    #[default]
    Plaintext,
    /// Encrypted; a client certificate may sign in.
    Ssl,
    /// User and password over an open connection.
    SaslPlaintext,
    /// User and password, encrypted.
    SaslSsl,
}

/// `sasl.mechanism`, in Kafka's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SaslMechanism {
    /// The password is sent as it is.
    #[value(name = "PLAIN")]
    Plain,
    /// Challenge and response over SHA-256.
    #[value(name = "SCRAM-SHA-256")]
    ScramSha256,
    /// Challenge and response over SHA-512.
    #[value(name = "SCRAM-SHA-512")]
    ScramSha512,
}

impl SaslMechanism {
    /// Kafka's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha512 => "SCRAM-SHA-512",
        }
    }
}

/// Encryption and sign-in. Passwords are in files, so `Debug` shows none.
#[derive(Debug, Clone, Default, Args)]
pub struct KafkaSecurityConfig {
    /// plaintext, ssl, sasl_plaintext or sasl_ssl.
    #[arg(
        long = "kafka-security-protocol",
        env = "NARU_KAFKA_SECURITY_PROTOCOL",
        value_enum,
        ignore_case = true,
        default_value = "plaintext"
    )]
    pub security_protocol: SecurityProtocol,
    /// Certificates of the authorities that the brokers' certificates come from, PEM; without it those of the system.
    #[arg(long = "kafka-ca-file", env = "NARU_KAFKA_CA_FILE")]
    pub ca_file: Option<PathBuf>,
    /// The client's certificate and its chain, PEM.
    #[arg(long = "kafka-certificate-file", env = "NARU_KAFKA_CERTIFICATE_FILE")]
    pub certificate_file: Option<PathBuf>,
    /// The key of the client's certificate, PEM.
    #[arg(long = "kafka-key-file", env = "NARU_KAFKA_KEY_FILE")]
    pub key_file: Option<PathBuf>,
    /// A file that holds the password of the key.
    #[arg(long = "kafka-key-password-file", env = "NARU_KAFKA_KEY_PASSWORD_FILE")]
    pub key_password_file: Option<PathBuf>,
    /// PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.
    #[arg(long = "kafka-sasl-mechanism", env = "NARU_KAFKA_SASL_MECHANISM", value_enum, ignore_case = true)]
    pub sasl_mechanism: Option<SaslMechanism>,
    /// The user.
    #[arg(long = "kafka-sasl-username", env = "NARU_KAFKA_SASL_USERNAME")]
    pub sasl_username: Option<String>,
    /// A file that holds the user's password.
    #[arg(long = "kafka-sasl-password-file", env = "NARU_KAFKA_SASL_PASSWORD_FILE")]
    pub sasl_password_file: Option<PathBuf>,
}

impl KafkaSecurityConfig {
    /// Reads the files, and checks that what is set belongs together.
    ///
    /// # Errors
    /// Sentences for the operator; none holds what is in a file.
    pub(crate) fn security(&self) -> Result<Security, Vec<String>> {
        let problems = self.mismatches();
        if !problems.is_empty() {
            return Err(problems);
        }
        let (is_encrypted, has_login) = self.parts();
        let tls = if is_encrypted { Some(self.tls()?) } else { None };
        let login = if has_login { Some(self.login()?) } else { None };
        Ok(Security { tls, login })
    }

    /// Why [`Self::security`] would refuse, if it would.
    pub fn problems(&self) -> Vec<String> {
        self.security().err().unwrap_or_default()
    }

    /// Whether the connection is encrypted, and whether there is a user.
    fn parts(&self) -> (bool, bool) {
        match self.security_protocol {
            SecurityProtocol::Plaintext => (false, false),
            SecurityProtocol::Ssl => (true, false),
            SecurityProtocol::SaslPlaintext => (false, true),
            SecurityProtocol::SaslSsl => (true, true),
        }
    }

    /// Settings that say nothing under the protocol, or that lack another one.
    fn mismatches(&self) -> Vec<String> {
        let (is_encrypted, has_login) = self.parts();
        let mut problems = Vec::new();
        for (name, is_set) in [
            ("NARU_KAFKA_CA_FILE", self.ca_file.is_some()),
            ("NARU_KAFKA_CERTIFICATE_FILE", self.certificate_file.is_some()),
            ("NARU_KAFKA_KEY_FILE", self.key_file.is_some()),
            ("NARU_KAFKA_KEY_PASSWORD_FILE", self.key_password_file.is_some()),
        ] {
            if is_set && !is_encrypted {
                problems.push(format!("{name} needs NARU_KAFKA_SECURITY_PROTOCOL=ssl or sasl_ssl"));
            }
        }
        for (name, is_set) in [
            ("NARU_KAFKA_SASL_MECHANISM", self.sasl_mechanism.is_some()),
            ("NARU_KAFKA_SASL_USERNAME", self.sasl_username.is_some()),
            ("NARU_KAFKA_SASL_PASSWORD_FILE", self.sasl_password_file.is_some()),
        ] {
            if is_set != has_login {
                let text = if has_login { "is needed with" } else { "needs" };
                problems.push(format!("{name} {text} NARU_KAFKA_SECURITY_PROTOCOL=sasl_plaintext or sasl_ssl"));
            }
        }
        if self.certificate_file.is_some() != self.key_file.is_some() {
            problems.push("NARU_KAFKA_CERTIFICATE_FILE and NARU_KAFKA_KEY_FILE belong together".to_owned());
        }
        problems
    }

    fn tls(&self) -> Result<Tls, Vec<String>> {
        for (name, path) in [
            ("NARU_KAFKA_CA_FILE", &self.ca_file),
            ("NARU_KAFKA_CERTIFICATE_FILE", &self.certificate_file),
            ("NARU_KAFKA_KEY_FILE", &self.key_file),
        ] {
            if let Some(path) = path {
                read(name, path)?;
            }
        }
        let key_password = match &self.key_password_file {
            Some(path) => Some(line(&read("NARU_KAFKA_KEY_PASSWORD_FILE", path)?)),
            None => None,
        };
        Ok(Tls {
            ca_file: self.ca_file.clone(),
            certificate_file: self.certificate_file.clone(),
            key_file: self.key_file.clone(),
            key_password,
        })
    }

    fn login(&self) -> Result<Login, Vec<String>> {
        let (Some(mechanism), Some(username), Some(path)) =
            (self.sasl_mechanism, &self.sasl_username, &self.sasl_password_file)
        else {
            return Err(self.mismatches());
        };
        let password = line(&read("NARU_KAFKA_SASL_PASSWORD_FILE", path)?);
        Ok(Login { mechanism: mechanism.name(), username: username.clone(), password })
    }
}

fn read(name: &str, path: &Path) -> Result<String, Vec<String>> {
    std::fs::read_to_string(path).map_err(|error| vec![format!("{name}={} cannot be read ({error})", path.display())])
}

/// Editors end files with a line break that is no part of a password.
fn line(text: &str) -> String {
    text.trim_end_matches(['\r', '\n']).to_owned()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn file(name: &str, text: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("naru-{}-{name}", uuid::Uuid::now_v7()));
        std::fs::write(&path, text).unwrap();
        path
    }

    fn with_login() -> KafkaSecurityConfig {
        KafkaSecurityConfig {
            security_protocol: SecurityProtocol::SaslPlaintext,
            sasl_mechanism: Some(SaslMechanism::ScramSha512),
            sasl_username: Some("naru".to_owned()),
            sasl_password_file: Some(file("password", "canary secret\n")),
            ..KafkaSecurityConfig::default()
        }
    }

    #[test]
    fn nothing_set_is_an_open_connection() {
        assert_eq!(KafkaSecurityConfig::default().security().unwrap(), Security::default());
    }

    #[test]
    fn a_password_is_read_without_its_line_break_and_never_shown() {
        let config = with_login();

        let security = config.security().unwrap();

        assert_eq!(security.login.as_ref().unwrap().password, "canary secret");
        assert!(!format!("{security:?} {config:?}").contains("canary"));
    }

    #[test]
    fn what_does_not_belong_together_is_told_at_once() {
        let plain = KafkaSecurityConfig {
            ca_file: Some(PathBuf::from("/ca.pem")),
            sasl_username: Some("naru".to_owned()),
            ..KafkaSecurityConfig::default()
        };
        assert_eq!(plain.problems().len(), 2, "{:?}", plain.problems());

        let lone =
            KafkaSecurityConfig { security_protocol: SecurityProtocol::SaslSsl, ..KafkaSecurityConfig::default() };
        assert_eq!(lone.problems().len(), 3, "{:?}", lone.problems());
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let config =
            KafkaSecurityConfig { sasl_password_file: Some(PathBuf::from("/nowhere/password")), ..with_login() };

        let problems = config.problems();

        assert!(
            problems[0].starts_with("NARU_KAFKA_SASL_PASSWORD_FILE=/nowhere/password cannot be read"),
            "{problems:?}"
        );
    }
}
