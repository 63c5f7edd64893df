//! Links to the neighbouring pages of a list.

use leptos::prelude::*;

use crate::i18n::use_language;

/// The links; nothing when there is one page.
#[component]
pub(crate) fn Pager(
    /// This page, from 1.
    page: u32,
    /// How many there are.
    page_count: u32,
    /// The URL of a page.
    url: impl Fn(u32) -> String,
) -> impl IntoView {
    let language = use_language();
    let previous = (page > 1).then(|| url(page - 1));
    let next = (page < page_count).then(|| url(page + 1));
    (page_count > 1)
        .then(|| {
            view! {
                <nav class="pager" aria-label=language.pages()>
                    {previous.map(|href| view! { <a class="button" rel="prev" href=href>{language.previous_page()}</a> })}
                    <span>{language.page_of(&page, &page_count)}</span>
                    {next.map(|href| view! { <a class="button" rel="next" href=href>{language.next_page()}</a> })}
                </nav>
            }
        })
        .into_any()
}
