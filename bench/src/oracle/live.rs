//! Both at once: a copy, and then changes that both see happen. Their topics differ by a prefix of the same length.

use anyhow::{Context as _, Result};
use bson::Document;
use mongodb::Client;

use super::compare::{self, Difference, Order};
use super::observe::{Ground, Mark, has_text, plant_difference};
use super::{Oracle, Outcome, Topics, case};
use crate::clinic::{self, Clinic};
use crate::connect::{Config, Connect};
use crate::topic::Kafka;

pub(super) const NAME: &str = "live";
const OFFICIAL: &str = "official";
const OURS: &str = "ourselve";
const SENTINELS: &str = "zz_sentinels";

pub(super) async fn run(oracle: &Oracle, client: &Client, kafka: &Kafka) -> Result<Outcome> {
    let ground = Ground::new(client, kafka, NAME);
    let mut clinic = Clinic::new(oracle.seed);
    let mut documents: Vec<Document> = (0..200).map(|_| clinic.patient()).collect::<Result<_>>()?;
    for (step, document) in (0..).zip(&mut documents) {
        document.insert("step", step);
    }
    clinic::insert(&ground.database.collection("plain"), &documents).await?;

    let sides = [(OFFICIAL, &oracle.official), (OURS, &oracle.ours)];
    for (side, connect) in sides {
        connect.create(&name(&ground, side), &config(oracle, &ground, side)).await.with_context(|| side.to_owned())?;
    }
    let watched = watch(&ground).await;
    for (side, connect) in sides {
        delete(connect, &name(&ground, side)).await?;
    }
    watched?;
    let theirs = without_prefix(ground.narrowed(OFFICIAL).records(&Mark::new()).await?, OFFICIAL);
    let mut ours = without_prefix(ground.narrowed(OURS).records(&Mark::new()).await?, OURS);
    if oracle.plants_a_difference {
        plant_difference(&mut ours);
    }
    ground.clean_up().await?;
    Ok(compare_both(&theirs, &ours))
}

fn name(ground: &Ground<'_>, side: &str) -> String {
    format!("oracle-{NAME}-{}-{side}", ground.word)
}

fn config(oracle: &Oracle, ground: &Ground<'_>, side: &str) -> Config {
    let mut config = case::base(&oracle.services.mongodb_uri, ground.database.name());
    config.insert("copy.existing".to_owned(), "true".to_owned());
    config.insert("topic.prefix".to_owned(), side.to_owned());
    config
}

async fn delete(connect: &Connect, name: &str) -> Result<()> {
    connect.delete(name).await.with_context(|| format!("Cannot delete {name}"))
}

/// Waits until both have copied, lets the changes happen, and waits until both have seen them.
async fn watch(ground: &Ground<'_>) -> Result<()> {
    wait_for_both(ground).await.context("the copy")?;
    super::workload::perform_live(&ground.database).await?;
    wait_for_both(ground).await.context("the changes")
}

async fn wait_for_both(ground: &Ground<'_>) -> Result<()> {
    for side in [OFFICIAL, OURS] {
        ground.narrowed(side).wait_until_done(&Mark::new(), SENTINELS, None).await.with_context(|| side.to_owned())?;
    }
    Ok(())
}

fn without_prefix(topics: Topics, prefix: &str) -> Topics {
    topics.into_iter().map(|(topic, records)| (topic.trim_start_matches(prefix).to_owned(), records)).collect()
}

/// Copied records as a set, the others in their order.
fn compare_both(theirs: &Topics, ours: &Topics) -> Outcome {
    let copied = compare::topics(&part(theirs, true), &part(ours, true), Order::IsFree);
    let streamed = compare::topics(&part(theirs, false), &part(ours, false), Order::Matters);
    let differences: Vec<Difference> = copied.differences.into_iter().chain(streamed.differences).collect();
    Outcome {
        topic_count: theirs.len().max(ours.len()),
        record_count: copied.record_count + streamed.record_count,
        allowed_count: copied.allowed_count + streamed.allowed_count,
        differences,
    }
}

fn part(topics: &Topics, is_copied: bool) -> Topics {
    let mut part = topics.clone();
    for records in part.values_mut() {
        records.retain(|record| has_text(record, "copyingData") == is_copied);
    }
    part
}
