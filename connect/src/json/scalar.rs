//! The values that hold no others, each in the four styles.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::escape::{Units, escape_unit};
use super::reader::{Reader, Unreadable, tag};
use super::{Style, date, decimal, double};

/// The text as far as it is written.
pub(super) struct Text<'a> {
    pub(super) style: Style,
    pub(super) units: &'static Units,
    pub(super) out: &'a mut Vec<u8>,
}

impl Text<'_> {
    /// Reads a value of a type other than document, array and code with scope, and writes it.
    #[inline]
    pub(super) fn scalar(&mut self, tag: u8, reader: &mut Reader<'_>) -> Result<(), Unreadable> {
        match tag {
            tag::STRING => self.quoted(reader.string()?),
            tag::INT32 => self.int32(reader.int32()?),
            tag::INT64 => self.int64(reader.int64()?),
            tag::DOUBLE => self.double(reader.double()?),
            tag::OBJECT_ID => self.object_id(reader.take(12)?),
            tag::DATE => self.date(reader.int64()?),
            tag::BOOLEAN => self.raw(if reader.boolean()? { b"true" } else { b"false" }),
            tag::NULL => self.raw(b"null"),
            _ => return self.rare(tag, reader),
        }
        Ok(())
    }

    fn rare(&mut self, tag: u8, reader: &mut Reader<'_>) -> Result<(), Unreadable> {
        match tag {
            tag::DECIMAL128 => self.decimal128(reader.decimal128()?),
            tag::BINARY => {
                let (subtype, data) = reader.binary()?;
                self.binary(subtype, data);
            }
            tag::TIMESTAMP => {
                let (time, increment) = reader.timestamp()?;
                self.timestamp(time, increment);
            }
            tag::REGEX => {
                let pattern = reader.cstring()?;
                self.regex(pattern, reader.cstring()?);
            }
            tag::DB_POINTER => {
                let namespace = reader.string()?;
                self.db_pointer(namespace, reader.take(12)?);
            }
            tag::SYMBOL => self.symbol(reader.string()?),
            tag::CODE => {
                self.raw(b"{\"$code\": ");
                self.quoted(reader.string()?);
                self.raw(b"}");
            }
            tag::UNDEFINED => self.raw(b"{\"$undefined\": true}"),
            tag::MIN_KEY => self.raw(b"{\"$minKey\": 1}"),
            tag::MAX_KEY => self.raw(b"{\"$maxKey\": 1}"),
            _ => return reader.fault("a type is unknown"),
        }
        Ok(())
    }

    #[inline]
    pub(super) fn raw(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    /// Text in quotes, escaped.
    #[inline]
    pub(super) fn quoted(&mut self, text: &[u8]) {
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

    fn decimal128(&mut self, bits: u128) {
        let is_simple = self.style == Style::Simplified;
        self.raw(if is_simple { b"\"" } else { b"{\"$numberDecimal\": \"" });
        decimal::write(self.out, bits);
        self.raw(if is_simple { b"\"" } else { b"\"}" });
    }

    fn binary(&mut self, subtype: u8, data: &[u8]) {
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
            // The one place where the driver writes hexadecimal digits in capitals.
            let digit = |nibble: u8| b"0123456789ABCDEF"[usize::from(nibble)];
            self.raw(&[digit(subtype >> 4), digit(subtype & 0xF)]);
            self.raw(if self.style == Style::Default { b"\"}" } else { b"\"}}" });
        }
    }

    fn timestamp(&mut self, time: u32, increment: u32) {
        self.raw(b"{\"$timestamp\": {\"t\": ");
        self.raw(itoa::Buffer::new().format(time).as_bytes());
        self.raw(b", \"i\": ");
        self.raw(itoa::Buffer::new().format(increment).as_bytes());
        self.raw(b"}}");
    }

    fn regex(&mut self, pattern: &[u8], options: &[u8]) {
        let is_legacy = self.style == Style::Default;
        self.raw(if is_legacy { b"{\"$regex\": " } else { b"{\"$regularExpression\": {\"pattern\": " });
        self.quoted(pattern);
        self.raw(if is_legacy { b", \"$options\": \"" } else { b", \"options\": \"" });
        self.sorted_options(options);
        self.raw(if is_legacy { b"\"}" } else { b"\"}}" });
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

    fn db_pointer(&mut self, namespace: &[u8], id: &[u8]) {
        let is_wrapped = self.style == Style::Extended;
        self.raw(if is_wrapped { b"{\"$dbPointer\": {\"$ref\": " } else { b"{\"$ref\": " });
        self.quoted(namespace);
        self.raw(b", \"$id\": ");
        self.object_id(id);
        self.raw(if is_wrapped { b"}}" } else { b"}" });
    }

    fn symbol(&mut self, symbol: &[u8]) {
        if self.style == Style::Simplified {
            self.quoted(symbol);
            return;
        }
        self.raw(b"{\"$symbol\": ");
        self.quoted(symbol);
        self.raw(b"}");
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
