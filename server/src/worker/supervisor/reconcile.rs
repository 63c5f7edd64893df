//! Comparing what should run with what runs.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use connect::lifecycle::{ConnectState, DesiredState, connector_state};
use tracing::info;

use super::{Key, Supervisor};
use crate::db;
use crate::db::leases::OwnedTask;
use crate::ids::ConnectorId;
use crate::worker::slot::{Activity, After, Slot};
use crate::worker::view::ConnectorView;

impl Supervisor {
    /// Takes leases, then brings every slot in line with its row.
    pub(super) async fn reconcile(&mut self) {
        if self.fence.is_down() {
            return;
        }
        self.acquire().await;
        let (pool, replica) = (self.settings.pool.clone(), self.settings.replica);
        let read = async {
            let owned = db::leases::list_owned_tasks(&pool, replica).await?;
            Ok((owned, db::connectors::list_states(&pool).await?))
        };
        let Some((owned, states)) = self.ask("reading what should run", read).await else { return };
        let owned: HashMap<Key, OwnedTask> =
            owned.into_iter().map(|task| ((task.lease.connector, task.lease.task), task)).collect();
        self.lose_strangers(&owned);
        for task in owned.into_values() {
            self.align(task).await;
        }
        self.see_connectors(states);
        self.hand_over().await;
        self.start_due().await;
        self.reconciled_at = Some(Instant::now());
    }

    /// Takes orphaned tasks up to this replica's share.
    async fn acquire(&mut self) {
        let (pool, replica) = (self.settings.pool.clone(), self.settings.replica);
        let (held, live) = (self.slots.len(), self.live_replicas);
        let ttl_s = self.settings.timing.lease_ttl.as_secs_f64();
        let acquisition = async {
            let runnable = db::leases::count_runnable_tasks(&pool).await?;
            let limit = share(runnable, live) - i64::try_from(held).unwrap_or(i64::MAX);
            if limit <= 0 {
                return Ok(Vec::new());
            }
            db::leases::acquire_leases(&pool, replica, limit, ttl_s).await
        };
        let Some(taken) = self.ask("taking leases", acquisition).await else { return };
        if !taken.is_empty() {
            info!(lease.count = taken.len(), "took {} lease(s)", taken.len());
        }
    }

    /// Slots without a row of this replica and epoch.
    fn lose_strangers(&mut self, owned: &HashMap<Key, OwnedTask>) {
        let is_stranger =
            |slot: &&Slot| owned.get(&slot.key()).is_none_or(|task| task.lease.epoch != slot.owned.lease.epoch);
        let strangers: Vec<Key> = self.slots.values().filter(is_stranger).map(Slot::key).collect();
        for key in strangers {
            self.lose(key);
        }
    }

    /// Brings one slot in line with its row.
    async fn align(&mut self, task: OwnedTask) {
        let key = (task.lease.connector, task.lease.task);
        let deadline = Instant::now() + self.settings.timing.drain_deadline;
        let wants_run = task.desired == DesiredState::Running;
        let Some(slot) = self.slots.get_mut(&key) else {
            if wants_run {
                self.take(task);
            } else {
                self.release(task.lease).await;
            }
            return;
        };
        if matches!(slot.activity, Activity::Stopping { after: After::Forget, .. }) {
            return;
        }
        if slot.owned.topic_resets != task.topic_resets {
            slot.progress.forget_topics();
            slot.ledger.forget_topics();
        }
        slot.owned = task;
        if !wants_run {
            if !slot.stop(After::Release, deadline) {
                self.let_go(key).await;
            }
        } else if slot.is_outdated() || matches!(slot.activity, Activity::Stopping { after: After::Release, .. }) {
            if !slot.stop(After::Restart, deadline) {
                slot.begin_anew();
            }
        } else {
            slot.started.generation = slot.owned.generation;
        }
    }

    fn take(&mut self, task: OwnedTask) {
        let key = (task.lease.connector, task.lease.task);
        let worker_id = self.settings.worker_id.to_string();
        let event = db::events::Event::TaskAssigned { task: task.lease.task.0, worker_id };
        self.slots.insert(key, Slot::new(task));
        self.tell(key, event);
    }

    /// Gives a surplus task to a replica that has fewer: one at a time, and none that was taken a moment ago.
    async fn hand_over(&mut self) {
        let held = i64::try_from(self.slots.len()).unwrap_or(i64::MAX);
        let fair = share(self.connectors_running, self.live_replicas);
        if self.live_replicas < 2 || held <= fair || self.slots.values().any(|slot| !is_settled(slot)) {
            return;
        }
        let min_hold_s = self.settings.timing.min_hold.as_secs_f64();
        let deadline = Instant::now() + self.settings.timing.drain_deadline;
        let longest_held = self
            .slots
            .values_mut()
            .filter(|slot| slot.owned.held_s >= min_hold_s)
            .max_by(|left, right| left.owned.held_s.total_cmp(&right.owned.held_s));
        if let Some(slot) = longest_held {
            info!(connector.name = %slot.owned.name, task.id = slot.owned.lease.task.0, "handing a task over for balance");
            let key = slot.key();
            if !slot.stop(After::Release, deadline) {
                self.let_go(key).await;
            }
        }
    }

    /// The connectors that this replica speaks for.
    fn see_connectors(&mut self, states: Vec<db::connectors::ConnectorStateRow>) {
        self.connectors_running =
            i64::try_from(states.iter().filter(|row| row.desired == DesiredState::Running).count()).unwrap_or(i64::MAX);
        let held: HashSet<ConnectorId> = self.slots.keys().map(|(connector, _)| *connector).collect();
        let mine = |row: &db::connectors::ConnectorStateRow| held.contains(&row.id) || self.is_speaker && !row.is_held;
        self.connectors = states
            .iter()
            .filter(|row| mine(row))
            .map(|row| ConnectorView {
                name: row.name.clone(),
                class: row.class.clone(),
                state: match connector_state(row.desired) {
                    ConnectState::Running if !row.is_held => ConnectState::Unassigned,
                    state => state,
                },
            })
            .collect();
    }
}

/// A replica's share of `count` tasks among `live` replicas, rounded up.
fn share(count: i64, live: usize) -> i64 {
    let live = i64::try_from(live.max(1)).unwrap_or(i64::MAX);
    (count + live - 1) / live
}

fn is_settled(slot: &Slot) -> bool {
    !matches!(slot.activity, Activity::Stopping { .. })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_at_least_everything() {
        assert_eq!(share(0, 2), 0);
        assert_eq!(share(1, 2), 1);
        assert_eq!(share(5, 2), 3);
        assert_eq!(share(5, 1), 5);
        assert_eq!(share(5, 0), 5);
    }
}
