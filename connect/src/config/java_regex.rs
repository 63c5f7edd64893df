//! Java regular expressions, as `*.namespace.regex` and `topic.namespace.map` hold them, on a backtracking engine.
//!
//! The syntax is translated where the two engines read the same text differently: `\d`, `\w`, `\s` and the POSIX classes are
//! ASCII, `\Q…\E` quotes, `\h` is blank space; what has no counterpart (`(?U)`, `\G`, `\p{InGreek}`) is refused instead of
//! meaning something else. What is left different, because no namespace can tell: `.` also matches the
//! rarer line terminators, `$` does not look before a final one, and `(?i)` folds all of Unicode. A pattern that needs more
//! than [`BACKTRACK_MAX`] steps on one name counts as an error rather than as "no match". Used by validation, the topic
//! mapper and the choice of namespaces to copy. Must not know what it matches against.

mod syntax;
mod translate;

use fancy_regex::{Regex, RegexBuilder};

/// Backtracking steps for one name; far beyond any sensible pattern, far below a noticeable pause.
const BACKTRACK_MAX: usize = 200_000;

/// A compiled Java regular expression.
#[derive(Debug, Clone)]
pub struct JavaRegex {
    found: Regex,
    whole: Regex,
}

/// Why a pattern is not a Java regular expression, worded as Java words it where the fault is a common one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RegexFault {
    /// The full message: description, place, pattern and a caret, as Java's `PatternSyntaxException` prints it.
    pub message: String,
    /// Place of the fault in UTF-16 units, where known.
    pub index: Option<usize>,
}

/// The engine gave up on a name: the pattern backtracks without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the regular expression needs too many steps on this name")]
pub struct TooManySteps;

/// Checks a pattern.
///
/// # Errors
/// As [`JavaRegex::compile`].
pub(super) fn check(pattern: &str) -> Result<(), RegexFault> {
    JavaRegex::compile(pattern).map(|_| ())
}

impl JavaRegex {
    /// Compiles a pattern.
    ///
    /// # Errors
    /// The pattern is malformed, or uses what Naru does not have: some flags, boundaries and Unicode classes, look-behind of
    /// variable length.
    pub fn compile(pattern: &str) -> Result<Self, RegexFault> {
        syntax::check(pattern)?;
        let translated = translate::translate(pattern)?;
        let build = |text: &str| RegexBuilder::new(text).backtrack_limit(BACKTRACK_MAX).build().map_err(Box::new);
        let found = build(&translated).map_err(|error| unsupported(&error, pattern))?;
        // In comments mode a trailing comment swallows the closing parenthesis; a line break ends it and means nothing there.
        let whole = build(&format!(r"\A(?:{translated})\z"))
            .or_else(|_| build(&format!("\\A(?:{translated}\n)\\z")))
            .map_err(|error| unsupported(&error, pattern))?;
        Ok(Self { found, whole })
    }

    /// The pattern occurs somewhere in the text (Java's `Matcher.find`).
    ///
    /// # Errors
    /// Too much backtracking.
    pub fn is_found(&self, text: &str) -> Result<bool, TooManySteps> {
        self.found.is_match(text).map_err(|_| TooManySteps)
    }

    /// The pattern matches all of the text (Java's `Matcher.matches`).
    ///
    /// # Errors
    /// Too much backtracking.
    pub fn is_whole_match(&self, text: &str) -> Result<bool, TooManySteps> {
        self.whole.is_match(text).map_err(|_| TooManySteps)
    }
}

/// The engine's own reason: the last line of its message, which does not quote the translated pattern.
fn unsupported(error: &fancy_regex::Error, pattern: &str) -> RegexFault {
    let text = error.to_string();
    let reason = text.lines().next_back().unwrap_or_default().trim_start_matches("error: ");
    RegexFault::new(reason, None, pattern)
}

impl RegexFault {
    /// Words a fault as Java's `PatternSyntaxException` does.
    fn new(description: &str, index: Option<usize>, pattern: &str) -> Self {
        let mut message = description.to_owned();
        if let Some(index) = index {
            message.push_str(&format!(" near index {index}"));
        }
        message.push('\n');
        message.push_str(pattern);
        if let Some(index) = index.filter(|index| *index < pattern.encode_utf16().count()) {
            message.push('\n');
            message.push_str(&" ".repeat(index));
            message.push('^');
        }
        Self { message, index }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn finds_and_matches_differ() {
        let regex = JavaRegex::compile("pat").unwrap();

        assert!(regex.is_found("jee.patients").unwrap());
        assert!(!regex.is_whole_match("jee.patients").unwrap());
        assert!(JavaRegex::compile(r"jee\.(?!staff).*").unwrap().is_whole_match("jee.patients").unwrap());
        assert!(!JavaRegex::compile(r"jee\.(?!staff).*").unwrap().is_whole_match("jee.staff").unwrap());
    }

    #[test]
    fn predefined_classes_are_ascii_as_in_java() {
        assert!(!JavaRegex::compile(r"\w+").unwrap().is_found("환자").unwrap());
        assert!(!JavaRegex::compile(r"\d").unwrap().is_found("٣").unwrap());
        assert!(JavaRegex::compile(r"[\W]+").unwrap().is_whole_match("환자").unwrap());
        assert!(JavaRegex::compile(r"\p{Upper}[\p{Digit}\-]+").unwrap().is_whole_match("A1-2").unwrap());
    }

    #[test]
    fn quoting_is_literal() {
        let regex = JavaRegex::compile(r"\Qa.b*\E\.c").unwrap();

        assert!(regex.is_whole_match("a.b*.c").unwrap());
        assert!(!regex.is_whole_match("axb*.c").unwrap());
        assert!(JavaRegex::compile(r"\Q(open").unwrap().is_whole_match("(open").unwrap());
    }

    #[test]
    fn alternation_matches_as_a_whole() {
        let regex = JavaRegex::compile("a|ab").unwrap();

        assert!(regex.is_whole_match("ab").unwrap());
    }

    #[test]
    fn possessive_and_atomic_groups_work() {
        assert!(!JavaRegex::compile("a++a").unwrap().is_found("aaa").unwrap());
        assert!(JavaRegex::compile("(?<n>a)\\k<n>").unwrap().is_whole_match("aa").unwrap());
    }

    #[test]
    fn comments_mode_may_end_in_a_comment() {
        assert!(JavaRegex::compile("(?x) a b # tail").unwrap().is_whole_match("ab").unwrap());
    }

    #[test]
    fn runaway_patterns_end() {
        let regex = JavaRegex::compile("(?:(a+)+)\\1$").unwrap();

        assert_eq!(regex.is_whole_match(&format!("{}b", "a".repeat(60))), Err(TooManySteps));
    }

    #[test]
    fn common_faults_are_worded_as_java_words_them() {
        let cases = [
            ("(", "Unclosed group near index 1\n("),
            ("*", "Dangling meta character '*' near index 0\n*\n^"),
            ("a|?b", "Dangling meta character '?' near index 2\na|?b\n  ^"),
            ("[a-z", "Unclosed character class near index 3\n[a-z\n   ^"),
            ("a)", "Unmatched closing ')' near index 0\na)\n^"),
            (")", "Unmatched closing ')'\n)"),
        ];
        for (pattern, message) in cases {
            assert_eq!(JavaRegex::compile(pattern).unwrap_err().message, message);
        }
    }

    #[test]
    fn comments_mode_may_hold_what_looks_like_syntax() {
        assert_eq!(check("(?x) a b # tail (\nc"), Ok(()));
    }

    /// Patterns and the names in which Java 17 finds them or which they match whole, or Java's message.
    const VECTORS: &str = include_str!("../../tests/data/java-regex.json");

    #[test]
    fn finds_matches_and_words_faults_as_java_does() {
        let vectors: serde_json::Value = serde_json::from_str(VECTORS).unwrap();
        let names: Vec<&str> = vectors["names"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        // Rare in names of collections, and refused rather than matched differently.
        let refused_here = [
            "{2}",
            "\\p{javaLowerCase}+",
            "\\p{InHangul_Syllables}+",
            "\\cA",
            "\\1",
            "(?<=j+)ee",
            "\\G",
            "\\X",
            "\\N{DIGIT ONE}",
        ];
        // Refused by both; the words are ours.
        let worded_here = ["\\p{Nope}", "\\k<n>", "(?z)a", "[z-a]"];
        let mut wrong = Vec::new();
        for vector in vectors["patterns"].as_array().unwrap() {
            let pattern = vector["pattern"].as_str().unwrap();
            let matching = |test: &dyn Fn(&str) -> bool| -> serde_json::Value {
                names.iter().copied().filter(|name| test(name)).collect()
            };
            let found = match (check(pattern), JavaRegex::compile(pattern)) {
                (Ok(()), Ok(regex)) => serde_json::json!({
                    "pattern": pattern,
                    "found": matching(&|name| regex.is_found(name).unwrap()),
                    "whole": matching(&|name| regex.is_whole_match(name).unwrap()),
                }),
                (Err(fault), _) => serde_json::json!({"pattern": pattern, "fault": fault.message}),
                (Ok(()), Err(_)) => serde_json::json!("unchecked"),
            };
            let is_refused = found["fault"].is_string();
            let is_right = if refused_here.contains(&pattern) {
                is_refused && vector["fault"].is_null()
            } else if worded_here.contains(&pattern) {
                is_refused && vector["fault"].is_string()
            } else {
                found == *vector
            };
            if !is_right {
                wrong.push(format!("{found}\n  instead of {vector}"));
            }
        }

        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
