//! The default Kafka: `NARU_KAFKA_*`; and what exactly-once delivery uses there: `NARU_DEPLOYMENT_ID`, `NARU_OFFSETS_TOPIC`.

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
    /// Begins the `transactional.id` of every task that delivers exactly once. Two deployments on one Kafka need two, even if one's
    /// database is a copy of the other's: which is why it is not kept there.
    #[arg(
        id = "deployment_id",
        long = "deployment-id",
        env = "NARU_DEPLOYMENT_ID",
        default_value = "naru",
        value_parser = parse_deployment_id
    )]
    pub deployment_id: String,
    /// The topic that holds the positions of connectors that deliver exactly once and name no topic of their own.
    #[arg(
        id = "offsets_topic",
        long = "offsets-topic",
        env = "NARU_OFFSETS_TOPIC",
        default_value = "naru-offsets",
        value_parser = parse_topic
    )]
    pub offsets_topic: String,
}

impl KafkaConfig {
    /// Whether missing topics are created.
    pub fn may_create_topics(&self) -> bool {
        self.topic_creation != "no"
    }
}

/// Longest deployment id: it is part of a name that people read in Kafka's tools and access rules.
const MAX_DEPLOYMENT_ID: usize = 64;

fn parse_deployment_id(text: &str) -> Result<String, String> {
    let is_legal = |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    if text.is_empty() || text.len() > MAX_DEPLOYMENT_ID || !text.chars().all(is_legal) {
        return Err(format!("takes letters, digits, dots, hyphens and underscores, {MAX_DEPLOYMENT_ID} at most"));
    }
    Ok(text.to_owned())
}

fn parse_topic(text: &str) -> Result<String, String> {
    connect::mongo::check_topic_name(text).map(|()| text.to_owned()).map_err(|fault| fault.to_string())
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
    fn a_deployment_id_is_a_short_plain_word() {
        assert_eq!(parse_deployment_id("prod.eu-1_a").unwrap(), "prod.eu-1_a");
        for refused in ["", "a b", "é", &"x".repeat(65)] {
            assert!(parse_deployment_id(refused).is_err(), "{refused}");
        }
    }

    #[test]
    fn every_broker_needs_a_port() {
        assert_eq!(parse_bootstrap_servers(" a:1 , b:2,").unwrap(), "a:1,b:2");
        assert!(parse_bootstrap_servers("a").is_err());
        assert!(parse_bootstrap_servers(" , ").is_err());
    }
}
