//! Which topic a namespace goes to: `topic.prefix`, `.suffix`, `.separator` and `.namespace.map`, as the official connector's
//! default mapper reads them.

use std::collections::HashMap;
use std::sync::Arc;

use super::topic_name::{IllegalTopicName, check_topic_name};
use super::topic_template::TopicTemplate;
use crate::config::TopicNamingConfig;
use crate::config::java_regex::{JavaRegex, RegexFault, TooManySteps};

/// Namespaces whose topics are remembered; twice as many at most. A database of more collections than this works, slower.
const REMEMBERED_NAMESPACES: usize = 2048;

/// Why `topic.namespace.map` cannot be used, in the official connector's words where it has any.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TopicNamingError {
    /// A brace too many or too few in the template of a regex entry.
    #[error("Variable expansion syntax is violated, unexpected '{0}'")]
    Unbalanced(char),
    /// A name in braces that is none of the six variables.
    #[error("{0} is not a supported variable name")]
    UnknownVariable(String),
    /// A `/` that does not begin its entry.
    #[error("'/' is not allowed in a simple namespace pattern")]
    SlashInside,
    /// A regex entry that is no regular expression, or one beyond what Naru supports.
    #[error(transparent)]
    Pattern(#[from] RegexFault),
}

/// Where the records of a namespace go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    name: Arc<str>,
    illegal: Option<IllegalTopicName>,
}

impl Topic {
    /// The name, as configured, legal or not.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The name, if Kafka accepts it.
    ///
    /// # Errors
    /// Why it does not, with a remedy.
    pub fn legal_name(&self) -> Result<&Arc<str>, &IllegalTopicName> {
        self.illegal.as_ref().map_or(Ok(&self.name), Err)
    }
}

/// Maps namespaces to topics; remembers a bounded number of answers.
#[derive(Debug)]
pub struct TopicMapper {
    /// With the separator behind it, or empty.
    prefix: String,
    /// With the separator before it, or empty.
    suffix: String,
    separator: String,
    simple: HashMap<String, String>,
    patterns: Vec<(JavaRegex, TopicTemplate)>,
    wildcard: Option<String>,
    remembered: Remembered,
}

/// Two generations of answers: when the young one is full it becomes the old one, and the old one is forgotten. What is in
/// use survives, because it is taken over from the old into the young.
#[derive(Debug, Default)]
struct Remembered {
    young: HashMap<String, Option<Topic>>,
    old: HashMap<String, Option<Topic>>,
    /// The key being looked for; kept to not allocate for each event.
    key: String,
}

impl TopicMapper {
    /// A mapper for a connector's naming.
    ///
    /// # Errors
    /// An entry of the namespace map that cannot be used.
    pub fn new(naming: &TopicNamingConfig) -> Result<Self, TopicNamingError> {
        let TopicNamingConfig { prefix, suffix, separator, namespace_map } = naming;
        let mut mapper = Self {
            prefix: if prefix.is_empty() { String::new() } else { format!("{prefix}{separator}") },
            suffix: if suffix.is_empty() { String::new() } else { format!("{separator}{suffix}") },
            separator: separator.clone(),
            simple: HashMap::new(),
            patterns: Vec::new(),
            wildcard: None,
            remembered: Remembered::default(),
        };
        for (namespace, mapped) in namespace_map {
            mapper.add(namespace, mapped)?;
        }
        Ok(mapper)
    }

    /// Entries with an empty value are checked, then ignored.
    fn add(&mut self, namespace: &str, mapped: &str) -> Result<(), TopicNamingError> {
        if namespace == "*" {
            self.wildcard = (!mapped.is_empty()).then(|| mapped.to_owned());
        } else if let Some(regex) = namespace.strip_prefix('/') {
            let pattern = JavaRegex::compile(regex)?;
            let template = TopicTemplate::parse(mapped)?;
            if !template.is_empty(&self.separator) {
                self.patterns.push((pattern, template));
            }
        } else if namespace.contains('/') {
            return Err(TopicNamingError::SlashInside);
        } else if mapped.is_empty() {
            self.simple.remove(namespace);
        } else {
            self.simple.insert(namespace.to_owned(), mapped.to_owned());
        }
        Ok(())
    }

    /// The topic of a namespace; `None` where there is no database or the name comes out empty: such events are dropped.
    /// `collection` is empty for events about a whole database.
    ///
    /// # Errors
    /// A regex of the map needs too many steps on this namespace.
    pub fn topic(&mut self, database: &str, collection: &str) -> Result<Option<Topic>, TooManySteps> {
        if database.is_empty() {
            return Ok(None);
        }
        if let Some(topic) = self.remembered.get(database, collection) {
            return Ok(topic);
        }
        let name = format!("{}{}{}", self.prefix, self.undecorated(database, collection)?, self.suffix);
        let topic = (!name.is_empty()).then(|| Topic { illegal: check_topic_name(&name).err(), name: name.into() });
        self.remembered.insert(topic.clone());
        Ok(topic)
    }

    /// The name without prefix and suffix: the first of exact collection, exact database, regex, `*`, the namespace itself.
    fn undecorated(&self, database: &str, collection: &str) -> Result<String, TooManySteps> {
        let namespace = if collection.is_empty() { database.to_owned() } else { format!("{database}.{collection}") };
        if let Some(mapped) = self.simple.get(&namespace) {
            return Ok(mapped.clone());
        }
        if let Some(mapped) = self.simple.get(database) {
            return Ok(self.joined(mapped, collection));
        }
        for (pattern, template) in &self.patterns {
            if pattern.is_whole_match(&namespace)? {
                return Ok(template.expand(database, collection, &self.separator));
            }
        }
        Ok(self.wildcard.clone().unwrap_or_else(|| self.joined(database, collection)))
    }

    fn joined(&self, name: &str, collection: &str) -> String {
        if collection.is_empty() { name.to_owned() } else { format!("{name}{}{collection}", self.separator) }
    }
}

impl Remembered {
    /// What is remembered for a namespace: the outer `None` is nothing, the inner one "no topic".
    fn get(&mut self, database: &str, collection: &str) -> Option<Option<Topic>> {
        self.key.clear();
        self.key.push_str(database);
        // MongoDB allows no zero byte in names, so the two parts cannot run into each other.
        self.key.push('\0');
        self.key.push_str(collection);
        if let Some(topic) = self.young.get(&self.key) {
            return Some(topic.clone());
        }
        let topic = self.old.remove(&self.key)?;
        self.insert(topic.clone());
        Some(topic)
    }

    /// Remembers an answer for the namespace that was last looked for.
    fn insert(&mut self, topic: Option<Topic>) {
        if self.young.len() >= REMEMBERED_NAMESPACES {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(self.key.clone(), topic);
    }
}

#[cfg(test)]
mod tests;
