//! The list of connectors: is everything of mine all right?

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::api::connectors::list_connectors;
use crate::components::empty::Empty;
use crate::components::failure::Failure;
use crate::components::header::{PageHeader, focus};
use crate::components::icon::{Icon, IconName};
use crate::components::live::use_stream;
use crate::components::load::load;
use crate::components::moment::Moment;
use crate::components::notice::{FormFailure, Notice, Tone};
use crate::components::pager::pager;
use crate::components::table::{cell, cell_view, heading};
use crate::components::verdict::VerdictBadge;
use crate::i18n::{Language, format, use_language};
use crate::model::connector::{ConnectorList, ConnectorQuery, ConnectorRow, Group, GroupCounts};
use crate::routes::paths;

/// Id of the filter that the list is under.
const CURRENT_FILTER: &str = "current-filter";

/// The page.
#[component]
pub(crate) fn ConnectorsPage() -> impl IntoView {
    let language = use_language();
    let query = use_query();
    let list = load(move || query.get(), list_connectors);
    let is_first = StoredValue::new(true);
    let new_connector = view! {
        <a class="button button-main" href=paths::NEW_CONNECTOR rel="external">
            <Icon name=IconName::Plus/>
            {language.new_connector()}
        </a>
    };
    view! {
        <PageHeader title=language.nav_connectors() actions=new_connector.into_any()/>
        <FormFailure/>
        <Deleted/>
        <Transition fallback=move || view! { <p class="loading">{language.loading()}</p> }>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(list) => view! { <LiveList list query=query.get_untracked() is_first/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The query as the URL has it.
fn use_query() -> Memo<ConnectorQuery> {
    let map = use_query_map();
    Memo::new(move |_| {
        map.with(|map| ConnectorQuery {
            search: map.get_str("search").unwrap_or_default().trim().to_owned(),
            group: map.get_str("group").and_then(paths::group_from_code),
            page: map.get_str("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1),
        })
    })
}

#[component]
fn Deleted() -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    move || {
        let name = query.with(|query| {
            (query.get_str(paths::DONE) == Some("deleted")).then(|| query.get("name").unwrap_or_default())
        });
        name.map(|name| view! { <Notice tone=Tone::Good>{language.done_deleted(&name)}</Notice> })
    }
}

/// The list, refreshed while it is looked at. All of it is drawn anew with every event; leptos changes only what differs.
#[component]
fn LiveList(list: ConnectorList, query: ConnectorQuery, is_first: StoredValue<bool>) -> impl IntoView {
    let language = use_language();
    let list = RwSignal::new(list);
    let stream_url = paths::connectors_stream(&query);
    let open = move || {
        // Once for every list, in the browser alone: the filter that was pressed is drawn anew with the list that it asked for.
        if !is_first.try_update_value(std::mem::take).unwrap_or(true) {
            focus(CURRENT_FILTER);
        }
        Some(stream_url.clone())
    };
    use_stream(open, move |fresh| list.set(fresh));
    let is_filtered = !query.search.is_empty() || query.group.is_some();
    let search = query.clone();
    move || {
        let list = list.get();
        if list.counts.all == 0 && !is_filtered {
            return first_steps(language);
        }
        view! {
            <div class="filters">
                <SearchForm query=search.clone()/>
                {filters(language, &search, &list.counts)}
            </div>
            {if list.rows.is_empty() { nothing_matches(language) } else { table(language, &list) }}
            {pager(language, list.page, list.page_count, |page| paths::connectors(&ConnectorQuery { page, ..search.clone() }))}
        }
        .into_any()
    }
}

fn first_steps(language: Language) -> AnyView {
    let action =
        view! { <a class="button button-main" href=paths::NEW_CONNECTOR rel="external">{language.new_connector()}</a> };
    view! {
        <Empty title=language.no_connectors_title() text=language.no_connectors_text() action=action.into_any()/>
    }
    .into_any()
}

fn nothing_matches(language: Language) -> AnyView {
    let action = view! { <a class="button" href=paths::CONNECTORS>{language.show_all()}</a> };
    view! { <Empty title=language.no_match_title() text=language.no_match_text() action=action.into_any()/> }.into_any()
}

/// The search: a plain GET form, because the state of the list is its URL.
#[component]
fn SearchForm(query: ConnectorQuery) -> impl IntoView {
    let language = use_language();
    view! {
        <form method="get" action=paths::CONNECTORS role="search" class="search">
            <div class="search-box">
                <Icon name=IconName::Search/>
                <input
                    class="input"
                    type="search"
                    name="search"
                    value=query.search
                    placeholder=language.search_connectors()
                    aria-label=language.search_connectors()
                />
            </div>
            {query.group.map(|group| view! { <input type="hidden" name="group" value=paths::group_code(group)/> })}
            <button class="button" type="submit">{language.search()}</button>
        </form>
    }
    .into_any()
}

fn filters(language: Language, query: &ConnectorQuery, counts: &GroupCounts) -> AnyView {
    let groups = [None, Some(Group::Running), Some(Group::Attention), Some(Group::Paused), Some(Group::Stopped)];
    let links = groups.map(|group| {
        let href = paths::connectors(&ConnectorQuery { search: query.search.clone(), group, page: 1 });
        view! {
            <li>
                <a
                    class="filter"
                    id=(group == query.group).then_some(CURRENT_FILTER)
                    href=href
                    aria-current=(group == query.group).then_some("true")
                >
                    {group_name(language, group)}
                    " "
                    <span class="filter-count">{format::count(count_of(counts, group))}</span>
                </a>
            </li>
        }
        .into_any()
    });
    view! { <nav aria-label=language.filter_state()><ul class="filter-list">{Vec::from(links)}</ul></nav> }.into_any()
}

fn count_of(counts: &GroupCounts, group: Option<Group>) -> u64 {
    match group {
        None => counts.all,
        Some(Group::Running) => counts.running,
        Some(Group::Attention) => counts.attention,
        Some(Group::Paused) => counts.paused,
        Some(Group::Stopped) => counts.stopped,
    }
}

fn group_name(language: Language, group: Option<Group>) -> &'static str {
    match group {
        None => language.group_all(),
        Some(Group::Running) => language.group_running(),
        Some(Group::Attention) => language.group_attention(),
        Some(Group::Paused) => language.group_paused(),
        Some(Group::Stopped) => language.group_stopped(),
    }
}

fn table(language: Language, list: &ConnectorList) -> AnyView {
    let rows = list.rows.iter().map(|row| table_row(language, row, list.as_of_ms)).collect::<Vec<_>>();
    view! {
        <div class="table-box">
            <table class="table table-cards table-connectors">
                <thead>
                    <tr>
                        {heading(language.column_name(), "")}
                        {heading(language.column_verdict(), "")}
                        {heading(language.column_source(), "")}
                        {heading(language.column_rate(), "number")}
                        {heading(language.column_lag(), "number")}
                        {heading(language.column_total(), "number")}
                        {heading(language.column_last_event(), "")}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn table_row(language: Language, row: &ConnectorRow, now_ms: i64) -> AnyView {
    let lag = row.flow.lag_ms.map(|lag| format::lag(language, lag));
    let last = row.flow.last_event_ms.map(|at_ms| view! { <Moment at_ms now_ms/> }.into_any());
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=paths::connector(&row.name)>{row.name.clone()}</a></th>
            <td><VerdictBadge verdict=row.verdict.clone()/></td>
            {cell(language.column_source(), "mono", Some(scope_text(language, &row.scope)))}
            {cell(language.column_rate(), "number", row.flow.records_per_s.map(format::rate))}
            {cell(language.column_lag(), "number", lag)}
            {cell(language.column_total(), "number", Some(format::count(row.flow.records_total)))}
            {cell_view(language.column_last_event(), "", last)}
        </tr>
    }
    .into_any()
}

fn scope_text(language: Language, scope: &str) -> String {
    if scope.is_empty() { language.whole_deployment().to_owned() } else { scope.to_owned() }
}
