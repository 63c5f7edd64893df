//! Many configurations on one database, a batch of them at a time, each run by both workers at once.
//!
//! A connector's topics bear a mark, two letters of which say whose they are; after that the names must be the same. The mark is
//! put before the prefix, so what a configuration does with prefix, suffix and separator is compared as well.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use bson::Timestamp;
use futures::future::{join_all, try_join_all};
use mongodb::Client;

use super::case::{self, Case, SENTINELS};
use super::compare::{self, Order};
use super::observe::{Ground, Phase, SENTINEL, cluster_time, has_text, plant_difference, startup};
use super::{Oracle, Outcome, Report, Topics, workload};
use crate::connect::{Config, Connect};
use crate::topic::{Ends, Kafka};

/// Configurations at once: each is two connectors, and the official one's worker also has a machine to share.
const AT_ONCE: usize = 16;
const RUN_LIMIT: Duration = Duration::from_secs(180);
const LOOK_INTERVAL: Duration = Duration::from_millis(300);
/// A worker that copies first watches only from a later moment on, so another sentinel is sent after so many looks.
const LOOKS_BETWEEN_SENTINELS: u32 = 7;
/// A batch is finished when a later change has arrived everywhere and nothing has come for so long.
const QUIET: Duration = Duration::from_millis(2500);

pub(super) async fn run(
    oracle: &Oracle,
    client: &Client,
    kafka: &Kafka,
    cases: &[Case],
    report: &mut Report,
) -> Result<()> {
    let ground = Ground::new(client, kafka, "shared");
    let started_at = cluster_time(client).await?;
    workload::perform(&ground.database, oracle.seed).await.context("Cannot prepare the database")?;
    for phase in [Phase::Stream, Phase::Copy] {
        let numbered: Vec<(usize, &Case)> = cases.iter().enumerate().collect();
        for some in numbered.chunks(AT_ONCE) {
            let batch = Batch::new(oracle, &ground, kafka, phase, some, started_at);
            for (case, outcome) in batch.compare().await.with_context(|| format!("{} {}", phase.name(), names(some)))? {
                report.add(case, phase.name(), &outcome);
            }
        }
    }
    ground.clean_up().await
}

fn names(cases: &[(usize, &Case)]) -> String {
    cases.iter().map(|(_, case)| case.name).collect::<Vec<_>>().join(", ")
}

/// One worker's run of one case.
struct Run<'a> {
    case: &'a Case,
    connect: &'a Connect,
    connector: String,
    mark: String,
    config: Config,
}

struct Batch<'a> {
    oracle: &'a Oracle,
    ground: &'a Ground<'a>,
    kafka: &'a Kafka,
    phase: Phase,
    /// The official worker's run and ours, case by case.
    pairs: Vec<[Run<'a>; 2]>,
}

impl<'a> Batch<'a> {
    fn new(
        oracle: &'a Oracle,
        ground: &'a Ground<'a>,
        kafka: &'a Kafka,
        phase: Phase,
        cases: &[(usize, &'a Case)],
        started_at: Timestamp,
    ) -> Self {
        let run = |number: usize, case: &'a Case, side: char, connect: &'a Connect| {
            let mark = format!("{}{side}{number:02}", if phase == Phase::Stream { 's' } else { 'c' });
            let database = ground.database.name();
            let mut config = case::base(&oracle.services.mongodb_uri, database);
            config.extend(startup(phase, started_at));
            config.extend(case.properties(database));
            let prefix = config.entry("topic.prefix".to_owned()).or_default();
            prefix.insert_str(0, &mark);
            Run { case, connect, connector: format!("oracle-{}-{mark}", ground.word), mark, config }
        };
        let pairs = cases
            .iter()
            .map(|(number, case)| [run(*number, case, 'a', &oracle.official), run(*number, case, 'b', &oracle.ours)]);
        Self { oracle, ground, kafka, phase, pairs: pairs.collect() }
    }

    /// Runs all, and compares what they wrote.
    async fn compare(&self) -> Result<Vec<(&'static str, Outcome)>> {
        let created = try_join_all(self.runs().map(|run| async move {
            let created = run.connect.create(&run.connector, &run.config).await;
            created.with_context(|| format!("{} as {}", run.case.name, run.mark))
        }));
        let settled = match created.await {
            Ok(_) => self.settle().await,
            Err(error) => Err(error),
        };
        let deleted = join_all(self.runs().map(|run| run.connect.delete(&run.connector))).await;
        let ends = settled?;
        deleted.into_iter().collect::<Result<Vec<()>>>()?;
        let mut topics = self.kafka.read_up_to(&ends).await?;
        let order = if self.phase == Phase::Stream { Order::Matters } else { Order::IsFree };
        let outcomes = self.pairs.iter().map(|[theirs, ours]| {
            let expected = theirs.take(&mut topics);
            let mut actual = ours.take(&mut topics);
            if self.oracle.plants_a_difference {
                plant_difference(&mut actual);
            }
            (theirs.case.name, compare::topics(&expected, &actual, order))
        });
        Ok(outcomes.collect())
    }

    fn runs(&self) -> impl Iterator<Item = &Run<'a>> {
        self.pairs.iter().flatten()
    }

    /// Waits until a change that was made after all of them had started has arrived at each, and then nothing more comes.
    async fn settle(&self) -> Result<BTreeMap<String, Ends>> {
        let deadline = Instant::now() + RUN_LIMIT;
        let mut before: Option<Vec<i64>> = None;
        let mut last = BTreeMap::new();
        let mut changed_at = Instant::now();
        for look in 0_u32.. {
            let ends = self.kafka.ends_of(|topic| self.runs().any(|run| run.owns(topic, self.ground))).await?;
            let seen: Vec<i64> = self.runs().map(|run| run.sentinels(&ends, self.ground)).collect();
            let unseen = self.unseen(before.as_deref(), &seen);
            if look % LOOKS_BETWEEN_SENTINELS == 0 && !unseen.is_empty() {
                before.get_or_insert(seen);
                self.send_sentinels().await?;
            }
            if ends != last {
                last = ends;
                changed_at = Instant::now();
            }
            if unseen.is_empty() && changed_at.elapsed() >= QUIET {
                return Ok(last);
            }
            if Instant::now() >= deadline {
                // A task that failed says why.
                try_join_all(unseen.iter().map(|run| run.connect.wait_running(&run.connector))).await?;
                let marks: Vec<String> = unseen.iter().map(|run| format!("{} {}", run.case.name, run.mark)).collect();
                bail!("Not done within {} s: {}", RUN_LIMIT.as_secs(), marks.join(", "));
            }
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
        Ok(last)
    }

    /// The runs that have no more sentinels than before; all of them while there is no before.
    fn unseen(&self, before: Option<&[i64]>, seen: &[i64]) -> Vec<&Run<'a>> {
        let is_unseen = |at: usize| before.is_none_or(|before| seen[at] <= before[at]);
        self.runs().enumerate().filter(|(at, _)| is_unseen(*at)).map(|(_, run)| run).collect()
    }

    async fn send_sentinels(&self) -> Result<()> {
        let mut collections: Vec<&str> = self.runs().map(|run| run.case.sentinels).collect();
        collections.sort_unstable();
        collections.dedup();
        for collection in collections {
            self.ground.send_passing_sentinel(collection).await?;
        }
        Ok(())
    }
}

impl Run<'_> {
    fn owns(&self, topic: &str, ground: &Ground<'_>) -> bool {
        topic.starts_with(&self.mark) && topic.contains(&ground.word)
    }

    /// How many records are in the topics in which sentinels are seen.
    fn sentinels(&self, ends: &BTreeMap<String, Ends>, ground: &Ground<'_>) -> i64 {
        let is_counted = |topic: &&String| self.owns(topic, ground) && topic.contains(self.case.sentinel_topic);
        ends.keys().filter(is_counted).flat_map(|topic| ends[topic].values()).sum()
    }

    /// Its records, sentinels excepted, by topics without the mark.
    fn take(&self, topics: &mut Topics) -> Topics {
        let owned: Vec<String> = topics.keys().filter(|topic| topic.starts_with(&self.mark)).cloned().collect();
        let mut taken = Topics::new();
        for topic in owned {
            let mut records = topics.remove(&topic).unwrap_or_default();
            records.retain(|record| !topic.contains(SENTINELS) && !has_text(record, SENTINEL));
            if !records.is_empty() {
                taken.insert(topic[self.mark.len()..].to_owned(), records);
            }
        }
        taken
    }
}
