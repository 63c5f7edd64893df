//! Event → record as the loop sees it, and the dead letter that stands for an event of which no record can be delivered.

use super::EventDocument;
use crate::error::Error;
use crate::record::ProducerRecord;

/// How much of the event a dead letter holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterContent {
    /// All of it.
    Whole,
    /// What it is about and where it stands, without documents: they are what makes a record too large.
    WithoutDocuments,
}

/// Makes records. Called from one place, in source order.
pub trait Encode: Send {
    /// The record of an event, or `None` when it is not published, as configured.
    ///
    /// # Errors
    /// No record can be made of this event; others may still go through. The error names its stage.
    fn encode(&mut self, event: &EventDocument) -> Result<Option<ProducerRecord>, Error>;

    /// The record that stands for an event that met `error`, or `None` when there are no dead letters: then the event is skipped.
    /// Never fails: what cannot be read goes into it as bytes.
    fn dead_letter(
        &mut self,
        _event: &EventDocument,
        _error: &Error,
        _content: LetterContent,
    ) -> Option<ProducerRecord> {
        None
    }
}

impl<F> Encode for F
where
    F: FnMut(&EventDocument) -> Result<Option<ProducerRecord>, Error> + Send,
{
    fn encode(&mut self, event: &EventDocument) -> Result<Option<ProducerRecord>, Error> {
        self(event)
    }
}
