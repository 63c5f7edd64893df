//! The right-hand side of a regex entry in `topic.namespace.map`: text with variables in braces.

use super::topic::TopicNamingError;

/// A template taken apart. [`Self::expand`] puts a namespace in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TopicTemplate(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Database,
    Separator,
    Collection,
    SeparatorCollection,
    CollectionSeparator,
    SeparatorCollectionSeparator,
}

impl TopicTemplate {
    /// Takes a template apart.
    pub(super) fn parse(template: &str) -> Result<Self, TopicNamingError> {
        let mut pieces = Vec::new();
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            let (text, braced) = rest.split_at(at);
            let Some(braced) = braced.strip_prefix('{') else { return Err(TopicNamingError::Unbalanced('}')) };
            let name = match braced.find(['{', '}']) {
                Some(end) if braced[end..].starts_with('}') => &braced[..end],
                _ => return Err(TopicNamingError::Unbalanced('{')),
            };
            if !text.is_empty() {
                pieces.push(Piece::Text(text.to_owned()));
            }
            pieces.push(Piece::variable(name)?);
            rest = &braced[name.len() + 1..];
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.to_owned()));
        }
        Ok(Self(pieces))
    }

    /// A template that is empty whatever the namespace: its entry is ignored. So are separators if the separator is empty.
    pub(super) fn is_empty(&self, separator: &str) -> bool {
        separator.is_empty() && self.0.iter().all(|piece| *piece == Piece::Separator) || self.0.is_empty()
    }

    /// The topic's name for a namespace, before prefix and suffix. An empty collection is that of an event about a whole
    /// database: variables that join it with separators are then empty too.
    pub(super) fn expand(&self, database: &str, collection: &str, separator: &str) -> String {
        let joint = if collection.is_empty() { "" } else { separator };
        let mut name = String::new();
        for piece in &self.0 {
            let parts: [&str; 3] = match piece {
                Piece::Text(text) => [text, "", ""],
                Piece::Database => [database, "", ""],
                Piece::Separator => [separator, "", ""],
                Piece::Collection => [collection, "", ""],
                Piece::SeparatorCollection => [joint, collection, ""],
                Piece::CollectionSeparator => [collection, joint, ""],
                Piece::SeparatorCollectionSeparator => [joint, collection, joint],
            };
            parts.iter().for_each(|part| name.push_str(part));
        }
        name
    }
}

impl Piece {
    fn variable(name: &str) -> Result<Self, TopicNamingError> {
        match name {
            "db" => Ok(Self::Database),
            "sep" => Ok(Self::Separator),
            "coll" => Ok(Self::Collection),
            "sep_coll" => Ok(Self::SeparatorCollection),
            "coll_sep" => Ok(Self::CollectionSeparator),
            "sep_coll_sep" => Ok(Self::SeparatorCollectionSeparator),
            _ => Err(TopicNamingError::UnknownVariable(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::TopicTemplate;

    #[test]
    fn expands_all_six_variables_with_and_without_a_collection() {
        for (template, with, without) in [
            ("{db}", "jee", "jee"),
            ("{sep}", "-", "-"),
            ("{coll}", "visits", ""),
            ("{sep_coll}", "-visits", ""),
            ("{coll_sep}", "visits-", ""),
            ("{sep_coll_sep}", "-visits-", ""),
            ("a{db}b{sep_coll}c", "ajeeb-visitsc", "ajeebc"),
            ("plain", "plain", "plain"),
            ("{sep}{sep}", "--", "--"),
        ] {
            let parsed = TopicTemplate::parse(template).unwrap();

            assert_eq!(parsed.expand("jee", "visits", "-"), with, "{template}");
            assert_eq!(parsed.expand("jee", "", "-"), without, "{template}");
        }
    }

    #[test]
    fn refuses_unbalanced_braces_and_unknown_names_in_the_official_words() {
        for (template, message) in [
            ("a}", "Variable expansion syntax is violated, unexpected '}'"),
            ("{db}}", "Variable expansion syntax is violated, unexpected '}'"),
            ("{db", "Variable expansion syntax is violated, unexpected '{'"),
            ("{{db}}", "Variable expansion syntax is violated, unexpected '{'"),
            ("{Db}", "Db is not a supported variable name"),
            ("{}", " is not a supported variable name"),
        ] {
            assert_eq!(TopicTemplate::parse(template).unwrap_err().to_string(), message, "{template}");
        }
    }
}
