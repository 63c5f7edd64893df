//! The golden vectors: documents and the text that the Java driver 5.8 made of them, in all four styles.
//!
//! The first list is small and named; the second was drawn from 361,000 generated documents: nested ones of every type, decimals
//! and doubles of any bits, dates of any year, text that is no UTF-8, options out of order.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bson::RawDocumentBuf;
use serde_json::Value;

use super::{Style, to_text};

const VECTORS: &str = include_str!("../../tests/data/json-formatter-vectors.json");

/// Tab-separated: kind, BSON in hexadecimal, then the four texts in the order of [`STYLES`].
const DRAWN: &str = include_str!("../../tests/data/json-formatter-more.tsv");

const STYLES: [Style; 4] = [Style::Default, Style::Extended, Style::Simplified, Style::Relaxed];

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Every vector in one column; the whole list of differences at once.
fn compare(column: &str, style: Style) {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 86);

    let differences: Vec<String> = vectors
        .iter()
        .filter_map(|vector| {
            let bytes = from_hex(vector["bson"].as_str().unwrap());
            let document = RawDocumentBuf::from_bytes(bytes).unwrap();
            let written = to_text(&document, style).unwrap();
            let expected = vector[column].as_str().unwrap();
            (written != expected).then(|| format!("{}: {written} instead of {expected}", vector["name"]))
        })
        .collect();

    assert!(differences.is_empty(), "{differences:#?}");
}

#[test]
fn default_json_equals_the_golden_vectors() {
    compare("DefaultJson", Style::Default);
}

#[test]
fn extended_json_equals_the_golden_vectors() {
    compare("ExtendedJson", Style::Extended);
}

#[test]
fn simplified_json_equals_the_golden_vectors() {
    compare("SimplifiedJson", Style::Simplified);
}

#[test]
fn relaxed_json_equals_the_golden_vectors() {
    compare("relaxed", Style::Relaxed);
}

#[test]
fn drawn_documents_equal_the_drivers_text_in_every_style() {
    let mut compared = 0;
    for line in DRAWN.lines() {
        let [kind, bson, texts @ ..] = &line.split('\t').collect::<Vec<_>>()[..] else { continue };
        let document = RawDocumentBuf::from_bytes(from_hex(bson)).unwrap();
        for (style, expected) in STYLES.into_iter().zip(texts) {
            assert_eq!(to_text(&document, style).unwrap(), **expected, "{kind}: {bson}");
            compared += 1;
        }
    }

    assert_eq!(compared, 408 * 4);
}

/// The vector called `double 2e-3` holds 2e-4: this is the value that its name means.
#[test]
fn two_thousandths_are_written_plainly() {
    let document = bson::rawdoc! { "v": 2e-3 };

    assert_eq!(to_text(&document, Style::Default).unwrap(), r#"{"v": 0.002}"#);
}
