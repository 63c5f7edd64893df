//! Programs that use Naru as its users do, from outside, and judge what they see: data to move, a check of the main job, the
//! comparison with the official connector, the tests of crashes and outages, the benchmark.
//!
//! Run through the binary `bench`, mostly by `cargo xtask`. They speak to MongoDB, Kafka and the Kafka Connect API over the
//! network and know nothing of Naru's insides: the same code drives the official connector, which is how it is itself checked.

pub mod check;
pub mod clinic;
pub mod connect;
pub mod default_json;
mod history;
mod http;
pub mod measure;
pub mod naru;
pub mod oracle;
pub mod outage;
pub mod proxy;
pub mod services;
mod table;
pub mod topic;
pub mod torment;
pub mod trickle;
mod wait;
