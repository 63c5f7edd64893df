//! `cargo xtask check`: what can be told without running the product.
//!
//! Every step is taken even when one before it failed, so that one run tells all that is wrong.

mod budget;
mod lengths;
mod queries;
mod rules;

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::process;
use crate::site::hydrate_flags;
use crate::tools::{self, Tool};
use crate::workspace::{CI_PROFILE, Workspace};

const CLIPPY_LIMIT: Duration = Duration::from_secs(30 * 60);
const SHORT_LIMIT: Duration = Duration::from_secs(5 * 60);

/// What a step has to say when nothing is wrong.
type Note = Option<String>;
type Step = fn(&Workspace) -> Result<Note>;

const STEPS: [(&str, Step); 8] = [
    ("format", format),
    ("lints", lints),
    ("lints of the browser's part", browser_lints),
    ("dependency rule", rules::check),
    ("queries", queries::check),
    ("licences and advisories", licences),
    ("length of files", lengths::check),
    ("size of the site", budget::check),
];

#[derive(Args)]
pub(crate) struct Options {
    /// Only checks whose name has this in it
    #[arg(long)]
    only: Option<String>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    tools::require(&[Tool::NativeBuild, Tool::WasmTarget])?;
    let is_wanted = |name: &str| options.only.as_deref().is_none_or(|only| name.contains(only));
    let mut lines = Vec::new();
    let mut failed_count = 0;
    for (name, step) in STEPS.into_iter().filter(|(name, _)| is_wanted(name)) {
        println!("== {name}");
        lines.push(match step(workspace) {
            Ok(None) => format!("ok      {name}"),
            Ok(Some(note)) => format!("ok      {name}: {note}"),
            Err(error) => {
                println!("{error:#}");
                failed_count += 1;
                format!("FAILED  {name}")
            }
        });
    }
    println!("\n{}", lines.join("\n"));
    if lines.is_empty() {
        bail!("No check has that in its name");
    }
    if failed_count > 0 { bail!("{failed_count} of {} checks failed", lines.len()) } else { Ok(()) }
}

fn format(workspace: &Workspace) -> Result<Note> {
    process::run_within(workspace.cargo().args(["fmt", "--all", "--", "--check"]), SHORT_LIMIT)?;
    Ok(None)
}

fn lints(workspace: &Workspace) -> Result<Note> {
    let mut clippy = workspace.cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--profile", CI_PROFILE, "--", "-D", "warnings"]);
    process::run_within(&mut clippy, CLIPPY_LIMIT)?;
    Ok(None)
}

fn browser_lints(workspace: &Workspace) -> Result<Note> {
    let mut clippy = workspace.cargo();
    clippy.args(["clippy", "-p", "app", "--lib"]).args(hydrate_flags(workspace)).args(["--", "-D", "warnings"]);
    process::run_within(&mut clippy, CLIPPY_LIMIT)?;
    Ok(None)
}

fn licences(workspace: &Workspace) -> Result<Note> {
    if !process::answers("cargo-deny", &["--version"]) {
        return Ok(Some("skipped, cargo-deny is not installed".to_owned()));
    }
    let mut deny = Command::new("cargo-deny");
    deny.current_dir(workspace.root()).args(["--workspace", "check"]);
    process::run_within(&mut deny, SHORT_LIMIT).context("See above what may not become part of the product")?;
    Ok(None)
}
