//! How a Kafka is reached, and the only door to librdkafka's configuration.
//!
//! Used by every module of [`crate::kafka`]. A property that is not a [`Setting`] cannot be set: librdkafka's properties
//! include ones that run commands, load libraries and read files, so no text from outside ever names one.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use connect::config::Compression;
use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::error::KafkaError;
use rdkafka::statistics::Statistics;
use tracing::{Span, debug, warn};

use crate::kafka::fault::{Fault, code_of};
use crate::kafka::security::Security;

/// Bootstrap servers of one cluster at most; more is a mistake, and each costs a connection attempt.
const MAX_BOOTSTRAP_SERVERS: usize = 32;

/// Which Kafka, and as whom. `Debug` shows no values.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ClientSettings {
    bootstrap_servers: String,
    security: Arc<Security>,
}

/// Why a text is no list of bootstrap servers. Carries the place, never the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvalidServers {
    /// No server at all.
    #[error("No Kafka server is named")]
    Empty,
    /// More than can be meant.
    #[error("More than {MAX_BOOTSTRAP_SERVERS} Kafka servers are named")]
    TooMany,
    /// An entry is not `host:port`.
    #[error("Kafka server number {0} is not of the form host:port")]
    NotHostAndPort(usize),
}

impl ClientSettings {
    /// Parses `host:port[,host:port…]`; IPv6 hosts stand in brackets. Spaces around entries are dropped.
    ///
    /// # Errors
    /// [`InvalidServers`], with the number (from 1) of the entry at fault.
    pub(crate) fn parse(bootstrap_servers: &str) -> Result<Self, InvalidServers> {
        let entries: Vec<&str> =
            bootstrap_servers.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
        if entries.is_empty() {
            return Err(InvalidServers::Empty);
        }
        if entries.len() > MAX_BOOTSTRAP_SERVERS {
            return Err(InvalidServers::TooMany);
        }
        if let Some(index) = entries.iter().position(|entry| !is_host_and_port(entry)) {
            return Err(InvalidServers::NotHostAndPort(index + 1));
        }
        Ok(Self { bootstrap_servers: entries.join(","), security: Arc::default() })
    }

    /// The same servers, reached like this.
    #[must_use]
    pub(crate) fn secured(self, security: Security) -> Self {
        Self { security: Arc::new(security), ..self }
    }

    /// The servers as `host:port` pairs.
    pub(crate) fn servers(&self) -> impl Iterator<Item = &str> {
        self.bootstrap_servers.split(',')
    }

    /// A native configuration: these settings, the client's own, nothing else.
    pub(crate) fn native(&self, client_id: &str, settings: &[Setting<'_>]) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set_log_level(RDKafkaLogLevel::Info);
        config.set("bootstrap.servers", &self.bootstrap_servers);
        self.security.apply(&mut config);
        config.set("client.id", client_id);
        config.set("allow.auto.create.topics", "false");
        config.set("socket.keepalive.enable", "true");
        // The default waits up to ten seconds between attempts; a broker that is back should be noticed sooner.
        config.set("reconnect.backoff.max.ms", "2000");
        // A broker that holds the connection and answers nothing counts as away after this; the default takes a minute.
        config.set("socket.timeout.ms", "30000");
        for setting in settings {
            config.set(setting.name(), setting.value());
        }
        config
    }
}

impl fmt::Debug for ClientSettings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ClientSettings")
    }
}

fn is_host_and_port(entry: &str) -> bool {
    let Some((host, port)) = entry.rsplit_once(':') else { return false };
    let host_is_legal = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')),
    };
    host_is_legal && port.parse::<u16>().is_ok_and(|port| port != 0)
}

/// The properties Naru sets itself. Adding one here is the only way to set another.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Setting<'a> {
    /// Producer: no duplicates and no reordering within a session; implies acks from all in-sync replicas.
    Idempotent,
    /// Producer: how long a record may wait for its delivery before it is reported as failed.
    DeliveryTimeout(Duration),
    /// Producer: how long the broker may wait for its replicas; shorter than a connection's own limit, so that it is the broker
    /// that says so.
    RequestTimeout(Duration),
    /// Producer: how long a batch waits for company.
    Linger(Duration),
    /// Producer: how batches are compressed.
    Compression(Compression),
    /// Producer: bytes of one batch at most.
    BatchSizeBytes(usize),
    /// Producer: bytes of values queued or in flight at most; rounded down to KiB.
    QueueSizeBytes(usize),
    /// Producer: records queued or in flight at most.
    QueueLength(usize),
    /// Producer: bytes of one record at most, framing included.
    RecordSizeBytes(usize),
    /// Producer: keys choose the partition as the Java client's do.
    JavaPartitioner,
    /// Producer: the name by which the brokers fence an earlier producer; makes it transactional.
    TransactionalId(&'a str),
    /// Producer: how long a transaction may stay open before the brokers abort it.
    TransactionTimeout(Duration),
    /// Any: how long a request that failed on its way waits before it is sent again, give or take a fifth.
    RetryPause(Duration),
    /// Any: how often the client's state is told to its context.
    Statistics(Duration),
    /// Consumer: a group is demanded by the API; nothing is ever committed to it.
    GroupId(&'a str),
    /// Consumer: offsets are never committed or stored.
    NoCommits,
    /// Consumer: tells when a partition's end is reached.
    PartitionEof,
    /// Consumer: records of open and aborted transactions are left out.
    ReadCommitted(bool),
    /// Consumer: what to do when the asked offset does not exist (any more): an error, never a jump.
    OffsetResetError,
    /// Consumer: bytes asked of one partition in one fetch.
    FetchPartitionBytes(usize),
    /// Consumer: bytes asked in one fetch over all partitions.
    FetchBytes(usize),
    /// Consumer: bytes of one answer at most; also the limit of what zstd may inflate to.
    ReceiveBytes(usize),
    /// Consumer: KiB kept ahead of the reader.
    ReadAheadKib(usize),
    /// Consumer: records kept ahead of the reader, per partition.
    ReadAheadRecords(usize),
    /// Consumer: a fetch that has nothing to give is tried again this soon; the default of half a second shows in every read.
    EmptyFetchPause(Duration),
    /// Consumer: how long the broker may hold a fetch that has nothing to give.
    FetchWait(Duration),
}

impl Setting<'_> {
    fn name(&self) -> &'static str {
        match self {
            Setting::Idempotent => "enable.idempotence",
            Setting::DeliveryTimeout(_) => "message.timeout.ms",
            Setting::RequestTimeout(_) => "request.timeout.ms",
            Setting::Linger(_) => "linger.ms",
            Setting::Compression(_) => "compression.type",
            Setting::BatchSizeBytes(_) => "batch.size",
            Setting::QueueSizeBytes(_) => "queue.buffering.max.kbytes",
            Setting::QueueLength(_) => "queue.buffering.max.messages",
            Setting::RecordSizeBytes(_) => "message.max.bytes",
            Setting::JavaPartitioner => "partitioner",
            Setting::TransactionalId(_) => "transactional.id",
            Setting::TransactionTimeout(_) => "transaction.timeout.ms",
            Setting::RetryPause(_) => "retry.backoff.ms",
            Setting::Statistics(_) => "statistics.interval.ms",
            Setting::GroupId(_) => "group.id",
            Setting::NoCommits => "enable.auto.commit",
            Setting::PartitionEof => "enable.partition.eof",
            Setting::ReadCommitted(_) => "isolation.level",
            Setting::OffsetResetError => "auto.offset.reset",
            Setting::FetchPartitionBytes(_) => "fetch.message.max.bytes",
            Setting::FetchBytes(_) => "fetch.max.bytes",
            Setting::ReceiveBytes(_) => "receive.message.max.bytes",
            Setting::ReadAheadKib(_) => "queued.max.messages.kbytes",
            Setting::ReadAheadRecords(_) => "queued.min.messages",
            Setting::EmptyFetchPause(_) => "fetch.queue.backoff.ms",
            Setting::FetchWait(_) => "fetch.wait.max.ms",
        }
    }

    fn value(&self) -> String {
        match self {
            Setting::Idempotent | Setting::PartitionEof => "true".to_owned(),
            Setting::NoCommits => "false".to_owned(),
            Setting::JavaPartitioner => "murmur2_random".to_owned(),
            Setting::OffsetResetError => "error".to_owned(),
            Setting::TransactionalId(id) | Setting::GroupId(id) => (*id).to_owned(),
            Setting::Compression(compression) => compression.name().to_owned(),
            Setting::ReadCommitted(true) => "read_committed".to_owned(),
            Setting::ReadCommitted(false) => "read_uncommitted".to_owned(),
            Setting::QueueSizeBytes(bytes) => (bytes / 1024).to_string(),
            Setting::Statistics(duration)
            | Setting::TransactionTimeout(duration)
            | Setting::RetryPause(duration)
            | Setting::DeliveryTimeout(duration)
            | Setting::RequestTimeout(duration)
            | Setting::Linger(duration)
            | Setting::FetchWait(duration)
            | Setting::EmptyFetchPause(duration) => duration.as_millis().to_string(),
            Setting::BatchSizeBytes(count)
            | Setting::QueueLength(count)
            | Setting::RecordSizeBytes(count)
            | Setting::FetchPartitionBytes(count)
            | Setting::FetchBytes(count)
            | Setting::ReceiveBytes(count)
            | Setting::ReadAheadKib(count)
            | Setting::ReadAheadRecords(count) => count.to_string(),
        }
    }
}

/// Carries what librdkafka says into the log, inside the span in which the client was made.
#[derive(Debug, Clone)]
pub(crate) struct Logged {
    span: Span,
}

impl Logged {
    /// Logs into the current span.
    pub(crate) fn in_current_span() -> Self {
        Self { span: Span::current() }
    }
}

impl ClientContext for Logged {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        let _entered = self.span.enter();
        match level {
            RDKafkaLogLevel::Emerg
            | RDKafkaLogLevel::Alert
            | RDKafkaLogLevel::Critical
            | RDKafkaLogLevel::Error
            | RDKafkaLogLevel::Warning => warn!(kafka.facility = facility, "kafka client: {message}"),
            RDKafkaLogLevel::Notice | RDKafkaLogLevel::Info | RDKafkaLogLevel::Debug => {
                debug!(kafka.facility = facility, "kafka client: {message}");
            }
        }
    }

    fn stats(&self, statistics: Statistics) {
        let _entered = self.span.enter();
        debug!(
            kafka.queued_records = statistics.msg_cnt,
            kafka.queued_bytes = statistics.msg_size,
            kafka.sent_records = statistics.txmsgs,
            kafka.sent_bytes = statistics.tx_bytes,
            kafka.received_bytes = statistics.rx_bytes,
            "kafka client statistics"
        );
    }

    fn error(&self, error: KafkaError, reason: &str) {
        let _entered = self.span.enter();
        // Not handled here: what it means for a record or a request arrives there. This is the connection's side of it.
        match code_of(&error) {
            Some(code) => debug!(kafka.code = ?code, "kafka client: {reason}"),
            None => debug!(error = %Fault::from(error), "kafka client: {reason}"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn accepts_lists_of_hosts_and_ports() {
        let settings = ClientSettings::parse(" kafka-1.example.com:9092, [::1]:9093 ,10.0.0.7:9094,").unwrap();

        let servers: Vec<&str> = settings.servers().collect();

        assert_eq!(servers, ["kafka-1.example.com:9092", "[::1]:9093", "10.0.0.7:9094"]);
    }

    #[test]
    fn names_the_entry_that_is_no_host_and_port() {
        for (text, fault) in [
            ("", InvalidServers::Empty),
            (" , ", InvalidServers::Empty),
            ("kafka", InvalidServers::NotHostAndPort(1)),
            ("kafka:9092,kafka:0", InvalidServers::NotHostAndPort(2)),
            ("kafka:9092,SASL_SSL://kafka:9092", InvalidServers::NotHostAndPort(2)),
            ("user:secret@kafka:9092", InvalidServers::NotHostAndPort(1)),
            ("kafka:99999", InvalidServers::NotHostAndPort(1)),
            ("[kafka]:9092", InvalidServers::NotHostAndPort(1)),
            (":9092", InvalidServers::NotHostAndPort(1)),
        ] {
            assert_eq!(ClientSettings::parse(text), Err(fault), "{text}");
        }
        let many = vec!["kafka:9092"; MAX_BOOTSTRAP_SERVERS + 1].join(",");
        assert_eq!(ClientSettings::parse(&many), Err(InvalidServers::TooMany));
    }

    #[test]
    fn never_prints_a_value() {
        let settings = ClientSettings::parse("kafka.internal:9092").unwrap();

        assert_eq!(format!("{settings:?}"), "ClientSettings");
    }
}
