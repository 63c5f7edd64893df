//! Connectors: the list, one of them, what can be done to it.

use app::error::AppError;
use app::model::connector as model;
use app::model::connector::{
    ConnectorAction, ConnectorList, ConnectorOverview, ConnectorQuery, ConnectorRow, CopyRow, EventKind, EventRow,
    Flow, Group, GroupCounts, Pending, TaskRow, Trouble,
};
use chrono::Utc;
use connect::lifecycle::DesiredState;

use super::RequestPortal;
use crate::db::events::{Event, StoredEvent};
use crate::db::progress::StoredCopy;
use crate::db::status::{StoredError, StoredTask};
use crate::service;
use crate::service::lifecycle::RestartScope;
use crate::service::overview::{Detail, Summary, Wanted};
use crate::service::verdict::{Verdict, remaining_s};

/// Connectors on a page of the list.
const PAGE_ROWS: usize = 50;

impl RequestPortal {
    pub(super) async fn connector_list(&self, query: ConnectorQuery) -> Result<ConnectorList, AppError> {
        let list = service::overview::list(self.state(), &self.principal).await.map_err(|error| self.tell(error))?;
        Ok(page(&list, &query))
    }

    /// The overview; also what the connector's stream sends.
    pub(in crate::web) async fn connector_overview(&self, name: &str) -> Result<ConnectorOverview, AppError> {
        let detail = service::overview::show(self.state(), &self.principal, name).await;
        detail.map(overview).map_err(|error| self.tell(error))
    }

    pub(super) async fn act(&self, name: &str, action: ConnectorAction) -> Result<(), AppError> {
        let (state, principal) = (self.state(), &self.principal);
        let set = async |desired| service::lifecycle::set_desired(state, principal, name, desired).await;
        let done = match action {
            ConnectorAction::Pause => set(DesiredState::Paused).await,
            ConnectorAction::Resume => set(DesiredState::Running).await,
            ConnectorAction::Stop => set(DesiredState::Stopped).await,
            ConnectorAction::Restart => {
                let scope = RestartScope { include_tasks: true, only_failed: false };
                service::lifecycle::restart(state, principal, name, scope).await.map(|_| ())
            }
            ConnectorAction::Delete => service::connectors::delete(state, principal, name).await,
        };
        done.map_err(|error| self.tell(error))
    }
}

/// One page of a list, counted, searched and filtered.
pub(in crate::web) fn page(list: &[Summary], query: &ConnectorQuery) -> ConnectorList {
    let wanted = query.search.to_lowercase();
    let mut counts = GroupCounts::default();
    let mut matching = Vec::new();
    for summary in list {
        let verdict = verdict(&summary.verdict);
        let group = verdict.group();
        count(&mut counts, group);
        if query.group.is_none_or(|only| only == group) && summary.name.to_lowercase().contains(&wanted) {
            matching.push((summary, verdict));
        }
    }
    let page_count = matching.len().div_ceil(PAGE_ROWS).max(1);
    let page = usize::try_from(query.page).unwrap_or(1).clamp(1, page_count);
    let total = matching.len();
    let rows = matching.into_iter().skip((page - 1) * PAGE_ROWS).take(PAGE_ROWS);
    ConnectorList {
        rows: rows.map(|(summary, verdict)| row(summary, verdict)).collect(),
        counts,
        matching: total as u64,
        page: u32::try_from(page).unwrap_or(u32::MAX),
        page_count: u32::try_from(page_count).unwrap_or(u32::MAX),
        as_of_ms: Utc::now().timestamp_millis(),
    }
}

fn count(counts: &mut GroupCounts, group: Group) {
    counts.all += 1;
    match group {
        Group::Running => counts.running += 1,
        Group::Attention => counts.attention += 1,
        Group::Paused => counts.paused += 1,
        Group::Stopped => counts.stopped += 1,
    }
}

fn row(summary: &Summary, verdict: model::Verdict) -> ConnectorRow {
    let is_running = verdict.group() == Group::Running;
    ConnectorRow {
        name: summary.name.clone(),
        scope: summary.scope.clone(),
        flow: flow(summary.task.as_ref(), summary.lag_ms, is_running),
        verdict,
    }
}

/// Rates and lag are of this moment: those of a task that does not run would be of another.
fn flow(task: Option<&StoredTask>, lag_ms: Option<u64>, is_running: bool) -> Flow {
    let Some(task) = task else { return Flow::default() };
    Flow {
        records_per_s: is_running.then_some(task.gauges.records_per_second),
        bytes_per_s: is_running.then_some(task.gauges.bytes_per_second),
        lag_ms: lag_ms.filter(|_| is_running),
        last_event_ms: task.gauges.last_event_time_ms,
        records_total: unsigned(task.totals.records_written),
    }
}

fn overview(detail: Detail) -> ConnectorOverview {
    let verdict = verdict(&detail.verdict);
    let is_running = verdict.group() == Group::Running;
    let pending = detail.pending.map(|(wanted, since)| Pending {
        wanted: match wanted {
            Wanted::Running => model::Wanted::Running,
            Wanted::Paused => model::Wanted::Paused,
            Wanted::Stopped => model::Wanted::Stopped,
            Wanted::Restarted => model::Wanted::Restarted,
        },
        since_ms: since.timestamp_millis(),
    });
    let stored = &detail.connector.stored;
    ConnectorOverview {
        name: detail.connector.name().to_owned(),
        pending,
        source_hosts: detail.hosts.join(", "),
        scope: detail.scope,
        flow: flow(detail.connector.tasks.first(), detail.lag_ms, is_running),
        headroom_s: detail.headroom_s,
        copy: detail.copy.iter().map(copy_row).collect(),
        tasks: if detail.connector.has_tasks() {
            detail.connector.tasks.iter().map(task_row).collect()
        } else {
            Vec::new()
        },
        topics: detail.topics,
        events: detail.events.into_iter().map(event_row).collect(),
        actions: actions(stored.desired),
        version: u32::try_from(stored.version.0).unwrap_or_default(),
        created_ms: stored.created_at.timestamp_millis(),
        as_of_ms: detail.as_of.timestamp_millis(),
        verdict,
    }
}

fn actions(desired: DesiredState) -> Vec<ConnectorAction> {
    let possible = |action: &ConnectorAction| match action {
        ConnectorAction::Pause => desired == DesiredState::Running,
        ConnectorAction::Resume => desired != DesiredState::Running,
        ConnectorAction::Stop => desired != DesiredState::Stopped,
        ConnectorAction::Restart => desired == DesiredState::Running,
        ConnectorAction::Delete => true,
    };
    ConnectorAction::ALL.into_iter().filter(possible).collect()
}

/// The verdict for pages.
fn verdict(verdict: &Verdict) -> model::Verdict {
    match verdict {
        Verdict::Waiting => model::Verdict::Waiting,
        Verdict::Starting => model::Verdict::Starting,
        Verdict::Healthy => model::Verdict::Healthy,
        Verdict::Copying { percent, remaining_s } => {
            model::Verdict::Copying { percent: *percent, remaining_s: *remaining_s }
        }
        Verdict::Behind { lag_ms } => model::Verdict::Behind { lag_ms: *lag_ms },
        Verdict::Retrying { attempt, next_in_s, error } => {
            model::Verdict::Retrying { attempt: *attempt, next_in_s: *next_in_s, trouble: trouble(error) }
        }
        Verdict::NeedsYou(error) => model::Verdict::NeedsYou(trouble(error)),
        Verdict::Gap(error) => model::Verdict::Gap(trouble(error)),
        Verdict::Paused => model::Verdict::Paused,
        Verdict::Stopped => model::Verdict::Stopped,
    }
}

fn trouble(error: &StoredError) -> Trouble {
    Trouble { code: error.code.clone(), context: error.message.clone() }
}

fn copy_row(copy: &StoredCopy) -> CopyRow {
    let left = copy.estimated_documents.map(|estimated| (estimated - copy.copied_documents).max(0));
    let is_moving = !copy.is_done && copy.documents_per_second > 0.0;
    CopyRow {
        namespace: format!("{}.{}", copy.database, copy.collection),
        copied: unsigned(copy.copied_documents),
        estimated: copy.estimated_documents.map(unsigned),
        per_s: is_moving.then_some(copy.documents_per_second),
        remaining_s: left.filter(|_| is_moving).and_then(|left| remaining_s(left, copy.documents_per_second)),
        is_done: copy.is_done,
    }
}

fn task_row(task: &StoredTask) -> TaskRow {
    let observed = task.observation.observed.filter(|_| task.observation.is_held);
    let trace = task
        .error
        .as_ref()
        .map(|error| if error.trace.is_empty() { error.message.clone() } else { error.trace.clone() });
    TaskRow {
        number: u32::try_from(task.task.0).unwrap_or_default(),
        state: observed.map(|state| state.as_str().to_owned()).unwrap_or_default(),
        worker: task.worker_id.clone().unwrap_or_default(),
        trace,
    }
}

fn event_row(stored: StoredEvent) -> EventRow {
    EventRow {
        id: stored.id,
        at_ms: stored.happened_at.timestamp_millis(),
        actor: stored.actor,
        kind: stored.event.map_or(EventKind::Other(stored.kind), event_kind),
    }
}

fn event_kind(event: Event) -> EventKind {
    let trouble = |code, message| Trouble { code, context: message };
    match event {
        Event::Created { .. } => EventKind::Created,
        Event::ConfigChanged { version, added, changed, removed } => {
            EventKind::ConfigChanged { version, properties: [added, changed, removed].concat() }
        }
        Event::Paused => EventKind::Paused,
        Event::Resumed => EventKind::Resumed,
        Event::Stopped => EventKind::Stopped,
        Event::RestartRequested { .. } => EventKind::RestartRequested,
        Event::TopicsReset => EventKind::TopicsReset,
        Event::OffsetsAltered => EventKind::OffsetsAltered,
        Event::OffsetsReset => EventKind::OffsetsReset,
        Event::Deleted => EventKind::Deleted,
        Event::TaskAssigned { worker_id, .. } => EventKind::TaskAssigned { worker: worker_id },
        Event::CopyStarted { .. } => EventKind::CopyStarted,
        Event::CopyFinished { documents, .. } => EventKind::CopyFinished { documents },
        Event::StreamOpened { .. } => EventKind::StreamOpened,
        Event::TaskRetrying { code, message, .. } => EventKind::TaskRetrying(trouble(code, message)),
        Event::TaskRecovered { attempts, .. } => EventKind::TaskRecovered { attempts },
        Event::TaskFailed { code, message, .. } => EventKind::TaskFailed(trouble(code, message)),
        Event::TaskEnded { worker_id, .. } => EventKind::TaskEnded { worker: worker_id },
        Event::PropertyUnknown { name, closest } => {
            let hint = closest.map(|closest| format!("→ {closest}")).unwrap_or_default();
            noticed("property_unknown", name, hint)
        }
        Event::WritesLike { connector } => noticed("writes_like", connector, String::new()),
        Event::CollectionGone { namespace, .. } => noticed("collection_gone", namespace, String::new()),
        Event::CopyStartsOver { namespace, stage, .. } => noticed("copy_starts_over", namespace, stage),
        Event::RecordsAtFault { records, code, topic: Some(topic), .. } => {
            noticed("records_set_aside", topic, format!("{records} × {code}"))
        }
        Event::RecordsAtFault { records, code, topic: None, .. } => {
            noticed("records_skipped", String::new(), format!("{records} × {code}"))
        }
        Event::CopySkipped { namespace, what, .. } => noticed("copy_skipped", namespace, what),
        Event::CopyNotInterleaved { stage, .. } => noticed("copy_not_interleaved", String::new(), stage),
        Event::ResumedAfterLoss { from, .. } => noticed("resumed_after_loss", String::new(), time_text(from)),
        Event::CopiesAfterLoss { from, .. } => noticed("copies_after_loss", String::new(), time_text(from)),
        Event::ChangesSkipped { from, to, .. } => {
            noticed("changes_skipped", String::new(), format!("{} → {}", time_text(from), time_text(to)))
        }
        plain @ (Event::CopyReplanned { .. }
        | Event::CopyWithoutWatermark { .. }
        | Event::CopyAbandoned { .. }
        | Event::PositionReplaced { .. }
        | Event::ResumedByTime { .. }
        | Event::WatchingCollectionOnly { .. }
        | Event::StoreAway { .. }
        | Event::StoreBack { .. }
        | Event::SinkAway { .. }
        | Event::SinkBack { .. }) => noticed(&plain.kind(), String::new(), String::new()),
    }
}

fn noticed(notice: &str, collection: String, stage: String) -> EventKind {
    EventKind::TaskNoticed { notice: notice.to_owned(), collection, stage }
}

/// A moment in UTC, or a question mark where it is not known.
fn time_text(seconds: Option<i64>) -> String {
    let time = seconds.and_then(|seconds| chrono::DateTime::from_timestamp(seconds, 0));
    time.map_or_else(|| "?".to_owned(), |time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}

fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summaries(count: usize) -> Vec<Summary> {
        let verdicts = [Verdict::Healthy, Verdict::Paused, Verdict::Waiting];
        (0..count)
            .map(|index| Summary {
                name: format!("Connector-{index:04}"),
                scope: String::new(),
                verdict: verdicts[index % 3].clone(),
                task: None,
                lag_ms: None,
            })
            .collect()
    }

    #[test]
    fn counts_are_of_all_and_rows_of_the_filter() {
        let query = ConnectorQuery { search: "connector-00".to_owned(), group: Some(Group::Paused), page: 0 };

        let page = page(&summaries(300), &query);

        assert_eq!(page.counts, GroupCounts { all: 300, running: 200, paused: 100, ..GroupCounts::default() });
        assert_eq!((page.matching, page.rows.len()), (33, 33));
        assert_eq!(page.rows[0].name, "Connector-0001");
    }

    #[test]
    fn a_page_past_the_end_is_the_last() {
        let page = page(&summaries(120), &ConnectorQuery { page: 9, ..ConnectorQuery::default() });

        assert_eq!((page.page, page.page_count, page.rows.len()), (3, 3, 20));
    }
}
