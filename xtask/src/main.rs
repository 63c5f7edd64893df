//! Every task of the repository: `cargo xtask <task>`.
//!
//! Called by people and by `.ci/run`, through the alias in `.cargo/config.toml`. It starts cargo, the services of the stack
//! and the binaries of other crates as processes; it links to none of our crates, so that it builds when they do not.

mod build;
mod check;
mod dev;
mod http;
mod measure;
mod naru;
mod npm;
mod process;
mod site;
mod stack;
mod suite;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// The tasks of the Naru repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Show it: services, a clinic's documents that keep changing, the server, and the address to open
    Demo(dev::DemoOptions),
    /// Run every test
    Test(suite::Options),
    /// Check format, lints, dependencies, queries, licences and sizes
    Check(check::Options),
    /// Bring up the services and run the server in front of you
    Dev,
    /// Build the site and the server
    Build(build::Options),
    /// Measure naru and the official connector on the same work
    Bench(measure::Options),
    /// Bring up, take down or describe what the server talks to: Postgres, Kafka, MongoDB, and the peer
    #[command(subcommand)]
    Stack(stack::Task),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match Workspace::find().and_then(|workspace| run(cli.task, &workspace)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task, workspace: &Workspace) -> Result<()> {
    match task {
        Task::Demo(options) => dev::demo(workspace, &options),
        Task::Test(options) => suite::run(workspace, &options),
        Task::Check(options) => check::run(workspace, &options),
        Task::Dev => dev::dev(workspace),
        Task::Bench(options) => measure::run(workspace, &options),
        Task::Build(options) => build::run(workspace, &options).map(drop),
        Task::Stack(task) => stack::run(workspace, task),
    }
}
