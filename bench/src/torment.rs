//! The torment: Naru is killed again and again while it copies and follows a collection that changes, and [`crate::history`] judges.
//!
//! Faults come in an order and at moments that the seed decides: kills spread over the copy and the stream, then a death at each
//! of the steps that the server can be told to die at, then whatever needs a second server. Between two faults the topic must have
//! grown: killing a server that only waits for its lease proves nothing.
//!
//! Reads are slowed down meanwhile ([`brake`]): unhindered, the copy of 20,000 documents is over before anybody can kill it.

mod brake;
mod late;
mod zombie;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use bson::{Document, doc};
use futures::TryStreamExt as _;
use mongodb::Collection;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use crate::clinic;
use crate::connect::Connect;
use crate::history::connector::{self, COLLECTION};
use crate::history::evidence::{self, Evidence, Topics};
use crate::history::positions::{Watch, token_of};
use crate::history::verdict::Delivery;
use crate::history::writers::{self, Load, Writers};
use crate::naru::{Naru, NaruOptions};
use crate::proxy::Proxy;
use crate::services::Services;
use crate::topic::{Ends, Kafka};
use crate::wait::until;

use brake::Brake;
pub use late::ProxiedKafka;

/// A server that was killed is taken over from after its lease has run out.
const PROGRESS_LIMIT: Duration = Duration::from_secs(180);
/// Documents come two thousand a second at least, whatever holds them up.
const COPY_LIMIT: Duration = Duration::from_secs(900);
const LAST: &str = "the-last-one";
/// Each of four writers makes a change this often.
const PAUSE: Duration = Duration::from_millis(12);
/// Of the kills, so many of a hundred fall into the copy.
const COPY_SHARE: usize = 60;
/// Records of the stream between two faults.
const STREAMED_BETWEEN: std::ops::Range<i64> = 50..400;

/// What is done, and how hard.
pub struct Torment {
    pub services: Services,
    pub naru: NaruOptions,
    pub documents: i32,
    /// How many changes are made at least while documents are copied and followed.
    pub updates: usize,
    /// How often the server is killed from outside.
    pub kills: usize,
    /// Steps at which it kills itself, once each, as `NARU_FAILPOINTS` names them.
    pub failpoints: Vec<String>,
    /// How often the server is frozen until another has taken over, and let go on again. Needs exactly once: nothing but a
    /// transaction keeps a frozen server's last records out of the topic.
    pub zombies: usize,
    /// How many commits are held on the network and come late. Needs exactly once, and the proxied listener.
    pub late_commits: usize,
    pub proxied_kafka: ProxiedKafka,
    /// This is the control: the server is told to trust a producer whose commit may still be on its way, and the run succeeds only
    /// if what comes of that is found.
    pub must_fail: bool,
    /// Promise exactly once and demand it.
    pub exactly_once: bool,
    pub seed: u64,
}

impl Torment {
    fn fault_count(&self) -> usize {
        // Each of the last two takes two owners away: the one before, and the one that dies or gives the task back.
        self.kills + 2 * self.failpoints.len() + 2 * self.zombies
    }
}

/// Runs the test and prints what was found.
///
/// # Errors
/// When a change is lost, an order is broken, the topic is not the collection, or naru does not come back.
pub async fn run(torment: &Torment) -> Result<()> {
    ensure!(
        torment.zombies + torment.late_commits == 0 || torment.exactly_once,
        "Zombies and late commits are only harmless with --exactly-once"
    );
    let client = torment.services.mongodb().await?;
    let name = format!("torment-{:08x}", rand::random::<u32>());
    println!("seed {}", torment.seed);
    let database = client.database(&name);
    let collection = database.collection::<Document>(COLLECTION);
    for first in (0..torment.documents).step_by(10_000) {
        let last = torment.documents.min(first + 10_000);
        clinic::insert(&collection, &(first..last).map(writers::document).collect::<Vec<_>>()).await?;
    }

    let proxy = match torment.late_commits {
        0 => None,
        _ => Some(torment.proxied_kafka.start().await?),
    };
    let kafka = proxy.as_ref().map_or(torment.services.kafka.as_str(), Proxy::address);
    let wrong: &[_] = if torment.must_fail { &[("NARU_NEVER_RECYCLE", "yes")] } else { &[] };
    let naru = Naru::start_as(&torment.naru, kafka, wrong).await?;
    let mut scene = Scene {
        connect: naru.connect(),
        naru,
        kafka: torment.services.kafka()?,
        topic: format!("{name}.{COLLECTION}"),
        offsets_topic: torment.exactly_once.then(|| format!("{name}.offsets")),
        name,
        rng: StdRng::seed_from_u64(torment.seed),
        kills_in_copy: 0,
    };
    Brake::apply(&client).await;
    let config = connector::config(&torment.services.mongodb_uri, &scene.name, scene.offsets_topic.as_deref());
    scene.connect.create(&scene.name, &config).await?;
    let evidence = scene.play(torment, &collection, proxy.as_ref()).await;
    Brake::release(&client).await;
    // Naru may be in no state to delete anything; that must not hide why.
    let evidence = evidence.with_context(|| format!("connector {}", scene.name))?;

    scene.connect.delete(&scene.name).await?;
    scene.kafka.delete(&[&scene.topic]).await?;
    database.drop().await.context("Cannot drop the database")?;
    scene.naru.stop().await?;
    println!("{evidence}");
    match (evidence.judge(), torment.must_fail) {
        (judgement, false) => judgement,
        (Err(found), true) => {
            println!("the control run failed, as it has to: {found}");
            Ok(())
        }
        (Ok(()), true) => bail!("The control run found nothing: it proves nothing about the others"),
    }
}

struct Scene {
    naru: Naru,
    connect: Connect,
    kafka: Kafka,
    topic: String,
    /// Where positions are with exactly once.
    offsets_topic: Option<String>,
    name: String,
    rng: StdRng,
    kills_in_copy: usize,
}

impl Scene {
    /// Changes documents and makes the faults, waits for the last change, and gathers what there is to judge.
    async fn play(
        &mut self,
        torment: &Torment,
        collection: &Collection<Document>,
        proxy: Option<&Proxy>,
    ) -> Result<Evidence> {
        self.reaches(1).await?;
        let load = Load { documents: torment.documents, changes: usize::MAX, pause: PAUSE, seed: torment.seed };
        let writers = Arc::new(Writers::new(collection.clone(), load));
        let writing = tokio::spawn(Arc::clone(&writers).run());
        let watch = Watch::new(self.connect.clone(), self.kafka.clone(), &self.name, &self.topic);
        let watching = tokio::spawn(Arc::clone(&watch).run());

        self.kill_in_copy(torment, &writers).await?;
        for _ in self.kills_in_copy..torment.kills {
            self.streams_on().await?;
            self.kill(&writers).await?;
        }
        for step in &torment.failpoints {
            self.streams_on().await?;
            self.die_at(step).await?;
        }
        for _ in 0..torment.zombies {
            self.streams_on().await?;
            self.haunt(torment).await?;
        }
        if let Some(proxy) = proxy {
            for _ in 0..torment.late_commits {
                self.streams_on().await?;
                self.delay_commit(proxy).await?;
            }
        }
        until("enough changes are made", PROGRESS_LIMIT.max(PAUSE * u32::try_from(torment.updates)?), || async {
            Ok((writers.count() >= torment.updates).then_some(()))
        })
        .await?;
        writers.stop();
        writing.await.context("The writers died")??;
        writers.mark(LAST).await?;
        self.kafka.wait_for_key(&self.topic, LAST, PROGRESS_LIMIT).await?;
        Brake::release(collection.client()).await;
        let samples = watch.stop();
        watching.await.context("The watch over positions died")?;
        println!("{} of {} kills fell into the copy", self.kills_in_copy, torment.kills);

        let stored: Vec<Document> = collection.find(doc! {}).batch_size(1000).await?.try_collect().await?;
        let delivery = match torment.exactly_once {
            true => Delivery::ExactlyOnce,
            false => Delivery::AtLeastOnce { fault_count: torment.fault_count() },
        };
        let topics = Topics { records: &self.topic, positions: self.offsets_topic.as_deref() };
        let (history, documents) = (&writers.history(), &stored);
        Evidence::gather(&self.kafka, topics, evidence::Run { history, documents, delivery, samples: &samples }).await
    }

    /// Kills while documents are copied, each time a little further.
    async fn kill_in_copy(&mut self, torment: &Torment, writers: &Writers) -> Result<()> {
        let planned = (torment.kills * COPY_SHARE).div_ceil(100);
        let documents = i64::from(torment.documents);
        for number in 1..=i64::try_from(planned)? {
            let wanted = documents * number / (i64::try_from(planned)? + 1);
            let progressed = self.count().await? + 1;
            self.reaches(wanted.max(progressed)).await?;
            if self.has_copied().await? {
                break;
            }
            self.kill(writers).await?;
            self.kills_in_copy += 1;
        }
        until("the copy is over", COPY_LIMIT, || async { Ok(self.has_copied().await?.then_some(())) }).await
    }

    /// Whether the position is the stream's: records in the topic may be copies made twice.
    async fn has_copied(&self) -> Result<bool> {
        let answer = self.connect.offsets(&self.name).await?;
        Ok(token_of(&answer.body["offsets"][0]["offset"]).is_some())
    }

    async fn kill(&mut self, writers: &Writers) -> Result<()> {
        let count = self.count().await?;
        self.naru.kill()?;
        println!("killed with {count} records in the topic and {} changes made", writers.count());
        self.naru.restart().await
    }

    /// Starts the server so that it dies when it comes to a step, waits until it has, and starts it as it was.
    async fn die_at(&mut self, step: &str) -> Result<()> {
        self.naru.kill()?;
        let began = Instant::now();
        self.naru.restart_to_die(step).await.with_context(|| format!("It should have died at {step}"))?;
        println!(
            "died at {step} after {:.1} s, with {} records in the topic",
            began.elapsed().as_secs_f64(),
            self.count().await?
        );
        self.naru.restart().await
    }

    /// Waits until the stream has brought some more records, how many the seed says.
    async fn streams_on(&mut self) -> Result<()> {
        let more = self.rng.random_range(STREAMED_BETWEEN);
        let count = self.count().await?;
        self.reaches(count + more).await.map(drop)
    }

    async fn count(&self) -> Result<i64> {
        self.kafka.count_after(&self.topic, &Ends::new()).await
    }

    /// Waits until the topic has so many records and returns how many it has.
    async fn reaches(&self, wanted: i64) -> Result<i64> {
        until(&format!("{wanted} records in {}", self.topic), PROGRESS_LIMIT, || async {
            let count = self.count().await?;
            Ok((count >= wanted).then_some(count))
        })
        .await
    }
}
