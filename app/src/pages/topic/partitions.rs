//! What each partition of a topic holds, folded away.

use leptos::prelude::*;

use crate::components::table::{cell, heading};
use crate::i18n::{Language, format, use_language};
use crate::model::topic::{PartitionRow, RecordQuery};
use crate::routes::paths;

/// The partitions; each leads to its own records.
#[component]
pub(super) fn Partitions(topic: String, partitions: Vec<PartitionRow>, query: RecordQuery) -> impl IntoView {
    let language = use_language();
    let caption = language.partitions_caption(&topic);
    let region = caption.clone();
    let title = language.partitions_of(&format::count(partitions.len() as u64));
    let rows = partitions.into_iter().map(|row| row_view(language, &topic, row, &query)).collect::<Vec<_>>();
    view! {
        <details class="block partitions">
            <summary>{title}</summary>
            <div class="table-box" role="region" tabindex="0" aria-label=region>
                <table class="table">
                    <caption class="unseen">{caption}</caption>
                    <thead>
                        <tr>
                            {heading(language.partition_label(), "number")}
                            {heading(language.first_offset(), "number")}
                            {heading(language.next_offset(), "number")}
                            {heading(language.column_records_about(), "number")}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

fn row_view(language: Language, topic: &str, row: PartitionRow, query: &RecordQuery) -> AnyView {
    let PartitionRow { number, first, next } = row;
    let only = RecordQuery { partition: Some(number), turn: None, ..query.clone() };
    let href = paths::topic_records(topic, &only, false);
    view! {
        <tr>
            <th scope="row" class="number">
                <a href=href aria-label=language.only_partition(&number)>{number}</a>
            </th>
            {cell(language.first_offset(), "number", Some(first.to_string()))}
            {cell(language.next_offset(), "number", Some(next.to_string()))}
            {cell(language.column_records_about(), "number", Some(format::count(next.abs_diff(first))))}
        </tr>
    }
    .into_any()
}
