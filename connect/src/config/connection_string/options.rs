//! The options of a connection string: which exist, what the Java driver refuses in them, which values may be shown.

use super::parse::{decode, fault};
use super::{ConnectionString, ConnectionStringFault, Scheme};

/// What an option's value must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Flag,
    /// Never shown.
    Secret,
}

use Kind::{Flag, Number, Secret, Text};

/// Options known to the MongoDB drivers, in lower case.
const OPTIONS: &[(&str, Kind)] = &[
    ("appname", Text),
    ("authmechanism", Text),
    ("authmechanismproperties", Secret),
    ("authsource", Text),
    ("compressors", Text),
    ("connecttimeoutms", Number),
    ("directconnection", Flag),
    ("gssapiservicename", Text),
    ("heartbeatfrequencyms", Number),
    ("j", Flag),
    ("journal", Flag),
    ("loadbalanced", Flag),
    ("localthresholdms", Number),
    ("maxconnecting", Number),
    ("maxidletimems", Number),
    ("maxlifetimems", Number),
    ("maxpoolsize", Number),
    ("maxstalenessseconds", Number),
    ("minpoolsize", Number),
    ("proxyhost", Text),
    ("proxypassword", Secret),
    ("proxyport", Number),
    ("proxyusername", Text),
    ("readconcernlevel", Text),
    ("readpreference", Text),
    ("readpreferencetags", Text),
    ("replicaset", Text),
    ("retryreads", Flag),
    ("retrywrites", Flag),
    ("safe", Flag),
    ("servermonitoringmode", Text),
    ("serverselectiontimeoutms", Number),
    ("slaveok", Flag),
    ("sockettimeoutms", Number),
    ("srvmaxhosts", Number),
    ("srvservicename", Text),
    ("ssl", Flag),
    ("sslinvalidhostnameallowed", Flag),
    ("streamtype", Text),
    ("timeoutms", Number),
    ("tls", Flag),
    ("tlsallowinvalidcertificates", Flag),
    ("tlsallowinvalidhostnames", Flag),
    ("tlscafile", Text),
    ("tlscertificatekeyfile", Text),
    ("tlscertificatekeyfilepassword", Secret),
    ("tlsinsecure", Flag),
    ("uuidrepresentation", Text),
    ("w", Text),
    ("waitqueuetimeoutms", Number),
    ("wtimeout", Number),
    ("wtimeoutms", Number),
    ("zlibcompressionlevel", Number),
];

const READ_PREFERENCES: &[&str] = &["primary", "primarypreferred", "secondary", "secondarypreferred", "nearest"];
const READ_CONCERNS: &[&str] = &["local", "majority", "linearizable", "snapshot", "available"];
const COMPRESSORS: &[&str] = &["zlib", "snappy", "zstd"];
const UUID_REPRESENTATIONS: &[&str] = &["unspecified", "standard", "javalegacy", "csharplegacy", "pythonlegacy"];
const MECHANISMS: &[&str] =
    &["GSSAPI", "PLAIN", "MONGODB-X509", "MONGODB-CR", "MONGODB-AWS", "MONGODB-OIDC", "SCRAM-SHA-1", "SCRAM-SHA-256"];

/// The option exists.
pub(super) fn is_known(name: &str) -> bool {
    kind(name).is_some()
}

/// The option exists and its value is no secret.
pub(super) fn is_harmless(name: &str) -> bool {
    kind(name).is_some_and(|kind| kind != Secret)
}

fn kind(name: &str) -> Option<Kind> {
    let name = name.to_ascii_lowercase();
    OPTIONS.iter().find(|(option, _)| *option == name).map(|(_, kind)| *kind)
}

/// Splits and decodes the options from `start` on; `&` and `;` both separate.
pub(super) fn read(text: &str, start: usize) -> Result<Vec<(String, String)>, ConnectionStringFault> {
    let mut options = Vec::new();
    let mut at = start;
    for part in text[start..].split(['&', ';']) {
        if !part.is_empty() {
            let Some((name, value)) = part.split_once('=') else {
                let named = if is_known(part) { format!(" '{part}'") } else { String::new() };
                let message = format!(
                    "The connection string contains an invalid option{named}. It is missing the value \
                                       delimiter eg 'option=value'"
                );
                return Err(fault(at, message));
            };
            let value_at = at + name.len() + 1;
            let value = decode(value)
                .ok_or_else(|| fault(value_at, "The connection string contains an invalid percent-encoding"))?;
            if !name.is_empty() && !value.is_empty() {
                check_value(name, &value, value_at)?;
            }
            options.push((name.to_owned(), value));
        }
        at += part.len() + 1;
    }
    Ok(options)
}

fn check_value(name: &str, value: &str, at: usize) -> Result<(), ConnectionStringFault> {
    let name = name.to_ascii_lowercase();
    let one_of = |allowed: &[&str]| allowed.contains(&value.to_ascii_lowercase().as_str());
    let message = match name.as_str() {
        _ if kind(&name) == Some(Number) && value.parse::<i32>().is_err() => {
            format!("The connection string contains an invalid value for '{name}'. The value is not a valid integer")
        }
        "authmechanism" if !MECHANISMS.contains(&value) => "Unsupported authMechanism".to_owned(),
        "authmechanismproperties" if value.split(',').any(|pair| pair.split(':').count() != 2 && !is_oidc(pair)) => {
            "The connection string contains invalid authentication properties. Each must be a key value pair".to_owned()
        }
        "readpreference" if !one_of(READ_PREFERENCES) => "No match for read preference".to_owned(),
        "readpreferencetags" if value.split(',').any(|tag| tag.split(':').count() != 2) => {
            "The connection string contains an invalid read preference tag. Each must be a key value pair".to_owned()
        }
        "readconcernlevel" if !one_of(READ_CONCERNS) => "The value is not a valid readConcernLevel".to_owned(),
        "compressors" if value.split(',').any(|one| !COMPRESSORS.contains(&one)) => "Unsupported compressor".to_owned(),
        "uuidrepresentation" if !one_of(UUID_REPRESENTATIONS) => "Unknown uuid representation".to_owned(),
        "w" if value.parse::<i32>().is_ok_and(|acknowledgements| acknowledgements < 0) => {
            "state should be: w >= 0".to_owned()
        }
        "srvmaxhosts" if value.starts_with('-') => "srvMaxHosts must be >= 0".to_owned(),
        _ => return Ok(()),
    };
    Err(fault(at, message))
}

/// `ALLOWED_HOSTS` and `TOKEN_RESOURCE` of MONGODB-OIDC may hold further colons.
fn is_oidc(pair: &str) -> bool {
    pair.starts_with("TOKEN_RESOURCE:")
}

/// What the options say together, and with the rest of the text.
pub(super) fn check(parsed: &ConnectionString, hosts_start: usize) -> Result<(), ConnectionStringFault> {
    let options_at = parsed.options_start;
    let is_set = |name: &str| parsed.option(name).is_some_and(is_true);
    let has = |name: &str| parsed.option(name).is_some_and(|value| !value.is_empty());
    let is_srv = parsed.scheme == Scheme::Srv;
    let has_many_hosts = parsed.hosts.len() > 1;
    let rules: &[(bool, &str)] = &[
        (
            has("tls") && has("ssl") && is_set("tls") != is_set("ssl"),
            "Conflicting tls and ssl parameter values are not allowed",
        ),
        (
            has("tlsinsecure") && (has("tlsallowinvalidhostnames") || has("sslinvalidhostnameallowed")),
            "tlsAllowInvalidHostnames or sslInvalidHostnameAllowed set along with tlsInsecure is not allowed",
        ),
        (parsed.option("readconcernlevel") == Some(""), "The value is not a valid readConcernLevel"),
        (parsed.option("authsource") == Some(""), "authSource can not be an empty string"),
        (is_set("directconnection") && is_srv, "Direct connections are not supported when using mongodb+srv protocol"),
        (
            is_set("directconnection") && has_many_hosts,
            "Direct connections are not supported when using multiple hosts",
        ),
        (is_set("loadbalanced") && has_many_hosts, "Only one host can be specified with loadBalanced=true"),
        (is_set("loadbalanced") && has("replicaset"), "replicaSet can not be specified with loadBalanced=true"),
        (
            is_set("loadbalanced") && is_set("directconnection"),
            "directConnection=true can not be specified with loadBalanced=true",
        ),
        (has("srvmaxhosts") && !is_srv, "srvMaxHosts can only be specified with mongodb+srv protocol"),
        (has("srvservicename") && !is_srv, "srvServiceName can only be specified with mongodb+srv protocol"),
        (has("srvmaxhosts") && has("replicaset"), "srvMaxHosts can not be specified with replica set name"),
        (has("srvmaxhosts") && is_set("loadbalanced"), "srvMaxHosts can not be specified with loadBalanced=true"),
        (
            !has("readpreference") && (has("readpreferencetags") || has("maxstalenessseconds")),
            "Read preference mode must be specified if either read preference tags or max staleness is specified",
        ),
        (
            parsed.option("readpreference").is_some_and(|mode| mode.eq_ignore_ascii_case("primary"))
                && (has("readpreferencetags") || has("maxstalenessseconds")),
            "Primary read preference can not also specify tag sets, max staleness or hedge",
        ),
        (
            parsed.option("w") == Some("0") && (is_set("journal") || is_set("j")),
            "state should be: journal is false when w is 0",
        ),
    ];
    if let Some((_, message)) = rules.iter().find(|(is_broken, _)| *is_broken) {
        return Err(fault(options_at, *message));
    }
    check_credential(parsed).map_or(Ok(()), |message| Err(fault(hosts_start.min(parsed.text.len()), message)))
}

fn check_credential(parsed: &ConnectionString) -> Option<&'static str> {
    let has_user = parsed.user.is_some();
    let has_password = parsed.password.is_some();
    match parsed.option("authmechanism") {
        None if has_user && !has_password => {
            Some("Password can not be null when the authentication mechanism is unspecified")
        }
        Some("SCRAM-SHA-1" | "SCRAM-SHA-256" | "PLAIN" | "MONGODB-CR" | "GSSAPI") if !has_user => {
            Some("username can not be null")
        }
        Some("SCRAM-SHA-1" | "SCRAM-SHA-256" | "PLAIN" | "MONGODB-CR") if !has_password => {
            Some("Password can not be null for this authentication mechanism")
        }
        Some("MONGODB-X509") if has_password => Some("Invalid mechanism, MONGODB_x509 does not support passwords"),
        Some("MONGODB-AWS") if has_user && !has_password => {
            Some("Password can not be null when username is provided for MONGODB-AWS mechanism")
        }
        _ => None,
    }
}

/// The Java driver takes `true` and, from the legacy days, `1` and `yes`.
fn is_true(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "true" | "yes" | "1")
}
