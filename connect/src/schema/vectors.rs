//! The golden vectors: documents, schemas, and what the official connector and Kafka 4.3.1's converters made of them, on the
//! BSON classes of driver 5.8 and Java 25.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use bson::RawDocumentBuf;
use serde_json::Value as Json;

use super::{Projector, Schema, avro, infer};
use crate::config::{Charset, DecimalFormat, JsonConverterConfig};
use crate::convert::{Converter, JsonConverter, StringConverter};
use crate::json::Style;
use crate::record::Data;

const VECTORS: &str = include_str!("../../tests/data/schema-vectors.json");

/// A default of a record, array or map does not work there (the task fails when it starts, or at the first record); here it
/// does.
const DEFAULTS_THAT_FAIL_THERE: &[&str] = &[
    "record default",
    "record default missing",
    "array default empty",
    "array of array default",
    "array of record default",
    "array of record default given",
    "map default empty",
    "record default by fields",
    "default array of ints",
    "struct default built",
    "map default built",
];

/// A record that contains itself is refused with its own message; there the stack overflows, or no record ever converts.
const ENDLESS: &[&str] = &["recursive directly", "recursive optionally", "type self object"];

/// The name of this record is that of a logical type, and the converter takes it for one.
const MISNAMED: &str = "kafka logical name";

fn vectors() -> Vec<Json> {
    let vectors: Vec<Json> = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(vectors.len(), 572);
    vectors
}

fn field<'a>(vector: &'a Json, name: &str) -> Option<&'a str> {
    vector.get(name).and_then(Json::as_str)
}

fn name(vector: &Json) -> &str {
    field(vector, "name").unwrap()
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn data_of(vector: &Json) -> Result<Data, String> {
    let document = RawDocumentBuf::from_bytes(from_hex(field(vector, "bson").unwrap())).unwrap();
    let schema = match field(vector, "avro") {
        Some(text) => avro::connect_schema(text).map_err(|error| error.to_string())?,
        None => infer(&document).map_err(|error| error.to_string())?,
    };
    let style = match field(vector, "formatter") {
        Some("Extended") => Style::Extended,
        Some("Simplified") => Style::Simplified,
        _ => Style::Default,
    };
    let schema: Arc<Schema> = Arc::new(schema);
    let value = Projector::new(style).project(&schema, &document).map_err(|error| error.to_string())?;
    Ok(Data::Structure { schema, value })
}

fn json(schemas_enable: bool, decimal_format: DecimalFormat, data: Data) -> String {
    let config = JsonConverterConfig { schemas_enable, decimal_format, replace_null_with_default: true };
    let bytes = JsonConverter::new(config).convert("t", Some(data)).unwrap().unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The message without the Java class in front, and without the document that the official one quotes.
fn words(message: &str) -> &str {
    let message = message.split_once(": ").map_or(message, |(_, message)| message);
    match message.find("' in: '") {
        Some(quoted) => &message[..=quoted],
        None => message,
    }
}

#[test]
fn every_document_converts_as_it_does_there_or_fails_with_the_same_words() {
    let mut differences = Vec::new();
    let mut compared = 0;
    for vector in vectors().iter().filter(|vector| vector.get("bson").is_some()) {
        let case = name(vector);
        if ENDLESS.contains(&case) || DEFAULTS_THAT_FAIL_THERE.contains(&case) || case == MISNAMED {
            continue;
        }
        compared += 1;
        let (expected, actual) = match (field(vector, "error"), data_of(vector)) {
            (Some(error), Err(message)) => (words(error).to_owned(), message),
            (Some(error), Ok(_)) => (error.to_owned(), "it converted".to_owned()),
            (None, Err(message)) => ("it converts".to_owned(), message),
            (None, Ok(data)) => {
                let ours = [
                    json(true, DecimalFormat::Base64, data.clone()),
                    json(false, DecimalFormat::Base64, data.clone()),
                    json(false, DecimalFormat::Numeric, data.clone()),
                    StringConverter::new(Charset::Utf8).convert("t", Some(data)).map_or_else(
                        |_| field(vector, "text").filter(|text| text.contains("[B@")).unwrap_or("no text").to_owned(),
                        |text| String::from_utf8(text.unwrap().to_vec()).unwrap(),
                    ),
                ];
                let theirs = ["json_schema", "json", "numeric", "text"].map(|part| field(vector, part).unwrap());
                (theirs.join("\n"), ours.join("\n"))
            }
        };
        if expected != actual {
            differences.push(format!("{case}:\n  {expected}\n  {actual}"));
        }
    }
    assert!(differences.is_empty(), "{} of {compared}:\n{}", differences.len(), differences.join("\n"));
    assert!(compared > 450, "{compared}");
}

#[test]
fn schemas_are_taken_and_refused_as_they_are_there() {
    let mut differences = Vec::new();
    for vector in vectors().iter().filter(|vector| vector.get("bson").is_none()) {
        let (case, text) = (name(vector), field(vector, "avro").unwrap());
        let theirs = field(vector, "valid").unwrap();
        let ours = avro::check(text).map_err(|error| error.message);
        match (theirs, ours) {
            ("ok", Ok(())) => {}
            ("ok", Err(message)) => differences.push(format!("{case}: taken there, here {message}")),
            (message, Ok(())) => differences.push(format!("{case}: taken here, there {message}")),
            // The words of a JSON parser, or the number of an object in a process.
            (theirs, Err(ours)) if theirs.contains("JsonParseException") || theirs.contains("UnresolvedSchema") => {
                assert!(ours.starts_with("Invalid Avro schema. "), "{case}: {ours}");
                assert!(ours.ends_with(&format!("\n{text}")), "{case}: {ours}");
            }
            (theirs, Err(ours)) => {
                let theirs = words(theirs);
                let theirs =
                    theirs.split_once(": a type:").map_or(theirs.to_owned(), |(start, _)| format!("{start}\n{text}"));
                if theirs != ours && !theirs.contains("dangling content") {
                    differences.push(format!("{case}:\n  {theirs}\n  {ours}"));
                }
            }
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn connect_schemas_are_those_that_are_built_there() {
    let mut compared = 0;
    for vector in vectors().iter().filter(|vector| vector.get("bson").is_none()) {
        let (case, built) = (name(vector), field(vector, "built").unwrap());
        if !built.starts_with('{') {
            continue;
        }
        let schema = match avro::connect_schema(field(vector, "avro").unwrap()) {
            Ok(schema) => schema.optional(),
            Err(error) => panic!("{case}: {error}"),
        };
        let data = Data::Structure { schema: Arc::new(schema), value: super::Value::Null };
        let json = json(true, DecimalFormat::Base64, data);
        let ours = json.strip_prefix("{\"schema\":").and_then(|rest| rest.strip_suffix(",\"payload\":null}")).unwrap();
        // Made optional so that null is a value.
        let last = ours.rfind("\"optional\":true").unwrap();
        let required = format!("{}\"optional\":false{}", &ours[..last], &ours[last + "\"optional\":true".len()..]);

        assert_eq!(required, built, "{case}");
        compared += 1;
    }
    assert!(compared >= 6, "{compared}");
}

#[test]
fn what_never_ends_or_has_no_name_is_refused_before_a_task_starts() {
    for vector in vectors().iter().filter(|vector| ENDLESS.contains(&name(vector))) {
        let text = field(vector, "avro").unwrap();

        assert_eq!(avro::check(text), Ok(()), "{}", name(vector));
        let message = avro::connect_schema(text).unwrap_err().to_string();
        assert!(message.contains("contains itself"), "{}: {message}", name(vector));
    }
    let nameless = r#"{"type": "record", "name": "R", "fields": [{"name": "", "type": "int"}]}"#;
    assert_eq!(avro::connect_schema(nameless).unwrap_err().to_string(), "fieldName cannot be null.");
}

#[test]
fn defaults_of_records_arrays_and_maps_work_here() {
    for vector in vectors().iter().filter(|vector| DEFAULTS_THAT_FAIL_THERE.contains(&name(vector))) {
        let built = avro::connect_schema(field(vector, "avro").unwrap());
        assert!(built.is_ok(), "{}", name(vector));
        if vector.get("bson").is_some() {
            let data = data_of(vector).unwrap();
            serde_json::from_str::<Json>(&json(true, DecimalFormat::Base64, data)).unwrap();
        }
    }
    let missing = vectors().into_iter().find(|vector| name(vector) == "record default missing").unwrap();
    assert_eq!(json(false, DecimalFormat::Base64, data_of(&missing).unwrap()), r#"{"r":{"a":1}}"#);
}
