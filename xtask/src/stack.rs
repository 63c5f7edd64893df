//! The services of development and tests, without Docker: Postgres, Kafka, MongoDB, and the peer that is compared with.
//!
//! Called as `cargo xtask stack` and by every task that needs them. `up` reuses what runs and is well, `down` stops only what
//! the ledger says was started here. Each service lives in a file of its own and knows nothing of the others.

mod folder;
mod hurt;
mod jars;
mod kafka;
mod ledger;
mod mongo;
mod peer;
pub(crate) mod port;
mod postgres;
mod service;

use std::env;
use std::fs::{self, File};
use std::thread;

use anyhow::{Context as _, Result, anyhow};
use clap::{Args, Subcommand};

use crate::stack::ledger::Ledger;
use crate::stack::service::Running;
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

/// A real MongoDB named here always wins over the stand-in.
const MONGODB_URI: &str = "NARU_TEST_MONGODB_URI";

#[derive(Subcommand)]
pub(crate) enum Task {
    /// Start what does not run yet
    Up(Options),
    /// Stop what was started here
    Down,
    /// Print how to reach it, as lines for `eval "$(cargo xtask stack env)"`
    Env,
    /// Stop a service where it is: it holds its connections and answers nothing
    Freeze(hurt::Victim),
    /// Let a frozen service go on
    Thaw(hurt::Victim),
    /// End a service as a power cut would
    Kill(hurt::Victim),
    /// Start a killed service again, with what it had stored
    Revive(hurt::Victim),
}

#[derive(Args, Clone, Default)]
pub(crate) struct Options {
    /// Also bring up Kafka Connect with the official MongoDB connector
    #[arg(long)]
    pub(crate) peer: bool,
    /// Port of Kafka's broker; a free one when not given
    #[arg(long, value_name = "PORT")]
    kafka_port: Option<u16>,
    /// Port of Postgres; a free one when not given
    #[arg(long, value_name = "PORT")]
    postgres_port: Option<u16>,
    /// Port of the MongoDB stand-in; a free one when not given
    #[arg(long, value_name = "PORT")]
    mongo_port: Option<u16>,
    /// Port of the peer's REST interface; a free one when not given
    #[arg(long, value_name = "PORT")]
    peer_port: Option<u16>,
}

impl Options {
    pub(crate) fn with_peer() -> Self {
        Self { peer: true, ..Self::default() }
    }
}

/// How to reach what is up.
pub(crate) struct Addresses {
    database_url: String,
    kafka: String,
    /// Doors of Kafka that ask for sign-in, for the tests of that.
    signed_doors: Vec<(&'static str, String)>,
    mongodb_uri: String,
    proxied_kafka: Option<(String, String)>,
    peer: Option<(String, u32)>,
}

impl Addresses {
    /// The environment of programs that use the stack.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("DATABASE_URL", self.database_url.clone()),
            ("NARU_KAFKA_BOOTSTRAP_SERVERS", self.kafka.clone()),
            (MONGODB_URI, self.mongodb_uri.clone()),
        ];
        if let Some((listener, proxy)) = &self.proxied_kafka {
            variables.push(("NARU_STACK_KAFKA_PROXIED", listener.clone()));
            variables.push(("NARU_STACK_KAFKA_PROXY", proxy.clone()));
        }
        variables.extend(self.signed_doors.iter().cloned());
        if let Some((url, pid)) = &self.peer {
            variables.push(("NARU_PEER_CONNECT_URL", url.clone()));
            variables.push(("NARU_PEER_PID", pid.to_string()));
        }
        variables
    }
}

pub(crate) fn run(workspace: &Workspace, task: Task) -> Result<()> {
    match task {
        Task::Up(options) => print(&up(workspace, &options)?),
        Task::Down => down(workspace)?,
        Task::Env => print(&addresses(workspace, &Ledger::load(workspace)?)?),
        Task::Freeze(victim) => hurt::freeze(&Ledger::load(workspace)?, &victim)?,
        Task::Thaw(victim) => hurt::thaw(&Ledger::load(workspace)?, &victim)?,
        Task::Kill(victim) => hurt::kill(&Ledger::load(workspace)?, &victim)?,
        Task::Revive(victim) => {
            let _turn = take_turn(workspace)?;
            hurt::revive(workspace, &mut Ledger::load(workspace)?, &victim)?;
        }
    }
    Ok(())
}

/// Whether anything of it runs: then somebody else brought it up, and a task leaves it up.
pub(crate) fn is_up(workspace: &Workspace) -> bool {
    Ledger::load(workspace).is_ok_and(|mut ledger| {
        ledger.forget_the_dead();
        !ledger.is_empty()
    })
}

/// Starts what does not run yet, and returns how to reach all of it.
pub(crate) fn up(workspace: &Workspace, options: &Options) -> Result<Addresses> {
    fs::create_dir_all(workspace.stack().join("logs")).context("Cannot make the stack's folder")?;
    let _turn = take_turn(workspace)?;
    let mut ledger = Ledger::load(workspace)?;
    ledger.forget_the_dead();

    let needs_mongo = env::var_os(MONGODB_URI).is_none() && ledger.find(mongo::NAME).is_none();
    let needs_kafka = ledger.find(kafka::NAME).is_none();
    let needs_postgres = ledger.find(postgres::NAME).is_none();
    if needs_kafka && let Some(orphan) = ledger.take(peer::NAME) {
        // The worker's topics died with the broker it knew.
        orphan.stop();
    }
    let needs_peer = options.peer && ledger.find(peer::NAME).is_none();
    prepare(workspace, needs_postgres, needs_kafka || needs_mongo || needs_peer, needs_peer)?;

    let started = thread::scope(|scope| {
        let mut starts = Vec::new();
        if needs_postgres {
            starts.push(scope.spawn(|| postgres::start(workspace, options.postgres_port)));
        }
        if needs_kafka {
            starts.push(scope.spawn(|| kafka::start(workspace, options.kafka_port)));
        }
        if needs_mongo {
            starts.push(scope.spawn(|| mongo::start(workspace, options.mongo_port)));
        }
        let results: Vec<Result<Running>> = starts
            .into_iter()
            .map(|start| start.join().unwrap_or_else(|_| Err(anyhow!("A service's start panicked"))))
            .collect();
        results
    });
    // Those that came up are noted before a failure of another is told: `down` must know them.
    let mut failure = None;
    for start in started {
        match start {
            Ok(running) => ledger.add(running)?,
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    if let Some(error) = failure {
        return Err(error);
    }
    if needs_peer {
        let broker = ledger.port(kafka::NAME)?;
        ledger.add(peer::start(workspace, broker, options.peer_port)?)?;
    }
    addresses(workspace, &ledger)
}

/// Stops what was started here, the newest first.
pub(crate) fn down(workspace: &Workspace) -> Result<()> {
    if !workspace.stack().is_dir() {
        return Ok(());
    }
    let _turn = take_turn(workspace)?;
    let mut ledger = Ledger::load(workspace)?;
    ledger.forget_the_dead();
    for name in [peer::NAME, kafka::NAME, mongo::NAME, postgres::NAME] {
        if let Some(running) = ledger.take(name) {
            running.stop();
        }
    }
    ledger.save()
}

/// One `up` or `down` at a time, held until the file is dropped.
fn take_turn(workspace: &Workspace) -> Result<File> {
    let path = workspace.stack().join("lock");
    let file = File::create(&path).with_context(|| format!("Cannot write {}", path.display()))?;
    file.lock().with_context(|| format!("Cannot lock {}", path.display()))?;
    Ok(file)
}

fn prepare(workspace: &Workspace, needs_postgres: bool, needs_java: bool, needs_peer: bool) -> Result<()> {
    if needs_postgres {
        tools::require(&[Tool::Postgres])?;
    }
    if !needs_java {
        return Ok(());
    }
    tools::require(&[Tool::Java])?;
    // One after the other: Maven does not share its cache between processes.
    jars::fetch(workspace, "kafka")?;
    jars::fetch(workspace, "mongo")?;
    if needs_peer {
        jars::fetch(workspace, "peer")?;
    }
    mongo::compile(workspace)
}

fn addresses(workspace: &Workspace, ledger: &Ledger) -> Result<Addresses> {
    let mongodb_uri = match env::var(MONGODB_URI) {
        Ok(uri) => uri,
        Err(_) => mongo::uri(ledger.port(mongo::NAME)?),
    };
    Ok(Addresses {
        database_url: postgres::url(ledger.port(postgres::NAME)?),
        kafka: kafka::address(ledger.port(kafka::NAME)?),
        signed_doors: kafka::signed_doors(workspace),
        mongodb_uri,
        proxied_kafka: kafka::proxied(workspace),
        peer: ledger.find(peer::NAME).map(|peer| (peer::url(peer.port), peer.pid)),
    })
}

fn print(addresses: &Addresses) {
    for (name, value) in addresses.variables() {
        println!("export {name}='{value}'");
    }
}
