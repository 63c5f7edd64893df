//! The statements whose races matter, on a real Postgres.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::json;
use sqlx::PgPool;
use uuid::Uuid;

use super::leases::{Lease, acquire_leases, release_lease, renew_leases};
use super::position::{Keeper, commit_position, load_position};
use super::testing::{connector, database};
use super::{CONNECTOR_NAME_KEY, Error, schema};
use crate::ids::{ReplicaId, TaskNumber};

const TTL_S: f64 = 15.0;

fn replica() -> ReplicaId {
    ReplicaId(Uuid::now_v7())
}

async fn acquire(pool: &PgPool, replica: ReplicaId) -> Option<Lease> {
    acquire_leases(pool, replica, 10, TTL_S).await.unwrap().first().copied()
}

async fn expire(pool: &PgPool) {
    sqlx::query("update task_leases set expires_at = clock_timestamp() - interval '1 second'")
        .execute(pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_stale_owner_commits_nothing() {
    let Some(pool) = database().await else { return };
    let id = connector(&pool, "c").await;
    let (old, new) = (replica(), replica());
    let stale = acquire(&pool, old).await.unwrap();
    assert!(
        commit_position(&*pool, id, TaskNumber(0), stale.epoch, &json!({"at": 1}), Keeper::Postgres).await.unwrap()
    );

    expire(&pool).await;
    let fresh = acquire(&pool, new).await.unwrap();
    let is_written =
        commit_position(&*pool, id, TaskNumber(0), stale.epoch, &json!({"at": 2}), Keeper::Postgres).await.unwrap();

    assert!(!is_written && fresh.epoch > stale.epoch);
    assert_eq!(load_position(&*pool, id, TaskNumber(0)).await.unwrap(), Some(json!({"at": 1})));
    assert!(
        commit_position(&*pool, id, TaskNumber(0), fresh.epoch, &json!({"at": 3}), Keeper::Postgres).await.unwrap()
    );
}

#[tokio::test]
async fn nobody_commits_after_letting_go() {
    let Some(pool) = database().await else { return };
    let id = connector(&pool, "c").await;
    let owner = replica();
    let lease = acquire(&pool, owner).await.unwrap();

    release_lease(&*pool, owner, lease).await.unwrap();

    assert!(!commit_position(&*pool, id, TaskNumber(0), lease.epoch, &json!(1), Keeper::Postgres).await.unwrap());
}

#[tokio::test]
async fn a_commit_under_way_and_a_take_over_follow_one_another() {
    let Some(pool) = database().await else { return };
    let id = connector(&pool, "c").await;
    let stale = acquire(&pool, replica()).await.unwrap();
    expire(&pool).await;
    // The take-over has begun and is not committed: the stale commit has to wait for it, and then must not count.
    let mut take_over = pool.begin().await.unwrap();
    acquire_leases(&mut *take_over, replica(), 10, TTL_S).await.unwrap();

    let commit = tokio::spawn({
        let pool: PgPool = (*pool).clone();
        async move { commit_position(&pool, id, TaskNumber(0), stale.epoch, &json!(1), Keeper::Postgres).await }
    });
    let is_waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(is_waiting).fetch_one(&mut *take_over).await.unwrap() == 0 {
        tokio::task::yield_now().await;
    }
    take_over.commit().await.unwrap();

    assert!(!commit.await.unwrap().unwrap());
}

#[tokio::test]
async fn a_lease_is_taken_by_one_and_only_when_it_is_over() {
    let Some(pool) = database().await else { return };
    connector(&pool, "c").await;
    let (one, two) = (replica(), replica());

    let (first, second) = tokio::join!(acquire(&pool, one), acquire(&pool, two));
    assert_eq!(first.is_some() as u8 + second.is_some() as u8, 1);
    assert!(acquire(&pool, one).await.is_none() && acquire(&pool, two).await.is_none());
}

#[tokio::test]
async fn renewing_tells_what_is_still_held() {
    let Some(pool) = database().await else { return };
    connector(&pool, "c").await;
    let (one, two) = (replica(), replica());
    let lease = acquire(&pool, one).await.unwrap();
    assert_eq!(renew_leases(&*pool, one, TTL_S).await.unwrap(), [lease]);

    expire(&pool).await;
    acquire(&pool, two).await.unwrap();

    assert_eq!(renew_leases(&*pool, one, TTL_S).await.unwrap(), []);
}

#[tokio::test]
async fn a_version_is_never_changed() {
    let Some(pool) = database().await else { return };
    connector(&pool, "c").await;

    let change = sqlx::query("update connector_versions set author = 'somebody else'").execute(&*pool).await;

    assert!(change.is_err());
}

#[tokio::test]
async fn a_taken_name_is_a_conflict_and_no_fault() {
    let Some(pool) = database().await else { return };
    let id = connector(&pool, "c").await;
    let name = crate::ids::ConnectorName::parse("c").unwrap();
    let other = crate::ids::ConnectorId(Uuid::now_v7());
    assert_ne!(id, other);

    let result =
        super::connectors::insert_connector(&*pool, other, &name, "Class", connect::lifecycle::DesiredState::Running)
            .await;

    assert!(matches!(result, Err(Error::Conflict(CONNECTOR_NAME_KEY))));
}

#[tokio::test]
async fn migrating_twice_changes_nothing() {
    let Some(pool) = database().await else { return };

    schema::migrate(&pool).await.unwrap();

    assert_eq!(schema::list_missing(&*pool).await.unwrap(), Vec::<i64>::new());
}
