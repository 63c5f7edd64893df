//! Links to the neighbouring pages of a list.

use leptos::prelude::*;

use crate::i18n::Language;

/// The links; nothing when there is one page.
pub(crate) fn pager(language: Language, page: u32, page_count: u32, url: impl Fn(u32) -> String) -> Option<AnyView> {
    let link = |to: u32, rel: &'static str, text: &'static str| {
        view! { <a class="button" rel=rel href=url(to)>{text}</a> }.into_any()
    };
    (page_count > 1).then(|| {
        view! {
            <nav class="pager" aria-label=language.pages()>
                {(page > 1).then(|| link(page - 1, "prev", language.previous_page()))}
                <span>{language.page_of(&page, &page_count)}</span>
                {(page < page_count).then(|| link(page + 1, "next", language.next_page()))}
            </nav>
        }
        .into_any()
    })
}
