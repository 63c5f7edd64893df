//! `topic.namespace.map`: from its text to entries that the topic mapper accepts.

use bson::Bson;

use super::{TopicNamingConfig, java_regex, json_text};
use crate::mongo::TopicMapper;

/// What is wrong with a map, in the official connector's words, and where, if there is such a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MapFault {
    pub(super) message: String,
    pub(super) offset: Option<usize>,
}

/// Entries in the order of the document, those with an empty topic left out after they were checked.
pub(super) fn parse(text: &str) -> Result<Vec<(String, String)>, MapFault> {
    let document = json_text::document(text).map_err(|fault| MapFault {
        message: format!("Not a valid JSON document: {fault}"),
        offset: Some(fault.offset),
    })?;
    let mut entries = Vec::new();
    for (namespace, topic) in document.unwrap_or_default() {
        let Bson::String(topic) = topic else {
            return Err(unplaced("All values must be strings"));
        };
        check(&namespace, &topic)?;
        if !topic.is_empty() {
            entries.push((namespace, topic));
        }
    }
    Ok(entries)
}

/// The mapper itself decides; a regular expression is looked at first, because its faults have Java's words.
fn check(namespace: &str, topic: &str) -> Result<(), MapFault> {
    if let Some(pattern) = namespace.strip_prefix('/') {
        java_regex::check(pattern).map_err(unplaced)?;
    }
    let naming = TopicNamingConfig {
        prefix: String::new(),
        suffix: String::new(),
        separator: ".".to_owned(),
        namespace_map: vec![(namespace.to_owned(), topic.to_owned())],
    };
    TopicMapper::new(&naming).map(|_| ()).map_err(unplaced)
}

fn unplaced(message: impl ToString) -> MapFault {
    MapFault { message: message.to_string(), offset: None }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn faults_are_worded_as_the_official_connector_words_them() {
        let cases = [
            ("{a: 1}", "All values must be strings"),
            ("{'a/b': 'x'}", "'/' is not allowed in a simple namespace pattern"),
            ("{'/(': 'x'}", "Unclosed group near index 1\n("),
            ("{'/a': '{x}'}", "x is not a supported variable name"),
            ("{'/a': '{db'}", "Variable expansion syntax is violated, unexpected '{'"),
            ("{'/a': 'db}'}", "Variable expansion syntax is violated, unexpected '}'"),
            ("{'/a': '{{db}}'}", "Variable expansion syntax is violated, unexpected '{'"),
            ("{'/a': '{DB}'}", "DB is not a supported variable name"),
        ];
        for (text, message) in cases {
            assert_eq!(parse(text).unwrap_err().message, message, "{text}");
        }
    }

    #[test]
    fn entries_keep_their_order_and_empty_ones_go() {
        let entries = parse("{'jee': 'a', '/x.*': '', '*': 'rest', 'jee': 'b'}").unwrap();

        assert_eq!(entries, vec![("jee".to_owned(), "b".to_owned()), ("*".to_owned(), "rest".to_owned())]);
        assert_eq!(parse("").unwrap(), Vec::new());
    }

    #[test]
    fn a_fault_in_the_json_names_its_place() {
        let fault = parse("{'a': }").unwrap_err();

        assert_eq!(fault.offset, Some(6));
        assert!(fault.message.starts_with("Not a valid JSON document"));
    }
}
