//! The use cases: what can be asked of Naru, whoever asks and through whichever door.
//!
//! Called by `rest` and `web`; calls `db`, and wakes `worker`. Every use case begins with [`principal::authorise`]. Knows
//! nothing of HTTP, JSON bodies or pages: errors say what is wrong, the doors decide how that looks.

pub(crate) mod checks;
pub(crate) mod cluster;
pub(crate) mod connectors;
pub(crate) mod discovery;
pub(crate) mod drafts;
pub(crate) mod error;
pub(crate) mod export;
pub(crate) mod history;
pub(crate) mod lifecycle;
pub(crate) mod loggers;
pub(crate) mod offsets;
pub(crate) mod outcome;
pub(crate) mod overview;
pub(crate) mod plugins;
pub(crate) mod preview;
pub(crate) mod principal;
pub(crate) mod remembered;
pub(crate) mod remote;
pub(crate) mod submission;
pub(crate) mod topics;
pub(crate) mod verdict;

pub(crate) use error::Error;
