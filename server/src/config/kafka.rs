//! The default Kafka: `NARU_KAFKA_*`.

use clap::Args;

use super::kafka_security::KafkaSecurityConfig;

/// The Kafka cluster that records go to, and that the topic pages read.
#[derive(Debug, Clone, Args)]
pub struct KafkaConfig {
    /// `host:port` of some brokers, separated by commas.
    #[arg(
        id = "kafka_bootstrap_servers",
        long = "kafka-bootstrap-servers",
        env = "NARU_KAFKA_BOOTSTRAP_SERVERS",
        value_parser = parse_bootstrap_servers
    )]
    pub bootstrap_servers: String,
    /// Encryption and sign-in.
    #[command(flatten)]
    pub security: KafkaSecurityConfig,
    /// `no` leaves missing topics missing: tasks fail instead of creating them.
    #[arg(id = "kafka_topic_creation", long = "kafka-topic-creation", env = "NARU_KAFKA_TOPIC_CREATION", value_parser = ["yes", "no"], default_value = "yes")]
    pub topic_creation: String,
}

impl KafkaConfig {
    /// Whether missing topics are created.
    pub fn may_create_topics(&self) -> bool {
        self.topic_creation != "no"
    }
}

fn parse_bootstrap_servers(text: &str) -> Result<String, String> {
    let servers: Vec<&str> = text.split(',').map(str::trim).filter(|server| !server.is_empty()).collect();
    if servers.is_empty() {
        return Err("names no broker; expected host:port, separated by commas".to_owned());
    }
    for server in &servers {
        let port = server.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
        if !matches!(port, Some(Ok(_))) {
            return Err(format!("{server} is not host:port"));
        }
    }
    Ok(servers.join(","))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn every_broker_needs_a_port() {
        assert_eq!(parse_bootstrap_servers(" a:1 , b:2,").unwrap(), "a:1,b:2");
        assert!(parse_bootstrap_servers("a").is_err());
        assert!(parse_bootstrap_servers(" , ").is_err());
    }
}
