//! The port through which server functions reach the server (`ssr` only), and the one way of calling it.
//!
//! The server implements [`Backend`] over its services and provides one, made for the request at hand, in leptos' context.
//! Methods are intentions: plain arguments in, view models or [`AppError`] out. Implementations authorise, log and translate;
//! nothing here knows how. The wizard's methods stand apart, in [`WizardBackend`].

mod wizard;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use crate::error::{AppError, RequestId};
use crate::model::connector::{ConfigView, ConnectorAction, ConnectorList, ConnectorOverview, ConnectorQuery};
use crate::model::draft::{DraftView, Imported, Step};
use crate::model::topic::{Decoders, RecordPage, RecordPlace, RecordQuery, RecordRow, TopicList, TopicListQuery};
use crate::routes::paths;

pub use self::wizard::WizardBackend;

/// What a method answers, in the end.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, AppError>> + Send + 'a>>;

/// Everything the pages ask of the server.
///
/// Every method: cancel safe (a dropped future leaves nothing half done that a repetition would not complete), and its
/// errors have been logged by the implementation.
pub trait Backend: WizardBackend {
    /// One page of connectors. A page past the end is the last one.
    fn list_connectors(&self, query: ConnectorQuery) -> Reply<'_, ConnectorList>;

    /// Everything about one connector, or [`AppError::NotFound`].
    fn show_connector(&self, name: String) -> Reply<'_, ConnectorOverview>;

    /// A connector's configuration without its secrets, or [`AppError::NotFound`].
    fn show_config(&self, name: String) -> Reply<'_, ConfigView>;

    /// Asks for a change of state. It has been written down when this returns; that it has happened shows in
    /// [`Backend::show_connector`].
    fn act_on_connector(&self, name: String, action: ConnectorAction) -> Reply<'_, ()>;

    /// One page of topics. A page past the end is the last one.
    fn list_topics(&self, query: TopicListQuery) -> Reply<'_, TopicList>;

    /// Records of a topic, or [`AppError::NotFound`]. Of a live reading only what surrounds the records.
    fn read_records(&self, topic: String, query: RecordQuery) -> Reply<'_, RecordPage>;

    /// One record, cut off only beyond what a browser can show, or [`AppError::NotFound`].
    fn read_record(&self, topic: String, place: RecordPlace, decoders: Decoders) -> Reply<'_, RecordRow>;
}

/// The request's backend, as it lies in leptos' context.
#[derive(Clone)]
pub struct RequestBackend {
    /// The port.
    pub backend: Arc<dyn Backend>,
    /// The request's id, for faults that the backend never saw.
    pub request_id: RequestId,
}

/// Calls the backend and sets the answer's status. A form posted without script that fails goes back to the page it came
/// from, with the error's code in the URL.
///
/// # Errors
/// What the backend says; [`AppError::Internal`] when there is no backend in context, which is a fault of ours.
pub async fn call<T, Asked>(ask: impl FnOnce(Arc<dyn Backend>) -> Asked) -> Result<T, AppError>
where
    Asked: Future<Output = Result<T, AppError>>,
{
    let Some(RequestBackend { backend, .. }) = use_context::<RequestBackend>() else {
        return Err(AppError::Internal(RequestId::default()));
    };
    let answer = ask(backend).await;
    if let Err(error) = &answer {
        answer_error(*error);
    }
    answer
}

/// Sends the reader on after a form has been handled, with and without script.
pub fn go_to(path: &str) {
    leptos_axum::redirect(path);
}

/// Sends a reader without script on; with script the answer's value is enough and the page stays.
pub fn go_to_without_script(path: &str) {
    if is_plain_form() {
        leptos_axum::redirect(path);
    }
}

/// Goes to the draft that a pasted configuration has become; a text that was not read leaves a reader with script where they
/// are.
pub fn go_to_imported(imported: &Imported) {
    if let Imported::Draft(id) = imported {
        go_to(&paths::draft(id, Step::Review));
    }
}

/// After a step's form posted without script: runs the checks when the button asked for them, and goes to the page that the
/// button named, or stays where something is wrong.
///
/// # Errors
/// Those of the checks.
pub async fn go_on_after_step(step: Step, go: &str, view: &DraftView) -> Result<(), AppError> {
    if !is_plain_form() {
        return Ok(());
    }
    if go == paths::GO_CHECK {
        let id = view.id.clone();
        call(|backend| async move { backend.check_draft(id).await }).await?;
    }
    leptos_axum::redirect(&paths::after_step(step, go, view));
    Ok(())
}

fn answer_error(error: AppError) {
    let Some(response) = use_context::<ResponseOptions>() else { return };
    if is_plain_form() {
        let came_from = use_context::<Parts>().and_then(|parts| came_from(&parts)).unwrap_or_else(|| "/".to_owned());
        let target = with_failure(&came_from, error);
        if let Ok(location) = HeaderValue::from_str(&target) {
            response.set_status(StatusCode::SEE_OTHER);
            response.insert_header(header::LOCATION, location);
        }
    } else if let Ok(status) = StatusCode::from_u16(error.status()) {
        response.set_status(status);
    }
}

/// The request is a form that a browser posted by itself.
pub fn is_plain_form() -> bool {
    use_context::<Parts>().is_some_and(|parts| {
        parts.method == http::Method::POST
            && parts
                .headers
                .get(header::ACCEPT)
                .and_then(|accept| accept.to_str().ok())
                .is_some_and(|accept| accept.contains("text/html"))
    })
}

/// Path and query of the referring page: only ever a path of this server.
fn came_from(parts: &Parts) -> Option<String> {
    let referer = parts.headers.get(header::REFERER)?.to_str().ok()?;
    let after_scheme = referer.split_once("://")?.1;
    let path = &after_scheme[after_scheme.find('/')?..];
    (!path.starts_with("//")).then(|| path.split('#').next().unwrap_or_default().to_owned())
}

fn with_failure(path: &str, error: AppError) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let is_ours = |pair: &&str| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && name != paths::FAILED && name != paths::DONE
    };
    let mut pairs: Vec<&str> = query.split('&').filter(is_ours).collect();
    let failed = format!("{}={}", paths::FAILED, error.code());
    pairs.push(&failed);
    format!("{path}?{}", pairs.join("&"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn parts(referer: &str) -> Parts {
        http::Request::builder().header(header::REFERER, referer).body(()).unwrap().into_parts().0
    }

    #[test]
    fn a_failed_form_goes_back_with_one_code() {
        let back = with_failure("/connectors/new?draft=1&failed=conflict&step=what&done=x", AppError::NotFound);

        assert_eq!(back, "/connectors/new?draft=1&step=what&failed=not-found");
        assert_eq!(with_failure("/", AppError::Conflict), "/?failed=conflict");
    }

    #[test]
    fn only_paths_are_taken_from_the_referring_page() {
        assert_eq!(came_from(&parts("http://h:3000/a?b=1#c")).as_deref(), Some("/a?b=1"));
        assert_eq!(came_from(&parts("http://h//evil.example/")), None);
        assert_eq!(came_from(&parts("http://h")), None);
    }
}
