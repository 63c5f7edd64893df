//! An offset store in memory.

use std::future::pending;
use std::sync::Arc;

use tokio::sync::watch;

use super::Fuse;
use crate::error::{Error, ErrorKind};
use crate::pipeline::{OffsetStore, Separate};
use crate::position::Position;

/// How the store answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreMode {
    /// It works.
    Working,
    /// Every commit fails with `StoreUnavailable`, and nothing is written.
    Away,
    /// Every commit fails with `LeaseLost`, and nothing is written.
    LeaseLost,
    /// Commits never return.
    Hanging,
}

/// What the store holds.
#[derive(Debug, Clone)]
pub struct StoreState {
    /// How it answers.
    pub mode: StoreMode,
    /// Every committed position, oldest first.
    pub commits: Vec<Position>,
    /// Commits that were asked for, whatever came of them.
    pub attempts: usize,
}

/// The store and, cloned, the test's hand on it.
#[derive(Debug, Clone)]
pub struct MemoryStore {
    state: Arc<watch::Sender<StoreState>>,
    fuse: Fuse,
}

impl MemoryStore {
    /// An empty store that works until `fuse` blows.
    pub fn new(fuse: Fuse) -> Self {
        let state = StoreState { mode: StoreMode::Working, commits: Vec::new(), attempts: 0 };
        Self { state: Arc::new(watch::Sender::new(state)), fuse }
    }

    /// The same store under a new fuse: the process is started again.
    pub fn restarted(&self, fuse: Fuse) -> Self {
        Self { state: Arc::clone(&self.state), fuse }
    }

    /// Changes how it answers.
    pub fn set_mode(&self, mode: StoreMode) {
        self.state.send_modify(|state| state.mode = mode);
    }

    /// What it holds now.
    pub fn state(&self) -> StoreState {
        self.state.borrow().clone()
    }

    /// The position committed last.
    pub fn committed(&self) -> Option<Position> {
        self.state.borrow().commits.last().cloned()
    }

    /// What a task that starts now would load; `None` as well when the fuse has blown on the way.
    pub async fn load_now(&self) -> Option<Position> {
        tokio::select! {
            biased;
            position = self.load() => position.ok().flatten(),
            () = self.fuse.blown() => None,
        }
    }

    /// Waits until its state is as described, and returns it.
    pub async fn wait_for(&self, condition: impl FnMut(&StoreState) -> bool) -> StoreState {
        let mut changes = self.state.subscribe();
        // The sender lives in `self`, so the channel cannot close; the borrow must end before the receiver does.
        let state = changes.wait_for(condition).await.map(|state| state.clone());
        state.unwrap_or_else(|_| self.state())
    }
}

impl OffsetStore for MemoryStore {
    type Coupling = Separate;

    async fn load(&self) -> Result<Option<Position>, Error> {
        self.fuse.step_or_hang().await;
        Ok(self.committed())
    }

    /// Two steps: a fuse may blow before the position is written, or after it and before the answer.
    async fn commit(&self, position: Position) -> Result<(), Error> {
        self.fuse.step_or_hang().await;
        self.state.send_modify(|state| state.attempts += 1);
        let mode = self.state.borrow().mode;
        let result = match mode {
            StoreMode::Working => {
                self.state.send_modify(|state| state.commits.push(position));
                Ok(())
            }
            StoreMode::Away => Err(Error::new(ErrorKind::StoreUnavailable, "The store is away")),
            StoreMode::LeaseLost => Err(Error::new(ErrorKind::LeaseLost, "Another epoch owns the task")),
            StoreMode::Hanging => pending().await,
        };
        self.fuse.step_or_hang().await;
        result
    }
}
