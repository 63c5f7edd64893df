//! The page for paths that lead nowhere.

use leptos::prelude::*;

use crate::components::header::PageHeader;
use crate::i18n::use_language;
use crate::routes::paths;

/// The page. The server sets the status.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let language = use_language();
    view! {
        <PageHeader title=language.error_not_found_title()/>
        <p class="lead">{language.error_not_found_text()}</p>
        <p><a href=paths::CONNECTORS>{language.back_to_connectors()}</a></p>
    }
    .into_any()
}
