//! Properties that hold JSON: a list of stages, a document. Read with the second chance that the official connector gives.
//!
//! When a text does not parse, every backslash is doubled and it is tried once more, so that regular expressions written
//! with single backslashes (`\.`, `\d`) work. An empty text and an empty list both mean "none".

use bson::{Bson, Document};

use super::extended_json::{self, SyntaxError};

/// A JSON array of documents, such as `pipeline`.
///
/// # Errors
/// Where and why the text is not one. The fault is that of the first attempt: its offset fits the text as written.
pub fn documents(text: &str) -> Result<Vec<Document>, SyntaxError> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    with_second_chance(text, documents_once)
}

/// A JSON document, such as `topic.namespace.map`; `None` for an empty text.
///
/// # Errors
/// Where and why the text is not one.
pub fn document(text: &str) -> Result<Option<Document>, SyntaxError> {
    if text.is_empty() {
        return Ok(None);
    }
    with_second_chance(text, extended_json::parse_document).map(Some)
}

fn with_second_chance<T>(text: &str, read: impl Fn(&str) -> Result<T, SyntaxError>) -> Result<T, SyntaxError> {
    read(text).or_else(|first| read(&text.replace('\\', "\\\\")).map_err(|_| first))
}

fn documents_once(text: &str) -> Result<Vec<Document>, SyntaxError> {
    let not_a_list = || SyntaxError { offset: 0, reason: "expected an array of documents".to_owned() };
    let Bson::Array(values) = extended_json::parse_value(text)? else {
        return Err(not_a_list());
    };
    values
        .into_iter()
        .map(|value| match value {
            Bson::Document(document) => Ok(document),
            _ => Err(not_a_list()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::doc;

    use super::*;

    #[test]
    fn empty_text_and_empty_list_are_no_stages() {
        assert_eq!(documents("").unwrap(), Vec::<Document>::new());
        assert_eq!(documents(" [ ] ").unwrap(), Vec::<Document>::new());
        assert_eq!(document("").unwrap(), None);
    }

    #[test]
    fn single_backslashes_are_taken_for_doubled_ones() {
        assert_eq!(documents(r#"[{a: "x\.y"}]"#).unwrap(), vec![doc! {"a": r"x\.y"}]);
        assert_eq!(document(r#"{"/a\.b": "t"}"#).unwrap(), Some(doc! {r"/a\.b": "t"}));
    }

    #[test]
    fn the_fault_fits_the_text_as_written() {
        assert_eq!(documents(r#"[{a: "\.", b: }]"#).unwrap_err().offset, 6);
    }

    #[test]
    fn only_an_array_of_documents_is_a_list_of_stages() {
        for text in ["{}", "[1]", "null", "[{}, 'x']", "nonsense"] {
            assert!(documents(text).is_err(), "{text}");
        }
    }
}
