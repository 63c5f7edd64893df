//! Text to tokens for the Extended JSON reader: punctuation, quoted and bare words, numbers and `/regex/` literals.
//!
//! Used only by [`super::Reader`]. Follows the Java driver's scanner in what ends a number or a regex.

use std::iter::Peekable;
use std::str::CharIndices;

use bson::Regex;

use super::{SyntaxError, fault};

/// A token and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    /// Byte offset of its first character.
    pub(super) offset: usize,
    /// What it is.
    pub(super) kind: TokenKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    BeginObject,
    EndObject,
    BeginArray,
    EndArray,
    LeftParenthesis,
    RightParenthesis,
    Colon,
    Comma,
    Quoted(String),
    Bare(String),
    Int32(i32),
    Int64(i64),
    Double(f64),
    Regex(Regex),
    End,
}

#[derive(Clone)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, chars: text.char_indices().peekable() }
    }

    pub(super) fn next_token(&mut self) -> Result<Token, SyntaxError> {
        while self.chars.next_if(|(_, character)| character.is_whitespace()).is_some() {}
        let Some((offset, character)) = self.chars.next() else {
            return Ok(Token { offset: self.text.len(), kind: TokenKind::End });
        };
        let kind = match character {
            '{' => TokenKind::BeginObject,
            '}' => TokenKind::EndObject,
            '[' => TokenKind::BeginArray,
            ']' => TokenKind::EndArray,
            '(' => TokenKind::LeftParenthesis,
            ')' => TokenKind::RightParenthesis,
            ':' => TokenKind::Colon,
            ',' => TokenKind::Comma,
            '"' | '\'' => TokenKind::Quoted(self.quoted(offset, character)?),
            '/' => TokenKind::Regex(self.regex(offset)?),
            '-' | '0'..='9' => self.number(offset)?,
            _ if is_word(character) && !character.is_numeric() => TokenKind::Bare(self.bare(offset)),
            _ => return Err(fault(offset, "unexpected character")),
        };
        Ok(Token { offset, kind })
    }

    fn quoted(&mut self, start: usize, quote: char) -> Result<String, SyntaxError> {
        let mut text = String::new();
        while let Some((offset, character)) = self.chars.next() {
            match character {
                '\\' => text.push(self.escape(offset)?),
                _ if character == quote => return Ok(text),
                _ => text.push(character),
            }
        }
        Err(fault(start, "this quote is never closed"))
    }

    fn escape(&mut self, offset: usize) -> Result<char, SyntaxError> {
        match self.chars.next().map(|(_, character)| character) {
            Some(character @ ('\'' | '"' | '\\' | '/')) => Ok(character),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('u') => self.unicode(offset),
            _ => Err(fault(offset, "unknown escape sequence")),
        }
    }

    /// `\uXXXX`, or a pair of them for a character beyond the BMP. A lone surrogate has no UTF-8 form and is refused.
    fn unicode(&mut self, offset: usize) -> Result<char, SyntaxError> {
        let mut units = vec![self.code_unit(offset)?];
        if (0xd800..0xdc00).contains(&units[0])
            && self.chars.next_if(|(_, character)| *character == '\\').is_some()
            && self.chars.next_if(|(_, character)| *character == 'u').is_some()
        {
            units.push(self.code_unit(offset)?);
        }
        match char::decode_utf16(units).next() {
            Some(Ok(character)) => Ok(character),
            _ => Err(fault(offset, "half a surrogate pair")),
        }
    }

    fn code_unit(&mut self, offset: usize) -> Result<u16, SyntaxError> {
        let mut unit = 0;
        for _ in 0..4 {
            let digit = self.chars.next().and_then(|(_, character)| character.to_digit(16));
            unit = unit * 16 + digit.ok_or_else(|| fault(offset, "expected four hexadecimal digits after \\u"))?;
        }
        u16::try_from(unit).map_err(|_| fault(offset, "expected four hexadecimal digits after \\u"))
    }

    fn bare(&mut self, start: usize) -> String {
        while self.chars.next_if(|(_, character)| is_word(*character)).is_some() {}
        let end = self.position();
        self.text[start..end].to_owned()
    }

    fn number(&mut self, start: usize) -> Result<TokenKind, SyntaxError> {
        while self.chars.next_if(|(_, character)| !ends_literal(*character)).is_some() {}
        let end = self.position();
        let lexeme = &self.text[start..end];
        if lexeme == "-Infinity" {
            return Ok(TokenKind::Double(f64::NEG_INFINITY));
        }
        match number_form(lexeme) {
            Some(NumberForm::Integer) => {
                let value: i64 = lexeme.parse().map_err(|_| fault(start, "integer beyond 64 bits"))?;
                Ok(i32::try_from(value).map_or(TokenKind::Int64(value), TokenKind::Int32))
            }
            Some(NumberForm::Double) => {
                lexeme.parse().map(TokenKind::Double).map_err(|_| fault(start, "malformed number"))
            }
            None => Err(fault(start, "malformed number")),
        }
    }

    fn regex(&mut self, start: usize) -> Result<Regex, SyntaxError> {
        let mut is_escaped = false;
        let mut end = None;
        for (offset, character) in self.chars.by_ref() {
            match character {
                '/' if !is_escaped => {
                    end = Some(offset);
                    break;
                }
                _ => is_escaped = character == '\\' && !is_escaped,
            }
        }
        let end = end.ok_or_else(|| fault(start, "this regular expression is never closed"))?;
        while self.chars.next_if(|(_, character)| matches!(character, 'i' | 'm' | 'x' | 's')).is_some() {}
        if let Some((offset, character)) = self.chars.peek()
            && !ends_literal(*character)
        {
            return Err(fault(*offset, "unknown option of a regular expression"));
        }
        let options_end = self.position();
        super::regex(&self.text[start + 1..end], &self.text[end + 1..options_end], start)
    }

    fn position(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |(offset, _)| *offset)
    }
}

fn is_word(character: char) -> bool {
    matches!(character, '$' | '_') || character.is_alphanumeric()
}

fn ends_literal(character: char) -> bool {
    matches!(character, ',' | '}' | ']' | ')') || character.is_whitespace()
}

enum NumberForm {
    Integer,
    Double,
}

/// `-? digits (. digits)? ([eE] [+-]? digits)?`; leading zeros are let through.
fn number_form(lexeme: &str) -> Option<NumberForm> {
    let unsigned = lexeme.strip_prefix('-').unwrap_or(lexeme);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_is_good = exponent.is_none_or(|text| are_digits(text.strip_prefix(['+', '-']).unwrap_or(text)));
    if !are_digits(whole) || !fraction.is_none_or(are_digits) || !exponent_is_good {
        return None;
    }
    Some(if fraction.is_none() && exponent.is_none() { NumberForm::Integer } else { NumberForm::Double })
}
