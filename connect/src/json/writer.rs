//! The walk over a document that writes it: a loop with a stack of its own, so that no nesting can exhaust the thread's.

use bson::RawDocument;

use super::Style;
use super::escape::Units;
use super::reader::{Reader, Unreadable, tag};
use super::scalar::Text;

/// Levels of nesting at most: the driver's own limit. MongoDB stores no more than 180.
const MAX_DEPTH: usize = 1024;

/// A buffer larger than this is let go before the next document: one huge document must not cost memory for ever.
const KEPT_BYTES: usize = 1 << 20;

/// Writes documents in one style, reusing its buffers.
#[derive(Debug)]
pub struct Writer {
    style: Style,
    out: Vec<u8>,
    frames: Vec<Frame>,
}

/// A document or array that is open.
#[derive(Debug, Clone, Copy)]
struct Frame {
    /// Offset at which it must end.
    end: usize,
    kind: Kind,
    is_empty: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Document,
    Array,
    /// The scope of a code value: closes the object around it as well.
    Scope,
}

impl Writer {
    /// A writer of one style.
    pub fn new(style: Style) -> Self {
        Self { style, out: Vec::new(), frames: Vec::new() }
    }

    /// The style that it writes.
    pub fn style(&self) -> Style {
        self.style
    }

    /// Bytes that the writer holds on to between documents.
    #[cfg(test)]
    pub(super) fn room_bytes(&self) -> usize {
        self.out.capacity()
    }

    /// The text of a document.
    ///
    /// # Errors
    /// Malformed BSON, or nesting beyond 1,024 levels. Bytes that are not UTF-8 are no error: they become U+FFFD.
    pub fn text(&mut self, document: &RawDocument) -> Result<String, Unreadable> {
        let text = std::str::from_utf8(self.bytes(document)?);
        text.map(str::to_owned).map_err(|_| Unreadable { offset: 0, reason: "its text is not UTF-8" })
    }

    /// The text of a document as bytes of a buffer that the next call overwrites.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub fn bytes(&mut self, document: &RawDocument) -> Result<&[u8], Unreadable> {
        let mut walk = self.begin(document.as_bytes());
        walk.open(Kind::Document)?;
        walk.run()?;
        Ok(&self.out)
    }

    /// The text of one value, given by its type byte and exactly its bytes; lives until the next call.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub(crate) fn value_bytes(&mut self, tag: u8, value: &[u8]) -> Result<&[u8], Unreadable> {
        let mut walk = self.begin(value);
        walk.value(tag)?;
        walk.run()?;
        Ok(&self.out)
    }

    fn begin<'a>(&'a mut self, bytes: &'a [u8]) -> Walk<'a> {
        if self.out.capacity() > KEPT_BYTES {
            self.out = Vec::new();
        }
        self.out.clear();
        self.frames.clear();
        Walk {
            reader: Reader::new(bytes),
            text: Text { style: self.style, units: Units::get(), out: &mut self.out },
            frames: &mut self.frames,
        }
    }
}

struct Walk<'a> {
    reader: Reader<'a>,
    text: Text<'a>,
    frames: &'a mut Vec<Frame>,
}

impl Walk<'_> {
    /// Writes what is open to its end.
    fn run(mut self) -> Result<(), Unreadable> {
        while let Some(frame) = self.frames.last_mut() {
            let Frame { end, kind, is_empty } = *frame;
            if self.reader.at() >= end {
                return self.reader.fault("a value reaches beyond its document");
            }
            let tag = self.reader.byte()?;
            if tag == 0 {
                self.close(end, kind)?;
                continue;
            }
            frame.is_empty = false;
            if !is_empty {
                self.text.raw(b", ");
            }
            let name = self.reader.cstring()?;
            if kind != Kind::Array {
                self.text.quoted(name);
                self.text.raw(b": ");
            }
            self.value(tag)?;
        }
        Ok(())
    }

    fn open(&mut self, kind: Kind) -> Result<(), Unreadable> {
        if self.frames.len() >= MAX_DEPTH {
            return self.reader.fault("it is nested deeper than 1,024 levels");
        }
        let end = self.reader.open()?;
        self.frames.push(Frame { end, kind, is_empty: true });
        self.text.raw(if kind == Kind::Array { b"[" } else { b"{" });
        Ok(())
    }

    fn close(&mut self, end: usize, kind: Kind) -> Result<(), Unreadable> {
        if self.reader.at() != end {
            return self.reader.fault("a document ends before its length says so");
        }
        self.frames.pop();
        self.text.raw(match kind {
            Kind::Document => b"}",
            Kind::Array => b"]",
            Kind::Scope => b"}}",
        });
        Ok(())
    }

    fn value(&mut self, tag: u8) -> Result<(), Unreadable> {
        match tag {
            tag::DOCUMENT => self.open(Kind::Document),
            tag::ARRAY => self.open(Kind::Array),
            tag::CODE_WITH_SCOPE => self.code_with_scope(),
            _ => self.text.scalar(tag, &mut self.reader),
        }
    }

    /// Code and scope have a length around both; the scope must end exactly where that does.
    fn code_with_scope(&mut self) -> Result<(), Unreadable> {
        let end = self.reader.open()?;
        let code = self.reader.string()?;
        self.text.raw(b"{\"$code\": ");
        self.text.quoted(code);
        self.text.raw(b", \"$scope\": ");
        self.open(Kind::Scope)?;
        match self.frames.last() {
            Some(scope) if scope.end == end => Ok(()),
            _ => self.reader.fault("a scope does not end with its code"),
        }
    }
}
