//! Step 1: how to reach MongoDB, and whether it really can be reached and followed.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::import::ImportForm;
use super::{Saved, Wizard, save_failure, step_heading};
use crate::api::wizard::SaveSource;
use crate::components::check_list::check_list;
use crate::components::check_stream::{CheckNews, use_checks};
use crate::forms::field::{described_by, frame};
use crate::i18n::Language;
use crate::model::check::CheckReport;
use crate::model::connection_string::{UriFault, UriFaultKind, split};
use crate::routes::paths;

/// The step.
#[component]
pub(super) fn SourceStep(wizard: Wizard) -> impl IntoView {
    let language = wizard.language;
    let save = ServerAction::<SaveSource>::new();
    let saved: Saved = save.value().into();
    let report = RwSignal::new(wizard.view.with_untracked(|view| view.checks.clone()));
    let run = RwSignal::new(0_u32);
    wizard.follow(saved);
    Effect::new(move |_| {
        if matches!(saved.get(), Some(Ok(_))) && wizard.go.get_untracked() == paths::GO_CHECK {
            report.set(Some(CheckReport::default()));
            run.update(|run| *run += 1);
        }
    });
    follow_checks(wizard, run, report);
    let pending = save.pending().into();
    let check = view! {
        <button
            class="button"
            type="submit"
            name="go"
            value=paths::GO_CHECK
            on:click=move |_| wizard.go.set(paths::GO_CHECK)
        >
            {language.check_connection()}
        </button>
    };
    view! {
        <div class="card wizard-step">
            {step_heading(language.source_title(), language.source_lead())}
            {save_failure(wizard, saved)}
            <ActionForm action=save>
                {wizard.id_field()}
                <UriFields wizard report/>
                {wizard.buttons(pending, Some(check.into_any()))}
            </ActionForm>
            {move || report.with(|report| report.as_ref().map(|report| check_list(language, report)))}
        </div>
        <ImportForm wizard/>
    }
    .into_any()
}

fn follow_checks(wizard: Wizard, run: RwSignal<u32>, report: RwSignal<Option<CheckReport>>) {
    let url = move || {
        let number = run.get();
        // The number makes each run an address of its own; the server does not look at it.
        (number > 0)
            .then(|| format!("{}?run={number}", wizard.view.with_untracked(|view| paths::checks_stream(&view.id))))
    };
    use_checks(url, move |news| match news {
        CheckNews::Ended(row) => report.update(|report| report.get_or_insert_default().rows.push(row)),
        CheckNews::Complete(whole) => {
            wizard.view.update(|view| view.checks = Some(whole.clone()));
            report.set(Some(whole));
        }
        CheckNews::Lost => report.update(|report| {
            if let Some(report) = report {
                report.is_complete = true;
            }
        }),
    });
}

/// Connection string and password. While typing, a password in the string moves to its own field, and faults are pointed at.
#[component]
fn UriFields(wizard: Wizard, report: RwSignal<Option<CheckReport>>) -> impl IntoView {
    let language = wizard.language;
    let source = wizard.view.with_untracked(|view| view.source.clone());
    let uri = RwSignal::new(source.uri.clone());
    let password = RwSignal::new(String::new());
    // Pointed at once the reader has left the field, and from then on while it is wrong.
    let local_fault = RwSignal::new(None::<UriFault>);
    let input = NodeRef::<leptos::html::Input>::new();
    // At once rather than in an effect: the browser asks about validity in the same breath as it tells of the change.
    let judge = move |fault: Option<UriFault>| {
        if let Some(element) = input.get_untracked() {
            element.set_custom_validity(&fault.map(|fault| fault_text(language, fault)).unwrap_or_default());
        }
        local_fault.set(fault);
    };
    let is_composing = RwSignal::new(false);
    let look = move |text: &str| match split(text) {
        Ok(parts) => {
            judge(None);
            if let Some(found) = parts.password {
                uri.set(parts.uri);
                password.set(found);
            }
        }
        Err(fault) => judge((!text.trim().is_empty()).then_some(fault)),
    };
    let typed = move |text: String| {
        uri.set(text.clone());
        // What was checked is not what is there any more.
        report.set(None);
        if !is_composing.get_untracked() && (local_fault.get_untracked().is_some() || text.contains('@')) {
            look(&text);
        }
    };
    let faults = move || match local_fault.get() {
        Some(fault) => vec![fault_text(language, fault)],
        None => wizard.faults("connection.uri"),
    };
    let password_hint = if source.has_password { language.password_kept() } else { language.password_hint() };
    let uri_input = view! {
        <input
            class="input mono"
            node_ref=input
            id="uri"
            name="uri"
            required=true
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            placeholder="mongodb://"
            value=source.uri
            prop:value=uri
            aria-describedby=described_by("uri")
            aria-invalid=move || (!faults().is_empty()).then_some("true")
            on:compositionstart=move |_| is_composing.set(true)
            on:compositionend=move |_| is_composing.set(false)
            on:input=move |event| typed(event_target_value(&event))
            on:change=move |event| look(&event_target_value(&event))
        />
    };
    let password_input = view! {
        <input
            class="input"
            id="password"
            name="password"
            type="password"
            autocomplete="new-password"
            prop:value=password
            aria-describedby=described_by("password")
            on:input=move |event| {
                password.set(event_target_value(&event));
                report.set(None);
            }
        />
    };
    view! {
        <div class="field">
            <label class="field-label" for="uri">{language.uri_label()}</label>
            {uri_input}
            <p class="field-hint" id="uri-hint">{language.uri_hint()}</p>
            <div id="uri-fault">{move || crate::forms::field::fault_list(faults())}</div>
        </div>
        {frame("password", language.password_label(), password_hint.to_owned(), Vec::new(), password_input.into_any())}
        {source
            .has_password
            .then(|| {
                view! {
                    <label class="choice">
                        <input type="checkbox" name="remove_password" value="true"/>
                        <span>{language.password_remove()}</span>
                    </label>
                }
            })}
    }
    .into_any()
}

fn fault_text(language: Language, fault: UriFault) -> String {
    let reason = match fault.kind {
        UriFaultKind::Empty => language.uri_fault_empty(),
        UriFaultKind::Scheme => language.uri_fault_scheme(),
        UriFaultKind::NoHost => language.uri_fault_no_host(),
        UriFaultKind::EmptyHost => language.uri_fault_empty_host(),
        UriFaultKind::Port => language.uri_fault_port(),
        UriFaultKind::SrvHost => language.uri_fault_srv(),
        UriFaultKind::Percent => language.uri_fault_percent(),
        UriFaultKind::Space => language.uri_fault_space(),
        UriFaultKind::Option => language.uri_fault_option(),
        UriFaultKind::NoUser => language.uri_fault_no_user(),
    };
    language.uri_fault_at(&(fault.at + 1), &reason)
}
