//! When the durable position is committed, and what happens while the store cannot be reached.
//!
//! Used by [`super::run`] alone. One commit is under way at a time, and the stream goes on meanwhile.

use std::future::{Future, pending};
use std::pin::Pin;

use bson::Timestamp;
use tokio::time::Instant;

use super::{OffsetStore, Settings};
use crate::error::{Error, ErrorKind};
use crate::position::Position;

/// What has moved since the last commit.
#[derive(Debug, Clone, Copy, Default)]
struct Moved {
    /// Events that became durable.
    events: usize,
    /// Tokens of an idle stream: worth a commit now and then, so that the token does not age out of the oplog.
    idle_tokens: usize,
}

/// What a settled commit means.
#[derive(Debug)]
pub(super) enum Settled {
    /// It is stored.
    Committed {
        /// The cluster time that the committed position covers.
        cluster_time: Option<Timestamp>,
        /// The store had been away.
        was_away: bool,
    },
    /// The store cannot be reached, for the first time since the last success.
    Away(Error),
    /// The store still cannot be reached.
    StillAway,
}

/// The committing side of the loop.
pub(super) struct Commits<'a, O> {
    store: &'a O,
    settings: Settings,
    running: Option<Running<'a>>,
    moved: Moved,
    last_begin: Option<Instant>,
    away_since: Option<Instant>,
}

struct Running<'a> {
    commit: Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>,
    moved: Moved,
    cluster_time: Option<Timestamp>,
}

impl<'a, O: OffsetStore> Commits<'a, O> {
    pub(super) fn new(store: &'a O, settings: Settings) -> Self {
        Self { store, settings, running: None, moved: Moved::default(), last_begin: None, away_since: None }
    }

    /// An event has become durable; `is_idle_token` when it is only an idle stream's token.
    pub(super) fn note(&mut self, is_idle_token: bool) {
        let count = if is_idle_token { &mut self.moved.idle_tokens } else { &mut self.moved.events };
        *count += 1;
    }

    /// Whether something durable is not committed, and not being committed.
    pub(super) fn is_dirty(&self) -> bool {
        self.moved.events + self.moved.idle_tokens > 0
    }

    /// Whether a commit is under way.
    pub(super) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Whether the store has been away for so long, or so much is uncommitted, that reading has to wait for it.
    pub(super) fn must_pause(&self, now: Instant) -> bool {
        self.away_since.is_some_and(|since| {
            now.duration_since(since) >= self.settings.store_grace
                || self.moved.events >= self.settings.store_grace_events
        })
    }

    /// When the next commit is to begin; `None` while one is under way or nothing has moved.
    pub(super) fn due_at(&self, now: Instant) -> Option<Instant> {
        if self.is_running() || !self.is_dirty() {
            return None;
        }
        let interval = if self.away_since.is_some() {
            self.settings.store_retry_interval
        } else if self.moved.events >= self.settings.commit_events {
            return Some(now);
        } else if self.moved.events > 0 {
            self.settings.commit_interval
        } else {
            self.settings.idle_commit_interval
        };
        Some(self.last_begin.map_or(now, |begin| begin + interval))
    }

    /// Begins a commit of `position`, which must hold everything noted so far.
    pub(super) fn begin(&mut self, position: &Position, now: Instant) {
        let commit = Box::pin(self.store.commit(position.clone()));
        let moved = std::mem::take(&mut self.moved);
        self.running = Some(Running { commit, moved, cluster_time: position.cluster_time() });
        self.last_begin = Some(now);
    }

    /// The result of the commit under way; pending when there is none. Cancel safe: the commit itself is kept.
    pub(super) async fn finished(&mut self) -> Result<(), Error> {
        match &mut self.running {
            Some(running) => running.commit.as_mut().await,
            None => pending().await,
        }
    }

    /// Takes note of a finished commit.
    ///
    /// # Errors
    /// Whatever ends the task: a lost lease, and everything else that trying again does not mend.
    pub(super) fn settle(&mut self, result: Result<(), Error>, now: Instant) -> Result<Settled, Error> {
        let (moved, cluster_time) =
            self.running.take().map(|running| (running.moved, running.cluster_time)).unwrap_or_default();
        match result {
            Ok(()) => Ok(Settled::Committed { cluster_time, was_away: self.away_since.take().is_some() }),
            Err(error) => {
                self.moved.events += moved.events;
                self.moved.idle_tokens += moved.idle_tokens;
                if error.kind() != ErrorKind::StoreUnavailable {
                    return Err(error);
                }
                let is_first = self.away_since.is_none();
                self.away_since.get_or_insert(now);
                Ok(if is_first { Settled::Away(error) } else { Settled::StillAway })
            }
        }
    }
}
