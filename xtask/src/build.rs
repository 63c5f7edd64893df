//! `cargo xtask build`: the browser's part, the style sheet and the server, laid out as they are run.
//!
//! Also called by the tasks that run the server. Without `--release` everything is built in the profile of the tests.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::tools::{self, Tool};
use crate::workspace::{CI_PROFILE, DIST_PROFILE, Workspace};
use crate::{npm, process, site};

/// A cold build of the server in the slowest profile, with room for a busy machine.
const LIMIT: Duration = Duration::from_secs(50 * 60);

#[derive(Args, Default)]
pub(crate) struct Options {
    /// Build what is shipped: target/dist/naru and target/dist/site
    #[arg(long)]
    release: bool,
}

/// What a build leaves.
pub(crate) struct Built {
    /// The server.
    pub(crate) naru: PathBuf,
    /// The folder it serves the site from.
    pub(crate) site: PathBuf,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<Built> {
    tools::require(&[Tool::NativeBuild, Tool::WasmTarget])?;
    let profile = if options.release { DIST_PROFILE } else { CI_PROFILE };
    if options.release {
        npm::install_where_possible(workspace)?;
    }
    let site = workspace.site(profile);
    site::build(workspace, &site)?;
    let naru = binary(workspace, profile, "server", "naru")?;
    println!("{}\n{}", naru.display(), site.display());
    Ok(Built { naru, site })
}

/// Builds one binary of a crate and returns where it is.
pub(crate) fn binary(workspace: &Workspace, profile: &str, package: &str, name: &str) -> Result<PathBuf> {
    let mut cargo = workspace.cargo();
    cargo.args(["build", "--profile", profile, "-p", package, "--bin", name]);
    process::run_within(&mut cargo, LIMIT).with_context(|| format!("Cannot build {name}"))?;
    Ok(workspace.binary(profile, name))
}
