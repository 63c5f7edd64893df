//! Copies a text to the clipboard. Without script there is no button: the text can be selected.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::i18n::use_language;

/// The button; it appears once the page is awake.
#[component]
pub(crate) fn CopyButton(
    /// What is copied.
    text: String,
) -> impl IntoView {
    let language = use_language();
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        if let Some(window) = web_sys::window() {
            // A refusal (no permission, no secure context) leaves the text to be selected by hand.
            let _ = window.navigator().clipboard().write_text(&text);
            is_copied.set(true);
        }
    };
    view! {
        <button type="button" class="button button-small copy-button needs-script" on:click=copy>
            <Icon name=IconName::Copy/>
            <span aria-live="polite">{move || if is_copied.get() { language.copied() } else { language.copy() }}</span>
        </button>
    }
    .into_any()
}
