//! Keeping leases, and leaving.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use tracing::{info, warn};

use super::Supervisor;
use crate::db;
use crate::worker::process::ProcessMark;
use crate::worker::slot::After;

/// How long a task may take to end when its lease is somebody else's already.
const LOST_DEADLINE: Duration = Duration::from_secs(2);

impl Supervisor {
    /// Says that this replica is alive, prolongs its leases, and stops what it has lost.
    pub(super) async fn renew(&mut self) {
        let sent = self.fence.now();
        let (pool, replica) = (self.settings.pool.clone(), self.settings.replica);
        let worker_id = self.settings.worker_id.clone();
        let process = self.process.as_ref().map(ProcessMark::to_text);
        let ttl_s = self.settings.timing.lease_ttl.as_secs_f64();
        let renewal = async {
            db::replicas::announce_replica(&pool, replica, &worker_id, process.as_deref(), ttl_s).await?;
            let held = db::leases::renew_leases(&pool, replica, ttl_s).await?;
            Ok((held, db::replicas::list_live_replicas(&pool).await?))
        };
        let Some((held, live)) = self.ask("renewing leases", renewal).await else { return };
        let was_down = self.fence.is_down();
        self.live_replicas = live.len().max(1);
        self.is_speaker = live.first() == Some(&replica);
        self.fence.renewed(sent, self.live_replicas == 1);
        if was_down {
            info!("in touch with Postgres again, tasks may run");
        }
        let held: HashSet<_> = held.iter().map(|lease| (lease.connector, lease.task, lease.epoch)).collect();
        let is_lost = |lease: &db::leases::Lease| !held.contains(&(lease.connector, lease.task, lease.epoch));
        let lost: Vec<_> =
            self.slots.values().filter(|slot| is_lost(&slot.owned.lease)).map(|slot| slot.key()).collect();
        for key in lost {
            self.lose(key);
        }
    }

    /// Lets go of what processes of this machine held that are dead for certain, so that a restart after a crash need not wait.
    pub(super) async fn bury_dead(&mut self) {
        let Some(own) = self.process.clone() else { return };
        let pool = self.settings.pool.clone();
        let Some(others) = self.ask("listing processes", db::replicas::list_processes(&pool)).await else { return };
        let is_dead = |text: &str| ProcessMark::parse(text).is_some_and(|other| own.knows_dead(&other));
        for (dead, _) in others.into_iter().filter(|(_, text)| is_dead(text)) {
            let burial = async {
                db::leases::release_all_leases(&pool, dead).await?;
                db::replicas::remove_replica(&pool, dead).await
            };
            if self.ask("letting go of a dead process' leases", burial).await.is_some() {
                info!(replica.id = %dead.0, "an earlier process of this machine is dead, its leases are free");
            }
        }
    }

    /// The lease is another's, or the connector is gone: the attempt ends without a word.
    pub(super) fn lose(&mut self, key: super::Key) {
        let Some(slot) = self.slots.get_mut(&key) else { return };
        warn!(
            connector.name = %slot.owned.name, task.id = slot.owned.lease.task.0, lease.epoch = slot.owned.lease.epoch.0,
            "lease is gone, the task ends here"
        );
        if !slot.stop(After::Forget, Instant::now() + LOST_DEADLINE) {
            self.slots.remove(&key);
        }
    }

    /// Tells the last of everything, lets go of every lease, and takes this replica off the list.
    pub(super) async fn leave(&mut self) {
        self.mirror().await;
        let (pool, replica) = (self.settings.pool.clone(), self.settings.replica);
        let release = async {
            db::leases::release_all_leases(&pool, replica).await?;
            db::replicas::remove_replica(&pool, replica).await
        };
        if self.ask("letting go of leases", release).await.is_none() {
            warn!("leases were not let go of; they end by themselves");
        }
    }
}
