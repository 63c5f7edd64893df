//! The list of connectors: is everything of mine all right?

use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

use crate::api::connectors::list_connectors;
use crate::components::empty::Empty;
use crate::components::failure::Failure;
use crate::components::header::PageHeader;
use crate::components::icon::{Icon, IconName};
use crate::components::live::use_stream;
use crate::components::moment::Moment;
use crate::components::notice::{FormFailure, Notice, Tone};
use crate::components::pager::Pager;
use crate::components::verdict::VerdictBadge;
use crate::i18n::{Language, format, use_language};
use crate::model::connector::{ConnectorList, ConnectorQuery, ConnectorRow, Group, GroupCounts};
use crate::routes::paths;

/// The page.
#[component]
pub(crate) fn ConnectorsPage() -> impl IntoView {
    let language = use_language();
    let query = use_query();
    let list = Resource::new_blocking(move || query.get(), list_connectors);
    let new_connector = view! {
        <a class="button button-main" href=paths::NEW_CONNECTOR>
            <Icon name=IconName::Plus/>
            {language.new_connector()}
        </a>
    };
    view! {
        <PageHeader title=language.nav_connectors() actions=new_connector.into_any()/>
        <FormFailure/>
        <Deleted/>
        <Suspense fallback=move || view! { <p class="loading">{language.loading()}</p> }>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(list) => view! { <LiveList list query=query.get_untracked()/> }.into_any(),
                    Err(error) => view! { <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
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

/// The list, refreshed while it is looked at.
#[component]
fn LiveList(list: ConnectorList, query: ConnectorQuery) -> impl IntoView {
    let language = use_language();
    let list = RwSignal::new(list);
    let stream_url = paths::connectors_stream(&query);
    use_stream(move || Some(stream_url.clone()), move |fresh| list.set(fresh));
    let counts = Memo::new(move |_| list.with(|list| list.counts));
    let rows = Memo::new(move |_| list.with(|list| list.rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>()));
    let is_empty = Memo::new(move |_| list.with(|list| list.counts.all == 0));
    let pages = Memo::new(move |_| list.with(|list| (list.page, list.page_count)));
    let is_filtered = !query.search.is_empty() || query.group.is_some();
    move || {
        if is_empty.get() && !is_filtered {
            return first_steps(language);
        }
        let query = query.clone();
        let pager_query = query.clone();
        view! {
            <Filters query counts=counts.into()/>
            {move || {
                if rows.with(Vec::is_empty) {
                    nothing_matches(language)
                } else {
                    view! { <Table rows=rows.into() list=list.into()/> }.into_any()
                }
            }}
            {move || {
                let (page, page_count) = pages.get();
                let query = pager_query.clone();
                view! { <Pager page page_count url=move |page| paths::connectors(&ConnectorQuery { page, ..query.clone() })/> }
            }}
        }
        .into_any()
    }
}

fn first_steps(language: Language) -> AnyView {
    let action = view! { <a class="button button-main" href=paths::NEW_CONNECTOR>{language.new_connector()}</a> };
    view! {
        <Empty title=language.no_connectors_title() text=language.no_connectors_text() action=action.into_any()/>
    }
    .into_any()
}

fn nothing_matches(language: Language) -> AnyView {
    let action = view! { <a class="button" href=paths::CONNECTORS>{language.show_all()}</a> };
    view! { <Empty title=language.no_match_title() text=language.no_match_text() action=action.into_any()/> }.into_any()
}

/// Search and groups. A plain GET form: the state of the list is its URL.
#[component]
fn Filters(query: ConnectorQuery, counts: Signal<GroupCounts>) -> impl IntoView {
    let language = use_language();
    let chosen = query.group;
    let tabs = [None, Some(Group::Running), Some(Group::Attention), Some(Group::Paused), Some(Group::Stopped)]
        .into_iter()
        .map(|group| {
            let href = paths::connectors(&ConnectorQuery { search: query.search.clone(), group, page: 1 });
            let count = move || format::count(counts.with(|counts| count_of(counts, group)));
            view! {
                <li>
                    <a class="filter" href=href aria-current=(group == chosen).then_some("true")>
                        {group_name(language, group)}
                        " "
                        <span class="filter-count">{count}</span>
                    </a>
                </li>
            }
            .into_any()
        })
        .collect::<Vec<_>>();
    view! {
        <div class="filters">
            <Form method="GET" action=paths::CONNECTORS>
                <div class="search" role="search">
                    <Icon name=IconName::Search/>
                    <input
                        class="input"
                        type="search"
                        name="search"
                        value=query.search.clone()
                        placeholder=language.search_connectors()
                        aria-label=language.search_connectors()
                    />
                    {chosen.map(|group| view! { <input type="hidden" name="group" value=paths::group_code(group)/> })}
                    <button class="button" type="submit">{language.search()}</button>
                </div>
            </Form>
            <nav aria-label=language.filter_state()>
                <ul class="filter-list">{tabs}</ul>
            </nav>
        </div>
    }
    .into_any()
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

#[component]
fn Table(rows: Signal<Vec<String>>, list: Signal<ConnectorList>) -> impl IntoView {
    let language = use_language();
    view! {
        <div class="table-box">
            <table class="table table-connectors">
                <thead>
                    <tr>
                        <th scope="col">{language.column_name()}</th>
                        <th scope="col">{language.column_verdict()}</th>
                        <th scope="col">{language.column_source()}</th>
                        <th scope="col" class="number">{language.column_rate()}</th>
                        <th scope="col" class="number">{language.column_lag()}</th>
                        <th scope="col" class="number">{language.column_total()}</th>
                        <th scope="col">{language.column_last_event()}</th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || rows.get() key=Clone::clone let:name>
                        <Row name list/>
                    </For>
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

/// One row: it stays in place while its numbers change.
#[component]
fn Row(name: String, list: Signal<ConnectorList>) -> impl IntoView {
    let language = use_language();
    let href = paths::connector(&name);
    let title = name.clone();
    let row = Memo::new(move |_| list.with(|list| list.rows.iter().find(|row| row.name == name).cloned()));
    let with = move |show: fn(&ConnectorRow) -> AnyView| move || row.with(|row| row.as_ref().map(show));
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=href>{title}</a></th>
            <td>{with(|row| view! { <VerdictBadge verdict=row.verdict.clone()/> }.into_any())}</td>
            <td class="mono" data-label=language.column_source()>
                {move || row.with(|row| row.as_ref().map(|row| scope_text(language, &row.scope)))}
            </td>
            <td class="number" data-label=language.column_rate()>
                {with(|row| row.flow.records_per_s.map_or_else(dash, |rate| format::rate(rate).into_any()))}
            </td>
            <td class="number" data-label=language.column_lag()>
                {move || row.with(|row| row.as_ref().and_then(|row| row.flow.lag_ms).map(|lag| format::short_duration(language, lag)))}
            </td>
            <td class="number" data-label=language.column_total()>
                {with(|row| format::count(row.flow.records_total).into_any())}
            </td>
            <td data-label=language.column_last_event()>
                {move || {
                    let now_ms = list.with(|list| list.as_of_ms);
                    row.with(|row| row.as_ref().and_then(|row| row.flow.last_event_ms))
                        .map_or_else(dash, |at_ms| view! { <Moment at_ms now_ms/> }.into_any())
                }}
            </td>
        </tr>
    }
    .into_any()
}

fn scope_text(language: Language, scope: &str) -> String {
    if scope.is_empty() { language.whole_deployment().to_owned() } else { scope.to_owned() }
}

fn dash() -> AnyView {
    view! { <span class="quiet">"–"</span> }.into_any()
}
