//! Makes bytes readable: JSON, BSON, text, hexadecimal or base64, with the reason wherever a decoder does not fit.
//!
//! JSON stays the text it is, so that no number passes through a float. Nothing here trusts a length or a type that the bytes
//! claim.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bson::RawDocument;
use connect::json::{self, Style};
use serde::de::IgnoredAny;

use super::raw::{RawBytes, RawRecord};
use super::record::{Encoding, Field, HeaderField, Record, Refusal, RefusalReason};
use super::request::{Decoder, Decoders};

/// Bytes written in hexadecimal at most: more is for a download, not for eyes.
const HEX_BYTES: usize = 16 * 1024;

/// A record, readable.
pub(super) fn record(raw: &RawRecord, decoders: Decoders) -> Record {
    let header =
        |(name, value): &(String, RawBytes)| HeaderField { name: name.clone(), value: field(value, decoders.value) };
    Record {
        partition: raw.partition,
        offset: raw.offset,
        timestamp_ms: raw.timestamp_ms,
        timestamp_origin: raw.timestamp_origin,
        key: field(&raw.key, decoders.key),
        value: field(&raw.value, decoders.value),
        headers: raw.headers.iter().map(header).collect(),
        omitted_headers: raw.omitted_headers,
    }
}

/// Bytes that are all there, readable; at most `limit` of them are made so.
pub(crate) fn whole(bytes: Option<&[u8]>, limit: usize, decoder: Decoder) -> Field {
    field(&RawBytes::keep(bytes, limit), decoder)
}

fn field(raw: &RawBytes, decoder: Decoder) -> Field {
    let size_bytes = raw.size_bytes() as u64;
    let Some(bytes) = raw.kept() else {
        return Field {
            encoding: Encoding::Null,
            text: String::new(),
            size_bytes,
            is_cut: false,
            refusals: Vec::new(),
        };
    };
    let is_cut = raw.is_cut();
    let mut refusals = Vec::new();
    for candidate in candidates(decoder, bytes) {
        match attempt(*candidate, bytes, is_cut, decoder == Decoder::Auto) {
            Ok((encoding, text)) => return Field { encoding, text, size_bytes, is_cut, refusals },
            Err(reason) => refusals.push(Refusal { decoder: *candidate, reason }),
        }
    }
    let shown = &bytes[..bytes.len().min(HEX_BYTES)];
    let is_cut = is_cut || shown.len() < bytes.len();
    Field { encoding: Encoding::Hex, text: hex(shown), size_bytes, is_cut, refusals }
}

/// Which decoders to try, in order; hexadecimal always fits and comes last.
fn candidates(decoder: Decoder, bytes: &[u8]) -> &'static [Decoder] {
    match decoder {
        // A BSON document begins with its own length, which no text does by chance.
        Decoder::Auto if claims_bson(bytes) => &[Decoder::Bson, Decoder::Json, Decoder::Text],
        Decoder::Auto => &[Decoder::Json, Decoder::Text],
        Decoder::Json => &[Decoder::Json, Decoder::Text],
        Decoder::Bson => &[Decoder::Bson],
        Decoder::Text => &[Decoder::Text],
        Decoder::Base64 => &[Decoder::Base64],
        Decoder::Hex => &[],
    }
}

fn attempt(
    decoder: Decoder,
    bytes: &[u8],
    is_cut: bool,
    must_be_printable: bool,
) -> Result<(Encoding, String), RefusalReason> {
    match decoder {
        Decoder::Json => json_text(bytes, is_cut).map(|text| (Encoding::Json, text)),
        Decoder::Bson => bson_text(bytes, is_cut).map(|text| (Encoding::Bson, text)),
        Decoder::Text => plain_text(bytes, is_cut, must_be_printable).map(|text| (Encoding::Text, text)),
        Decoder::Base64 => Ok((Encoding::Base64, STANDARD.encode(bytes))),
        Decoder::Hex | Decoder::Auto => Ok((Encoding::Hex, hex(bytes))),
    }
}

fn json_text(bytes: &[u8], is_cut: bool) -> Result<String, RefusalReason> {
    let text = std::str::from_utf8(bytes);
    let text = match text {
        Ok(text) => text,
        Err(_) if is_cut => return Err(RefusalReason::Incomplete),
        Err(error) => return Err(RefusalReason::NotUtf8 { at: error.valid_up_to() }),
    };
    match serde_json::from_str::<IgnoredAny>(text) {
        Ok(_) if !is_cut => Ok(text.to_owned()),
        Err(error) if !is_cut => Err(RefusalReason::NotJson { line: error.line(), column: error.column() }),
        Err(error) if !error.is_eof() => Err(RefusalReason::NotJson { line: error.line(), column: error.column() }),
        _ => Err(RefusalReason::Incomplete),
    }
}

fn bson_text(bytes: &[u8], is_cut: bool) -> Result<String, RefusalReason> {
    if is_cut {
        return Err(RefusalReason::Incomplete);
    }
    let document = RawDocument::from_bytes(bytes).map_err(|_| RefusalReason::NotBson)?;
    json::to_text(document, Style::Extended).map_err(|_| RefusalReason::NotBson)
}

fn plain_text(bytes: &[u8], is_cut: bool, must_be_printable: bool) -> Result<String, RefusalReason> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // Cut inside a character: what comes before it is sound.
        Err(error) if is_cut && error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(error) => return Err(RefusalReason::NotUtf8 { at: error.valid_up_to() }),
    };
    if must_be_printable && text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
        return Err(RefusalReason::ControlCharacters);
    }
    Ok(text.to_owned())
}

fn claims_bson(bytes: &[u8]) -> bool {
    let claimed = bytes.first_chunk().map(|length| u32::from_le_bytes(*length) as usize);
    claimed == Some(bytes.len()) && bytes.last() == Some(&0)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 0xf)]));
    }
    text
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::rawdoc;
    use proptest::prelude::*;

    use super::*;

    fn auto(bytes: &[u8]) -> Field {
        whole(Some(bytes), 1024, Decoder::Auto)
    }

    fn seen(field: &Field) -> (Encoding, &str) {
        (field.encoding, &field.text)
    }

    #[test]
    fn json_stays_the_text_it_is() {
        let text = r#"{"a": 9007199254740993, "d": {"$numberDecimal": "1.10"}, "a": 1e400}"#;

        let field = auto(text.as_bytes());

        assert_eq!(seen(&field), (Encoding::Json, text));
        assert_eq!(field.size_bytes, text.len() as u64);
        assert!(!field.is_cut && field.refusals.is_empty());
    }

    #[test]
    fn text_says_where_it_stopped_being_json() {
        let field = auto(b"{\"a\": NaN}");

        assert_eq!(seen(&field), (Encoding::Text, "{\"a\": NaN}"));
        let reason = RefusalReason::NotJson { line: 1, column: 7 };
        assert_eq!(field.refusals, [Refusal { decoder: Decoder::Json, reason }]);
    }

    #[test]
    fn bson_is_written_with_all_its_types() {
        let document = rawdoc! { "n": 5_i64, "i": 5_i32, "d": 0.5 };

        let field = auto(document.as_bytes());

        let expected = r#"{"n": {"$numberLong": "5"}, "i": {"$numberInt": "5"}, "d": {"$numberDouble": "0.5"}}"#;
        assert_eq!(seen(&field), (Encoding::Bson, expected));
    }

    #[test]
    fn bytes_that_are_neither_become_hexadecimal() {
        let field = auto(&[0xff, 0x00, 0x1f]);

        assert_eq!(seen(&field), (Encoding::Hex, "ff001f"));
        let reasons: Vec<RefusalReason> = field.refusals.iter().map(|refusal| refusal.reason).collect();
        assert_eq!(reasons, [RefusalReason::NotUtf8 { at: 0 }, RefusalReason::NotUtf8 { at: 0 }]);
        assert_eq!(auto(b"a\x01").encoding, Encoding::Hex);
        assert_eq!(whole(Some(b"a\x01"), 10, Decoder::Text).encoding, Encoding::Text);
    }

    #[test]
    fn null_and_empty_differ() {
        let null = whole(None, 10, Decoder::Json);

        assert_eq!((null.encoding, null.size_bytes), (Encoding::Null, 0));
        assert_eq!(seen(&auto(b"")), (Encoding::Text, ""));
    }

    #[test]
    fn a_cut_value_shows_its_beginning_and_says_so() {
        let text = "{\"name\": \"하나둘셋\"}";

        let field = whole(Some(text.as_bytes()), 14, Decoder::Auto);

        assert_eq!(seen(&field), (Encoding::Text, "{\"name\": \"하"));
        assert!(field.is_cut);
        assert_eq!(field.size_bytes, text.len() as u64);
        assert_eq!(field.refusals, [Refusal { decoder: Decoder::Json, reason: RefusalReason::Incomplete }]);
    }

    #[test]
    fn a_chosen_decoder_that_does_not_fit_says_why() {
        let field = whole(Some(b"text"), 10, Decoder::Bson);

        assert_eq!(seen(&field), (Encoding::Hex, "74657874"));
        assert_eq!(field.refusals, [Refusal { decoder: Decoder::Bson, reason: RefusalReason::NotBson }]);
        assert_eq!(seen(&whole(Some(b"text"), 10, Decoder::Base64)), (Encoding::Base64, "dGV4dA=="));
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);

        assert_eq!(whole(Some(deep.as_bytes()), 1 << 20, Decoder::Auto).encoding, Encoding::Json);
    }

    proptest! {
        #[test]
        fn every_byte_string_becomes_something_readable(
            bytes in prop::collection::vec(any::<u8>(), 0..200),
            limit in 0_usize..200,
        ) {
            for decoder in
                [Decoder::Auto, Decoder::Json, Decoder::Bson, Decoder::Text, Decoder::Hex, Decoder::Base64]
            {
                let field = whole(Some(&bytes), limit, decoder);

                prop_assert_eq!(field.size_bytes, bytes.len() as u64);
                prop_assert_eq!(field.is_cut, limit < bytes.len());
            }
        }

        #[test]
        fn a_damaged_bson_document_never_panics(
            at in 0_usize..60,
            byte in any::<u8>(),
        ) {
            let document = rawdoc! { "a": { "b": [1_i32, "x", { "c": 2_i64 }] }, "s": "text", "d": 1.5 };
            let mut bytes = document.as_bytes().to_vec();
            let index = at % bytes.len();
            bytes[index] = byte;

            whole(Some(&bytes), 1024, Decoder::Bson);
        }
    }

    #[test]
    fn long_binary_is_cut_for_the_eye() {
        let field = whole(Some(&vec![0xff; HEX_BYTES + 1]), 1 << 20, Decoder::Auto);

        assert_eq!(field.text.len(), HEX_BYTES * 2);
        assert!(field.is_cut);
        assert_eq!(field.size_bytes, (HEX_BYTES as u64) + 1);
        assert_eq!(std::str::from_utf8(field.text.as_bytes()).unwrap(), field.text);
    }
}
