//! What happened to a connector, newest first.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use super::moment::Moment;
use crate::i18n::{Language, format, use_language};
use crate::model::connector::{EventKind, EventRow, Trouble};

/// The list.
#[component]
pub(crate) fn EventList(
    /// The events, newest first.
    events: Vec<EventRow>,
    /// When they were read.
    now_ms: i64,
) -> impl IntoView {
    let language = use_language();
    if events.is_empty() {
        return view! { <p class="quiet">{language.no_events()}</p> }.into_any();
    }
    let events = events.into_iter().map(|event| event_row(language, event, now_ms)).collect::<Vec<_>>();
    view! { <ol class="events">{events}</ol> }.into_any()
}

fn event_row(language: Language, event: EventRow, now_ms: i64) -> AnyView {
    let (class, icon) = look(&event.kind);
    let detail = detail(language, &event.kind);
    // Until there is sign-in, everybody is the same somebody: naming them says nothing.
    let by = (!matches!(event.actor.as_str(), "naru" | "local")).then(|| language.event_by(&event.actor));
    view! {
        <li class=class>
            <Icon name=icon/>
            <div>
                <p>{words(language, &event.kind)}</p>
                {detail.map(|detail| view! { <p class="quiet">{detail}</p> })}
                <p class="quiet event-when"><Moment at_ms=event.at_ms now_ms exact=true/> {by.map(|by| format!(" · {by}"))}</p>
            </div>
        </li>
    }
    .into_any()
}

fn look(kind: &EventKind) -> (&'static str, IconName) {
    match kind {
        EventKind::TaskFailed(_) => ("event event-bad", IconName::Alert),
        EventKind::TaskRetrying(_) => ("event event-warn", IconName::Restart),
        EventKind::StreamOpened | EventKind::CopyFinished { .. } | EventKind::TaskRecovered { .. } => {
            ("event event-good", IconName::Check)
        }
        EventKind::TaskNoticed { notice, .. } => match notice.as_str() {
            "store_back" | "sink_back" => ("event event-good", IconName::Check),
            _ => ("event event-warn", IconName::Alert),
        },
        EventKind::CopyStarted => ("event", IconName::Copy),
        EventKind::Paused => ("event", IconName::Pause),
        EventKind::Stopped | EventKind::TaskEnded { .. } => ("event", IconName::Stop),
        EventKind::Created => ("event", IconName::Plus),
        EventKind::Deleted => ("event", IconName::Trash),
        EventKind::ConfigChanged { .. }
        | EventKind::TopicsReset
        | EventKind::OffsetsAltered
        | EventKind::OffsetsReset => ("event", IconName::Gear),
        EventKind::Resumed | EventKind::RestartRequested | EventKind::TaskAssigned { .. } => ("event", IconName::Play),
        EventKind::Other(_) => ("event", IconName::Question),
    }
}

fn words(language: Language, kind: &EventKind) -> String {
    match kind {
        EventKind::Created => language.event_created().to_owned(),
        EventKind::ConfigChanged { version, .. } => language.event_config_changed(version),
        EventKind::Paused => language.event_paused().to_owned(),
        EventKind::Resumed => language.event_resumed().to_owned(),
        EventKind::Stopped => language.event_stopped().to_owned(),
        EventKind::RestartRequested => language.event_restart().to_owned(),
        EventKind::TopicsReset => language.event_topics_reset().to_owned(),
        EventKind::OffsetsAltered => language.event_offsets_altered().to_owned(),
        EventKind::OffsetsReset => language.event_offsets_reset().to_owned(),
        EventKind::Deleted => language.event_deleted().to_owned(),
        EventKind::TaskAssigned { worker } => language.event_assigned(worker),
        EventKind::CopyStarted => language.event_copy_started().to_owned(),
        EventKind::CopyFinished { documents } => {
            language.event_copy_finished(&format::count(u64::try_from(*documents).unwrap_or_default()))
        }
        EventKind::StreamOpened => language.event_stream_opened().to_owned(),
        EventKind::TaskRetrying(trouble) => with_trouble(language, language.event_retrying(), trouble),
        EventKind::TaskRecovered { attempts } => language.event_recovered(attempts),
        EventKind::TaskFailed(trouble) => with_trouble(language, language.event_failed(), trouble),
        EventKind::TaskNoticed { notice, collection, .. } => noticed(language, notice, collection),
        EventKind::TaskEnded { worker } => language.event_ended(worker),
        EventKind::Other(word) => word.clone(),
    }
}

fn noticed(language: Language, notice: &str, collection: &str) -> String {
    match notice {
        "property_unknown" => language.notice_property_unknown(&collection),
        "writes_like" => language.notice_writes_like(&collection),
        "collection_gone" => language.notice_collection_gone(&collection),
        "copy_starts_over" => language.notice_copy_starts_over(&collection),
        "copy_skipped" => language.notice_copy_skipped(&collection),
        "copy_not_interleaved" => language.notice_copy_not_interleaved().to_owned(),
        "copy_without_watermark" => language.notice_copy_without_watermark().to_owned(),
        "copy_replanned" => language.notice_copy_replanned().to_owned(),
        "copy_abandoned" => language.notice_copy_abandoned().to_owned(),
        "position_replaced" => language.notice_position_replaced().to_owned(),
        "resumed_by_time" => language.notice_resumed_by_time().to_owned(),
        "resumed_after_loss" => language.notice_resumed_after_loss().to_owned(),
        "copies_after_loss" => language.notice_copies_after_loss().to_owned(),
        "changes_skipped" => language.notice_changes_skipped().to_owned(),
        "watching_collection_only" => language.notice_watching_collection_only().to_owned(),
        "store_away" => language.notice_store_away().to_owned(),
        "store_back" => language.notice_store_back().to_owned(),
        "sink_away" => language.notice_sink_away().to_owned(),
        "sink_back" => language.notice_sink_back().to_owned(),
        "records_set_aside" => language.notice_records_set_aside(&collection),
        "records_skipped" => language.notice_records_skipped().to_owned(),
        word => word.to_owned(),
    }
}

fn with_trouble(language: Language, words: &str, trouble: &Trouble) -> String {
    format!("{words}: {}", language.trouble(&trouble.code).unwrap_or(trouble.code.as_str()))
}

fn detail(_language: Language, kind: &EventKind) -> Option<String> {
    match kind {
        EventKind::ConfigChanged { properties, .. } => Some(properties.join(", ")),
        EventKind::TaskRetrying(trouble) | EventKind::TaskFailed(trouble) => Some(trouble.context.clone()),
        EventKind::TaskNoticed { stage, .. } => Some(stage.clone()),
        _ => None,
    }
    .filter(|text| !text.is_empty())
}
