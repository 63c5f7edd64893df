//! Drafts from text, and the whole of a draft edited as text.

use app::model::draft::{Format, ImportNote, UnreadText};
use connect::config::definition::{SOURCE_CLASS, is_secret};
use connect::config::import::{self, ImportError, Imported, NoteKind};
use connect::config::{HIDDEN, SubmittedConfig};
use connect::lifecycle::DesiredState;

use super::body::{Body, URI, take_password};
use super::scope::START;
use super::target;
use crate::service::submission::CLASS;

/// What most people choose: documents with their keys as plain JSON, tombstones for deletes, what exists first.
pub(super) fn blank() -> Body {
    let mut config = SubmittedConfig::new();
    config.set(CLASS, SOURCE_CLASS);
    config.set("tasks.max", "1");
    config.set(URI, "");
    config.set(START, "copy_existing");
    config.set("publish.full.document.only", "true");
    config.set("publish.full.document.only.tombstone.on.delete", "true");
    target::set_format(&mut config, Format::Simplified);
    let mut body = Body::default();
    body.set_config(&config);
    body
}

/// A draft of a pasted text.
///
/// # Errors
/// The reader's.
pub(super) fn of_text(text: &str) -> Result<Body, ImportError> {
    let mut body = Body::default();
    body.is_pasted = true;
    take_over(&mut body, text)?;
    Ok(body)
}

/// Makes a draft say what a text says; it stays as it is when the text cannot be read.
///
/// # Errors
/// The reader's.
pub(super) fn take_over(body: &mut Body, text: &str) -> Result<(), ImportError> {
    let mut connectors = import::import(text)?;
    let count = connectors.len();
    let Imported { name, mut config, desired_state, notes } = connectors.swap_remove(0);
    let mut shown: Vec<ImportNote> = Vec::new();
    let before = body.config();
    let masked: Vec<&str> =
        notes.iter().filter(|note| note.kind == NoteKind::Missing).map(|note| note.field.as_str()).collect();
    config = with_kept_secrets(config, &before, &masked);
    for note in &notes {
        if note.kind != NoteKind::Missing || config.get(&note.field).is_none() {
            shown.push(ImportNote { field: note.field.clone(), text: note.message.clone() });
        }
    }
    if count > 1 {
        let text = format!("The text holds {count} connectors; this draft is the first of them.");
        shown.push(ImportNote { field: "connectors".to_owned(), text });
    }
    if let Some(state) = desired_state.filter(|state| *state != DesiredState::Running) {
        let text = format!("It asks for {}; a connector made here starts running.", state.as_str());
        shown.push(ImportNote { field: "state".to_owned(), text });
    }
    body.set_config(&config);
    body.name = name.or_else(|| body.name.take());
    body.notes = shown;
    body.unread = None;
    Ok(())
}

/// Keeps a text that could not be read, without the passwords of connection strings in it.
pub(super) fn unread(text: &str, error: ImportError) -> UnreadText {
    let lines = text.lines().map(without_secret).collect::<Vec<_>>().join("\n");
    UnreadText { text: lines, line: line(&error), reason: error.reason }
}

/// The line of an error, from 1.
pub(super) fn line(error: &ImportError) -> Option<u32> {
    error.line.and_then(|line| u32::try_from(line).ok())
}

/// Secrets that the text shows as masked, as they were, at their place.
fn with_kept_secrets(config: SubmittedConfig, before: &SubmittedConfig, masked: &[&str]) -> SubmittedConfig {
    let mut entries: Vec<(String, String)> =
        config.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut previous: Option<&str> = None;
    for (name, value) in before.iter() {
        if masked.contains(&name) {
            let after = previous.and_then(|previous| entries.iter().position(|(name, _)| name == previous));
            entries.insert(after.map_or(0, |at| at + 1), (name.to_owned(), value.to_owned()));
        }
        previous = Some(name);
    }
    entries.into_iter().collect()
}

/// A line of a text nobody understands, without what is or may be a secret in it.
fn without_secret(line: &str) -> String {
    let trimmed = line.trim_start().trim_start_matches(['"', '\'']);
    let name_end =
        trimmed.find(|character: char| matches!(character, '=' | ':' | '"' | '\'') || character.is_whitespace());
    let name = &trimmed[..name_end.unwrap_or(0)];
    let is_hidden = name != URI && is_secret(name);
    match line.find("mongodb") {
        _ if is_hidden => {
            let start = line.len() - trimmed.len();
            format!("{}{name}={HIDDEN}", &line[..start].trim_end_matches(['"', '\'']))
        }
        Some(at) => {
            let end = line[at..].find(|character: char| matches!(character, '"' | '\'') || character.is_whitespace());
            let end = end.map_or(line.len(), |end| at + end);
            format!("{}{}{}", &line[..at], take_password(&line[at..end]).0, &line[end..])
        }
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use connect::config::export;

    use super::*;

    const PASTED: &str = "name=p\nconnector.class=MongoSource\nconnection.uri=mongodb://kim:hunter2@h/?w=1\n\
                          database=d\nproducer.override.linger.ms=5\nconfluent.license=x\ntasks.max=1\n";

    #[test]
    fn a_pasted_text_keeps_every_property_and_its_order() {
        let body = of_text(PASTED).unwrap();

        assert_eq!(body.name.as_deref(), Some("p"));
        assert_eq!(export::properties("p", &body.config()), PASTED);
    }

    #[test]
    fn hidden_secrets_survive_an_edit_of_the_text() {
        let mut body = of_text(PASTED).unwrap();
        let edited = PASTED.replace("mongodb://kim:hunter2@h/?w=1", HIDDEN).replace("database=d", "database=e");

        take_over(&mut body, &edited).unwrap();

        assert_eq!(export::properties("p", &body.config()), PASTED.replace("database=d", "database=e"));
        assert_eq!(body.notes, []);
    }

    #[test]
    fn a_mask_with_nothing_behind_it_is_told() {
        let body = of_text("connector.class=MongoSource\nconnection.uri=[hidden]\n").unwrap();

        assert!(!body.has_uri());
        assert_eq!(body.notes.len(), 1);
        assert_eq!(body.notes[0].field, URI);
    }

    #[test]
    fn an_unreadable_text_changes_nothing_and_shows_no_password() {
        let mut body = of_text(PASTED).unwrap();
        let before = body.config();
        let wrong = "{\n  \"connection.uri\": \"mongodb://kim:hunter2@h\",\n  oops\n";

        let error = take_over(&mut body, wrong).unwrap_err();
        let kept = unread(wrong, error);

        assert_eq!(body.config(), before);
        assert!(!kept.text.contains("hunter2"), "{}", kept.text);
        assert!(kept.text.contains("\"mongodb://kim@h\",\n  oops"), "{}", kept.text);
    }
}
