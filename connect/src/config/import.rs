//! Bringing a connector's configuration in from the forms in which people keep it: Java properties, the JSON of Kafka
//! Connect's API in all its shapes, and Strimzi's `KafkaConnector` YAML.
//!
//! Called by the portal ("paste what you have") and by the API. What cannot be taken over is not lost in silence: each such
//! thing gives a [`Note`]. Values are kept as they are; whether they are good is for [`super::validate`] to say. No error and
//! no note shows a value.

mod json;
mod properties;
mod strimzi;
mod yaml;

use super::{HIDDEN, SubmittedConfig, definition};
use crate::lifecycle::DesiredState;

pub use properties::parse as parse_properties;

/// One connector, taken out of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The connector's name, if the text gives one; it is not among the properties.
    pub name: Option<String>,
    /// All properties but `name`, in the order of the text.
    pub config: SubmittedConfig,
    /// The state that the connector is to be in, if the text says so.
    pub desired_state: Option<DesiredState>,
    /// What was left out or put under another name.
    pub notes: Vec<Note>,
}

/// Something that was not taken over as it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is about: the name or path of a field in the text.
    pub field: String,
    /// What happened to it.
    pub kind: NoteKind,
    /// One sentence for people; it shows no value.
    pub message: String,
}

/// What happened to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// It has no meaning here.
    Dropped,
    /// It stands under another name now.
    Renamed,
    /// It has to be filled in again.
    Missing,
}

/// The forms of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Java properties.
    Properties,
    /// The JSON of Kafka Connect's API.
    Json,
    /// Strimzi YAML.
    Strimzi,
}

/// Why a text cannot be taken over. Shows no value of the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}{}", .line.map(|line| format!(" (line {line})")).unwrap_or_default())]
pub struct ImportError {
    /// What is wrong.
    pub reason: String,
    /// Where, counted from 1.
    pub line: Option<usize>,
}

/// Takes the connectors out of a text of any form; one at least.
///
/// # Errors
/// The text is not of its form, or holds no connector.
pub fn import(text: &str) -> Result<Vec<Imported>, ImportError> {
    let mut connectors = match detect(text) {
        Form::Json => json::connectors(text)?,
        Form::Strimzi => strimzi::connectors(text)?,
        Form::Properties => vec![properties_file(text)?],
    };
    if connectors.is_empty() {
        return Err(fault("There is no connector in this text"));
    }
    connectors.iter_mut().for_each(drop_masked_secrets);
    Ok(connectors)
}

/// Which form a text most likely has.
pub fn detect(text: &str) -> Form {
    let begins_with = |word: &str| text.lines().any(|line| line.trim_start().starts_with(word));
    if text.trim_start().starts_with(['{', '[']) {
        Form::Json
    } else if begins_with("kind:") || begins_with("apiVersion:") {
        Form::Strimzi
    } else {
        Form::Properties
    }
}

fn properties_file(text: &str) -> Result<Imported, ImportError> {
    let mut imported = Imported::new(None);
    for (name, value) in properties::parse(text)? {
        imported.config.set(name, value);
    }
    imported.take_name_from_config();
    if imported.config.is_empty() {
        return Err(fault("There is no connector in this text"));
    }
    Ok(imported)
}

/// Secrets that some tool masked before the text was kept cannot be brought back.
fn drop_masked_secrets(imported: &mut Imported) {
    let is_masked = |value: &str| value == HIDDEN || (!value.is_empty() && value.chars().all(|one| one == '*'));
    let masked: Vec<String> = imported
        .config
        .iter()
        .filter(|(name, value)| definition::is_secret(name) && is_masked(value.trim()))
        .map(|(name, _)| name.to_owned())
        .collect();
    for name in masked {
        imported.config.remove(&name);
        imported.note(&name, NoteKind::Missing, "The text holds only a mask in its place: enter it again.");
    }
}

impl Imported {
    fn new(name: Option<String>) -> Self {
        Self { name, config: SubmittedConfig::new(), desired_state: None, notes: Vec::new() }
    }

    fn note(&mut self, field: &str, kind: NoteKind, message: &str) {
        self.notes.push(Note { field: field.to_owned(), kind, message: message.to_owned() });
    }

    /// A `name` among the properties is the connector's name, unless another was given beside them.
    fn take_name_from_config(&mut self) {
        let Some(inner) = self.config.get("name").map(|name| name.trim().to_owned()) else {
            return;
        };
        self.config.remove("name");
        match &self.name {
            None => self.name = Some(inner),
            Some(outer) if *outer == inner => {}
            Some(_) => self.note("name", NoteKind::Dropped, "It differs from the name of the connector, which stands."),
        }
    }
}

fn fault(reason: impl Into<String>) -> ImportError {
    ImportError { reason: reason.into(), line: None }
}

#[cfg(test)]
mod tests;
