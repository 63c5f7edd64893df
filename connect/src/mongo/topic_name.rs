//! Which names Kafka accepts for a topic, and what to do about the others.
//!
//! Checked before anything is sent: a collection called `a$b` should stop its connector with a sentence that helps, in the
//! wizard already, instead of failing record by record at the broker.

/// The longest name, in characters (all of them ASCII).
const MAX_LENGTH: usize = 249;

/// Why Kafka would refuse a topic name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IllegalTopicName {
    /// Nothing at all.
    #[error("A topic name is empty")]
    Empty,
    /// `.` or `..`, which Kafka cannot use as folders.
    #[error("'{0}' is not a legal topic name")]
    Dots(String),
    /// More than 249 characters.
    #[error("The topic name '{name}' has {length} characters; Kafka allows {MAX_LENGTH}")]
    TooLong {
        /// The name.
        name: String,
        /// Its characters.
        length: usize,
    },
    /// Something besides ASCII letters, digits, `.`, `_` and `-`.
    #[error("The topic name '{name}' contains '{}'; Kafka allows ASCII letters, digits, '.', '_' and '-'", .character.escape_debug())]
    Character {
        /// The name.
        name: String,
        /// The first character that is not allowed.
        character: char,
    },
}

impl IllegalTopicName {
    /// What the operator can do, in one sentence.
    pub fn remedy(&self) -> String {
        match self {
            Self::Empty | Self::Dots(_) => {
                "Give the namespace a topic of its own with topic.namespace.map, or set topic.prefix.".to_owned()
            }
            Self::TooLong { .. } => {
                "Give the namespace a shorter topic with topic.namespace.map, or shorten topic.prefix and topic.suffix."
                    .to_owned()
            }
            Self::Character { name, .. } => format!(
                "Give the namespace a legal topic with topic.namespace.map, for example '{}'; look at topic.prefix, \
                 topic.suffix and topic.separator too.",
                legal_form(name)
            ),
        }
    }
}

/// Whether Kafka accepts a topic name.
///
/// # Errors
/// Why it would not.
pub fn check_topic_name(name: &str) -> Result<(), IllegalTopicName> {
    if name.is_empty() {
        return Err(IllegalTopicName::Empty);
    }
    if name == "." || name == ".." {
        return Err(IllegalTopicName::Dots(name.to_owned()));
    }
    if let Some(character) = name.chars().find(|character| !is_legal(*character)) {
        return Err(IllegalTopicName::Character { name: name.to_owned(), character });
    }
    if name.len() > MAX_LENGTH {
        return Err(IllegalTopicName::TooLong { name: name.to_owned(), length: name.len() });
    }
    Ok(())
}

fn is_legal(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-')
}

fn legal_form(name: &str) -> String {
    name.chars().map(|character| if is_legal(character) { character } else { '_' }).take(MAX_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{IllegalTopicName, check_topic_name};

    #[test]
    fn accepts_what_kafka_accepts() {
        for name in ["a", "jee.patients", "A-Z_0.9", "...", &"x".repeat(249)] {
            assert_eq!(check_topic_name(name), Ok(()), "{name}");
        }
    }

    #[test]
    fn refuses_what_kafka_refuses() {
        for name in ["", ".", "..", "a b", "a/b", "a$b", "환자", "é", &"x".repeat(250)] {
            assert!(check_topic_name(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_dollar_is_named_with_a_topic_that_would_do() {
        let error = check_topic_name("jee.a$b").unwrap_err();

        assert!(error.to_string().contains("'jee.a$b' contains '$'"), "{error}");
        assert!(error.remedy().contains("'jee.a_b'"), "{}", error.remedy());
    }

    #[test]
    fn control_characters_are_shown_escaped() {
        let error = check_topic_name("a\nb").unwrap_err();

        assert_eq!(error, IllegalTopicName::Character { name: "a\nb".to_owned(), character: '\n' });
        assert!(error.to_string().contains("contains '\\n'"), "{error}");
    }
}
