//! JSON as a tree of native disclosures: exact numbers, extended JSON's types named, large documents built as they are opened.

use leptos::ev;
use leptos::prelude::*;

use crate::i18n::{Language, format, use_language};
use crate::model::json_tree::JsonNode;

/// Nodes up to which a tree is built at once, so that it is all there without script.
const SMALL_TREE: usize = 400;

/// Items of a list, or fields of an object, that are built at once in a large tree.
const CHUNK: usize = 100;

/// Levels that are open at first.
const OPEN_DEPTH: usize = 2;

/// Characters of one text that are shown in a tree; raw shows all.
const TEXT_CHARS: usize = 2_000;

/// The tree.
#[component]
pub(crate) fn JsonView(
    /// The document.
    node: JsonNode,
) -> impl IntoView {
    let language = use_language();
    let is_small = count(&node, SMALL_TREE + 1) <= SMALL_TREE;
    let drawing = Drawing { language, is_small, depth: 0 };
    view! { <ul class="json">{entry(drawing, None, node)}</ul> }.into_any()
}

#[derive(Clone, Copy)]
struct Drawing {
    language: Language,
    is_small: bool,
    depth: usize,
}

/// A child's name: a field's, or an index.
#[derive(Clone)]
enum Name {
    Field(String),
    Index(usize),
}

/// Nodes of a tree, counted up to a limit.
fn count(node: &JsonNode, limit: usize) -> usize {
    let mut total = 1;
    let mut add = |child: &JsonNode| {
        if total < limit {
            total += count(child, limit - total);
        }
    };
    match node {
        JsonNode::List(items) => items.iter().for_each(&mut add),
        JsonNode::Object(entries) => entries.iter().for_each(|(_, child)| add(child)),
        _ => {}
    }
    total
}

fn entry(drawing: Drawing, name: Option<Name>, node: JsonNode) -> AnyView {
    let language = drawing.language;
    match node {
        JsonNode::Object(entries) if !entries.is_empty() => {
            let size = format!("{{{}}}", format::count(entries.len() as u64));
            let children = entries.into_iter().map(|(key, child)| (Name::Field(key), child)).collect();
            branch(drawing, name, size, children)
        }
        JsonNode::List(items) if !items.is_empty() => {
            let size = format!("[{}]", format::count(items.len() as u64));
            let children = items.into_iter().enumerate().map(|(index, child)| (Name::Index(index), child)).collect();
            branch(drawing, name, size, children)
        }
        leaf => {
            let (class, kind, text) = leaf_parts(language, leaf);
            view! {
                <li class="json-leaf">
                    {label(name)}
                    {kind.map(|kind| view! { <span class="json-kind">{kind}</span> })}
                    <span class=class>{text}</span>
                </li>
            }
            .into_any()
        }
    }
}

fn label(name: Option<Name>) -> Option<AnyView> {
    let (class, text) = match name? {
        Name::Field(field) => ("json-key", field),
        Name::Index(index) => ("json-index", index.to_string()),
    };
    Some(view! { <span class=class>{text}</span> }.into_any())
}

/// Class, type and text of a node without children.
fn leaf_parts(language: Language, node: JsonNode) -> (&'static str, Option<&'static str>, String) {
    match node {
        JsonNode::Null => ("json-word", None, "null".to_owned()),
        JsonNode::Bool(value) => ("json-word", None, value.to_string()),
        JsonNode::Number(text) => ("json-number", None, text),
        JsonNode::Text(text) => ("json-text", None, shortened(language, text)),
        JsonNode::Typed { kind, text } => ("json-typed", Some(kind), typed_text(language, kind, text)),
        JsonNode::List(_) => ("json-word", None, "[]".to_owned()),
        JsonNode::Object(_) => ("json-word", None, "{}".to_owned()),
    }
}

/// A date in milliseconds gets the moment beside it; the number stays.
fn typed_text(language: Language, kind: &str, text: String) -> String {
    match text.parse::<i64>() {
        Ok(at_ms) if kind == "Date" && format::is_writable(at_ms) => format!("{} · {text}", format::iso(at_ms)),
        _ => shortened(language, text),
    }
}

fn shortened(language: Language, text: String) -> String {
    match text.char_indices().nth(TEXT_CHARS) {
        None => text,
        Some((end, _)) => {
            let total = format::count(text.chars().count() as u64);
            format!("{}{}", &text[..end], language.text_goes_on(&total))
        }
    }
}

fn branch(drawing: Drawing, name: Option<Name>, size: String, children: Vec<(Name, JsonNode)>) -> AnyView {
    let is_open = drawing.depth < OPEN_DEPTH;
    let below = Drawing { depth: drawing.depth + 1, ..drawing };
    let opened = RwSignal::new(is_open);
    let content = if drawing.is_small {
        let children: Vec<AnyView> =
            children.into_iter().map(|(name, child)| entry(below, Some(name), child)).collect();
        view! { <ul>{children}</ul> }.into_any()
    } else {
        let children = StoredValue::new(children);
        (move || opened.get().then(|| chunks(below, children))).into_any()
    };
    disclosure(name, size, opened, content)
}

fn disclosure(name: Option<Name>, size: String, opened: RwSignal<bool>, content: AnyView) -> AnyView {
    // What has been built once stays, so that opening again is instant and keeps what was opened inside.
    let toggled = move |event: ev::Event| {
        if is_open_now(&event) && !opened.get_untracked() {
            opened.set(true);
        }
    };
    view! {
        <li>
            <details open=opened.get_untracked() on:toggle=toggled>
                <summary>
                    {label(name)}
                    <span class="json-size">{size}</span>
                </summary>
                {content}
            </details>
        </li>
    }
    .into_any()
}

/// Children of an opened branch of a large tree, some at a time.
fn chunks(below: Drawing, children: StoredValue<Vec<(Name, JsonNode)>>) -> AnyView {
    let total = children.with_value(Vec::len);
    let shown = RwSignal::new(CHUNK.min(total));
    let items = move || {
        let end = shown.get();
        children.with_value(|children| {
            let shown = children[..end].iter().map(|(name, child)| entry(below, Some(name.clone()), child.clone()));
            shown.collect::<Vec<AnyView>>()
        })
    };
    let more = move || {
        let left = total - shown.get();
        (left > 0).then(|| {
            let words = below.language.more_items(&format::count(left.min(CHUNK) as u64));
            let show_more = move |_| shown.update(|shown| *shown = (*shown + CHUNK).min(total));
            view! { <button class="button button-quiet" type="button" on:click=show_more>{words}</button> }
        })
    };
    view! {
        <ul>{items}</ul>
        {more}
    }
    .into_any()
}

/// Whether a disclosure that has just been toggled is open.
pub(crate) fn is_open_now(event: &ev::Event) -> bool {
    event_target::<web_sys::Element>(event).has_attribute("open")
}
