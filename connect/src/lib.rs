//! What a connector means, without a socket: configuration, records, JSON text, positions, the window and the loop.
//!
//! Called by `server`, which brings MongoDB, Kafka and Postgres to the ports declared in [`pipeline`]. Everything here is
//! deterministic: time and randomness come in as arguments, so every rule can be tested without a service. This crate must
//! not know HTTP, SQL, the MongoDB driver, librdkafka, the browser, or the environment of the process.

pub mod config;
pub mod convert;
pub mod error;
pub mod json;
pub mod lifecycle;
pub mod mongo;
pub mod pipeline;
pub mod position;
pub mod record;
pub mod schema;
pub mod snapshot;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod window;

pub use error::{Error, ErrorKind, Stage};
