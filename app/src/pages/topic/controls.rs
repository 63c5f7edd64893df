//! What is asked of a topic, as a plain GET form. With script the same form leads to the canonical URL without a new document.

use leptos::ev;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::i18n::{format, use_language, use_preferences};
use crate::model::preferences::Zone;
use crate::model::topic::{Decoder, Decoders, ReadFrom, RecordQuery, USUAL_LIMIT};
use crate::routes::asked::{self, Asked};
use crate::routes::paths;

/// Numbers of records to choose from.
const LIMITS: [u32; 5] = [20, USUAL_LIMIT, 100, 200, 500];

/// The form, and the choice between tree and text.
#[component]
pub(super) fn Controls(topic: Memo<String>, asked: Memo<Asked>, again: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let zone = use_preferences().zone;
    let navigate = use_navigate();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(form) = read_form(&event) else { return };
        let wanted = asked::records(&|name| form.get(name).as_string(), zone);
        let is_same = asked.with_untracked(|asked| asked.query == wanted.query);
        if is_same {
            again.update(|again| *again += 1);
        } else {
            let raw = asked.with_untracked(|asked| asked.raw);
            navigate(&paths::topic_records(&topic.get_untracked(), &wanted.query, raw), NavigateOptions::default());
        }
    };
    let query = Memo::new(move |_| asked.with(|asked| asked.query.clone()));
    view! {
        <form class="controls" method="get" action=move || paths::topic(&topic.get()) on:submit=submit>
            <input type="hidden" name="zone" value=zone.code()/>
            {move || asked.with(|asked| asked.raw).then(|| view! { <input type="hidden" name="view" value="raw"/> })}
            <Start query zone/>
            <Which query/>
            <Decoding query/>
            <button class="button button-main" type="submit">{language.show()}</button>
            <Views topic asked/>
        </form>
    }
    .into_any()
}

fn read_form(event: &ev::SubmitEvent) -> Option<web_sys::FormData> {
    let form: web_sys::HtmlFormElement = event_target(event);
    web_sys::FormData::new_with_form(&form).ok()
}

/// Where reading begins. Fields of other starts are hidden by the style sheet, so that it works without script.
#[component]
fn Start(query: Memo<RecordQuery>, zone: Zone) -> impl IntoView {
    let language = use_language();
    let from = Memo::new(move |_| query.with(|query| query.from));
    let starts = [
        ("newest", language.begin_newest()),
        ("beginning", language.begin_beginning()),
        ("offset", language.begin_offset()),
        ("time", language.begin_time()),
        ("live", language.begin_live()),
    ];
    let code = move || match paths::read_from_code(from.get()) {
        "" => "newest",
        code => code,
    };
    let offset = move || match from.get() {
        ReadFrom::Offset(offset) => offset.to_string(),
        _ => String::new(),
    };
    let at = move || match from.get() {
        ReadFrom::Time(at_ms) => format::local_field(at_ms, zone),
        _ => String::new(),
    };
    view! {
        <label class="field">
            <span class="field-label">{language.begin_label()}</span>
            <select class="input" name="from" prop:value=code>{options(&starts, code())}</select>
        </label>
        <label class="field start-offset">
            <span class="field-label">{language.begin_offset()}</span>
            <input class="input" type="number" min="0" name="offset" value=offset() prop:value=offset/>
        </label>
        <label class="field start-time">
            <span class="field-label">{language.time_in_zone(&format::zone_name(zone))}</span>
            <input class="input" type="datetime-local" step="1" name="at" value=at() prop:value=at/>
        </label>
    }
    .into_any()
}

/// Of which partition, and how many.
#[component]
fn Which(query: Memo<RecordQuery>) -> impl IntoView {
    let language = use_language();
    let partition = move || query.with(|query| query.partition.map(|number| number.to_string()).unwrap_or_default());
    let limit = move || match query.with(|query| query.limit) {
        0 => USUAL_LIMIT.to_string(),
        limit => limit.to_string(),
    };
    let first = limit();
    let mut limits: Vec<String> = LIMITS.iter().map(u32::to_string).collect();
    if !limits.contains(&first) {
        limits.push(first.clone());
    }
    let limits = limits
        .into_iter()
        .map(|text| {
            let is_first = text == first;
            view! { <option value=text.clone() selected=is_first>{text.clone()}</option> }.into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <label class="field field-short">
            <span class="field-label">{language.partition_label()}</span>
            <input
                class="input"
                type="number"
                min="0"
                name="partition"
                placeholder=language.all_partitions()
                value=partition()
                prop:value=partition
            />
        </label>
        <label class="field field-short not-live">
            <span class="field-label">{language.limit_label()}</span>
            <select class="input" name="limit" prop:value=limit>{limits}</select>
        </label>
    }
    .into_any()
}

/// How bytes are read: usually whatever fits.
#[component]
fn Decoding(query: Memo<RecordQuery>) -> impl IntoView {
    let language = use_language();
    let decoders = Memo::new(move |_| query.with(|query| query.decoders));
    let choice = move |name: &'static str, label, of: fn(Decoders) -> Decoder| {
        let code = move || of(decoders.get()).code();
        let choices = Decoder::ALL.map(|decoder| (decoder.code(), language.decoder(decoder)));
        view! {
            <label class="field">
                <span class="field-label">{label}</span>
                <select class="input" name=name prop:value=code>{options(&choices, code())}</select>
            </label>
        }
        .into_any()
    };
    let is_chosen = decoders.get_untracked() != Decoders::default();
    view! {
        <details class="decoding" open=is_chosen>
            <summary>{language.decoding()}</summary>
            <div class="decoding-fields">
                {choice("key", language.key_decoder(), |decoders| decoders.key)}
                {choice("value", language.value_decoder(), |decoders| decoders.value)}
            </div>
        </details>
    }
    .into_any()
}

fn options(choices: &[(&'static str, &'static str)], chosen: &str) -> Vec<AnyView> {
    choices
        .iter()
        .map(|&(code, label)| view! { <option value=code selected=code == chosen>{label}</option> }.into_any())
        .collect()
}

/// Tree or text, as links: the choice is part of the URL.
#[component]
fn Views(topic: Memo<String>, asked: Memo<Asked>) -> impl IntoView {
    let language = use_language();
    let link = move |raw: bool, label: &'static str| {
        let href = move || asked.with(|asked| topic.with(|topic| paths::topic_records(topic, &asked.query, raw)));
        let current = move || asked.with(|asked| (asked.raw == raw).then_some("true"));
        view! { <li><a class="filter" href=href aria-current=current>{label}</a></li> }.into_any()
    };
    view! {
        <div class="view-choice" role="group" aria-label=language.view_label()>
            <ul class="filter-list">{link(false, language.view_tree())} {link(true, language.view_raw())}</ul>
        </div>
    }
    .into_any()
}
