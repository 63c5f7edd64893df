//! The designed emptiness: what is not there yet, and what to do about it.

use leptos::prelude::*;

/// An empty state.
#[component]
pub(crate) fn Empty(
    /// What is missing, in a few words.
    title: &'static str,
    /// Why, or what to do.
    text: &'static str,
    /// A link or button.
    #[prop(optional, into)]
    action: Option<AnyView>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <h2>{title}</h2>
            <p>{text}</p>
            {action}
        </div>
    }
    .into_any()
}
