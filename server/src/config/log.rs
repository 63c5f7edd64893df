//! Logging: `NARU_LOG`, `NARU_LOG_FORMAT`.

use clap::{Args, ValueEnum};
use tracing_subscriber::filter::Targets;

/// What is logged and how.
#[derive(Debug, Clone, Args)]
pub struct LogConfig {
    /// Levels: one for all, then exceptions by target, e.g. `info,server::worker=debug`.
    #[arg(id = "log_levels", long = "log", env = "NARU_LOG", default_value = "info")]
    pub levels: Targets,
    /// Shape of a line.
    #[arg(id = "log_format", long = "log-format", env = "NARU_LOG_FORMAT", value_enum, default_value_t = LogFormat::Auto)]
    pub format: LogFormat,
}

/// Shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Text on a terminal, JSON elsewhere.
    Auto,
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}
