//! Drafts of connectors: each form of the wizard, what it asks of MongoDB, and the end of it.
//!
//! `go` is the value of the button that was pressed, see [`crate::routes::paths::after_step`]: it counts for forms posted without
//! script, which are sent on to a step's page. With script the answer's value is enough and the page stays.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;

use crate::error::AppError;
use crate::model::check::CheckReport;
use crate::model::draft::{Created, DraftId, DraftView, Imported, Seen, StartMode, TargetForm, TextSaved};
#[cfg(feature = "ssr")]
use crate::model::draft::{ScopeForm, StartForm, Step};
use crate::model::outcome::Outcome;
use crate::model::source::{CollectionList, CollectionSize, DatabaseList};

#[server(prefix = "/ui", endpoint = "drafts/import")]
pub(crate) async fn import_draft(text: String) -> Result<Imported, AppError> {
    let is_kept = crate::backend::is_plain_form();
    let imported = crate::backend::call(|backend| async move { backend.import_draft(text, is_kept).await }).await?;
    crate::backend::go_to_imported(&imported);
    Ok(imported)
}

#[server(prefix = "/ui", endpoint = "drafts/show", input = GetUrl)]
pub(crate) async fn show_draft(id: DraftId) -> Result<DraftView, AppError> {
    crate::backend::call(|backend| async move { backend.show_draft(id).await }).await
}

#[server(prefix = "/ui", endpoint = "drafts/source")]
pub(crate) async fn save_source(
    id: DraftId,
    uri: String,
    #[server(default)] password: String,
    #[server(default)] remove_password: bool,
    #[server(default)] seen: Seen,
    #[server(default)] go: String,
) -> Result<DraftView, AppError> {
    let password = crate::model::draft::PasswordChange::of_form(password, remove_password);
    let view =
        crate::backend::call(|backend| async move { backend.save_source(id, seen, uri, password).await }).await?;
    crate::backend::go_on_after_step(Step::Mongodb, &go, &view).await?;
    Ok(view)
}

#[server(prefix = "/ui", endpoint = "drafts/scope")]
pub(crate) async fn save_scope(
    id: DraftId,
    #[server(default)] database: String,
    #[server(default)] collections: Vec<String>,
    #[server(default)] is_whole: bool,
    #[server(default)] seen: Seen,
    #[server(default)] go: String,
) -> Result<DraftView, AppError> {
    let form = ScopeForm::of_form(database, collections, is_whole);
    let view = crate::backend::call(|backend| async move { backend.save_scope(id, seen, form).await }).await?;
    crate::backend::go_on_after_step(Step::What, &go, &view).await?;
    Ok(view)
}

#[server(prefix = "/ui", endpoint = "drafts/start")]
pub(crate) async fn save_start(
    id: DraftId,
    mode: StartMode,
    #[server(default)] at: String,
    #[server(default)] zone: String,
    #[server(default)] seen: Seen,
    #[server(default)] go: String,
) -> Result<DraftView, AppError> {
    let form = StartForm::of_form(mode, at, &zone);
    let view = crate::backend::call(|backend| async move { backend.save_start(id, seen, form).await }).await?;
    crate::backend::go_on_after_step(Step::When, &go, &view).await?;
    Ok(view)
}

#[server(prefix = "/ui", endpoint = "drafts/target")]
pub(crate) async fn save_target(
    id: DraftId,
    form: TargetForm,
    #[server(default)] seen: Seen,
    #[server(default)] go: String,
) -> Result<DraftView, AppError> {
    let view = crate::backend::call(|backend| async move { backend.save_target(id, seen, form).await }).await?;
    crate::backend::go_on_after_step(Step::Kafka, &go, &view).await?;
    Ok(view)
}

#[server(prefix = "/ui", endpoint = "drafts/name")]
pub(crate) async fn save_name(
    id: DraftId,
    #[server(default)] name: String,
    #[server(default)] seen: Seen,
) -> Result<DraftView, AppError> {
    let view = crate::backend::call(|backend| async move { backend.save_name(id, seen, name).await }).await?;
    crate::backend::go_to_without_script(&crate::routes::paths::draft(&view.id, Step::Review));
    Ok(view)
}

#[server(prefix = "/ui", endpoint = "drafts/text")]
pub(crate) async fn save_text(id: DraftId, text: String, #[server(default)] seen: Seen) -> Result<TextSaved, AppError> {
    let place = crate::routes::paths::draft(&id, Step::Review);
    let saved = crate::backend::call(|backend| async move { backend.save_text(id, seen, text).await }).await?;
    crate::backend::go_to_without_script(&place);
    Ok(saved)
}

#[server(prefix = "/ui", endpoint = "drafts/check")]
pub(crate) async fn check_draft(id: DraftId) -> Result<CheckReport, AppError> {
    let place = crate::routes::paths::draft(&id, Step::Mongodb);
    let report = crate::backend::call(|backend| async move { backend.check_draft(id).await }).await?;
    crate::backend::go_to_without_script(&place);
    Ok(report)
}

#[server(prefix = "/ui", endpoint = "drafts/databases", input = GetUrl)]
pub(crate) async fn list_databases(id: DraftId) -> Result<DatabaseList, AppError> {
    crate::backend::call(|backend| async move { backend.list_databases(id).await }).await
}

#[server(prefix = "/ui", endpoint = "drafts/collections", input = GetUrl)]
pub(crate) async fn list_collections(id: DraftId, database: String) -> Result<CollectionList, AppError> {
    crate::backend::call(|backend| async move { backend.list_collections(id, database).await }).await
}

#[server(prefix = "/ui", endpoint = "drafts/sizes")]
pub(crate) async fn size_collections(
    id: DraftId,
    database: String,
    names: Vec<String>,
) -> Result<Vec<CollectionSize>, AppError> {
    crate::backend::call(|backend| async move { backend.size_collections(id, database, names).await }).await
}

#[server(prefix = "/ui", endpoint = "drafts/outcome", input = GetUrl)]
pub(crate) async fn show_outcome(id: DraftId) -> Result<Outcome, AppError> {
    crate::backend::call(|backend| async move { backend.show_outcome(id).await }).await
}

#[server(prefix = "/ui", endpoint = "drafts/create")]
pub(crate) async fn create_connector(
    id: DraftId,
    #[server(default)] name: String,
    #[server(default)] seen: Seen,
) -> Result<Created, AppError> {
    let created = crate::backend::call(|backend| async move {
        // One form holds the name and the button: without script there is no other moment to save it.
        let id = backend.save_name(id, seen, name).await?.id;
        backend.create_connector(id).await
    })
    .await?;
    crate::backend::go_to_without_script(&crate::routes::paths::after_create(&created));
    Ok(created)
}

#[server(prefix = "/ui", endpoint = "drafts/discard")]
pub(crate) async fn discard_draft(id: DraftId) -> Result<(), AppError> {
    crate::backend::call(|backend| async move { backend.discard_draft(id).await }).await?;
    crate::backend::go_to(crate::routes::paths::CONNECTORS);
    Ok(())
}
