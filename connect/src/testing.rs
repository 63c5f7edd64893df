//! The pipeline's ports in memory, for deterministic tests: every double tells what has happened through a watched state, so a
//! test waits for a condition instead of sleeping. A [`Fuse`] ends everything at a chosen step, as `kill -9` would.
//!
//! For tests only (feature `testing`); nothing on a real path may use them.

mod fuse;
mod sink;
mod source;
mod store;

pub use fuse::Fuse;
pub use sink::{Delivering, MemorySink, SinkHandle, SinkState};
pub use source::{MemorySource, SourceScript};
pub use store::{MemoryStore, StoreMode, StoreState};
