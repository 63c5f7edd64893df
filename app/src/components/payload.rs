//! A key, value or header in full: as a tree or as text, with what it was taken for and what it could not be.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::json_view::JsonView;
use crate::i18n::{Language, format, use_language};
use crate::model::json_tree;
use crate::model::topic::{Encoding, Payload};

/// Characters of the one line that stands for a whole payload.
const LINE_CHARS: usize = 160;

/// The payload.
#[component]
pub(crate) fn PayloadBody(
    /// What to show.
    payload: Payload,
    /// Show the text as it is.
    raw: bool,
) -> impl IntoView {
    let language = use_language();
    let facts = facts(language, &payload);
    let refusals = refusals(language, &payload);
    view! {
        <div class="payload-body">
            {content(payload, raw)}
            <p class="payload-facts quiet">{facts}</p>
            {refusals}
        </div>
    }
    .into_any()
}

/// Tree where it is one, else the text.
fn content(payload: Payload, raw: bool) -> AnyView {
    let is_tree = !raw && !payload.is_cut && matches!(payload.encoding, Encoding::Json | Encoding::Bson);
    let node = if is_tree { json_tree::parse(&payload.text) } else { None };
    match node {
        Some(node) => view! { <JsonView node/> }.into_any(),
        None if payload.encoding == Encoding::Null => ().into_any(),
        None => view! { <pre class="payload-text">{payload.text}</pre> }.into_any(),
    }
}

/// `JSON · 1.2 kB`
pub(crate) fn facts(language: Language, payload: &Payload) -> String {
    let encoding = language.encoding(payload.encoding);
    match payload.encoding {
        Encoding::Null => encoding.to_owned(),
        _ => format!("{encoding} · {}", format::size(payload.size_bytes)),
    }
}

/// The beginning of a payload on one line.
pub(crate) fn line(payload: &Payload) -> String {
    let mut text: String = payload
        .text
        .chars()
        .take(LINE_CHARS)
        .map(|character| if character.is_control() { ' ' } else { character })
        .collect();
    if text.len() < payload.text.len() || payload.is_cut {
        text.push('…');
    }
    text
}

fn refusals(language: Language, payload: &Payload) -> Option<AnyView> {
    if payload.refusals.is_empty() {
        return None;
    }
    let rows = payload
        .refusals
        .iter()
        .map(|refusal| {
            view! {
                <li>
                    <Icon name=IconName::Question/>
                    {language.refusal(*refusal)}
                </li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    Some(view! { <ul class="payload-refusals quiet">{rows}</ul> }.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_between_characters_and_says_so() {
        let payload = |text: &str| Payload { encoding: Encoding::Text, text: text.to_owned(), ..Payload::null() };

        assert_eq!(line(&payload("a\n한")), "a 한");
        assert_eq!(line(&payload(&"한".repeat(LINE_CHARS + 1))), format!("{}…", "한".repeat(LINE_CHARS)));
        assert_eq!(line(&Payload { is_cut: true, ..payload("ab") }), "ab…");
    }
}
