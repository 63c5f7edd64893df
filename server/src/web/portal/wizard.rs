//! Connectors being set up. There are no drafts yet.

use app::backend::{Reply, WizardBackend};
use app::error::AppError;
use app::model::check::CheckReport;
use app::model::draft::{
    Created, DraftId, DraftView, Imported, PasswordChange, ScopeForm, StartForm, TargetForm, TextSaved,
};
use app::model::outcome::Outcome;
use app::model::source::{CollectionList, CollectionSize, DatabaseList};

use super::RequestPortal;

impl WizardBackend for RequestPortal {
    fn begin_draft(&self) -> Reply<'_, DraftId> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn import_draft(&self, _text: String, _is_kept: bool) -> Reply<'_, Imported> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn show_draft(&self, _id: DraftId) -> Reply<'_, DraftView> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn save_source(&self, _id: DraftId, _uri: String, _password: PasswordChange) -> Reply<'_, DraftView> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn save_scope(&self, _id: DraftId, _form: ScopeForm) -> Reply<'_, DraftView> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn save_start(&self, _id: DraftId, _form: StartForm) -> Reply<'_, DraftView> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn save_target(&self, _id: DraftId, _form: TargetForm) -> Reply<'_, DraftView> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn save_name(&self, _id: DraftId, _name: String) -> Reply<'_, DraftView> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn save_text(&self, _id: DraftId, _text: String) -> Reply<'_, TextSaved> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn check_draft(&self, _id: DraftId) -> Reply<'_, CheckReport> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn list_databases(&self, _id: DraftId) -> Reply<'_, DatabaseList> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn list_collections(&self, _id: DraftId, _database: String) -> Reply<'_, CollectionList> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn size_collections(&self, _id: DraftId, _database: String, _names: Vec<String>) -> Reply<'_, Vec<CollectionSize>> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn show_outcome(&self, _id: DraftId) -> Reply<'_, Outcome> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn create_connector(&self, _id: DraftId) -> Reply<'_, Created> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }

    fn discard_draft(&self, _id: DraftId) -> Reply<'_, ()> {
        Box::pin(std::future::ready(Err(AppError::NotFound)))
    }
}
