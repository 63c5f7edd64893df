//! `naru`: reads arguments and environment, then serves, migrates, checks its configuration, or says its release.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;
use server::config::{Cli, Command, Config, MigrateConfig};
use server::{Application, Listeners, shutdown, telemetry};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve(config) => block_on(serve(config)),
        Command::Migrate(config) => block_on(migrate(config)),
        Command::CheckConfig(config) => check_config(&config),
        Command::Version => {
            println!("naru {}", env!("CARGO_PKG_VERSION"));
            Ok(())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("The runtime cannot be started")?;
    let outcome = runtime.block_on(work);
    // A blocking call that hangs (a broker that does not answer) must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    outcome
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let log_levels = telemetry::install(&config.log)?;
    telemetry::log_panics();
    let stop = shutdown::on_signals()?;
    let listen = config.listen.clone();
    let application = Application::build(config, log_levels).await?;
    application.run(Listeners::bind(&listen).await?, stop).await
}

async fn migrate(config: MigrateConfig) -> anyhow::Result<()> {
    telemetry::install(&config.log)?;
    server::migrate(&config.database).await
}

fn check_config(config: &Config) -> anyhow::Result<()> {
    println!("{config:#?}");
    let problems = config.problems();
    anyhow::ensure!(problems.is_empty(), problems.join("\n"));
    Ok(())
}
