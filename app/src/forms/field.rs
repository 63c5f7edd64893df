//! Fields with their labels, hints and faults, tied together for those who cannot see them side by side.

use leptos::prelude::*;

use crate::components::icon::{Icon, IconName};

/// A line of text.
pub(crate) struct TextField {
    /// Id in the document.
    pub(crate) id: &'static str,
    /// Name in the form.
    pub(crate) name: &'static str,
    /// What it is called.
    pub(crate) label: &'static str,
    /// A word of help; may be empty.
    pub(crate) hint: String,
    /// What is in it.
    pub(crate) value: String,
    /// What is wrong with it.
    pub(crate) faults: Vec<String>,
}

/// Draws a line of text.
pub(crate) fn text_field(field: TextField) -> AnyView {
    let TextField { id, name, label, hint, value, faults } = field;
    let (described_by, is_wrong) = (described_by(id), !faults.is_empty());
    let input = view! {
        <input
            class="input"
            id=id
            name=name
            value=value
            autocomplete="off"
            spellcheck="false"
            aria-describedby=described_by
            aria-invalid=is_wrong.then_some("true")
        />
    };
    frame(id, label, hint, faults, input.into_any())
}

/// A field's surroundings: label above, hint and faults below.
pub(crate) fn frame(
    id: &'static str,
    label: &'static str,
    hint: String,
    faults: Vec<String>,
    input: AnyView,
) -> AnyView {
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            {input}
            <p class="field-hint" id=format!("{id}-hint")>{hint}</p>
            <div id=format!("{id}-fault")>{fault_list(faults)}</div>
        </div>
    }
    .into_any()
}

/// Ids of a field's hint and faults.
pub(crate) fn described_by(id: &str) -> String {
    format!("{id}-hint {id}-fault")
}

/// Faults, one a line.
pub(crate) fn fault_list(faults: Vec<String>) -> Vec<AnyView> {
    let fault =
        |text: String| view! { <p class="field-fault"><Icon name=IconName::Alert/><span>{text}</span></p> }.into_any();
    faults.into_iter().map(fault).collect()
}

/// One of several choices, with a word about it.
pub(crate) fn radio(
    name: &'static str,
    value: &'static str,
    label: &'static str,
    hint: &'static str,
    is_on: bool,
) -> AnyView {
    view! {
        <label class="choice">
            <input type="radio" name=name value=value checked=is_on/>
            <span>
                <span class="choice-label">{label}</span>
                {(!hint.is_empty()).then(|| view! { <span class="field-hint">{hint}</span> })}
            </span>
        </label>
    }
    .into_any()
}
