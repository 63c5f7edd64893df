//! JSON text as a tree for looking at: numbers stay the text they were, and extended JSON's typed values become one node.
//!
//! Own parser, because a number must never pass through a float, and the order and repetition of keys must survive.

/// A node of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JsonNode {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, exactly as written.
    Number(String),
    /// A string, unescaped.
    Text(String),
    /// An array.
    List(Vec<JsonNode>),
    /// An object, keys in order.
    Object(Vec<(String, JsonNode)>),
    /// An extended JSON value.
    Typed {
        /// BSON's name of the type, e.g. `ObjectId`.
        kind: &'static str,
        /// The value's text.
        text: String,
    },
}

/// Deeper documents than this are shown as text: MongoDB itself allows 100 levels.
const DEEPEST: usize = 128;

/// Parses a whole JSON text; `None` when it is not JSON.
pub fn parse(text: &str) -> Option<JsonNode> {
    let mut parser = Parser { rest: text };
    let node = parser.value(0)?;
    parser.skip_space();
    parser.rest.is_empty().then_some(node)
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\r', '\t']);
    }

    fn take(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self, depth: usize) -> Option<JsonNode> {
        if depth > DEEPEST {
            return None;
        }
        self.skip_space();
        match self.rest.chars().next()? {
            '{' => self.object(depth),
            '[' => self.list(depth),
            '"' => self.string().map(JsonNode::Text),
            't' => self.take("true").then_some(JsonNode::Bool(true)),
            'f' => self.take("false").then_some(JsonNode::Bool(false)),
            'n' => self.take("null").then_some(JsonNode::Null),
            _ => self.number(),
        }
    }

    fn object(&mut self, depth: usize) -> Option<JsonNode> {
        self.take("{");
        let mut entries = Vec::new();
        self.skip_space();
        if self.take("}") {
            return Some(JsonNode::Object(entries));
        }
        loop {
            self.skip_space();
            let key = self.string()?;
            self.skip_space();
            if !self.take(":") {
                return None;
            }
            entries.push((key, self.value(depth + 1)?));
            self.skip_space();
            if self.take("}") {
                return Some(typed(&entries).unwrap_or(JsonNode::Object(entries)));
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<JsonNode> {
        self.take("[");
        let mut items = Vec::new();
        self.skip_space();
        if self.take("]") {
            return Some(JsonNode::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_space();
            if self.take("]") {
                return Some(JsonNode::List(items));
            }
            if !self.take(",") {
                return None;
            }
        }
    }

    fn number(&mut self) -> Option<JsonNode> {
        let end = self
            .rest
            .find(|character: char| !matches!(character, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        let first_digit = number.strip_prefix('-').unwrap_or(number).chars().next()?;
        if !first_digit.is_ascii_digit() || number.parse::<f64>().is_err() {
            return None;
        }
        self.rest = rest;
        Some(JsonNode::Number(number.to_owned()))
    }

    fn string(&mut self) -> Option<String> {
        if !self.take("\"") {
            return None;
        }
        let mut text = String::new();
        loop {
            let stop = self.rest.find(['"', '\\'])?;
            text.push_str(&self.rest[..stop]);
            self.rest = &self.rest[stop..];
            if self.take("\"") {
                return Some(text);
            }
            self.take("\\");
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Option<char> {
        let character = self.rest.chars().next()?;
        self.rest = &self.rest[character.len_utf8()..];
        match character {
            '"' | '\\' | '/' => Some(character),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'u' => {
                let high = self.hex4()?;
                if !(0xD800..0xDC00).contains(&high) {
                    // A lone low surrogate has no character of its own.
                    return Some(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                if !self.take("\\u") {
                    return Some(char::REPLACEMENT_CHARACTER);
                }
                let low = self.hex4()?;
                let pair = 0x10000 + ((high - 0xD800) << 10) + low.wrapping_sub(0xDC00);
                Some(char::from_u32(pair).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            _ => None,
        }
    }

    fn hex4(&mut self) -> Option<u32> {
        let digits = self.rest.get(..4)?;
        self.rest = &self.rest[4..];
        u32::from_str_radix(digits, 16).ok()
    }
}

/// One node for an object that extended JSON (either version) uses to write a BSON type.
fn typed(entries: &[(String, JsonNode)]) -> Option<JsonNode> {
    let (key, value) = entries.first()?;
    let node = |kind, text: String| Some(JsonNode::Typed { kind, text });
    match (key.as_str(), value, entries.len()) {
        ("$oid", JsonNode::Text(text), 1) => node("ObjectId", text.clone()),
        ("$numberLong", JsonNode::Text(text), 1) => node("Long", text.clone()),
        ("$numberInt", JsonNode::Text(text), 1) => node("Int", text.clone()),
        ("$numberDouble", JsonNode::Text(text), 1) => node("Double", text.clone()),
        ("$numberDecimal", JsonNode::Text(text), 1) => node("Decimal128", text.clone()),
        ("$date", JsonNode::Text(text) | JsonNode::Number(text) | JsonNode::Typed { text, .. }, 1) => {
            node("Date", text.clone())
        }
        ("$uuid", JsonNode::Text(text), 1) => node("UUID", text.clone()),
        ("$symbol", JsonNode::Text(text), 1) => node("Symbol", text.clone()),
        ("$code", JsonNode::Text(text), _) => node("Code", text.clone()),
        ("$minKey", _, 1) => node("MinKey", String::new()),
        ("$maxKey", _, 1) => node("MaxKey", String::new()),
        ("$undefined", _, 1) => node("Undefined", String::new()),
        ("$timestamp", JsonNode::Object(parts), 1) => node("Timestamp", joined(parts, ", ")),
        ("$binary", JsonNode::Object(parts), 1) => match parts.as_slice() {
            [(_, JsonNode::Text(data)), (_, JsonNode::Text(subtype))] => Some(binary(data, subtype)),
            _ => node("Binary", joined(parts, " · ")),
        },
        ("$binary", JsonNode::Text(data), 2) => match &entries[1] {
            (name, JsonNode::Text(subtype)) if name == "$type" => Some(binary(data, subtype)),
            _ => None,
        },
        ("$regularExpression", JsonNode::Object(parts), 1) => match parts.as_slice() {
            [(_, JsonNode::Text(pattern)), (_, JsonNode::Text(options))] => {
                node("RegExp", format!("/{pattern}/{options}"))
            }
            _ => None,
        },
        ("$regex", JsonNode::Text(pattern), 2) => match &entries[1] {
            (name, JsonNode::Text(options)) if name == "$options" => node("RegExp", format!("/{pattern}/{options}")),
            _ => None,
        },
        _ => None,
    }
}

/// Binary data; subtype 4 with the bytes of a UUID is one. (Subtype 3 is not: drivers wrote its bytes in different orders.)
fn binary(data: &str, subtype: &str) -> JsonNode {
    match decode_base64(data) {
        Some(bytes) if bytes.len() == 16 && matches!(subtype, "04" | "4") => {
            JsonNode::Typed { kind: "UUID", text: uuid_text(&bytes) }
        }
        _ => JsonNode::Typed { kind: "Binary", text: format!("{data} · {subtype}") },
    }
}

fn uuid_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
        }
    }
    text
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut bit_count) = (0_u32, 0);
    for character in text.trim_end_matches('=').bytes() {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        bit_count += 6;
        if bit_count >= 8 {
            bit_count -= 8;
            bytes.push((bits >> bit_count & 0xff) as u8);
        }
    }
    Some(bytes)
}

fn joined(parts: &[(String, JsonNode)], separator: &str) -> String {
    let texts = parts.iter().map(|(_, node)| match node {
        JsonNode::Text(text) | JsonNode::Number(text) | JsonNode::Typed { text, .. } => text.as_str(),
        _ => "",
    });
    texts.collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_the_text_they_were() {
        for number in ["9007199254740993", "-0", "1.10", "9223372036854775807", "1e400", "0.1"] {
            assert_eq!(parse(number), Some(JsonNode::Number(number.to_owned())), "{number}");
        }
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "[1,]", "{\"a\" 1}", "nul", "01x", "\"open", "1 2", "+1", ".5", "NaN"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn keys_keep_their_order_and_repetition() {
        let expected = vec![
            ("b".to_owned(), JsonNode::Number("1".to_owned())),
            ("a".to_owned(), JsonNode::Null),
            ("b".to_owned(), JsonNode::Bool(true)),
        ];
        assert_eq!(parse(r#"{"b":1, "a":null, "b":true}"#), Some(JsonNode::Object(expected)));
    }

    #[test]
    fn escapes_are_resolved() {
        assert_eq!(
            parse(r#""a\"\\\/\n\u0041\ud55c\uD83D\uDE00 한""#),
            Some(JsonNode::Text("a\"\\/\nA한😀 한".to_owned()))
        );
        assert_eq!(parse(r#""\ud800""#), Some(JsonNode::Text("\u{fffd}".to_owned())));
    }

    #[test]
    fn extended_json_becomes_typed_nodes() {
        let typed = |text: &str| match parse(text) {
            Some(JsonNode::Typed { kind, text }) => format!("{kind} {text}"),
            other => format!("{other:?}"),
        };
        assert_eq!(typed(r#"{"$oid":"65f0aa000000000000000001"}"#), "ObjectId 65f0aa000000000000000001");
        assert_eq!(typed(r#"{"$numberLong":"9007199254740993"}"#), "Long 9007199254740993");
        assert_eq!(typed(r#"{"$date":{"$numberLong":"-1"}}"#), "Date -1");
        assert_eq!(typed(r#"{"$date":1700000000000}"#), "Date 1700000000000");
        assert_eq!(typed(r#"{"$numberDecimal":"-0E-6176"}"#), "Decimal128 -0E-6176");
        assert_eq!(typed(r#"{"$binary":{"base64":"AAE=","subType":"00"}}"#), "Binary AAE= · 00");
        assert_eq!(typed(r#"{"$binary":"AAE=","$type":"04"}"#), "Binary AAE= · 04");
        let uuid = "UUID 0f8fad5b-d9cb-469f-a165-70867728950e";
        assert_eq!(typed(r#"{"$binary":"D4+tW9nLRp+hZXCGdyiVDg==","$type":"04"}"#), uuid);
        assert_eq!(typed(r#"{"$binary":{"base64":"D4+tW9nLRp+hZXCGdyiVDg==","subType":"04"}}"#), uuid);
        assert_eq!(typed(r#"{"$regex":"^a","$options":"i"}"#), "RegExp /^a/i");
        assert_eq!(typed(r#"{"$timestamp":{"t":5,"i":6}}"#), "Timestamp 5, 6");
    }

    #[test]
    fn a_document_with_a_dollar_key_of_its_own_stays_an_object() {
        assert!(matches!(parse(r#"{"$oid":"x","more":1}"#), Some(JsonNode::Object(_))));
        assert!(matches!(parse(r#"{"$set":{"a":1}}"#), Some(JsonNode::Object(_))));
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "[".repeat(100_000);
        assert_eq!(parse(&deep), None);
    }
}
