//! One connector: what is it doing, how far behind, how long is it safe?

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::api::connectors::show_connector;
use crate::components::actions::ActionButtons;
use crate::components::copy_table::CopyTable;
use crate::components::event_list::EventList;
use crate::components::facts::Facts;
use crate::components::failure::Failure;
use crate::components::header::PageHeader;
use crate::components::live::use_stream;
use crate::components::moment::Moment;
use crate::components::notice::{FormFailure, Notice, Tone};
use crate::components::sparkline::Sparkline;
use crate::components::tabs::{ConnectorTabs, Tab};
use crate::components::trouble::TroublePanel;
use crate::components::verdict::VerdictBadge;
use crate::i18n::{Language, format, use_language};
use crate::model::connector::{ConnectorOverview, Pending, TaskRow, Verdict, Wanted};
use crate::routes::paths;

/// Samples of the rate that the page remembers.
const SAMPLES: usize = 120;

/// The page.
#[component]
pub(crate) fn ConnectorPage() -> impl IntoView {
    let language = use_language();
    let params = use_params_map();
    let name = Memo::new(move |_| params.with(|params| params.get("name").unwrap_or_default()));
    let overview = Resource::new_blocking(move || name.get(), show_connector);
    view! {
        <Suspense fallback=move || view! { <p class="loading">{language.loading()}</p> }>
            {move || Suspend::new(async move {
                match overview.await {
                    Ok(overview) => view! { <Overview overview/> }.into_any(),
                    Err(error) => view! { <PageHeader title=name.get_untracked()/> <Failure error/> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

/// Everything about it, refreshed while it is looked at.
#[component]
fn Overview(overview: ConnectorOverview) -> impl IntoView {
    let language = use_language();
    let name = overview.name.clone();
    let first_rate = overview.flow.records_per_s;
    let live = RwSignal::new(overview);
    let samples = RwSignal::new(first_rate.into_iter().collect::<Vec<f64>>());
    let stream_url = paths::connector_stream(&name);
    use_stream(
        move || Some(stream_url.clone()),
        move |fresh: ConnectorOverview| {
            samples.update(|samples| {
                samples.extend(fresh.flow.records_per_s);
                let surplus = samples.len().saturating_sub(SAMPLES);
                samples.drain(..surplus);
            });
            live.set(fresh);
        },
    );
    let verdict = Memo::new(move |_| live.with(|live| live.verdict.clone()));
    let actions = Memo::new(move |_| live.with(|live| live.actions.clone()));
    let headroom_s = Memo::new(move |_| live.with(|live| live.headroom_s));
    let buttons = view! { <ActionButtons name=name.clone() actions=actions.into() headroom_s=headroom_s.into()/> };
    let above = vec![(language.nav_connectors().to_owned(), paths::CONNECTORS.to_owned())];
    let badge = view! { <span aria-live="polite">{move || view! { <VerdictBadge verdict=verdict.get()/> }}</span> };
    view! {
        <PageHeader title=name.clone() above=above aside=badge.into_any() actions=buttons.into_any()/>
        <ConnectorTabs name=name tab=Tab::Overview/>
        <FormFailure/>
        <Progress live=live.into()/>
        {move || verdict.with(|verdict| {
            let passes = matches!(verdict, Verdict::Retrying { .. });
            verdict.trouble().cloned().map(|trouble| view! { <TroublePanel trouble passes/> })
        })}
        <Numbers live=live.into() samples=samples.into()/>
        <Copy live=live.into()/>
        <div class="columns">
            <Happened live=live.into()/>
            <Surroundings live=live.into()/>
        </div>
    }
    .into_any()
}

/// What has been asked for and not been seen yet, and how it ended.
#[component]
fn Progress(live: Signal<ConnectorOverview>) -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    let is_new = Memo::new(move |_| query.with(|query| query.get_str(paths::DONE) == Some("created")));
    let state = Memo::new(move |_| live.with(|live| (live.pending, live.as_of_ms / 1_000, live.verdict.clone())));
    move || {
        let (pending, as_of_s, verdict) = state.get();
        if is_new.get() {
            created(language, pending, &verdict)
        } else {
            pending.map(|pending| asked(language, pending, as_of_s)).into_any()
        }
    }
}

fn created(language: Language, pending: Option<Pending>, verdict: &Verdict) -> AnyView {
    match verdict {
        Verdict::Healthy | Verdict::Behind { .. } => {
            view! { <Notice tone=Tone::Good>{language.created_running()}</Notice> }.into_any()
        }
        Verdict::Copying { .. } => view! { <Notice tone=Tone::Good>{language.created_copying()}</Notice> }.into_any(),
        Verdict::Retrying { .. } | Verdict::NeedsYou(_) | Verdict::Gap(_) => {
            view! { <Notice tone=Tone::Bad>{language.created_failed()}</Notice> }.into_any()
        }
        Verdict::Waiting | Verdict::Starting => view! {
            <Notice tone=Tone::Busy>
                <strong>{language.creating()}</strong>
                " "
                {language.creating_text()}
            </Notice>
            <LookAgain/>
        }
        .into_any(),
        Verdict::Paused | Verdict::Stopped | Verdict::Other(_) => {
            pending.map(|pending| asked(language, pending, pending.since_ms / 1_000)).into_any()
        }
    }
}

fn asked(language: Language, pending: Pending, as_of_s: i64) -> AnyView {
    let words = match pending.wanted {
        Wanted::Running => language.pending_running(),
        Wanted::Paused => language.pending_paused(),
        Wanted::Stopped => language.pending_stopped(),
        Wanted::Restarted => language.pending_restarted(),
    };
    let elapsed_s = u64::try_from(as_of_s - pending.since_ms / 1_000).unwrap_or_default();
    view! {
        <Notice tone=Tone::Busy>
            <strong>{words}</strong>
            " · "
            {language.pending_since(&format::duration(language, elapsed_s))}
        </Notice>
        <LookAgain/>
    }
    .into_any()
}

/// Without script the page looks again by itself while something is under way. A browser that runs scripts takes the content
/// for text, so it must not be part of the tree that wakes up.
#[component]
fn LookAgain() -> impl IntoView {
    view! { <noscript inner_html="<meta http-equiv=\"refresh\" content=\"2\">"></noscript> }
}

#[component]
fn Numbers(live: Signal<ConnectorOverview>, samples: Signal<Vec<f64>>) -> impl IntoView {
    let language = use_language();
    move || {
        live.with(|live| {
            let flow = live.flow;
            let unknown = || view! { <span class="quiet">"–"</span> }.into_any();
            let lag = match flow.lag_ms {
                Some(0) => language.caught_up().into_any(),
                Some(lag) => format::short_duration(language, lag).into_any(),
                None => unknown(),
            };
            let last = match flow.last_event_ms {
                Some(at_ms) => view! { <Moment at_ms now_ms=live.as_of_ms/> }.into_any(),
                None => view! { <span class="quiet">{language.no_rate_yet()}</span> }.into_any(),
            };
            let headroom = match live.headroom_s {
                Some(seconds) => language.headroom_about(&format::duration(language, seconds)).into_any(),
                None => unknown(),
            };
            let rate = view! {
                {flow.records_per_s.map_or_else(unknown, |rate| format::rate(rate).into_any())}
                <Sparkline values=samples.get() label=language.rate_lately()/>
            };
            let facts = vec![
                (language.fact_rate(), rate.into_any()),
                (
                    language.fact_bytes(),
                    flow.bytes_per_s.map_or_else(unknown, |bytes| format::size(bytes.max(0.0) as u64).into_any()),
                ),
                (language.fact_lag(), lag),
                (language.fact_last_event(), last),
                (language.fact_total(), format::count(flow.records_total).into_any()),
                (language.fact_headroom(), headroom),
            ];
            view! { <Facts facts/> }
        })
    }
}

#[component]
fn Copy(live: Signal<ConnectorOverview>) -> impl IntoView {
    let rows = Memo::new(move |_| live.with(|live| live.copy.clone()));
    move || {
        let rows = rows.get();
        (!rows.is_empty()).then(|| view! { <CopyTable rows/> })
    }
}

#[component]
fn Happened(live: Signal<ConnectorOverview>) -> impl IntoView {
    let language = use_language();
    // How long ago is told to the half minute: the list must not be rebuilt every second.
    let events = Memo::new(move |_| live.with(|live| (live.events.clone(), live.as_of_ms / 30_000)));
    view! {
        <section class="block">
            <h2>{language.events_title()}</h2>
            {move || {
                let (events, _) = events.get();
                view! { <EventList events now_ms=live.with_untracked(|live| live.as_of_ms)/> }
            }}
        </section>
    }
    .into_any()
}

#[component]
fn Surroundings(live: Signal<ConnectorOverview>) -> impl IntoView {
    let language = use_language();
    let parts = Memo::new(move |_| {
        live.with(|live| (live.source_hosts.clone(), live.scope.clone(), live.topics.clone(), live.tasks.clone()))
    });
    move || {
        let (hosts, scope, topics, tasks) = parts.get();
        let scope = if scope.is_empty() { language.whole_deployment().to_owned() } else { scope };
        let topics = topics
            .into_iter()
            .map(|topic| {
                let href = paths::topic(&topic);
                view! { <li><a class="mono" href=href>{topic}</a></li> }.into_any()
            })
            .collect::<Vec<_>>();
        let no_topics = topics.is_empty().then(|| view! { <p class="quiet">{language.no_topics_yet()}</p> });
        let no_tasks = tasks.is_empty().then(|| view! { <p class="quiet">{language.no_tasks()}</p> });
        let tasks = tasks.into_iter().map(|task| task_view(language, task)).collect::<Vec<_>>();
        view! {
            <div class="aside">
                <section class="block">
                    <h2>{language.fact_source()}</h2>
                    <p class="mono">{scope}</p>
                    <p class="mono quiet">{hosts}</p>
                </section>
                <section class="block">
                    <h2>{language.fact_topics()}</h2>
                    {no_topics}
                    <ul class="plain-list">{topics}</ul>
                </section>
                <section class="block">
                    <h2>{language.tasks_title()}</h2>
                    {no_tasks}
                    {tasks}
                </section>
            </div>
        }
    }
}

fn task_view(language: Language, task: TaskRow) -> AnyView {
    let worker = (!task.worker.is_empty()).then(|| language.task_on(&task.worker));
    view! {
        <div class="task">
            <p>
                {language.task_number(&task.number)}
                " "
                <span class="mono">{task.state}</span>
                " "
                <span class="quiet">{worker}</span>
            </p>
            {task
                .trace
                .map(|trace| {
                    view! {
                        <details>
                            <summary>{language.trace_show()}</summary>
                            <pre class="code" tabindex="0">{trace}</pre>
                        </details>
                    }
                })}
        </div>
    }
    .into_any()
}
