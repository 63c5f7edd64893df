//! Java regular expressions on `db.coll`, as configurations written for the official connector contain them.
//!
//! Used by the topic mapper (whole match) and for choosing what is copied (partial match). The engine below is a Rust one with
//! look-around and back-references; `pattern/java.rs` rewrites what the two dialects spell differently and refuses what it
//! cannot. Known and accepted: `(?i)` folds all of Unicode here and ASCII only in Java; `$` is the very end here and may stand
//! before a last line break in Java; `.` leaves out `\n` here and every line break in Java.

mod java;

use fancy_regex::Regex;

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Not a regular expression.
    #[error("Invalid regex: {0}")]
    Invalid(String),
    /// Java would understand it, Naru does not.
    #[error("Invalid regex: {0} is not supported")]
    Unsupported(String),
    /// Matching took too many steps: the pattern backtracks without end on some names.
    #[error("The regex takes too many steps to match a namespace: make it simpler")]
    TooComplex,
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub struct NamespacePattern {
    whole: Regex,
    anywhere: Regex,
}

impl NamespacePattern {
    /// Compiles a Java regular expression.
    ///
    /// # Errors
    /// It is not one, or uses what is not supported.
    pub fn new(java: &str) -> Result<Self, PatternError> {
        let pattern = java::translate(java)?;
        // Compiled by itself first, so that a pattern like `a)(b` does not become valid inside the group.
        let anywhere = compile(&pattern)?;
        let whole = compile(&format!(r"\A(?:{pattern})\z"))?;
        Ok(Self { whole, anywhere })
    }

    /// Java's `matches()`: the pattern covers the whole namespace.
    ///
    /// # Errors
    /// `TooComplex`.
    pub fn matches_whole(&self, namespace: &str) -> Result<bool, PatternError> {
        self.whole.is_match(namespace).map_err(|_| PatternError::TooComplex)
    }

    /// Java's `find()`: the pattern occurs somewhere in the namespace.
    ///
    /// # Errors
    /// `TooComplex`.
    pub fn is_found_in(&self, namespace: &str) -> Result<bool, PatternError> {
        self.anywhere.is_match(namespace).map_err(|_| PatternError::TooComplex)
    }
}

fn compile(pattern: &str) -> Result<Regex, PatternError> {
    Regex::new(pattern).map_err(|error| PatternError::Invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{NamespacePattern, PatternError};

    fn whole(java: &str, namespace: &str) -> bool {
        NamespacePattern::new(java).unwrap().matches_whole(namespace).unwrap()
    }

    #[test]
    fn whole_and_partial_matches_differ() {
        let pattern = NamespacePattern::new("visit|jee").unwrap();

        assert!(!pattern.matches_whole("jee.visits").unwrap());
        assert!(pattern.is_found_in("jee.visits").unwrap());
    }

    #[test]
    fn alternatives_compete_for_the_whole_name() {
        assert!(whole("jee|jee\\.visits", "jee.visits"));
    }

    #[test]
    fn look_around_back_references_and_possessive_quantifiers_work() {
        assert!(whole("(?!admin\\.).*", "jee.visits"));
        assert!(!whole("(?!jee\\.).*", "jee.visits"));
        assert!(whole("(.)\\1\\.x", "ee.x"));
        assert!(whole("(?<d>.)\\k<d>\\.x", "ee.x"));
        assert!(!whole("e*+e", "eee"));
        assert!(whole("(?>e)e+", "eee"));
        assert!(whole("e{2}e{1,}x{0,1}", "eee"));
    }

    #[test]
    fn shorthand_classes_are_ascii_as_in_java() {
        assert!(whole("\\w+\\.\\d", "jee_1.2"));
        assert!(!whole("\\w+", "환자"));
        assert!(!whole("\\d", "٣"));
        assert!(whole("[\\w환]+", "a환b"));
        assert!(whole("[^\\d]+", "ab"));
        assert!(whole("\\W\\D\\S", "환환환"));
        assert!(whole("\\p{Alpha}+\\p{Punct}[\\p{Upper}a]", "abc.A"));
        assert!(!whole("\\p{Alpha}", "é"));
        assert!(whole("\\p{L}\\pL\\p{IsHangul}", "éa환"));
        assert!(whole("a\\hb", "a b"));
    }

    #[test]
    fn quoting_and_escapes_are_literal() {
        assert!(whole("\\Qa.b*\\E.c", "a.b*.c"));
        assert!(!whole("\\Qa.b\\E", "axb"));
        assert!(whole("\\Qa.b", "a.b"));
        assert!(whole("a\\-b\\/c\\<d\\ e", "a-b/c<d e"));
        assert!(whole("\\x61\\x{62}\\u0063\\0144", "abcd"));
    }

    #[test]
    fn classes_follow_java() {
        assert!(whole("[a-z&&[^b]]+", "acd"));
        assert!(!whole("[a-z&&[^b]]+", "abc"));
        assert!(whole("[[:a]]+", ":a"));
        assert!(whole("[--/]+", "-./"));
        assert!(whole("[~~a]+", "~a"));
        assert!(whole("[]a]+", "]a"));
        assert!(whole("[^]a]", "b"));
    }

    #[test]
    fn what_is_no_regex_or_not_supported_is_refused() {
        for java in ["(", "a)(b", "[a", "*", "a\\", "\\p{L", "\\Ea", "{db}", "x{,2}", "x{1,2,3}", "x{2"] {
            assert!(NamespacePattern::new(java).is_err(), "{java}");
        }
        for java in ["\\p{InGreek}", "\\p{javaLowerCase}", "(?U)\\w", "(?u)a", "(?d)a", "\\G", "\\X", "[\\b]", "\\y"] {
            assert!(matches!(NamespacePattern::new(java), Err(PatternError::Unsupported(_))), "{java}");
        }
    }

    #[test]
    fn a_pattern_that_never_ends_is_an_error_instead() {
        let pattern = NamespacePattern::new("(?=a)((a+)+)+\\1b").unwrap();

        assert_eq!(pattern.matches_whole(&"a".repeat(60)), Err(PatternError::TooComplex));
    }
}
