//! The walk over a document that writes it: a loop with a stack of its own, so that no nesting can exhaust the thread's.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bson::RawDocument;

use super::escape::{Units, escape_unit};
use super::reader::{Reader, Unreadable, tag};
use super::{Style, date, decimal, double};

/// Levels of nesting at most: the driver's own limit. MongoDB stores no more than 180.
const MAX_DEPTH: usize = 1024;

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
        self.out.clear();
        self.frames.clear();
        let walk = Walk {
            reader: Reader::new(document.as_bytes()),
            style: self.style,
            units: Units::get(),
            out: &mut self.out,
            frames: &mut self.frames,
        };
        walk.run()?;
        Ok(&self.out)
    }
}

struct Walk<'a> {
    reader: Reader<'a>,
    style: Style,
    units: &'static Units,
    out: &'a mut Vec<u8>,
    frames: &'a mut Vec<Frame>,
}

impl Walk<'_> {
    fn run(mut self) -> Result<(), Unreadable> {
        self.open(Kind::Document)?;
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
                self.raw(b", ");
            }
            let name = self.reader.cstring()?;
            if kind != Kind::Array {
                self.quoted(name);
                self.raw(b": ");
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
        self.raw(if kind == Kind::Array { b"[" } else { b"{" });
        Ok(())
    }

    fn close(&mut self, end: usize, kind: Kind) -> Result<(), Unreadable> {
        if self.reader.at() != end {
            return self.reader.fault("a document ends before its length says so");
        }
        self.frames.pop();
        self.raw(match kind {
            Kind::Document => b"}",
            Kind::Array => b"]",
            Kind::Scope => b"}}",
        });
        Ok(())
    }

    fn value(&mut self, tag: u8) -> Result<(), Unreadable> {
        match tag {
            tag::STRING => {
                let text = self.reader.string()?;
                self.quoted(text);
            }
            tag::INT32 => {
                let number = self.reader.int32()?;
                self.int32(number);
            }
            tag::INT64 => {
                let number = self.reader.int64()?;
                self.int64(number);
            }
            tag::DOUBLE => {
                let number = self.reader.double()?;
                self.double(number);
            }
            tag::DOCUMENT => self.open(Kind::Document)?,
            tag::ARRAY => self.open(Kind::Array)?,
            tag::OBJECT_ID => {
                let id = self.reader.take(12)?;
                self.object_id(id);
            }
            tag::DATE => {
                let since_epoch_ms = self.reader.int64()?;
                self.date(since_epoch_ms);
            }
            tag::BOOLEAN => {
                let text: &[u8] = if self.reader.boolean()? { b"true" } else { b"false" };
                self.raw(text);
            }
            tag::NULL => self.raw(b"null"),
            _ => self.rare_value(tag)?,
        }
        Ok(())
    }

    fn rare_value(&mut self, tag: u8) -> Result<(), Unreadable> {
        match tag {
            tag::DECIMAL128 => self.decimal128()?,
            tag::BINARY => self.binary()?,
            tag::TIMESTAMP => self.timestamp()?,
            tag::REGEX => self.regex()?,
            tag::DB_POINTER => self.db_pointer()?,
            tag::SYMBOL => self.symbol()?,
            tag::CODE => {
                self.raw(b"{\"$code\": ");
                let code = self.reader.string()?;
                self.quoted(code);
                self.raw(b"}");
            }
            tag::CODE_WITH_SCOPE => self.code_with_scope()?,
            tag::UNDEFINED => self.raw(b"{\"$undefined\": true}"),
            tag::MIN_KEY => self.raw(b"{\"$minKey\": 1}"),
            tag::MAX_KEY => self.raw(b"{\"$maxKey\": 1}"),
            _ => return self.reader.fault("a type is unknown"),
        }
        Ok(())
    }

    #[inline]
    fn raw(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    #[inline]
    fn quoted(&mut self, text: &[u8]) {
        self.out.push(b'"');
        self.units.escape(self.out, text);
        self.out.push(b'"');
    }

    fn int32(&mut self, number: i32) {
        let mut buffer = itoa::Buffer::new();
        let text = buffer.format(number).as_bytes();
        match self.style {
            Style::Extended => self.wrapped(b"{\"$numberInt\": \"", text),
            Style::Default | Style::Simplified | Style::Relaxed => self.raw(text),
        }
    }

    fn int64(&mut self, number: i64) {
        let mut buffer = itoa::Buffer::new();
        let text = buffer.format(number).as_bytes();
        match self.style {
            Style::Default | Style::Extended => self.wrapped(b"{\"$numberLong\": \"", text),
            Style::Simplified | Style::Relaxed => self.raw(text),
        }
    }

    /// `opening` ends inside a quoted text, which `text` completes.
    fn wrapped(&mut self, opening: &[u8], text: &[u8]) {
        self.raw(opening);
        self.raw(text);
        self.raw(b"\"}");
    }

    fn double(&mut self, number: f64) {
        let is_bare = match self.style {
            Style::Default => true,
            Style::Extended => false,
            Style::Simplified | Style::Relaxed => number.is_finite(),
        };
        if !is_bare {
            self.raw(b"{\"$numberDouble\": \"");
        }
        match number {
            _ if number.is_finite() => double::write(self.out, number),
            _ if number.is_nan() => self.raw(b"NaN"),
            _ if number > 0.0 => self.raw(b"Infinity"),
            _ => self.raw(b"-Infinity"),
        }
        if !is_bare {
            self.raw(b"\"}");
        }
    }

    fn object_id(&mut self, id: &[u8]) {
        if self.style == Style::Simplified {
            self.raw(b"\"");
        } else {
            self.raw(b"{\"$oid\": \"");
        }
        for byte in id {
            push_hex(self.out, *byte);
        }
        self.raw(if self.style == Style::Simplified { b"\"" } else { b"\"}" });
    }

    fn date(&mut self, since_epoch_ms: i64) {
        let mut buffer = itoa::Buffer::new();
        let text = buffer.format(since_epoch_ms).as_bytes();
        match self.style {
            Style::Default => {
                self.raw(b"{\"$date\": ");
                self.raw(text);
                self.raw(b"}");
            }
            Style::Simplified => {
                self.raw(b"\"");
                date::write(self.out, since_epoch_ms);
                self.raw(b"\"");
            }
            Style::Relaxed if (0..=date::LAST_OF_FOUR_DIGIT_YEARS_MS).contains(&since_epoch_ms) => {
                self.raw(b"{\"$date\": \"");
                date::write(self.out, since_epoch_ms);
                self.raw(b"\"}");
            }
            Style::Extended | Style::Relaxed => {
                self.wrapped(b"{\"$date\": {\"$numberLong\": \"", text);
                self.raw(b"}");
            }
        }
    }

    fn decimal128(&mut self) -> Result<(), Unreadable> {
        let bits = self.reader.decimal128()?;
        let is_simple = self.style == Style::Simplified;
        self.raw(if is_simple { b"\"" } else { b"{\"$numberDecimal\": \"" });
        decimal::write(self.out, bits);
        self.raw(if is_simple { b"\"" } else { b"\"}" });
        Ok(())
    }

    fn binary(&mut self) -> Result<(), Unreadable> {
        let (subtype, data) = self.reader.binary()?;
        self.raw(match self.style {
            Style::Default => b"{\"$binary\": \"",
            Style::Extended | Style::Relaxed => b"{\"$binary\": {\"base64\": \"",
            Style::Simplified => b"\"",
        });
        push_base64(self.out, data);
        self.raw(match self.style {
            Style::Default => b"\", \"$type\": \"",
            Style::Extended | Style::Relaxed => b"\", \"subType\": \"",
            Style::Simplified => b"\"",
        });
        if self.style != Style::Simplified {
            push_hex(self.out, subtype);
            self.raw(if self.style == Style::Default { b"\"}" } else { b"\"}}" });
        }
        Ok(())
    }

    fn timestamp(&mut self) -> Result<(), Unreadable> {
        let (time, increment) = self.reader.timestamp()?;
        self.raw(b"{\"$timestamp\": {\"t\": ");
        self.raw(itoa::Buffer::new().format(time).as_bytes());
        self.raw(b", \"i\": ");
        self.raw(itoa::Buffer::new().format(increment).as_bytes());
        self.raw(b"}}");
        Ok(())
    }

    fn regex(&mut self) -> Result<(), Unreadable> {
        let pattern = self.reader.cstring()?;
        let options = self.reader.cstring()?;
        let is_legacy = self.style == Style::Default;
        self.raw(if is_legacy { b"{\"$regex\": " } else { b"{\"$regularExpression\": {\"pattern\": " });
        self.quoted(pattern);
        self.raw(if is_legacy { b", \"$options\": \"" } else { b", \"options\": \"" });
        self.sorted_options(options);
        self.raw(if is_legacy { b"\"}" } else { b"\"}}" });
        Ok(())
    }

    /// The driver's type sorts the options by UTF-16 unit.
    fn sorted_options(&mut self, options: &[u8]) {
        if options.is_ascii() {
            let mut sorted = options.to_vec();
            sorted.sort_unstable();
            self.units.escape(self.out, &sorted);
            return;
        }
        let mut units: Vec<u16> = String::from_utf8_lossy(options).encode_utf16().collect();
        units.sort_unstable();
        for unit in units {
            match char::from_u32(u32::from(unit)) {
                Some(character) => self.units.escape(self.out, character.encode_utf8(&mut [0; 4]).as_bytes()),
                None => escape_unit(self.out, unit),
            }
        }
    }

    fn db_pointer(&mut self) -> Result<(), Unreadable> {
        let namespace = self.reader.string()?;
        let id = self.reader.take(12)?;
        let is_wrapped = self.style == Style::Extended;
        self.raw(if is_wrapped { b"{\"$dbPointer\": {\"$ref\": " } else { b"{\"$ref\": " });
        self.quoted(namespace);
        self.raw(b", \"$id\": ");
        self.object_id(id);
        self.raw(if is_wrapped { b"}}" } else { b"}" });
        Ok(())
    }

    fn symbol(&mut self) -> Result<(), Unreadable> {
        let symbol = self.reader.string()?;
        if self.style == Style::Simplified {
            self.quoted(symbol);
            return Ok(());
        }
        self.raw(b"{\"$symbol\": ");
        self.quoted(symbol);
        self.raw(b"}");
        Ok(())
    }

    /// Code and scope have a length around both; the scope must end exactly where that does.
    fn code_with_scope(&mut self) -> Result<(), Unreadable> {
        let end = self.reader.open()?;
        let code = self.reader.string()?;
        self.raw(b"{\"$code\": ");
        self.quoted(code);
        self.raw(b", \"$scope\": ");
        self.open(Kind::Scope)?;
        match self.frames.last() {
            Some(scope) if scope.end == end => Ok(()),
            _ => self.reader.fault("a scope does not end with its code"),
        }
    }
}

fn push_hex(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 0xF)]]);
}

fn push_base64(out: &mut Vec<u8>, data: &[u8]) {
    let start = out.len();
    let size = data.len().div_ceil(3) * 4;
    out.resize(start + size, 0);
    // The slice has exactly the size of the encoding, so it always fits.
    let written = STANDARD.encode_slice(data, &mut out[start..]).unwrap_or_default();
    out.truncate(start + written);
}
