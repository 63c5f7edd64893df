//! `producer.override.*`: settings of one connector's producer, by a list of what may be set.
//!
//! What decides about order and durability is fixed, and saying so is accepted; where the cluster is and who signs in belongs to
//! the operator; everything else is refused with a reason instead of being passed on in the hope that it helps.

use super::value::Values;
use super::{FieldError, SubmittedConfig};

pub(super) const PREFIX: &str = "producer.override.";

/// How records are compressed. Names are Kafka's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// `gzip`.
    Gzip,
    /// `snappy`.
    Snappy,
    /// `lz4`.
    Lz4,
    /// `zstd`.
    Zstd,
}

impl Compression {
    const ALL: [Self; 5] = [Self::None, Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd];

    /// Kafka's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }
}

/// What a connector wants of its producer; `None` is Naru's own choice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProducerOverrides {
    /// `compression.type`.
    pub compression: Option<Compression>,
    /// `batch.size`: bytes of one batch at most.
    pub batch_size_bytes: Option<u32>,
    /// `linger.ms`: how long a batch waits for company.
    pub linger_ms: Option<u32>,
    /// `delivery.timeout.ms`: how long a record may wait for its delivery.
    pub delivery_timeout_ms: Option<u32>,
    /// `request.timeout.ms`: how long a broker may wait for its replicas.
    pub request_timeout_ms: Option<u32>,
    /// `buffer.memory`: bytes queued or in flight at most.
    pub buffer_bytes: Option<u32>,
}

/// What may be said about one setting.
enum Rule {
    /// One of Kafka's names of compressions.
    Compression,
    /// A number within these bounds.
    Between(u32, u32),
    /// Only these: they are what holds anyway.
    Fixed(&'static [&'static str], &'static str),
    /// Nothing, and why.
    Refused(&'static str),
}

const ORDER: &str = "order and durability are not negotiable: records are acknowledged by all in-sync replicas, idempotent, and \
                     sent again without limit";
const OPERATOR: &str = "which Kafka it is and who signs in is the operator's setting of this service (NARU_KAFKA_*)";
const JAVA: &str = "classes of Java";

const RULES: &[(&str, Rule)] = &[
    ("compression.type", Rule::Compression),
    // librdkafka's own bounds; a batch of a few bytes or a queue of a few records helps nobody.
    ("batch.size", Rule::Between(1_000, 16 * 1024 * 1024)),
    ("linger.ms", Rule::Between(0, 60_000)),
    ("delivery.timeout.ms", Rule::Between(1_000, i32::MAX as u32)),
    ("request.timeout.ms", Rule::Between(1_000, 900_000)),
    ("buffer.memory", Rule::Between(1024 * 1024, 1024 * 1024 * 1024)),
    ("acks", Rule::Fixed(&["all", "-1"], ORDER)),
    ("enable.idempotence", Rule::Fixed(&["true"], ORDER)),
    ("retries", Rule::Fixed(&["2147483647"], ORDER)),
    ("max.in.flight.requests.per.connection", Rule::Fixed(&["5"], ORDER)),
    ("transactional.id", Rule::Refused("it is made of the connector's name, so that a predecessor can be fenced")),
    (
        "partitioner.class",
        Rule::Refused("the partitioner is the Java client's default, so that keys land where they always did"),
    ),
    ("key.serializer", Rule::Refused(JAVA)),
    ("value.serializer", Rule::Refused(JAVA)),
    ("interceptor.classes", Rule::Refused(JAVA)),
    ("metric.reporters", Rule::Refused(JAVA)),
    ("bootstrap.servers", Rule::Refused(OPERATOR)),
    ("client.id", Rule::Refused("it names connector and task, which is what brokers' logs and quotas go by")),
];

/// What is wrong with a property of the family, if anything. `value` is as submitted.
pub(super) fn fault(name: &str, value: &str) -> Option<FieldError> {
    let setting = name.strip_prefix(PREFIX)?;
    let value = value.trim();
    let refused = |why: &str| Some(FieldError::unsupported(name, format_args!("{setting}: {why}")));
    let Some((_, rule)) = RULES.iter().find(|(known, _)| *known == setting) else {
        let is_of_connection = ["security.", "ssl.", "sasl."].iter().any(|prefix| setting.starts_with(prefix));
        return refused(if is_of_connection { OPERATOR } else { "it has no counterpart here" });
    };
    match rule {
        Rule::Compression if compression(value).is_none() => {
            let names = Compression::ALL.map(Compression::name).join(", ");
            Some(FieldError::invalid(name, value, format_args!("String must be one of: {names}")))
        }
        Rule::Between(least, most) => match value.parse::<i64>() {
            Err(_) => Some(FieldError::invalid(name, value, "Not a number of type INT")),
            Ok(number) if number < i64::from(*least) => {
                Some(FieldError::invalid(name, value, format_args!("Value must be at least {least}")))
            }
            Ok(number) if number > i64::from(*most) => {
                Some(FieldError::invalid(name, value, format_args!("Value must be no more than {most}")))
            }
            Ok(_) => None,
        },
        Rule::Fixed(values, why) if !values.contains(&value) => refused(why),
        Rule::Refused(why) => refused(why),
        Rule::Compression | Rule::Fixed(..) => None,
    }
}

fn compression(name: &str) -> Option<Compression> {
    Compression::ALL.into_iter().find(|compression| compression.name() == name)
}

pub(super) fn read(values: &Values<'_>) -> ProducerOverrides {
    let text = |setting: &str| values.submitted_text(&format!("{PREFIX}{setting}"));
    // Validation has told every number that is none.
    let number = |setting: &str| text(setting).and_then(|text| text.parse().ok());
    ProducerOverrides {
        compression: text("compression.type").and_then(compression),
        batch_size_bytes: number("batch.size"),
        linger_ms: number("linger.ms"),
        delivery_timeout_ms: number("delivery.timeout.ms"),
        request_timeout_ms: number("request.timeout.ms"),
        buffer_bytes: number("buffer.memory"),
    }
}

/// What several settings together make wrong, by the name of the one to change.
pub(super) fn mismatch(submitted: &SubmittedConfig) -> Option<FieldError> {
    let overrides = read(&Values::new(submitted));
    let (delivery, request) = (overrides.delivery_timeout_ms?, overrides.request_timeout_ms?);
    let least = u64::from(request) + u64::from(overrides.linger_ms.unwrap_or_default());
    (u64::from(delivery) < least).then(|| {
        let text = "it should be equal to or larger than linger.ms + request.timeout.ms";
        FieldError::invalid(&format!("{PREFIX}delivery.timeout.ms"), &delivery.to_string(), text)
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn message(setting: &str, value: &str) -> Option<String> {
        fault(&format!("{PREFIX}{setting}"), value).map(|error| error.message)
    }

    #[test]
    fn what_may_be_set_is_read() {
        let pairs = [
            ("compression.type", "zstd"),
            ("batch.size", "65536"),
            ("linger.ms", " 20 "),
            ("delivery.timeout.ms", "120000"),
            ("request.timeout.ms", "30000"),
            ("buffer.memory", "33554432"),
        ];
        for (setting, value) in pairs {
            assert_eq!(message(setting, value), None, "{setting}");
        }
        let submitted: SubmittedConfig =
            pairs.iter().map(|(name, value)| (format!("{PREFIX}{name}"), (*value).to_owned())).collect();

        let overrides = read(&Values::new(&submitted));

        let expected = ProducerOverrides {
            compression: Some(Compression::Zstd),
            batch_size_bytes: Some(65_536),
            linger_ms: Some(20),
            delivery_timeout_ms: Some(120_000),
            request_timeout_ms: Some(30_000),
            buffer_bytes: Some(33_554_432),
        };
        assert_eq!(overrides, expected);
        assert_eq!(mismatch(&submitted), None);
    }

    #[test]
    fn order_and_durability_may_be_confirmed_and_never_given_up() {
        for (setting, kept, broken) in [
            ("acks", "all", "1"),
            ("enable.idempotence", "true", "false"),
            ("retries", "2147483647", "0"),
            ("max.in.flight.requests.per.connection", "5", "6"),
        ] {
            assert_eq!(message(setting, kept), None, "{setting}");
            assert!(message(setting, broken).unwrap().contains("not negotiable"), "{setting}");
        }
    }

    #[test]
    fn everything_else_is_refused_with_a_reason() {
        for setting in ["bootstrap.servers", "sasl.jaas.config", "ssl.truststore.location", "security.protocol"] {
            let message = message(setting, "hunter2").unwrap();
            assert!(message.contains("operator") && !message.contains("hunter2"), "{message}");
        }
        assert!(message("plugin.library.paths", "/x").unwrap().contains("no counterpart"));
        assert!(message("transactional.id", "x").unwrap().contains("fenced"));
    }

    #[test]
    fn numbers_have_bounds_and_names_are_kafkas() {
        assert!(message("batch.size", "10").unwrap().ends_with("Value must be at least 1000"));
        assert!(message("linger.ms", "900000").unwrap().ends_with("Value must be no more than 60000"));
        assert!(message("buffer.memory", "much").unwrap().ends_with("Not a number of type INT"));
        assert!(message("compression.type", "brotli").unwrap().ends_with("none, gzip, snappy, lz4, zstd"));
    }

    #[test]
    fn a_delivery_must_last_as_long_as_its_request() {
        let submitted: SubmittedConfig = [("delivery.timeout.ms", "5000"), ("request.timeout.ms", "6000")]
            .map(|(name, value)| (format!("{PREFIX}{name}"), value.to_owned()))
            .into_iter()
            .collect();

        assert!(mismatch(&submitted).unwrap().message.contains("linger.ms + request.timeout.ms"));
    }
}
