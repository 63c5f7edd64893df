//! A MongoDB connection string taken apart by the rules of the Java driver, with the place of every fault and no way to print
//! its password.
//!
//! Used by validation (texts as the official connector gives them), by the default offset partition name, and by the portal's
//! connection field. It never resolves a name and never connects. No message, `Debug` or `Display` made here repeats any part
//! of the text but the scheme, the user, the hosts and the options known to be harmless, and those only once the text has
//! been understood: in a malformed one nobody can tell where the password ends.

mod extract;
mod options;
mod parse;

use std::fmt;

pub use extract::extract;

/// Whether hosts are listed or looked up by DNS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `mongodb://`
    Standard,
    /// `mongodb+srv://`
    Srv,
}

impl Scheme {
    /// The scheme as it is written, slashes included.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Standard => "mongodb://",
            Self::Srv => "mongodb+srv://",
        }
    }
}

/// Why a text is not a connection string. Holds no part of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConnectionStringFault {
    /// Byte offset of the fault in the text.
    pub offset: usize,
    /// The official text, values left out.
    pub message: String,
}

/// A connection string that the Java driver would accept.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectionString {
    text: String,
    scheme: Scheme,
    user: Option<String>,
    password: Option<std::ops::Range<usize>>,
    hosts: Vec<String>,
    database: Option<String>,
    collection: Option<String>,
    options: Vec<(String, String)>,
    options_start: usize,
}

impl ConnectionString {
    /// Reads a connection string.
    ///
    /// # Errors
    /// The first fault, with its place.
    pub fn parse(text: &str) -> Result<Self, ConnectionStringFault> {
        parse::parse(text)
    }

    /// Listed hosts or a DNS name.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The user name, decoded.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// A password is part of the text (it may be empty).
    pub fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// The password, decoded. The only way to it, for the one who has to store it apart.
    pub fn reveal_password(&self) -> Option<String> {
        self.password.clone().and_then(|range| parse::decode(&self.text[range]))
    }

    /// Hosts as typed and in their order: `name`, `name:port`, `[v6]:port` or a socket path.
    pub fn hosts(&self) -> &[String] {
        &self.hosts
    }

    /// The database after the slash, decoded.
    pub fn default_database(&self) -> Option<&str> {
        self.database.as_deref()
    }

    /// Options in their order, names as typed, values decoded. Some values are secrets: see [`Self::shown_options`].
    pub fn options(&self) -> &[(String, String)] {
        &self.options
    }

    /// The value of an option, whatever the case of its name; the last one wins.
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.iter().rev().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Options as they may be shown: values that are or may hold secrets read `****`.
    pub fn shown_options(&self) -> impl Iterator<Item = (&str, &str)> {
        self.options
            .iter()
            .map(|(name, value)| (name.as_str(), if options::is_harmless(name) { value.as_str() } else { "****" }))
    }

    /// The default offset partition name of the official connector: scheme, sorted hosts as typed, `/`, database and
    /// collection as the connector's properties name them.
    pub fn offset_partition_name(&self, database: &str, collection: &str) -> String {
        let mut hosts = self.hosts.clone();
        hosts.sort_by(|left, right| left.encode_utf16().cmp(right.encode_utf16()));
        let dot = if collection.is_empty() { "" } else { "." };
        format!("{}{}/{database}{dot}{collection}", self.scheme.prefix(), hosts.join(","))
    }

    /// The text with its password left out and the colon before it kept away: what a form may show and store openly, as long
    /// as no option is a secret.
    pub fn without_password(&self) -> String {
        match &self.password {
            Some(range) => format!("{}{}", &self.text[..range.start - 1], &self.text[range.end..]),
            None => self.text.clone(),
        }
    }

    /// The text with another password, encoded; unchanged when it has no user.
    pub fn with_password(&self, password: &str) -> String {
        let encoded = parse::encode(password);
        match (&self.password, &self.user) {
            (Some(range), _) => format!("{}{encoded}{}", &self.text[..range.start], &self.text[range.end..]),
            (None, Some(_)) => self.text.replacen('@', &format!(":{encoded}@"), 1),
            (None, None) => self.text.clone(),
        }
    }

    /// The text with passwords and unknown options masked, for people: `mongodb://user:****@host/db?w=majority`.
    pub fn redacted(&self) -> String {
        let mut out = self.scheme.prefix().to_owned();
        // An at-sign that did not end a user: `user:12/34@host` reads as host and database, but was meant otherwise.
        if self.user.is_none() && self.text.contains('@') {
            return out + "****";
        }
        if let Some(user) = &self.user {
            out.push_str(&parse::encode(user));
            out.push_str(if self.password.is_some() { ":****@" } else { "@" });
        }
        out.push_str(&self.hosts.join(","));
        if self.database.is_some() || !self.options.is_empty() {
            out.push('/');
        }
        if let Some(database) = &self.database {
            out.push_str(database);
        }
        if let Some(collection) = &self.collection {
            out.push('.');
            out.push_str(collection);
        }
        for (index, (name, value)) in self.shown_options().enumerate() {
            out.push(if index == 0 { '?' } else { '&' });
            out.push_str(if options::is_known(name) { name } else { "****" });
            out.push('=');
            out.push_str(value);
        }
        out
    }
}

/// A connection string as it may be shown, whatever its state: redacted when it is understood, all stars when it is not.
pub fn redact(text: &str) -> String {
    ConnectionString::parse(text).map_or_else(|_| "****".to_owned(), |parsed| parsed.redacted())
}

impl fmt::Debug for ConnectionString {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("ConnectionString").field(&self.redacted()).finish()
    }
}

impl fmt::Display for ConnectionString {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.redacted())
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use proptest::prelude::*;

    use super::*;

    /// Connection strings and what the Java driver made of them.
    const VECTORS: &str = include_str!("../../tests/data/connection-strings.json");

    #[test]
    fn reads_what_the_java_driver_reads() {
        // A host without a name, which the Java driver lets through only to fail later.
        let refused_here = ["mongodb://:27017"];
        // Known to newer drivers.
        let accepted_here = ["mongodb://h/?authMechanism=MONGODB-OIDC"];
        let vectors: Vec<serde_json::Value> = serde_json::from_str(VECTORS).unwrap();
        let mut wrong = Vec::new();
        for vector in &vectors {
            let uri = vector["uri"].as_str().unwrap();
            let found = ConnectionString::parse(uri);
            let is_right = match (&found, vector["fault"].as_str()) {
                (Ok(_), Some(_)) => accepted_here.contains(&uri),
                (Err(_), None) => refused_here.contains(&uri),
                (Err(fault), Some(_)) => fault.offset <= uri.len(),
                (Ok(found), None) => {
                    let mut hosts = found.hosts().to_vec();
                    hosts.sort();
                    serde_json::json!({
                        "uri": uri,
                        "sorted_hosts": hosts,
                        "database": found.default_database(),
                        "user": found.user(),
                        "is_srv": found.scheme() == Scheme::Srv,
                    }) == *vector
                }
            };
            if !is_right {
                wrong.push(format!("{vector}\n  gave {found:?}"));
            }
        }

        assert!(vectors.len() > 130);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn messages_are_the_official_ones_without_values() {
        let cases = [
            (
                "http://x",
                0,
                "The connection string is invalid. Connection strings must start with either 'mongodb://' or 'mongodb+srv://",
            ),
            ("mongodb://h?x=1", 11, "The connection string contains options without trailing slash"),
            ("mongodb://:p@h", 10, "No username is provided in the connection string"),
            ("mongodb://u:p%2@h", 13, "The connection string contains an invalid percent-encoding"),
            ("mongodb://a,h:x/", 14, parse_port_message()),
            ("mongodb+srv://a.b:1", 17, "Host for when using mongodb+srv protocol can not contain a port"),
            ("mongodb://h/d b", 13, "state should be: databaseName does not contain ' '"),
            (
                "mongodb://a,b/?directConnection=true",
                15,
                "Direct connections are not supported when using multiple hosts",
            ),
            (
                "mongodb://h/?maxPoolSize=many",
                25,
                "The connection string contains an invalid value for 'maxpoolsize'. The value is not a valid integer",
            ),
        ];
        for (uri, offset, message) in cases {
            let fault = ConnectionString::parse(uri).unwrap_err();
            assert_eq!((fault.offset, fault.message.as_str()), (offset, message), "{uri}");
        }
    }

    fn parse_port_message() -> &'static str {
        "The connection string contains an invalid host. The port is not a valid, it must be an integer between 0 and 65535"
    }

    #[test]
    fn the_password_can_be_taken_out_and_put_back() {
        let parsed = ConnectionString::parse("mongodb://an%40n:s%3Acret@h:1/db?w=majority").unwrap();

        assert_eq!(parsed.user(), Some("an@n"));
        assert_eq!(parsed.reveal_password().as_deref(), Some("s:cret"));
        assert_eq!(parsed.without_password(), "mongodb://an%40n@h:1/db?w=majority");
        assert_eq!(parsed.redacted(), "mongodb://an%40n:****@h:1/db?w=majority");
        let other = ConnectionString::parse(&parsed.with_password("n@w:1")).unwrap();
        assert_eq!(other.reveal_password().as_deref(), Some("n@w:1"));
        assert_eq!(other.hosts(), parsed.hosts());
    }

    #[test]
    fn secret_and_unknown_options_are_masked() {
        let text = "mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:tok&my=thing&appName=x";
        let parsed = ConnectionString::parse(text).unwrap();

        assert_eq!(parsed.redacted(), "mongodb://h/?authMechanismProperties=****&****=****&appName=x");
    }

    #[test]
    fn what_is_not_understood_is_all_stars() {
        assert_eq!(redact("mongodb://u:p@ss@host"), "****");
        assert_eq!(redact("hunter2"), "****");
        assert_eq!(redact("mongodb://user:1234/56@host"), "mongodb://****");
    }

    proptest! {
        #[test]
        fn a_password_never_shows(
            user in "[a-z]{1,8}",
            password in "[A-Z0-9#!@:/?&=% ]{6,16}",
            encoded in any::<bool>(),
            tail in prop_oneof![Just(""), Just("/db"), Just("/?w=majority"), Just("/db?x=%zz"), Just(":x"), Just("/?maxPoolSize=x")],
        ) {
            let written = if encoded { parse::encode(&password) } else { password.clone() };
            let text = format!("mongodb://{user}:{written}@host{tail}");

            let shown = match ConnectionString::parse(&text) {
                Ok(parsed) => format!("{parsed} {parsed:?} {}", parsed.redacted()),
                Err(fault) => format!("{fault} {fault:?}"),
            };

            prop_assert!(!shown.contains(&password), "{shown}");
            prop_assert!(!shown.contains(&written), "{shown}");
            prop_assert!(!redact(&text).contains(&written));
        }

        #[test]
        fn any_text_is_read_without_panic(text in "(mongodb(\\+srv)?://)?[ -~가-힣]{0,40}") {
            if let Ok(parsed) = ConnectionString::parse(&text) {
                prop_assert!(ConnectionString::parse(&parsed.without_password()).is_ok() || parsed.has_password());
            }
        }
    }
}
