//! Cells of tables. On a narrow screen a row becomes a card, so every cell can say what it is.

use leptos::prelude::*;

/// A column's heading.
pub(crate) fn heading(text: &'static str, class: &'static str) -> AnyView {
    view! { <th scope="col" class=class>{text}</th> }.into_any()
}

/// A cell with text, or a dash.
pub(crate) fn cell(label: &'static str, class: &'static str, text: Option<String>) -> AnyView {
    cell_view(label, class, text.map(IntoAny::into_any))
}

/// A cell with anything, or a dash.
pub(crate) fn cell_view(label: &'static str, class: &'static str, content: Option<AnyView>) -> AnyView {
    let content = content.unwrap_or_else(|| view! { <span class="quiet">"–"</span> }.into_any());
    view! { <td class=class data-label=label>{content}</td> }.into_any()
}
