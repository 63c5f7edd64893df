//! What is kept of a draft: one configuration with its secrets, and what is known about it. It is sealed as a whole.
//!
//! The connection string lies apart from the configuration, without its password: so it can be shown and corrected while it
//! is wrong, when nobody could tell its parts.

use app::model::check::CheckRow;
use app::model::connection_string;
use app::model::draft::{ImportNote, PasswordChange, ScopeForm, UnreadText};
use app::model::source::CopyEstimate;
use connect::config::SubmittedConfig;
use serde::{Deserialize, Serialize};

use super::edits::Edits;

/// The property that holds the connection string.
pub(super) const URI: &str = "connection.uri";

/// What stands for a secret option in a connection string that is shown.
const MASK: &str = "****";

/// Options of a connection string whose values are secrets, in lower case.
const SECRET_OPTIONS: [&str; 4] =
    ["authmechanismproperties", "tlscertificatekeyfilepassword", "sslclientcertificatekeypassword", "proxypassword"];

/// A draft as it is kept. No `Debug`: it holds secrets.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Body {
    /// Properties in their order; [`URI`] has its place, and no value.
    config: Vec<(String, String)>,
    /// The connection string without its password, as far as it could be taken out.
    uri: String,
    /// The password, decoded.
    password: Option<String>,
    /// The name that was chosen; without one it is proposed.
    pub(super) name: Option<String>,
    /// It began as a text of the reader's own.
    pub(super) is_pasted: bool,
    /// The last checks.
    pub(super) report: Option<StoredReport>,
    /// A text that could not be read.
    pub(super) unread: Option<UnreadText>,
    /// What the import left out.
    pub(super) notes: Vec<ImportNote>,
    /// What a copy amounts to, as last counted.
    #[serde(default)]
    pub(super) estimate: Option<StoredEstimate>,
    /// Who has edited it.
    #[serde(default)]
    pub(super) edits: Edits,
}

/// Checks that have ended, and what they were of.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredReport {
    /// Of the fields that were tested.
    pub(super) fingerprint: String,
    /// The rows.
    pub(super) rows: Vec<CheckRow>,
}

/// What a copy amounts to, and of which collections.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct StoredEstimate {
    /// Of what was chosen.
    pub(super) of: ScopeForm,
    /// The numbers.
    pub(super) estimate: CopyEstimate,
}

impl Body {
    /// The whole configuration, secrets in place, without the connector's name.
    pub(super) fn config(&self) -> SubmittedConfig {
        let mut config: SubmittedConfig = self.config.iter().cloned().collect();
        match self.full_uri() {
            uri if uri.is_empty() => drop(config.remove(URI)),
            uri => config.set(URI, uri),
        }
        config
    }

    /// Takes over a whole configuration.
    pub(super) fn set_config(&mut self, config: &SubmittedConfig) {
        self.config = config.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let place = self.config.iter_mut().find(|(name, _)| name == URI);
        let full = place.map(|entry| std::mem::take(&mut entry.1)).unwrap_or_default();
        // Taking the string apart and together again changes its letters, not its meaning; unchanged it is left alone.
        if full != self.full_uri() {
            (self.uri, self.password) = take_password(&full);
            self.estimate = None;
        }
    }

    /// Takes over what the connection's form says.
    pub(super) fn set_source(&mut self, typed: &str, password: PasswordChange) {
        if typed.trim() != self.shown_uri() {
            let (uri, found) = take_password(typed);
            self.uri = unmasked(&uri, &self.uri);
            self.estimate = None;
            if let Some(found) = found {
                self.password = Some(found);
                return;
            }
        }
        match password {
            PasswordChange::Keep => {}
            PasswordChange::Replace(password) => self.password = Some(password),
            PasswordChange::Remove => self.password = None,
        }
    }

    /// The connection string as it may be shown.
    pub(super) fn shown_uri(&self) -> String {
        mask(&self.uri)
    }

    /// A password is kept.
    pub(super) fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// There is a connection string, right or wrong.
    pub(super) fn has_uri(&self) -> bool {
        !self.uri.is_empty()
    }

    fn full_uri(&self) -> String {
        let joined = self.password.as_deref().and_then(|password| {
            let names_user = connection_string::split(&self.uri).is_ok_and(|split| split.has_user);
            names_user.then(|| connection_string::join(&self.uri, password)).flatten()
        });
        joined.unwrap_or_else(|| self.uri.clone())
    }
}

/// The connection string without its password, and the password, also where the rest is wrong.
pub(super) fn take_password(typed: &str) -> (String, Option<String>) {
    if let Ok(split) = connection_string::split(typed) {
        return (split.uri, split.password);
    }
    let text = typed.trim();
    let start = text.find("://").map_or(0, |at| at + 3);
    let rest = &text[start..];
    let parts = rest.rfind('@').and_then(|at| Some((rest[..at].find(':')?, at)));
    match parts {
        Some((colon, at)) => {
            let uri = format!("{}{}{}", &text[..start], &rest[..colon], &rest[at..]);
            (uri, Some(rest[colon + 1..at].to_owned()).filter(|password| !password.is_empty()))
        }
        None => (text.to_owned(), None),
    }
}

/// Secret options masked.
fn mask(uri: &str) -> String {
    with_options(uri, |name, value| (is_secret_option(name) && !value.is_empty()).then(|| MASK.to_owned()))
}

/// Masked options as they were in `kept`.
fn unmasked(uri: &str, kept: &str) -> String {
    with_options(uri, |name, value| {
        (is_secret_option(name) && value == MASK).then(|| option(kept, name)).flatten().map(str::to_owned)
    })
}

fn with_options(uri: &str, change: impl Fn(&str, &str) -> Option<String>) -> String {
    let Some((before, options)) = uri.split_once('?') else { return uri.to_owned() };
    let changed = options.split('&').map(|pair| match pair.split_once('=') {
        Some((name, value)) => format!("{name}={}", change(name, value).unwrap_or_else(|| value.to_owned())),
        None => pair.to_owned(),
    });
    format!("{before}?{}", changed.collect::<Vec<_>>().join("&"))
}

fn option<'a>(uri: &'a str, wanted: &str) -> Option<&'a str> {
    let pairs = uri.split_once('?')?.1.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value)
}

fn is_secret_option(name: &str) -> bool {
    SECRET_OPTIONS.contains(&name.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(uri: &str) -> Body {
        let mut body = Body::default();
        body.set_config(&[(URI.to_owned(), uri.to_owned())].into_iter().collect());
        body
    }

    #[test]
    fn the_password_is_kept_while_the_rest_is_edited() {
        let mut body = of("mongodb://kim:s%40cret@a/?w=1");
        assert_eq!(body.shown_uri(), "mongodb://kim@a/?w=1");

        body.set_source("mongodb://kim@b/?w=1", PasswordChange::Keep);
        assert_eq!(body.config().get(URI), Some("mongodb://kim:s%40cret@b/?w=1"));

        body.set_source("mongodb://kim@b/?w=1", PasswordChange::Replace("neu".to_owned()));
        assert_eq!(body.config().get(URI), Some("mongodb://kim:neu@b/?w=1"));

        body.set_source("mongodb://kim:third@b/?w=1", PasswordChange::Remove);
        assert_eq!(body.config().get(URI), Some("mongodb://kim:third@b/?w=1"));

        body.set_source("mongodb://kim@b/?w=1", PasswordChange::Remove);
        assert_eq!(body.config().get(URI), Some("mongodb://kim@b/?w=1"));
    }

    #[test]
    fn a_password_leaves_a_string_that_is_wrong_too() {
        for wrong in ["mongo://kim:hunter2@h", "mongodb://kim:hunter2@a,,b", "mongodb://kim:hunter2@h:99999/db"] {
            let body = of(wrong);
            assert!(!body.shown_uri().contains("hunter2"), "{}", body.shown_uri());
            assert!(body.has_password());
        }
    }

    #[test]
    fn secret_options_are_masked_and_survive_edits() {
        let mut body = of("mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:abc&w=1");
        assert_eq!(body.shown_uri(), "mongodb://h/?authMechanismProperties=****&w=1");

        body.set_source("mongodb://h/?authMechanismProperties=****&w=2", PasswordChange::Keep);

        let full = "mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:abc&w=2";
        assert_eq!(body.config().get(URI), Some(full));
    }

    #[test]
    fn without_a_string_there_is_no_property() {
        assert_eq!(Body::default().config().get(URI), None);
    }
}
