//! Links between the views of one connector.

use leptos::prelude::*;

use crate::i18n::use_language;
use crate::routes::paths;

/// Which view is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tab {
    Overview,
    Config,
}

/// The links.
#[component]
pub(crate) fn ConnectorTabs(
    /// The connector.
    name: String,
    /// The view that is shown.
    tab: Tab,
) -> impl IntoView {
    let language = use_language();
    let links = [
        (Tab::Overview, paths::connector(&name), language.tab_overview()),
        (Tab::Config, paths::connector_config(&name), language.tab_config()),
    ]
    .into_iter()
    .map(|(place, href, text)| {
        view! { <li><a class="tab" href=href aria-current=(place == tab).then_some("page")>{text}</a></li> }.into_any()
    })
    .collect::<Vec<_>>();
    view! {
        <nav class="tabs" aria-label=language.tabs_of(&name)>
            <ul>{links}</ul>
        </nav>
    }
    .into_any()
}
