//! Reads BSON bytes front to back and refuses whatever is not well formed.
//!
//! Used by the JSON writer and by [`crate::mongo`] to look into events. Knows the layout of every BSON type and nothing of
//! what the values mean. Text is handed out as bytes: documents with broken UTF-8 exist, and the writer decides what becomes
//! of them.

use bson::{RawDocument, RawDocumentBuf};

/// BSON that cannot be read. Names a place and a reason, never a value or a field name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The BSON cannot be read at byte {offset}: {reason}")]
pub struct Unreadable {
    /// Offset into the document that was given.
    pub offset: usize,
    /// What is wrong there.
    pub reason: &'static str,
}

/// The type bytes of the BSON specification.
pub(crate) mod tag {
    pub(crate) const DOUBLE: u8 = 0x01;
    pub(crate) const STRING: u8 = 0x02;
    pub(crate) const DOCUMENT: u8 = 0x03;
    pub(crate) const ARRAY: u8 = 0x04;
    pub(crate) const BINARY: u8 = 0x05;
    pub(crate) const UNDEFINED: u8 = 0x06;
    pub(crate) const OBJECT_ID: u8 = 0x07;
    pub(crate) const BOOLEAN: u8 = 0x08;
    pub(crate) const DATE: u8 = 0x09;
    pub(crate) const NULL: u8 = 0x0A;
    pub(crate) const REGEX: u8 = 0x0B;
    pub(crate) const DB_POINTER: u8 = 0x0C;
    pub(crate) const CODE: u8 = 0x0D;
    pub(crate) const SYMBOL: u8 = 0x0E;
    pub(crate) const CODE_WITH_SCOPE: u8 = 0x0F;
    pub(crate) const INT32: u8 = 0x10;
    pub(crate) const TIMESTAMP: u8 = 0x11;
    pub(crate) const INT64: u8 = 0x12;
    pub(crate) const DECIMAL128: u8 = 0x13;
    pub(crate) const MAX_KEY: u8 = 0x7F;
    pub(crate) const MIN_KEY: u8 = 0xFF;
}

/// The smallest document: its length and the closing zero.
const EMPTY_DOCUMENT_BYTES: usize = 5;

/// A place in BSON bytes.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// One element of a document, its value still raw.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    pub(crate) tag: u8,
    pub(crate) name: &'a [u8],
    /// Exactly the bytes of the value.
    pub(crate) value: &'a [u8],
    /// Where the element, its type byte included, begins in the document.
    pub(crate) offset: usize,
}

impl<'a> Element<'a> {
    /// The value as a document, if it is one.
    pub(crate) fn document(&self) -> Option<&'a RawDocument> {
        if self.tag != tag::DOCUMENT {
            return None;
        }
        RawDocument::from_bytes(self.value).ok()
    }

    /// The value of a document or array as a document.
    pub(crate) fn nested(&self) -> Result<&'a RawDocument, Unreadable> {
        let fault = Unreadable { offset: self.offset, reason: "a document has an impossible length" };
        RawDocument::from_bytes(self.value).map_err(|_| fault)
    }

    /// The bytes of a string value, without length and closing zero.
    pub(crate) fn string(&self) -> Option<&'a [u8]> {
        if self.tag != tag::STRING {
            return None;
        }
        Reader::new(self.value).string().ok()
    }

    /// The document `{<name>: <this value>}`.
    pub(crate) fn wrapped(&self, name: &str) -> Result<RawDocumentBuf, Unreadable> {
        let size = EMPTY_DOCUMENT_BYTES + 1 + name.len() + 1 + self.value.len();
        let mut bytes = Vec::with_capacity(size);
        bytes.extend_from_slice(&length_prefix(size)?);
        push_element(&mut bytes, self.tag, name, self.value);
        bytes.push(0);
        finished(bytes)
    }
}

/// Appends an element whose value bytes are at hand.
pub(crate) fn push_element(bytes: &mut Vec<u8>, tag: u8, name: &str, value: &[u8]) {
    bytes.push(tag);
    bytes.extend_from_slice(name.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(value);
}

/// The four bytes that open a document of this size.
pub(crate) fn length_prefix(size: usize) -> Result<[u8; 4], Unreadable> {
    i32::try_from(size)
        .map(i32::to_le_bytes)
        .map_err(|_| Unreadable { offset: 0, reason: "a document would exceed 2 GiB" })
}

/// Bytes that were laid out as a document, as one.
pub(crate) fn finished(bytes: Vec<u8>) -> Result<RawDocumentBuf, Unreadable> {
    RawDocumentBuf::from_bytes(bytes).map_err(|_| Unreadable { offset: 0, reason: "the length does not fit the bytes" })
}

/// The elements of a document's top level, in order; ends after the first error.
pub(crate) fn elements(document: &RawDocument) -> impl Iterator<Item = Result<Element<'_>, Unreadable>> {
    let mut reader = Reader { bytes: document.as_bytes(), at: 4 };
    let mut is_over = false;
    std::iter::from_fn(move || {
        if is_over {
            return None;
        }
        let element = reader.element().transpose();
        is_over = !matches!(element, Some(Ok(_)));
        element
    })
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Offset of the next byte.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    #[cold]
    pub(crate) fn fault<T>(&self, reason: &'static str) -> Result<T, Unreadable> {
        Err(Unreadable { offset: self.at, reason })
    }

    /// The next bytes, as many as asked for.
    #[inline]
    pub(crate) fn take(&mut self, size: usize) -> Result<&'a [u8], Unreadable> {
        match self.bytes.get(self.at..).and_then(|rest| rest.get(..size)) {
            Some(taken) => {
                self.at += size;
                Ok(taken)
            }
            None => self.fault("it ends inside a value"),
        }
    }

    #[inline]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Unreadable> {
        match self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<N>()) {
            Some(chunk) => {
                self.at += N;
                Ok(*chunk)
            }
            None => self.fault("it ends inside a value"),
        }
    }

    #[inline]
    pub(crate) fn byte(&mut self) -> Result<u8, Unreadable> {
        self.array::<1>().map(|[byte]| byte)
    }

    #[inline]
    pub(crate) fn int32(&mut self) -> Result<i32, Unreadable> {
        self.array().map(i32::from_le_bytes)
    }

    #[inline]
    pub(crate) fn int64(&mut self) -> Result<i64, Unreadable> {
        self.array().map(i64::from_le_bytes)
    }

    #[inline]
    pub(crate) fn double(&mut self) -> Result<f64, Unreadable> {
        self.array().map(f64::from_le_bytes)
    }

    pub(crate) fn decimal128(&mut self) -> Result<u128, Unreadable> {
        self.array().map(u128::from_le_bytes)
    }

    /// Seconds and the increment within them.
    pub(crate) fn timestamp(&mut self) -> Result<(u32, u32), Unreadable> {
        let increment = self.array().map(u32::from_le_bytes)?;
        let time = self.array().map(u32::from_le_bytes)?;
        Ok((time, increment))
    }

    pub(crate) fn boolean(&mut self) -> Result<bool, Unreadable> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => self.fault("a boolean is neither 0 nor 1"),
        }
    }

    /// A size that counts `least` bytes or more.
    fn size(&mut self, least: usize) -> Result<usize, Unreadable> {
        match usize::try_from(self.int32()?) {
            Ok(size) if size >= least => Ok(size),
            _ => self.fault("a length is impossible"),
        }
    }

    /// Text up to a zero byte: field names, regular expressions.
    #[inline]
    pub(crate) fn cstring(&mut self) -> Result<&'a [u8], Unreadable> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        match rest.iter().position(|byte| *byte == 0) {
            Some(size) => {
                self.at += size + 1;
                Ok(&rest[..size])
            }
            None => self.fault("a name has no end"),
        }
    }

    /// Text with its length in front and a zero byte behind, both left out.
    #[inline]
    pub(crate) fn string(&mut self) -> Result<&'a [u8], Unreadable> {
        let size = self.size(1)?;
        match self.take(size)? {
            [text @ .., 0] => Ok(text),
            _ => self.fault("a string has no closing zero"),
        }
    }

    /// Subtype and data; the old generic subtype repeats its length, which is checked and left out.
    pub(crate) fn binary(&mut self) -> Result<(u8, &'a [u8]), Unreadable> {
        const OLD_GENERIC: u8 = 0x02;
        let size = self.size(0)?;
        let subtype = self.byte()?;
        if subtype != OLD_GENERIC {
            return Ok((subtype, self.take(size)?));
        }
        let inner = self.size(0)?;
        if inner.checked_add(4) != Some(size) {
            return self.fault("the two lengths of a binary differ");
        }
        Ok((subtype, self.take(inner)?))
    }

    /// Opens a document or array: the offset at which it must end.
    #[inline]
    pub(crate) fn open(&mut self) -> Result<usize, Unreadable> {
        let start = self.at;
        let size = self.size(EMPTY_DOCUMENT_BYTES)?;
        match start.checked_add(size) {
            Some(end) if end <= self.bytes.len() => Ok(end),
            _ => self.fault("a document is longer than what holds it"),
        }
    }

    /// The next element, or `None` at the closing zero, which must be the last byte.
    fn element(&mut self) -> Result<Option<Element<'a>>, Unreadable> {
        let offset = self.at;
        let tag = self.byte()?;
        if tag == 0 {
            return if self.at == self.bytes.len() { Ok(None) } else { self.fault("it goes on after its end") };
        }
        let name = self.cstring()?;
        let start = self.at;
        self.skip(tag)?;
        Ok(Some(Element { tag, name, value: &self.bytes[start..self.at], offset }))
    }

    /// Passes over a value; what is inside documents is not looked at.
    fn skip(&mut self, tag: u8) -> Result<(), Unreadable> {
        match tag {
            tag::DOUBLE | tag::DATE | tag::TIMESTAMP | tag::INT64 => self.take(8).map(drop),
            tag::STRING | tag::CODE | tag::SYMBOL => self.string().map(drop),
            tag::DOCUMENT | tag::ARRAY | tag::CODE_WITH_SCOPE => {
                let end = self.open()?;
                if self.bytes.get(end - 1) != Some(&0) {
                    return self.fault("a document has no closing zero");
                }
                self.at = end;
                Ok(())
            }
            tag::BINARY => self.binary().map(drop),
            tag::OBJECT_ID => self.take(12).map(drop),
            tag::BOOLEAN => self.boolean().map(drop),
            tag::UNDEFINED | tag::NULL | tag::MIN_KEY | tag::MAX_KEY => Ok(()),
            tag::REGEX => self.cstring().and_then(|_| self.cstring()).map(drop),
            tag::DB_POINTER => self.string().and_then(|_| self.take(12)).map(drop),
            tag::INT32 => self.take(4).map(drop),
            tag::DECIMAL128 => self.take(16).map(drop),
            _ => self.fault("a type is unknown"),
        }
    }
}
