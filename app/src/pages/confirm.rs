//! The question before an action, as a page: for readers without script.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::api::connectors::{ActOnConnector, show_connector};
use crate::components::actions::{ActionFields, ConfirmButton, Consequences, question};
use crate::components::failure::Failure;
use crate::components::header::PageHeader;
use crate::components::load::load;
use crate::components::notice::FormFailure;
use crate::i18n::use_language;
use crate::model::connector::{ConnectorAction, ConnectorOverview};
use crate::routes::paths;

/// The page.
#[component]
pub(crate) fn ConfirmPage(
    /// What is to be done.
    action: ConnectorAction,
) -> impl IntoView {
    let language = use_language();
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("name").unwrap_or_default()));
    let overview = load(move || name.get(), show_connector);
    view! {
        <FormFailure/>
        <Suspense fallback=move || view! { <p class="loading">{language.loading()}</p> }>
            {move || Suspend::new(async move {
                match overview.await {
                    Ok(overview) => view! { <Question overview action/> }.into_any(),
                    Err(error) => view! { <PageHeader title=name.get_untracked()/> <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Question(overview: ConnectorOverview, action: ConnectorAction) -> impl IntoView {
    let language = use_language();
    let act = ServerAction::<ActOnConnector>::new();
    let name = overview.name;
    let headroom_s = overview.headroom_s;
    let above = vec![
        (language.nav_connectors().to_owned(), paths::CONNECTORS.to_owned()),
        (name.clone(), paths::connector(&name)),
    ];
    view! {
        <PageHeader title=question(language, action, &name) above=above/>
        <div class="card">
            <Consequences action headroom_s/>
            <div class="dialog-buttons">
                <a class="button" href=paths::connector(&name)>{language.cancel()}</a>
                <ActionForm action=act>
                    <ActionFields name action/>
                    <ConfirmButton action is_pending=act.pending().into()/>
                </ActionForm>
            </div>
        </div>
    }
    .into_any()
}
