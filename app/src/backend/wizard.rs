//! The part of the port that sets up connectors: drafts, what their MongoDB holds, and what they would write.

use super::Reply;
use crate::model::check::CheckReport;
use crate::model::draft::{
    Created, DraftId, DraftView, Imported, PasswordChange, ScopeForm, Seen, StartForm, TargetForm, TextSaved,
};
use crate::model::outcome::Outcome;
use crate::model::source::{CollectionList, CollectionSize, DatabaseList};

/// Everything the wizard asks of the server. Every method that takes an id answers [`crate::error::AppError::NotFound`] for a
/// draft that is not there, or is somebody else's.
///
/// Saving a step changes the properties of that step's form alone, and only those whose field has changed: what a pasted
/// configuration says beyond the forms stays as it is. What is wrong with the result comes back in the view, not as an error.
/// Nothing that is answered holds a secret.
///
/// A save with an empty id begins the draft, so that a visit alone leaves nothing behind. One whose `seen` has missed an edit made
/// elsewhere changes nothing and answers [`crate::error::AppError::Conflict`].
pub trait WizardBackend: Send + Sync {
    /// Begins a draft from a configuration in any of the three notations. With `is_kept`, a text that cannot be read begins a
    /// draft too, which holds it as [`DraftView::unread`]: so that a form posted without script loses nothing.
    fn import_draft(&self, text: String, is_kept: bool) -> Reply<'_, Imported>;

    /// The draft as it is. An empty id shows the one that the first save would begin: the choices most people make.
    fn show_draft(&self, id: DraftId) -> Reply<'_, DraftView>;

    /// Step 1. A password inside `uri` is taken out of it and replaces the kept one, whatever `password` says.
    fn save_source(&self, id: DraftId, seen: Seen, uri: String, password: PasswordChange) -> Reply<'_, DraftView>;

    /// Step 2, which also finds out what a copy amounts to, as far as that can be told in a moment. A pipeline that the form did not make is left alone, and so `collections` beyond one cannot be chosen then.
    fn save_scope(&self, id: DraftId, seen: Seen, form: ScopeForm) -> Reply<'_, DraftView>;

    /// Step 3.
    fn save_start(&self, id: DraftId, seen: Seen, form: StartForm) -> Reply<'_, DraftView>;

    /// Step 4.
    fn save_target(&self, id: DraftId, seen: Seen, form: TargetForm) -> Reply<'_, DraftView>;

    /// The connector's name. An empty one goes back to the proposal.
    fn save_name(&self, id: DraftId, seen: Seen, name: String) -> Reply<'_, DraftView>;

    /// The whole as text, in any of the three notations. Secrets that the text shows as hidden are kept. A text that cannot be
    /// read changes nothing but [`DraftView::unread`].
    fn save_text(&self, id: DraftId, seen: Seen, text: String) -> Reply<'_, TextSaved>;

    /// Runs all checks and waits for the last; they also end up in [`DraftView::checks`]. For pages with script there is the
    /// stream [`crate::routes::paths::checks_stream`], which sends each row as it ends.
    fn check_draft(&self, id: DraftId) -> Reply<'_, CheckReport>;

    /// The databases that the draft's connection shows; MongoDB's refusal is an obstacle in the list, not an error.
    fn list_databases(&self, id: DraftId) -> Reply<'_, DatabaseList>;

    /// The collections of a database, by name.
    fn list_collections(&self, id: DraftId, database: String) -> Reply<'_, CollectionList>;

    /// Counts some collections of a database, in the order asked for; at most 500 at once.
    fn size_collections(&self, id: DraftId, database: String, names: Vec<String>) -> Reply<'_, Vec<CollectionSize>>;

    /// The records that the draft would write, made from sampled documents.
    fn show_outcome(&self, id: DraftId) -> Reply<'_, Outcome>;

    /// Creates the connector, and throws the draft away. What is in the way (a name that is taken, a fault) is in the view.
    fn create_connector(&self, id: DraftId) -> Reply<'_, Created>;

    /// Throws the draft away, if it is there.
    fn discard_draft(&self, id: DraftId) -> Reply<'_, ()>;
}
