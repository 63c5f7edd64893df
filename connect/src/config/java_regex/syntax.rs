//! The common faults of a Java pattern, in Java's words.

use super::RegexFault;

/// Letters that Java knows after a backslash; any other letter is an error there.
const ESCAPES: &str = "ABDGHNPQRSVWXZabcdefhknprstuvwxz";

/// The faults that people make, with Java's description and index.
pub(super) fn check(pattern: &str) -> Result<(), RegexFault> {
    if has_comments(pattern) {
        return Ok(());
    }
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
fn has_comments(pattern: &str) -> bool {
    pattern.contains('#')
        && pattern.match_indices("(?").any(|(at, _)| {
            let flags = pattern[at + 2..].chars().take_while(char::is_ascii_alphabetic);
            flags.collect::<String>().contains('x')
        })
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
