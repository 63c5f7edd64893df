//! What can be done to a connector: buttons, and a question before those that stop or remove something.
//!
//! Without script the question is a page of its own; with script the same link opens a dialog.

use leptos::form::ActionForm;
use leptos::html::Dialog;
use leptos::prelude::*;

use super::header::focus_title;
use super::icon::{Icon, IconName};
use super::notice::failure_notice;
use crate::api::connectors::ActOnConnector;
use crate::i18n::{Language, format, use_language};
use crate::model::connector::ConnectorAction;
use crate::routes::paths;

/// What can be done now, and for how long standing still is safe.
pub(crate) type Possible = Memo<(Vec<ConnectorAction>, Option<u64>)>;

/// The buttons for what can be done now.
///
/// All of them are made once, and those that are not possible are hidden: news must not take away a dialog that somebody reads.
#[component]
pub(crate) fn ActionButtons(
    /// The connector.
    name: String,
    /// What can be done.
    possible: Possible,
) -> impl IntoView {
    let act = ServerAction::<ActOnConnector>::new();
    let buttons = ConnectorAction::ALL.map(|action| {
        let name = name.clone();
        if action.asks_first() {
            view! { <AskedAction name action act possible/> }.into_any()
        } else {
            view! { <PlainAction name action act possible/> }.into_any()
        }
    });
    view! {
        {Vec::from(buttons)}
        <ActionFailure act/>
    }
    .into_any()
}

#[component]
fn ActionFailure(act: ServerAction<ActOnConnector>) -> impl IntoView {
    let language = use_language();
    let value = act.value();
    move || match value.get() {
        Some(Err(error)) => Some(failure_notice(language, error)),
        Some(Ok(())) => {
            // The button that was pressed is about to go; a reader without a mouse would be left nowhere.
            focus_title();
            None
        }
        None => None,
    }
}

#[component]
fn PlainAction(
    name: String,
    action: ConnectorAction,
    act: ServerAction<ActOnConnector>,
    possible: Possible,
) -> impl IntoView {
    let language = use_language();
    view! {
        <div hidden=move || !is_possible(possible, action)>
            <ActionForm action=act>
                <ActionFields name action/>
                <button class="button" type="submit" disabled=move || act.pending().get()>
                    <Icon name=icon(action)/>
                    {label(language, action)}
                </button>
            </ActionForm>
        </div>
    }
    .into_any()
}

#[component]
fn AskedAction(
    name: String,
    action: ConnectorAction,
    act: ServerAction<ActOnConnector>,
    possible: Possible,
) -> impl IntoView {
    let language = use_language();
    let dialog = NodeRef::<Dialog>::new();
    let open = move |event: web_sys::MouseEvent| {
        if let Some(dialog) = dialog.get_untracked() {
            event.prevent_default();
            let _ = dialog.show_modal();
        }
    };
    let value = act.value();
    Effect::new(move |_| {
        if value.get().is_some()
            && let Some(dialog) = dialog.get_untracked()
        {
            dialog.close();
        }
    });
    let class = if action == ConnectorAction::Delete { "button button-bad" } else { "button" };
    let title_id = format!("ask-{}", action.code());
    let labelled_by = title_id.clone();
    view! {
        <a
            class=class
            href=paths::connector_confirm(&name, action)
            hidden=move || !is_possible(possible, action)
            on:click=open
        >
            <Icon name=icon(action)/>
            {label(language, action)}
        </a>
        <dialog class="dialog" node_ref=dialog aria-labelledby=labelled_by>
            <h2 id=title_id>{question(language, action, &name)}</h2>
            {move || {
                let headroom_s = possible.with(|(_, headroom_s)| *headroom_s);
                view! { <Consequences action headroom_s/> }
            }}
            <div class="dialog-buttons">
                <form method="dialog">
                    <button class="button" type="submit">{language.cancel()}</button>
                </form>
                <ActionForm action=act>
                    <ActionFields name action/>
                    <ConfirmButton action is_pending=act.pending().into()/>
                </ActionForm>
            </div>
        </dialog>
    }
    .into_any()
}

fn is_possible(possible: Possible, action: ConnectorAction) -> bool {
    possible.with(|(actions, _)| actions.contains(&action))
}

/// The hidden fields that say what is to be done to what.
#[component]
pub(crate) fn ActionFields(
    /// The connector.
    name: String,
    /// What is to be done.
    action: ConnectorAction,
) -> impl IntoView {
    view! {
        <input type="hidden" name="name" value=name/>
        <input type="hidden" name="action" value=action.code()/>
    }
    .into_any()
}

/// The button that does it.
#[component]
pub(crate) fn ConfirmButton(
    /// What is to be done.
    action: ConnectorAction,
    /// It is being done.
    is_pending: Signal<bool>,
) -> impl IntoView {
    let language = use_language();
    let class = if action == ConnectorAction::Delete { "button button-bad-main" } else { "button button-main" };
    view! {
        <button class=class type="submit" disabled=move || is_pending.get()>
            {move || if is_pending.get() { language.working() } else { label(language, action) }}
        </button>
    }
    .into_any()
}

/// What will happen.
#[component]
pub(crate) fn Consequences(
    /// What is to be done.
    action: ConnectorAction,
    /// How long standing still is safe, where it is known.
    headroom_s: Option<u64>,
) -> impl IntoView {
    let language = use_language();
    let stands_still = matches!(action, ConnectorAction::Pause | ConnectorAction::Stop);
    let safety = stands_still.then(|| match headroom_s {
        Some(seconds) => language.pause_headroom(&format::duration(language, seconds)),
        None => language.pause_headroom_unknown().to_owned(),
    });
    view! {
        <p>{consequence(language, action)}</p>
        {safety.map(|safety| view! { <p>{safety}</p> })}
    }
    .into_any()
}

/// The action's word.
pub(crate) const fn label(language: Language, action: ConnectorAction) -> &'static str {
    match action {
        ConnectorAction::Pause => language.action_pause(),
        ConnectorAction::Resume => language.action_resume(),
        ConnectorAction::Stop => language.action_stop(),
        ConnectorAction::Restart => language.action_restart(),
        ConnectorAction::Delete => language.action_delete(),
    }
}

/// The question before it.
pub(crate) fn question(language: Language, action: ConnectorAction, name: &str) -> String {
    match action {
        ConnectorAction::Pause => language.pause_question(&name),
        ConnectorAction::Resume => language.resume_question(&name),
        ConnectorAction::Stop => language.stop_question(&name),
        ConnectorAction::Restart => language.restart_question(&name),
        ConnectorAction::Delete => language.delete_question(&name),
    }
}

const fn consequence(language: Language, action: ConnectorAction) -> &'static str {
    match action {
        ConnectorAction::Pause => language.pause_consequence(),
        ConnectorAction::Resume => language.resume_consequence(),
        ConnectorAction::Stop => language.stop_consequence(),
        ConnectorAction::Restart => language.restart_consequence(),
        ConnectorAction::Delete => language.delete_consequence(),
    }
}

const fn icon(action: ConnectorAction) -> IconName {
    match action {
        ConnectorAction::Pause => IconName::Pause,
        ConnectorAction::Resume => IconName::Play,
        ConnectorAction::Stop => IconName::Stop,
        ConnectorAction::Restart => IconName::Restart,
        ConnectorAction::Delete => IconName::Trash,
    }
}
