//! The list of topics: where does data land, whose is it?

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::topics::list_topics;
use crate::components::empty::Empty;
use crate::components::failure::Failure;
use crate::components::header::PageHeader;
use crate::components::icon::{Icon, IconName};
use crate::components::load::load;
use crate::components::pager::pager;
use crate::components::table::{cell, cell_view, heading};
use crate::i18n::{Language, format, use_language};
use crate::model::topic::{TopicList, TopicListQuery, TopicRow};
use crate::routes::paths;

/// The page.
#[component]
pub(crate) fn TopicsPage() -> impl IntoView {
    let language = use_language();
    let query = use_query();
    let list = load(move || query.get(), list_topics);
    view! {
        <PageHeader title=language.nav_topics()/>
        {move || query.with(|query| search_form(language, query))}
        <Transition fallback=move || view! { <p class="loading">{language.loading()}</p> }>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(list) => shown(language, list, &query.get_untracked()),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The query as the URL has it.
fn use_query() -> Memo<TopicListQuery> {
    let map = use_query_map();
    Memo::new(move |_| {
        map.with(|map| TopicListQuery {
            search: map.get_str("search").unwrap_or_default().trim().to_owned(),
            with_internal: map.get_str("internal") == Some("yes"),
            page: map.get_str("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1),
        })
    })
}

/// The search: a plain GET form, because the state of the list is its URL.
fn search_form(language: Language, query: &TopicListQuery) -> AnyView {
    view! {
        <form method="get" action=paths::TOPICS role="search" class="search topic-search">
            <div class="search-box">
                <Icon name=IconName::Search/>
                <input
                    class="input"
                    type="search"
                    name="search"
                    value=query.search.clone()
                    placeholder=language.search_topics()
                    aria-label=language.search_topics()
                />
            </div>
            <button class="button" type="submit">{language.search()}</button>
            <label class="tick">
                <input type="checkbox" name="internal" value="yes" checked=query.with_internal/>
                <span>{language.show_internal_topics()}</span>
            </label>
        </form>
    }
    .into_any()
}

fn shown(language: Language, list: TopicList, query: &TopicListQuery) -> AnyView {
    if list.rows.is_empty() {
        return nothing(language, query);
    }
    let TopicList { rows, matching, page, page_count } = list;
    let rows = rows.into_iter().map(|row| row_view(language, row)).collect::<Vec<_>>();
    view! {
        <p class="quiet table-facts">{language.topics_found(&format::count(matching))}</p>
        <div class="table-box" role="region" tabindex="0" aria-label=language.topics_caption()>
            <table class="table table-cards table-topics">
                <caption class="unseen">{language.topics_caption()}</caption>
                <thead>
                    <tr>
                        {heading(language.column_topic(), "")}
                        {heading(language.column_partitions(), "number")}
                        {heading(language.column_records_about(), "number")}
                        {heading(language.column_writers(), "")}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {pager(language, page, page_count, |page| paths::topics(&TopicListQuery { page, ..query.clone() }))}
    }
    .into_any()
}

fn row_view(language: Language, row: TopicRow) -> AnyView {
    let href = paths::topic(&row.name);
    view! {
        <tr>
            <th scope="row"><a class="row-link mono" href=href>{row.name}</a></th>
            {cell(language.column_partitions(), "number", Some(row.partitions.to_string()))}
            {cell(language.column_records_about(), "number", row.records.map(format::count))}
            {cell_view(language.column_writers(), "", writers(row.connectors))}
        </tr>
    }
    .into_any()
}

/// Links to the connectors that write to a topic.
pub(super) fn writers(connectors: Vec<String>) -> Option<AnyView> {
    if connectors.is_empty() {
        return None;
    }
    let links = connectors
        .into_iter()
        .map(|name| {
            let href = paths::connector(&name);
            view! { <li><a href=href>{name}</a></li> }.into_any()
        })
        .collect::<Vec<_>>();
    Some(view! { <ul class="inline-list">{links}</ul> }.into_any())
}

fn nothing(language: Language, query: &TopicListQuery) -> AnyView {
    if query.search.is_empty() {
        return view! { <Empty title=language.no_topics_title() text=language.no_topics_text()/> }.into_any();
    }
    let action = view! { <a class="button" href=paths::TOPICS>{language.show_all()}</a> };
    view! {
        <Empty title=language.no_topic_match_title() text=language.no_topic_match_text() action=action.into_any()/>
    }
    .into_any()
}
