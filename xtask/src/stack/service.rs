//! A service that runs: which process it is, and how it is started, watched and stopped.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::process;

/// Cold starts take seconds; a machine that builds meanwhile may take ten times as long.
const START_LIMIT: Duration = Duration::from_secs(90);
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// A process we started. Its start time is part of its identity: an id alone may be given to a stranger later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Running {
    pub(super) name: String,
    pub(super) pid: u32,
    pub(super) started_at_ticks: u64,
    pub(super) port: u16,
    /// What asks this service to end in good order.
    pub(super) stop_signal: String,
}

impl Running {
    pub(super) fn is_alive(&self) -> bool {
        process::start_time(self.pid) == Some(self.started_at_ticks)
    }

    /// Asks it to end, waits, and kills it when it does not. A process that is not ours any more is left alone.
    pub(super) fn stop(&self) {
        if !self.is_alive() {
            return;
        }
        process::signal(self.pid, &self.stop_signal);
        let is_gone = process::wait_for(&self.name, STOP_LIMIT, || Ok((!self.is_alive()).then_some(()))).is_ok();
        if !is_gone && self.is_alive() {
            process::signal(self.pid, "KILL");
        }
    }
}

/// A service on its way up.
pub(super) struct Start<'a> {
    pub(super) name: &'static str,
    pub(super) port: u16,
    pub(super) stop_signal: &'static str,
    pub(super) log: &'a Path,
}

impl Start<'_> {
    /// Starts the program and waits until `is_ready`; when it ends before that, the end of its log is the error.
    pub(super) fn run(&self, command: &mut Command, mut is_ready: impl FnMut() -> bool) -> Result<Running> {
        let pid = process::spawn_detached(command, self.log)?;
        let Some(started_at_ticks) = process::start_time(pid) else {
            bail!("{} ended at once: {}", self.name, last_lines(self.log));
        };
        let running = Running {
            name: self.name.to_owned(),
            pid,
            started_at_ticks,
            port: self.port,
            stop_signal: self.stop_signal.to_owned(),
        };
        let ready = process::wait_for(self.name, START_LIMIT, || {
            if !running.is_alive() {
                bail!("{} ended while it started: {}", self.name, last_lines(self.log));
            }
            Ok(is_ready().then_some(()))
        });
        if let Err(error) = ready {
            running.stop();
            return Err(error);
        }
        Ok(running)
    }

    /// Whether the log has a line with this in it.
    pub(super) fn has_said(&self, words: &str) -> bool {
        fs::read_to_string(self.log).is_ok_and(|log| log.contains(words))
    }
}

fn last_lines(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.get(lines.len().saturating_sub(5)..).unwrap_or_default().join(" | ");
    format!("{last} (all of it in {})", log.display())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn start(log: &Path) -> Start<'_> {
        Start { name: "sleeper", port: 0, stop_signal: "TERM", log }
    }

    #[test]
    fn a_stopped_service_is_dead_and_a_stranger_with_its_id_is_not_touched() {
        let log = std::env::temp_dir().join(format!("naru-xtask-stop-{}", std::process::id()));

        let running = start(&log).run(Command::new("sleep").arg("300"), || true).unwrap();
        let stranger = Running { started_at_ticks: running.started_at_ticks + 1, ..running.clone() };
        stranger.stop();

        assert!(running.is_alive());
        running.stop();
        assert!(!running.is_alive());
        fs::remove_file(log).unwrap();
    }

    #[test]
    fn a_service_that_ends_early_tells_its_last_words() {
        let log = std::env::temp_dir().join(format!("naru-xtask-early-{}", std::process::id()));

        let error = start(&log).run(Command::new("sh").args(["-c", "echo no such thing"]), || false).unwrap_err();

        assert!(error.to_string().contains("no such thing") || error.to_string().contains("ended"), "{error}");
        fs::remove_file(log).unwrap();
    }
}
