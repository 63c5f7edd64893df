//! What went wrong, what it means, what to do: one panel.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::i18n::use_language;
use crate::model::connector::Trouble;

/// The panel.
#[component]
pub(crate) fn TroublePanel(
    /// What went wrong.
    trouble: Trouble,
    /// It passes by itself.
    passes: bool,
) -> impl IntoView {
    let language = use_language();
    let title = language.trouble(&trouble.code).map_or_else(|| trouble.code.clone(), sentence);
    let remedy = language.remedy(&trouble.code);
    let class = if passes { "trouble trouble-passing" } else { "trouble" };
    let context = (!trouble.context.is_empty()).then_some(trouble.context);
    view! {
        <section class=class>
            <Icon name=IconName::Alert/>
            <div>
                <h2 class="trouble-title">{title} " " <span class="quiet mono">{trouble.code}</span></h2>
                {remedy.map(|remedy| view! { <p><strong>{language.trouble_remedy()}": "</strong> {remedy}</p> })}
                {context
                    .map(|context| {
                        view! { <p class="quiet">{language.trouble_words()}": " <span class="mono">{context}</span></p> }
                    })}
            </div>
        </section>
    }
    .into_any()
}

/// With a capital, where the script has them: elsewhere the words stand within a sentence.
fn sentence(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
