//! A configuration as text, in three notations, each to be copied.

use leptos::prelude::*;

use super::copy_button::CopyButton;
use crate::i18n::use_language;
use crate::model::connector::ConfigTexts;

/// The notations, folded.
#[component]
pub(crate) fn ConfigTextViews(
    /// The texts.
    texts: ConfigTexts,
) -> impl IntoView {
    let language = use_language();
    let views = [
        (language.text_properties(), texts.properties),
        (language.text_json(), texts.json),
        (language.text_yaml(), texts.yaml),
    ]
    .into_iter()
    .enumerate()
    .map(|(index, (title, text))| text_view(title, text, index == 0))
    .collect::<Vec<_>>();
    view! {
        <div class="texts">
            <p class="quiet">{language.secret_note()}</p>
            {views}
        </div>
    }
    .into_any()
}

fn text_view(title: &'static str, text: String, is_open: bool) -> AnyView {
    let shown = text.clone();
    view! {
        <details class="text-view" open=is_open>
            <summary>{title}</summary>
            <div class="code-box">
                <CopyButton text/>
                <pre class="code" tabindex="0" role="region" aria-label=title><code>{shown}</code></pre>
            </div>
        </details>
    }
    .into_any()
}
