//! Java properties, by the rules of `java.util.Properties`.

use super::ImportError;

/// Names and values in the order of the text; a repeated name keeps its first place and its last value.
///
/// # Errors
/// A `\u` without four hexadecimal digits.
pub fn parse(text: &str) -> Result<Vec<(String, String)>, ImportError> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for (line, number) in logical_lines(text) {
        let (name, value) = split(&line);
        let (name, value) = (unescape(name, number)?, unescape(value, number)?);
        match pairs.iter_mut().find(|(known, _)| *known == name) {
            Some(pair) => pair.1 = value,
            None => pairs.push((name, value)),
        }
    }
    Ok(pairs)
}

/// Lines with their continuations joined, comments and blank lines left out, each with the number of its first line.
fn logical_lines(text: &str) -> Vec<(String, usize)> {
    let mut lines = Vec::new();
    let mut open: Option<(String, usize)> = None;
    for (index, natural) in natural_lines(text).into_iter().enumerate() {
        let natural = natural.trim_start_matches(is_blank);
        // A comment cannot be continued, and a blank line counts only where it continues another.
        if open.is_none() && (natural.is_empty() || natural.starts_with(['#', '!'])) {
            continue;
        }
        let (mut line, number) = open.take().unwrap_or_else(|| (String::new(), index + 1));
        let backslashes = natural.len() - natural.trim_end_matches('\\').len();
        if backslashes % 2 == 1 {
            line.push_str(&natural[..natural.len() - 1]);
            open = Some((line, number));
        } else {
            line.push_str(natural);
            lines.push((line, number));
        }
    }
    lines.extend(open);
    lines
}

/// Java ends a line at `\n`, `\r` and `\r\n`, and nowhere else.
fn natural_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '\r']) {
        lines.push(&rest[..at]);
        let is_pair = rest[at..].starts_with("\r\n");
        rest = &rest[at + if is_pair { 2 } else { 1 }..];
    }
    lines.push(rest);
    lines
}

/// Name and value, still escaped: split at the first bare `=`, `:` or blank, blanks around it left out.
fn split(line: &str) -> (&str, &str) {
    let mut is_escaped = false;
    let end = line
        .char_indices()
        .find(|(_, character)| {
            let ends = !is_escaped && (is_blank(*character) || matches!(character, '=' | ':'));
            is_escaped = *character == '\\' && !is_escaped;
            ends
        })
        .map_or(line.len(), |(at, _)| at);
    let rest = line[end..].trim_start_matches(is_blank);
    let value = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (&line[..end], value.trim_start_matches(is_blank))
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\u{c}')
}

/// `\t`, `\n`, `\r`, `\f` and `\uXXXX`; before anything else a backslash is dropped. Pairs of surrogates make one character,
/// half of a pair the replacement character.
fn unescape(text: &str, line: usize) -> Result<String, ImportError> {
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let plain = match character {
            '\\' => match characters.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('f') => '\u{c}',
                Some('u') => {
                    units.push(code_unit(&mut characters, line)?);
                    continue;
                }
                Some(other) => other,
                None => break,
            },
            _ => character,
        };
        units.extend_from_slice(plain.encode_utf16(&mut [0; 2]));
    }
    Ok(String::from_utf16_lossy(&units))
}

fn code_unit(characters: &mut std::str::Chars<'_>, line: usize) -> Result<u16, ImportError> {
    let mut unit = 0_u16;
    for _ in 0..4 {
        let digit =
            characters.next().and_then(|character| character.to_digit(16)).and_then(|digit| digit.try_into().ok());
        let digit: u16 = digit.ok_or_else(|| ImportError {
            reason: "\\u must be followed by four hexadecimal digits".to_owned(),
            line: Some(line),
        })?;
        unit = unit * 16 + digit;
    }
    Ok(unit)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// Texts and what `java.util.Properties` made of them.
    const VECTORS: &str = include_str!("../../../tests/data/java-properties.json");

    #[test]
    fn reads_what_java_reads() {
        let vectors: Vec<serde_json::Value> = serde_json::from_str(VECTORS).unwrap();
        let mut wrong = Vec::new();
        for vector in &vectors {
            let text = vector["text"].as_str().unwrap();
            let found = match parse(text) {
                Ok(mut pairs) => {
                    pairs.sort();
                    serde_json::json!({"text": text, "pairs": pairs})
                }
                Err(_) => serde_json::json!({"text": text, "fault": true}),
            };
            if found != *vector {
                wrong.push(format!("{found}\n  instead of {vector}"));
            }
        }

        assert!(vectors.len() > 40);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_repeated_name_keeps_its_first_place_and_last_value() {
        let pairs = parse("a=1\nb=2\na=3").unwrap();

        assert_eq!(pairs, [("a".to_owned(), "3".to_owned()), ("b".to_owned(), "2".to_owned())]);
    }

    #[test]
    fn a_fault_names_its_line() {
        assert_eq!(parse("a=1\n\n# x\nb=\\u12").unwrap_err().line, Some(4));
    }
}
