//! The records that a draft would write.

use leptos::prelude::*;

use super::table::{cell, cell_view, heading};
use crate::i18n::{Language, format};
use crate::model::outcome::{Outcome, OutcomeOrigin, OutcomeRecord, OutcomeRow};
use crate::model::topic::{Encoding, Payload};

/// Characters of a key or value that are shown.
const SHOWN_CHARS: usize = 400;

/// The table, or why there is none.
pub(crate) fn outcome_table(language: Language, outcome: &Outcome) -> AnyView {
    if !outcome.obstacle.is_empty() {
        let text = if outcome.obstacle_detail.is_empty() {
            language.check_reason(&outcome.obstacle)
        } else {
            outcome.obstacle_detail.clone()
        };
        return view! { <p class="quiet">{language.outcome_invalid(&text)}</p> }.into_any();
    }
    if outcome.rows.is_empty() {
        return view! { <p class="quiet">{language.outcome_nothing()}</p> }.into_any();
    }
    let rows = outcome.rows.iter().map(|row| outcome_row(language, row)).collect::<Vec<_>>();
    view! {
        <div class="table-box">
            <table class="table table-outcome">
                <thead>
                    <tr>
                        {heading(language.outcome_event(), "")}
                        {heading(language.outcome_topic(), "")}
                        {heading(language.outcome_key(), "")}
                        {heading(language.outcome_value(), "")}
                        {heading(language.outcome_size(), "number")}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn outcome_row(language: Language, row: &OutcomeRow) -> AnyView {
    let origin = match row.origin {
        OutcomeOrigin::Document => language.origin_document(),
        OutcomeOrigin::Update => language.origin_update(),
        OutcomeOrigin::Delete => language.origin_delete(),
    };
    let namespace = row.namespace.clone();
    let event = view! { <th scope="row"><span class="mono">{namespace}</span> <p class="quiet">{origin}</p></th> };
    match &row.record {
        Some(record) => {
            let size = format::size(record.size_bytes);
            view! {
                <tr>
                    {event}
                    {cell_view(language.outcome_topic(), "", Some(topic(language, record)))}
                    {cell_view(language.outcome_key(), "", Some(payload(language, &record.key)))}
                    {cell_view(language.outcome_value(), "", Some(payload(language, &record.value)))}
                    {cell(language.outcome_size(), "number", Some(size))}
                </tr>
            }
            .into_any()
        }
        None => {
            let reason = match row.reason.as_str() {
                "no-topic" => language.outcome_no_topic().to_owned(),
                "no-document" => language.outcome_no_document().to_owned(),
                words => words.to_owned(),
            };
            view! { <tr>{event}<td class="quiet" colspan="4">{reason}</td></tr> }.into_any()
        }
    }
}

fn topic(language: Language, record: &OutcomeRecord) -> AnyView {
    let exists = record.topic_exists.map(|exists| if exists { language.topic_exists() } else { language.topic_new() });
    let partitions = record.partitions.map(|count| language.topic_partitions(&count));
    let about: Vec<String> = exists.map(str::to_owned).into_iter().chain(partitions).collect();
    view! {
        <span class="mono">{record.topic.clone()}</span>
        <p class="quiet">{about.join(" · ")}</p>
    }
    .into_any()
}

fn payload(language: Language, payload: &Payload) -> AnyView {
    if payload.encoding == Encoding::Null {
        return view! { <span class="quiet">{language.outcome_tombstone()}</span> }.into_any();
    }
    let mut text: String = payload.text.chars().take(SHOWN_CHARS).collect();
    if text.len() < payload.text.len() || payload.is_cut {
        text.push('…');
    }
    view! { <span class="mono payload-line">{text}</span> }.into_any()
}
