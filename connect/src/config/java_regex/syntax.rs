//! The common faults of a Java pattern, in Java's words.

use super::RegexFault;

/// The four faults that people make, with Java's description and index.
pub(super) fn check(pattern: &str) -> Result<(), RegexFault> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut open_groups = 0_usize;
    // Nothing to repeat: at the start, after '(' and after '|'.
    let mut is_at_start = true;
    let mut at = 0;
    while at < chars.len() {
        let character = chars[at];
        let here = utf16_length(&chars[..at]);
        match character {
            '\\' => {
                at = skip_escape(&chars, at);
                is_at_start = false;
                continue;
            }
            '[' => {
                at = skip_class(&chars, at).ok_or_else(|| {
                    RegexFault::new("Unclosed character class", utf16_length(&chars).checked_sub(1), pattern)
                })?;
                is_at_start = false;
                continue;
            }
            '(' => {
                open_groups += 1;
                at = skip_group_head(&chars, at);
                is_at_start = true;
                continue;
            }
            ')' => {
                open_groups = open_groups
                    .checked_sub(1)
                    .ok_or_else(|| RegexFault::new("Unmatched closing ')'", here.checked_sub(1), pattern))?;
                is_at_start = false;
            }
            '*' | '+' | '?' if is_at_start => {
                return Err(RegexFault::new(&format!("Dangling meta character '{character}'"), Some(here), pattern));
            }
            '|' => is_at_start = true,
            '^' => {}
            _ => is_at_start = false,
        }
        at += 1;
    }
    if open_groups > 0 {
        return Err(RegexFault::new("Unclosed group", Some(utf16_length(&chars)), pattern));
    }
    Ok(())
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
        Some('p' | 'P') => (at + 3).min(chars.len()),
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
