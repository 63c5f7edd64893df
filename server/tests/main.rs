//! Integration tests: whole applications on free ports, each on a database of its own, over real Postgres and Kafka.
//!
//! `DATABASE_URL` and `NARU_KAFKA_BOOTSTRAP_SERVERS` name the services; `NARU_TEST_MONGODB_URI` a MongoDB for the tests in which
//! something flows. `cargo xtask test` brings all of them up.

#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod exactly_once;
mod process;
mod rest;
mod silence;
mod stream;
mod support;
mod web;
mod worker;
