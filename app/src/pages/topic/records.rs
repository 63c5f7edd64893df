//! A page of records as a table, and one row of it.

use leptos::prelude::*;

use super::cell::{Part, headers, payload_view};
use super::{Reading, time};
use crate::components::table::{cell, cell_view, heading};
use crate::i18n::{Language, format, use_language, use_preferences};
use crate::model::preferences::Preferences;
use crate::model::topic::{ReadFrom, RecordPage, RecordQuery, RecordRow, Turn};
use crate::routes::paths;

/// The table, and the ways to older and newer records.
#[component]
pub(super) fn Records(page: RecordPage, reading: Reading) -> impl IntoView {
    let preferences = use_preferences();
    let language = preferences.language;
    let caption = match page.query.from {
        ReadFrom::Newest => language.records_newest_first(&page.topic),
        _ => language.records_oldest_first(&page.topic),
    };
    let now_ms = Some(page.as_of_ms);
    let mut page = page;
    let rows = std::mem::take(&mut page.rows);
    let turns = move || turns(language, &page, reading.raw.get());
    let rows = rows.into_iter().map(|row| row_view(preferences, reading, row, now_ms)).collect::<Vec<_>>();
    view! {
        <RecordTable caption=caption.clone() role="region" body=view! { <tbody>{rows}</tbody> }.into_any()/>
        {turns}
    }
    .into_any()
}

/// The table around rows of records.
#[component]
pub(super) fn RecordTable(caption: String, role: &'static str, body: AnyView) -> impl IntoView {
    let language = use_language();
    let region = caption.clone();
    let zone = format::zone_name(use_preferences().zone);
    view! {
        <div class="table-box" role=role tabindex="0" aria-label=region aria-live=(role == "log").then_some("off")>
            <table class="table table-records">
                <caption class="unseen">{caption}</caption>
                <thead>
                    <tr>
                        {heading(language.partition_label(), "number")}
                        {heading(language.column_offset(), "number")}
                        <th scope="col">{language.column_time(&zone)}</th>
                        {heading(language.column_key(), "")}
                        {heading(language.column_value(), "column-value")}
                        {heading(language.column_headers(), "")}
                    </tr>
                </thead>
                {body}
            </table>
        </div>
    }
    .into_any()
}

/// One record.
pub(super) fn row_view(preferences: Preferences, reading: Reading, row: RecordRow, now_ms: Option<i64>) -> AnyView {
    let language = preferences.language;
    let place = row.place;
    let href =
        move || reading.topic.with_value(|topic| paths::record(topic, place, reading.decoders, reading.raw.get()));
    let name = language.record_of(&place.offset, &place.partition);
    let time = time(preferences.zone, language, row.timestamp_ms, now_ms);
    let key = payload_view(language, reading, place, Part::Key, row.key);
    let value = payload_view(language, reading, place, Part::Value, row.value);
    view! {
        <tr>
            {cell(language.partition_label(), "number", Some(place.partition.to_string()))}
            <th scope="row" class="number" data-label=language.column_offset()>
                <a class="row-link" href=href aria-label=name>{place.offset}</a>
            </th>
            <td class="record-time">{time}</td>
            {cell_view(language.column_key(), "record-key", Some(key))}
            {cell_view(language.column_value(), "record-value", Some(value))}
            {cell_view(language.column_headers(), "", headers(language, row.headers, row.omitted_headers))}
        </tr>
    }
    .into_any()
}

/// Links to the neighbouring pages, in the order in which the records are shown.
fn turns(language: Language, page: &RecordPage, raw: bool) -> AnyView {
    let query = &page.query;
    let href = |turn: Option<Turn>| paths::topic_records(&page.topic, &RecordQuery { turn, ..query.clone() }, raw);
    let older = page.older.clone().map(|cursor| (language.older_records(), href(Some(Turn::Before(cursor)))));
    let newer = page.newer.clone().map(|cursor| (language.newer_records(), href(Some(Turn::After(cursor)))));
    let (before, after) = if query.from == ReadFrom::Newest { (newer, older) } else { (older, newer) };
    if before.is_none() && after.is_none() {
        return ().into_any();
    }
    let link = |turn: Option<(&'static str, String)>, rel: &'static str| {
        turn.map(|(label, href)| view! { <a class="button" rel=rel href=href>{label}</a> }.into_any())
    };
    view! {
        <nav class="pager" aria-label=language.pages()>
            {link(before, "prev")}
            {link(after, "next")}
        </nav>
    }
    .into_any()
}
