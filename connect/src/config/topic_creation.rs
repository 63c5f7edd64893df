//! How topics that do not exist yet are created: `topic.creation.*`, with the precedence of Kafka Connect.
//!
//! The first group, in the order of `topic.creation.groups`, whose `include` matches the whole name and whose `exclude` does not
//! decides; the default group decides the rest. A group without partitions or replication factor of its own has the default
//! group's; other settings of the default group are not inherited.

use super::definition::{ConfigKey, PARTITIONS, REPLICAS, Validator, ValueType, topic_group_key};
use super::java_regex::{JavaRegex, TooManySteps};
use super::value::Values;
use super::{FieldError, SubmittedConfig};

pub(super) const PREFIX: &str = "topic.creation.";
const GROUPS: &str = "topic.creation.groups";
const DEFAULT: &str = "default";

/// What a new topic gets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopicCreationConfig {
    /// Replication factor; `None` (absent or -1) is the broker's default.
    pub replication_factor: Option<i16>,
    /// Partitions; `None` (absent or -1) is the broker's default.
    pub partitions: Option<i32>,
    /// Topic configurations such as `cleanup.policy`, in order.
    pub configs: Vec<(String, String)>,
}

/// What each new topic of a connector gets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TopicCreationRules {
    default: TopicCreationConfig,
    groups: Vec<TopicGroup>,
    /// One topic with settings of its own: that of the dead letters.
    single: Option<(String, TopicCreationConfig)>,
    is_forbidden: bool,
}

#[derive(Debug, Clone, PartialEq)]
struct TopicGroup {
    include: TopicPattern,
    exclude: TopicPattern,
    config: TopicCreationConfig,
}

/// Patterns of which one must match all of a name.
#[derive(Debug, Clone)]
struct TopicPattern {
    text: String,
    regex: JavaRegex,
}

impl PartialEq for TopicPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl TopicCreationRules {
    /// What a new topic of this name gets.
    ///
    /// # Errors
    /// A pattern of a group cannot decide about the name.
    pub fn for_topic(&self, topic: &str) -> Result<&TopicCreationConfig, TooManySteps> {
        if let Some((name, config)) = &self.single
            && name == topic
        {
            return Ok(config);
        }
        for group in &self.groups {
            if group.include.regex.is_whole_match(topic)? && !group.exclude.regex.is_whole_match(topic)? {
                return Ok(&group.config);
            }
        }
        Ok(&self.default)
    }

    /// Whether topics may be created at all.
    pub fn is_allowed(&self) -> bool {
        !self.is_forbidden
    }

    /// The operator does not want topics to be created.
    #[must_use]
    pub fn forbidden(mut self) -> Self {
        self.is_forbidden = true;
        self
    }

    /// Another replication factor for one topic, where one is named.
    pub(super) fn with_replicas(mut self, topic: &str, factor: Option<i16>) -> Result<Self, TooManySteps> {
        if factor.is_some() {
            let config = TopicCreationConfig { replication_factor: factor, ..self.for_topic(topic)?.clone() };
            self.single = Some((topic.to_owned(), config));
        }
        Ok(self)
    }
}

impl From<TopicCreationConfig> for TopicCreationRules {
    fn from(default: TopicCreationConfig) -> Self {
        Self { default, ..Self::default() }
    }
}

pub(super) fn read(values: &Values<'_>) -> Result<TopicCreationRules, FieldError> {
    let default = group(values, DEFAULT, None)?;
    let mut groups = Vec::new();
    for name in group_names(&values.text(GROUPS)) {
        let pattern = |short: &str| pattern(values, &format!("{PREFIX}{name}.{short}"));
        groups.push(TopicGroup {
            include: pattern("include")?,
            exclude: pattern("exclude")?,
            config: group(values, name, Some(&default))?,
        });
    }
    Ok(TopicCreationRules { default, groups, ..TopicCreationRules::default() })
}

/// -1 and an absent property of the default group both leave the choice to the broker.
fn group(
    values: &Values<'_>,
    name: &str,
    fallback: Option<&TopicCreationConfig>,
) -> Result<TopicCreationConfig, FieldError> {
    let prefix = format!("{PREFIX}{name}.");
    let mut config = TopicCreationConfig {
        replication_factor: fallback.and_then(|fallback| fallback.replication_factor),
        partitions: fallback.and_then(|fallback| fallback.partitions),
        configs: Vec::new(),
    };
    for (short, value) in values.submitted_under(&prefix) {
        let full_name = format!("{prefix}{short}");
        match short {
            "replication.factor" => {
                config.replication_factor = Some(values.integer(&full_name)?).filter(|factor| *factor != -1);
            }
            "partitions" => config.partitions = Some(values.integer(&full_name)?).filter(|count| *count != -1),
            // Patterns of the default group mean nothing: it takes what no other group takes.
            "include" | "exclude" => {}
            _ => config.configs.push((short.to_owned(), value.trim().to_owned())),
        }
    }
    Ok(config)
}

fn pattern(values: &Values<'_>, name: &str) -> Result<TopicPattern, FieldError> {
    let text = joined(values.submitted_text(name).unwrap_or_default());
    let regex = JavaRegex::compile(&text).map_err(|fault| FieldError::invalid(name, &text, fault))?;
    Ok(TopicPattern { text, regex })
}

/// A list of patterns as the one of which each is an alternative.
fn joined(list: &str) -> String {
    list.split(',').map(str::trim).collect::<Vec<_>>().join("|")
}

/// Groups in order, once each; the default group need not be named.
fn group_names(list: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in list.split(',').map(str::trim) {
        if !name.is_empty() && name != DEFAULT && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Definitions of the submitted properties of groups, in the order of the groups. The settings of topics have none: the broker
/// judges them.
pub(super) fn submitted_keys(submitted: &SubmittedConfig) -> Vec<ConfigKey> {
    let groups = submitted.get(GROUPS).unwrap_or_default();
    let mut keys = Vec::new();
    for group in group_names(groups) {
        for (short, value_type, validator) in [
            ("include", ValueType::List, Validator::Regexes),
            ("exclude", ValueType::List, Validator::Regexes),
            ("replication.factor", ValueType::Short, REPLICAS),
            ("partitions", ValueType::Int, PARTITIONS),
        ] {
            let name = format!("{PREFIX}{group}.{short}");
            if submitted.get(&name).is_some() {
                keys.push(topic_group_key(name, value_type, validator));
            }
        }
    }
    keys
}

/// Groups that no pattern leads to, by the name of the missing property.
pub(super) fn unreachable_groups(submitted: &SubmittedConfig) -> Vec<String> {
    let groups = submitted.get(GROUPS).unwrap_or_default();
    let include = |group: &str| format!("{PREFIX}{group}.include");
    group_names(groups)
        .into_iter()
        .map(include)
        .filter(|name| submitted.get(name).is_none_or(|list| list.trim().is_empty()))
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn rules(properties: &[(&str, &str)]) -> TopicCreationRules {
        let pairs = properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let submitted: SubmittedConfig = pairs.collect();
        read(&Values::new(&submitted)).unwrap()
    }

    const TWO_GROUPS: &[(&str, &str)] = &[
        ("topic.creation.groups", "default, compacted ,all,compacted"),
        ("topic.creation.default.partitions", "6"),
        ("topic.creation.default.replication.factor", "3"),
        ("topic.creation.default.retention.ms", "1000"),
        ("topic.creation.default.include", "never.*"),
        ("topic.creation.compacted.include", "jee\\..*, sap\\.orders"),
        ("topic.creation.compacted.exclude", "jee\\.log.*"),
        ("topic.creation.compacted.cleanup.policy", "compact"),
        ("topic.creation.all.include", ".*\\.log.*"),
        ("topic.creation.all.partitions", "-1"),
    ];

    #[test]
    fn the_first_group_whose_patterns_match_all_of_the_name_decides() {
        let rules = rules(TWO_GROUPS);
        let policy = |topic: &str| rules.for_topic(topic).unwrap().configs.first().map(|(name, _)| name.clone());

        assert_eq!(policy("jee.patients").as_deref(), Some("cleanup.policy"));
        assert_eq!(policy("sap.orders").as_deref(), Some("cleanup.policy"));
        assert_eq!(policy("sap.orders2").as_deref(), Some("retention.ms"), "a part of the name is no match");
        assert_eq!(policy("jee.logs"), None, "excluded there, so the next group");
        assert_eq!(policy("never.ever").as_deref(), Some("retention.ms"));
    }

    #[test]
    fn a_group_takes_counts_from_the_default_group_and_no_other_setting() {
        let rules = rules(TWO_GROUPS);
        let of = |topic: &str| rules.for_topic(topic).unwrap();

        assert_eq!((of("jee.a").partitions, of("jee.a").replication_factor), (Some(6), Some(3)));
        assert_eq!(of("jee.a").configs, [("cleanup.policy".to_owned(), "compact".to_owned())]);
        assert_eq!((of("sap.log").partitions, of("sap.log").replication_factor), (None, Some(3)));
    }

    #[test]
    fn the_dead_letter_topic_may_have_a_replication_factor_of_its_own() {
        let rules = rules(TWO_GROUPS);
        let unchanged = rules.clone().with_replicas("letters", None).unwrap();
        let changed = rules.clone().with_replicas("letters", Some(2)).unwrap();

        assert_eq!(unchanged, rules);
        assert_eq!(changed.for_topic("letters").unwrap().replication_factor, Some(2));
        assert_eq!(changed.for_topic("letters").unwrap().partitions, Some(6));
        assert_eq!(changed.for_topic("jee.a").unwrap().replication_factor, Some(3));
    }

    #[test]
    fn a_group_without_a_pattern_takes_no_topic() {
        let rules = rules(&[("topic.creation.groups", "g"), ("topic.creation.g.partitions", "9")]);

        assert_eq!(rules.for_topic("a").unwrap().partitions, None);
    }
}
