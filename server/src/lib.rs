//! Where the parts of Naru meet: the web portal, the Kafka Connect API, the connect workers, Postgres, MongoDB and Kafka.
//!
//! `main` builds an application from typed configuration and runs it until it is told to stop; tests do the same on free
//! ports. Inside: `web` and `rest` call `service`; `service` calls `db` and `worker`; `worker` calls `mongo`, `kafka` and
//! `db`. Nothing calls the other way round.

mod application;
mod blocking;
mod changes;
pub mod config;
mod db;
mod detached;
mod failpoint;
mod health;
mod http_log;
mod ids;
mod kafka;
mod metrics;
mod mongo;
mod preflight;
mod preview;
mod rest;
mod sealed_config;
mod secret;
mod service;
pub mod shutdown;
mod state;
pub mod telemetry;
mod web;
mod worker;

pub use application::{Addresses, Application, Listeners, migrate};
