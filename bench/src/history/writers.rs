//! Those who change documents, and what they did: the truth the topic is judged by.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bson::{Document, doc};
use mongodb::Collection;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// Each writer has ids of its own, so that the order of changes to one document is the order they were sent in.
const WRITERS: usize = 4;
/// Two kilobytes, so that a copy takes more than a few replies.
const PADDING: usize = 2000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Insert,
    Update,
    Replace,
    Delete,
}

/// A change. Versions of a document count up from 1; a deletion carries none into its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) kind: Kind,
    pub(crate) version: Option<i64>,
}

/// A change that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    pub(crate) change: Change,
    /// MongoDB said that a majority has it. Without that nobody knows whether it happened.
    pub(crate) is_acknowledged: bool,
}

/// Changes by `_id`, each document's in the order they were sent in.
pub(crate) type History = BTreeMap<String, Vec<Written>>;

/// How much is written, and how fast.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Documents that are there before all changes.
    pub(crate) documents: i32,
    /// Changes at most.
    pub(crate) changes: usize,
    /// Each writer's pause between two changes: they must go on until the last fault.
    pub(crate) pause: Duration,
    pub(crate) seed: u64,
}

/// The document with this number as it is before all changes.
pub(crate) fn document(number: i32) -> Document {
    doc! { "_id": format!("item-{number:06}"), "version": 1_i64, "padding": "x".repeat(PADDING) }
}

pub(crate) struct Writers {
    collection: Collection<Document>,
    load: Load,
    count: AtomicUsize,
    is_over: AtomicBool,
    history: Mutex<History>,
}

impl Writers {
    pub(crate) fn new(collection: Collection<Document>, load: Load) -> Self {
        let (count, history) = (AtomicUsize::new(0), Mutex::new(History::new()));
        Self { collection, load, count, is_over: AtomicBool::new(false), history }
    }

    /// How many changes were acknowledged.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    pub(crate) fn history(&self) -> History {
        self.lock().clone()
    }

    /// Tells the writers that it is enough.
    pub(crate) fn stop(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    /// Makes the changes, all writers at once.
    pub(crate) async fn run(self: Arc<Self>) -> Result<()> {
        let mut writers = tokio::task::JoinSet::new();
        for number in 0..WRITERS {
            writers.spawn(Arc::clone(&self).write(number));
        }
        while let Some(ended) = writers.join_next().await {
            ended.context("A writer died")??;
        }
        Ok(())
    }

    /// Inserts a document of this name and waits for its acknowledgement.
    pub(crate) async fn mark(&self, id: &str) -> Result<()> {
        self.apply(Kind::Insert, id, 1).await.with_context(|| format!("Cannot insert {id}"))
    }

    async fn write(self: Arc<Self>, number: usize) -> Result<()> {
        let mut rng = StdRng::seed_from_u64(self.load.seed.wrapping_add(u64::try_from(number)?));
        let ids = i32::try_from(number)?..self.load.documents;
        let mut state = ids.step_by(WRITERS).map(|id| (format!("item-{id:06}"), (1_i64, true))).collect::<Vec<_>>();
        let mut ticks = tokio::time::interval(self.load.pause);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        for turn in 0..self.load.changes / WRITERS {
            ticks.tick().await;
            if self.is_over.load(Ordering::Relaxed) {
                break;
            }
            if state.is_empty() || rng.random_range(0..100) < 12 {
                state.push((format!("new-{number}-{turn:06}"), (0, false)));
            }
            // New documents are the last ones; they get their first change at once.
            let newest = state.len() - 1;
            let chosen = if state[newest].1.0 == 0 { newest } else { rng.random_range(0..=newest) };
            let (id, (version, exists)) = &mut state[chosen];
            *version += 1;
            let kind = match (*exists, rng.random_range(0..100)) {
                (false, _) => Kind::Insert,
                (true, 0..10) => Kind::Delete,
                (true, 10..22) => Kind::Replace,
                (true, _) => Kind::Update,
            };
            *exists = kind != Kind::Delete;
            if let Err(error) = self.apply(kind, id, *version).await {
                // It may have happened, or happen still: nobody touches this document again.
                println!("a change without an answer: {error}");
                state.swap_remove(chosen);
            }
        }
        Ok(())
    }

    async fn apply(&self, kind: Kind, id: &str, version: i64) -> Result<()> {
        let change = Change { kind, version: (kind != Kind::Delete).then_some(version) };
        let place = self.intend(id, change);
        let key = doc! { "_id": id };
        match kind {
            Kind::Insert => {
                self.collection.insert_one(doc! { "_id": id, "version": version, "kind": "new" }).await?;
            }
            Kind::Update => {
                let change = doc! { "$set": { "version": version, "note": format!("v{version}") } };
                self.collection.update_one(key, change).await?;
            }
            Kind::Replace => {
                self.collection.replace_one(key, doc! { "version": version, "kind": "replaced" }).await?;
            }
            Kind::Delete => {
                self.collection.delete_one(key).await?;
            }
        }
        if let Some(written) = self.lock().get_mut(id).and_then(|changes| changes.get_mut(place)) {
            written.is_acknowledged = true;
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Notes what is about to be sent, and returns its place among the document's changes.
    fn intend(&self, id: &str, change: Change) -> usize {
        let mut history = self.lock();
        let changes = history.entry(id.to_owned()).or_default();
        changes.push(Written { change, is_acknowledged: false });
        changes.len() - 1
    }

    fn lock(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
