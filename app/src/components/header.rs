//! A page's header: where it is, its title, its verdict, its actions.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::i18n::use_language;

/// Id of a page's title.
const TITLE_ID: &str = "page-title";

/// The header, and the document's title.
#[component]
pub(crate) fn PageHeader(
    /// The page's name.
    #[prop(into)]
    title: String,
    /// Links to the places above it: text and path.
    #[prop(optional)]
    above: Vec<(String, String)>,
    /// Stands beside the title.
    #[prop(optional, into)]
    aside: Option<AnyView>,
    /// Stands at the end of the line.
    #[prop(optional, into)]
    actions: Option<AnyView>,
) -> impl IntoView {
    let document_title = use_language().page_title(&title);
    let above =
        above.into_iter().map(|(text, href)| view! { <li><a href=href>{text}</a></li> }.into_any()).collect::<Vec<_>>();
    view! {
        <Title text=document_title/>
        <div class="page-header">
            <div class="page-heading">
                {(!above.is_empty()).then(|| view! { <ul class="above">{above}</ul> })}
                <h1 id=TITLE_ID tabindex="-1">{title}</h1>
                {aside}
            </div>
            <div class="page-actions">{actions}</div>
        </div>
    }
    .into_any()
}

/// Takes the focus to the page's title: after something was done whose button is gone, and after a change of the page.
pub(crate) fn focus_title() {
    focus(TITLE_ID);
}

/// Takes the focus to an element once what has just changed is drawn. One that cannot take it is no reason to stop.
pub(crate) fn focus(id: &'static str) {
    request_animation_frame(move || {
        use wasm_bindgen::JsCast;
        let element = document().get_element_by_id(id);
        if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}
