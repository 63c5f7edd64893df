//! Replicas on one database: sharing, taking over, being fenced.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::PgPool;

use crate::support::app::fast;
use crate::support::connector::create_body;
use crate::support::{TestApp, TestDatabase, eventually, source_config};

/// Worker by connector, for leases that are held.
async fn owners(pool: &PgPool) -> BTreeMap<String, String> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select connectors.name, replicas.worker_id from task_leases \
         join connectors on connectors.id = task_leases.connector_id join replicas on replicas.id = task_leases.owner \
         where task_leases.expires_at > clock_timestamp()",
    )
    .fetch_all(pool)
    .await
    .expect("rows");
    rows.into_iter().collect()
}

async fn epoch(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select epoch from task_leases").fetch_one(pool).await.expect("an epoch")
}

async fn create(app: &TestApp, names: &[&str]) {
    for name in names {
        let answer = app.connect.post_json("/connectors", &create_body(name, &source_config())).await;
        assert_eq!(answer.status, 201, "{answer:?}");
    }
}

#[tokio::test]
async fn two_replicas_share_the_connectors() {
    let database = Arc::new(TestDatabase::create().await);
    let (one, two) = (TestApp::replica(&database).await, TestApp::replica(&database).await);

    create(&one, &["a", "b", "c", "d"]).await;
    eventually(Duration::from_secs(15), || async {
        let owners = owners(&database.pool).await;
        let of = |app: &TestApp| owners.values().filter(|worker| **worker == app.worker_id()).count();
        if (of(&one), of(&two)) == (2, 2) { Ok(()) } else { Err(owners) }
    })
    .await;

    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_replica_that_comes_later_is_given_its_share() {
    let database = Arc::new(TestDatabase::create().await);
    let one = TestApp::replica(&database).await;
    create(&one, &["a", "b"]).await;
    eventually(Duration::from_secs(10), || async {
        let owners = owners(&database.pool).await;
        if owners.len() == 2 { Ok(()) } else { Err(owners) }
    })
    .await;

    let two = TestApp::replica(&database).await;
    eventually(Duration::from_secs(15), || async {
        let owners = owners(&database.pool).await;
        let of_two = owners.values().filter(|worker| **worker == two.worker_id()).count();
        if owners.len() == 2 && of_two == 1 { Ok(()) } else { Err(owners) }
    })
    .await;

    one.stop().await;
    two.stop().await;
}

#[tokio::test]
async fn a_killed_replica_is_taken_over_when_its_lease_is_over_and_not_before() {
    let database = Arc::new(TestDatabase::create().await);
    let (one, two) = (TestApp::replica(&database).await, TestApp::replica(&database).await);
    create(&one, &["a"]).await;
    let owner =
        eventually(Duration::from_secs(10), || async { owners(&database.pool).await.remove("a").ok_or("nobody") })
            .await;
    let first_epoch = epoch(&database.pool).await;
    let (killed, survivor) = if owner == one.worker_id() { (one, two) } else { (two, one) };

    let began = Instant::now();
    killed.kill().await;
    eventually(Duration::from_secs(15), || async {
        match owners(&database.pool).await.remove("a") {
            Some(worker) if worker == survivor.worker_id() => Ok(()),
            other => Err(other),
        }
    })
    .await;

    let timing = fast();
    let earliest = timing.lease_ttl - timing.renew_every - Duration::from_millis(100);
    assert!(began.elapsed() >= earliest, "taken over after {:?}, before the lease was over", began.elapsed());
    assert_eq!(epoch(&database.pool).await, first_epoch + 1);
    survivor.stop().await;
}

#[tokio::test]
async fn a_clean_stop_hands_over_at_once() {
    let database = Arc::new(TestDatabase::create().await);
    let (one, two) = (TestApp::replica(&database).await, TestApp::replica(&database).await);
    create(&one, &["a"]).await;
    let owner =
        eventually(Duration::from_secs(10), || async { owners(&database.pool).await.remove("a").ok_or("nobody") })
            .await;
    let (leaving, staying) = if owner == one.worker_id() { (one, two) } else { (two, one) };

    let took = leaving.stop().await;
    let began = Instant::now();
    eventually(Duration::from_secs(10), || async {
        match owners(&database.pool).await.remove("a") {
            Some(worker) if worker == staying.worker_id() => Ok(()),
            other => Err(other),
        }
    })
    .await;

    assert!(took < Duration::from_secs(10), "stopping took {took:?}");
    assert!(began.elapsed() < fast().lease_ttl, "handing over took {:?}", began.elapsed());
    staying.stop().await;
}

#[tokio::test]
async fn a_stolen_lease_ends_the_task_without_a_word() {
    let app = TestApp::start().await;
    create(&app, &["a"]).await;
    let before = eventually(Duration::from_secs(10), || async {
        let row: Option<(i64, String)> = sqlx::query_as("select epoch, state from task_status")
            .fetch_optional(&app.database.pool)
            .await
            .expect("a row");
        row.ok_or("no status yet")
    })
    .await;

    let steal = "update task_leases set owner = gen_random_uuid(), epoch = epoch + 1, \
                 expires_at = clock_timestamp() + interval '1 hour'";
    sqlx::query(steal).execute(&app.database.pool).await.expect("stolen");
    eventually(Duration::from_secs(10), || async {
        let metrics = app.admin.get("/metrics").await.text;
        let line = metrics.lines().find(|line| line.starts_with("kafka_connect_worker_task_count "));
        if line == Some("kafka_connect_worker_task_count 0") { Ok(()) } else { Err(line.map(str::to_owned)) }
    })
    .await;

    let status: (i64, Option<String>) =
        sqlx::query_as("select epoch, error_code from task_status").fetch_one(&app.database.pool).await.expect("a row");
    assert_eq!(status.0, before.0, "the old owner writes nothing under the new epoch");
    let failed: i64 = sqlx::query_scalar("select count(*) from connector_events where kind = 'task_failed'")
        .fetch_one(&app.database.pool)
        .await
        .expect("a count");
    assert_eq!(failed, 0);
    app.stop().await;
}

#[tokio::test]
async fn a_deleted_connector_is_let_go_of() {
    let app = TestApp::start().await;
    create(&app, &["a"]).await;
    eventually(Duration::from_secs(10), || async {
        let owners = owners(&app.database.pool).await;
        if owners.len() == 1 { Ok(()) } else { Err(owners) }
    })
    .await;

    assert_eq!(app.connect.delete("/connectors/a").await.status, 204);
    eventually(Duration::from_secs(10), || async {
        let metrics = app.admin.get("/metrics").await.text;
        if metrics.contains("kafka_connect_worker_task_count 0") && !metrics.contains(r#"connector="a""#) {
            Ok(())
        } else {
            Err(metrics)
        }
    })
    .await;
    app.stop().await;
}
