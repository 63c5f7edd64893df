//! A connector's verdict: an icon and words, coloured, never colour alone.

use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::i18n::{Language, format, use_language};
use crate::model::connector::Verdict;

/// The badge.
#[component]
pub(crate) fn VerdictBadge(
    /// What to show.
    verdict: Verdict,
) -> impl IntoView {
    let language = use_language();
    let (class, icon) = look(&verdict);
    let detail = detail(language, &verdict);
    view! {
        <span class=class>
            <Icon name=icon/>
            <span>{words(language, &verdict)}</span>
            {detail.map(|detail| view! { <span class="quiet">" · " {detail}</span> })}
        </span>
    }
    .into_any()
}

fn look(verdict: &Verdict) -> (&'static str, IconName) {
    match verdict {
        Verdict::Healthy => ("badge badge-good", IconName::Check),
        Verdict::Copying { .. } => ("badge badge-busy", IconName::Copy),
        Verdict::Waiting | Verdict::Starting => ("badge badge-busy", IconName::Spin),
        Verdict::Behind { .. } => ("badge badge-warn", IconName::Clock),
        Verdict::Retrying { .. } => ("badge badge-warn", IconName::Restart),
        Verdict::NeedsYou(_) | Verdict::Gap(_) => ("badge badge-bad", IconName::Alert),
        Verdict::Paused => ("badge", IconName::Pause),
        Verdict::Stopped => ("badge", IconName::Stop),
        Verdict::Other(_) => ("badge", IconName::Question),
    }
}

/// The verdict in words.
pub(crate) fn words(language: Language, verdict: &Verdict) -> String {
    match verdict {
        Verdict::Waiting => language.verdict_waiting().to_owned(),
        Verdict::Starting => language.verdict_starting().to_owned(),
        Verdict::Healthy => language.verdict_healthy().to_owned(),
        Verdict::Copying { percent: Some(percent), .. } => language.verdict_copying_percent(percent),
        Verdict::Copying { percent: None, .. } => language.verdict_copying().to_owned(),
        Verdict::Behind { lag_ms } => language.verdict_behind(&format::duration(language, lag_ms / 1_000)),
        Verdict::Retrying { attempt, next_in_s: Some(seconds), .. } => language.verdict_retrying_in(attempt, seconds),
        Verdict::Retrying { next_in_s: None, .. } => language.verdict_retrying().to_owned(),
        Verdict::NeedsYou(trouble) => {
            language.verdict_needs_you(&language.trouble(&trouble.code).unwrap_or(trouble.code.as_str()))
        }
        Verdict::Gap(_) => language.verdict_gap().to_owned(),
        Verdict::Paused => language.verdict_paused().to_owned(),
        Verdict::Stopped => language.verdict_stopped().to_owned(),
        Verdict::Other(text) => text.clone(),
    }
}

fn detail(language: Language, verdict: &Verdict) -> Option<String> {
    match verdict {
        Verdict::Copying { remaining_s: Some(seconds), .. } => {
            Some(language.time_left(&format::duration(language, *seconds)))
        }
        _ => None,
    }
}
