//! What is left to judge when all is over: the topic as both kinds of readers see it, the positions, the collection.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use anyhow::{Context as _, Result, ensure};
use bson::Document;
use serde_json::Value;

use crate::history::observation::{self, Observation, What};
use crate::history::positions::{Sample, ahead_of_topic, token_of};
use crate::history::transactions::{self, Entry, Findings};
use crate::history::verdict::{self, Delivery, Verdict};
use crate::history::writers::History;
use crate::topic::{Isolation, Kafka, Record};

/// How many examples of a fault are shown.
const SHOWN: usize = 5;

/// What a run has written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Topics<'a> {
    pub(crate) records: &'a str,
    /// The topic of positions that the connector has to itself, with exactly once.
    pub(crate) positions: Option<&'a str>,
}

/// What was done in a run, and what was seen meanwhile.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'a> {
    pub(crate) history: &'a History,
    /// The collection at the end.
    pub(crate) documents: &'a [Document],
    pub(crate) delivery: Delivery,
    pub(crate) samples: &'a [Sample],
}

/// The judgements of one run.
pub(crate) struct Evidence {
    verdict: Verdict,
    sample_count: usize,
    /// Positions that covered what was not in the topic.
    ahead: Vec<String>,
    /// With exactly once.
    transactions: Option<Findings>,
}

impl Evidence {
    /// Reads what there is, and weighs it.
    pub(crate) async fn gather(kafka: &Kafka, topics: Topics<'_>, run: Run<'_>) -> Result<Self> {
        let Topics { records: topic, positions: offsets_topic } = topics;
        let Run { history, documents, delivery, samples } = run;
        let records = kafka.read_whole(topic, Isolation::Committed).await?;
        let observations = observation::of(&records)?;
        let entries = entries(&records, &observations);
        let transactions = match offsets_topic {
            None => None,
            Some(offsets_topic) => {
                let all = kafka.read_whole(topic, Isolation::Uncommitted).await?;
                let positions = kafka.read_whole(offsets_topic, Isolation::Committed).await?;
                let all = self::entries(&all, &observation::of(&all)?);
                let committed = records.iter().map(|record| record.offset).collect();
                Some(transactions::weigh(&all, &committed, &tokens(&positions)?))
            }
        };
        Ok(Self {
            verdict: verdict::reach(&observations, history, documents, delivery),
            sample_count: samples.len(),
            ahead: ahead_of_topic(samples, &first_offsets(&entries)),
            transactions,
        })
    }

    /// An error when anything is wrong.
    pub(crate) fn judge(&self) -> Result<()> {
        self.verdict.judge()?;
        ensure!(self.sample_count > 0, "No position was seen");
        nothing_of("positions ahead of the topic", &self.ahead)?;
        match &self.transactions {
            None => Ok(()),
            Some(findings) => {
                ensure!(findings.committed > 0, "No transaction was seen");
                nothing_of("transactions that are none", &findings.faults)
            }
        }
    }
}

impl Display for Evidence {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{}", self.verdict)?;
        write!(formatter, "positions seen {}, ahead of the topic {}", self.sample_count, self.ahead.len())?;
        if let Some(Findings { committed, aborted, faults }) = &self.transactions {
            write!(formatter, "\ntransactions committed {committed}, aborted {aborted}, wrong {}", faults.len())?;
        }
        Ok(())
    }
}

fn nothing_of(what: &str, faults: &[String]) -> Result<()> {
    let shown: Vec<&str> = faults.iter().take(SHOWN).map(String::as_str).collect();
    ensure!(faults.is_empty(), "{} {what}:\n{}", faults.len(), shown.join("\n"));
    Ok(())
}

fn entries(records: &[Record], observations: &[Observation]) -> Vec<Entry> {
    let token = |what: &What| match what {
        What::Copied(_) => None,
        What::Changed { token, .. } => Some(token.clone()),
    };
    let pairs = records.iter().zip(observations);
    pairs.map(|(record, seen)| Entry { offset: record.offset, token: token(&seen.what) }).collect()
}

/// Each event's token with the offset at which it came first.
fn first_offsets(entries: &[Entry]) -> Vec<(String, i64)> {
    let mut seen = BTreeSet::new();
    let events = entries.iter().filter_map(|entry| Some((entry.token.clone()?, entry.offset)));
    events.filter(|(token, _)| seen.insert(token.clone())).collect()
}

/// The tokens of the positions in an offsets topic that one connector has to itself.
fn tokens(records: &[Record]) -> Result<BTreeSet<String>> {
    let mut tokens = BTreeSet::new();
    for record in records {
        let Some(value) = &record.value else { continue };
        let offset: Value = serde_json::from_slice(value).context("A position that is no JSON")?;
        tokens.extend(token_of(&offset));
    }
    Ok(tokens)
}
