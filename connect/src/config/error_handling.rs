//! What happens to records at fault: who tolerates what, what is logged, and where dead letters go.
//!
//! Two parties read these properties, as in Kafka Connect. The *connector* makes the record; it listens to `mongo.errors.*` as
//! soon as they are submitted, and to `errors.*` otherwise. The *framework* converts and sends it; it knows `errors.*` alone.

use super::FieldError;
use super::value::Values;
use crate::error::Stage;

/// `errors.deadletterqueue.context.headers.enable`: Kafka Connect knows it for sinks only.
pub(super) const HEADERS: &str = "errors.deadletterqueue.context.headers.enable";

/// `errors.deadletterqueue.topic.replication.factor`: Kafka Connect knows it for sinks only.
pub(super) const REPLICATION: &str = "errors.deadletterqueue.topic.replication.factor";

const TOPIC: &str = "errors.deadletterqueue.topic.name";
const TOLERANCE: &str = "errors.tolerance";
const LOG: &str = "errors.log.enable";

/// `none` or `all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ErrorTolerance {
    /// Stop at the first bad record.
    #[default]
    None,
    /// Go on without it: it becomes a dead letter or is skipped, counted and told.
    All,
}

/// One value for each of the two parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parties<T> {
    /// Of the connector: records that cannot be made.
    pub connector: T,
    /// Of the framework: records that cannot be converted or sent.
    pub framework: T,
}

impl<T: Copy> Parties<T> {
    /// The same for both.
    pub fn both(value: T) -> Self {
        Self { connector: value, framework: value }
    }

    /// That of the party whose step it is.
    pub fn at(&self, stage: Stage) -> T {
        match stage {
            Stage::TaskPoll => self.connector,
            Stage::KeyConverter | Stage::ValueConverter | Stage::KafkaProduce => self.framework,
        }
    }
}

/// Who tolerates what.
pub type Tolerance = Parties<ErrorTolerance>;

/// Where dead letters go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetterConfig {
    /// The topic, a legal name.
    pub topic: String,
    /// Whether they carry headers that say what happened.
    pub has_headers: bool,
    /// Replicas of the topic if it has to be created; `None` is what other topics of the connector get.
    pub replication_factor: Option<i16>,
}

/// The properties of this module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ErrorConfig {
    /// Who goes on without a record at fault.
    pub tolerance: Tolerance,
    /// Whether every tolerated error is logged by itself, instead of a summary now and then.
    pub is_each_logged: Parties<bool>,
    /// Where dead letters go, if anywhere.
    pub dead_letters: Option<DeadLetterConfig>,
}

pub(super) fn read(values: &Values<'_>) -> Result<ErrorConfig, FieldError> {
    let tolerance = |name: &str| {
        if values.text(name).eq_ignore_ascii_case("all") { ErrorTolerance::All } else { ErrorTolerance::None }
    };
    Ok(ErrorConfig {
        tolerance: Parties { connector: tolerance(&own_name(values, TOLERANCE)), framework: tolerance(TOLERANCE) },
        is_each_logged: Parties { connector: values.flag(&own_name(values, LOG)), framework: values.flag(LOG) },
        dead_letters: dead_letters(values)?,
    })
}

/// The connector's own name for a property of the framework, as soon as it is submitted, even with its default.
fn own_name(values: &Values<'_>, name: &str) -> String {
    let own = format!("mongo.{name}");
    if values.is_submitted(&own) { own } else { name.to_owned() }
}

fn dead_letters(values: &Values<'_>) -> Result<Option<DeadLetterConfig>, FieldError> {
    let topic = values.text(&own_name(values, TOPIC));
    if topic.is_empty() {
        return Ok(None);
    }
    let replication_factor =
        if values.is_submitted(REPLICATION) { Some(values.integer::<i16>(REPLICATION)?) } else { None };
    Ok(Some(DeadLetterConfig {
        topic: topic.into_owned(),
        has_headers: values.flag(HEADERS),
        replication_factor: replication_factor.filter(|factor| *factor != -1),
    }))
}
