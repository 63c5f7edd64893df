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

    /// The connection is encrypted: `tls` (or `ssl`) says so, a TLS option implies it, or `mongodb+srv://` does unless told
    /// otherwise.
    pub fn has_tls(&self) -> bool {
        let said = self.option("tls").or_else(|| self.option("ssl"));
        match said {
            Some(said) => said.eq_ignore_ascii_case("true") || said.eq_ignore_ascii_case("yes"),
            None => {
                self.scheme == Scheme::Srv
                    || self.options.iter().any(|(name, _)| name.to_lowercase().starts_with("tls"))
            }
        }
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

    /// An option that would have an effect and that the MongoDB driver here does not have, by its name in lower case.
    pub fn missing_option(&self) -> Option<&'static str> {
        options::missing(&self.options)
    }

    /// How many options no driver knows: the Java driver ignores them with a line in its log.
    pub fn unknown_option_count(&self) -> usize {
        self.options.iter().filter(|(name, _)| !options::is_known(name)).count()
    }

    /// The same connection for the MongoDB driver here, which refuses options that the Java driver ignores, a collection
    /// behind the database, and `yes` for `true`. The text itself where nothing has to change. A secret.
    pub fn for_driver(&self) -> String {
        let kept: Vec<(&str, String)> = self
            .options
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), options::for_driver(name, value)?)))
            .collect();
        let are_options_kept = kept.len() == self.options.len()
            && self.options.iter().zip(&kept).all(|((_, before), (_, after))| before == after)
            && !self.text[self.options_start..].contains(';');
        let slash = self.text.find("://").map_or(0, |at| at + 3);
        let authority_end = self.text[slash..].find('/').map_or(self.text.len(), |at| slash + at);
        let authority = self.text[..authority_end].trim_end_matches(',');
        if are_options_kept && self.collection.is_none() && authority.len() == authority_end {
            return self.text.clone();
        }
        let database = self.database.as_deref().map(parse::encode).unwrap_or_default();
        let mut out = format!("{authority}/{database}");
        for (index, (name, value)) in kept.iter().enumerate() {
            out.push(if index == 0 { '?' } else { '&' });
            out.push_str(&format!("{name}={}", parse::encode(value)));
        }
        out
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
mod tests;
