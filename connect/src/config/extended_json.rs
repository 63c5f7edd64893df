//! Extended JSON as people write it in connector configurations: strict JSON, the canonical and relaxed forms of
//! Extended JSON, and what the MongoDB shell accepts (single quotes, bare keys, `ObjectId(…)`, `/regex/`, trailing commas).
//!
//! Accepts what the Java driver's reader accepts, because configurations move here unchanged; the one deliberate difference
//! is that constructors which mean "now" (`ISODate()`, `new Date()`) are refused: a configuration has to mean the same
//! thing each time it is read. Called by validation and by [`super::SourceConfig::parse`]. Must not know which property the
//! text came from.

mod constructor;
mod scanner;
mod wrapper;

use bson::{Bson, Document, Regex};

use scanner::{Scanner, Token, TokenKind};

/// Documents nested deeper than this are refused: MongoDB itself stops at 100 stored levels, and recursion must be bounded.
const DEPTH_MAX: usize = 200;

/// Where and why a text is not Extended JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason} at position {offset}")]
pub struct SyntaxError {
    /// Byte offset into the text.
    pub offset: usize,
    /// What was expected or found, without the text itself.
    pub reason: String,
}

/// Reads one document; what follows it is ignored, as the Java driver does.
///
/// # Errors
/// The first fault, with its place.
pub fn parse_document(text: &str) -> Result<Document, SyntaxError> {
    match parse_value(text)? {
        Bson::Document(document) => Ok(document),
        _ => Err(SyntaxError { offset: 0, reason: "expected a document".to_owned() }),
    }
}

/// Reads one value of any type; what follows it is ignored.
///
/// # Errors
/// The first fault, with its place.
pub fn parse_value(text: &str) -> Result<Bson, SyntaxError> {
    Reader { scanner: Scanner::new(text), pushed: None, depth: 0 }.value()
}

/// A recursive-descent reader with one token of push-back.
#[derive(Clone)]
struct Reader<'a> {
    scanner: Scanner<'a>,
    pushed: Option<Token>,
    depth: usize,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Bson, SyntaxError> {
        let token = self.next()?;
        match token.kind {
            TokenKind::BeginObject => self.nested(token.offset, Self::object),
            TokenKind::BeginArray => self.nested(token.offset, Self::array),
            TokenKind::Int32(value) => Ok(Bson::Int32(value)),
            TokenKind::Int64(value) => Ok(Bson::Int64(value)),
            TokenKind::Double(value) => Ok(Bson::Double(value)),
            TokenKind::Quoted(text) => Ok(Bson::String(text)),
            TokenKind::Regex(regex) => Ok(Bson::RegularExpression(regex)),
            TokenKind::Bare(word) => self.word(&word, token.offset),
            _ => Err(fault(token.offset, "expected a value")),
        }
    }

    fn nested(&mut self, offset: usize, read: fn(&mut Self) -> Result<Bson, SyntaxError>) -> Result<Bson, SyntaxError> {
        if self.depth == DEPTH_MAX {
            return Err(fault(offset, "nested too deeply"));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// The rest of an object whose `{` has been read: a wrapper such as `{"$oid": …}`, or a document.
    fn object(&mut self) -> Result<Bson, SyntaxError> {
        let first = self.next()?;
        if let TokenKind::Quoted(name) | TokenKind::Bare(name) = &first.kind
            && let Some(value) = self.wrapped(name, first.offset)?
        {
            return Ok(value);
        }
        self.push_back(first);
        self.document().map(Bson::Document)
    }

    fn document(&mut self) -> Result<Document, SyntaxError> {
        let mut document = Document::new();
        loop {
            let token = self.next()?;
            match token.kind {
                TokenKind::EndObject => return Ok(document),
                TokenKind::Quoted(name) | TokenKind::Bare(name) => {
                    self.expect(&TokenKind::Colon, "expected ':'")?;
                    let value = self.value()?;
                    // A repeated name keeps its first place and its last value.
                    document.insert(name, value);
                    self.skip_comma()?;
                }
                _ => return Err(fault(token.offset, "expected a name or '}'")),
            }
        }
    }

    fn array(&mut self) -> Result<Bson, SyntaxError> {
        let mut values = Vec::new();
        loop {
            let token = self.next()?;
            if token.kind == TokenKind::EndArray {
                return Ok(Bson::Array(values));
            }
            self.push_back(token);
            values.push(self.value()?);
            self.skip_comma()?;
        }
    }

    /// The comma between members may be missing and may trail: the Java reader does not insist on it.
    fn skip_comma(&mut self) -> Result<(), SyntaxError> {
        let token = self.next()?;
        if token.kind != TokenKind::Comma {
            self.push_back(token);
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Token, SyntaxError> {
        match self.pushed.take() {
            Some(token) => Ok(token),
            None => self.scanner.next_token(),
        }
    }

    fn push_back(&mut self, token: Token) {
        self.pushed = Some(token);
    }

    fn expect(&mut self, kind: &TokenKind, reason: &str) -> Result<(), SyntaxError> {
        let token = self.next()?;
        if token.kind == *kind { Ok(()) } else { Err(fault(token.offset, reason)) }
    }

    fn quoted(&mut self) -> Result<(String, usize), SyntaxError> {
        let token = self.next()?;
        match token.kind {
            TokenKind::Quoted(text) => Ok((text, token.offset)),
            _ => Err(fault(token.offset, "expected a quoted text")),
        }
    }

    fn name(&mut self) -> Result<(String, usize), SyntaxError> {
        let token = self.next()?;
        match token.kind {
            TokenKind::Quoted(text) | TokenKind::Bare(text) => Ok((text, token.offset)),
            _ => Err(fault(token.offset, "expected a name")),
        }
    }
}

/// A BSON regular expression, its options in the alphabetical order that BSON wants.
fn regex(pattern: &str, options: &str, offset: usize) -> Result<Regex, SyntaxError> {
    let mut sorted: Vec<char> = options.chars().collect();
    sorted.sort_unstable();
    let options: String = sorted.into_iter().collect();
    match (pattern.try_into(), options.try_into()) {
        (Ok(pattern), Ok(options)) => Ok(Regex { pattern, options }),
        _ => Err(fault(offset, "a regular expression cannot hold a null character")),
    }
}

fn fault(offset: usize, reason: impl Into<String>) -> SyntaxError {
    SyntaxError { offset, reason: reason.into() }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::{Binary, Timestamp, bson, doc, spec::BinarySubtype};

    use super::*;

    #[test]
    fn reads_strict_json() {
        assert_eq!(
            parse_document(r#"{"a": [1, 2.5, -3000000000, true, null], "b": {"c": "d\u00e9\n"}}"#).unwrap(),
            doc! {"a": [1, 2.5, -3_000_000_000_i64, true, null], "b": {"c": "dé\n"}}
        );
    }

    #[test]
    fn reads_what_the_shell_accepts() {
        let text =
            "{ $match: { 'n': /^a\\/b/mi, _x1: {$gt: NumberLong('7')}, when: ISODate('2024-01-02T03:04:05Z'), }, }";

        let pattern = regex("^a\\/b", "im", 0).unwrap();
        let when = bson::DateTime::from_millis(1_704_164_645_000);
        assert_eq!(parse_document(text).unwrap(), doc! {"$match": {"n": pattern, "_x1": {"$gt": 7_i64}, "when": when}});
    }

    #[test]
    fn commas_between_members_may_be_missing() {
        assert_eq!(parse_document("{a: 1 b: [1 2]}").unwrap(), doc! {"a": 1, "b": [1, 2]});
    }

    #[test]
    fn a_repeated_name_keeps_its_first_place_and_last_value() {
        assert_eq!(parse_document("{a: 1, b: 2, a: 3}").unwrap(), doc! {"a": 3, "b": 2});
        assert_eq!(parse_document("{a: 1, b: 2, a: 3}").unwrap().keys().next().unwrap(), "a");
    }

    #[test]
    fn what_follows_the_value_is_ignored() {
        assert_eq!(parse_document("{a: 1} and more").unwrap(), doc! {"a": 1});
    }

    #[test]
    fn reads_wrapped_types() {
        let id = bson::oid::ObjectId::parse_str("5f9f1b9b9b9b9b9b9b9b9b9b").unwrap();
        let cases = [
            (r#"{"$oid": "5f9f1b9b9b9b9b9b9b9b9b9b"}"#, Bson::ObjectId(id)),
            (r#"{"$numberInt": "7"}"#, Bson::Int32(7)),
            (r#"{"$numberLong": "7"}"#, Bson::Int64(7)),
            (r#"{"$numberDouble": "-Infinity"}"#, Bson::Double(f64::NEG_INFINITY)),
            (r#"{"$numberDecimal": "1.10"}"#, Bson::Decimal128("1.10".parse().unwrap())),
            (r#"{"$date": 1500}"#, Bson::DateTime(bson::DateTime::from_millis(1500))),
            (r#"{"$date": {"$numberLong": "1500"}}"#, Bson::DateTime(bson::DateTime::from_millis(1500))),
            (r#"{"$date": "1970-01-01T00:00:01.5Z"}"#, Bson::DateTime(bson::DateTime::from_millis(1500))),
            (r#"{"$date": "1970-01-01T01:00+01:00"}"#, Bson::DateTime(bson::DateTime::from_millis(0))),
            (r#"{"$timestamp": {"t": 30, "i": 2}}"#, Bson::Timestamp(Timestamp { time: 30, increment: 2 })),
            (r#"{"$timestamp": {"i": 2, "t": 30}}"#, Bson::Timestamp(Timestamp { time: 30, increment: 2 })),
            (r#"{"$symbol": "s"}"#, Bson::Symbol("s".to_owned())),
            (r#"{"$code": "f()"}"#, Bson::JavaScriptCode("f()".to_owned())),
            (r#"{"$minKey": 1}"#, Bson::MinKey),
            (r#"{"$maxKey": 1}"#, Bson::MaxKey),
            (r#"{"$undefined": true}"#, Bson::Undefined),
            (r#"{"$regex": "^a", "$options": "i"}"#, Bson::RegularExpression(regex("^a", "i", 0).unwrap())),
            (
                r#"{"$regularExpression": {"pattern": "^a", "options": "im"}}"#,
                Bson::RegularExpression(regex("^a", "im", 0).unwrap()),
            ),
            (
                r#"{"$binary": {"base64": "AQID", "subType": "00"}}"#,
                Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: vec![1, 2, 3] }),
            ),
            (
                r#"{"$binary": "AQID", "$type": "05"}"#,
                Bson::Binary(Binary { subtype: BinarySubtype::Md5, bytes: vec![1, 2, 3] }),
            ),
            (
                r#"{"$uuid": "00112233-4455-6677-8899-aabbccddeeff"}"#,
                Bson::Binary(Binary {
                    subtype: BinarySubtype::Uuid,
                    bytes: vec![
                        0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
                    ],
                }),
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_value(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn reads_constructors() {
        let cases = [
            ("NumberInt(7)", Bson::Int32(7)),
            ("NumberInt('7')", Bson::Int32(7)),
            ("NumberLong(7)", Bson::Int64(7)),
            ("NumberDecimal('1.5')", Bson::Decimal128("1.5".parse().unwrap())),
            ("new Timestamp(3, 4)", Bson::Timestamp(Timestamp { time: 3, increment: 4 })),
            ("ISODate('2020-01-01')", Bson::DateTime(bson::DateTime::from_millis(1_577_836_800_000))),
            ("new Date(1500)", Bson::DateTime(bson::DateTime::from_millis(1500))),
            ("new Date(1970, 0, 2)", Bson::DateTime(bson::DateTime::from_millis(86_400_000))),
            ("BinData(0, 'AQID')", Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: vec![1, 2, 3] })),
            ("HexData(0, '010203')", Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: vec![1, 2, 3] })),
            ("RegExp('^a', 'i')", Bson::RegularExpression(regex("^a", "i", 0).unwrap())),
            ("MinKey", Bson::MinKey),
            ("MaxKey()", Bson::MaxKey),
            ("undefined", Bson::Undefined),
            ("-Infinity", Bson::Double(f64::NEG_INFINITY)),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_value(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_query_operator_that_looks_like_a_wrapper_stays_a_document() {
        assert_eq!(parse_document("{f: {$type: 'string'}}").unwrap(), doc! {"f": {"$type": "string"}});
        assert_eq!(
            parse_value("{$regex: /a/, $options: 'i'}").unwrap(),
            bson!({"$regex": regex("a", "", 0).unwrap(), "$options": "i"})
        );
        assert_eq!(parse_value("{$regex: 'a', other: 1}").unwrap(), bson!({"$regex": "a", "other": 1}));
    }

    #[test]
    fn faults_name_their_place() {
        let cases = [
            ("{a: }", 4),
            ("{a 1}", 3),
            ("[1, 2", 5),
            ("{'a: 1}", 1),
            ("{a: 'x\\q'}", 6),
            ("{a: nope}", 4),
            ("{a: 1,, b: 2}", 6),
            ("{a: 01x}", 4),
            ("{a: ObjectId('zz')}", 13),
            ("{$oid: 5}", 7),
        ];
        for (text, offset) in cases {
            assert_eq!(parse_value(text).unwrap_err().offset, offset, "{text}");
        }
    }

    #[test]
    fn constructors_that_mean_now_are_refused() {
        for text in ["ISODate()", "new Date()", "Date()"] {
            assert!(parse_value(text).unwrap_err().reason.contains("moment"), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_not_a_crash() {
        let text = "[".repeat(100_000);

        assert!(parse_value(&text).unwrap_err().reason.contains("deeply"));
    }

    /// Texts and what the Java driver made of them: canonical Extended JSON of `{s: <text>}`, or a fault.
    const VECTORS: &str = include_str!("../../tests/data/extended-json.json");

    #[test]
    fn reads_what_the_java_driver_reads() {
        // Oversights of the Java reader, not ways in which anybody writes.
        let refused_here = ["[,1]", "{,a: 1}", "new Date(2020, 13, 1)", "HexData(0, '01020')"];
        let accepted_here = [
            "new Timestamp(5, 6)",
            "{$regularExpression: {pattern: 'a'}}",
            "GUID('00112233-4455-6677-8899-aabbccddeeff')",
            "{$dbPointer: {$ref: 'db.c', $id: {$oid: '5f9f1b9b9b9b9b9b9b9b9b9b'}}}",
        ];
        let vectors: Vec<serde_json::Value> = serde_json::from_str(VECTORS).unwrap();
        let mut wrong = Vec::new();
        for vector in &vectors {
            let text = vector["text"].as_str().unwrap();
            let wrapped = format!("{{s: {text}}}");
            let found = parse_document(&wrapped);
            let is_right = match vector["canonical"].as_str() {
                Some(_) if refused_here.contains(&text) => found.is_err(),
                Some(canonical) => {
                    let expected = parse_document(canonical).unwrap();
                    found.as_ref().is_ok_and(|found| found.to_vec().unwrap() == expected.to_vec().unwrap())
                }
                None => found.is_err() != accepted_here.contains(&text),
            };
            if !is_right {
                wrong.push(format!("{text}: {found:?} instead of {vector}"));
            }
        }

        assert!(vectors.len() > 190);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
