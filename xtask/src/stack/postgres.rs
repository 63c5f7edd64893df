//! Postgres from the system's packages, in a data folder of its own.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::process;
use crate::stack::service::{Running, Start};
use crate::stack::{folder, port};
use crate::tools;
use crate::workspace::Workspace;

pub(super) const NAME: &str = "postgres";
const USER: &str = "app";
const DATABASE: &str = "naru";
/// Postgres refuses to run as root; as root we run it as nobody, who owns its data.
const NOBODY: u32 = 65534;
/// Shared memory of a server that was killed is free once its last child has noticed.
const REVIVE_LIMIT: Duration = Duration::from_secs(30);

pub(super) fn url(port: u16) -> String {
    format!("postgres://{USER}@127.0.0.1:{port}/{DATABASE}")
}

pub(super) fn start(workspace: &Workspace, wanted_port: Option<u16>) -> Result<Running> {
    let programs = tools::postgres_folder().context("Postgres' server programs are missing")?;
    let port = port::choose(wanted_port)?;
    let is_root = tools::is_root();
    let data = data_folder(workspace, is_root);
    folder::empty(&data)?;
    if is_root {
        chown(&data, Some(NOBODY), Some(NOBODY)).with_context(|| format!("Cannot give {} away", data.display()))?;
    }
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).context("Cannot protect Postgres' data folder")?;

    let mut initdb = program(&programs, "initdb", is_root);
    initdb.arg("-D").arg(&data).args(["-A", "trust", "-U", USER, "--no-sync", "--locale=C.UTF-8", "-E", "UTF8"]);
    process::output(&mut initdb).context("Cannot make Postgres' data folder")?;
    make_database(&programs, &data, is_root)?;
    launch(workspace, &programs, port)
}

/// Starts it again on its port, with the data it has. What it had started itself needs a moment to be gone after a kill.
pub(super) fn revive(workspace: &Workspace, port: u16) -> Result<Running> {
    let programs = tools::postgres_folder().context("Postgres' server programs are missing")?;
    let mut refusal = None;
    let revived = process::wait_for("Postgres after its kill", REVIVE_LIMIT, || {
        Ok(launch(workspace, &programs, port).map_err(|error| refusal = Some(error)).ok())
    });
    match (revived, refusal) {
        (Err(late), Some(refusal)) => Err(refusal.context(late)),
        (revived, _) => revived,
    }
}

fn launch(workspace: &Workspace, programs: &Path, port: u16) -> Result<Running> {
    let is_root = tools::is_root();
    let data = data_folder(workspace, is_root);
    let mut command = server(programs, is_root);
    command.arg("-D").arg(&data).args(["-p", &port.to_string()]);
    // No socket file, and no waiting for the disk: what is in here is worth nothing after a crash.
    for setting in [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "max_connections=400",
        "shared_buffers=64MB",
    ] {
        command.args(["-c", setting]);
    }
    let log = workspace.stack().join("logs/postgres.log");
    // INT is the fast shutdown: sessions are ended, not waited for.
    let start = Start { name: NAME, port, stop_signal: "INT", log: &log };
    start.run(&mut command, || start.has_said("database system is ready to accept connections"))
}

/// Single-user mode makes the database before anybody can connect; `psql` may not be there.
fn make_database(programs: &Path, data: &Path, is_root: bool) -> Result<()> {
    let mut single = program(programs, "postgres", is_root);
    let script = data.with_extension("sql");
    fs::write(&script, format!("create database {DATABASE}\n")).context("Cannot write Postgres' first statement")?;
    single.arg("--single").arg("-D").arg(data).args(["-c", "fsync=off", "postgres"]);
    single.stdin(fs::File::open(&script).context("Cannot read Postgres' first statement")?);
    let output = single.output().context("Cannot start Postgres for the first time")?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success() && !said.contains("ERROR"), "Cannot create the database: {}", said.trim());
    Ok(())
}

/// Under `target/stack`, unless nobody may not even look in there (a checkout in root's home).
fn data_folder(workspace: &Workspace, is_root: bool) -> PathBuf {
    let usual = workspace.stack().join(NAME);
    let is_open = usual
        .ancestors()
        .skip(1)
        .all(|folder| fs::metadata(folder).is_ok_and(|metadata| metadata.permissions().mode() & 0o001 != 0));
    if !is_root || is_open {
        return usual;
    }
    let checkout = workspace.root().display().to_string().replace('/', "-");
    std::env::temp_dir().join(format!("naru-postgres{checkout}"))
}

fn program(folder: &Path, name: &str, is_root: bool) -> Command {
    let mut command = Command::new(folder.join(name));
    // A folder nobody may enter would be a complaint at every start.
    command.current_dir("/");
    if is_root {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// The server as a program that is started detached: there the user must be changed by another program.
fn server(folder: &Path, is_root: bool) -> Command {
    let postgres = folder.join("postgres");
    let mut command;
    if is_root {
        command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(postgres);
    } else {
        command = Command::new(postgres);
    }
    command.current_dir("/");
    command
}
