//! A line that says what has just happened: after a form, or while something is under way.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::failure::words;
use super::icon::{Icon, IconName};
use crate::error::AppError;
use crate::i18n::use_language;
use crate::routes::paths;

/// What kind of line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Bad,
    Busy,
    Plain,
}

/// One line.
#[component]
pub(crate) fn Notice(
    /// What kind.
    tone: Tone,
    /// The words.
    children: Children,
) -> impl IntoView {
    let (class, icon, role) = match tone {
        Tone::Good => ("notice notice-good", IconName::Check, "status"),
        Tone::Bad => ("notice notice-bad", IconName::Alert, "alert"),
        Tone::Busy => ("notice notice-busy", IconName::Spin, "status"),
        Tone::Plain => ("notice", IconName::Question, "status"),
    };
    view! {
        <div class=class role=role>
            <Icon name=icon/>
            <div class="notice-text">{children()}</div>
        </div>
    }
    .into_any()
}

/// The error that a form posted without script came back with, if it did.
#[component]
pub(crate) fn FormFailure() -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    move || {
        let error = query.with(|query| query.get_str(paths::FAILED).and_then(AppError::from_code));
        error.map(|error| failure_notice(language, error))
    }
}

/// A notice about an error.
pub(crate) fn failure_notice(language: crate::i18n::Language, error: AppError) -> AnyView {
    let (title, text) = words(language, error);
    view! {
        <Notice tone=Tone::Bad>
            <strong>{title}</strong>
            " "
            {text}
        </Notice>
    }
    .into_any()
}
