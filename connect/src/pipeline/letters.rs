//! What becomes of records at fault: who tolerates them, and which dead letter stands for them.
//!
//! Used by [`super::run`] alone. An event keeps its place in the window while its dead letter is on its way: the position moves
//! only once that is durable.

use std::collections::VecDeque;

use super::{EventDocument, LetterContent, Settings, Ticket};
use crate::config::ErrorTolerance;
use crate::error::{Directive, Error, ErrorKind, Stage, policy};
use crate::position::Mark;
use crate::record::ProducerRecord;

/// An event's place in the window.
#[derive(Debug)]
pub(super) struct Place {
    /// What becomes true once it is durable.
    pub(super) mark: Mark,
    /// The event itself, kept while its record is on its way: only where a dead letter may still have to be made of it.
    pub(super) event: Option<EventDocument>,
    /// What is on its way is the event's dead letter.
    pub(super) letter: Option<LetterContent>,
}

impl Place {
    /// An event whose record cannot become a dead letter, or that has none.
    pub(super) fn plain(mark: Mark) -> Self {
        Self { mark, event: None, letter: None }
    }
}

/// A record that is not in the window yet, with the place it will take there.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) record: ProducerRecord,
    pub(super) place: Place,
}

/// Dead letters of records that were refused after they had entered the window, under their tickets.
pub(super) type Waiting = VecDeque<(ProducerRecord, Ticket)>;

/// Whether the task goes on without the record that met `error`.
pub(super) fn is_tolerated(settings: &Settings, error: &Error) -> bool {
    let Some(stage) = error.stage() else { return false };
    let is_of_one_record = match error.kind() {
        // A name that Kafka does not take is the fault of a whole namespace: it is set aside, never dropped.
        ErrorKind::TopicUnusable => stage == Stage::TaskPoll && settings.has_dead_letters,
        kind => policy(kind).directive == Directive::Poison,
    };
    is_of_one_record && settings.tolerance.at(stage) == ErrorTolerance::All
}

/// What the dead letter for this error holds, or `None` when nothing smaller is left to try.
pub(super) fn next_content(sent: Option<LetterContent>, error: &Error) -> Option<LetterContent> {
    match (sent, error.kind()) {
        (None | Some(LetterContent::Whole), ErrorKind::RecordTooLarge) => Some(LetterContent::WithoutDocuments),
        (None, _) => Some(LetterContent::Whole),
        (Some(_), _) => None,
    }
}
