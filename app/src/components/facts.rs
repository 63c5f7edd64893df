//! Numbers with their names, side by side.

use leptos::prelude::*;

/// A grid of facts.
#[component]
pub(crate) fn Facts(
    /// Name and value of each.
    facts: Vec<(&'static str, AnyView)>,
) -> impl IntoView {
    let facts = facts
        .into_iter()
        .map(|(name, value)| view! { <div class="fact"><dt>{name}</dt><dd>{value}</dd></div> }.into_any())
        .collect::<Vec<_>>();
    view! { <dl class="facts">{facts}</dl> }.into_any()
}
