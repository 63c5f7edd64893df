//! What kind of server it is: new enough, a replica set or a sharded cluster, with members that can be reached from here.

use std::time::Duration;

use bson::doc;
use mongodb::Client;
use mongodb::options::{ClientOptions, ReadPreference, SelectionCriteria};

use super::address::unreachable;
use super::handshake::{Greeted, Hello, other};
use crate::mongo::discover::Explorer;
use crate::mongo::refusal::Refusal;
use crate::preflight::Finding;

/// The oldest server that the driver speaks to.
const OLDEST: &str = "4.2";

/// How long the version may take: it is only shown.
const VERSION_TIME: Duration = Duration::from_secs(3);

/// Judges the server by what it said, then finds it again the way the connector will.
pub(super) async fn judge(options: ClientOptions, greeted: Greeted, direct: Client) -> (Finding, Option<Explorer>) {
    let hello = &greeted.hello;
    if let Some(finding) = unfit(hello, options.repl_set_name.as_deref()) {
        return (finding, None);
    }
    let version = version(&direct).await;
    let describe = |finding: Finding| {
        let kind = if hello.is_sharded() { "sharded" } else { "replica-set" };
        let finding = finding.with("kind", kind).with("version", &version);
        hello.set_name().map_or(finding.clone(), |set| finding.with("set", set))
    };
    let is_direct = options.direct_connection == Some(true);
    // A set may announce names that only its own network knows: then the string works, and everything after it does not.
    let closed = if is_direct { Vec::new() } else { unreachable(&hello.members()).await };
    let explorer = match Explorer::with_options(options) {
        Ok(explorer) => explorer,
        Err(_) => return (Finding::failed("option-unusable").remedy("correct-connection-string"), None),
    };
    let hosts = closed.join(", ");
    match ping(&explorer).await {
        Ok(()) if closed.is_empty() => (describe(Finding::passed("suitable")), Some(explorer)),
        Ok(()) => {
            let finding = describe(Finding::warned("some-members-unreachable")).with("hosts", hosts);
            (finding.remedy("announce-reachable-names"), Some(explorer))
        }
        Err(Refusal::TooOld) => (too_old(&version), None),
        Err(Refusal::Unreachable) if !closed.is_empty() => {
            let finding = describe(Finding::failed("members-unreachable")).with("hosts", hosts);
            (finding.remedy("announce-reachable-names"), None)
        }
        Err(Refusal::Unreachable) if !hello.has_primary() => (
            describe(Finding::failed("no-primary")).remedy("wait-for-election").command("mongosh --eval 'rs.status()'"),
            None,
        ),
        Err(refusal) => (other(&refusal), None),
    }
}

/// Why a server is none to watch, as far as its greeting tells.
fn unfit(hello: &Hello, expected_set: Option<&str>) -> Option<Finding> {
    if hello.is_sharded() {
        return None;
    }
    let Some(set) = hello.set_name() else {
        let (reason, command) = if hello.is_uninitiated() {
            ("not-initiated", "mongosh --eval 'rs.initiate()'")
        } else {
            ("standalone", "mongod --replSet rs0 --dbpath /data/db\nmongosh --eval 'rs.initiate()'")
        };
        return Some(Finding::failed(reason).remedy("make-replica-set").command(command));
    };
    let expected = expected_set.filter(|expected| *expected != set)?;
    let finding = Finding::failed("other-replica-set").with("expected", expected).with("actual", set);
    Some(finding.remedy("correct-connection-string"))
}

fn too_old(version: &str) -> Finding {
    Finding::failed("server-too-old").with("version", version).with("oldest", OLDEST).remedy("upgrade-server")
}

async fn ping(explorer: &Explorer) -> Result<(), Refusal> {
    let anybody = SelectionCriteria::ReadPreference(ReadPreference::PrimaryPreferred { options: None });
    explorer.client().database("admin").run_command(doc! { "ping": 1 }).selection_criteria(anybody).await?;
    Ok(())
}

async fn version(direct: &Client) -> String {
    let command = doc! { "buildInfo": 1, "maxTimeMS": VERSION_TIME.as_millis() as i64 };
    let answer = direct.database("admin").run_command(command).await.ok();
    answer.and_then(|answer| answer.get_str("version").map(str::to_owned).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(hello: bson::Document, expected_set: Option<&str>) -> Option<&'static str> {
        unfit(&Hello::from_document(hello), expected_set).map(|finding| finding.reason)
    }

    #[test]
    fn only_replica_sets_and_sharded_clusters_are_fit() {
        assert_eq!(reason(doc! { "isWritablePrimary": true }, None), Some("standalone"));
        assert_eq!(reason(doc! { "isWritablePrimary": true }, Some("rs0")), Some("standalone"));
        assert_eq!(reason(doc! { "isreplicaset": true, "info": "no config" }, None), Some("not-initiated"));
        assert_eq!(reason(doc! { "msg": "isdbgrid" }, None), None);
        assert_eq!(reason(doc! { "setName": "rs0" }, None), None);
        assert_eq!(reason(doc! { "setName": "rs0" }, Some("rs0")), None);
        assert_eq!(reason(doc! { "setName": "rs0" }, Some("rs1")), Some("other-replica-set"));
    }
}
