//! A configuration as somebody submitted it: names and text, in their order, nothing added and nothing normalised.
//!
//! The Kafka Connect API must echo it exactly (clients compare it for equality), so this type never changes a value.

use std::fmt;

/// Property names and values in the order of submission. `Debug` shows names only: values may be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SubmittedConfig {
    entries: Vec<(String, String)>,
}

impl SubmittedConfig {
    /// An empty configuration.
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of a property, if it was submitted.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Sets a property: an existing one keeps its place.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        match self.entries.iter_mut().find(|(key, _)| *key == name) {
            Some(entry) => entry.1 = value,
            None => self.entries.push((name, value)),
        }
    }

    /// Removes a property; `true` if it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.entries.len();
        self.entries.retain(|(key, _)| key != name);
        self.entries.len() != before
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// How many properties were submitted.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Nothing was submitted.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

impl FromIterator<(String, String)> for SubmittedConfig {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let mut config = Self::new();
        for (name, value) in pairs {
            config.set(name, value);
        }
        config
    }
}

impl fmt::Debug for SubmittedConfig {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.entries.iter().map(|(key, _)| key)).finish()
    }
}
