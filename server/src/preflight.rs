//! Checks before a connector is created: what a check is, how its result looks, and how results get out one by one.
//!
//! [`crate::mongo::preflight`] and [`crate::kafka::preflight`] hold the checks, `service::checks` runs them. A result holds
//! codes and facts, never sentences: the portal has the words in its languages. No secret, connection string or document gets
//! into a result or a log.

use std::future::Future;
use std::time::{Duration, Instant};

use serde::Serialize;
use tokio::sync::mpsc;

use crate::detached::finish_within;

/// Results that may wait for their reader: all there can be.
const MOST_RESULTS: usize = CheckId::ALL.len();

/// What is checked, in the order of trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CheckId {
    /// The connection string can be understood.
    ConnectionString,
    /// Its names resolve.
    Dns,
    /// Its hosts accept connections.
    Tcp,
    /// They speak MongoDB over the asked transport, encrypted or not.
    Tls,
    /// They accept user and password.
    SignIn,
    /// The server is new enough and of a kind that has change streams, and all of its members can be reached.
    Server,
    /// The database, and the collection where one is named, exist.
    Database,
    /// Documents may be read.
    Find,
    /// A change stream opens and gives a token.
    ChangeStream,
    /// How far back the oplog goes.
    Oplog,
    /// Kafka answers.
    Kafka,
    /// Missing topics may be created.
    CreateTopic,
    /// Records may be written.
    Produce,
    /// The largest sampled document makes a record that its topic takes.
    DocumentSize,
}

impl CheckId {
    /// All of them, in the order of trying.
    pub(crate) const ALL: [CheckId; 14] = [
        CheckId::ConnectionString,
        CheckId::Dns,
        CheckId::Tcp,
        CheckId::Tls,
        CheckId::SignIn,
        CheckId::Server,
        CheckId::Database,
        CheckId::Find,
        CheckId::ChangeStream,
        CheckId::Oplog,
        CheckId::Kafka,
        CheckId::CreateTopic,
        CheckId::Produce,
        CheckId::DocumentSize,
    ];

    /// The stable word for it.
    pub(crate) fn code(self) -> &'static str {
        match self {
            CheckId::ConnectionString => "connection-string",
            CheckId::Dns => "dns",
            CheckId::Tcp => "tcp",
            CheckId::Tls => "tls",
            CheckId::SignIn => "sign-in",
            CheckId::Server => "server",
            CheckId::Database => "database",
            CheckId::Find => "find",
            CheckId::ChangeStream => "change-stream",
            CheckId::Oplog => "oplog",
            CheckId::Kafka => "kafka",
            CheckId::CreateTopic => "create-topic",
            CheckId::Produce => "produce",
            CheckId::DocumentSize => "document-size",
        }
    }
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// It works.
    Passed,
    /// It works, but there is something to know.
    Warned,
    /// It does not work, and neither would the connector.
    Failed,
    /// Not tried: something before it failed, or it does not apply.
    Skipped,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Finding {
    /// How it ended.
    pub(crate) verdict: Verdict,
    /// Stable word for why.
    pub(crate) reason: &'static str,
    /// The facts: names, numbers and codes, fit to be shown.
    pub(crate) params: Vec<(&'static str, String)>,
    /// Stable word for what to do; empty when there is nothing to do.
    pub(crate) remedy: &'static str,
    /// Something to paste into a shell; empty when there is none.
    pub(crate) command: String,
}

/// A check that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CheckResult {
    /// Which.
    pub(crate) id: CheckId,
    /// What it found.
    #[serde(flatten)]
    pub(crate) finding: Finding,
    /// How long it took.
    pub(crate) duration_ms: u64,
}

impl Finding {
    /// A finding without facts.
    pub(crate) fn new(verdict: Verdict, reason: &'static str) -> Self {
        Self { verdict, reason, params: Vec::new(), remedy: "", command: String::new() }
    }

    /// It works.
    pub(crate) fn passed(reason: &'static str) -> Self {
        Self::new(Verdict::Passed, reason)
    }

    /// It works, but.
    pub(crate) fn warned(reason: &'static str) -> Self {
        Self::new(Verdict::Warned, reason)
    }

    /// It does not work.
    pub(crate) fn failed(reason: &'static str) -> Self {
        Self::new(Verdict::Failed, reason)
    }

    /// It was not tried.
    pub(crate) fn skipped(reason: &'static str) -> Self {
        Self::new(Verdict::Skipped, reason)
    }

    /// Adds a fact.
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.params.push((name, value.to_string()));
        self
    }

    /// Says what to do.
    pub(crate) fn remedy(mut self, remedy: &'static str) -> Self {
        self.remedy = remedy;
        self
    }

    /// Says what to paste into a shell.
    pub(crate) fn command(mut self, command: impl Into<String>) -> Self {
        self.command = command.into();
        self
    }
}

/// Takes results as they come.
#[derive(Clone)]
pub(crate) struct Report {
    results: mpsc::Sender<CheckResult>,
}

/// Gives them out.
pub(crate) type Results = mpsc::Receiver<CheckResult>;

impl Report {
    /// A report and where its results come out. Every check fits in, so nothing waits for a slow reader.
    pub(crate) fn new() -> (Self, Results) {
        let (results, receiver) = mpsc::channel(MOST_RESULTS);
        (Self { results }, receiver)
    }

    /// Nobody wants results any more.
    pub(crate) fn is_unwanted(&self) -> bool {
        self.results.is_closed()
    }

    /// Runs one check, for at most `limit`, and reports what it found. What the check brings for later ones is returned,
    /// unless it failed or took too long.
    pub(crate) async fn check<T: Send + 'static>(
        &self,
        id: CheckId,
        limit: Duration,
        work: impl Future<Output = (Finding, Option<T>)> + Send + 'static,
    ) -> Option<T> {
        let began = Instant::now();
        let (finding, outcome) = finish_within(limit, work).await.unwrap_or_else(|| {
            let finding = Finding::failed("timed-out").with("seconds", limit.as_secs()).remedy("try-again");
            (finding, None)
        });
        let is_failed = finding.verdict == Verdict::Failed;
        self.tell(id, finding, began.elapsed()).await;
        outcome.filter(|_| !is_failed)
    }

    /// Reports checks that are not tried.
    pub(crate) async fn skip(&self, ids: &[CheckId], reason: &'static str) {
        for id in ids {
            self.tell(*id, Finding::skipped(reason), Duration::ZERO).await;
        }
    }

    async fn tell(&self, id: CheckId, finding: Finding, elapsed: Duration) {
        let duration_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        // Nobody listening is fine: the page has been closed.
        let _ = self.results.send(CheckResult { id, finding, duration_ms }).await;
    }
}

/// The reason of checks that were not tried because one before them failed.
pub(crate) const NOT_TRIED: &str = "not-tried";

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[tokio::test]
    async fn a_check_that_takes_too_long_has_failed_and_brings_nothing() {
        let (report, mut results) = Report::new();

        let brought: Option<()> = report.check(CheckId::Tcp, Duration::from_millis(5), std::future::pending()).await;

        assert_eq!(brought, None);
        let result = results.recv().await.unwrap();
        assert_eq!(
            (result.id, result.finding.verdict, result.finding.reason),
            (CheckId::Tcp, Verdict::Failed, "timed-out")
        );
    }

    #[tokio::test]
    async fn a_failed_check_brings_nothing_whatever_it_has() {
        let (report, _results) = Report::new();

        let failed =
            report.check(CheckId::Dns, Duration::from_secs(1), async { (Finding::failed("x"), Some(1)) }).await;
        let warned =
            report.check(CheckId::Dns, Duration::from_secs(1), async { (Finding::warned("x"), Some(1)) }).await;

        assert_eq!((failed, warned), (None, Some(1)));
    }

    #[test]
    fn codes_are_the_serialised_words() {
        for id in CheckId::ALL {
            assert_eq!(serde_json::to_value(id).unwrap(), id.code());
        }
    }
}
