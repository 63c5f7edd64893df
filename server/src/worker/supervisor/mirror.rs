//! Telling Postgres what is seen: status, copy progress, topics, events. At most once a second, in a few statements.

use std::time::{Duration, Instant};

use connect::lifecycle::{ConnectState, DesiredState, ObservedState, TaskObservation, task_state};

use super::{Key, Supervisor, notices};
use crate::db;
use crate::db::events::{Event, WORKER_ACTOR};
use crate::db::progress::CopyLine;
use crate::db::status::{Growth, StatusLine};
use crate::worker::progress::{CopyProgress, TaskPhase};
use crate::worker::slot::{Activity, Slot};
use crate::worker::view::TaskView;

/// A status that has not changed is written again after this, to show that somebody looks.
const REFRESH_EVERY: Duration = Duration::from_secs(5);

impl Supervisor {
    /// Reads every task's counters and writes what is new.
    pub(super) async fn mirror(&mut self) {
        let now = Instant::now();
        let keys: Vec<Key> = self.slots.keys().copied().collect();
        for key in &keys {
            self.observe(*key, now);
        }
        let lines: Vec<(Key, StatusLine)> =
            self.slots.values().filter_map(|slot| Some((slot.key(), due_line(slot, now)?))).collect();
        self.write_status(lines, now).await;
        self.write_copies(&keys).await;
        self.write_topics(&keys).await;
        self.write_events().await;
    }

    /// Writes the last of a task that has ended here.
    pub(super) async fn mirror_ended(&mut self, key: Key) {
        let now = Instant::now();
        let Some(slot) = self.slots.get(&key) else { return };
        let line = StatusLine { state: ObservedState::Ended, next_retry_in_s: None, ..line(slot, now) };
        self.write_status(vec![(key, line)], now).await;
        self.write_copies(&[key]).await;
        self.write_topics(&[key]).await;
        self.write_events().await;
    }

    /// Samples a task, and turns a new phase into events.
    fn observe(&mut self, key: Key, now: Instant) {
        let healthy_after = self.settings.timing.healthy_after;
        let Some(slot) = self.slots.get_mut(&key) else { return };
        if !matches!(slot.activity, Activity::Running { .. }) {
            return;
        }
        slot.ledger.sample(now, &slot.progress);
        let phase = slot.progress.phase();
        let before = std::mem::replace(&mut slot.told_phase, phase);
        let is_flowing = matches!(phase, TaskPhase::Copying | TaskPhase::Streaming);
        let mut news = Vec::new();
        if is_flowing {
            slot.flowing_since.get_or_insert(now);
            if slot.error.take().is_some() {
                news.push(Event::TaskRecovered { task: key.1.0, attempts: i64::from(slot.attempt) });
            }
            if slot.flowing_since.is_some_and(|since| now.duration_since(since) >= healthy_after) {
                slot.attempt = 1;
            }
        }
        news.extend(phase_news(key, before, phase, &slot.progress.copy()));
        for event in news {
            self.tell(key, event);
        }
        self.tell_notices(key);
    }

    /// Turns what the present attempt has noticed into events and trouble.
    pub(super) fn tell_notices(&mut self, key: Key) {
        let Some(slot) = self.slots.get_mut(&key) else { return };
        let noticed = slot.progress.take_notices();
        for notice in &noticed {
            notices::change_trouble(&mut slot.trouble, notice);
        }
        for notice in noticed {
            self.tell(key, notices::event(key.1.0, notice));
        }
    }

    async fn write_status(&mut self, lines: Vec<(Key, StatusLine)>, now: Instant) {
        if lines.is_empty() {
            return;
        }
        let (pool, worker_id) = (self.settings.pool.clone(), self.settings.worker_id.clone());
        let all: Vec<StatusLine> = lines.iter().map(|(_, line)| line.clone()).collect();
        let write = async { db::status::record_status(&pool, &worker_id, &all).await };
        if self.ask("telling status", write).await.is_none() {
            return;
        }
        for (key, line) in lines {
            if let Some(slot) = self.slots.get_mut(&key) {
                slot.ledger.told(line.growth);
                slot.told_status = Some((comparable(line), now));
            }
        }
    }

    async fn write_copies(&mut self, keys: &[Key]) {
        let mut lines: Vec<CopyLine> = Vec::new();
        let mut told: Vec<(Key, Vec<CopyProgress>)> = Vec::new();
        for slot in keys.iter().filter_map(|key| self.slots.get(key)) {
            let copy = slot.progress.copy();
            let new = slot.ledger.untold_copy(slot.owned.lease, &copy);
            if !new.is_empty() {
                lines.extend(new);
                told.push((slot.key(), copy));
            }
        }
        if lines.is_empty() {
            return;
        }
        let pool = self.settings.pool.clone();
        let write = async { db::progress::record_progress(&pool, &lines).await };
        if self.ask("telling copy progress", write).await.is_some() {
            for (key, copy) in told {
                if let Some(slot) = self.slots.get_mut(&key) {
                    slot.ledger.told_copy(copy);
                }
            }
        }
    }

    async fn write_topics(&mut self, keys: &[Key]) {
        for key in keys {
            let Some(slot) = self.slots.get(key) else { continue };
            let topics = slot.ledger.untold_topics(&slot.progress.topics());
            if topics.is_empty() {
                continue;
            }
            let pool = self.settings.pool.clone();
            let write = async { db::position::record_topics(&pool, key.0, &topics).await };
            if self.ask("telling topics", write).await.is_none() {
                return;
            }
            if let Some(slot) = self.slots.get_mut(key) {
                slot.ledger.told_topics(topics);
            }
        }
    }

    async fn write_events(&mut self) {
        while let Some((connector, name, event)) = self.untold_events.first().cloned() {
            let pool = self.settings.pool.clone();
            let write = async { db::events::insert_event(&pool, connector, &name, WORKER_ACTOR, &event).await };
            if self.ask("telling what happened", write).await.is_none() {
                return;
            }
            self.untold_events.remove(0);
        }
    }
}

fn phase_news(key: Key, before: TaskPhase, phase: TaskPhase, copy: &[CopyProgress]) -> Vec<Event> {
    let task = key.1.0;
    let finished = || {
        let documents = copy.iter().map(|copy| copy.copied_documents).sum::<u64>();
        Event::CopyFinished { task, documents: i64::try_from(documents).unwrap_or(i64::MAX) }
    };
    match (before, phase) {
        (TaskPhase::Starting, TaskPhase::Copying) => vec![Event::CopyStarted { task }],
        (TaskPhase::Copying, TaskPhase::Streaming) => vec![finished(), Event::StreamOpened { task }],
        // A small copy begins and ends between two looks.
        (TaskPhase::Starting, TaskPhase::Streaming) if !copy.is_empty() => {
            vec![finished(), Event::StreamOpened { task }]
        }
        (TaskPhase::Starting | TaskPhase::Reopening, TaskPhase::Streaming) => vec![Event::StreamOpened { task }],
        _ => Vec::new(),
    }
}

/// The line to write now, if it says something new or the last one is old.
fn due_line(slot: &Slot, now: Instant) -> Option<StatusLine> {
    let line = line(slot, now);
    let is_old_news = slot.told_status.as_ref().is_some_and(|(told, at)| {
        now.duration_since(*at) < REFRESH_EVERY && line.growth == Growth::default() && *told == comparable(line.clone())
    });
    (!is_old_news).then_some(line)
}

/// Without what changes by itself.
fn comparable(line: StatusLine) -> StatusLine {
    StatusLine { growth: Growth::default(), next_retry_in_s: None, ..line }
}

fn line(slot: &Slot, now: Instant) -> StatusLine {
    let next_retry_in_s = match &slot.activity {
        Activity::Waiting { until } if slot.error.is_some() => Some(until.saturating_duration_since(now).as_secs_f64()),
        _ => None,
    };
    StatusLine {
        connector: slot.owned.lease.connector,
        task: slot.owned.lease.task,
        epoch: slot.owned.lease.epoch,
        generation: slot.started.generation,
        restart_requests: slot.started.restart_requests,
        state: slot.observed(),
        attempt: i32::try_from(slot.attempt).unwrap_or(i32::MAX),
        next_retry_in_s,
        error: slot.error.clone().or_else(|| slot.trouble.clone()),
        growth: slot.ledger.untold(),
        gauges: slot.ledger.gauges(slot.progress.counters()),
    }
}

/// A slot's line of the view.
pub(super) fn task_view(slot: &Slot) -> TaskView {
    let observed = slot.observed();
    let observation = TaskObservation {
        is_held: true,
        observed: Some(observed),
        attempt: slot.attempt,
        has_pending_restart: slot.started.restart_requests != slot.owned.restart_requests,
    };
    TaskView {
        connector: slot.owned.name.to_string(),
        task: slot.owned.lease.task.0,
        observed,
        state: task_state(DesiredState::Running, observation).unwrap_or(ConnectState::Unassigned),
        totals: slot.ledger.totals(),
        gauges: slot.ledger.gauges(slot.progress.counters()),
    }
}
