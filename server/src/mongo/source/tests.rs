#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

//! The source against a real MongoDB, or against what stands in for it.

mod choosing;
mod copying;
mod following;
mod interleaving;
mod large;
mod losing;
mod refusals;

use std::sync::Arc;
use std::time::Duration;

use bson::{Document, doc};
use connect::config::{CopyConfig, Scope, SourceConfig, StartupMode};
use connect::pipeline::{Source as _, SourceEvent};
use connect::position::{Mark, Namespace, NamespaceCopy, Phase, Position, ResumeToken};
use connect::{Error, ErrorKind};
use mongodb::{Client, Collection, Database};
use tokio::time::timeout;
use uuid::Uuid;

use super::super::fixture;
use super::super::testing::config_of;
use super::*;
use crate::worker::progress::{Notice, TaskPhase};

/// Long enough for a slow machine; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(20);

/// A database of its own, dropped at the end.
struct Bench {
    uri: String,
    database: Database,
}

/// A database for one test, or `None` after saying why the test does not run.
async fn bench(test: &str) -> Option<Bench> {
    let uri = fixture::uri(test)?;
    let client = Client::with_uri_str(&uri).await.unwrap();
    let database = client.database(&format!("source_{}", Uuid::now_v7().simple()));
    Some(Bench { uri, database })
}

impl Bench {
    fn collection(&self, name: &str) -> Collection<Document> {
        self.database.collection(name)
    }

    fn config(&self) -> SourceConfig {
        self.config_of(Scope::Database(self.database.name().to_owned()))
    }

    fn config_of_collection(&self, collection: &str) -> SourceConfig {
        let (database, collection) = (self.database.name().to_owned(), collection.to_owned());
        self.config_of(Scope::Collection { database, collection })
    }

    fn config_of(&self, scope: Scope) -> SourceConfig {
        let mut config = config_of(scope);
        config.connection.uri.clone_from(&self.uri);
        config.stream.poll_await_time_ms = 200;
        config
    }

    async fn drop(self) {
        self.database.drop().await.unwrap();
    }
}

fn copying(mut config: SourceConfig, change: impl FnOnce(&mut CopyConfig)) -> SourceConfig {
    let mut copy = CopyConfig { max_threads: 2, parallelism: 2, ..CopyConfig::default() };
    change(&mut copy);
    config.startup = StartupMode::CopyExisting(copy);
    config
}

/// A source that is read, with the position as if everything read were durable.
struct Reading {
    source: MongoSource,
    position: Position,
    progress: TaskProgress,
}

async fn open(config: &SourceConfig, stored: Option<Position>) -> Result<Reading, Error> {
    let progress = TaskProgress::default();
    let prepared = prepare(Arc::new(config.clone()), stored, progress.clone()).await?;
    let position = prepared.position.clone();
    Ok(Reading { source: prepared.start(), position, progress })
}

impl Reading {
    /// The next events, with or without documents.
    async fn batch(&mut self) -> Result<Vec<SourceEvent>, Error> {
        let batch = timeout(PATIENCE, self.source.next_batch()).await.expect("a batch in time")?;
        let events = batch.expect("the source goes on").events;
        for event in &events {
            self.position.apply(event.mark.clone());
        }
        Ok(events)
    }

    /// The next `count` documents or more.
    async fn documents(&mut self, count: usize) -> Vec<Document> {
        let mut documents = Vec::new();
        while documents.len() < count {
            for event in self.batch().await.unwrap() {
                documents.extend(event.document.map(|document| Document::try_from(document.raw().unwrap()).unwrap()));
            }
        }
        documents
    }

    /// All documents until the stream has begun.
    async fn copied(&mut self) -> Vec<Document> {
        let mut documents = Vec::new();
        while matches!(self.position.phase, Phase::Copy { .. }) {
            for event in self.batch().await.unwrap() {
                documents.extend(event.document.map(|document| Document::try_from(document.raw().unwrap()).unwrap()));
            }
        }
        documents
    }

    /// Reads on until an error comes.
    async fn error(&mut self) -> Error {
        loop {
            if let Err(error) = self.batch().await {
                return error;
            }
        }
    }

    /// Waits until the stream is open.
    async fn streaming(&mut self) {
        timeout(PATIENCE, self.progress.reached(TaskPhase::Streaming)).await.expect("an open stream");
    }
}

fn ids(events: &[Document]) -> Vec<i32> {
    events.iter().map(|event| event.get_document("documentKey").unwrap().get_i32("_id").unwrap()).collect()
}

fn operations(events: &[Document]) -> Vec<&str> {
    events.iter().map(|event| event.get_str("operationType").unwrap()).collect()
}

fn numbered(numbers: std::ops::Range<i32>) -> Vec<Document> {
    numbers.map(|number| doc! { "_id": number, "name": format!("patient {number}") }).collect()
}
