//! The MongoDB stand-in of `dev/mongo`: compiled when its sources change, started in memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::process;
use crate::stack::service::{Running, Start};
use crate::stack::{folder, jars, port};
use crate::workspace::Workspace;

pub(super) const NAME: &str = "mongo";

pub(super) fn uri(port: u16) -> String {
    format!("mongodb://127.0.0.1:{port}/?replicaSet=rs0")
}

pub(super) fn start(workspace: &Workspace, wanted_port: Option<u16>) -> Result<Running> {
    let port = port::choose(wanted_port)?;
    let class_path = format!("{}:{}", classes(workspace).display(), jars::class_path(workspace, NAME));
    let mut command = Command::new("java");
    command.args(["-Xms64m", "-Xmx3g", "-XX:+UseSerialGC", "-cp", &class_path]).args([
        "naru.mongo.StandIn",
        "127.0.0.1",
        &port.to_string(),
    ]);
    let log = workspace.stack().join("logs/mongo.log");
    let start = Start { name: NAME, port, stop_signal: "TERM", log: &log };
    start.run(&mut command, || start.has_said("READY"))
}

/// Compiles the sources unless these very ones are compiled already.
pub(super) fn compile(workspace: &Workspace) -> Result<()> {
    let sources = sources(&workspace.path("dev/mongo/src/naru/mongo"))?;
    let mut hasher = Sha256::new();
    for source in &sources {
        hasher.update(fs::read(source).with_context(|| format!("Cannot read {}", source.display()))?);
    }
    let digest: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let classes = classes(workspace);
    let receipt = classes.join("sources.sha256");
    if fs::read_to_string(&receipt).is_ok_and(|compiled| compiled == digest) {
        return Ok(());
    }
    folder::empty(&classes)?;
    let mut javac = Command::new("javac");
    javac.args(["--release", "17", "-nowarn", "-d"]).arg(&classes);
    javac.args(["-cp", &jars::class_path(workspace, NAME)]).args(&sources);
    process::output(&mut javac).context("Cannot compile the MongoDB stand-in")?;
    fs::write(&receipt, digest).with_context(|| format!("Cannot write {}", receipt.display()))
}

fn classes(workspace: &Workspace) -> PathBuf {
    workspace.stack().join("mongo-classes")
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("Cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "java"));
    files.sort();
    Ok(files)
}
