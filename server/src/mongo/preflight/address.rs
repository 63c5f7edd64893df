//! Names and ports: do the hosts of a connection string resolve, and does something listen there.

use std::time::Duration;

use connect::config::ConnectionConfig;
use connect::config::connection_string::{ConnectionString, Scheme};
use futures::future::join_all;
use mongodb::options::{ClientOptions, ServerAddress};
use tokio::net::{TcpStream, lookup_host};

use crate::mongo::client::{StoreFiles, complete};
use crate::mongo::discover::address_text;
use crate::mongo::refusal::{Refusal, TlsFault};
use crate::preflight::Finding;

/// How long a name may take to resolve.
const LOOKUP_LIMIT: Duration = Duration::from_secs(5);

/// How long a host may take to accept a connection.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// Looks the names up: the SRV record, if there is one, and every host.
pub(super) async fn resolve(
    parsed: ConnectionString,
    connection: ConnectionConfig,
) -> (Finding, Option<(ClientOptions, StoreFiles)>) {
    let mut options = match ClientOptions::parse(parsed.for_driver()).await {
        Ok(options) => options,
        Err(error) => return (unusable(&Refusal::from(error), &parsed), None),
    };
    let Ok(files) = complete(&mut options, &connection).await else {
        return (unusable(&Refusal::Tls(TlsFault::Files), &parsed), None);
    };
    let unknown = unresolved(&options.hosts).await;
    let finding = if unknown.len() == options.hosts.len() {
        Finding::failed("name-unknown").with("hosts", unknown.join(", ")).remedy("correct-host")
    } else if unknown.is_empty() {
        Finding::passed("resolved").with("hosts", listed(&options.hosts))
    } else {
        Finding::warned("some-names-unknown").with("hosts", unknown.join(", ")).remedy("correct-host")
    };
    (finding, Some((options, files)))
}

fn unusable(refusal: &Refusal, parsed: &ConnectionString) -> Finding {
    match refusal {
        Refusal::Options => Finding::failed("option-unusable").remedy("correct-connection-string"),
        Refusal::Tls(_) => Finding::failed("tls-files").remedy("correct-tls-files"),
        _ if parsed.scheme() == Scheme::Srv => {
            let host = parsed.hosts().first().cloned().unwrap_or_default();
            Finding::failed("srv-unknown")
                .with("name", format!("_mongodb._tcp.{host}"))
                .remedy("correct-host")
                .command(format!("nslookup -type=srv _mongodb._tcp.{host}"))
        }
        _ => Finding::failed("name-unknown").with("hosts", parsed.hosts().join(", ")).remedy("correct-host"),
    }
}

/// Hosts whose names do not resolve.
pub(super) async fn unresolved(hosts: &[ServerAddress]) -> Vec<String> {
    let looked_up = hosts.iter().map(|address| async move {
        let is_known = match address {
            ServerAddress::Tcp { .. } => {
                let found = tokio::time::timeout(LOOKUP_LIMIT, lookup_host(address_text(address))).await;
                found.is_ok_and(|found| found.is_ok_and(|mut addresses| addresses.next().is_some()))
            }
            _ => true,
        };
        (!is_known).then(|| address_text(address))
    });
    join_all(looked_up).await.into_iter().flatten().collect()
}

/// Connects to every host; brings those that accept, in their order.
pub(super) async fn connect(options: ClientOptions) -> (Finding, Option<Vec<ServerAddress>>) {
    let outcomes = join_all(options.hosts.iter().map(reach)).await;
    let mut reachable = Vec::new();
    let mut unreachable = Vec::new();
    let mut is_refused = false;
    for (address, outcome) in options.hosts.iter().zip(outcomes) {
        match outcome {
            Reached::Accepted => reachable.push(address.clone()),
            Reached::Refused => {
                is_refused = true;
                unreachable.push(address_text(address));
            }
            Reached::NoAnswer => unreachable.push(address_text(address)),
        }
    }
    let hosts = unreachable.join(", ");
    let finding = if unreachable.is_empty() {
        Finding::passed("connected").with("hosts", listed(&reachable))
    } else if !reachable.is_empty() {
        Finding::warned("some-unreachable").with("hosts", hosts).remedy("open-network")
    } else if is_refused {
        Finding::failed("refused").with("hosts", hosts).remedy("start-server")
    } else {
        Finding::failed("no-answer").with("hosts", hosts).remedy("open-network")
    };
    (finding, Some(reachable).filter(|reachable| !reachable.is_empty()))
}

/// Hosts at which nothing accepts a connection.
pub(super) async fn unreachable(hosts: &[ServerAddress]) -> Vec<String> {
    let outcomes = join_all(hosts.iter().map(reach)).await;
    let closed = hosts.iter().zip(outcomes).filter(|(_, outcome)| *outcome != Reached::Accepted);
    closed.map(|(address, _)| address_text(address)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reached {
    Accepted,
    Refused,
    NoAnswer,
}

async fn reach(address: &ServerAddress) -> Reached {
    let connected = async {
        match address {
            ServerAddress::Unix { path } => tokio::net::UnixStream::connect(path).await.map(drop),
            _ => TcpStream::connect(address_text(address)).await.map(drop),
        }
    };
    match tokio::time::timeout(CONNECT_LIMIT, connected).await {
        Ok(Ok(())) => Reached::Accepted,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => Reached::Refused,
        _ => Reached::NoAnswer,
    }
}

fn listed(hosts: &[ServerAddress]) -> String {
    hosts.iter().map(address_text).collect::<Vec<_>>().join(", ")
}
