//! One record, whole: the address to send to somebody.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::topic::headers_table;
use crate::api::topics::read_record;
use crate::components::copy_button::CopyButton;
use crate::components::empty::Empty;
use crate::components::facts::Facts;
use crate::components::failure::Failure;
use crate::components::header::PageHeader;
use crate::components::load::load;
use crate::components::payload::PayloadBody;
use crate::error::AppError;
use crate::i18n::{Language, format, use_language, use_preferences};
use crate::model::preferences::Preferences;
use crate::model::topic::{Decoders, Encoding, Payload, ReadFrom, RecordPlace, RecordQuery, RecordRow};
use crate::routes::{asked, paths};

/// What the URL asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wanted {
    topic: String,
    place: Option<RecordPlace>,
    decoders: Decoders,
}

/// The page.
#[component]
pub(crate) fn RecordPage() -> impl IntoView {
    let preferences = use_preferences();
    let wanted = use_wanted();
    let query = use_query_map();
    let raw = Memo::new(move |_| query.with(|query| asked::is_raw(&|name| query.get(name))));
    let record = load(
        move || wanted.get(),
        |Wanted { topic, place, decoders }| async move {
            match place {
                Some(place) => read_record(topic, place, decoders).await,
                None => Err(AppError::NotFound),
            }
        },
    );
    view! {
        {move || wanted.with(header)}
        <Suspense fallback=move || view! { <p class="loading">{preferences.language.loading()}</p> }>
            {move || Suspend::new(async move {
                let raw = raw.get();
                match record.await {
                    Ok(record) => shown(preferences, record, wanted.get_untracked(), raw),
                    Err(AppError::NotFound) => missing(preferences.language, &wanted.get_untracked()),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn use_wanted() -> Memo<Wanted> {
    let (params, query) = (use_params_map(), use_query_map());
    Memo::new(move |_| {
        let (topic, partition, offset) = params.with(|params| {
            let get = |name: &str| params.get(name).unwrap_or_default();
            (get("topic"), get("partition").parse().ok(), get("offset").parse().ok())
        });
        let place = partition.zip(offset).map(|(partition, offset)| RecordPlace { partition, offset });
        Wanted { topic, place, decoders: query.with(|query| asked::decoders(&|name| query.get(name))) }
    })
}

fn header(wanted: &Wanted) -> AnyView {
    let language = use_language();
    let title = match wanted.place {
        Some(place) => language.record_title(&place.offset),
        None => language.no_record_title().to_owned(),
    };
    let above = vec![
        (language.nav_topics().to_owned(), paths::TOPICS.to_owned()),
        (wanted.topic.clone(), paths::topic(&wanted.topic)),
    ];
    view! { <PageHeader title above/> }.into_any()
}

fn shown(preferences: Preferences, record: RecordRow, wanted: Wanted, raw: bool) -> AnyView {
    let language = preferences.language;
    let Wanted { topic, decoders, .. } = wanted;
    let place = record.place;
    let headers = if record.headers.is_empty() {
        view! { <p class="quiet">{language.no_headers()}</p> }.into_any()
    } else {
        view! { <div class="card">{headers_table(language, record.headers.clone(), record.omitted_headers)}</div> }
            .into_any()
    };
    let view_link = |is_raw: bool, label| {
        let current = (is_raw == raw).then_some("true");
        let href = paths::record(&topic, place, decoders, is_raw);
        view! { <li><a class="filter" href=href aria-current=current>{label}</a></li> }.into_any()
    };
    let around = RecordQuery {
        from: ReadFrom::Offset(place.offset),
        partition: Some(place.partition),
        decoders,
        ..RecordQuery::default()
    };
    view! {
        <Facts facts=facts(preferences, &record)/>
        <div class="record-bar">
            <div role="group" aria-label=language.view_label()>
                <ul class="filter-list">
                    {view_link(false, language.view_tree())}
                    {view_link(true, language.view_raw())}
                </ul>
            </div>
            <a class="button" href=paths::topic_records(&topic, &around, raw)>{language.around_this()}</a>
        </div>
        {part(language, language.column_key(), record.key, raw)}
        {part(language, language.column_value(), record.value, raw)}
        <section class="block">
            <h2>{language.column_headers()}</h2>
            {headers}
        </section>
    }
    .into_any()
}

fn facts(preferences: Preferences, record: &RecordRow) -> Vec<(&'static str, AnyView)> {
    let language = preferences.language;
    let time = match record.timestamp_ms {
        Some(at_ms) if format::is_writable(at_ms) => {
            let origin = if record.is_broker_time { language.by_broker() } else { language.by_producer() };
            let exact = format::date_time(preferences, at_ms);
            view! {
                <time datetime=format::iso(at_ms)>{exact}</time>
                " "
                <span class="quiet fact-note">{origin}</span>
            }
            .into_any()
        }
        Some(at_ms) => at_ms.into_any(),
        None => language.none().into_any(),
    };
    let size = record.key.size_bytes + record.value.size_bytes;
    vec![
        (language.partition_label(), record.place.partition.into_any()),
        (language.column_offset(), record.place.offset.into_any()),
        (language.record_time(), time),
        (language.record_size(), format::size(size).into_any()),
    ]
}

fn part(language: Language, title: &'static str, payload: Payload, raw: bool) -> AnyView {
    let cut = payload.is_cut.then(|| language.cut_off(&format::size(payload.size_bytes)));
    let copy = (payload.encoding != Encoding::Null).then(|| view! { <CopyButton text=payload.text.clone()/> });
    view! {
        <section class="block">
            <h2>{title}</h2>
            {cut.map(|words| view! { <p class="quiet lead">{words}</p> })}
            <div class="card code-box">
                {copy}
                <PayloadBody payload raw/>
            </div>
        </section>
    }
    .into_any()
}

fn missing(language: Language, wanted: &Wanted) -> AnyView {
    let action = view! { <a class="button" href=paths::topic(&wanted.topic)>{language.show_newest()}</a> };
    view! { <Empty title=language.no_record_title() text=language.no_record_text() action=action.into_any()/> }
        .into_any()
}
