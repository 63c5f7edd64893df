//! `cargo xtask bench`: naru as it is shipped and the official connector, measured on the same stack in one run.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use clap::Args;

use crate::stack::{self, Options as StackOptions};
use crate::tools::{self, Tool};
use crate::workspace::{DIST_PROFILE, Workspace};
use crate::{build, process};

const LIMIT: Duration = Duration::from_secs(60 * 60);

#[derive(Args)]
pub(crate) struct Options {
    /// Passed on to `bench run`, for example: -- --copied 50000
    #[arg(last = true)]
    arguments: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    tools::require(&[Tool::NativeBuild, Tool::Java, Tool::Maven, Tool::Postgres])?;
    let bench = build::binary(workspace, DIST_PROFILE, "bench", "bench")?;
    let naru = build::binary(workspace, DIST_PROFILE, "server", "naru")?;
    // Services that ran for a while have a grown oplog and a warm broker: a comparison begins with new ones.
    stack::down(workspace)?;
    let addresses = stack::up(workspace, &StackOptions::with_peer())?;
    let mut command = Command::new(bench);
    command.arg("run").arg("--naru").arg(naru);
    command.arg("--naru-log").arg(workspace.stack().join("logs/naru-bench.log"));
    command.args(&options.arguments).envs(addresses.variables());
    let measured = process::run_within(&mut command, LIMIT);
    stack::down(workspace)?;
    measured
}
