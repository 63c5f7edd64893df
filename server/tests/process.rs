//! The binary from outside: commands, refusals, signals, crashes.

use std::time::{Duration, Instant};

use crate::support::connector::create_body;
use crate::support::process::{Serving, naru, run};
use crate::support::{TestDatabase, eventually, source_config};

#[test]
fn the_version_needs_no_configuration() {
    let output = run(naru("", &["version"]).env_clear());

    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), format!("naru {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn checking_prints_the_settings_without_secrets_and_refuses_strangers() {
    let url = "postgres://naru:s3cret@db.example/naru";

    let good = run(&mut naru(url, &["check-config"]));
    let open = run(naru(url, &["check-config"]).env("NARU_CONNECT_LISTEN", "0.0.0.0:8083"));
    let allowed =
        run(naru(url, &["check-config"]).env("NARU_CONNECT_LISTEN", "0.0.0.0:8083").env("NARU_INSECURE_LISTEN", "yes"));

    let printed = String::from_utf8_lossy(&good.stdout);
    assert!(good.status.success(), "{good:?}");
    assert!(printed.contains("db.example") && !printed.contains("s3cret"), "{printed}");
    let refusal = String::from_utf8_lossy(&open.stderr);
    assert!(!open.status.success() && refusal.contains("NARU_CONNECT_LISTEN=0.0.0.0:8083"), "{refusal}");
    assert!(allowed.status.success());
}

#[test]
fn a_missing_key_says_how_to_make_one() {
    let output =
        run(naru("postgres://localhost/naru", &["check-config"]).env("NARU_SECRET_KEY_FILE", "/nonexistent/key"));

    let refusal = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && refusal.contains("head -c 32 /dev/urandom | base64"), "{refusal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn serving_refuses_a_database_without_migrations() {
    let database = TestDatabase::create_empty().await;

    let refused = run(&mut naru(&database.url_text(), &["serve"]));
    let migrated = run(&mut naru(&database.url_text(), &["migrate"]));
    let again = run(&mut naru(&database.url_text(), &["migrate"]));

    let reason = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && reason.contains("naru migrate"), "{reason}");
    assert!(migrated.status.success() && again.status.success(), "{migrated:?} {again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_it_cleanly_and_frees_its_leases() {
    let database = TestDatabase::create().await;
    let mut serving = Serving::start(&database);
    serving.connect.post_json("/connectors", &create_body("c", &source_config())).await;
    task_has_owner(&database, true).await;

    serving.signal("TERM");
    let (code, took) = serving.wait();

    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(10), "{took:?}");
    task_has_owner(&database, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_after_a_crash_does_not_wait_for_the_dead_process_lease() {
    let database = TestDatabase::create().await;
    let mut crashed = Serving::start(&database);
    crashed.connect.post_json("/connectors", &create_body("c", &source_config())).await;
    task_has_owner(&database, true).await;
    let epoch = epoch(&database).await;

    crashed.signal("KILL");
    crashed.wait();
    let began = Instant::now();
    let _serving = Serving::start(&database);
    eventually(Duration::from_secs(20), || async {
        let now = self::epoch(&database).await;
        if now > epoch { Ok(()) } else { Err(now) }
    })
    .await;

    assert!(began.elapsed() < Duration::from_secs(10), "a lease lives 15 s: {:?}", began.elapsed());
}

async fn epoch(database: &TestDatabase) -> i64 {
    sqlx::query_scalar("select epoch from task_leases").fetch_one(&database.pool).await.expect("an epoch")
}

async fn task_has_owner(database: &TestDatabase, wanted: bool) {
    eventually(Duration::from_secs(15), || async {
        let has_owner: bool = sqlx::query_scalar("select owner is not null from task_leases")
            .fetch_one(&database.pool)
            .await
            .expect("a lease");
        if has_owner == wanted { Ok(()) } else { Err(has_owner) }
    })
    .await;
}
