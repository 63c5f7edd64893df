//! The portal's listener: pages, server functions, streams of events, and the built site.
//!
//! [`router`] puts it together; `application` serves it. Everything that a page asks goes through `app`'s backend port, which
//! [`portal`] implements over `crate::service`. Must not know SQL, the MongoDB driver or librdkafka.

mod headers;
mod portal;
mod preferences;
mod site;
mod stream;

use std::sync::{Arc, LazyLock};

use app::backend::{Backend, RequestBackend};
use app::error::RequestId;
use app::model::preferences::Preferences;
use app::routes::{App, AppProps};
use app::shell::document;
use axum::extract::DefaultBodyLimit;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderValue, StatusCode, header};
use axum::routing::post;
use axum::{Router, middleware};
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list, render_app_async_with_context,
};
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tracing::warn;

use self::portal::Portal;
use self::site::Site;
use crate::http_log;
use crate::state::AppState;

/// Makes the backend of one request.
type BackendForRequest = Arc<dyn Fn(RequestId) -> Arc<dyn Backend> + Send + Sync>;

/// Bytes of a form or of a server function's arguments: a pasted configuration is the largest.
const LARGEST_BODY_BYTES: usize = 1024 * 1024;

/// The pages' paths, asked of the application once a process: leptos suspends every loading of data, in all threads, while it
/// answers, so a second time would leave pages that are being rendered waiting for ever.
static ROUTES: LazyLock<Vec<AxumRouteListing>> =
    LazyLock::new(|| generate_route_list(|| App(AppProps { preferences: Preferences::default() })));

/// Everything on the portal's listener.
pub(crate) fn router(state: AppState) -> Router {
    let folder = state.config.site.resolved_dir();
    let site = Site::load(&folder).unwrap_or_else(|error| {
        warn!(
            error = &error as &dyn std::error::Error,
            "no site in {}: pages have neither style nor script until `cargo xtask build` has made it",
            folder.display()
        );
        Site::none()
    });
    let portal = Portal::new(state);
    let streams = stream::router(portal.clone());
    assemble(site, Arc::new(move |id| Arc::new(portal.for_request(id))), streams)
}

fn assemble(site: Site, backend_for: BackendForRequest, streams: Router) -> Router {
    let options = LeptosOptions::builder().output_name("naru").build();
    let assets = site.assets().clone();
    let render_document = move || document(assets.clone());
    let prepare = move || prepare_request(&backend_for);
    let prepare_missing = {
        let prepare = prepare.clone();
        move || {
            prepare();
            if let Some(response) = use_context::<ResponseOptions>() {
                response.set_status(StatusCode::NOT_FOUND);
            }
        }
    };
    let pages = Router::new()
        .leptos_routes_with_context(&options, ROUTES.clone(), prepare, render_document.clone())
        .route(app::routes::paths::PREFERENCES, post(preferences::save))
        .fallback(render_app_async_with_context(prepare_missing, render_document))
        .with_state(options)
        .layer(DefaultBodyLimit::max(LARGEST_BODY_BYTES));
    pages
        .merge(site.router())
        .merge(streams)
        .layer(CompressionLayer::new())
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn(headers::add_headers))
        .layer(middleware::from_fn_with_state(http_log::Door::Portal, http_log::log))
}

/// Puts into leptos' context what rendering a page or running a server function needs: the backend, the reader's
/// preferences, and (for pages, which have a nonce) the content security policy.
fn prepare_request(backend_for: &BackendForRequest) {
    let Some(parts) = use_context::<Parts>() else { return };
    let request_id = request_id(&parts.extensions);
    provide_context(RequestBackend { backend: backend_for(request_id), request_id });
    provide_context(preferences::read(&parts.headers));
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

/// The id that the log has. One that a client chose in another form than ours is not shown on pages.
fn request_id(extensions: &Extensions) -> RequestId {
    extensions.get::<http_log::RequestId>().and_then(|id| id.0.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
