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
use crate::components::load::load;
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
    let overview = load(move || name.get(), show_connector);
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

/// Everything about it, refreshed while it is looked at. Buttons and their dialogs stay; what only shows is drawn anew with
/// every event, and leptos changes what differs.
#[component]
fn Overview(overview: ConnectorOverview) -> impl IntoView {
    let language = use_language();
    let query = use_query_map();
    let name = overview.name.clone();
    let rates = RwSignal::new(overview.flow.records_per_s.into_iter().collect::<Vec<f64>>());
    let live = RwSignal::new(overview);
    let stream_url = paths::connector_stream(&name);
    use_stream(
        move || Some(stream_url.clone()),
        move |fresh: ConnectorOverview| {
            rates.update_untracked(|rates| {
                rates.extend(fresh.flow.records_per_s);
                let surplus = rates.len().saturating_sub(SAMPLES);
                rates.drain(..surplus);
            });
            live.set(fresh);
        },
    );
    // To the minute: the buttons must not be made anew every second.
    let possible = Memo::new(move |_| live.with(|live| (live.actions.clone(), live.headroom_s.map(|s| s / 60 * 60))));
    let buttons = view! { <ActionButtons name=name.clone() possible/> };
    let above = vec![(language.nav_connectors().to_owned(), paths::CONNECTORS.to_owned())];
    let badge = move || live.with(|live| view! { <VerdictBadge verdict=live.verdict.clone()/> });
    view! {
        <PageHeader title=name.clone() above=above aside=view! { <span role="status">{badge}</span> }.into_any() actions=buttons.into_any()/>
        <ConnectorTabs name=name tab=Tab::Overview/>
        <FormFailure/>
        {move || {
            let is_new = query.with(|query| query.get_str(paths::DONE) == Some("created"));
            live.with(|live| content(language, live, rates.get_untracked(), is_new))
        }}
    }
    .into_any()
}

fn content(language: Language, live: &ConnectorOverview, rates: Vec<f64>, is_new: bool) -> AnyView {
    let progress = if is_new {
        created(language, live)
    } else {
        live.pending.map(|pending| asked(language, pending, live.as_of_ms)).into_any()
    };
    let passes = matches!(live.verdict, Verdict::Retrying { .. });
    let trouble = live.verdict.trouble().cloned();
    let copy = (!live.copy.is_empty()).then(|| view! { <CopyTable rows=live.copy.clone()/> }.into_any());
    view! {
        {progress}
        {trouble.map(|trouble| view! { <TroublePanel trouble passes/> }.into_any())}
        {numbers(language, live, rates)}
        {copy}
        <div class="columns">
            <section class="block">
                <h2>{language.events_title()}</h2>
                <EventList events=live.events.clone() now_ms=live.as_of_ms/>
            </section>
            {surroundings(language, live)}
        </div>
    }
    .into_any()
}

/// How the making of a connector goes on.
fn created(language: Language, live: &ConnectorOverview) -> AnyView {
    let notice = |tone, words: &'static str| view! { <Notice tone>{words}</Notice> }.into_any();
    match &live.verdict {
        Verdict::Healthy | Verdict::Behind { .. } => notice(Tone::Good, language.created_running()),
        Verdict::Copying { .. } => notice(Tone::Good, language.created_copying()),
        Verdict::Retrying { .. } | Verdict::NeedsYou(_) | Verdict::Gap(_) => {
            notice(Tone::Bad, language.created_failed())
        }
        Verdict::Waiting | Verdict::Starting => busy(language.creating(), language.creating_text().to_owned()),
        Verdict::Paused | Verdict::Stopped | Verdict::Other(_) => {
            live.pending.map(|pending| asked(language, pending, live.as_of_ms)).into_any()
        }
    }
}

/// What has been asked for and not been seen yet.
fn asked(language: Language, pending: Pending, as_of_ms: i64) -> AnyView {
    let words = match pending.wanted {
        Wanted::Running => language.pending_running(),
        Wanted::Paused => language.pending_paused(),
        Wanted::Stopped => language.pending_stopped(),
        Wanted::Restarted => language.pending_restarted(),
    };
    let elapsed_s = u64::try_from((as_of_ms - pending.since_ms) / 1_000).unwrap_or_default();
    busy(words, language.pending_since(&format::duration(language, elapsed_s)))
}

/// A notice about something under way. Without script the page looks again by itself; a browser that runs scripts takes the
/// content of `noscript` for text, so it must not be part of the tree that wakes up.
fn busy(title: &'static str, text: String) -> AnyView {
    view! {
        <Notice tone=Tone::Busy>
            <strong>{title}</strong>
            " "
            {text}
        </Notice>
        <noscript inner_html="<meta http-equiv=\"refresh\" content=\"2\">"></noscript>
    }
    .into_any()
}

fn numbers(language: Language, live: &ConnectorOverview, rates: Vec<f64>) -> AnyView {
    let flow = live.flow;
    let text = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned()).into_any();
    let lag = flow.lag_ms.map(|lag| format::lag(language, lag));
    let last = match flow.last_event_ms {
        Some(at_ms) => view! { <Moment at_ms now_ms=live.as_of_ms/> }.into_any(),
        None => view! { <span class="quiet">{language.no_rate_yet()}</span> }.into_any(),
    };
    let rate = view! {
        {text(flow.records_per_s.map(format::rate))}
        <Sparkline values=rates label=language.rate_lately()/>
    };
    let headroom = live.headroom_s.map(|seconds| language.headroom_about(&format::duration(language, seconds)));
    let facts = vec![
        (language.fact_rate(), rate.into_any()),
        (language.fact_bytes(), text(flow.bytes_per_s.map(|bytes| format::size(bytes.max(0.0) as u64)))),
        (language.fact_lag(), text(lag)),
        (language.fact_last_event(), last),
        (language.fact_total(), text(Some(format::count(flow.records_total)))),
        (language.fact_headroom(), text(headroom)),
    ];
    view! { <Facts facts/> }.into_any()
}

fn surroundings(language: Language, live: &ConnectorOverview) -> AnyView {
    let scope = if live.scope.is_empty() { language.whole_deployment().to_owned() } else { live.scope.clone() };
    let topic =
        |topic: &String| view! { <li><a class="mono" href=paths::topic(topic)>{topic.clone()}</a></li> }.into_any();
    let topics = live.topics.iter().map(topic).collect::<Vec<_>>();
    let tasks = live.tasks.iter().map(|task| task_view(language, task)).collect::<Vec<_>>();
    let quiet = |is_shown: bool, text: &'static str| is_shown.then(|| view! { <p class="quiet">{text}</p> }.into_any());
    view! {
        <div class="aside">
            <section class="block">
                <h2>{language.fact_source()}</h2>
                <p class="mono">{scope}</p>
                <p class="mono quiet">{live.source_hosts.clone()}</p>
            </section>
            <section class="block">
                <h2>{language.fact_topics()}</h2>
                {quiet(topics.is_empty(), language.no_topics_yet())}
                <ul class="plain-list">{topics}</ul>
            </section>
            <section class="block">
                <h2>{language.tasks_title()}</h2>
                {quiet(tasks.is_empty(), language.no_tasks())}
                {tasks}
            </section>
        </div>
    }
    .into_any()
}

fn task_view(language: Language, task: &TaskRow) -> AnyView {
    let worker = (!task.worker.is_empty()).then(|| language.task_on(&task.worker));
    let trace = task.trace.clone().map(|trace| {
        view! {
            <details>
                <summary>{language.trace_show()}</summary>
                <pre class="code" tabindex="0" role="region" aria-label=language.trace_show()>{trace}</pre>
            </details>
        }
        .into_any()
    });
    view! {
        <div class="task">
            <p>
                {language.task_number(&task.number)}
                " "
                <strong>{language.task_state(&task.state)}</strong>
                " "
                <span class="quiet">{worker}</span>
            </p>
            {trace}
        </div>
    }
    .into_any()
}
