//! The jars of a `pom.xml` under `dev/`, fetched by Maven into `target/stack/jars/` and kept while the pom stays the same.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::process;
use crate::tools::{self, Tool};
use crate::workspace::Workspace;

const COPY_DEPENDENCIES: &str = "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies";
const LIMIT: Duration = Duration::from_secs(10 * 60);

/// The folder with the jars of `dev/<name>/pom.xml`.
pub(super) fn folder(workspace: &Workspace, name: &str) -> PathBuf {
    workspace.stack().join("jars").join(name)
}

/// Every jar of that folder, as Java's class path writes it.
pub(super) fn class_path(workspace: &Workspace, name: &str) -> String {
    format!("{}/*", folder(workspace, name).display())
}

/// Fetches them unless they are there.
pub(super) fn fetch(workspace: &Workspace, name: &str) -> Result<()> {
    let pom = workspace.path("dev").join(name).join("pom.xml");
    let wanted = fs::read_to_string(&pom).with_context(|| format!("Cannot read {}", pom.display()))?;
    let folder = folder(workspace, name);
    // The pom the jars were fetched for, written when all of them are there.
    let receipt = folder.join("pom.xml");
    if fs::read_to_string(&receipt).is_ok_and(|fetched| fetched == wanted) {
        return Ok(());
    }
    tools::require(&[Tool::Maven])?;
    eprintln!("Fetching the jars of {name}");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("Cannot empty {}", folder.display()))?;
    }
    let mut maven = Command::new("mvn");
    maven
        .args(["-q", "-B", "-ntp", "-Dstyle.color=never", "-f"])
        .arg(&pom)
        .arg(COPY_DEPENDENCIES)
        .arg(format!("-DoutputDirectory={}", folder.display()))
        .arg("-DincludeScope=runtime")
        // What `stack up` prints on standard output is for a shell to evaluate.
        .stdout(std::io::stderr());
    process::run_within(&mut maven, LIMIT).with_context(|| format!("Cannot fetch the jars of {name}"))?;
    fs::write(&receipt, wanted).with_context(|| format!("Cannot write {}", receipt.display()))
}
