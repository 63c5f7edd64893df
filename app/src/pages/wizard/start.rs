//! Step 3: from which moment.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::{Saved, Wizard, save_failure, step_heading};
use crate::api::wizard::SaveStart;
use crate::forms::field::{TextField, radio, text_field};
use crate::model::draft::StartMode;

const AT: &str = "startup.mode.timestamp.start.at.operation.time";

/// The step.
#[component]
pub(super) fn StartStep(wizard: Wizard) -> impl IntoView {
    let language = wizard.language;
    let save = ServerAction::<SaveStart>::new();
    let saved: Saved = save.value().into();
    wizard.follow(saved);
    let chosen = wizard.view.with_untracked(|view| view.start.mode);
    let at = move || {
        text_field(TextField {
            id: "at",
            name: "at",
            label: language.start_at(),
            hint: language.start_at_hint().to_owned(),
            value: wizard.view.with(|view| view.start.at.clone()),
            faults: wizard.faults(AT),
        })
    };
    let choice = move |value, mode, label, hint| radio("mode", value, label, hint, chosen == mode);
    view! {
        <div class="card wizard-step">
            {step_heading(language.start_title(), "")}
            {save_failure(language, saved)}
            <ActionForm action=save>
                {wizard.id_field()}
                <fieldset class="choices choices-start" role="radiogroup" aria-label=language.start_title()>
                    {choice("copy", StartMode::Copy, language.start_copy(), language.start_copy_hint())}
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
