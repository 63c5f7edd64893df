//! Step 4: topics, keys, formats; beside them exactly what comes out.

use std::time::Duration;

use leptos::form::{ActionForm, FromFormData};
use leptos::html::Form;
use leptos::prelude::*;

use super::{Saved, Wizard, save_failure, step_heading};
use crate::api::wizard::{SaveTarget, show_outcome};
use crate::components::load::load;
use crate::components::notice::failure_notice;
use crate::components::outcome_table::outcome_table;
use crate::forms::field::{TextField, radio, text_field};
use crate::i18n::Language;
use crate::model::draft::{Format, KeyChoice, Shape, TargetForm};
use crate::routes::paths;

/// How long after the last change the outcome is drawn anew.
const QUIET: Duration = Duration::from_millis(150);

/// The step.
#[component]
pub(super) fn TargetStep(wizard: Wizard) -> impl IntoView {
    let language = wizard.language;
    let save = ServerAction::<SaveTarget>::new();
    let saved: Saved = save.value().into();
    wizard.follow(saved);
    let form = NodeRef::<Form>::new();
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let save_soon = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
        let handle = set_timeout_with_handle(move || save_quietly(wizard, save, form), QUIET).ok();
        waiting.set_value(handle);
    };
    let is_composing = RwSignal::new(false);
    let show = view! {
        <button class="button without-script" type="submit" name="go" value=paths::GO_STAY>{language.outcome_show()}</button>
    };
    view! {
        <div class="wizard-pair">
            <div class="card wizard-step">
                {step_heading(language.target_title(), "")}
                {save_failure(wizard, saved)}
                <div
                    on:compositionstart=move |_| is_composing.set(true)
                    on:compositionend=move |_| {
                        is_composing.set(false);
                        save_soon();
                    }
                    on:input=move |_| {
                        if !is_composing.get_untracked() {
                            save_soon();
                        }
                    }
                    on:change=move |_| save_soon()
                >
                    <ActionForm action=save node_ref=form>
                        {wizard.id_field()}
                        <TargetFields wizard/>
                        {wizard.buttons(Signal::derive(move || save.pending().get() && wizard.go.get() == "next"), Some(show.into_any()))}
                    </ActionForm>
                </div>
            </div>
            <OutcomeRegion wizard/>
        </div>
    }
    .into_any()
}

/// Saves what the form holds now, and stays.
fn save_quietly(wizard: Wizard, save: ServerAction<SaveTarget>, form: NodeRef<Form>) {
    let Some(form) = form.get_untracked() else { return };
    let Ok(data) = web_sys::FormData::new_with_form(&form) else { return };
    if let Ok(input) = SaveTarget::from_form_data(&data) {
        wizard.go.set(paths::GO_STAY);
        save.dispatch(input);
    }
}

#[component]
fn TargetFields(wizard: Wizard) -> impl IntoView {
    let language = wizard.language;
    // The fields are the reader's from here on: drawing them anew would move the cursor while they type.
    let form = wizard.view.with_untracked(|view| view.target.clone());
    let problems = move |property: &'static str| move || crate::forms::field::fault_list(wizard.faults(property));
    let text = |id, name, label, hint: &'static str, value: &str| {
        let field = TextField { id, name, label, hint: hint.to_owned(), value: value.to_owned(), faults: Vec::new() };
        text_field(field)
    };
    let shape = |value, shape, label, hint| radio("form[shape]", value, label, hint, form.shape == shape);
    let key = |value, key, label| radio("form[key]", value, label, "", form.key == key);
    view! {
        {text("prefix", "form[prefix]", language.target_prefix(), language.target_prefix_hint(), &form.prefix)}
        {problems("topic.prefix")}
        <fieldset class="choices" role="radiogroup" aria-label=language.target_value()>
            <legend class="field-label">{language.target_value()}</legend>
            {shape("document", Shape::Document, language.shape_document(), language.shape_document_hint())}
            {shape("event", Shape::Event, language.shape_event(), language.shape_event_hint())}
        </fieldset>
        <div class="field">
            <label class="field-label" for="format">{language.target_format()}</label>
            <select class="input" id="format" name="form[format]">{formats(language, &form)}</select>
        </div>
        <fieldset class="choices" role="radiogroup" aria-label=language.target_key()>
            <legend class="field-label">{language.target_key()}</legend>
            {key("document", KeyChoice::Document, language.key_document())}
            {key("token", KeyChoice::Token, language.key_token())}
        </fieldset>
        <details class="more" open=has_more(&form)>
            <summary>{language.target_more()}</summary>
            {text("suffix", "form[suffix]", language.target_suffix(), "", &form.suffix)}
            {problems("topic.suffix")}
            {text("separator", "form[separator]", language.target_separator(), "", &form.separator)}
            {text("map", "form[namespace_map]", language.target_map(), language.target_map_hint(), &form.namespace_map)}
            {problems("topic.namespace.map")}
            {text("partitions", "form[partitions]", language.target_partitions(), language.broker_default_hint(), &form.partitions)}
            {problems("topic.creation.default.partitions")}
            {text("replication", "form[replication]", language.target_replication(), language.broker_default_hint(), &form.replication)}
            {problems("topic.creation.default.replication.factor")}
        </details>
    }
    .into_any()
}

fn has_more(form: &TargetForm) -> bool {
    let others = [&form.suffix, &form.namespace_map, &form.partitions, &form.replication];
    others.iter().any(|text| !text.is_empty()) || !matches!(form.separator.as_str(), "" | ".")
}

fn formats(language: Language, form: &TargetForm) -> Vec<AnyView> {
    let formats = [
        ("simplified", Format::Simplified, language.format_simplified()),
        ("extended", Format::Extended, language.format_extended()),
        ("legacy", Format::Legacy, language.format_legacy()),
        ("bson", Format::Bson, language.format_bson()),
    ];
    formats
        .into_iter()
        .map(|(value, format, label)| {
            view! { <option value=value selected=form.format == format>{label}</option> }.into_any()
        })
        .collect()
}

/// What comes out, drawn anew whenever the draft has been saved.
#[component]
fn OutcomeRegion(wizard: Wizard) -> impl IntoView {
    let language = wizard.language;
    let source = Memo::new(move |_| wizard.view.with(|view| (view.id.clone(), view.target.clone())));
    let outcome = load(move || source.get(), |(id, _)| show_outcome(id));
    view! {
        <section class="outcome" aria-label=language.outcome_title()>
            <h3>{language.outcome_title()}</h3>
            <p class="quiet">{language.outcome_lead()}</p>
            <Transition fallback=move || view! { <p class="loading">{language.loading()}</p> }>
                {move || Suspend::new(async move {
                    match outcome.await {
                        Ok(outcome) => outcome_table(language, &outcome),
                        Err(error) => failure_notice(language, error),
                    }
                })}
            </Transition>
        </section>
    }
    .into_any()
}
