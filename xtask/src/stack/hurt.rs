//! Faults of the services on demand, for tests of what happens then: `cargo xtask stack freeze kafka` and the like.
//!
//! A frozen service holds its connections and answers nothing; a killed one is gone as after a power cut. Both come back with
//! what they had stored. Called by `bench` while it watches. The MongoDB stand-in stores nothing, so it can only be frozen.

use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::{Args, ValueEnum};

use crate::process;
use crate::stack::ledger::Ledger;
use crate::stack::service::Running;
use crate::stack::{kafka, mongo, postgres};
use crate::workspace::Workspace;

/// A process that was killed leaves its port and its memory within this time.
const GONE_LIMIT: Duration = Duration::from_secs(20);

#[derive(Args)]
pub(crate) struct Victim {
    service: Service,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Service {
    Kafka,
    Mongo,
    Postgres,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Service::Kafka => kafka::NAME,
            Service::Mongo => mongo::NAME,
            Service::Postgres => postgres::NAME,
        }
    }
}

/// It stops where it is, with all it has started.
pub(super) fn freeze(ledger: &Ledger, victim: &Victim) -> Result<()> {
    let running = find(ledger, victim)?;
    process::signal_tree(running.pid, "STOP");
    Ok(())
}

/// It goes on where it was frozen.
pub(super) fn thaw(ledger: &Ledger, victim: &Victim) -> Result<()> {
    let running = find(ledger, victim)?;
    process::signal_tree(running.pid, "CONT");
    Ok(())
}

/// It ends at once. The ledger keeps it, so that [`revive`] knows its port.
pub(super) fn kill(ledger: &Ledger, victim: &Victim) -> Result<()> {
    if victim.service == Service::Mongo {
        bail!("The MongoDB stand-in stores nothing and would come back empty; freeze it instead");
    }
    let running = find(ledger, victim)?;
    process::signal(running.pid, "KILL");
    process::wait_for("The end of a killed service", GONE_LIMIT, || Ok((!running.is_alive()).then_some(())))
}

/// It starts again on its port, with what it had stored.
pub(super) fn revive(workspace: &Workspace, ledger: &mut Ledger, victim: &Victim) -> Result<()> {
    let name = victim.service.name();
    let dead = ledger.take(name).with_context(|| format!("{name} was never started here"))?;
    if dead.is_alive() {
        ledger.add(dead)?;
        bail!("{name} is alive");
    }
    let revived = match victim.service {
        Service::Kafka => kafka::revive(workspace, dead.port),
        Service::Postgres => postgres::revive(workspace, dead.port),
        Service::Mongo => bail!("The MongoDB stand-in stores nothing and is never killed"),
    };
    match revived {
        Ok(running) => ledger.add(running),
        Err(error) => {
            ledger.add(dead)?;
            Err(error)
        }
    }
}

fn find<'a>(ledger: &'a Ledger, victim: &Victim) -> Result<&'a Running> {
    let name = victim.service.name();
    ledger.find(name).filter(|running| running.is_alive()).with_context(|| format!("{name} does not run here"))
}
