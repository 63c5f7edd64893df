//! Objects that stand for a BSON type: `{"$oid": …}`, `{"$date": …}` and the rest of Extended JSON.
//!
//! Some names are query operators as well (`$type`, `$regex`, `$options`): those are tried on a copy of the reader and given
//! back as ordinary documents when the form does not fit.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Timestamp};

use super::constructor::{decimal, object_id, uuid};
use super::scanner::TokenKind;
use super::{Reader, SyntaxError, fault, regex};

impl Reader<'_> {
    /// The value that an object beginning with `name` stands for, its closing brace read; `None` leaves the reader as it was.
    pub(super) fn wrapped(&mut self, name: &str, offset: usize) -> Result<Option<Bson>, SyntaxError> {
        let value = match name {
            "$binary" | "$type" => {
                return self.attempt(|reader| reader.binary(name)).map(binary_value).transpose();
            }
            "$regex" | "$options" => return Ok(self.attempt(|reader| reader.legacy_regex(name))),
            "$regularExpression" => return Ok(self.attempt(Self::regular_expression)),
            "$oid" | "$numberInt" | "$numberLong" | "$numberDouble" | "$numberDecimal" | "$symbol" | "$uuid" => {
                self.textual(name)?
            }
            "$date" => self.date()?,
            "$timestamp" => self.timestamp()?,
            "$code" => return self.code().map(Some),
            "$minKey" | "$maxKey" => {
                self.constant(TokenKind::Int32(1))?;
                if name == "$minKey" { Bson::MinKey } else { Bson::MaxKey }
            }
            "$undefined" => {
                self.constant(TokenKind::Bare("true".to_owned()))?;
                Bson::Undefined
            }
            "$dbPointer" => self.db_pointer(offset)?,
            _ => return Ok(None),
        };
        self.close()?;
        Ok(Some(value))
    }

    fn attempt<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, SyntaxError>) -> Option<T> {
        let mut copy = self.clone();
        let value = read(&mut copy).ok()?;
        *self = copy;
        Some(value)
    }

    fn textual(&mut self, name: &str) -> Result<Bson, SyntaxError> {
        self.colon()?;
        let (text, offset) = self.quoted()?;
        let value = match name {
            "$oid" => return object_id(&text, offset),
            "$uuid" => return uuid(&text, BinarySubtype::Uuid, offset),
            "$numberDecimal" => return decimal(&text, offset),
            "$numberInt" => text.parse().ok().map(Bson::Int32),
            "$numberLong" => text.parse().ok().map(Bson::Int64),
            "$numberDouble" => java_double(&text).map(Bson::Double),
            _ => Some(Bson::Symbol(text)),
        };
        value.ok_or_else(|| fault(offset, "malformed number"))
    }

    fn date(&mut self) -> Result<Bson, SyntaxError> {
        self.colon()?;
        let token = self.next()?;
        let millis = match token.kind {
            TokenKind::Int32(millis) => i64::from(millis),
            TokenKind::Int64(millis) => millis,
            TokenKind::Quoted(text) => super::constructor::date_millis(&text)
                .ok_or_else(|| fault(token.offset, "expected an ISO-8601 date, or an instant with its offset"))?,
            TokenKind::BeginObject => {
                let (name, offset) = self.name()?;
                if name != "$numberLong" {
                    return Err(fault(offset, "expected $numberLong"));
                }
                let Bson::Int64(millis) = self.textual(&name)? else {
                    return Err(fault(offset, "expected $numberLong"));
                };
                self.close()?;
                millis
            }
            _ => return Err(fault(token.offset, "expected a date")),
        };
        Ok(Bson::DateTime(DateTime::from_millis(millis)))
    }

    fn timestamp(&mut self) -> Result<Bson, SyntaxError> {
        self.colon()?;
        self.expect(&TokenKind::BeginObject, "expected '{'")?;
        let mut timestamp = Timestamp { time: 0, increment: 0 };
        let mut are_seen = [false; 2];
        for index in 0..2 {
            let (name, offset) = self.name()?;
            self.colon()?;
            let value = self.unsigned()?;
            match name.as_str() {
                "t" => (timestamp.time, are_seen[0]) = (value, true),
                "i" => (timestamp.increment, are_seen[1]) = (value, true),
                _ => return Err(fault(offset, "expected t or i")),
            }
            if index == 0 {
                self.expect(&TokenKind::Comma, "expected ','")?;
            }
        }
        let token = self.next()?;
        if token.kind != TokenKind::EndObject || are_seen.contains(&false) {
            return Err(fault(token.offset, "expected t and i once each"));
        }
        Ok(Bson::Timestamp(timestamp))
    }

    /// A 32-bit number; the Java driver keeps seconds and increment in signed integers of the same bits.
    pub(super) fn unsigned(&mut self) -> Result<u32, SyntaxError> {
        let token = self.next()?;
        match token.kind {
            TokenKind::Int32(value) => Ok(value.cast_unsigned()),
            TokenKind::Int64(value) => u32::try_from(value).map_err(|_| fault(token.offset, "number beyond 32 bits")),
            _ => Err(fault(token.offset, "expected a whole number")),
        }
    }

    fn code(&mut self) -> Result<Bson, SyntaxError> {
        self.colon()?;
        let (code, _) = self.quoted()?;
        let token = self.next()?;
        match token.kind {
            TokenKind::EndObject => Ok(Bson::JavaScriptCode(code)),
            TokenKind::Comma => {
                let (name, offset) = self.name()?;
                if name != "$scope" {
                    return Err(fault(offset, "expected $scope"));
                }
                self.colon()?;
                self.expect(&TokenKind::BeginObject, "expected '{'")?;
                let scope = self.document()?;
                self.close()?;
                Ok(Bson::JavaScriptCodeWithScope(bson::JavaScriptCodeWithScope { code, scope }))
            }
            _ => Err(fault(token.offset, "expected $scope or '}'")),
        }
    }

    fn constant(&mut self, expected: TokenKind) -> Result<(), SyntaxError> {
        self.colon()?;
        self.expect(&expected, "expected the value 1 or true")
    }

    fn legacy_regex(&mut self, first: &str) -> Result<Bson, SyntaxError> {
        self.colon()?;
        let (one, _) = self.quoted()?;
        self.expect(&TokenKind::Comma, "expected ','")?;
        let (name, offset) = self.name()?;
        self.colon()?;
        let (two, _) = self.quoted()?;
        self.close()?;
        let (pattern, options) = match (first, name.as_str()) {
            ("$regex", "$options") => (one, two),
            ("$options", "$regex") => (two, one),
            _ => return Err(fault(offset, "expected $regex and $options")),
        };
        regex(&pattern, &options, offset).map(Bson::RegularExpression)
    }

    fn regular_expression(&mut self) -> Result<Bson, SyntaxError> {
        self.colon()?;
        self.expect(&TokenKind::BeginObject, "expected '{'")?;
        let (name, offset) = self.name()?;
        self.colon()?;
        let (one, _) = self.quoted()?;
        let (pattern, options) = match name.as_str() {
            "pattern" => {
                let options = if self.followed_by_comma()? { self.member("options")? } else { String::new() };
                (one, options)
            }
            "options" => {
                self.expect(&TokenKind::Comma, "expected ','")?;
                (self.member("pattern")?, one)
            }
            _ => return Err(fault(offset, "expected pattern or options")),
        };
        self.close()?;
        self.close()?;
        regex(&pattern, &options, offset).map(Bson::RegularExpression)
    }

    fn followed_by_comma(&mut self) -> Result<bool, SyntaxError> {
        let token = self.next()?;
        if token.kind == TokenKind::Comma {
            return Ok(true);
        }
        self.push_back(token);
        Ok(false)
    }

    fn member(&mut self, expected: &str) -> Result<String, SyntaxError> {
        let (name, offset) = self.name()?;
        if name != expected {
            return Err(fault(offset, format!("expected {expected}")));
        }
        self.colon()?;
        Ok(self.quoted()?.0)
    }

    /// Both binary forms, with their two members in either order: base64, where it is, and the subtype.
    fn binary(&mut self, first: &str) -> Result<(String, usize, u8), SyntaxError> {
        self.colon()?;
        let token = self.next()?;
        let (base64, subtype) = match (first, token.kind) {
            ("$binary", TokenKind::BeginObject) => {
                let (name, offset) = self.name()?;
                self.colon()?;
                let (one, _) = self.quoted()?;
                self.expect(&TokenKind::Comma, "expected ','")?;
                let parts = match name.as_str() {
                    "base64" => (one, hex_byte(&self.member("subType")?, offset)?),
                    "subType" => (self.member("base64")?, hex_byte(&one, offset)?),
                    _ => return Err(fault(offset, "expected base64 or subType")),
                };
                self.close()?;
                parts
            }
            ("$binary", TokenKind::Quoted(base64)) => {
                self.expect(&TokenKind::Comma, "expected ','")?;
                let (name, offset) = self.name()?;
                if name != "$type" {
                    return Err(fault(offset, "expected $type"));
                }
                self.colon()?;
                let token = self.next()?;
                (base64, legacy_subtype(&token.kind, token.offset)?)
            }
            ("$type", kind) => {
                let subtype = legacy_subtype(&kind, token.offset)?;
                self.expect(&TokenKind::Comma, "expected ','")?;
                (self.member("$binary")?, subtype)
            }
            _ => return Err(fault(token.offset, "expected binary data")),
        };
        self.close()?;
        Ok((base64, token.offset, subtype))
    }

    fn db_pointer(&mut self, offset: usize) -> Result<Bson, SyntaxError> {
        self.colon()?;
        self.expect(&TokenKind::BeginObject, "expected '{'")?;
        let namespace = self.member("$ref")?;
        self.expect(&TokenKind::Comma, "expected ','")?;
        let (name, name_offset) = self.name()?;
        if name != "$id" {
            return Err(fault(name_offset, "expected $id"));
        }
        self.colon()?;
        let Bson::ObjectId(id) = self.value()? else {
            return Err(fault(name_offset, "expected an ObjectId"));
        };
        self.close()?;
        super::constructor::db_pointer(&namespace, id, offset)
    }

    fn colon(&mut self) -> Result<(), SyntaxError> {
        self.expect(&TokenKind::Colon, "expected ':'")
    }

    fn close(&mut self) -> Result<(), SyntaxError> {
        self.expect(&TokenKind::EndObject, "expected '}'")
    }
}

fn binary_value((base64, offset, subtype): (String, usize, u8)) -> Result<Bson, SyntaxError> {
    let bytes = BASE64.decode(base64).map_err(|_| fault(offset, "malformed base64"))?;
    Ok(Bson::Binary(Binary { subtype: BinarySubtype::from(subtype), bytes }))
}

fn legacy_subtype(kind: &TokenKind, offset: usize) -> Result<u8, SyntaxError> {
    match kind {
        TokenKind::Quoted(hex) => hex_byte(hex, offset),
        TokenKind::Int32(value) => u8::try_from(*value).map_err(|_| fault(offset, "expected a binary subtype")),
        _ => Err(fault(offset, "expected a binary subtype")),
    }
}

fn hex_byte(text: &str, offset: usize) -> Result<u8, SyntaxError> {
    u8::from_str_radix(text, 16).map_err(|_| fault(offset, "expected a binary subtype in hexadecimal"))
}

/// `Double.parseDouble` spells infinities and NaN its own way.
fn java_double(text: &str) -> Option<f64> {
    match text {
        "Infinity" | "+Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        "NaN" => Some(f64::NAN),
        _ if text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte)) => text.parse().ok(),
        _ => None,
    }
}
