//! The connect workers: who runs which task ([`lease`], [`supervisor`]), and the task itself ([`task`]).
//!
//! Desired state is rows in Postgres; the supervisor makes it true on this replica. Must not know HTTP or the portal.

pub(crate) mod progress;
pub(crate) mod task;
