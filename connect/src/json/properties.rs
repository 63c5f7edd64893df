//! What must hold of the text of any document.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bson::spec::ElementType;
use bson::{Bson, Document, RawBsonRef, RawDocumentBuf};
use proptest::prelude::*;
use serde_json::Value;

use super::arbitrary::{ALL_TYPES, Generator, document};
use super::reader::{Unreadable, elements};
use super::{Style, Writer, to_text};

const STYLES: [Style; 4] = [Style::Default, Style::Extended, Style::Simplified, Style::Relaxed];

fn double(number: f64) -> String {
    let text = to_text(&bson::rawdoc! { "v": number }, Style::Default).unwrap();
    text[6..text.len() - 1].to_owned()
}

#[test]
fn the_generator_makes_every_type_at_top_level_and_below() {
    let mut top = [0; 256];
    let mut below = [0; 256];
    for seed in 0..200 {
        let document = Generator::new(seed).document_of_every_type();
        for field in document.iter() {
            let (_, value) = field.unwrap();
            top[value.element_type() as usize] += 1;
            if let RawBsonRef::Document(inner) = value {
                inner.iter().for_each(|field| below[field.unwrap().1.element_type() as usize] += 1);
            }
        }
    }

    for tag in ALL_TYPES {
        assert_eq!(top[usize::from(tag)], 200, "type {tag:#x}");
        assert!(below[usize::from(tag)] > 0, "type {tag:#x}");
    }
}

#[test]
fn the_same_seed_makes_the_same_document_and_types_can_be_left_out() {
    let make = || Generator::new(7).without(&[0x06, 0x0C]).document_of_every_type();

    let document = make();

    assert_eq!(document, make());
    assert_eq!(document.iter().count(), ALL_TYPES.len() - 2);
    let types: Vec<ElementType> = document.iter().map(|field| field.unwrap().1.element_type()).collect();
    assert!(!types.contains(&ElementType::Undefined) && !types.contains(&ElementType::DbPointer));
}

#[test]
fn doubles_have_javas_layout_at_its_borders() {
    for (number, text) in [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (9_999_999.999_999_998, "9999999.999999998"),
        (1e7, "1.0E+7"),
        (12_345_678.5, "1.23456785E+7"),
        (0.001, "0.001"),
        (9.99e-4, "9.99E-4"),
        (-123.456, "-123.456"),
        (100.5, "100.5"),
        (0.25, "0.25"),
        (f64::MAX, "1.7976931348623157E+308"),
        (f64::MIN_POSITIVE, "2.2250738585072014E-308"),
    ] {
        assert_eq!(double(number), text);
    }
}

/// As Java 19 and later: shortest, but of two digits the closest where two are written.
#[test]
fn doubles_have_the_shortest_digits() {
    for (number, text) in [
        (2e23, "2.0E+23"),
        (2.2e-322, "2.2E-322"),
        (5e-324, "4.9E-324"),
        (1e-323, "9.9E-324"),
        (5e-323, "4.9E-323"),
        (2e-323, "2.0E-323"),
        (9e15, "9.0E+15"),
    ] {
        assert_eq!(double(number), text);
    }
}

#[test]
fn characters_are_escaped_by_category_and_utf_16_unit() {
    let text = |text: &str| to_text(&bson::rawdoc! { "v": text }, Style::Simplified).unwrap();

    assert_eq!(text("ʰー々e\u{301}"), r#"{"v": "\u02b0\u30fc\u3005e\u0301"}"#);
    assert_eq!(text("\u{200b}\u{ad}\u{2028}\u{fdd0}"), r#"{"v": "\u200b\u00ad\u2028\ufdd0"}"#);
    assert_eq!(text("𠀀"), r#"{"v": "\ud840\udc00"}"#);
    assert_eq!(text("한글漢字Éß٣Ⅷ½\u{3000}‿–«»€^©"), "{\"v\": \"한글漢字Éß٣Ⅷ½\u{3000}‿–«»€^©\"}");
}

#[test]
fn bytes_that_are_no_utf_8_become_replacement_characters_as_in_java() {
    let with = |bytes: &[u8]| {
        let mut document = vec![0u8; 4];
        document.extend_from_slice(b"\x02v\0");
        document.extend_from_slice(&(bytes.len() as u32 + 1).to_le_bytes());
        document.extend_from_slice(bytes);
        document.extend_from_slice(b"\0\0");
        let size = document.len() as u32;
        document[..4].copy_from_slice(&size.to_le_bytes());
        to_text(&RawDocumentBuf::from_bytes(document).unwrap(), Style::Default).unwrap()
    };

    assert_eq!(with(b"a\xFFb"), "{\"v\": \"a\u{FFFD}b\"}");
    assert_eq!(with(b"\xC3"), "{\"v\": \"\u{FFFD}\"}");
    assert_eq!(with(b"\xED\xA0\x80x"), "{\"v\": \"\u{FFFD}x\"}");
    assert_eq!(with(b"\xE2\x82x"), "{\"v\": \"\u{FFFD}x\"}");
    assert_eq!(with(b"\xF0\x9F\x98x"), "{\"v\": \"\u{FFFD}x\"}");
    assert_eq!(with(b"\xF8\x88\x80"), "{\"v\": \"\u{FFFD}\u{FFFD}\u{FFFD}\"}");
}

#[test]
fn binary_subtypes_are_the_only_hexadecimal_in_capitals() {
    let binary = bson::Binary { subtype: bson::spec::BinarySubtype::UserDefined(0xAB), bytes: vec![0xFF] };
    let document = bson::rawdoc! { "v": binary };

    assert_eq!(to_text(&document, Style::Default).unwrap(), r#"{"v": {"$binary": "/w==", "$type": "AB"}}"#);
    let extended = r#"{"v": {"$binary": {"base64": "/w==", "subType": "AB"}}}"#;
    assert_eq!(to_text(&document, Style::Extended).unwrap(), extended);
}

#[test]
fn dates_of_every_year_are_written() {
    let date = |ms: i64| {
        let document = bson::rawdoc! { "v": bson::DateTime::from_millis(ms) };
        let text = to_text(&document, Style::Simplified).unwrap();
        text[7..text.len() - 2].to_owned()
    };

    assert_eq!(date(253_402_300_799_999), "9999-12-31T23:59:59.999Z");
    assert_eq!(date(253_402_300_800_000), "+10000-01-01T00:00:00Z");
    assert_eq!(date(-62_198_755_200_000), "-0001-01-01T00:00:00Z");
    assert_eq!(date(951_782_400_000), "2000-02-29T00:00:00Z");
    assert_eq!(date(-2_203_977_600_000), "1900-02-28T00:00:00Z");
    assert_eq!(date(i64::MAX), "+292278994-08-17T07:12:55.807Z");
    assert_eq!(date(i64::MIN), "-292275055-05-16T16:47:04.192Z");
}

#[test]
fn nesting_is_bounded_by_the_drivers_limit() {
    let nested = |levels: usize| {
        let mut document = RawDocumentBuf::new();
        for _ in 1..levels {
            document = bson::rawdoc! { "a": document };
        }
        to_text(&document, Style::Default)
    };

    assert!(nested(1024).is_ok());
    assert_eq!(nested(1025).unwrap_err().reason, "it is nested deeper than 1,024 levels");
}

#[test]
fn a_writer_lets_go_of_the_room_for_a_huge_document() {
    let mut writer = Writer::new(Style::Default);

    assert_eq!(writer.bytes(&bson::rawdoc! { "v": "x".repeat(3 << 20) }).unwrap().len(), (3 << 20) + 9);
    let small = bson::rawdoc! { "v": 1 };

    assert_eq!(writer.text(&small).unwrap(), r#"{"v": 1}"#);
    assert!(writer.room_bytes() < 1 << 20);
}

#[test]
fn a_scope_must_end_with_its_code() {
    let mut bytes = vec![0; 4];
    bytes.extend_from_slice(b"\x0Fv\0\x18\0\0\0\x04\0\0\0f()\0\x0c\0\0\0\x10x\0\x01\0\0\0\0\0");
    let size = bytes.len() as u32;
    bytes[..4].copy_from_slice(&size.to_le_bytes());
    let written = |bytes: &[u8]| to_text(&RawDocumentBuf::from_bytes(bytes.to_vec()).unwrap(), Style::Default);

    assert_eq!(written(&bytes).unwrap(), r#"{"v": {"$code": "f()", "$scope": {"x": 1}}}"#);
    bytes[7] -= 1;
    assert_eq!(written(&bytes).unwrap_err().reason, "a scope does not end with its code");
}

/// Every double in the text of a document written in the default style, by a reader that knows numbers only.
fn reparse(number: f64) -> f64 {
    double(number).parse().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn doubles_read_back_to_the_same_bits(bits in any::<u64>()) {
        let number = f64::from_bits(bits);
        prop_assume!(number.is_finite());

        prop_assert_eq!(reparse(number).to_bits(), bits);
    }

    /// The range in which digits are laid out around the point.
    #[test]
    fn plain_doubles_read_back_to_the_same_bits(number in 1e-4..1e8f64) {
        prop_assert_eq!(reparse(number).to_bits(), number.to_bits());
    }

    #[test]
    fn no_double_has_more_digits_than_it_needs(bits in any::<u64>()) {
        let number = f64::from_bits(bits);
        prop_assume!(number.is_finite() && number.abs() > 1e-300);
        let count = |text: &str| {
            let digits: String = text.chars().take_while(|c| *c != 'E' && *c != 'e').filter(char::is_ascii_digit).collect();
            digits.trim_matches('0').len()
        };

        prop_assert_eq!(count(&double(number)), count(&format!("{number:e}")));
    }
}

proptest! {
    /// All styles but the default one, whose NaN and infinities are no JSON.
    #[test]
    fn a_json_reader_accepts_every_document(document in document()) {
        for style in [Style::Extended, Style::Simplified, Style::Relaxed] {
            let text = to_text(&document, style).unwrap();
            let read: Value = serde_json::from_str(&text).unwrap();
            let names: Vec<String> = document.iter().map(|field| field.unwrap().0.as_str().to_owned()).collect();
            let read: Vec<String> = read.as_object().unwrap().keys().cloned().collect();
            prop_assert_eq!(read, names);
        }
    }

    #[test]
    fn the_default_style_is_json_where_numbers_are_finite(seed in any::<u64>()) {
        let document = Generator::new(seed).without(&[0x01]).document_of_every_type();
        let text = to_text(&document, Style::Default).unwrap();

        prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "{}", text);
    }

    /// Canonical extended JSON loses nothing: another reader makes the same bytes of it.
    #[test]
    fn an_extended_json_reader_gets_the_same_bytes_back(document in document()) {
        let text = to_text(&document, Style::Extended).unwrap();
        let read: Document = match serde_json::from_str(&text).unwrap() {
            Bson::Document(read) => read,
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        };

        let read = RawDocumentBuf::try_from(&read).unwrap();
        prop_assert_eq!(read.as_bytes(), document.as_bytes());
    }

    /// One byte changed, or the end cut off: text or an error, never a panic, and the text is always UTF-8.
    #[test]
    fn damaged_documents_never_panic(document in document(), at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let mut bytes = document.into_bytes();
        let place = at.index(bytes.len() - 1);
        if place >= 4 {
            bytes[place] = value;
        }
        let damaged = RawDocumentBuf::from_bytes(bytes).unwrap();
        for style in STYLES {
            let _: Result<String, Unreadable> = to_text(&damaged, style);
        }
        let _: usize = elements(&damaged).flatten().filter_map(|element| element.document()).count();
    }

    #[test]
    fn arbitrary_bytes_never_panic(mut bytes in prop::collection::vec(any::<u8>(), 5..200)) {
        let size = bytes.len();
        bytes[..4].copy_from_slice(&(size as u32).to_le_bytes());
        bytes[size - 1] = 0;
        let document = RawDocumentBuf::from_bytes(bytes).unwrap();
        for style in STYLES {
            let _: Result<String, Unreadable> = to_text(&document, style);
        }
    }

    /// The bytes are read to the last one: a writer that stops early would miss damage at the end.
    #[test]
    fn a_nested_document_with_a_wrong_length_is_refused(grow in 1u8..20) {
        let mut bytes = bson::rawdoc! { "a": { "b": 1 }, "c": "padding, so that the length stays inside" }.into_bytes();
        bytes[7] += grow;
        let document = RawDocumentBuf::from_bytes(bytes).unwrap();

        prop_assert!(to_text(&document, Style::Default).is_err());
    }
}
