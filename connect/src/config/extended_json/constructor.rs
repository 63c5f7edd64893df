//! Bare words of the shell: constants (`true`, `MinKey`) and constructors (`ObjectId("…")`, `new Date(…)`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bson::oid::ObjectId;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, RawDocumentBuf, Timestamp};
use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use super::scanner::TokenKind;
use super::{Reader, SyntaxError, fault, regex};

const NOW_IS_NO_CONSTANT: &str =
    "a configuration cannot mean \"now\": write the moment, as in ISODate(\"2025-01-31T00:00:00Z\")";

impl Reader<'_> {
    /// The value of a bare word that has just been read.
    pub(super) fn word(&mut self, word: &str, offset: usize) -> Result<Bson, SyntaxError> {
        Ok(match word {
            "true" => Bson::Boolean(true),
            "false" => Bson::Boolean(false),
            "null" => Bson::Null,
            "undefined" => Bson::Undefined,
            "NaN" => Bson::Double(f64::NAN),
            "Infinity" => Bson::Double(f64::INFINITY),
            "Date" => return Err(fault(offset, NOW_IS_NO_CONSTANT)),
            "new" => {
                let (name, offset) = self.name()?;
                return self.constructor(&name, offset);
            }
            _ => return self.constructor(word, offset),
        })
    }

    fn constructor(&mut self, name: &str, offset: usize) -> Result<Bson, SyntaxError> {
        match name {
            "MinKey" | "MaxKey" => {
                let token = self.next()?;
                if token.kind == TokenKind::LeftParenthesis {
                    self.right()?;
                } else {
                    self.push_back(token);
                }
                Ok(if name == "MinKey" { Bson::MinKey } else { Bson::MaxKey })
            }
            "ObjectId" => self.one_text(object_id),
            "UUID" | "GUID" => self.one_text(|text, offset| uuid(text, BinarySubtype::Uuid, offset)),
            "ISODate" => self.iso_date(offset),
            "Date" => self.date_of_parts(offset),
            "NumberInt" | "NumberLong" | "NumberDecimal" => self.number_constructor(name),
            "Timestamp" => {
                self.left()?;
                let time = self.unsigned()?;
                self.comma()?;
                let increment = self.unsigned()?;
                self.right()?;
                Ok(Bson::Timestamp(Timestamp { time, increment }))
            }
            "BinData" | "HexData" => self.binary_constructor(name),
            "RegExp" => self.regex_constructor(),
            "DBPointer" => {
                self.left()?;
                let (namespace, _) = self.quoted()?;
                self.comma()?;
                let (id, id_offset) = self.quoted()?;
                self.right()?;
                let id = ObjectId::parse_str(id).map_err(|_| fault(id_offset, "expected 24 hexadecimal digits"))?;
                db_pointer(&namespace, id, offset)
            }
            _ => Err(fault(offset, "expected a value")),
        }
    }

    fn one_text(&mut self, read: impl FnOnce(&str, usize) -> Result<Bson, SyntaxError>) -> Result<Bson, SyntaxError> {
        self.left()?;
        let (text, offset) = self.quoted()?;
        self.right()?;
        read(&text, offset)
    }

    fn iso_date(&mut self, offset: usize) -> Result<Bson, SyntaxError> {
        self.left()?;
        let token = self.next()?;
        let TokenKind::Quoted(text) = token.kind else {
            return Err(fault(offset, NOW_IS_NO_CONSTANT));
        };
        self.right()?;
        date_millis(&text)
            .map(|millis| Bson::DateTime(DateTime::from_millis(millis)))
            .ok_or_else(|| fault(token.offset, "expected an ISO-8601 date or instant"))
    }

    /// `new Date(…)` with milliseconds, with parts in UTC (months from 0), or with JavaScript's text form.
    fn date_of_parts(&mut self, offset: usize) -> Result<Bson, SyntaxError> {
        self.left()?;
        let token = self.next()?;
        let millis = match token.kind {
            TokenKind::RightParenthesis => return Err(fault(offset, NOW_IS_NO_CONSTANT)),
            TokenKind::Quoted(text) => {
                self.right()?;
                javascript_millis(&text)
            }
            _ => {
                self.push_back(token);
                millis_of_parts(&self.whole_numbers()?)
            }
        };
        millis
            .map(|millis| Bson::DateTime(DateTime::from_millis(millis)))
            .ok_or_else(|| fault(offset, "expected milliseconds, or year, month, day and up to four more parts"))
    }

    fn whole_numbers(&mut self) -> Result<Vec<i64>, SyntaxError> {
        let mut numbers = Vec::new();
        loop {
            let token = self.next()?;
            numbers.push(match token.kind {
                TokenKind::Int32(value) => i64::from(value),
                TokenKind::Int64(value) => value,
                _ => return Err(fault(token.offset, "expected a whole number")),
            });
            let token = self.next()?;
            match token.kind {
                TokenKind::Comma => {}
                TokenKind::RightParenthesis => return Ok(numbers),
                _ => return Err(fault(token.offset, "expected ',' or ')'")),
            }
        }
    }

    fn number_constructor(&mut self, name: &str) -> Result<Bson, SyntaxError> {
        self.left()?;
        let token = self.next()?;
        let text = match token.kind {
            TokenKind::Int32(value) => value.to_string(),
            TokenKind::Int64(value) if name != "NumberInt" => value.to_string(),
            TokenKind::Double(value) if name == "NumberDecimal" => value.to_string(),
            TokenKind::Quoted(text) => text,
            _ => return Err(fault(token.offset, "expected a number")),
        };
        self.right()?;
        let number = match name {
            "NumberInt" => text.parse().ok().map(Bson::Int32),
            "NumberLong" => text.parse().ok().map(Bson::Int64),
            _ => return decimal(&text, token.offset),
        };
        number.ok_or_else(|| fault(token.offset, "malformed number"))
    }

    fn binary_constructor(&mut self, name: &str) -> Result<Bson, SyntaxError> {
        self.left()?;
        let token = self.next()?;
        let TokenKind::Int32(subtype) = token.kind else {
            return Err(fault(token.offset, "expected a binary subtype"));
        };
        let subtype = u8::try_from(subtype).map_err(|_| fault(token.offset, "expected a binary subtype"))?;
        self.comma()?;
        let (text, offset) = self.quoted()?;
        self.right()?;
        let bytes = if name == "HexData" { hex_bytes(&text) } else { BASE64.decode(&text).ok() };
        let bytes = bytes.ok_or_else(|| fault(offset, "malformed binary data"))?;
        Ok(Bson::Binary(Binary { subtype: BinarySubtype::from(subtype), bytes }))
    }

    fn regex_constructor(&mut self) -> Result<Bson, SyntaxError> {
        self.left()?;
        let (pattern, offset) = self.quoted()?;
        let token = self.next()?;
        let options = match token.kind {
            TokenKind::RightParenthesis => String::new(),
            TokenKind::Comma => {
                let (options, _) = self.quoted()?;
                self.right()?;
                options
            }
            _ => return Err(fault(token.offset, "expected ',' or ')'")),
        };
        regex(&pattern, &options, offset).map(Bson::RegularExpression)
    }

    fn left(&mut self) -> Result<(), SyntaxError> {
        self.expect(&TokenKind::LeftParenthesis, "expected '('")
    }

    fn right(&mut self) -> Result<(), SyntaxError> {
        self.expect(&TokenKind::RightParenthesis, "expected ')'")
    }

    fn comma(&mut self) -> Result<(), SyntaxError> {
        self.expect(&TokenKind::Comma, "expected ','")
    }
}

pub(super) fn object_id(text: &str, offset: usize) -> Result<Bson, SyntaxError> {
    ObjectId::parse_str(text).map(Bson::ObjectId).map_err(|_| fault(offset, "expected 24 hexadecimal digits"))
}

pub(super) fn uuid(text: &str, subtype: BinarySubtype, offset: usize) -> Result<Bson, SyntaxError> {
    let digits: String = text.chars().filter(|character| !matches!(character, '{' | '}' | '-')).collect();
    match hex_bytes(&digits) {
        Some(bytes) if bytes.len() == 16 => Ok(Bson::Binary(Binary { subtype, bytes })),
        _ => Err(fault(offset, "expected a UUID")),
    }
}

pub(super) fn decimal(text: &str, offset: usize) -> Result<Bson, SyntaxError> {
    text.parse().map(Bson::Decimal128).map_err(|_| fault(offset, "malformed decimal"))
}

/// An ISO-8601 date (midnight in UTC) or instant, in milliseconds since the epoch.
pub(super) fn date_millis(text: &str) -> Option<i64> {
    instant_millis(text).or_else(|| {
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
        Some(date.and_time(NaiveTime::MIN).and_utc().timestamp_millis())
    })
}

/// An ISO-8601 instant with an offset, in milliseconds since the epoch; seconds may be left out, as Java allows.
fn instant_millis(text: &str) -> Option<i64> {
    if let Ok(instant) = chrono::DateTime::parse_from_rfc3339(text) {
        return Some(instant.timestamp_millis());
    }
    let zone = text.strip_suffix(['Z', 'z']).map(|local| (local, FixedOffset::east_opt(0)));
    let (local, zone) = zone.or_else(|| {
        let at = text.rfind(['+', '-']).filter(|at| *at > 10)?;
        Some((&text[..at], text[at..].parse().ok()))
    })?;
    let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").ok()?;
    Some(zone?.from_local_datetime(&local).single()?.timestamp_millis())
}

/// `Tue Jan 31 2025 10:00:00 GMT`, the one text form that the Java driver takes in `new Date("…")`.
fn javascript_millis(text: &str) -> Option<i64> {
    let (local, zone) = text.rsplit_once(' ')?;
    let local = NaiveDateTime::parse_from_str(local, "%a %b %d %Y %H:%M:%S").ok()?;
    matches!(zone, "GMT" | "UTC" | "Z").then(|| local.and_utc().timestamp_millis())
}

fn millis_of_parts(parts: &[i64]) -> Option<i64> {
    let part = |index: usize| parts.get(index).copied().unwrap_or(0);
    match parts.len() {
        1 => Some(part(0)),
        3..=7 => {
            let year = i32::try_from(part(0)).ok()?;
            let month = u32::try_from(part(1)).ok()?.checked_add(1)?;
            let date = NaiveDate::from_ymd_opt(year, month, u32::try_from(part(2)).ok()?)?;
            let time = ((part(3).checked_mul(60)?.checked_add(part(4))?).checked_mul(60)?).checked_add(part(5))?;
            let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
            midnight.checked_add(time.checked_mul(1000)?)?.checked_add(part(6))
        }
        _ => None,
    }
}

fn hex_bytes(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

/// The deprecated DBPointer type has no public constructor in the BSON library, so its bytes are written out.
pub(super) fn db_pointer(namespace: &str, id: ObjectId, offset: usize) -> Result<Bson, SyntaxError> {
    let malformed = || fault(offset, "malformed DBPointer");
    let text_size = i32::try_from(namespace.len() + 1).map_err(|_| malformed())?;
    let mut body = vec![0x0c, b'p', 0];
    body.extend_from_slice(&text_size.to_le_bytes());
    body.extend_from_slice(namespace.as_bytes());
    body.push(0);
    body.extend_from_slice(&id.bytes());
    body.push(0);
    let size = i32::try_from(body.len() + 4).map_err(|_| malformed())?;
    let bytes = [size.to_le_bytes().as_slice(), &body].concat();
    let document = RawDocumentBuf::from_bytes(bytes).map_err(|_| malformed())?;
    let value = document.get("p").ok().flatten().ok_or_else(malformed)?;
    Bson::try_from(value).map_err(|_| malformed())
}
