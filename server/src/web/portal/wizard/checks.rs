//! Checks of a draft, all at once or one by one; the verdict is kept with the draft and falls with the fields it tested.

use app::error::{AppError, RequestId};
use app::model::check::{CheckReport, CheckRow};
use app::model::draft::DraftId;

use super::super::{Portal, RequestPortal};
use super::body::Body;
use super::body::StoredReport;
use super::outside::row;
use super::scope;
use crate::preflight::Results;
use crate::service::checks::{self, CheckRequest, CheckRun};

/// Checks that are under way. Dropping it ends them, and nothing is kept.
pub(in crate::web) struct Checking {
    portal: RequestPortal,
    id: DraftId,
    fingerprint: String,
    results: Results,
    rows: Vec<CheckRow>,
}

impl Portal {
    /// Starts a draft's checks, for the stream.
    pub(in crate::web) async fn begin_checks(&self, id: DraftId) -> Result<Checking, AppError> {
        Checking::begin(self.for_request(RequestId::default()), id).await
    }
}

impl Checking {
    /// Starts the checks.
    pub(super) async fn begin(portal: RequestPortal, id: DraftId) -> Result<Self, AppError> {
        let body = portal.load(&id).await?;
        let run = checks::start(&portal.state().remote, &portal.principal, request(&body));
        let CheckRun { fingerprint, results } = run.map_err(|_| AppError::Forbidden)?;
        Ok(Self { portal, id, fingerprint, results, rows: Vec::new() })
    }

    /// The next check that has ended; `None` after the last.
    pub(in crate::web) async fn next(&mut self) -> Option<CheckRow> {
        let row = row(self.results.recv().await?);
        self.rows.push(row.clone());
        Some(row)
    }

    /// Keeps the report with the draft as it is now, where it counts as long as the tested fields are the same.
    pub(in crate::web) async fn end(mut self) -> Result<CheckReport, AppError> {
        while self.next().await.is_some() {}
        let Self { portal, id, fingerprint, rows, .. } = self;
        let report = StoredReport { fingerprint, rows: rows.clone() };
        portal.note(&id, move |body| body.report = Some(report)).await?;
        Ok(CheckReport { rows, is_complete: true })
    }
}

/// What is checked of a draft.
pub(super) fn request(body: &Body) -> CheckRequest {
    let submitted = body.config();
    let collections = scope::scope(&submitted).collections;
    CheckRequest { submitted, collections }
}
