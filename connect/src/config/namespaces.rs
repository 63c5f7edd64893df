//! `naru.namespaces.include` and `naru.namespaces.exclude`: any mix of databases and collections, with one meaning for the copy
//! and for the stream.
//!
//! Each is a list of Java regular expressions, separated by commas, of which one must match the whole of `database.collection`.
//! A namespace counts when one of the included matches (or none is named) and none of the excluded does. Read by validation, by
//! the copy's choice of collections and by the reader of the stream; the server gets a coarse form of it, which lets through at
//! least as much. Must not know events.

use super::java_regex::{JavaRegex, RegexFault, TooManySteps};

/// Both lists as they were submitted, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamespaceRules {
    /// Patterns of which one must match; empty lets everything in.
    pub include: Vec<String>,
    /// Patterns of which none may match.
    pub exclude: Vec<String>,
}

impl NamespaceRules {
    /// Nothing is said: everything in the scope counts.
    pub fn is_empty(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    /// One text for both, which is equal for equal rules.
    pub fn text(&self) -> String {
        format!("+{}-{}", self.include.join(","), self.exclude.join(","))
    }
}

/// The rules, ready to be asked.
#[derive(Debug, Clone)]
pub struct NamespaceFilter {
    include: Vec<JavaRegex>,
    exclude: Vec<JavaRegex>,
}

impl NamespaceFilter {
    /// Compiles the rules; `None` where everything counts.
    ///
    /// # Errors
    /// A pattern is no regular expression.
    pub fn compile(rules: &NamespaceRules) -> Result<Option<Self>, RegexFault> {
        if rules.is_empty() {
            return Ok(None);
        }
        let compile = |patterns: &[String]| -> Result<Vec<_>, RegexFault> {
            patterns.iter().map(|pattern| JavaRegex::compile(pattern)).collect()
        };
        Ok(Some(Self { include: compile(&rules.include)?, exclude: compile(&rules.exclude)? }))
    }

    /// Whether a collection counts.
    ///
    /// # Errors
    /// A pattern needs too many steps on this name.
    pub fn admits(&self, database: &str, collection: &str) -> Result<bool, TooManySteps> {
        let name = format!("{database}.{collection}");
        Ok((self.include.is_empty() || is_any_match(&self.include, &name)?) && !is_any_match(&self.exclude, &name)?)
    }

    /// Whether what concerns a whole database counts: only where no list of collections was asked for.
    pub fn admits_databases(&self) -> bool {
        self.include.is_empty()
    }
}

fn is_any_match(patterns: &[JavaRegex], name: &str) -> Result<bool, TooManySteps> {
    for pattern in patterns {
        if pattern.is_whole_match(name)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a pattern surely needs of a namespace, for a server that shall not send the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Exactly one collection.
    Collection {
        /// Its database.
        database: String,
        /// Its name.
        collection: String,
    },
    /// Collections of one database.
    Database(String),
    /// Databases whose names begin like this.
    Databases(String),
    /// Any.
    Anywhere,
}

/// Reads what a pattern surely needs from its beginning.
pub fn reach(pattern: &str) -> Reach {
    let Some((literal, is_whole)) = literal_beginning(pattern) else { return Reach::Anywhere };
    match literal.split_once('.') {
        Some((database, collection)) if is_whole => {
            Reach::Collection { database: database.to_owned(), collection: collection.to_owned() }
        }
        Some((database, _)) => Reach::Database(database.to_owned()),
        None if literal.is_empty() => Reach::Anywhere,
        None => Reach::Databases(literal),
    }
}

/// The text that every match begins with, and whether it is the whole of it; `None` where alternatives may begin otherwise.
fn literal_beginning(pattern: &str) -> Option<(String, bool)> {
    if has_alternatives(pattern) {
        return None;
    }
    let mut literal = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("[.]") {
            literal.push('.');
            rest = after;
            continue;
        }
        match first {
            '\\' => match rest[1..].chars().next() {
                Some(escaped) if escaped.is_ascii_punctuation() => {
                    literal.push(escaped);
                    rest = &rest[1 + escaped.len_utf8()..];
                }
                _ => return Some((literal, false)),
            },
            // What stands before these may be missing.
            '*' | '?' | '{' => {
                literal.pop();
                return Some((literal, false));
            }
            '.' | '[' | ']' | '(' | ')' | '}' | '+' | '^' | '$' | '|' => return Some((literal, false)),
            plain => {
                literal.push(plain);
                rest = &rest[plain.len_utf8()..];
            }
        }
    }
    Some((literal, true))
}

/// There is a `|` that is neither quoted nor inside brackets or parentheses.
fn has_alternatives(pattern: &str) -> bool {
    pieces(pattern, '|').len() > 1 || pattern.contains("\\Q")
}

/// The members of a list, trimmed: separated by commas outside of brackets, parentheses and braces.
pub fn members(list: &str) -> Vec<&str> {
    if list.trim().is_empty() {
        return Vec::new();
    }
    pieces(list, ',').into_iter().map(str::trim).collect()
}

/// What stands between the separators that are neither quoted nor enclosed.
fn pieces(text: &str, separator: char) -> Vec<&str> {
    let (mut depth, mut is_quoted, mut begin) = (0_usize, false, 0);
    let mut found = Vec::new();
    for (at, character) in text.char_indices() {
        if std::mem::take(&mut is_quoted) {
            continue;
        }
        match character {
            '\\' => is_quoted = true,
            '[' | '(' | '{' => depth += 1,
            ']' | ')' | '}' => depth = depth.saturating_sub(1),
            other if other == separator && depth == 0 => {
                found.push(&text[begin..at]);
                begin = at + separator.len_utf8();
            }
            _ => {}
        }
    }
    found.push(&text[begin..]);
    found
}

/// What is wrong with a list, worded like the fault of any other regular expression.
pub(super) fn fault(list: &str) -> Option<String> {
    members(list).into_iter().find_map(|pattern| match pattern {
        "" => Some("An entry of the list is empty".to_owned()),
        pattern => JavaRegex::compile(pattern).err().map(|fault| format!("Invalid regex: {fault}")),
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn rules(include: &str, exclude: &str) -> NamespaceRules {
        let list = |text: &str| members(text).into_iter().map(str::to_owned).collect();
        NamespaceRules { include: list(include), exclude: list(exclude) }
    }

    #[test]
    fn a_namespace_counts_when_it_is_included_as_a_whole_and_not_excluded() {
        let filter = NamespaceFilter::compile(&rules(r"jee\..*, shop\.(orders|items)", r".*\.tmp.*")).unwrap().unwrap();
        let admits = |database, collection| filter.admits(database, collection).unwrap();

        assert!(admits("jee", "patients"));
        assert!(admits("shop", "items"));
        assert!(!admits("shop", "items2"));
        assert!(!admits("myjee", "patients"));
        assert!(!admits("jee", "tmp1"));
        assert!(!filter.admits_databases());
    }

    #[test]
    fn without_a_list_of_inclusion_only_the_excluded_are_left_out() {
        let filter = NamespaceFilter::compile(&rules("", r"jee\.audit")).unwrap().unwrap();

        assert!(filter.admits("jee", "patients").unwrap());
        assert!(!filter.admits("jee", "audit").unwrap());
        assert!(filter.admits_databases());
        assert!(NamespaceFilter::compile(&rules("", " ")).unwrap().is_none());
    }

    #[test]
    fn commas_inside_a_pattern_do_not_end_it() {
        assert_eq!(members(r"a{1,2}\.b, c[,]\.d ,(e,f)\.g,h\,i"), [r"a{1,2}\.b", r"c[,]\.d", r"(e,f)\.g", r"h\,i"]);
        assert_eq!(members(""), Vec::<&str>::new());
    }

    #[test]
    fn what_a_pattern_needs_is_read_from_its_beginning() {
        let collection = |database: &str, collection: &str| Reach::Collection {
            database: database.to_owned(),
            collection: collection.to_owned(),
        };
        for (pattern, expected) in [
            (r"jee\.patients", collection("jee", "patients")),
            (r"jee[.]patients", collection("jee", "patients")),
            (r"jee\.visits\.old", collection("jee", "visits.old")),
            (r"jee\..*", Reach::Database("jee".to_owned())),
            (r"jee\.(a|b)", Reach::Database("jee".to_owned())),
            ("jee.patients", Reach::Databases("jee".to_owned())),
            ("jeee?.patients", Reach::Databases("jee".to_owned())),
            ("jee+.patients", Reach::Databases("jee".to_owned())),
            (r"a\.b|c\.d", Reach::Anywhere),
            (r"(?i)jee\.b", Reach::Anywhere),
            (r"\Qjee.b\E", Reach::Anywhere),
            (".*", Reach::Anywhere),
            ("j*ee", Reach::Anywhere),
        ] {
            assert_eq!(reach(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn a_list_with_a_gap_or_a_broken_pattern_is_at_fault() {
        assert_eq!(fault(r"jee\..*"), None);
        assert_eq!(fault(r"jee\..*,").as_deref(), Some("An entry of the list is empty"));
        assert!(fault(r"jee\..*,(").unwrap().starts_with("Invalid regex: Unclosed group"));
    }
}
