//! What a page shows instead of data that could not be had.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::error::{AppError, Dependency};
use crate::i18n::{Language, use_language};
use crate::routes::paths;

/// A failed answer, as a state of the page.
#[component]
pub(crate) fn Failure(
    /// What went wrong.
    error: AppError,
) -> impl IntoView {
    let language = use_language();
    let (title, text) = words(language, error);
    let request = match error {
        AppError::Internal(id) if id.0 != 0 => Some(language.error_request_id(&id)),
        _ => None,
    };
    view! {
        <div class="failure" role="alert">
            <Icon name=IconName::Alert/>
            <div>
                <h2>{title}</h2>
                <p>{text}</p>
                {request.map(|request| view! { <p class="quiet mono">{request}</p> })}
                <p><a href=paths::CONNECTORS>{language.back_to_connectors()}</a></p>
            </div>
        </div>
    }
    .into_any()
}

/// Title and text for an error.
pub(crate) fn words(language: Language, error: AppError) -> (&'static str, &'static str) {
    match error {
        AppError::NotFound => (language.error_not_found_title(), language.error_not_found_text()),
        AppError::Conflict => (language.error_conflict_title(), language.error_conflict_text()),
        AppError::Invalid => (language.error_invalid_title(), language.error_invalid_text()),
        AppError::Forbidden => (language.error_forbidden_title(), language.error_forbidden_text()),
        AppError::Unavailable(Dependency::Postgres) => {
            (language.error_postgres_title(), language.error_postgres_text())
        }
        AppError::Unavailable(Dependency::MongoDb) => (language.error_mongodb_title(), language.error_mongodb_text()),
        AppError::Unavailable(Dependency::Kafka) => (language.error_kafka_title(), language.error_kafka_text()),
        AppError::Network => (language.error_network_title(), language.error_network_text()),
        AppError::Outdated => (language.error_outdated_title(), language.error_outdated_text()),
        AppError::Internal(_) => (language.error_internal_title(), language.error_internal_text()),
    }
}
