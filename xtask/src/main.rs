//! Every task of the repository: `cargo xtask <task>`.
//!
//! Called by people and by `.ci/run`, through the alias in `.cargo/config.toml`. It starts cargo, the services of the stack
//! and the binaries of other crates as processes; it links to none of our crates, so that it builds when they do not.

mod build;
mod http;
mod process;
mod site;
mod stack;
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
    /// Build the site and the server
    Build(build::Options),
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
        Task::Build(options) => build::run(workspace, &options).map(drop),
        Task::Stack(task) => stack::run(workspace, task),
    }
}
