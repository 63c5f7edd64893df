//! Log levels by logger, changed at run time with the meaning of Kafka Connect's `/admin/loggers`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::reload;

use super::FilterHandle;

/// Name of the logger that all others inherit from.
pub const ROOT: &str = "root";

/// Loggers that are listed before anybody has set them: the parts of Naru and the libraries worth watching.
const KNOWN: &[&str] = &[
    "app",
    "connect",
    "hyper",
    "leptos_axum",
    "librdkafka",
    "mongodb",
    "server",
    "server::db",
    "server::kafka",
    "server::mongo",
    "server::preview",
    "server::rest",
    "server::service",
    "server::web",
    "server::worker",
    "sqlx",
    "tower_http",
];

/// A level as log4j spells it, which is what clients send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    /// Nothing.
    Off,
    /// As `Error`: there is nothing above it here.
    Fatal,
    /// Someone must act.
    Error,
    /// Recovered.
    Warn,
    /// Life-cycle.
    Info,
    /// Per batch.
    Debug,
    /// Everything.
    Trace,
}

/// A logger's level and when it was set by request, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggerLevel {
    /// The level in force, inherited or own.
    pub level: LogLevel,
    /// `None` when nobody has set it.
    pub last_modified_ms: Option<i64>,
}

/// The levels of this process; a cheap clone.
#[derive(Clone)]
pub struct LogLevels {
    set: Arc<Mutex<LevelSet>>,
    handle: FilterHandle,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct LevelSet {
    root: LoggerLevel,
    loggers: BTreeMap<String, LoggerLevel>,
}

impl LogLevels {
    pub(super) fn new(targets: &Targets, handle: FilterHandle) -> Self {
        Self { set: Arc::new(Mutex::new(LevelSet::from_targets(targets))), handle }
    }

    /// Every listed logger with its level; `root` among them.
    pub fn list(&self) -> BTreeMap<String, LoggerLevel> {
        self.lock().list()
    }

    /// One logger's level; `None` when it is neither listed nor set.
    pub fn get(&self, name: &str) -> Option<LoggerLevel> {
        self.lock().list().remove(&canonical(name))
    }

    /// Sets a logger and everything below it, and says whose level changed by that. `now_ms` is kept as the time of change.
    ///
    /// # Errors
    /// The subscriber is gone, which only happens while the process ends.
    pub fn set(&self, name: &str, level: LogLevel, now_ms: i64) -> Result<Vec<String>, reload::Error> {
        let (changed, targets) = {
            let mut set = self.lock();
            let changed = set.set(&canonical(name), level, now_ms);
            (changed, set.targets())
        };
        self.handle.reload(targets)?;
        Ok(changed)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LevelSet> {
        self.set.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for LogLevels {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lock().fmt(formatter)
    }
}

fn canonical(name: &str) -> String {
    name.replace("::", ".").replace('.', "::")
}

impl LevelSet {
    fn from_targets(targets: &Targets) -> Self {
        let root = targets.default_level().map_or(LogLevel::Off, LogLevel::from);
        let loggers = targets
            .iter()
            .map(|(target, level)| (target.to_owned(), LoggerLevel { level: level.into(), last_modified_ms: None }))
            .collect();
        Self { root: LoggerLevel { level: root, last_modified_ms: None }, loggers }
    }

    fn targets(&self) -> Targets {
        let own = self.loggers.iter().map(|(name, logger)| (name.clone(), LevelFilter::from(logger.level)));
        Targets::new().with_default(LevelFilter::from(self.root.level)).with_targets(own)
    }

    fn list(&self) -> BTreeMap<String, LoggerLevel> {
        let mut all: BTreeMap<String, LoggerLevel> =
            KNOWN.iter().map(|name| ((*name).to_owned(), self.effective(name))).collect();
        all.extend(self.loggers.clone());
        all.insert(ROOT.to_owned(), self.root);
        all
    }

    /// The nearest setting at or above a logger; the time of change is a logger's own and not inherited.
    fn effective(&self, name: &str) -> LoggerLevel {
        let mut at = name;
        loop {
            if let Some(logger) = self.loggers.get(at) {
                let last_modified_ms = if at == name { logger.last_modified_ms } else { None };
                return LoggerLevel { level: logger.level, last_modified_ms };
            }
            match at.rsplit_once("::") {
                Some((parent, _)) => at = parent,
                None => return LoggerLevel { level: self.root.level, last_modified_ms: None },
            }
        }
    }

    fn set(&mut self, name: &str, level: LogLevel, now_ms: i64) -> Vec<String> {
        let before = self.list();
        let changed_at = LoggerLevel { level, last_modified_ms: Some(now_ms) };
        if name == ROOT {
            self.root = changed_at;
        } else {
            let below = format!("{name}::");
            self.loggers.insert(name.to_owned(), changed_at);
            for logger in before.keys().filter(|logger| logger.starts_with(&below)) {
                self.loggers.insert(logger.clone(), changed_at);
            }
        }
        let after = self.list();
        after
            .into_iter()
            .filter(|(logger, now)| before.get(logger).is_none_or(|then| then.level != now.level))
            .map(|(logger, _)| logger)
            .collect()
    }
}

impl LogLevel {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "OFF",
            Self::Fatal => "FATAL",
            Self::Error => "ERROR",
            Self::Warn => "WARN",
            Self::Info => "INFO",
            Self::Debug => "DEBUG",
            Self::Trace => "TRACE",
        }
    }
}

impl FromStr for LogLevel {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word.trim().to_ascii_uppercase().as_str() {
            "OFF" => Ok(Self::Off),
            "FATAL" => Ok(Self::Fatal),
            "ERROR" => Ok(Self::Error),
            "WARN" => Ok(Self::Warn),
            "INFO" => Ok(Self::Info),
            "DEBUG" => Ok(Self::Debug),
            "TRACE" | "ALL" => Ok(Self::Trace),
            _ => Err(()),
        }
    }
}

impl From<LevelFilter> for LogLevel {
    fn from(level: LevelFilter) -> Self {
        match level.into_level() {
            None => Self::Off,
            Some(tracing::Level::ERROR) => Self::Error,
            Some(tracing::Level::WARN) => Self::Warn,
            Some(tracing::Level::INFO) => Self::Info,
            Some(tracing::Level::DEBUG) => Self::Debug,
            Some(tracing::Level::TRACE) => Self::Trace,
        }
    }
}

impl From<LogLevel> for LevelFilter {
    fn from(level: LogLevel) -> Self {
        match level {
            LogLevel::Off => Self::OFF,
            LogLevel::Fatal | LogLevel::Error => Self::ERROR,
            LogLevel::Warn => Self::WARN,
            LogLevel::Info => Self::INFO,
            LogLevel::Debug => Self::DEBUG,
            LogLevel::Trace => Self::TRACE,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn set(levels: &str) -> LevelSet {
        LevelSet::from_targets(&levels.parse().unwrap())
    }

    #[test]
    fn a_logger_inherits_from_the_nearest_one_above() {
        let set = set("warn,server=info");

        assert_eq!(set.effective("server::worker").level, LogLevel::Info);
        assert_eq!(set.effective("mongodb").level, LogLevel::Warn);
    }

    #[test]
    fn setting_a_logger_takes_everything_below_with_it() {
        let mut set = set("info,server::worker=warn");

        let changed = set.set("server", LogLevel::Debug, 7);

        assert!(
            changed.contains(&"server".to_owned()) && changed.contains(&"server::worker".to_owned()),
            "{changed:?}"
        );
        assert!(!changed.contains(&"mongodb".to_owned()));
        assert_eq!(set.effective("server::worker").level, LogLevel::Debug);
        assert_eq!(set.effective("server").last_modified_ms, Some(7));
    }

    #[test]
    fn setting_what_is_already_so_changes_nothing() {
        let mut set = set("info");

        assert_eq!(set.set("root", LogLevel::Info, 7), Vec::<String>::new());
        assert_eq!(set.set("server", LogLevel::Info, 7), Vec::<String>::new());
    }

    #[test]
    fn dots_and_colons_name_the_same_logger() {
        assert_eq!(canonical("server.worker"), "server::worker");
        assert_eq!(canonical("server::worker"), "server::worker");
    }
}
