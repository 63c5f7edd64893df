//! Checks of a connection, one row each, as they finish.

use serde::{Deserialize, Serialize};

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum CheckVerdict {
    /// It works.
    Passed,
    /// It works, but the reader should know something.
    Warned,
    /// It does not work, and neither would the connector.
    Failed,
    /// Not tried, because something before it failed or it does not apply.
    Skipped,
}

/// One check that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckRow {
    /// Stable word for what was tried, e.g. `change-stream`.
    pub id: String,
    /// How it ended.
    pub verdict: CheckVerdict,
    /// How long it took.
    pub elapsed_ms: u64,
    /// Stable word for the reason, for which the portal has words.
    pub reason: String,
    /// The facts, by name: a version, a host, a number of hours; free of secrets.
    pub facts: Vec<(String, String)>,
    /// Stable word for what to do; empty when there is nothing to do.
    pub remedy: String,
    /// Something to paste into a shell; may be empty.
    pub command: String,
}

/// All checks of one draft.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckReport {
    /// The rows, in the order of trying.
    pub rows: Vec<CheckRow>,
    /// Every check has ended.
    pub is_complete: bool,
}

impl CheckReport {
    /// The worst of all; `None` while nothing has ended.
    pub fn verdict(&self) -> Option<CheckVerdict> {
        let has = |verdict| self.rows.iter().any(|row| row.verdict == verdict);
        [CheckVerdict::Failed, CheckVerdict::Warned, CheckVerdict::Passed].into_iter().find(|verdict| has(*verdict))
    }
}
