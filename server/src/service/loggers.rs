//! Log levels of this process, or of every replica.

use std::collections::BTreeMap;

use chrono::Utc;
use serde::{Deserialize, Serialize};

use super::error::{Error, Missing, Refusal};
use super::principal::{Action, Object, Principal, authorise};
use crate::db;
use crate::state::AppState;
use crate::telemetry::{LogLevel, LogLevels, LoggerLevel};

/// A level on its way to every replica.
#[derive(Debug, Serialize, Deserialize)]
struct Announcement {
    logger: String,
    level: String,
}

/// Every listed logger.
///
/// # Errors
/// [`Error::Forbidden`].
pub(crate) fn list(state: &AppState, principal: &Principal) -> Result<BTreeMap<String, LoggerLevel>, Error> {
    authorise(principal, Action::Read, Object::Loggers)?;
    Ok(state.log_levels.list())
}

/// One logger.
///
/// # Errors
/// [`Missing::Logger`].
pub(crate) fn find(state: &AppState, principal: &Principal, name: &str) -> Result<LoggerLevel, Error> {
    authorise(principal, Action::Read, Object::Loggers)?;
    Ok(state.log_levels.get(name).ok_or_else(|| Missing::Logger(name.to_owned()))?)
}

/// Sets a level in this process and says whose level changed.
///
/// # Errors
/// [`Refusal::LogLevel`].
pub(crate) fn set_here(state: &AppState, principal: &Principal, name: &str, level: &str) -> Result<Vec<String>, Error> {
    authorise(principal, Action::Operate, Object::Loggers)?;
    let level: LogLevel = level.parse().map_err(|()| Refusal::LogLevel(level.to_owned()))?;
    set(&state.log_levels, name, level)
}

/// Sets a level in every replica that is running now.
///
/// # Errors
/// [`Refusal::LogLevel`], [`Error::Unavailable`].
pub(crate) async fn set_everywhere(
    state: &AppState,
    principal: &Principal,
    name: &str,
    level: &str,
) -> Result<(), Error> {
    authorise(principal, Action::Operate, Object::Loggers)?;
    let parsed: LogLevel = level.parse().map_err(|()| Refusal::LogLevel(level.to_owned()))?;
    let announcement = Announcement { logger: name.to_owned(), level: parsed.as_str().to_owned() };
    let text = serde_json::to_string(&announcement)
        .map_err(|error| Error::Internal("A log level cannot be announced", Some(Box::new(error))))?;
    db::replicas::notify(&state.pool, db::LOGGERS_CHANNEL, &text).await?;
    Ok(())
}

/// Takes over what another replica, or this one, announced. What is not understood is left alone.
pub(crate) fn hear(levels: &LogLevels, announcement: &str) {
    let Ok(announcement) = serde_json::from_str::<Announcement>(announcement) else { return };
    if let Ok(level) = announcement.level.parse() {
        // The subscriber only fails to take a level while the process ends.
        let _ = set(levels, &announcement.logger, level);
    }
}

fn set(levels: &LogLevels, name: &str, level: LogLevel) -> Result<Vec<String>, Error> {
    levels
        .set(name, level, Utc::now().timestamp_millis())
        .map_err(|error| Error::Internal("The log levels cannot be changed", Some(Box::new(error))))
}
