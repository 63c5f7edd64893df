//! Which services run: a small file, so that a later command finds what an earlier one started.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::stack::service::Running;
use crate::workspace::Workspace;

pub(super) struct Ledger {
    path: PathBuf,
    services: Vec<Running>,
}

impl Ledger {
    /// What was noted last; nothing when there is no file, or one that cannot be read.
    pub(super) fn load(workspace: &Workspace) -> Result<Self> {
        let path = workspace.stack().join("services.json");
        let services = match fs::read_to_string(&path) {
            Ok(text) => parse(&text).with_context(|| format!("Cannot understand {}", path.display()))?,
            Err(_) => Vec::new(),
        };
        Ok(Self { path, services })
    }

    pub(super) fn find(&self, name: &str) -> Option<&Running> {
        self.services.iter().find(|service| service.name == name)
    }

    /// The port of a service that is needed; an error that says what to do when it does not run.
    pub(super) fn port(&self, name: &str) -> Result<u16> {
        let service =
            self.find(name).with_context(|| format!("{name} is not up; start it with: cargo xtask stack up"))?;
        Ok(service.port)
    }

    pub(super) fn add(&mut self, service: Running) -> Result<()> {
        self.services.push(service);
        self.save()
    }

    pub(super) fn take(&mut self, name: &str) -> Option<Running> {
        let index = self.services.iter().position(|service| service.name == name)?;
        Some(self.services.remove(index))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.services.is_empty()
    }

    pub(super) fn forget_the_dead(&mut self) {
        self.services.retain(Running::is_alive);
    }

    pub(super) fn save(&self) -> Result<()> {
        let services: Vec<Value> = self.services.iter().map(to_json).collect();
        let text = serde_json::to_string_pretty(&services).context("Cannot write the ledger")?;
        fs::write(&self.path, text).with_context(|| format!("Cannot write {}", self.path.display()))
    }
}

fn parse(text: &str) -> Result<Vec<Running>> {
    let services: Vec<Value> = serde_json::from_str(text)?;
    services.iter().map(|service| from_json(service).context("A service lacks a field")).collect()
}

fn to_json(service: &Running) -> Value {
    json!({
        "name": service.name,
        "pid": service.pid,
        "started_at_ticks": service.started_at_ticks,
        "port": service.port,
        "stop_signal": service.stop_signal,
    })
}

fn from_json(value: &Value) -> Option<Running> {
    Some(Running {
        name: value["name"].as_str()?.to_owned(),
        pid: value["pid"].as_u64()?.try_into().ok()?,
        started_at_ticks: value["started_at_ticks"].as_u64()?,
        port: value["port"].as_u64()?.try_into().ok()?,
        stop_signal: value["stop_signal"].as_str()?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let service = Running {
            name: "kafka".to_owned(),
            pid: 42,
            started_at_ticks: 4711,
            port: 29092,
            stop_signal: "TERM".to_owned(),
        };

        let text = serde_json::to_string(&[to_json(&service)]).unwrap();

        assert_eq!(parse(&text).unwrap(), [service]);
    }
}
