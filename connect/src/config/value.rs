//! Submitted values as Kafka's `ConfigDef` reads them: trimmed, typed, with the definition's default where absent.
//!
//! Validation has already told every fault by the time a value is read here; the errors below only keep reading honest.

use std::borrow::Cow;

use super::{FieldError, SubmittedConfig, definition};

/// A submitted configuration seen through the definitions.
pub(super) struct Values<'a> {
    submitted: &'a SubmittedConfig,
}

impl<'a> Values<'a> {
    pub(super) fn new(submitted: &'a SubmittedConfig) -> Self {
        Self { submitted }
    }

    pub(super) fn is_submitted(&self, name: &str) -> bool {
        self.submitted.get(name).is_some()
    }

    /// The submitted value, trimmed.
    pub(super) fn submitted_text(&self, name: &str) -> Option<&'a str> {
        self.submitted.get(name).map(str::trim)
    }

    /// Submitted properties under a prefix, names without it, in order.
    pub(super) fn submitted_under<'p>(
        &self,
        prefix: &'p str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a, 'p> {
        self.submitted.iter().filter_map(move |(name, value)| Some((name.strip_prefix(prefix)?, value)))
    }

    /// The value as text; empty where there is neither value nor default.
    pub(super) fn text(&self, name: &str) -> Cow<'a, str> {
        match self.submitted_text(name) {
            Some(value) => Cow::Borrowed(value),
            None => definition::find(name).and_then(|key| key.default_text()).unwrap_or_default(),
        }
    }

    /// A boolean: `true` in any case, or anything else.
    pub(super) fn flag(&self, name: &str) -> bool {
        self.text(name).eq_ignore_ascii_case("true")
    }

    /// A whole number of the wanted width.
    pub(super) fn integer<T: std::str::FromStr>(&self, name: &str) -> Result<T, FieldError> {
        let text = self.text(name);
        text.parse().map_err(|_| FieldError::invalid(name, &text, "The number is out of range"))
    }
}
