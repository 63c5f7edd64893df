//! No drafts at all.

use app::backend::{Reply, WizardBackend};
use app::error::AppError;
use app::model::check::CheckReport;
use app::model::draft::{
    Created, DraftId, DraftView, Imported, PasswordChange, ScopeForm, Seen, StartForm, TargetForm, TextSaved,
};
use app::model::outcome::Outcome;
use app::model::source::{CollectionList, CollectionSize, DatabaseList};

use super::{Double, reply};

impl WizardBackend for Double {
    fn import_draft(&self, _text: String, _is_kept: bool) -> Reply<'_, Imported> {
        reply(Err(AppError::NotFound))
    }

    fn show_draft(&self, _id: DraftId) -> Reply<'_, DraftView> {
        reply(Err(AppError::NotFound))
    }

    fn save_source(&self, _id: DraftId, _seen: Seen, _uri: String, _password: PasswordChange) -> Reply<'_, DraftView> {
        reply(Err(AppError::NotFound))
    }

    fn save_scope(&self, _id: DraftId, _seen: Seen, _form: ScopeForm) -> Reply<'_, DraftView> {
        reply(Err(AppError::NotFound))
    }

    fn save_start(&self, _id: DraftId, _seen: Seen, _form: StartForm) -> Reply<'_, DraftView> {
        reply(Err(AppError::NotFound))
    }

    fn save_target(&self, _id: DraftId, _seen: Seen, _form: TargetForm) -> Reply<'_, DraftView> {
        reply(Err(AppError::NotFound))
    }

    fn save_name(&self, _id: DraftId, _seen: Seen, _name: String) -> Reply<'_, DraftView> {
        reply(Err(AppError::NotFound))
    }

    fn save_text(&self, _id: DraftId, _seen: Seen, _text: String) -> Reply<'_, TextSaved> {
        reply(Err(AppError::NotFound))
    }

    fn check_draft(&self, _id: DraftId) -> Reply<'_, CheckReport> {
        reply(Err(AppError::NotFound))
    }

    fn list_databases(&self, _id: DraftId) -> Reply<'_, DatabaseList> {
        reply(Err(AppError::NotFound))
    }

    fn list_collections(&self, _id: DraftId, _database: String) -> Reply<'_, CollectionList> {
        reply(Err(AppError::NotFound))
    }

    fn size_collections(&self, _id: DraftId, _database: String, _names: Vec<String>) -> Reply<'_, Vec<CollectionSize>> {
        reply(Err(AppError::NotFound))
    }

    fn show_outcome(&self, _id: DraftId) -> Reply<'_, Outcome> {
        reply(Err(AppError::NotFound))
    }

    fn create_connector(&self, _id: DraftId) -> Reply<'_, Created> {
        reply(Err(AppError::NotFound))
    }

    fn discard_draft(&self, _id: DraftId) -> Reply<'_, ()> {
        reply(Err(AppError::NotFound))
    }
}
