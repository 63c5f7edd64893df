//! A connector's configuration: what is it set to?

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::api::connectors::show_config;
use crate::components::failure::Failure;
use crate::components::header::PageHeader;
use crate::components::load::load;
use crate::components::table::{cell, cell_view, heading};
use crate::components::tabs::{ConnectorTabs, Tab};
use crate::components::texts::ConfigTextViews;
use crate::i18n::{Language, format, use_language, use_preferences};
use crate::model::connector::{ConfigView, PropertyGroup, PropertyRow};
use crate::routes::paths;

/// The page.
#[component]
pub(crate) fn ConfigPage() -> impl IntoView {
    let language = use_language();
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("name").unwrap_or_default()));
    let config = load(move || name.get(), show_config);
    view! {
        {move || {
            let above = vec![(language.nav_connectors().to_owned(), paths::CONNECTORS.to_owned())];
            view! { <PageHeader title=name.get() above=above/> <ConnectorTabs name=name.get() tab=Tab::Config/> }
        }}
        <Suspense fallback=move || view! { <p class="loading">{language.loading()}</p> }>
            {move || Suspend::new(async move {
                match config.await {
                    Ok(config) => view! { <Config config/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Config(config: ConfigView) -> impl IntoView {
    let preferences = use_preferences();
    let language = preferences.language;
    let saved = language.config_saved(&format::date_time(preferences, config.saved_ms));
    let groups = config.groups.into_iter().map(|group| group_view(language, group)).collect::<Vec<_>>();
    view! {
        <p class="quiet lead">
            {language.config_read_only()} " " {language.version_number(&config.version)} " · " {saved} "."
        </p>
        {groups}
        <section class="block">
            <h2>{language.config_as_text()}</h2>
            <ConfigTextViews texts=config.texts/>
        </section>
    }
    .into_any()
}

fn group_view(language: Language, group: PropertyGroup) -> AnyView {
    let rows = group.rows.into_iter().map(|row| row_view(language, row)).collect::<Vec<_>>();
    view! {
        <section class="block">
            <h2>{group.name}</h2>
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
        </section>
    }
    .into_any()
}

fn row_view(language: Language, row: PropertyRow) -> AnyView {
    let doc = if row.is_unknown { language.unknown_property().to_owned() } else { row.doc };
    let value = match row.value {
        Some(value) if value.is_empty() => view! { <span class="quiet">{language.none()}</span> }.into_any(),
        Some(value) => view! { <span class="mono">{value}</span> }.into_any(),
        None => view! { <span class="quiet">{language.secret_hidden()}</span> }.into_any(),
    };
    let default = row.default.filter(|default| !default.is_empty());
    view! {
        <tr>
            <th scope="row">
                <span class="mono">{row.name}</span>
                {(!doc.is_empty()).then(|| view! { <p class="quiet property-doc">{doc}</p> })}
            </th>
            {cell_view(language.config_value(), "", Some(value))}
            {cell(language.config_default(), "quiet mono", default)}
        </tr>
    }
    .into_any()
}
