//! YAML as a tree, with no more than Kubernetes resources need: scalars by the type that they are read as, order kept.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::ImportError;

/// A YAML value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Null,
    /// A scalar in the form in which Kubernetes and Strimzi hand it on: `true`, `5`, `1.5`, text.
    Scalar(String),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    /// A member of a map.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.members().iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Members of a map, in order; none of anything else.
    pub(super) fn members(&self) -> &[(String, Node)] {
        match self {
            Self::Map(members) => members,
            _ => &[],
        }
    }

    /// The text of a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(text) => Some(text),
            _ => None,
        }
    }
}

/// All documents of a text that are not empty.
///
/// # Errors
/// Not YAML, or beyond the parser's limits on size and aliases. The parser's own words are left out: they quote the text.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, ImportError> {
    // YAML 1.1, as Kubernetes reads it.
    let options = serde_saphyr::options! { legacy_octal_numbers: true };
    let documents: Vec<Node> =
        serde_saphyr::from_multiple_with_options(text, options).map_err(|error| ImportError {
            reason: "This is not valid YAML".to_owned(),
            line: error.location().and_then(|location| usize::try_from(location.line()).ok()),
        })?;
    Ok(documents.into_iter().filter(|document| *document != Node::Null).collect())
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a YAML value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Scalar(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = access.next_element()? {
            values.push(value);
        }
        Ok(Node::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some((Key(name), value)) = access.next_entry()? {
            members.push((name, value));
        }
        Ok(Node::Map(members))
    }
}

/// A map's key as text, whatever scalar it is written as.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Node::deserialize(deserializer)? {
            Node::Scalar(text) => Ok(Self(text)),
            Node::Null => Ok(Self(String::new())),
            Node::List(_) | Node::Map(_) => Err(serde::de::Error::custom("a name must be a scalar")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn scalars_read_as_kubernetes_reads_them() {
        let cases = [
            ("a: 5", "5"),
            ("a: \"5\"", "5"),
            ("a: -1", "-1"),
            ("a: true", "true"),
            ("a: 'true'", "true"),
            ("a: 1.5", "1.5"),
            // YAML 1.1, as Kubernetes reads it.
            ("a: no", "false"),
            ("a: 010", "8"),
            ("a: 1.10", "1.1"),
            ("a: text with blanks", "text with blanks"),
            ("a: |\n  two\n  lines\n", "two\nlines\n"),
            ("a: >-\n  folded\n  text\n", "folded text"),
            ("a: '[{\"$match\": {}}]'", "[{\"$match\": {}}]"),
            ("a: 2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
            ("a: ${file:/x:y}", "${file:/x:y}"),
            ("a: 9223372036854775807", "9223372036854775807"),
        ];
        for (text, expected) in cases {
            let document = parse(text).unwrap().remove(0);
            assert_eq!(document.get("a").unwrap().text(), Some(expected), "{text}");
        }
    }

    #[test]
    fn order_and_nesting_are_kept() {
        let document = parse("b: 1\na: {c: [1, x], d: null}\n").unwrap().remove(0);

        let names: Vec<&str> = document.members().iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a"]);
        assert_eq!(document.get("a").unwrap().get("d"), Some(&Node::Null));
    }

    #[test]
    fn faults_name_the_line_and_quote_nothing() {
        let error = parse("a: 1\nb: [secret\nc: }").unwrap_err();

        assert!(error.line.is_some());
        assert!(!error.to_string().contains("secret"));
    }
}
