//! `collation`: the rules by which the server compares text in a change stream's pipeline, in the order in which it lists them.

use bson::{Bson, Document};

use super::json_text;

/// What is wrong with a collation, and where, as far as that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CollationFault {
    /// One sentence without its end.
    pub(super) message: String,
    /// Byte offset into the text.
    pub(super) offset: Option<usize>,
}

/// What a rule's value may be.
enum Kind {
    Text,
    Word(&'static [&'static str]),
    Flag,
    Level,
}

/// Every rule there is. The official connector drops others without a word; here they are faults.
const RULES: &[(&str, Kind)] = &[
    ("locale", Kind::Text),
    ("caseLevel", Kind::Flag),
    ("caseFirst", Kind::Word(&["upper", "lower", "off"])),
    ("strength", Kind::Level),
    ("numericOrdering", Kind::Flag),
    ("alternate", Kind::Word(&["non-ignorable", "shifted"])),
    ("maxVariable", Kind::Word(&["punct", "space"])),
    ("normalization", Kind::Flag),
    ("backwards", Kind::Flag),
];

/// Reads a collation; `None` for an empty text.
pub(super) fn parse(text: &str) -> Result<Option<Document>, CollationFault> {
    let given = json_text::document(text).map_err(|fault| CollationFault {
        message: format!("Not a valid JSON document: {fault}"),
        offset: Some(fault.offset),
    })?;
    let Some(given) = given else { return Ok(None) };
    if let Some(unknown) = given.keys().find(|name| RULES.iter().all(|(rule, _)| rule != name)) {
        let names: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
        return Err(fault(format!("{unknown} is no rule of a collation. The rules are: {}", names.join(", "))));
    }
    if !given.contains_key("locale") {
        return Err(fault("locale is missing".to_owned()));
    }
    let mut collation = Document::new();
    for (name, kind) in RULES {
        if let Some(value) = given.get(name) {
            collation.insert(*name, checked(name, kind, value)?);
        }
    }
    Ok(Some(collation))
}

fn checked(name: &str, kind: &Kind, value: &Bson) -> Result<Bson, CollationFault> {
    let is_good = match (kind, value) {
        (Kind::Text, Bson::String(text)) => !text.is_empty(),
        (Kind::Word(words), Bson::String(text)) => words.contains(&text.as_str()),
        (Kind::Flag, Bson::Boolean(_)) => true,
        (Kind::Level, Bson::Int32(level)) => (1..=5).contains(level),
        _ => false,
    };
    if is_good {
        return Ok(value.clone());
    }
    let wanted = match kind {
        Kind::Text => "a text".to_owned(),
        Kind::Word(words) => format!("one of: {}", words.join(", ")),
        Kind::Flag => "true or false".to_owned(),
        Kind::Level => "a number from 1 to 5".to_owned(),
    };
    Err(fault(format!("{name} must be {wanted}")))
}

fn fault(message: String) -> CollationFault {
    CollationFault { message, offset: None }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::doc;

    use super::*;

    #[test]
    fn rules_come_in_the_servers_order() {
        let parsed = parse("{strength: 2, locale: 'ko', caseFirst: 'off', backwards: true}").unwrap().unwrap();

        assert_eq!(parsed.keys().collect::<Vec<_>>(), ["locale", "caseFirst", "strength", "backwards"]);
        assert_eq!(parsed, doc! { "locale": "ko", "caseFirst": "off", "strength": 2, "backwards": true });
        assert_eq!(parse("").unwrap(), None);
    }

    #[test]
    fn what_the_server_would_refuse_is_refused_before() {
        for (text, message) in [
            ("{strength: 2}", "locale is missing"),
            ("{locale: 'ko', strength: 6}", "strength must be a number from 1 to 5"),
            ("{locale: 'ko', strength: '2'}", "strength must be a number from 1 to 5"),
            ("{locale: 'ko', caseFirst: 'UPPER'}", "caseFirst must be one of: upper, lower, off"),
            ("{locale: 'ko', normalization: 1}", "normalization must be true or false"),
            ("{locale: ''}", "locale must be a text"),
        ] {
            assert_eq!(parse(text).unwrap_err().message, message, "{text}");
        }
        assert!(parse("{locale: 'ko', strenght: 2}").unwrap_err().message.starts_with("strenght is no rule"));
        assert_eq!(parse("{locale: ").unwrap_err().offset, Some(9));
    }
}
