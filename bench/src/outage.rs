//! The outage test: under a trickle of changes Kafka, Postgres and MongoDB go away one after the other, and come back.
//!
//! What is demanded: while a service is away the API says so by name; afterwards everything goes on by itself; and of the topic,
//! what [`crate::history`] demands. The services are hurt by `cargo xtask stack`, which has started them.

mod stack;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use bson::{Document, doc};
use clap::ValueEnum;
use futures::TryStreamExt as _;
use mongodb::Collection;

use crate::clinic;
use crate::connect::Connect;
use crate::history::connector::{self, COLLECTION};
use crate::history::evidence::{Evidence, Run, Topics};
use crate::history::positions::Watch;
use crate::history::verdict::Delivery;
use crate::history::writers::{self, Load, Writers};
use crate::naru::{Naru, NaruOptions};
use crate::services::Services;
use crate::topic::{Ends, Kafka};
use crate::wait::until;

use stack::{Deed, Service, Stack};

const LAST: &str = "the-last-one";
const DOCUMENTS: i32 = 400;
/// Four writers at this pace: a hundred changes a second, so that every moment has something to lose.
const PAUSE: Duration = Duration::from_millis(40);
/// A connection on which nothing is answered is given up after half a minute, and the news has to be written.
const SIGN_LIMIT: Duration = Duration::from_secs(60);
const RECOVERY_LIMIT: Duration = Duration::from_secs(90);

/// What happens to which service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Round {
    /// Its connections break and new ones are refused
    KafkaKilled,
    /// Its connections stay, and nothing is answered
    KafkaFrozen,
    PostgresKilled,
    PostgresFrozen,
    MongodbFrozen,
}

/// Where an outage shows while it lasts.
#[derive(Clone, Copy, Debug)]
enum Sign {
    /// In the task's trace, which begins with this code.
    Trace(&'static str),
    /// The API answers 503, and so does readiness.
    Unavailable,
    /// A server that is slow and one that is frozen look the same for longer than such a round takes.
    None,
}

impl Round {
    fn service(self) -> Service {
        match self {
            Round::KafkaKilled | Round::KafkaFrozen => Service::Kafka,
            Round::PostgresKilled | Round::PostgresFrozen => Service::Postgres,
            Round::MongodbFrozen => Service::Mongo,
        }
    }

    fn deeds(self) -> (Deed, Deed) {
        match self {
            Round::KafkaKilled | Round::PostgresKilled => (Deed::Kill, Deed::Revive),
            Round::KafkaFrozen | Round::PostgresFrozen | Round::MongodbFrozen => (Deed::Freeze, Deed::Thaw),
        }
    }

    fn sign(self) -> Sign {
        match self {
            Round::KafkaKilled | Round::KafkaFrozen => Sign::Trace("NARU-2001"),
            Round::PostgresKilled | Round::PostgresFrozen => Sign::Unavailable,
            Round::MongodbFrozen => Sign::None,
        }
    }
}

/// Which outages, and how long.
pub struct Outage {
    pub services: Services,
    pub naru: NaruOptions,
    /// The program that rules the services: `cargo xtask`'s own binary.
    pub stack: PathBuf,
    pub rounds: Vec<Round>,
    /// How long a service is away at least; longer when it takes longer until that is told.
    pub away: Duration,
    /// Promise exactly once and demand it.
    pub exactly_once: bool,
    pub seed: u64,
}

/// Runs the rounds and prints what was found.
///
/// # Errors
/// When an outage is not told, does not pass by itself, or the topic is not what it has to be.
pub async fn run(outage: &Outage) -> Result<()> {
    let client = outage.services.mongodb().await?;
    let kafka = outage.services.kafka()?;
    let name = format!("outage-{:08x}", rand::random::<u32>());
    println!("seed {}", outage.seed);
    let database = client.database(&name);
    let collection = database.collection::<Document>(COLLECTION);
    clinic::insert(&collection, &(0..DOCUMENTS).map(writers::document).collect::<Vec<_>>()).await?;

    let naru = Naru::start(&outage.naru, &outage.services.kafka).await?;
    let connect = naru.connect();
    let scene = Scene {
        naru,
        connect,
        kafka,
        topic: format!("{name}.{COLLECTION}"),
        offsets_topic: outage.exactly_once.then(|| format!("{name}.offsets")),
        name,
        stack: Stack::ruled_by(&outage.stack),
    };
    let config = connector::config(&outage.services.mongodb_uri, &scene.name, scene.offsets_topic.as_deref());
    scene.connect.create(&scene.name, &config).await?;
    let evidence = scene.play(outage, &collection).await.with_context(|| format!("connector {}", scene.name));
    let deleted = scene.connect.delete(&scene.name).await;
    // What went wrong first is what has to be told.
    let (evidence, ()) = (evidence?, deleted?);
    scene.kafka.delete(&[&scene.topic]).await?;
    database.drop().await.context("Cannot drop the database")?;
    scene.naru.stop().await?;
    println!("{evidence}");
    evidence.judge()
}

struct Scene {
    naru: Naru,
    connect: Connect,
    kafka: Kafka,
    topic: String,
    /// Where positions are with exactly once.
    offsets_topic: Option<String>,
    name: String,
    stack: Stack,
}

impl Scene {
    async fn play(&self, outage: &Outage, collection: &Collection<Document>) -> Result<Evidence> {
        let documents = i64::from(DOCUMENTS);
        until("the copy is in the topic", RECOVERY_LIMIT, || async {
            let count = self.kafka.count_after(&self.topic, &Ends::new()).await?;
            Ok((count >= documents).then_some(()))
        })
        .await?;
        let load = Load { documents: DOCUMENTS, changes: usize::MAX, pause: PAUSE, seed: outage.seed };
        let writers = Arc::new(Writers::new(collection.clone(), load));
        let writing = tokio::spawn(Arc::clone(&writers).run());
        let watch = Watch::new(self.connect.clone(), self.kafka.clone(), &self.name, &self.topic);
        let watching = tokio::spawn(Arc::clone(&watch).run());
        for (number, round) in outage.rounds.iter().enumerate() {
            let outcome = self.suffer(*round, outage.away).await;
            outcome.with_context(|| format!("{round:?}"))?;
            let mended_at = Instant::now();
            self.recovers().await.with_context(|| format!("{round:?}"))?;
            let mark = format!("mark-{number}");
            writers.mark(&mark).await?;
            self.kafka.wait_for_key(&self.topic, &mark, RECOVERY_LIMIT).await.with_context(|| format!("{round:?}"))?;
            println!("  well again and caught up {:.1} s after its return", mended_at.elapsed().as_secs_f64());
        }
        writers.stop();
        writing.await.context("The writers died")??;
        writers.mark(LAST).await?;
        self.kafka.wait_for_key(&self.topic, LAST, RECOVERY_LIMIT).await?;

        let samples = watch.stop();
        watching.await.context("The watch over positions died")?;

        let documents: Vec<Document> = collection.find(doc! {}).batch_size(1000).await?.try_collect().await?;
        let delivery = match outage.exactly_once {
            true => Delivery::ExactlyOnce,
            false => Delivery::AtLeastOnce { fault_count: outage.rounds.len() },
        };
        let topics = Topics { records: &self.topic, positions: self.offsets_topic.as_deref() };
        let (history, documents) = (&writers.history(), &documents);
        Evidence::gather(&self.kafka, topics, Run { history, documents, delivery, samples: &samples }).await
    }

    /// Takes the service away, waits until that shows and the time is up, and brings it back whatever was seen.
    async fn suffer(&self, round: Round, away: Duration) -> Result<()> {
        let (strike, mend) = round.deeds();
        println!("{round:?}");
        self.stack.order(strike, round.service()).await?;
        let struck_at = Instant::now();
        let told = self.shows(round.sign()).await;
        if let Ok(Some(words)) = &told {
            println!("  told after {:.1} s: {words}", struck_at.elapsed().as_secs_f64());
        }
        tokio::time::sleep(away.saturating_sub(struck_at.elapsed())).await;
        self.stack.order(mend, round.service()).await?;
        println!("  away for {:.1} s", struck_at.elapsed().as_secs_f64());
        told.map(drop)
    }

    /// Waits until the outage is told, and returns its first line.
    async fn shows(&self, sign: Sign) -> Result<Option<String>> {
        let what = format!("the API tells the outage ({sign:?})");
        match sign {
            Sign::None => Ok(None),
            Sign::Trace(code) => {
                until(&what, SIGN_LIMIT, || async {
                    let status = self.connect.status(&self.name).await?;
                    let trace = status.body["tasks"][0]["trace"].as_str().unwrap_or_default();
                    Ok(trace.starts_with(code).then(|| trace.lines().next().map(str::to_owned)))
                })
                .await
            }
            Sign::Unavailable => {
                until(&what, SIGN_LIMIT, || async {
                    let (status, readiness) = (self.connect.status(&self.name).await?, self.naru.readiness().await?);
                    let words = status.body["message"].as_str().unwrap_or_default();
                    let is_told = status.status == 503 && words.contains("Postgres") && readiness == 503;
                    Ok(is_told.then(|| Some(format!("503 {words}"))))
                })
                .await
            }
        }
    }

    /// Waits until nothing is wrong any more; a person would have to act only if the task had failed.
    async fn recovers(&self) -> Result<()> {
        until("the task runs and complains of nothing", RECOVERY_LIMIT, || async {
            let (answer, readiness) = (self.connect.status(&self.name).await?, self.naru.readiness().await?);
            let task = &answer.body["tasks"][0];
            if task["state"] == "FAILED" {
                bail!("The task has failed: {}", task["trace"].as_str().unwrap_or("no reason given"));
            }
            ensure!(matches!(answer.status, 200 | 503), "The status answered {}", answer.status);
            let is_well = answer.status == 200 && readiness == 200 && task["state"] == "RUNNING";
            Ok((is_well && task["trace"].is_null()).then_some(()))
        })
        .await
    }
}
