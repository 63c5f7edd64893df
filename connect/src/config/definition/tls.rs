//! Certificates for the connection to MongoDB, in files that a JVM takes as well.

use super::key::{ConfigKey, ValueType, Width};

const GROUP: &str = "SSL";

pub(super) const KEYS: &[ConfigKey] = &[
    ConfigKey::new(
        "connection.ssl.truststore",
        ValueType::String,
        (GROUP, 1),
        "Trust store",
        "File with the authorities that the server's certificate is checked against: PKCS#12 or PEM. It needs tls=true in \
         connection.uri.",
    )
    .width(Width::Long),
    ConfigKey::new(
        "connection.ssl.truststorePassword",
        ValueType::Password,
        (GROUP, 2),
        "Trust store password",
        "Password of the trust store.",
    ),
    ConfigKey::new(
        "connection.ssl.keystore",
        ValueType::String,
        (GROUP, 3),
        "Key store",
        "File with the certificate that identifies this client, and its key: PKCS#12 or PEM. It needs tls=true in \
         connection.uri.",
    )
    .width(Width::Long),
    ConfigKey::new(
        "connection.ssl.keystorePassword",
        ValueType::Password,
        (GROUP, 4),
        "Key store password",
        "Password of the key store and of the key in it.",
    ),
];
