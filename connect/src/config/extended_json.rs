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
mod tests;
