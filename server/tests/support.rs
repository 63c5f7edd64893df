//! What the tests stand on: databases, applications, a client, a proxy that can be cut, and waiting.

pub(crate) mod app;
pub(crate) mod client;
pub(crate) mod connector;
pub(crate) mod database;
pub(crate) mod eventually;
pub(crate) mod kafka;
pub(crate) mod mongo;
pub(crate) mod process;
pub(crate) mod proxy;
#[path = "../src/mongo/wire.rs"]
pub(crate) mod wire;

pub(crate) use app::TestApp;
pub(crate) use client::Answer;
pub(crate) use connector::source_config;
pub(crate) use database::TestDatabase;
pub(crate) use eventually::eventually;

/// A name that no other test and no earlier run has.
pub(crate) fn unique(prefix: &str) -> String {
    format!("{prefix}_{}", uuid::Uuid::now_v7().simple())
}
