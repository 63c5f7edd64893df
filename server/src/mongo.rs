//! Everything that speaks to MongoDB.
//!
//! Called by `worker` (the source) and `service` (discovery and checks). Knows nothing of Kafka, Postgres, HTTP or the portal.
//! The driver's futures are never dropped half-way: see [`crate::detached`].

pub(crate) mod discover;
#[cfg(test)]
pub(crate) mod fixture;
pub(crate) mod preflight;
pub(crate) mod refusal;
