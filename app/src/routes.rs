//! The application: which page answers which path.
//!
//! Pages render completely on the server ([`SsrMode::Async`]) because every one of them has to work without script, and
//! because an answer's status depends on its data.

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::components::frame::Frame;
use crate::i18n::provide_preferences;
use crate::model::connector::ConnectorAction;
use crate::model::preferences::Preferences;
use crate::pages;

pub(crate) mod asked;
pub mod paths;

/// The application below `body`.
#[component]
pub fn App(
    /// The reader's preferences; the same on server and browser.
    #[prop(optional)]
    preferences: Preferences,
) -> impl IntoView {
    crate::shell::provide_document_context();
    provide_preferences(preferences);
    view! {
        <Router>
            <Frame>
                <Routes fallback=pages::not_found::NotFoundPage>
                    <Route path=path!("/") view=pages::connectors::ConnectorsPage ssr=SsrMode::Async/>
                    <Route path=path!("/connectors/new") view=pages::wizard::WizardPage ssr=SsrMode::Async/>
                    <Route path=path!("/connectors/:name") view=pages::connector::ConnectorPage ssr=SsrMode::Async/>
                    <Route path=path!("/connectors/:name/config") view=pages::config::ConfigPage ssr=SsrMode::Async/>
                    <Route path=path!("/connectors/:name/pause") view=|| confirm(ConnectorAction::Pause) ssr=SsrMode::Async/>
                    <Route path=path!("/connectors/:name/stop") view=|| confirm(ConnectorAction::Stop) ssr=SsrMode::Async/>
                    <Route path=path!("/connectors/:name/delete") view=|| confirm(ConnectorAction::Delete) ssr=SsrMode::Async/>
                    <Route path=path!("/topics") view=pages::topics::TopicsPage ssr=SsrMode::Async/>
                    <Route path=path!("/topics/:topic") view=pages::topic::TopicPage ssr=SsrMode::Async/>
                    <Route path=path!("/topics/:topic/:partition/:offset") view=pages::record::RecordPage ssr=SsrMode::Async/>
                </Routes>
            </Frame>
        </Router>
    }
}

fn confirm(action: ConnectorAction) -> AnyView {
    view! { <pages::confirm::ConfirmPage action/> }.into_any()
}
