//! Where the parts of Naru meet: the web portal, the Kafka Connect API, the connect workers, Postgres, MongoDB and Kafka.
//!
//! `main` builds an application from typed configuration and runs it until it is told to stop; tests do the same on free
//! ports. Inside: `web` and `rest` call `service`; `service` calls `db` and `worker`; `worker` calls `mongo`, `kafka` and
//! `db`. Nothing calls the other way round.

mod blocking;
pub mod config;
mod db;
mod ids;
mod kafka;
mod preview;
mod secret;
pub mod shutdown;
pub mod telemetry;
mod worker;
