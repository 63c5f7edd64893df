//! The page for paths that lead nowhere.

use leptos::prelude::*;

use crate::components::failure::Failure;
use crate::components::header::PageHeader;
use crate::error::AppError;
use crate::i18n::use_language;

/// The page. The server sets the status.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    let language = use_language();
    view! {
        <PageHeader title=language.error_not_found_title()/>
        <Failure error=AppError::NotFound/>
    }
    .into_any()
}
