//! A topic's records: what does the data look like, now or then?
//!
//! Everything that can be asked is in the URL, so a page works without script (but for a live tail) and a copied link shows
//! the same to everybody.

mod cell;
mod controls;
mod partitions;
mod records;
mod tail;

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::controls::Controls;
use self::partitions::Partitions;
use self::records::Records;
use self::tail::LiveTail;
use crate::api::topics::read_records;
use crate::components::empty::Empty;
use crate::components::failure::Failure;
use crate::components::header::PageHeader;
use crate::components::load::load;
use crate::components::notice::{Notice, Tone};
use crate::error::AppError;
use crate::i18n::{Language, format, use_language, use_preferences};
use crate::model::preferences::Zone;
use crate::model::topic::{Decoders, ReadFrom, RecordPage, RecordQuery};
use crate::routes::asked::{self, Asked};
use crate::routes::paths;

pub(super) use self::cell::headers_table;

/// How the records of a page are shown; handed to every row.
#[derive(Debug, Clone, Copy)]
struct Reading {
    topic: StoredValue<String>,
    decoders: Decoders,
    raw: Memo<bool>,
}

/// The page.
#[component]
pub(crate) fn TopicPage() -> impl IntoView {
    let language = use_language();
    let params = use_params_map();
    let topic = Memo::new(move |_| params.with(|params| params.get("topic").unwrap_or_default()));
    let asked = use_asked();
    // Pressing Show again asks again, although the URL stays the same.
    let again = RwSignal::new(0_u32);
    let wanted = Memo::new(move |_| (topic.get(), asked.with(|asked| asked.query.clone()), again.get()));
    let page = load(move || wanted.get(), |(topic, query, _)| read_records(topic, query));
    let raw = Memo::new(move |_| asked.with(|asked| asked.raw));
    view! {
        {move || {
            let above = vec![(language.nav_topics().to_owned(), paths::TOPICS.to_owned())];
            view! { <PageHeader title=topic.get() above=above/> }
        }}
        <Controls topic asked again/>
        {move || {
            asked.with(|asked| asked.is_unreadable)
                .then(|| view! { <Notice tone=Tone::Bad>{language.start_unreadable()}</Notice> })
        }}
        <Transition fallback=move || view! { <p class="loading">{language.loading()}</p> }>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => shown(language, page, raw),
                    Err(AppError::NotFound) => {
                        asked.with_untracked(|asked| missing(language, &topic.get_untracked(), &asked.query))
                    }
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

fn use_asked() -> Memo<Asked> {
    let map = use_query_map();
    let zone = use_preferences().zone;
    Memo::new(move |_| map.with(|map| asked::records(&|name| map.get(name), zone)))
}

fn shown(language: Language, page: RecordPage, raw: Memo<bool>) -> AnyView {
    // What the page itself answers: the URL may ask for the next one already.
    let query = page.query.clone();
    let reading = Reading { topic: StoredValue::new(page.topic.clone()), decoders: query.decoders, raw };
    let partitions = page.partitions.clone();
    let records = if query.from == ReadFrom::Live {
        view! { <LiveTail reading partition=query.partition/> }.into_any()
    } else if page.rows.is_empty() && page.is_complete && query.turn.is_none() {
        nothing(language, &page, &query)
    } else {
        view! { <Records page=page.clone() reading/> }.into_any()
    };
    view! {
        {notices(language, &page)}
        {records}
        {facts(language, &page, query.from)}
        <Partitions topic=page.topic partitions query/>
    }
    .into_any()
}

fn notices(language: Language, page: &RecordPage) -> AnyView {
    let expired = page.is_start_expired.then(|| language.start_expired().to_owned());
    let out_of_time = (!page.is_complete).then(|| language.out_of_time(&format::count(page.scanned)));
    let notices = expired
        .into_iter()
        .chain(out_of_time)
        .map(|words| view! { <Notice tone=Tone::Plain>{words}</Notice> }.into_any())
        .collect::<Vec<_>>();
    notices.into_any()
}

/// How much there is, who writes it, how long it took.
fn facts(language: Language, page: &RecordPage, from: ReadFrom) -> AnyView {
    let total: u64 = page.partitions.iter().map(|partition| partition.next.abs_diff(partition.first)).sum();
    let mut words = vec![language.in_topic(&format::count(total))];
    if from != ReadFrom::Live {
        words.insert(0, language.records_shown(&format::count(page.rows.len() as u64)));
        words.push(language.read_in(&format::short_duration(language, page.elapsed_ms)));
    }
    let writers = super::topics::writers(page.connectors.clone()).map(|links| {
        view! {
            <div class="written-by">
                <span>{language.written_by()}</span>
                {links}
            </div>
        }
        .into_any()
    });
    view! {
        <div class="quiet table-facts">
            <p>{words.join(" · ")}</p>
            {writers}
        </div>
    }
    .into_any()
}

fn nothing(language: Language, page: &RecordPage, query: &RecordQuery) -> AnyView {
    let live = paths::topic_records(&page.topic, &RecordQuery { from: ReadFrom::Live, ..query.clone() }, false);
    let watch = view! { <a class="button" href=live>{language.watch_live()}</a> }.into_any();
    if page.partitions.iter().all(|partition| partition.first >= partition.next) {
        return view! { <Empty title=language.no_records_title() text=language.no_records_text() action=watch/> }
            .into_any();
    }
    let newest = view! {
        <div class="page-actions">
            <a class="button" href=paths::topic(&page.topic)>{language.show_newest()}</a>
            {watch}
        </div>
    };
    view! {
        <Empty title=language.nothing_there_title() text=language.nothing_there_text() action=newest.into_any()/>
    }
    .into_any()
}

/// There is no such topic, or it has no such partition: Kafka answers a reader without rights in the same way.
fn missing(language: Language, topic: &str, query: &RecordQuery) -> AnyView {
    let action = match query.partition {
        Some(_) => view! { <a class="button" href=paths::topic(topic)>{language.show_newest()}</a> }.into_any(),
        None => view! { <a class="button" href=paths::TOPICS>{language.all_topics()}</a> }.into_any(),
    };
    let text = match query.partition {
        Some(_) => language.no_topic_or_partition_text(),
        None => language.no_topic_text(),
    };
    view! { <Empty title=language.no_topic_title() text=text action=action/> }.into_any()
}

/// A record's time in the reader's zone, with the distance to `now_ms` beside it for who points at it.
fn time(zone: Zone, language: Language, at_ms: Option<i64>, now_ms: Option<i64>) -> AnyView {
    let Some(at_ms) = at_ms else { return view! { <span class="quiet">"–"</span> }.into_any() };
    if !format::is_writable(at_ms) {
        return view! { <span>{at_ms}</span> }.into_any();
    }
    let ago = now_ms.map(|now_ms| format::ago(language, at_ms, now_ms));
    view! { <time datetime=format::iso(at_ms) title=ago>{format::stamp(zone, at_ms)}</time> }.into_any()
}
