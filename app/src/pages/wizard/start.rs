//! Step 3: from which moment, and how long a copy would take.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::{Saved, Wizard, save_failure, step_heading};
use crate::api::wizard::SaveStart;
use crate::forms::field::{TextField, described_by, frame, radio, text_field};
use crate::i18n::{Language, format, use_preferences};
use crate::model::draft::StartMode;
use crate::model::preferences::Zone;
use crate::model::source::{CopyEstimate, FAST_DOCUMENTS_PER_S, SLOW_DOCUMENTS_PER_S};

const AT: &str = "startup.mode.timestamp.start.at.operation.time";

/// A copy of at most so many seconds is not worth a number.
const MOMENT_S: u64 = 5;

/// The step.
#[component]
pub(super) fn StartStep(wizard: Wizard) -> impl IntoView {
    let language = wizard.language;
    let zone = use_preferences().zone;
    let save = ServerAction::<SaveStart>::new();
    let saved: Saved = save.value().into();
    wizard.follow(saved);
    let chosen = wizard.view.with_untracked(|view| view.start.mode);
    let at = move || {
        let value = wizard.view.with(|view| view.start.at.clone());
        moment_field(language, zone, value, wizard.faults(AT))
    };
    let choice = move |value, mode, label, hint| radio("mode", value, label, hint, chosen == mode);
    view! {
        <div class="card wizard-step">
            {step_heading(language.start_title(), "")}
            {save_failure(wizard, saved)}
            <ActionForm action=save>
                {wizard.id_field()}
                <fieldset class="choices choices-start" role="radiogroup" aria-label=language.start_title()>
                    {choice("copy", StartMode::Copy, language.start_copy(), language.start_copy_hint())}
                    <div class="start-estimate">{estimate(wizard)}</div>
                    {choice("latest", StartMode::Latest, language.start_latest(), language.start_latest_hint())}
                    {choice("time", StartMode::Time, language.start_time(), language.start_time_hint())}
                    <div class="start-at">{at}</div>
                </fieldset>
                {wizard.buttons(save.pending().into(), None)}
            </ActionForm>
        </div>
    }
    .into_any()
}

/// A date and time in the reader's zone; a moment that was written in another way stays text.
fn moment_field(language: Language, zone: Zone, value: String, faults: Vec<String>) -> AnyView {
    let at_ms = value.ends_with('Z').then(|| format::parse_local(&value, zone)).flatten();
    if at_ms.is_none() && !value.is_empty() {
        let hint = language.start_at_hint().to_owned();
        return text_field(TextField { id: "at", name: "at", label: language.start_at(), hint, value, faults });
    }
    let name = format::zone_name(zone);
    let is_wrong = !faults.is_empty();
    let input = view! {
        <input type="hidden" name="zone" value=zone.code()/>
        <input
            class="input"
            id="at"
            name="at"
            type="datetime-local"
            step="1"
            value=at_ms.map(|at_ms| format::local_field(at_ms, zone)).unwrap_or_default()
            aria-describedby=described_by("at")
            aria-invalid=is_wrong.then_some("true")
        />
    };
    frame("at", language.start_at(), language.start_at_zone_hint(&name), faults, input.into_any())
}

/// What there is to copy, and for how long.
fn estimate(wizard: Wizard) -> Vec<AnyView> {
    let sentences =
        wizard.view.with_untracked(|view| view.estimate.map(|estimate| sentences(wizard.language, estimate)));
    let sentence = |text: String| view! { <p class="field-hint">{text}</p> }.into_any();
    sentences.unwrap_or_default().into_iter().map(sentence).collect()
}

fn sentences(language: Language, estimate: CopyEstimate) -> Vec<String> {
    let Some(documents) = estimate.documents else { return vec![language.estimate_unknown().to_owned()] };
    if documents == 0 && !estimate.is_more {
        return vec![language.estimate_empty().to_owned()];
    }
    let (count, size) = (format::count(documents), format::size(estimate.size_bytes));
    if estimate.is_more {
        return vec![language.estimate_more(&count, &size)];
    }
    let amount = language.estimate_documents(&count, &size);
    let (least, most) = estimate.duration_s();
    if most <= MOMENT_S {
        return vec![amount, language.estimate_moment().to_owned()];
    }
    let length = |seconds: u64| format::duration(language, seconds.max(1));
    let (slow, fast) = (format::count(SLOW_DOCUMENTS_PER_S), format::count(FAST_DOCUMENTS_PER_S));
    let range = language.estimate_range(&length(least), &length(most));
    vec![format!("{amount} {range}"), language.estimate_basis(&slow, &fast)]
}
