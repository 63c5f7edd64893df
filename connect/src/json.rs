//! BSON → JSON text, byte for byte as the official connector writes it, straight from the raw bytes.
//!
//! Called by [`crate::mongo`] for keys and values, and by whoever needs a token as text (positions in the relaxed style). One
//! pass over the document, no tree in between: this is the engine's hottest loop. Must not know change events, topics or
//! converters; the portal's indented view of a document is somebody else's.
//!
//! The layout is that of MongoDB's Java driver in its strict modes: one space after `:` and `,`, none inside brackets, fields
//! in the order of the document. What differs between the styles is in [`Style`]; how strings are escaped in `escape.rs`, how
//! numbers look in `double.rs` and `decimal.rs`.

#[cfg(any(test, feature = "testing"))]
pub mod arbitrary;
pub(crate) mod date;
pub(crate) mod decimal;
pub(crate) mod double;
mod escape;
#[cfg(test)]
mod properties;
pub(crate) mod reader;
mod scalar;
#[cfg(test)]
mod vectors;
mod writer;

use bson::RawDocument;

pub(crate) use escape::lossy;
pub use reader::Unreadable;
pub use writer::Writer;

use crate::config::JsonFormatterKind;

/// How BSON types without a JSON counterpart are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `DefaultJson`: legacy strict extended JSON. NaN and infinities are written bare, so such text is **not** valid JSON;
    /// consumers of the official connector get the same.
    Default,
    /// `ExtendedJson`: canonical extended JSON v2.
    Extended,
    /// `SimplifiedJson`: plain JSON, types that JSON lacks become strings or numbers.
    Simplified,
    /// Relaxed extended JSON v2: the style of stored offsets, never of records.
    Relaxed,
}

impl From<JsonFormatterKind> for Style {
    fn from(kind: JsonFormatterKind) -> Self {
        match kind {
            JsonFormatterKind::Default => Self::Default,
            JsonFormatterKind::Extended => Self::Extended,
            JsonFormatterKind::Simplified => Self::Simplified,
        }
    }
}

/// The text of one document.
///
/// For many documents keep a [`Writer`]: it reuses its buffers.
///
/// # Errors
/// Malformed BSON, or nesting beyond 1,024 levels.
pub fn to_text(document: &RawDocument, style: Style) -> Result<String, Unreadable> {
    Writer::new(style).text(document)
}
