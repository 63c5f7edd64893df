//! Step 5: the name, what differs from the defaults, the whole as text, and Create.

use leptos::form::ActionForm;
use leptos::prelude::*;

use super::import::unreadable;
use super::{Wizard, save_refused, step_heading, use_leave};
use crate::api::wizard::{CreateConnector, SaveText};
use crate::components::notice::{Notice, Tone};
use crate::components::problem_list::problem_list;
use crate::components::table::{cell_view, heading};
use crate::components::texts::ConfigTextViews;
use crate::forms::field::{TextField, described_by, text_field};
use crate::forms::text_area::TextArea;
use crate::i18n::Language;
use crate::model::draft::{Change, Created, DraftView, Problem, Step, TextSaved};
use crate::routes::paths;

/// The step.
#[component]
pub(super) fn ReviewStep(wizard: Wizard) -> impl IntoView {
    let language = wizard.language;
    view! {
        <div class="card wizard-step">
            {step_heading(language.review_title(), "")}
            {move || wizard.view.with(|view| findings(language, view))}
            <CreateForm wizard/>
        </div>
        <section class="block">
            <h2>{language.review_changes()}</h2>
            {move || wizard.view.with(|view| changes(language, view))}
        </section>
        <section class="block">
            <h2>{language.config_as_text()}</h2>
            {move || {
                let texts = wizard.view.with(|view| view.texts.clone());
                view! { <ConfigTextViews texts/> }
            }}
            <TextForm wizard/>
        </section>
    }
    .into_any()
}

/// What is wrong, what is worth a look, what a pasted text lost.
fn findings(language: Language, view: &DraftView) -> AnyView {
    let of = |is_warning: bool| -> Vec<Problem> {
        view.problems
            .iter()
            .filter(|problem| problem.is_warning == is_warning && problem.property != "name")
            .cloned()
            .collect()
    };
    let notes = view.notes.iter().map(|note| {
        view! { <li><span class="mono">{note.field.clone()}</span> " " {note.text.clone()}</li> }.into_any()
    });
    let notes = notes.collect::<Vec<_>>();
    view! {
        {problem_list(language, &view.id, language.review_problems(), of(false))}
        {problem_list(language, &view.id, language.review_warnings(), of(true))}
        {(!notes.is_empty())
            .then(|| {
                view! {
                    <Notice tone=Tone::Busy>
                        <strong>{language.notes_title()}</strong>
                        <ul class="plain-list">{notes}</ul>
                    </Notice>
                }
            })}
    }
    .into_any()
}

#[component]
fn CreateForm(wizard: Wizard) -> impl IntoView {
    let language = wizard.language;
    let create = ServerAction::<CreateConnector>::new();
    let value = create.value();
    let leave = use_leave();
    Effect::new(move |_| match value.get() {
        Some(Ok(Created::Connector(name))) => leave(paths::connector_created(&name)),
        Some(Ok(Created::Refused(view))) => {
            wizard.is_tried.set(true);
            wizard.take(*view);
        }
        _ => {}
    });
    let name = Memo::new(move |_| wizard.view.with(|view| view.name.clone()));
    let field = move || {
        text_field(TextField {
            id: "name",
            name: "name",
            label: language.review_name(),
            hint: String::new(),
            value: name.get(),
            faults: wizard.faults("name"),
        })
    };
    let is_busy = move || create.pending().get() || matches!(value.get(), Some(Ok(Created::Connector(_))));
    view! {
        {move || match value.get() {
            Some(Err(error)) => {
                let here = wizard.view.with_untracked(|view| paths::draft(&view.id, Step::Review));
                Some(save_refused(language, error, &here))
            }
            _ => None,
        }}
        <ActionForm action=create>
            {wizard.id_field()}
            {field}
            <p class="quiet">{language.review_happens()}</p>
            <div class="wizard-buttons">
                <button class="button button-main" type="submit" disabled=is_busy>
                    {move || if is_busy() { language.creating() } else { language.create() }}
                </button>
                <a class="button" href=wizard.view.with_untracked(|view| paths::draft(&view.id, Step::Kafka))>
                    {language.back()}
                </a>
            </div>
        </ActionForm>
    }
    .into_any()
}

fn changes(language: Language, view: &DraftView) -> AnyView {
    if view.changes.is_empty() {
        return view! { <p class="quiet">{language.review_nothing()}</p> }.into_any();
    }
    let rows = view.changes.iter().map(|change| change_row(language, change)).collect::<Vec<_>>();
    view! {
        <div class="table-box">
            <table class="table table-config">
                <thead>
                    <tr>
                        {heading(language.config_property(), "")}
                        {heading(language.config_value(), "")}
                        {heading(language.config_default(), "")}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn change_row(language: Language, change: &Change) -> AnyView {
    let note = change.is_unknown.then(|| match &change.closest {
        Some(closest) => format!("{}; {}", language.unknown_property(), language.closest_property(closest)),
        None => language.unknown_property().to_owned(),
    });
    let value = match &change.value {
        Some(value) => view! { <span class="mono">{value.clone()}</span> }.into_any(),
        None => view! { <span class="quiet">{language.secret_hidden()}</span> }.into_any(),
    };
    let default = change.default.clone().filter(|default| !default.is_empty());
    let default = default.map(|default| view! { <span class="mono quiet">{default}</span> }.into_any());
    view! {
        <tr>
            <th scope="row">
                <span class="mono">{change.property.clone()}</span>
                {note.map(|note| view! { <p class="property-doc field-fault">{note}</p> })}
            </th>
            {cell_view(language.config_value(), "", Some(value))}
            {cell_view(language.config_default(), "", default)}
        </tr>
    }
    .into_any()
}

/// The whole as text, to be edited. A text that cannot be read keeps its field and changes nothing.
#[component]
fn TextForm(wizard: Wizard) -> impl IntoView {
    let language = wizard.language;
    let save = ServerAction::<SaveText>::new();
    let value = save.value();
    Effect::new(move |_| {
        if let Some(Ok(TextSaved::Saved(view))) = value.get() {
            wizard.take(*view);
        }
    });
    let unread = wizard.view.with_untracked(|view| view.unread.clone());
    let is_open = unread.is_some();
    let problem = {
        let unread = unread.clone();
        move || match value.get() {
            Some(Ok(TextSaved::Unreadable { reason, line })) => Some(unreadable(language, &reason, line)),
            Some(Err(error)) => {
                let here = wizard.view.with_untracked(|view| paths::draft(&view.id, Step::Review));
                Some(save_refused(language, error, &here))
            }
            Some(Ok(TextSaved::Saved(_))) => None,
            None => unread.as_ref().map(|unread| unreadable(language, &unread.reason, unread.line)),
        }
    };
    let text = match unread {
        Some(unread) => unread.text,
        None => wizard.view.with_untracked(|view| view.texts.properties.clone()),
    };
    view! {
        <details class="text-view paste" open=is_open>
            <summary>{language.edit_text()}</summary>
            <ActionForm action=save>
                {wizard.id_field()}
                <div class="field">
                    <label class="field-label" for="text">{language.paste_label()}</label>
                    <TextArea id="text" name="text" text=text described_by=described_by("text")/>
                    <p class="field-hint" id="text-hint">{language.edit_text_hint()}</p>
                    <div id="text-fault">{problem}</div>
                </div>
                <div class="wizard-buttons">
                    <button class="button" type="submit">{language.save_text()}</button>
                </div>
            </ActionForm>
        </details>
    }
    .into_any()
}
