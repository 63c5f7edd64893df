//! The portal's listener: pages, server functions, streams of events, and the built site.
//!
//! [`router`] puts it together; `lib` serves it. Everything that a page asks goes through `app`'s backend port, implemented
//! in [`portal`] over `crate::service`. Must not know SQL, the MongoDB driver or librdkafka.

mod headers;
mod preferences;
mod request;
mod site;

use std::sync::{Arc, LazyLock};

use app::backend::{Backend, RequestBackend};
use app::error::RequestId;
use app::model::preferences::Preferences;
use app::routes::{App, AppProps};
use app::shell::document;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::routing::post;
use leptos::config::LeptosOptions;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{AxumRouteListing, LeptosRoutes, ResponseOptions, generate_route_list, render_app_async_with_context};
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;

pub(crate) use site::Site;

/// Makes the backend of one request.
pub(crate) type BackendForRequest = Arc<dyn Fn(&Parts) -> Arc<dyn Backend> + Send + Sync>;

/// Bytes of a form or of a server function's arguments: a pasted configuration is the largest.
const LARGEST_BODY_BYTES: usize = 1024 * 1024;

/// The pages' paths, asked of the application once a process: leptos suspends every loading of data, in all threads, while it
/// answers, so a second time would leave pages that are being rendered waiting for ever.
static ROUTES: LazyLock<Vec<AxumRouteListing>> =
    LazyLock::new(|| generate_route_list(|| App(AppProps { preferences: Preferences::default() })));

/// The portal: pages and server functions over the backend, `streams` merged in, the site's files beside them.
pub(crate) fn router(site: Site, backend_for: BackendForRequest, streams: Router) -> Router {
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
        .layer(axum::middleware::from_fn(headers::add_headers))
        .layer(axum::middleware::from_fn(request::trace))
}

/// Puts into leptos' context what rendering a page or running a server function needs: the backend, the reader's
/// preferences, and (for pages, which have a nonce) the content security policy.
fn prepare_request(backend_for: &BackendForRequest) {
    let Some(parts) = use_context::<Parts>() else { return };
    let request_id = parts.extensions.get::<RequestId>().copied().unwrap_or_default();
    provide_context(RequestBackend { backend: backend_for(&parts), request_id });
    provide_context(preferences::read(&parts.headers));
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&nonce))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
}

#[cfg(test)]
mod tests;
