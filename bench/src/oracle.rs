//! The oracle: the official connector and ours do the same work on the same database, and every record must be the same.
//!
//! All configurations share a database, which is filled and then changed before anybody watches. Both connectors then read it
//! twice: the stream from before the changes on (`startup.mode=timestamp`), so that even resume tokens and times are equal, and
//! the copy of what is there at the end. Many run at once, in topics that a mark before their names tells apart. One
//! configuration has a database of its own and topics without a mark, into which both write one after the other; each one's
//! records are those after the end that was there before it. One more runs both on live changes after a copy.
//!
//! A configuration is a line in `case.rs`. What a run of the official software cannot do (a newer release's property, a record
//! that only ours converts) is no case; the engine's golden files hold ours to what its classes do there.
//!
//! Records of a stream are compared in their order within each topic; copied ones as a set, because a
//! copy may walk a collection in whatever order. Equal means every byte of key and value, every header, the partition. The one
//! thing that may differ is told and counted, see [`ALLOWED_DIFFERENCE`].

mod batch;
mod case;
mod compare;
mod generated;
mod live;
mod observe;
mod workload;

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};

use crate::connect::Connect;
use crate::services::Services;
use crate::table;
use crate::topic::Record;

use case::Case;
use compare::Difference;
use observe::{CaseRun, Phase};

/// Where ours differs on purpose, and why.
///
/// Doubles with a positive exponent are `1.0E+7` in ours and `1.0E7` in the official connector 2.0.1, whose MongoDB driver is
/// 4.7. Drivers from 5 on, which the connector has since 3.0, write the plus, and so do we; the engine's own tests hold our
/// writer to what such a driver wrote. Everything else about these numbers must be the same.
pub const ALLOWED_DIFFERENCE: &str = "a plus in the exponent of a double";

/// How many differences of each comparison are shown.
const SHOWN: usize = 3;

/// What to compare.
pub struct Oracle {
    pub services: Services,
    /// The official connector's worker.
    pub official: Connect,
    /// Ours; or the official one again, to see that the comparison finds nothing.
    pub ours: Connect,
    pub seed: u64,
    /// Only cases whose name has this in it.
    pub only: Option<String>,
    /// Changes one byte of what the second worker wrote, to see that the comparison finds it.
    pub plants_a_difference: bool,
}

/// Records by topic.
type Topics = BTreeMap<String, Vec<Record>>;

/// What a comparison found.
struct Outcome {
    topic_count: usize,
    record_count: usize,
    /// Records that are only equal but for the allowed difference.
    allowed_count: usize,
    differences: Vec<Difference>,
}

/// Runs all cases and prints a table.
///
/// # Errors
/// When records differ, or a worker does not do its work.
pub async fn run(oracle: &Oracle) -> Result<()> {
    let client = oracle.services.mongodb().await?;
    let kafka = oracle.services.kafka()?;
    println!("seed {}", oracle.seed);
    let is_wanted = |name: &str| oracle.only.as_deref().is_none_or(|only| name.contains(only));
    let mut report = Report::default();
    let shared: Vec<Case> = case::all().into_iter().filter(|case| is_wanted(case.name)).collect();
    if !shared.is_empty() {
        batch::run(oracle, &client, &kafka, &shared, &mut report).await?;
    }
    for case in [case::alone()].into_iter().filter(|case| is_wanted(case.name)) {
        let run = CaseRun::prepare(oracle, &client, &kafka, &case).await.context(case.name)?;
        for phase in [Phase::Stream, Phase::Copy] {
            let outcome = run.compare(phase).await.with_context(|| format!("{}, {}", case.name, phase.name()))?;
            report.add(case.name, phase.name(), &outcome);
        }
        run.clean_up().await?;
    }
    if is_wanted(live::NAME) {
        let outcome = live::run(oracle, &client, &kafka).await.context(live::NAME)?;
        report.add(live::NAME, "both", &outcome);
    }
    report.conclude()
}

#[derive(Default)]
struct Report {
    rows: Vec<Vec<String>>,
    difference_count: usize,
    allowed_count: usize,
    record_count: usize,
}

impl Report {
    fn add(&mut self, case: &str, phase: &str, outcome: &Outcome) {
        for difference in outcome.differences.iter().take(SHOWN) {
            println!("{case}, {phase}: {difference}");
        }
        let numbers = [outcome.topic_count, outcome.record_count, outcome.allowed_count, outcome.differences.len()];
        self.rows.push(
            [vec![case.to_owned(), phase.to_owned()], numbers.map(|number| number.to_string()).to_vec()].concat(),
        );
        self.difference_count += outcome.differences.len();
        self.record_count += outcome.record_count;
        self.allowed_count += outcome.allowed_count;
    }

    fn conclude(self) -> Result<()> {
        println!("{}", table::draw(&["case", "phase", "topics", "records", "allowed", "differences"], &self.rows));
        if self.record_count == 0 {
            bail!("Nothing was compared");
        }
        if self.difference_count > 0 {
            bail!("{} records differ from the official connector's", self.difference_count);
        }
        println!(
            "{} records, all equal; {} of them but for {ALLOWED_DIFFERENCE}",
            self.record_count, self.allowed_count
        );
        Ok(())
    }
}
