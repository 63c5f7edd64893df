//! `bench`: the programs of this crate, for `cargo xtask` and for hands.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result};
use bench::clinic::{self, Size};
use bench::connect::Connect;
use bench::measure::{self, Measure, Worker};
use bench::naru::{Naru, NaruOptions};
use bench::oracle::{self, Oracle};
use bench::outage::{self, Outage, Round};
use bench::services::Services;
use bench::torment::{self, ProxiedKafka, Torment};
use bench::{check, trickle};
use clap::{Args, Parser, Subcommand};

/// Data to move, and judges of how it was moved.
#[derive(Parser)]
#[command(name = "bench")]
struct Cli {
    #[command(subcommand)]
    program: Program,
}

#[derive(Subcommand)]
enum Program {
    /// Fill a database with a clinic's documents
    Seed(Seed),
    /// Keep changing the clinic's documents until interrupted
    Trickle(Trickle),
    /// Copy a database through a connector and verify every document and a few changes
    Check(Check),
    /// Compare every record with the official connector's, over many configurations
    Oracle(OracleFlags),
    /// Kill naru while it copies and streams, and prove that nothing is lost
    History(HistoryFlags),
    /// Take Kafka, Postgres and MongoDB away in turn, and prove that it is told, passes and loses nothing
    Outage(OutageFlags),
    /// Measure both connectors on the same work
    Run(Run),
}

#[derive(Args)]
struct Seed {
    #[command(flatten)]
    services: Services,
    /// The database; its clinic collections are replaced
    #[arg(long, default_value = clinic::DATABASE)]
    database: String,
    /// The same seed makes the same documents
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Args)]
struct Trickle {
    #[command(flatten)]
    services: Services,
    #[arg(long, default_value = clinic::DATABASE)]
    database: String,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Milliseconds between two changes
    #[arg(long, default_value_t = 500)]
    every_ms: u64,
}

#[derive(Args)]
struct Check {
    #[command(flatten)]
    services: Services,
    #[arg(long, default_value = clinic::DATABASE)]
    database: String,
    /// The Kafka Connect API to create the connector through
    #[arg(long, default_value = "http://127.0.0.1:8083")]
    connect_url: String,
}

#[derive(Args)]
struct OracleFlags {
    #[command(flatten)]
    services: Services,
    /// The worker of the official connector
    #[arg(long, env = "NARU_PEER_CONNECT_URL")]
    official_url: String,
    /// The Kafka Connect API of the one that is compared; or start a server with --naru
    #[arg(long, conflicts_with = "naru")]
    ours_url: Option<String>,
    #[command(flatten)]
    naru: NaruOptions,
    /// Only cases whose name has this in it
    #[arg(long)]
    only: Option<String>,
    /// Change a byte of what was read, to see that it is found
    #[arg(long)]
    plant: bool,
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Args)]
struct HistoryFlags {
    #[command(flatten)]
    services: Services,
    #[command(flatten)]
    naru: NaruOptions,
    /// Documents that are copied
    #[arg(long, default_value_t = 100_000)]
    documents: i32,
    /// Changes that are made at least
    #[arg(long, default_value_t = 20_000)]
    updates: usize,
    /// How often naru is killed
    #[arg(long, default_value_t = 15)]
    kills: usize,
    /// Steps at which it has to die besides, once each, like `queued=abort@300`; needs a server with the feature `failpoints`
    #[arg(long, value_delimiter = ',')]
    failpoints: Vec<String>,
    /// How often naru is frozen, taken over from, and let go on; needs --exactly-once
    #[arg(long, default_value_t = 0)]
    zombies: usize,
    /// How many commits come late; needs --exactly-once
    #[arg(long, default_value_t = 0)]
    late_commits: usize,
    #[command(flatten)]
    proxied_kafka: ProxiedKafka,
    /// Have the server keep a producer whose commit may still be on its way, and succeed only if what comes of that is found; needs
    /// a server with the feature `failpoints`
    #[arg(long)]
    must_fail: bool,
    /// Ask the connector for exactly once, and hold it to that
    #[arg(long)]
    exactly_once: bool,
    #[arg(long)]
    seed: Option<u64>,
}

impl HistoryFlags {
    fn torment(self) -> Torment {
        Torment {
            services: self.services,
            naru: self.naru,
            documents: self.documents,
            updates: self.updates,
            kills: self.kills,
            failpoints: self.failpoints,
            zombies: self.zombies,
            late_commits: self.late_commits,
            proxied_kafka: self.proxied_kafka,
            must_fail: self.must_fail,
            exactly_once: self.exactly_once,
            seed: self.seed.unwrap_or_else(rand::random),
        }
    }
}

#[derive(Args)]
struct OutageFlags {
    #[command(flatten)]
    services: Services,
    #[command(flatten)]
    naru: NaruOptions,
    /// The program that started the services: the binary of `cargo xtask`
    #[arg(long, value_name = "FILE", env = "NARU_STACK_RULER")]
    stack: PathBuf,
    /// What happens, in this order
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "kafka-killed,kafka-frozen,postgres-killed,postgres-frozen,mongodb-frozen"
    )]
    rounds: Vec<Round>,
    /// Seconds a service is away at least
    #[arg(long, default_value_t = 60)]
    away_s: u64,
    /// Ask the connector for exactly once, and hold it to that
    #[arg(long)]
    exactly_once: bool,
    #[arg(long)]
    seed: Option<u64>,
}

#[derive(Args)]
struct Run {
    #[command(flatten)]
    services: Services,
    #[arg(long, env = "NARU_PEER_CONNECT_URL")]
    official_url: String,
    #[arg(long, env = "NARU_PEER_PID")]
    official_pid: u32,
    #[command(flatten)]
    naru: NaruOptions,
    /// A server that runs already, instead of one that is started
    #[arg(long, requires = "ours_pid", conflicts_with = "naru")]
    ours_url: Option<String>,
    #[arg(long)]
    ours_pid: Option<u32>,
    #[arg(long, default_value_t = 200_000)]
    copied: i32,
    #[arg(long, default_value_t = 100_000)]
    streamed: i32,
    /// Inserts per second while latency is measured
    #[arg(long, default_value_t = 500)]
    insert_rate: u32,
    #[arg(long, default_value_t = 20)]
    latency_s: u32,
    /// Where the figures go as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse().program).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(program: Program) -> Result<()> {
    match program {
        Program::Seed(Seed { services, database, seed }) => {
            let seed = seed.unwrap_or_else(rand::random);
            let client = services.mongodb().await?;
            for (collection, count) in clinic::seed(&client, &database, seed, Size::default()).await? {
                println!("{database}.{collection}: {count} documents");
            }
            println!("seed {seed}");
            Ok(())
        }
        Program::Trickle(Trickle { services, database, seed, every_ms }) => {
            let client = services.mongodb().await?;
            trickle::run(&client, &database, seed, Duration::from_millis(every_ms.max(1))).await
        }
        Program::Check(Check { services, database, connect_url }) => {
            let client = services.mongodb().await?;
            check::run(&client, &services.kafka()?, &Connect::new(connect_url), &services.mongodb_uri, &database).await
        }
        Program::Oracle(flags) => compare(flags).await,
        Program::History(flags) => torment::run(&flags.torment()).await,
        Program::Outage(OutageFlags { services, naru, stack, rounds, away_s, exactly_once, seed }) => {
            let (away, seed) = (Duration::from_secs(away_s), seed.unwrap_or_else(rand::random));
            outage::run(&Outage { services, naru, stack, rounds, away, exactly_once, seed }).await
        }
        Program::Run(flags) => race(flags).await,
    }
}

async fn compare(flags: OracleFlags) -> Result<()> {
    let started = match &flags.ours_url {
        Some(_) => None,
        None => Some(Naru::start(&flags.naru, &flags.services.kafka).await?),
    };
    let oracle = Oracle {
        official: Connect::new(flags.official_url),
        ours: started.as_ref().map_or_else(|| Connect::new(flags.ours_url.unwrap_or_default()), Naru::connect),
        services: flags.services,
        seed: flags.seed.unwrap_or_else(rand::random),
        only: flags.only,
        plants_a_difference: flags.plant,
    };
    oracle::run(&oracle).await?;
    match started {
        Some(naru) => naru.stop().await,
        None => Ok(()),
    }
}

async fn race(flags: Run) -> Result<()> {
    let started = match &flags.ours_url {
        Some(_) => None,
        None => Some(Naru::start(&flags.naru, &flags.services.kafka).await?),
    };
    let ours = match &started {
        Some(naru) => Worker { connect: naru.connect(), pid: naru.pid() },
        None => Worker {
            connect: Connect::new(flags.ours_url.unwrap_or_default()),
            pid: flags.ours_pid.context("--ours-pid is missing")?,
        },
    };
    let measure = Measure {
        services: flags.services,
        official: Worker { connect: Connect::new(flags.official_url), pid: flags.official_pid },
        ours,
        copied: flags.copied,
        streamed: flags.streamed,
        insert_rate: flags.insert_rate,
        latency_s: flags.latency_s,
        json: flags.json,
    };
    measure::run(&measure).await?;
    match started {
        Some(naru) => naru.stop().await,
        None => Ok(()),
    }
}
