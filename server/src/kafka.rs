//! Everything that speaks to Kafka: the typed client settings, the producer behind the pipeline's sink, topics, and the
//! consumer behind the topic preview.
//!
//! Called by `worker` (the sink), `preview` and `service`. Knows nothing of MongoDB, Postgres, HTTP or the portal. Every
//! blocking call of librdkafka goes through [`crate::blocking`], and no client is let go of on an async thread.

pub(crate) mod client;
pub(crate) mod consumer;
pub(crate) mod delivery;
pub(crate) mod fault;
pub(crate) mod offsets_topic;
pub(crate) mod partitioner;
pub(crate) mod preflight;
pub(crate) mod producer;
pub(crate) mod security;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod topics;
pub(crate) mod transaction;
pub(crate) mod transactional_sink;
