//! Everything that speaks to MongoDB: the client, the source behind the pipeline (copy, then change stream), discovery and
//! the checks before a connector runs.
//!
//! Called by `worker` (the source) and `service` (discovery and checks). Knows nothing of Kafka, Postgres, HTTP or the portal.
//! The driver's futures are never dropped half-way, because its internals do not survive that: see [`crate::detached`]. Readers
//! run in tasks of their own, `maxTimeMS` bounds each call, and cancellation is looked at between calls.

mod beside;
pub(crate) mod classify;
pub(crate) mod client;
mod collections;
mod copy;
pub(crate) mod discover;
#[cfg(test)]
pub(crate) mod fixture;
mod heartbeat;
mod oplog;
mod oplog_watch;
mod oversize;
pub(crate) mod preflight;
mod read_ahead;
mod reader;
pub(crate) mod refusal;
pub(crate) mod reply;
mod resume;
mod server_version;
pub(crate) mod source;
#[cfg(test)]
mod testing;
pub(crate) mod watch;
#[cfg(test)]
pub(crate) mod wire;
