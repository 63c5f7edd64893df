//! Rewrites a Java regular expression into the dialect of the engine used here.

use std::iter::Peekable;
use std::str::Chars;

use super::RegexFault;

/// A pattern that means here what the given one means in Java.
pub(super) fn translate(java: &str) -> Result<String, RegexFault> {
    let mut translation = Translation { java, rest: java.chars().peekable(), out: String::new(), class_depth: 0 };
    while let Some(character) = translation.rest.next() {
        translation.step(character)?;
    }
    Ok(translation.out)
}

struct Translation<'a> {
    java: &'a str,
    rest: Peekable<Chars<'a>>,
    out: String,
    /// How many brackets are open.
    class_depth: usize,
}

impl Translation<'_> {
    fn fault(&self, description: &str) -> RegexFault {
        RegexFault::new(description, None, self.java)
    }

    fn unsupported(&self, what: &str) -> RegexFault {
        self.fault(&format!("{what} is not supported"))
    }

    fn step(&mut self, character: char) -> Result<(), RegexFault> {
        let next = self.rest.peek().copied();
        match character {
            '\\' => return self.escape(),
            '[' => self.open_class(),
            ']' if self.class_depth > 0 => {
                self.class_depth -= 1;
                self.out.push(']');
            }
            // Operators here, plain characters in Java.
            '~' if self.class_depth > 0 => self.literal('~'),
            '-' if self.class_depth > 0 && next == Some('-') => self.literal('-'),
            '(' if self.class_depth == 0 && next == Some('?') => {
                self.out.push('(');
                return self.check_flags();
            }
            '{' if self.class_depth == 0 => {
                self.out.push('{');
                return self.check_repetition();
            }
            _ => self.out.push(character),
        }
        Ok(())
    }

    fn open_class(&mut self) {
        self.class_depth += 1;
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        // `[:alpha:]` is a class of its letters in Java, and a bracket right at the start is itself.
        if let Some(character) = self.rest.next_if(|next| matches!(next, ':' | ']')) {
            self.literal(character);
        }
    }

    /// Behind `(?`: the flags that mean something else here, or nothing, are refused.
    fn check_flags(&self) -> Result<(), RegexFault> {
        let mut ahead = self.rest.clone();
        ahead.next();
        let flags: String = ahead.by_ref().take_while(|flag| flag.is_ascii_alphabetic() || *flag == '-').collect();
        match flags.chars().find(|flag| !matches!(flag, 'i' | 'm' | 's' | 'x' | '-')) {
            Some(flag) => Err(self.unsupported(&format!("the flag (?{flag})"))),
            None => Ok(()),
        }
    }

    /// Behind `{`: Java takes nothing but `{n}`, `{n,}` and `{n,m}`, where others see plain text.
    fn check_repetition(&self) -> Result<(), RegexFault> {
        let counts: String = self.rest.clone().take_while(|character| *character != '}').collect();
        let is_closed = self.rest.clone().any(|character| character == '}');
        let (least, most) = counts.split_once(',').unwrap_or((&counts, ""));
        let are_digits = counts.bytes().all(|byte| byte.is_ascii_digit() || byte == b',');
        if is_closed && are_digits && !least.is_empty() && !most.contains(',') {
            return Ok(());
        }
        Err(self.fault("Illegal repetition"))
    }

    fn escape(&mut self) -> Result<(), RegexFault> {
        let Some(escaped) = self.rest.next() else {
            return Err(self.fault("A backslash at the end escapes nothing"));
        };
        let is_in_class = self.class_depth > 0;
        match escaped {
            'Q' => self.quoted(),
            'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'h' | 'H' | 'v' | 'V' => self.shorthand(escaped),
            'p' | 'P' => return self.property(escaped == 'P'),
            't' => self.literal('\t'),
            'n' => self.literal('\n'),
            'r' => self.literal('\r'),
            'f' => self.literal('\u{0C}'),
            'a' => self.literal('\u{07}'),
            'e' => self.literal('\u{1B}'),
            '0' => return self.octal(),
            'x' | 'u' => {
                self.out.push('\\');
                self.out.push(escaped);
            }
            'R' if !is_in_class => self.out.push_str(r"(?:\r\n|[\n\x0B\f\r\x{85}\x{2028}\x{2029}])"),
            'Z' if !is_in_class => self.out.push_str(r"(?=\n?\z)"),
            'A' | 'z' | 'b' | 'B' | 'k' | '1'..='9' if !is_in_class => {
                self.out.push('\\');
                self.out.push(escaped);
            }
            _ if escaped.is_ascii_alphanumeric() => return Err(self.unsupported(&format!("\\{escaped}"))),
            _ => self.literal(escaped),
        }
        Ok(())
    }

    /// A character that means itself, wherever it stands.
    fn literal(&mut self, character: char) {
        if character.is_alphanumeric() {
            self.out.push(character);
        } else {
            self.out.push_str(&format!("\\x{{{:x}}}", u32::from(character)));
        }
    }

    /// Everything up to `\E`, or to the end.
    fn quoted(&mut self) {
        while let Some(character) = self.rest.next() {
            if character == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            self.literal(character);
        }
    }

    /// ASCII only, as in Java without `UNICODE_CHARACTER_CLASS`.
    fn shorthand(&mut self, letter: char) {
        let members = match letter.to_ascii_lowercase() {
            'd' => "0-9",
            'w' => "A-Za-z0-9_",
            's' => r"\x20\t\n\x0B\f\r",
            'h' => r"\x20\t\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}",
            _ => r"\n\x0B\f\r\x{85}\x{2028}\x{2029}",
        };
        let negation = if letter.is_ascii_uppercase() { "^" } else { "" };
        self.out.push_str(&format!("[{negation}{members}]"));
    }

    /// `\p{Name}`, `\pL`.
    fn property(&mut self, is_negated: bool) -> Result<(), RegexFault> {
        let name: String = match self.rest.next() {
            Some('{') => {
                let mut name = String::new();
                loop {
                    match self.rest.next() {
                        Some('}') => break name,
                        Some(character) => name.push(character),
                        None => return Err(self.fault("Unclosed character family")),
                    }
                }
            }
            Some(letter) => letter.to_string(),
            None => return Err(self.fault("Unclosed character family")),
        };
        let negation = if is_negated { "^" } else { "" };
        match name.as_str() {
            "Lower" | "Upper" | "ASCII" | "Alpha" | "Digit" | "Alnum" | "Punct" | "Graph" | "Print" | "Blank"
            | "Cntrl" | "XDigit" | "Space" => {
                self.out.push_str(&format!("[{negation}[:{}:]]", name.to_ascii_lowercase()));
                Ok(())
            }
            _ if ["In", "java", "block=", "blk="].iter().any(|prefix| name.starts_with(prefix)) => {
                Err(self.unsupported(&format!("\\p{{{name}}}")))
            }
            _ => {
                self.out.push_str(&format!("\\{}{{{name}}}", if is_negated { 'P' } else { 'p' }));
                Ok(())
            }
        }
    }

    /// Up to three octal digits, of which the first of three is 3 at most.
    fn octal(&mut self) -> Result<(), RegexFault> {
        let mut code = 0;
        let mut count = 0;
        while count < 2 || count == 2 && code <= 0o37 {
            let Some(digit) = self.rest.next_if(|next| next.is_digit(8)) else { break };
            code = code * 8 + digit.to_digit(8).unwrap_or_default();
            count += 1;
        }
        match char::from_u32(code) {
            Some(character) if count > 0 => {
                self.literal(character);
                Ok(())
            }
            _ => Err(self.fault("Illegal octal escape sequence")),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use crate::config::java_regex::JavaRegex;

    fn whole(java: &str, namespace: &str) -> bool {
        JavaRegex::compile(java).unwrap().is_whole_match(namespace).unwrap()
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
            assert!(JavaRegex::compile(java).is_err(), "{java}");
        }
        for java in ["\\p{InGreek}", "\\p{javaLowerCase}", "(?U)\\w", "(?u)a", "(?d)a", "\\G", "\\X", "[\\b]"] {
            let fault = JavaRegex::compile(java).unwrap_err();
            assert!(fault.message.contains(" is not supported\n"), "{java}: {fault}");
        }
    }
}
