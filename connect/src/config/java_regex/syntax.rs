//! Reading a Java pattern: its common faults, and its translation for the engine.

use super::RegexFault;

/// POSIX classes of Java (`\p{Alpha}`), which are ASCII there, as ranges for the inside of a class.
const POSIX_CLASSES: &[(&str, &str)] = &[
    ("Lower", "a-z"),
    ("Upper", "A-Z"),
    ("ASCII", r"\x00-\x7F"),
    ("Alpha", "a-zA-Z"),
    ("Digit", "0-9"),
    ("Alnum", "a-zA-Z0-9"),
    ("Punct", r"!-/:-@\[-`{-~"),
    ("Graph", "!-~"),
    ("Print", " -~"),
    ("Blank", r" \t"),
    ("Cntrl", r"\x00-\x1F\x7F"),
    ("XDigit", "0-9a-fA-F"),
    ("Space", r" \t\n\x0B\f\r"),
];

/// Letters that Java knows after a backslash; any other letter is an error there.
const ESCAPES: &str = "ABDGHNPQRSVWXZabcdefhknprstuvwxz";

/// The faults that people make, with Java's description and index.
pub(super) fn check(pattern: &str) -> Result<(), RegexFault> {
    let chars: Vec<char> = pattern.chars().collect();
    let fail = |description: &str, at: Option<usize>| {
        let index = at.map(|at| utf16_length(&chars[..at.min(chars.len())]));
        Err(RegexFault::new(description, index, pattern))
    };
    let mut open_groups = 0_usize;
    // At the start, after '(' and '|', and after a quantifier.
    let mut has_nothing_to_repeat = true;
    let mut at = 0;
    while at < chars.len() {
        let begin = at;
        at += 1;
        let had_nothing_to_repeat = std::mem::replace(&mut has_nothing_to_repeat, false);
        match chars[begin] {
            '\\' => match chars.get(at) {
                None => return fail("Unexpected internal error", Some(at)),
                Some(letter) if letter.is_ascii_alphabetic() && !ESCAPES.contains(*letter) => {
                    return fail("Illegal/unsupported escape sequence", Some(at));
                }
                Some(_) => at = skip_escape(&chars, begin),
            },
            '[' => match skip_class(&chars, begin) {
                Some(end) => at = end,
                None => return fail("Unclosed character class", chars.len().checked_sub(1)),
            },
            '(' => {
                open_groups += 1;
                at = skip_group_head(&chars, begin);
                has_nothing_to_repeat = true;
            }
            ')' => match open_groups.checked_sub(1) {
                Some(rest) => open_groups = rest,
                None => return fail("Unmatched closing ')'", begin.checked_sub(1)),
            },
            quantifier @ ('*' | '+' | '?') if had_nothing_to_repeat => {
                return fail(&format!("Dangling meta character '{quantifier}'"), Some(begin));
            }
            '*' | '+' | '?' => {
                at = skip_quantifier_mode(&chars, at);
                has_nothing_to_repeat = true;
            }
            '{' if had_nothing_to_repeat => return fail("Illegal repetition", Some(begin)),
            '{' => match skip_count(&chars, begin) {
                Ok(end) => {
                    at = skip_quantifier_mode(&chars, end);
                    has_nothing_to_repeat = true;
                }
                Err((description, fault_at)) => return fail(description, Some(fault_at)),
            },
            '|' => has_nothing_to_repeat = true,
            '^' => has_nothing_to_repeat = had_nothing_to_repeat,
            _ => {}
        }
    }
    if open_groups > 0 { fail("Unclosed group", Some(chars.len())) } else { Ok(()) }
}

/// Index after `{n}`, `{n,}` or `{n,m}`, or what is wrong with it and where.
fn skip_count(chars: &[char], at: usize) -> Result<usize, (&'static str, usize)> {
    let digits_end =
        |from: usize| from + chars[from..].iter().take_while(|character| character.is_ascii_digit()).count();
    let number = |from: usize, to: usize| chars[from..to].iter().collect::<String>().parse::<u32>();
    let least_end = digits_end(at + 1);
    if least_end == at + 1 {
        return Err(("Illegal repetition", at + 1));
    }
    let least = number(at + 1, least_end).map_err(|_| ("Illegal repetition range", least_end))?;
    let end = match chars.get(least_end) {
        Some(',') => {
            let most_end = digits_end(least_end + 1);
            let is_open = most_end == least_end + 1;
            if !is_open && !number(least_end + 1, most_end).is_ok_and(|most| most >= least) {
                return Err(("Illegal repetition range", most_end));
            }
            most_end
        }
        _ => least_end,
    };
    if chars.get(end) == Some(&'}') { Ok(end + 1) } else { Err(("Unclosed counted closure", end)) }
}

/// Index after the `?` or `+` that makes a quantifier lazy or possessive.
fn skip_quantifier_mode(chars: &[char], at: usize) -> usize {
    if matches!(chars.get(at), Some('?' | '+')) { at + 1 } else { at }
}

/// The pattern switches to comments mode, where `#` begins text that only looks like syntax.
pub(super) fn has_comments(pattern: &str) -> bool {
    pattern.contains('#')
        && pattern.match_indices("(?").any(|(at, _)| {
            let flags = pattern[at + 2..].chars().take_while(char::is_ascii_alphabetic);
            flags.collect::<String>().contains('x')
        })
}

/// Rewrites what the engine would read differently.
pub(super) fn translate(pattern: &str) -> String {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut class_depth = 0_usize;
    let mut at = 0;
    while at < chars.len() {
        match chars[at] {
            '\\' => {
                let end = skip_escape(&chars, at);
                translate_escape(&chars[at..end], class_depth > 0, &mut out);
                at = end;
                continue;
            }
            '[' => class_depth += 1,
            ']' => class_depth = class_depth.saturating_sub(1),
            _ => {}
        }
        out.push(chars[at]);
        at += 1;
    }
    out
}

fn translate_escape(escape: &[char], is_in_class: bool, out: &mut String) {
    let set = |members: &str, is_negated: bool, out: &mut String| {
        let caret = if is_negated { "^" } else { "" };
        if is_in_class && !is_negated {
            out.push_str(members);
        } else {
            out.push_str(&format!("[{caret}{members}]"));
        }
    };
    match escape.get(1).copied() {
        Some('Q') => {
            let end = if escape.ends_with(&['\\', 'E']) { escape.len() - 2 } else { escape.len() };
            for character in &escape[2..end] {
                if !character.is_alphanumeric() && character.is_ascii() && !character.is_ascii_whitespace() {
                    out.push('\\');
                }
                out.push(*character);
            }
        }
        Some(class @ ('d' | 'D')) => set("0-9", class == 'D', out),
        Some(class @ ('w' | 'W')) => set("a-zA-Z_0-9", class == 'W', out),
        Some(class @ ('s' | 'S')) => set(r" \t\n\x0B\f\r", class == 'S', out),
        Some(class @ ('h' | 'H')) => {
            set(r" \t\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}", class == 'H', out);
        }
        Some(class @ ('v' | 'V')) => set(r"\n\x0B\f\r\x{85}\x{2028}\x{2029}", class == 'V', out),
        Some('Z') => out.push_str(r"(?=(?:\r\n|[\n\r\x{85}\x{2028}\x{2029}])?\z)"),
        Some('0') => {
            let digits: String = escape[2..].iter().collect();
            out.push_str(&format!("\\x{{{:X}}}", u32::from_str_radix(&digits, 8).unwrap_or(0)));
        }
        Some('c') => {
            let control = escape.get(2).map_or(0, |character| u32::from(*character) ^ 0x40);
            out.push_str(&format!("\\x{{{control:X}}}"));
        }
        Some('R') => out.push_str(r"(?:\r\n|[\n\x0B\f\r\x{85}\x{2028}\x{2029}])"),
        Some('e') => out.push_str(r"\x1B"),
        Some(property @ ('p' | 'P')) => translate_property(escape, property == 'P', set, out),
        _ => out.extend(escape),
    }
}

fn translate_property(escape: &[char], is_negated: bool, set: impl Fn(&str, bool, &mut String), out: &mut String) {
    let name: String = escape[2..].iter().filter(|character| !matches!(character, '{' | '}')).collect();
    match POSIX_CLASSES.iter().find(|(class, _)| *class == name) {
        Some((_, members)) => set(members, is_negated, out),
        None => {
            let name = match name.as_str() {
                "javaLowerCase" => "Lowercase",
                "javaUpperCase" => "Uppercase",
                "javaAlphabetic" => "Alphabetic",
                "javaLetter" => "L",
                "javaDigit" => "Nd",
                // Java writes `IsHangul` and `IsAlphabetic` where the engine writes the bare name.
                _ => name.strip_prefix("Is").unwrap_or(&name),
            };
            out.push_str(&format!("\\{}{{{name}}}", if is_negated { 'P' } else { 'p' }));
        }
    }
}

/// Index after an escape: two characters, a whole `\Q…\E`, or a property with its braces.
fn skip_escape(chars: &[char], at: usize) -> usize {
    match chars.get(at + 1) {
        Some('Q') => {
            let quoted = &chars[at + 2..];
            quoted.windows(2).position(|pair| pair == ['\\', 'E']).map_or(chars.len(), |end| at + 2 + end + 2)
        }
        Some('p' | 'P' | 'x' | 'k' | 'N') if matches!(chars.get(at + 2), Some('{' | '<')) => {
            let end = chars[at..].iter().position(|character| matches!(character, '}' | '>'));
            end.map_or(chars.len(), |end| at + end + 1)
        }
        Some('p' | 'P' | 'c') => (at + 3).min(chars.len()),
        Some('0') => {
            let octal = |character: &&char| matches!(character, '0'..='7');
            at + 2 + chars[at + 2..].iter().take(3).take_while(octal).count()
        }
        _ => (at + 2).min(chars.len()),
    }
}

/// Index after the class that opens at `at`, or `None` when it never closes. A `]` right after the opening is a member.
fn skip_class(chars: &[char], at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = at;
    while at < chars.len() {
        match chars[at] {
            '\\' => {
                at = skip_escape(chars, at);
                continue;
            }
            '[' => {
                depth += 1;
                if chars.get(at + 1) == Some(&'^') {
                    at += 1;
                }
                if chars.get(at + 1) == Some(&']') {
                    at += 1;
                }
            }
            ']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Index of what a group holds: after `(`, `(?:`, `(?<name>`, `(?i:` and the like.
fn skip_group_head(chars: &[char], at: usize) -> usize {
    if chars.get(at + 1) != Some(&'?') {
        return at + 1;
    }
    let mut end = at + 2;
    while let Some(character) = chars.get(end) {
        if *character == ')' {
            return end;
        }
        end += 1;
        if matches!(character, ':' | '>' | '=' | '!') {
            return end;
        }
    }
    end
}

fn utf16_length(chars: &[char]) -> usize {
    chars.iter().map(|character| character.len_utf16()).sum()
}
