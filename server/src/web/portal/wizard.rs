//! Connectors being set up: the wizard's port over drafts, the engine's own validation, and what MongoDB and Kafka say.
//!
//! A draft is one configuration, kept sealed. Forms and texts are views over it, made in the files below without any I/O.

mod body;
mod checks;
mod edits;
mod outside;
mod scope;
mod target;
mod text;
mod view;

use app::backend::{Reply, WizardBackend};
use app::error::AppError;
use app::model::check::CheckReport;
use app::model::draft::{
    Created, DraftId, DraftView, Imported, PasswordChange, ScopeForm, Seen, StartForm, Step, TargetForm, TextSaved,
};
use app::model::outcome::Outcome;
use app::model::source::{CollectionList, CollectionRow, CollectionSize, CopyEstimate, DatabaseList, DatabaseRow};
use connect::lifecycle::DesiredState;
use uuid::Uuid;

use self::body::{Body, StoredEstimate, URI};
use self::checks::Checking;
use self::edits::Stale;
use super::RequestPortal;
use crate::mongo::discover::CollectionKind;
use crate::service::discovery::CopySize;
use crate::service::error::Conflict;
use crate::service::submission::NAME;
use crate::service::{self, discovery, drafts, outcome};

impl WizardBackend for RequestPortal {
    fn import_draft(&self, text: String, is_kept: bool) -> Reply<'_, Imported> {
        Box::pin(async move { self.import(&text, is_kept).await })
    }

    fn show_draft(&self, id: DraftId) -> Reply<'_, DraftView> {
        Box::pin(async move {
            let body = self.load(&id).await?;
            self.view(id, &body, body.edits.shown_to_new_page()).await
        })
    }

    fn save_source(&self, id: DraftId, seen: Seen, uri: String, password: PasswordChange) -> Reply<'_, DraftView> {
        Box::pin(async move { self.change(id, seen, |body| body.set_source(&uri, password)).await })
    }

    fn save_scope(&self, id: DraftId, seen: Seen, form: ScopeForm) -> Reply<'_, DraftView> {
        Box::pin(async move {
            let mut is_done = true;
            let mut view = self.change_config(id, seen, |config| is_done = scope::set_scope(config, form)).await?;
            view.estimate = self.estimate(&view).await?;
            if !is_done {
                let text = "The configuration has a pipeline of its own: choose the collections there.";
                let mut problem = view::problem(scope::PIPELINE, text.to_owned(), false);
                problem.step = Step::What;
                view.problems.push(problem);
            }
            Ok(view)
        })
    }

    fn save_start(&self, id: DraftId, seen: Seen, form: StartForm) -> Reply<'_, DraftView> {
        Box::pin(async move { self.change_config(id, seen, |config| scope::set_start(config, &form)).await })
    }

    fn save_target(&self, id: DraftId, seen: Seen, form: TargetForm) -> Reply<'_, DraftView> {
        Box::pin(async move { self.change_config(id, seen, |config| target::set_target(config, &form)).await })
    }

    fn save_name(&self, id: DraftId, seen: Seen, name: String) -> Reply<'_, DraftView> {
        let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        Box::pin(async move { self.change(id, seen, |body| body.name = name).await })
    }

    fn save_text(&self, id: DraftId, seen: Seen, text: String) -> Reply<'_, TextSaved> {
        Box::pin(async move { self.save_whole(id, seen, &text).await })
    }

    fn check_draft(&self, id: DraftId) -> Reply<'_, CheckReport> {
        Box::pin(async move { Checking::begin(self.again(), id).await?.end().await })
    }

    fn list_databases(&self, id: DraftId) -> Reply<'_, DatabaseList> {
        Box::pin(async move {
            let uri = self.uri(&id).await?;
            match discovery::list_databases(&self.state().remote, &self.principal, &uri).await {
                Ok(found) => {
                    let named = found.into_iter().filter(|entry| !entry.is_internal);
                    let rows = named.map(|entry| DatabaseRow { name: entry.name, size_bytes: None }).collect();
                    Ok(DatabaseList { rows, obstacle: String::new() })
                }
                Err(error) => Ok(DatabaseList { rows: Vec::new(), obstacle: self.obstacle(error)? }),
            }
        })
    }

    fn list_collections(&self, id: DraftId, database: String) -> Reply<'_, CollectionList> {
        Box::pin(async move {
            let uri = self.uri(&id).await?;
            match discovery::list_collections(&self.state().remote, &self.principal, &uri, &database).await {
                Ok(found) => {
                    let followed = found.into_iter().filter(|entry| entry.kind == CollectionKind::Collection);
                    let rows = followed.map(|entry| CollectionRow { name: entry.name }).collect();
                    Ok(CollectionList { rows, obstacle: String::new() })
                }
                Err(error) => Ok(CollectionList { rows: Vec::new(), obstacle: self.obstacle(error)? }),
            }
        })
    }

    fn size_collections(&self, id: DraftId, database: String, names: Vec<String>) -> Reply<'_, Vec<CollectionSize>> {
        Box::pin(async move {
            let (uri, asked) = (self.uri(&id).await?, names.clone());
            let (remote, principal) = (&self.state().remote, &self.principal);
            match discovery::size_collections(remote, principal, &uri, &database, names).await {
                Ok(sizes) => Ok(sizes.into_iter().map(|(name, size)| known(name, size)).collect()),
                Err(error) => {
                    self.obstacle(error)?;
                    Ok(asked.into_iter().map(|name| known(name, Default::default())).collect())
                }
            }
        })
    }

    fn show_outcome(&self, id: DraftId) -> Reply<'_, Outcome> {
        Box::pin(async move {
            let config = self.load(&id).await?.config();
            let collections = scope::scope(&config).collections;
            match outcome::show(&self.state().remote, &self.principal, &config, &collections).await {
                Ok(found) => Ok(outside::outcome(found)),
                Err(error) => self.no_outcome(error),
            }
        })
    }

    fn create_connector(&self, id: DraftId) -> Reply<'_, Created> {
        Box::pin(async move { self.create(&id).await })
    }

    fn discard_draft(&self, id: DraftId) -> Reply<'_, ()> {
        Box::pin(async move {
            drafts::delete(self.state(), &self.principal, key(&id)?).await.map_err(|error| self.tell(error))
        })
    }
}

impl RequestPortal {
    /// Counts what a copy of the chosen collections amounts to, and keeps it with the draft; `None` where MongoDB cannot be asked.
    async fn estimate(&self, view: &DraftView) -> Result<Option<CopyEstimate>, AppError> {
        let ScopeForm { database, collections, .. } = view.scope.clone();
        if database.is_empty() {
            return Ok(None);
        }
        let uri = self.uri(&view.id).await?;
        let asked = discovery::size_copy(&self.state().remote, &self.principal, &uri, &database, collections).await;
        let estimate = match asked {
            Ok(CopySize { documents, size_bytes, is_more }) => CopyEstimate { documents, size_bytes, is_more },
            Err(error) => return self.obstacle(error).map(|_| None),
        };
        let of = view.scope.clone();
        self.note(&view.id, move |body| body.estimate = Some(StoredEstimate { of, estimate })).await?;
        Ok(Some(estimate))
    }

    async fn begin(&self, body: &Body) -> Result<DraftId, AppError> {
        let id = Uuid::now_v7();
        let text = serde_json::to_string(body).map_err(|_| AppError::Internal(self.request_id))?;
        drafts::save(self.state(), &self.principal, id, &text).await.map_err(|error| self.tell(error))?;
        Ok(DraftId(id.to_string()))
    }

    async fn import(&self, pasted: &str, is_kept: bool) -> Result<Imported, AppError> {
        let body = match text::of_text(pasted) {
            Ok(body) => body,
            Err(error) if is_kept => {
                let mut body = text::blank();
                body.unread = Some(text::unread(pasted, error));
                body
            }
            Err(error) => return Ok(Imported::Unreadable { line: text::line(&error), reason: error.reason }),
        };
        Ok(Imported::Draft(self.begin(&body).await?))
    }

    async fn save_whole(&self, id: DraftId, seen: Seen, written: &str) -> Result<TextSaved, AppError> {
        let mut unreadable = None;
        let take = |body: &mut Body| {
            if let Err(error) = text::take_over(body, written) {
                unreadable = Some((error.reason.clone(), text::line(&error)));
                body.unread = Some(text::unread(written, error));
            }
        };
        let view = self.change(id, seen, take).await?;
        Ok(match unreadable {
            Some((reason, line)) => TextSaved::Unreadable { reason, line },
            None => TextSaved::Saved(Box::new(view)),
        })
    }

    async fn create(&self, id: &DraftId) -> Result<Created, AppError> {
        let body = self.load(id).await?;
        let mut view = self.view(id.clone(), &body, body.edits.shown_to_new_page()).await?;
        if view::is_hindered(&view) {
            return Ok(Created::Refused(Box::new(view)));
        }
        let submission = body.config().into();
        let (state, principal) = (self.state(), &self.principal);
        match service::connectors::create(state, principal, &view.name, submission, DesiredState::Running).await {
            Ok(stored) => {
                let name = stored.connector.name().to_owned();
                drafts::delete(state, principal, key(id)?).await.map_err(|error| self.tell(error))?;
                Ok(Created::Connector(name))
            }
            Err(service::Error::Conflict(conflict @ Conflict::NameTaken(_))) => {
                view.problems.push(view::problem(NAME, conflict.to_string(), false));
                Ok(Created::Refused(Box::new(view)))
            }
            Err(service::Error::Invalid(errors)) => {
                let refused = errors.into_iter().map(|error| view::problem(&error.name, error.message, false));
                view.problems.extend(refused);
                Ok(Created::Refused(Box::new(view)))
            }
            Err(error) => Err(self.tell(error)),
        }
    }

    /// Changes a draft's configuration and shows it.
    async fn change_config(
        &self,
        id: DraftId,
        seen: Seen,
        change: impl FnOnce(&mut connect::config::SubmittedConfig) + Send,
    ) -> Result<DraftView, AppError> {
        let changed = |body: &mut Body| {
            let mut config = body.config();
            change(&mut config);
            body.set_config(&config);
        };
        self.change(id, seen, changed).await
    }

    /// An edit by the page that has seen `seen`; shows the draft to it. Without an id, the draft begins with it.
    async fn change(
        &self,
        id: DraftId,
        seen: Seen,
        change: impl FnOnce(&mut Body) + Send,
    ) -> Result<DraftView, AppError> {
        if id.0.is_empty() {
            let mut body = text::blank();
            change(&mut body);
            let seen = body.edits.take(&Seen::default()).map_err(|Stale| AppError::Conflict)?;
            return self.view(self.begin(&body).await?, &body, seen).await;
        }
        let edit = |body: &mut Body| {
            let seen = body.edits.take(&seen).map_err(|Stale| AppError::Conflict)?;
            change(body);
            Ok((body.clone(), seen))
        };
        let (body, seen) = self.rewrite(&id, edit).await?;
        self.view(id, &body, seen).await
    }

    /// Adds something to a draft that no form shows: it is nobody's edit.
    async fn note(&self, id: &DraftId, add: impl FnOnce(&mut Body) + Send) -> Result<(), AppError> {
        let noted = |body: &mut Body| {
            add(body);
            Ok(())
        };
        self.rewrite(id, noted).await
    }

    /// Reads, changes and keeps a draft in one piece; what fails leaves it as it was.
    async fn rewrite<T: Send>(
        &self,
        id: &DraftId,
        change: impl FnOnce(&mut Body) -> Result<T, AppError> + Send,
    ) -> Result<T, AppError> {
        let request_id = self.request_id;
        let rewritten = move |kept: &str| {
            // A draft that another release has written in another form can only be begun anew.
            let Ok(mut body) = serde_json::from_str::<Body>(kept) else { return (None, Err(AppError::NotFound)) };
            let answer = change(&mut body);
            match serde_json::to_string(&body) {
                Ok(text) if answer.is_ok() => (Some(text), answer),
                Ok(_) => (None, answer),
                Err(_) => (None, Err(AppError::Internal(request_id))),
            }
        };
        let done = drafts::change(self.state(), &self.principal, key(id)?, rewritten).await;
        done.map_err(|error| self.tell(error))?
    }

    async fn view(&self, id: DraftId, body: &Body, seen: Seen) -> Result<DraftView, AppError> {
        let taken = service::connectors::list_names(self.state(), &self.principal).await;
        let taken = taken.map_err(|error| self.tell(error))?;
        let fingerprint = service::checks::fingerprint(&self.state().remote, &checks::request(body));
        Ok(view::view(body, view::Surroundings { id, seen, taken: &taken, fingerprint: &fingerprint }))
    }

    /// The draft; the one that the first save would begin when there is no id.
    async fn load(&self, id: &DraftId) -> Result<Body, AppError> {
        if id.0.is_empty() {
            return Ok(text::blank());
        }
        let kept = drafts::find(self.state(), &self.principal, key(id)?).await.map_err(|error| self.tell(error))?;
        // A draft that another release has written in another form can only be begun anew.
        serde_json::from_str(&kept).map_err(|_| AppError::NotFound)
    }

    /// The draft's connection string, a secret; empty while there is none.
    async fn uri(&self, id: &DraftId) -> Result<String, AppError> {
        Ok(self.load(id).await?.config().get(URI).unwrap_or_default().to_owned())
    }

    /// The same port once more, for what outlives the call.
    fn again(&self) -> Self {
        Self { portal: self.portal.clone(), principal: self.principal.clone(), request_id: self.request_id }
    }
}

fn key(id: &DraftId) -> Result<Uuid, AppError> {
    id.0.parse().map_err(|_| AppError::NotFound)
}

fn known(name: String, size: crate::mongo::discover::CollectionSize) -> CollectionSize {
    CollectionSize { name, documents: size.documents, average_bytes: size.average_bytes }
}
