//! The checks against a real wire protocol, and against what is none.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bson::{Document, doc};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::*;
use crate::mongo::fixture::{Fixture, uri};
use crate::preflight::{CheckResult, Verdict};

/// A password that must not appear anywhere.
const CANARY: &str = "canary-7f3a";

async fn check(uri: &str, scope: Scope, pipeline: Vec<Document>) -> Vec<CheckResult> {
    let (report, mut results) = Report::new();
    let stream = StreamConfig { pipeline, ..StreamConfig::default() };
    run(MongoTarget { connection: ConnectionConfig::of_uri(uri), scope, stream }, &report).await;
    drop(report);
    let mut all = Vec::new();
    while let Some(result) = results.recv().await {
        all.push(result);
    }
    assert_eq!(all.iter().map(|result| result.id).collect::<Vec<_>>(), CHECKS, "every check is told once, in order");
    assert!(!serde_json::to_string(&all).unwrap().contains(CANARY));
    all
}

/// The one check that failed, and why; everything behind it must not have been tried.
fn failure(results: &[CheckResult]) -> (CheckId, &'static str) {
    let at = results.iter().position(|result| result.finding.verdict == Verdict::Failed).unwrap();
    assert!(results[at + 1..].iter().all(|result| result.finding.reason == NOT_TRIED), "{results:?}");
    (results[at].id, results[at].finding.reason)
}

fn finding(results: &[CheckResult], id: CheckId) -> &Finding {
    &results.iter().find(|result| result.id == id).unwrap().finding
}

fn database(name: &str) -> Scope {
    Scope::Database(name.to_owned())
}

#[tokio::test]
async fn a_deployment_that_is_all_right_passes_and_opens_a_stream() {
    let Some(fixture) = Fixture::new("a_deployment_that_is_all_right_passes").await else { return };
    fixture.insert_numbered("patients", 3).await;
    let pipeline = vec![doc! { "$match": { "operationType": "insert" } }];

    let results = check(&fixture.uri, database(&fixture.database), pipeline).await;

    assert!(results.iter().all(|result| result.finding.verdict != Verdict::Failed), "{results:?}");
    assert_eq!(finding(&results, CheckId::Server).reason, "suitable");
    assert_eq!(finding(&results, CheckId::Database).reason, "found");
    assert_eq!(finding(&results, CheckId::Find).reason, "read");
    assert_eq!(finding(&results, CheckId::ChangeStream).reason, "opened");
}

#[tokio::test]
async fn what_does_not_exist_yet_is_a_warning_with_what_does() {
    let Some(fixture) = Fixture::new("what_does_not_exist_yet_is_a_warning").await else { return };
    fixture.insert_numbered("patients", 1).await;

    let missing_database = check(&fixture.uri, database(&format!("{}x", fixture.database)), Vec::new()).await;
    let scope = Scope::Collection { database: fixture.database.clone(), collection: "patient".to_owned() };
    let missing_collection = check(&fixture.uri, scope, Vec::new()).await;

    assert_eq!(finding(&missing_database, CheckId::Database).reason, "database-missing");
    assert_eq!(finding(&missing_database, CheckId::Find).reason, "nothing-to-read");
    let found = finding(&missing_collection, CheckId::Database);
    assert_eq!((found.verdict, found.reason), (Verdict::Warned, "collection-missing"));
    assert!(found.params.contains(&("existing", "patients".to_owned())), "{found:?}");
}

#[tokio::test]
async fn another_replica_set_than_the_named_one_is_told_apart() {
    let Some(uri) = uri("another_replica_set_than_the_named_one") else { return };
    let Some((before, _)) = uri.split_once('?') else { return };

    let results = check(&format!("{before}?replicaSet=other"), database("any"), Vec::new()).await;

    assert_eq!(failure(&results), (CheckId::Server, "other-replica-set"));
}

#[tokio::test]
async fn text_that_is_no_connection_string_is_pointed_at() {
    let results = check(&format!("mongodb://kim:{CANARY}@host:port/"), database("any"), Vec::new()).await;

    assert_eq!(failure(&results), (CheckId::ConnectionString, "malformed"));
    assert_eq!(results[0].finding.params[0].0, "at");
}

#[tokio::test]
async fn names_and_ports_are_told_apart() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();

    let unknown = check(&format!("mongodb://kim:{CANARY}@no-such-host.invalid/"), database("any"), Vec::new()).await;
    let closed = check(&format!("mongodb://kim:{CANARY}@{free}/"), database("any"), Vec::new()).await;

    assert_eq!(failure(&unknown), (CheckId::Dns, "name-unknown"));
    assert_eq!(failure(&closed), (CheckId::Tcp, "refused"));
    assert_eq!(finding(&closed, CheckId::Tcp).params, [("hosts", free.to_string())]);
}

#[tokio::test]
async fn what_is_no_mongodb_is_not_understood_with_or_without_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            // Whatever comes: this is no MongoDB, and it hangs up.
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });

    let plain = check(&format!("mongodb://{address}/"), database("any"), Vec::new()).await;
    let encrypted = check(&format!("mongodb://{address}/?tls=true"), database("any"), Vec::new()).await;

    assert_eq!(failure(&plain), (CheckId::Tls, "not-understood"));
    assert_eq!(failure(&encrypted), (CheckId::Tls, "no-tls-there"));
}

#[tokio::test]
async fn stages_that_the_server_refuses_are_told_from_a_stream_that_it_refuses() {
    let Some(fixture) = Fixture::new("stages_that_the_server_refuses").await else { return };
    fixture.insert_numbered("patients", 1).await;

    let results = check(&fixture.uri, database(&fixture.database), vec![doc! { "$noSuchStage": {} }]).await;
    if finding(&results, CheckId::ChangeStream).reason == "opened" {
        eprintln!("skipped stages_that_the_server_refuses: this MongoDB is a stand-in that takes any stage");
        return;
    }

    assert_eq!(failure(&results), (CheckId::ChangeStream, "pipeline-refused"));
}

#[tokio::test]
async fn a_wrong_password_is_told_where_the_server_asks_for_one() {
    let Some(uri) = uri("a_wrong_password_is_told_where_the_server_asks_for_one") else { return };
    let parsed = ConnectionString::parse(&uri).unwrap();
    if parsed.user().is_none() {
        eprintln!(
            "skipped a_wrong_password_is_told: NARU_TEST_MONGODB_URI names no user, so the server may not ask for one"
        );
        return;
    }

    let results = check(&parsed.with_password(CANARY), database("any"), Vec::new()).await;

    assert_eq!(failure(&results), (CheckId::SignIn, "refused"));
}

/// Collects log lines.
#[derive(Clone, Default)]
struct Lines(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn no_log_line_at_any_level_holds_the_password() {
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { while listener.accept().await.is_ok() {} });
    tracing::info!("the subscriber listens");

    for host in ["no-such-host.invalid".to_owned(), address.to_string()] {
        check(&format!("mongodb://kim:{CANARY}@{host}/"), database("any"), Vec::new()).await;
    }

    let text = String::from_utf8_lossy(&lines.0.lock().unwrap()).into_owned();
    assert!(text.contains("the subscriber listens"));
    assert!(!text.contains(CANARY), "{text}");
}
