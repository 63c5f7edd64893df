//! What a process has used, from `/proc`.

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result};

/// A process under watch.
pub(super) struct Usage {
    pid: u32,
    ticks_per_s: f64,
}

impl Usage {
    pub(super) fn of(pid: u32) -> Result<Self> {
        let printed = Command::new("getconf").arg("CLK_TCK").output().context("Cannot ask how long a tick is")?;
        let ticks_per_s = String::from_utf8_lossy(&printed.stdout).trim().parse().context("getconf CLK_TCK")?;
        Ok(Self { pid, ticks_per_s })
    }

    /// Seconds of CPU since the process began, all threads together.
    pub(super) fn cpu_s(&self) -> Result<f64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.pid)).context("The worker's process is gone")?;
        let fields: Vec<&str> = stat.rsplit_once(") ").context("/proc/…/stat")?.1.split(' ').collect();
        // After the name: utime is the 12th, stime the 13th.
        let ticks =
            |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).context("/proc/…/stat");
        Ok((ticks(11)? + ticks(12)?) / self.ticks_per_s)
    }

    /// Lets the peak begin at what is used now.
    pub(super) fn reset_peak(&self) -> Result<()> {
        fs::write(format!("/proc/{}/clear_refs", self.pid), "5").context("Cannot reset the peak of memory")
    }

    /// The most memory used since the last reset, in megabytes.
    pub(super) fn peak_mb(&self) -> Result<f64> {
        let status =
            fs::read_to_string(format!("/proc/{}/status", self.pid)).context("The worker's process is gone")?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).context("/proc/…/status has no VmHWM")?;
        let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).context("VmHWM")?;
        Ok(kilobytes / 1024.0)
    }
}
