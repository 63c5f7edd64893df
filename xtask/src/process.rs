//! Starting programs: to the end, within a time, or left running.
//!
//! Used by every task. A program that is missing or fails becomes one sentence that names it; nothing here decides what to
//! do about that.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow, bail};

/// How often something that is awaited is looked at again.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Runs a program to its end, its output going to ours.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = name(command);
    let status = command.status().map_err(|error| explain(&name, error))?;
    succeeded(&name, status)
}

/// Runs a program to its end; after `limit` it and everything it started is killed, and that is an error.
pub(crate) fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let name = name(command);
    let child = command.spawn().map_err(|error| explain(&name, error))?;
    let status = wait_within(child, &name, limit)?;
    succeeded(&name, status)
}

/// Like [`run_within`], with each line it prints shown and also handed to `on_line`.
///
/// Returns whether the program succeeded; not having ended in time is an error.
pub(crate) fn run_reading(command: &mut Command, limit: Duration, mut on_line: impl FnMut(&str)) -> Result<bool> {
    let name = name(command);
    let (reader, writer) = io::pipe().context("Cannot make a pipe")?;
    let errors = writer.try_clone().context("Cannot make a pipe")?;
    let child = command.stdout(writer).stderr(errors).spawn().map_err(|error| explain(&name, error))?;
    // The command holds our ends of the pipe; while they are open, reading does not end.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    thread::scope(|scope| {
        let waiter = scope.spawn(|| wait_within(child, &name, limit));
        for line in BufReader::new(reader).split(b'\n') {
            let line = line.unwrap_or_default();
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            on_line(&line);
        }
        let status = waiter.join().map_err(|_| anyhow!("The thread that waits for {name} died"))??;
        Ok(status.success())
    })
}

/// Runs a program and returns its standard output; its errors go into the message when it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let name = name(command);
    let output = command.stdin(Stdio::null()).output().map_err(|error| explain(&name, error))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("{name} ended with {}: {}", output.status, errors.trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("{name} printed something that is not UTF-8"))
}

/// Whether a program exists and ends well with these arguments, whatever it prints.
pub(crate) fn answers(program: &str, arguments: &[&str]) -> bool {
    let quiet =
        Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    quiet.is_ok_and(|status| status.success())
}

/// Starts a program that stays when we end: in a session of its own, its output in a file. Returns its process id.
pub(crate) fn spawn_detached(command: &mut Command, log: &Path) -> Result<u32> {
    let name = name(command);
    let out = File::create(log).with_context(|| format!("Cannot write {}", log.display()))?;
    let errors = out.try_clone().with_context(|| format!("Cannot write {}", log.display()))?;
    // `setsid` replaces itself by the program, so the id is that of the program.
    let mut detached = Command::new("setsid");
    detached.arg(command.get_program()).args(command.get_args());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => detached.env(key, value),
            None => detached.env_remove(key),
        };
    }
    if let Some(dir) = command.get_current_dir() {
        detached.current_dir(dir);
    }
    let mut child =
        detached.stdin(Stdio::null()).stdout(out).stderr(errors).spawn().map_err(|error| explain(&name, error))?;
    let pid = child.id();
    // Its end is taken note of as long as we are there (afterwards init does): until then the id counts as in use, and Postgres,
    // for one, does not start again beside it.
    thread::spawn(move || child.wait());
    Ok(pid)
}

/// Looks at something again and again until it is there; an error from `look` ends the wait.
pub(crate) fn wait_for<T>(what: &str, limit: Duration, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            bail!("{what} did not come within {} s", limit.as_secs());
        }
        pause(POLL_INTERVAL);
    }
}

/// Asks a process to end (`TERM`, `INT`, `KILL`). One that is gone already is fine.
pub(crate) fn signal(pid: u32, signal: &str) {
    // The standard library cannot send signals without unsafe code; the shell's builtin can.
    let _gone_is_fine =
        Command::new("sh").args(["-c", "kill -s \"$1\" \"$2\" 2>/dev/null", "sh", signal, &pid.to_string()]).status();
}

/// Sends a signal to a process and to all it has started.
pub(crate) fn signal_tree(pid: u32, name: &str) {
    signal(pid, name);
    for child in children(pid) {
        signal_tree(child, name);
    }
}

/// When a process started, in ticks since boot: with its id, an identity that is never given twice. `None` when it is gone.
pub(crate) fn start_time(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold spaces; what follows the last one is regular: state is field 3, start is field 22.
    let after_name = stat.rsplit_once(") ")?.1;
    let fields: Vec<&str> = after_name.split(' ').collect();
    if fields.first() == Some(&"Z") { None } else { fields.get(19)?.parse().ok() }
}

/// The first program of these that is on the `PATH`.
pub(crate) fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| file.is_file())
}

fn wait_within(mut child: Child, name: &str, limit: Duration) -> Result<ExitStatus> {
    let pid = child.id();
    let (ended, watch) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let watcher = scope.spawn(move || {
            let is_late = watch.recv_timeout(limit) == Err(RecvTimeoutError::Timeout);
            if is_late {
                kill_tree(pid);
            }
            is_late
        });
        let status = child.wait().with_context(|| format!("Cannot wait for {name}"));
        drop(ended);
        if watcher.join().unwrap_or(false) {
            bail!("{name} was stopped: it had not ended after {} minutes", limit.as_secs() / 60);
        }
        status
    })
}

/// Kills a process and all it started, children first so that none is adopted and lost.
fn kill_tree(pid: u32) {
    for child in children(pid) {
        kill_tree(child);
    }
    signal(pid, "KILL");
}

fn children(pid: u32) -> Vec<u32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    children.split_whitespace().filter_map(|child| child.parse().ok()).collect()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that waits; xtask has no runtime whose threads it could stall"
)]
fn pause(interval: Duration) {
    thread::sleep(interval);
}

fn name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    match command.get_args().next() {
        Some(first) if program == "cargo" => format!("cargo {}", first.to_string_lossy()),
        _ => program,
    }
}

fn explain(name: &str, error: io::Error) -> anyhow::Error {
    if error.kind() == ErrorKind::NotFound {
        anyhow!("{name} is not installed")
    } else {
        anyhow!(error).context(format!("Cannot start {name}"))
    }
}

fn succeeded(name: &str, status: ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { bail!("{name} ended with {status}") }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_missing_program_is_one_sentence() {
        let error = run(&mut Command::new("naru-has-no-such-program")).unwrap_err();

        assert_eq!(error.to_string(), "naru-has-no-such-program is not installed");
    }

    #[test]
    fn nothing_is_left_of_a_detached_program_that_was_killed() {
        let log = std::env::temp_dir().join(format!("naru-xtask-killed-{}", std::process::id()));
        let pid = spawn_detached(Command::new("sleep").arg("300"), &log).unwrap();

        signal(pid, "KILL");

        let entry = PathBuf::from(format!("/proc/{pid}"));
        wait_for("its end", Duration::from_secs(10), || Ok((!entry.exists()).then_some(()))).unwrap();
        fs::remove_file(log).unwrap();
    }

    #[test]
    fn a_program_that_hangs_is_killed_with_its_children() {
        let started = Instant::now();

        let error =
            run_within(Command::new("sh").args(["-c", "sleep 60 & wait"]), Duration::from_millis(100)).unwrap_err();

        assert!(error.to_string().contains("had not ended"), "{error}");
        assert!(started.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn lines_are_handed_on_and_failure_is_told() {
        let mut lines = Vec::new();

        let is_good = run_reading(
            Command::new("sh").args(["-c", "echo one; echo two; exit 3"]),
            Duration::from_secs(30),
            |line| lines.push(line.to_owned()),
        );

        assert!(!is_good.unwrap());
        assert_eq!(lines, ["one", "two"]);
    }

    #[test]
    fn the_own_process_has_a_start_time_and_a_dead_one_has_none() {
        assert!(start_time(std::process::id()).is_some());
        assert_eq!(start_time(u32::MAX), None);
    }
}
