//! Those who change documents, and what they did: the truth the topic is judged by.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use bson::{Document, doc};
use mongodb::Collection;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// Each writer has ids of its own, so that the order of changes to one document is the order they were sent in.
const WRITERS: usize = 4;
/// A pause between a writer's changes. A server that was killed is missed for as long as its lease lasts, and the changes must
/// go on until the last kill.
const PAUSE: Duration = Duration::from_millis(12);
/// Two kilobytes, so that a copy takes more than a few replies.
const PADDING: usize = 2000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Insert,
    Update,
    Replace,
    Delete,
}

/// An acknowledged change. Versions of a document count up from 1; a deletion carries none into its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) kind: Kind,
    pub(super) version: Option<i64>,
}

impl Change {
    pub(super) fn inserted(version: i64) -> Self {
        Self { kind: Kind::Insert, version: Some(version) }
    }
}

/// Changes by `_id`, each document's in their order.
pub(super) type History = BTreeMap<String, Vec<Change>>;

/// The document with this number as it is before all changes.
pub(super) fn document(number: i32) -> Document {
    doc! { "_id": format!("item-{number:06}"), "version": 1_i64, "padding": "x".repeat(PADDING) }
}

pub(super) struct Writers {
    collection: Collection<Document>,
    documents: i32,
    changes: usize,
    seed: u64,
    count: AtomicUsize,
    history: Mutex<History>,
}

impl Writers {
    pub(super) fn new(collection: Collection<Document>, documents: i32, changes: usize, seed: u64) -> Self {
        let (count, history) = (AtomicUsize::new(0), Mutex::new(History::new()));
        Self { collection, documents, changes, seed, count, history }
    }

    /// How many changes were acknowledged.
    pub(super) fn count(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    pub(super) fn history(&self) -> History {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes the changes, all writers at once.
    pub(super) async fn run(self: Arc<Self>) -> Result<()> {
        let mut writers = tokio::task::JoinSet::new();
        for number in 0..WRITERS {
            writers.spawn(Arc::clone(&self).write(number));
        }
        while let Some(ended) = writers.join_next().await {
            ended.context("A writer died")??;
        }
        Ok(())
    }

    async fn write(self: Arc<Self>, number: usize) -> Result<()> {
        let mut rng = StdRng::seed_from_u64(self.seed.wrapping_add(u64::try_from(number)?));
        let ids = i32::try_from(number)?..self.documents;
        let mut state = ids.step_by(WRITERS).map(|id| (format!("item-{id:06}"), (1_i64, true))).collect::<Vec<_>>();
        let mut ticks = tokio::time::interval(PAUSE);
        for turn in 0..self.changes / WRITERS {
            ticks.tick().await;
            if rng.random_range(0..100) < 12 {
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
            self.apply(kind, id, *version).await?;
            *exists = kind != Kind::Delete;
        }
        Ok(())
    }

    async fn apply(&self, kind: Kind, id: &str, version: i64) -> Result<()> {
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
        let change = Change { kind, version: (kind != Kind::Delete).then_some(version) };
        self.history.lock().unwrap_or_else(PoisonError::into_inner).entry(id.to_owned()).or_default().push(change);
        self.count.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}
