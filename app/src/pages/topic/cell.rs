//! A record's key, value or headers in a table: one line, opened on demand, loaded whole on demand.

use leptos::ev;
use leptos::prelude::*;

use super::Reading;
use crate::api::topics::read_record;
use crate::components::icon::{Icon, IconName};
use crate::components::json_view::is_open_now;
use crate::components::notice::failure_notice;
use crate::components::payload::{PayloadBody, line};
use crate::i18n::{Language, format};
use crate::model::topic::{Decoder, Encoding, HeaderRow, Payload, RecordPlace, RecordRow};
use crate::routes::paths;

/// A text up to this length stands in its cell as it is.
const SHORT_BYTES: usize = 80;

/// Which part of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Key,
    Value,
}

impl Part {
    fn of(self, row: RecordRow) -> Payload {
        match self {
            Self::Key => row.key,
            Self::Value => row.value,
        }
    }

    fn decoder(self, reading: Reading) -> Decoder {
        match self {
            Self::Key => reading.decoders.key,
            Self::Value => reading.decoders.value,
        }
    }
}

/// A key or value.
pub(super) fn payload_view(
    language: Language,
    reading: Reading,
    place: RecordPlace,
    part: Part,
    payload: Payload,
) -> AnyView {
    let refused = payload.refusals.first().filter(|_| part.decoder(reading) != Decoder::Auto);
    let refused = refused.map(|refusal| language.refusal(*refusal));
    if payload.encoding == Encoding::Null {
        let words = if part == Part::Value { language.tombstone() } else { language.null_value() };
        return view! { <span class="badge">{words}</span> }.into_any();
    }
    if refused.is_none() && is_short(&payload) {
        return view! { <code class="payload-line">{payload.text}</code> }.into_any();
    }
    let opened = RwSignal::new(false);
    let toggled = move |event: ev::Event| opened.set(is_open_now(&event));
    let kind = language.encoding(payload.encoding);
    let (line, size) = (line(&payload), format::size(payload.size_bytes));
    let payload = StoredValue::new(payload);
    let content = move || {
        if opened.get() {
            whole(language, reading, place, part, payload.get_value())
        } else {
            // Until script has opened it, and for readers without: the text as it is.
            view! { <pre class="payload-text">{payload.with_value(|payload| payload.text.clone())}</pre> }.into_any()
        }
    };
    view! {
        <details class="payload" on:toggle=toggled>
            <summary>
                <span class="payload-kind">{kind}</span>
                <code class="payload-line">{line}</code>
                <span class="payload-size quiet">{size}</span>
            </summary>
            {content}
        </details>
        {refused.map(|words| view! { <p class="payload-refused"><Icon name=IconName::Alert/>{words}</p> })}
    }
    .into_any()
}

/// Nothing would be seen by opening it.
fn is_short(payload: &Payload) -> bool {
    let is_branch = payload.text.trim_start().starts_with(['{', '[']);
    !payload.is_cut && !is_branch && payload.text.len() <= SHORT_BYTES && !payload.text.contains('\n')
}

/// The payload in full. What was cut off for the table is fetched when asked for; without script the link leads to the
/// record's own page.
fn whole(language: Language, reading: Reading, place: RecordPlace, part: Part, payload: Payload) -> AnyView {
    let raw = reading.raw.get();
    if !payload.is_cut {
        return view! { <PayloadBody payload raw/> }.into_any();
    }
    let topic = reading.topic.get_value();
    let href = paths::record(&topic, place, reading.decoders, raw);
    let size = format::size(payload.size_bytes);
    let load = Action::new(move |topic: &String| read_record(topic.clone(), place, reading.decoders));
    let (loaded, is_loading) = (load.value(), load.pending());
    let content = move || match loaded.get() {
        Some(Ok(row)) => view! { <PayloadBody payload=part.of(row) raw/> }.into_any(),
        outcome => {
            let fault = outcome.and_then(Result::err).map(|error| failure_notice(language, error));
            let (topic, href, size) = (topic.clone(), href.clone(), size.clone());
            let fetch = move |event: ev::MouseEvent| {
                event.prevent_default();
                load.dispatch(topic.clone());
            };
            let words =
                move || if is_loading.get() { language.loading().to_owned() } else { language.load_whole(&size) };
            view! {
                <PayloadBody payload=payload.clone() raw/>
                {fault}
                <a class="button button-small" href=href on:click=fetch>{words}</a>
            }
            .into_any()
        }
    };
    content.into_any()
}

/// A record's headers, folded.
pub(super) fn headers(language: Language, rows: Vec<HeaderRow>, omitted: u64) -> Option<AnyView> {
    if rows.is_empty() {
        return None;
    }
    let count = format::count(rows.len() as u64 + omitted);
    let view = view! {
        <details class="payload">
            <summary>{count}</summary>
            {headers_table(language, rows, omitted)}
        </details>
    };
    Some(view.into_any())
}

/// Headers as names and values.
pub(in crate::pages) fn headers_table(language: Language, rows: Vec<HeaderRow>, omitted: u64) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|HeaderRow { name, value }| {
            let text = match value.encoding {
                Encoding::Null => view! { <span class="badge">{language.null_value()}</span> }.into_any(),
                _ => view! { <code class="payload-text">{value.text}</code> }.into_any(),
            };
            view! {
                <div>
                    <dt class="mono">{name}</dt>
                    <dd>{text}</dd>
                </div>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    let left_out = (omitted > 0).then(|| language.headers_left_out(&format::count(omitted)));
    view! {
        <dl class="header-list">{rows}</dl>
        {left_out.map(|words| view! { <p class="quiet">{words}</p> })}
    }
    .into_any()
}
