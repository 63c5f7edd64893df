//! The checks of a MongoDB connection, from its text to an open change stream.
//!
//! Run by `service::checks`, in order; each stands on the one before it, so the first that fails is the one to mend, and those
//! behind it are reported as not tried. What they find are codes and facts: see [`crate::preflight`].

mod access;
mod address;
mod handshake;
mod oplog;
mod server;

use std::time::Duration;

use connect::config::connection_string::ConnectionString;
use connect::config::{ConnectionConfig, Scope, StreamConfig};
use mongodb::options::ClientOptions;

use crate::mongo::discover::Explorer;
use crate::preflight::{CheckId, Finding, NOT_TRIED, Report};

/// How long one check may take. The driver's own limits are shorter, so that a check ends by itself.
const CHECK_LIMIT: Duration = Duration::from_secs(12);

/// The checks of this module, in order.
const CHECKS: [CheckId; 10] = [
    CheckId::ConnectionString,
    CheckId::Dns,
    CheckId::Tcp,
    CheckId::Tls,
    CheckId::SignIn,
    CheckId::Server,
    CheckId::Database,
    CheckId::Find,
    CheckId::ChangeStream,
    CheckId::Oplog,
];

/// What is checked. `Debug` shows nothing of it.
#[derive(Clone)]
pub(crate) struct MongoTarget {
    /// How it is reached, with its secrets.
    pub(crate) connection: ConnectionConfig,
    /// What is to be watched.
    pub(crate) scope: Scope,
    /// How the change stream is opened.
    pub(crate) stream: StreamConfig,
}

impl std::fmt::Debug for MongoTarget {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("MongoTarget")
    }
}

/// Runs the checks and reports each as it ends. Returns a client for looking further when documents can be read.
pub(crate) async fn run(target: MongoTarget, report: &Report) -> Option<Explorer> {
    let mut progress = Progress { report, next: 0 };
    let explorer = run_in_order(target, &mut progress).await;
    report.skip(&CHECKS[progress.next..], NOT_TRIED).await;
    explorer
}

async fn run_in_order(target: MongoTarget, progress: &mut Progress<'_>) -> Option<Explorer> {
    let MongoTarget { connection, scope, stream } = target;
    let parsed = progress.check(parse(connection.uri.clone())).await?;
    // The files of certificates are read each time that a client is made.
    let (options, _files) = progress.check(address::resolve(parsed, connection)).await?;
    let reachable = progress.check(address::connect(options.clone())).await?;
    let greeted = progress.check(handshake::greet(options.clone(), reachable)).await?;
    let direct = progress.check(handshake::sign_in(options.clone(), greeted.address.clone())).await?;
    let explorer = progress.check(server::judge(options.clone(), greeted.clone(), direct)).await?;
    let watched = progress.check(access::find_database(explorer.clone(), scope.clone())).await?;
    let grant = access::Grant::new(&options, &scope);
    progress.check(access::read_document(explorer.clone(), watched, grant.clone())).await?;
    let plan = access::StreamPlan { scope, stream };
    let opened = progress.check(access::open_stream(explorer.clone(), plan, grant.clone())).await;
    if opened.is_some() {
        progress.check(oplog::measure(explorer.clone(), greeted.hello.is_sharded(), grant)).await;
    }
    Some(explorer)
}

/// Reports the checks one after the other.
struct Progress<'a> {
    report: &'a Report,
    next: usize,
}

impl Progress<'_> {
    async fn check<T: Send + 'static>(
        &mut self,
        work: impl Future<Output = (Finding, Option<T>)> + Send + 'static,
    ) -> Option<T> {
        if self.report.is_unwanted() {
            return None;
        }
        let id = CHECKS.get(self.next)?;
        self.next += 1;
        self.report.check(*id, CHECK_LIMIT, work).await
    }
}

/// The text alone: our parser points at the place, the driver's has the last word when names are looked up.
async fn parse(uri: String) -> (Finding, Option<ConnectionString>) {
    match ConnectionString::parse(&uri) {
        Ok(parsed) => {
            let finding = Finding::passed("understood").with("hosts", parsed.hosts().join(", "));
            (finding, Some(parsed))
        }
        Err(fault) => {
            // In front of the fault nothing is quoted: nobody knows where the password ends.
            let at = uri.get(..fault.offset).map_or(0, |before| before.chars().count());
            (Finding::failed("malformed").with("at", at).remedy("correct-connection-string"), None)
        }
    }
}

/// Options with what reaches a single server, and nothing that asks for a certain deployment.
fn direct_options(options: &ClientOptions, address: mongodb::options::ServerAddress) -> ClientOptions {
    let mut direct = ClientOptions::builder().hosts(vec![address]).direct_connection(true).build();
    direct.tls.clone_from(&options.tls);
    direct.server_api.clone_from(&options.server_api);
    direct.driver_info.clone_from(&options.driver_info);
    direct.app_name = Some("naru".to_owned());
    direct.connect_timeout = Some(Duration::from_secs(5));
    direct.server_selection_timeout = Some(Duration::from_secs(6));
    direct.max_pool_size = Some(1);
    direct
}

#[cfg(test)]
mod tests;
