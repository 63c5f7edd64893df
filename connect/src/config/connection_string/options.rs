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

/// What becomes of an option on its way to the MongoDB driver in use here, which refuses what it does not know.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// The driver has it.
    Passed,
    /// Without effect on a client that only reads raw documents: left out.
    Idle,
    /// It would have an effect, and the driver here does not have it.
    Missing,
    /// The same, when it is switched on.
    MissingIfTrue,
}

use Fate::{Idle, Missing, MissingIfTrue, Passed};
use Kind::{Flag, Number, Secret, Text};

/// Options known to MongoDB's drivers, in lower case.
const OPTIONS: &[(&str, Kind, Fate)] = &[
    ("appname", Text, Passed),
    ("authmechanism", Text, Passed),
    ("authmechanismproperties", Secret, Passed),
    ("authsource", Text, Passed),
    ("compressors", Text, Passed),
    ("connecttimeoutms", Number, Passed),
    ("directconnection", Flag, Passed),
    ("gssapiservicename", Text, Idle),
    ("heartbeatfrequencyms", Number, Passed),
    ("j", Flag, Idle),
    ("journal", Flag, Passed),
    ("loadbalanced", Flag, Passed),
    ("localthresholdms", Number, Passed),
    ("maxconnecting", Number, Passed),
    ("maxidletimems", Number, Passed),
    ("maxlifetimems", Number, Idle),
    ("maxpoolsize", Number, Passed),
    ("maxstalenessseconds", Number, Passed),
    ("minpoolsize", Number, Passed),
    ("proxyhost", Text, Missing),
    ("proxypassword", Secret, Missing),
    ("proxyport", Number, Missing),
    ("proxyusername", Text, Missing),
    ("readconcernlevel", Text, Passed),
    ("readpreference", Text, Passed),
    ("readpreferencetags", Text, Passed),
    ("replicaset", Text, Passed),
    ("retryreads", Flag, Passed),
    ("retrywrites", Flag, Passed),
    ("safe", Flag, Idle),
    ("servermonitoringmode", Text, Passed),
    ("serverselectiontimeoutms", Number, Passed),
    ("slaveok", Flag, Idle),
    ("sockettimeoutms", Number, Passed),
    ("srvmaxhosts", Number, Passed),
    ("srvservicename", Text, Passed),
    ("ssl", Flag, Passed),
    ("sslinvalidhostnameallowed", Flag, MissingIfTrue),
    ("streamtype", Text, Idle),
    ("timeoutms", Number, Missing),
    ("tls", Flag, Passed),
    ("tlsallowinvalidcertificates", Flag, Passed),
    ("tlsallowinvalidhostnames", Flag, MissingIfTrue),
    ("tlscafile", Text, Passed),
    ("tlscertificatekeyfile", Text, Passed),
    ("tlscertificatekeyfilepassword", Secret, Missing),
    ("tlsinsecure", Flag, Passed),
    ("uuidrepresentation", Text, Idle),
    ("w", Text, Passed),
    ("waitqueuetimeoutms", Number, Passed),
    ("wtimeout", Number, Idle),
    ("wtimeoutms", Number, Passed),
    ("zlibcompressionlevel", Number, Passed),
];

/// Authentication that the driver here does not have.
const MISSING_MECHANISMS: &[&str] = &["GSSAPI", "MONGODB-AWS", "MONGODB-OIDC"];

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
    OPTIONS.iter().find(|(option, _, _)| *option == name).map(|(_, kind, _)| *kind)
}

fn fate(name: &str) -> Option<Fate> {
    let name = name.to_ascii_lowercase();
    OPTIONS.iter().find(|(option, _, _)| *option == name).map(|(_, _, fate)| *fate)
}

/// The name of an option that would have an effect and that the driver here does not have.
pub(super) fn missing(options: &[(String, String)]) -> Option<&'static str> {
    options.iter().filter(|(_, value)| !value.is_empty()).find_map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        let (known, _, fate) = OPTIONS.iter().find(|(option, _, _)| *option == name)?;
        let is_missing = match fate {
            Missing => true,
            MissingIfTrue => is_true(value),
            Passed => *known == "authmechanism" && MISSING_MECHANISMS.contains(&value.as_str()),
            Idle => false,
        };
        is_missing.then_some(*known)
    })
}

/// The option in the form in which the driver here takes it; `None` for one that is left out.
pub(super) fn for_driver(name: &str, value: &str) -> Option<String> {
    if value.is_empty() || fate(name) != Some(Passed) {
        return None;
    }
    match (kind(name)?, name.to_ascii_lowercase().as_str()) {
        // The Java driver takes more words for yes, and ignores what is neither.
        (Flag, _) if is_true(value) => Some("true".to_owned()),
        (Flag, _) if is_false(value) => Some("false".to_owned()),
        (Flag, _) => None,
        // Less than nothing means "as if not given".
        (Number, _) if value.starts_with('-') => None,
        // Gone from servers: the Java driver negotiates instead.
        (_, "authmechanism") if value == "MONGODB-CR" => None,
        _ => Some(value.to_owned()),
    }
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

fn is_false(value: &str) -> bool {
    matches!(value.to_ascii_lowercase().as_str(), "false" | "no" | "0")
}
