//! Sets up logging, and changes levels while the process runs.
//!
//! `main` installs it once; the Kafka Connect API's logger endpoints read and set levels through [`LogLevels`]. A logger is a
//! tracing target, and a name with dots means the same as one with `::`.

mod levels;

use std::io::IsTerminal as _;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry, fmt, reload};

pub use levels::{LogLevel, LogLevels, LoggerLevel, ROOT};

use crate::config::{LogConfig, LogFormat};

/// Handle of the installed filter.
type FilterHandle = reload::Handle<Targets, Registry>;

/// Installs logging to standard output.
///
/// # Errors
/// Another subscriber is installed already.
pub fn install(config: &LogConfig) -> anyhow::Result<LogLevels> {
    let (filter, handle) = reload::Layer::new(config.levels.clone());
    let is_json = match config.format {
        LogFormat::Json => true,
        LogFormat::Text => false,
        LogFormat::Auto => !std::io::stdout().is_terminal(),
    };
    let lines: Box<dyn Layer<_> + Send + Sync> = if is_json {
        Box::new(fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(true))
    } else {
        Box::new(fmt::layer().with_ansi(std::io::stdout().is_terminal()))
    };
    tracing_subscriber::registry().with(filter).with(lines).try_init()?;
    Ok(LogLevels::new(&config.levels, handle))
}

/// Has panics logged by their place alone: the payload may quote data, and whoever joins the task reports the failure.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(panic.location = %place, "panicked at {place}");
    }));
}
