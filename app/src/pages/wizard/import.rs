//! Beginning from a configuration that exists: pasted in any of the three notations.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::Wizard;
use crate::api::wizard::ImportDraft;
use crate::components::notice::{Notice, Tone, failure_notice};
use crate::forms::field::described_by;
use crate::forms::text_area::TextArea;
use crate::i18n::Language;
use crate::model::draft::Imported;

/// The form, folded.
#[component]
pub(super) fn ImportForm(wizard: Wizard) -> impl IntoView {
    let language = wizard.language;
    let import = ServerAction::<ImportDraft>::new();
    let value = import.value();
    let problem = move || match value.get() {
        Some(Ok(Imported::Unreadable { reason, line })) => Some(unreadable(language, &reason, line)),
        Some(Err(error)) => Some(failure_notice(language, error)),
        _ => None,
    };
    view! {
        <details class="card paste">
            <summary>{language.paste_title()}</summary>
            <ActionForm action=import>
                <div class="field">
                    <label class="field-label" for="pasted">{language.paste_label()}</label>
                    <TextArea id="pasted" name="text" text="" described_by=described_by("pasted")/>
                    <p class="field-hint" id="pasted-hint">{language.paste_hint()}</p>
                    <div id="pasted-fault">{problem}</div>
                </div>
                <div class="wizard-buttons">
                    <button class="button" type="submit">{language.paste_read()}</button>
                </div>
            </ActionForm>
        </details>
    }
    .into_any()
}

/// Why a text could not be read.
pub(super) fn unreadable(language: Language, reason: &str, line: Option<u32>) -> AnyView {
    let words = match line {
        Some(line) => language.unreadable_line(&line, &reason),
        None => language.unreadable(&reason),
    };
    view! { <Notice tone=Tone::Bad>{words}</Notice> }.into_any()
}
