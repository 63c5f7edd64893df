//! The packages of the browser tests. The site's build uses one of them: Binaryen, which makes the wasm smaller.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::process;
use crate::workspace::Workspace;

const LIMIT: Duration = Duration::from_secs(5 * 60);

/// Installs what the lockfile names.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    let mut npm = Command::new("npm");
    npm.current_dir(workspace.path("e2e")).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    npm.args(["ci", "--no-audit", "--no-fund"]);
    process::run_within(&mut npm, LIMIT).context("Cannot install the browser tests' packages")
}

/// Installs them where there is an npm and they are not there yet, for a site whose size counts.
pub(crate) fn install_where_possible(workspace: &Workspace) -> Result<()> {
    if workspace.path("e2e/node_modules").exists() {
        return Ok(());
    }
    if !process::answers("npm", &["--version"]) {
        println!("There is no npm, so no wasm-opt either: the wasm will be a tenth larger");
        return Ok(());
    }
    install(workspace)
}
