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
        Some('E') => {}
        Some(class @ ('d' | 'D')) => set("0-9", class == 'D', out),
        Some(class @ ('w' | 'W')) => set("a-zA-Z_0-9", class == 'W', out),
        Some(class @ ('s' | 'S')) => set(r" \t\n\x0B\f\r", class == 'S', out),
        Some(class @ ('h' | 'H')) => {
            set(r" \t\x{A0}\x{1680}\x{180E}\x{2000}-\x{200A}\x{202F}\x{205F}\x{3000}", class == 'H', out);
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
        // Java writes `IsHangul` and `IsAlphabetic` where the engine writes the bare name.
        None => {
            let name = name.strip_prefix("Is").unwrap_or(&name);
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
