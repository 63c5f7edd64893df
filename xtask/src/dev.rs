//! `cargo xtask dev` and `cargo xtask demo`: the whole thing on this machine, for looking at it.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::build::{self, Built};
use crate::naru::{Naru, Output};
use crate::process;
use crate::stack::{self, Addresses};
use crate::tools::{self, Tool};
use crate::workspace::{CI_PROFILE, Workspace};

const SEED_LIMIT: Duration = Duration::from_secs(5 * 60);
const CHECK_LIMIT: Duration = Duration::from_secs(15 * 60);
/// The same patients for everybody.
const SEED: &str = "20260302";

#[derive(Args)]
pub(crate) struct DemoOptions {
    /// Do the main job through the Kafka Connect API, verify every record, print a table and end
    #[arg(long)]
    check: bool,
}

/// Brings up the services and the server, and stays until the server ends.
pub(crate) fn dev(workspace: &Workspace) -> Result<()> {
    let (built, addresses) = prepare(workspace)?;
    let naru = Naru::start(workspace, &built, &addresses, Output::Here)?;
    announce(&naru, &addresses);
    naru.wait().map(drop)
}

/// The same with data that keeps changing; or, with `--check`, the main job from end to end.
pub(crate) fn demo(workspace: &Workspace, options: &DemoOptions) -> Result<()> {
    let was_up = stack::is_up(workspace);
    let (built, addresses) = prepare(workspace)?;
    let bench = build::binary(workspace, CI_PROFILE, "bench", "bench")?;
    let call = |arguments: &[&str]| {
        let mut command = Command::new(&bench);
        command.args(arguments).envs(addresses.variables());
        command
    };
    process::run_within(&mut call(&["seed", "--seed", SEED]), SEED_LIMIT).context("Cannot fill the database")?;
    if !options.check {
        let naru = Naru::start(workspace, &built, &addresses, Output::Log)?;
        let _trickle = Companion::start(&mut call(&["trickle"]))?;
        announce(&naru, &addresses);
        return naru.wait().map(drop);
    }
    let naru = Naru::start(workspace, &built, &addresses, Output::Log)?;
    let checked = process::run_within(&mut call(&["check", "--connect-url", &naru.connect_url()]), CHECK_LIMIT);
    drop(naru);
    if !was_up {
        stack::down(workspace)?;
    }
    checked.context("The main job does not work")
}

fn prepare(workspace: &Workspace) -> Result<(Built, Addresses)> {
    tools::require(&[Tool::NativeBuild, Tool::WasmTarget, Tool::Java, Tool::Maven, Tool::Postgres])?;
    let addresses = stack::up(workspace, &stack::Options::default())?;
    let built = build::run(workspace, &build::Options::default())?;
    Ok((built, addresses))
}

fn announce(naru: &Naru, addresses: &Addresses) {
    println!();
    println!("Naru              {}", naru.portal_url());
    println!("Kafka Connect API {}", naru.connect_url());
    for (name, value) in addresses.variables() {
        println!("{name}={value}");
    }
    println!("Ctrl-C ends it; the services stay up until: cargo xtask stack down\n");
}

/// A program that runs beside the server and ends with this task.
struct Companion(Child);

impl Companion {
    fn start(command: &mut Command) -> Result<Self> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn();
        child.map(Self).context("Cannot start the program that changes documents")
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        // Gone already is fine.
        let _ended = self.0.kill().and_then(|()| self.0.wait());
    }
}
