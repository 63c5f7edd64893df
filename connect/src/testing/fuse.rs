//! A fuse that blows after a number of steps: from then on nothing happens any more, as in a process that was killed.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::watch;

/// Shared by the doubles of one run; a cheap clone.
#[derive(Debug, Clone)]
pub struct Fuse {
    left: Arc<AtomicUsize>,
    blown: Arc<watch::Sender<bool>>,
}

impl Fuse {
    /// A fuse that lets `steps` steps pass and blows at the next.
    pub fn after(steps: usize) -> Self {
        Self { left: Arc::new(AtomicUsize::new(steps)), blown: Arc::new(watch::Sender::new(false)) }
    }

    /// A fuse that never blows.
    pub fn never() -> Self {
        Self::after(usize::MAX)
    }

    /// Takes a step: `false` once the fuse has blown, and then the step must not happen.
    pub fn step(&self) -> bool {
        let passed = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if !passed {
            self.blown.send_replace(true);
        }
        passed
    }

    /// Takes a step, and never returns once the fuse has blown.
    pub async fn step_or_hang(&self) {
        if !self.step() {
            pending::<()>().await;
        }
    }

    /// Whether it has blown.
    pub fn is_blown(&self) -> bool {
        *self.blown.borrow()
    }

    /// Returns when it blows.
    pub async fn blown(&self) {
        // The sender lives in this very value, so the channel cannot close.
        let _ = self.blown.subscribe().wait_for(|blown| *blown).await;
    }
}
