//! Who may depend on whom.
//!
//! Among our crates only the server depends on others, so that pages and the engine can be understood, built and tested alone.
//! What opens sockets is the server's business; and what a browser downloads must not carry a runtime it cannot use.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::Note;
use crate::process;
use crate::site::hydrate_flags;
use crate::workspace::Workspace;

/// The dependencies among our own crates, all of them.
const ALLOWED: [(&str, &str); 2] = [("server", "app"), ("server", "connect")];
/// Crates that speak to a database or a broker, and who may use them. The bench tool looks at Naru from outside.
const SOCKETS: [&str; 3] = ["sqlx", "mongodb", "rdkafka"];
const SOCKET_USERS: [&str; 2] = ["server", "bench"];
/// What the browser's part must not contain.
const NOT_IN_BROWSER: [&str; 9] = ["tokio", "mio", "hyper", "axum", "sqlx", "mongodb", "rdkafka", "regex", "chrono"];
/// Leptos reads its configuration with a regular expression; nothing of that is called in a browser, and the linker drops it.
const EXCEPTIONS: [(&str, &str); 1] = [("regex", "leptos_config")];

pub(super) fn check(workspace: &Workspace) -> Result<Note> {
    let text = process::output(workspace.cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&text).context("cargo metadata")?;
    let mut faults = own_faults(&dependencies(&metadata)?);
    faults.extend(browser_faults(workspace)?);
    if faults.is_empty() { Ok(None) } else { bail!("{}", faults.join("\n")) }
}

/// The direct dependencies of each of our crates, those of tests included.
fn dependencies(metadata: &Value) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let packages = metadata["packages"].as_array().context("cargo metadata lists no packages")?;
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let of = |package: &Value| package["dependencies"].as_array().into_iter().flatten().map(name).collect();
    Ok(packages.iter().map(|package| (name(package), of(package))).collect())
}

fn own_faults(dependencies: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (package, needs) in dependencies {
        for needed in needs {
            let is_ours = dependencies.contains_key(needed);
            if is_ours && !ALLOWED.contains(&(package, needed)) {
                faults.push(format!("{package} depends on {needed}: only the server depends on our other crates"));
            }
            if SOCKETS.contains(&needed.as_str()) && !SOCKET_USERS.contains(&package.as_str()) {
                faults.push(format!("{package} depends on {needed}: only the server speaks to databases and brokers"));
            }
        }
    }
    faults
}

fn browser_faults(workspace: &Workspace) -> Result<Vec<String>> {
    let tree = |arguments: &[&str]| {
        let mut flags = hydrate_flags(workspace);
        // `cargo tree` knows neither profiles nor target folders.
        flags.truncate(flags.iter().position(|flag| flag == "--profile").unwrap_or(flags.len()));
        let mut cargo = workspace.cargo();
        cargo.args(["tree", "-p", "app", "-e", "normal,no-proc-macro", "--prefix", "none", "--format", "{p}"]);
        process::output(cargo.args(&flags).args(arguments))
    };
    let all = crates(&tree(&[])?);
    let mut faults = Vec::new();
    for unwanted in NOT_IN_BROWSER.into_iter().filter(|unwanted| all.contains(*unwanted)) {
        let mut users = crates(&tree(&["--invert", unwanted, "--depth", "1"])?);
        users.remove(unwanted);
        users.retain(|user| !EXCEPTIONS.contains(&(unwanted, user)));
        if !users.is_empty() {
            let users: Vec<String> = users.into_iter().collect();
            faults.push(format!("the browser's part contains {unwanted}, because of {}", users.join(", ")));
        }
    }
    Ok(faults)
}

/// The names in a tree printed without its lines: `name v1.2.3 (…)`.
fn crates(tree: &str) -> BTreeSet<String> {
    tree.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(package: &str, needed: &[&str]) -> (String, BTreeSet<String>) {
        (package.to_owned(), needed.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn the_server_may_what_others_may_not() {
        let dependencies = BTreeMap::from([
            needs("server", &["app", "connect", "sqlx"]),
            needs("app", &["leptos"]),
            needs("connect", &["bson"]),
            needs("bench", &["mongodb"]),
        ]);

        assert!(own_faults(&dependencies).is_empty());
    }

    #[test]
    fn other_edges_and_sockets_elsewhere_are_faults() {
        let dependencies =
            BTreeMap::from([needs("app", &["connect"]), needs("connect", &["mongodb"]), needs("bench", &["connect"])]);

        assert_eq!(own_faults(&dependencies).len(), 3);
    }
}
