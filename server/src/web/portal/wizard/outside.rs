//! What the wizard asks of MongoDB and Kafka, for pages: lists, sizes, checks, outcomes.

use app::error::AppError;
use app::model::check::{CheckRow, CheckVerdict};
use app::model::outcome as model;
use connect::mongo::SkipReason;

use super::super::RequestPortal;
use super::super::topics::whole_payload;
use crate::mongo::refusal::{Refusal, TlsFault};
use crate::preflight::{CheckResult, Verdict};
use crate::service::outcome::{Fate, Origin, Outcome, OutcomeRecord, OutcomeRow};
use crate::service::remote::RemoteError;

impl RequestPortal {
    /// A stable word for a list that MongoDB did not give, or the error for the page.
    pub(super) fn obstacle(&self, error: RemoteError) -> Result<String, AppError> {
        match error {
            RemoteError::Mongo(refusal) => Ok(word(&refusal).to_owned()),
            RemoteError::Invalid(_) => Ok("invalid".to_owned()),
            other => Err(self.tell_remote(other)),
        }
    }

    /// An outcome that cannot be shown, or the error for the page.
    pub(super) fn no_outcome(&self, error: RemoteError) -> Result<model::Outcome, AppError> {
        let obstacle_detail = match &error {
            RemoteError::Invalid(errors) => errors.first().map(|error| error.message.clone()).unwrap_or_default(),
            RemoteError::Engine(error) => error.context().to_owned(),
            _ => String::new(),
        };
        let obstacle = match error {
            RemoteError::Engine(_) => "invalid".to_owned(),
            other => self.obstacle(other)?,
        };
        Ok(model::Outcome { obstacle, obstacle_detail, ..model::Outcome::default() })
    }
}

/// The checks' word for a refusal.
fn word(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Options => "option-unusable",
        Refusal::UnknownName => "name-unknown",
        Refusal::Unreachable => "no-answer",
        Refusal::SignIn => "refused",
        Refusal::NotAllowed => "not-allowed",
        Refusal::NoChangeStreams => "standalone",
        Refusal::TooOld => "server-too-old",
        Refusal::Missing => "database-missing",
        Refusal::TooSlow => "timed-out",
        Refusal::Server { .. } => "server-error",
        Refusal::Other => "unexpected",
        Refusal::Tls(fault) => match fault {
            TlsFault::Expired => "certificate-expired",
            TlsFault::NotYetValid => "certificate-not-yet-valid",
            TlsFault::UnknownIssuer => "certificate-issuer-unknown",
            TlsFault::WrongName => "certificate-other-name",
            TlsFault::Certificate => "certificate-unusable",
            TlsFault::Protocol => "no-tls-there",
            TlsFault::Files => "tls-files",
        },
    }
}

/// A check's row.
pub(super) fn row(result: CheckResult) -> CheckRow {
    let CheckResult { id, finding, duration_ms } = result;
    CheckRow {
        id: id.code().to_owned(),
        verdict: match finding.verdict {
            Verdict::Passed => CheckVerdict::Passed,
            Verdict::Warned => CheckVerdict::Warned,
            Verdict::Failed => CheckVerdict::Failed,
            Verdict::Skipped => CheckVerdict::Skipped,
        },
        elapsed_ms: duration_ms,
        reason: finding.reason.to_owned(),
        facts: finding.params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        remedy: finding.remedy.to_owned(),
        command: finding.command,
    }
}

/// An outcome for pages.
pub(super) fn outcome(outcome: Outcome) -> model::Outcome {
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    model::Outcome {
        sampled: count(outcome.sampled_documents),
        omitted_collections: count(outcome.omitted_collections),
        has_unapplied_stages: outcome.has_unapplied_stages,
        rows: outcome.rows.into_iter().map(outcome_row).collect(),
        ..model::Outcome::default()
    }
}

fn outcome_row(row: OutcomeRow) -> model::OutcomeRow {
    let (record, reason) = match row.fate {
        Fate::Record(record) => (Some(outcome_record(*record)), String::new()),
        Fate::Skipped(SkipReason::NoTopic) => (None, "no-topic".to_owned()),
        Fate::Skipped(SkipReason::NoFullDocument) => (None, "no-document".to_owned()),
        Fate::Refused(words) => (None, words),
    };
    let origin = match row.origin {
        Origin::Document => model::OutcomeOrigin::Document,
        Origin::Update => model::OutcomeOrigin::Update,
        Origin::Delete => model::OutcomeOrigin::Delete,
    };
    model::OutcomeRow { namespace: row.namespace.to_string(), origin, record, reason }
}

fn outcome_record(record: OutcomeRecord) -> model::OutcomeRecord {
    model::OutcomeRecord {
        topic: record.topic,
        partitions: record.partitions,
        topic_exists: record.topic_exists,
        key: whole_payload(record.key),
        value: whole_payload(record.value),
        headers: record.headers.into_iter().map(|header| (header.name, whole_payload(header.value))).collect(),
        size_bytes: record.size_bytes as u64,
    }
}
