//! Formats, schemas and converters, and which of them go together.

use super::*;

#[test]
fn schemas_are_checked_in_the_official_words_whether_they_are_used_or_not() {
    let text = r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": ["int", "string"]}]}"#;
    let reason = "Union Schemas are not supported, unless one value is null to represent an optional value.";

    let found = messages(&[("output.schema.value", text)]);
    let broken = messages(&[("output.schema.key", "{")]);

    let message = format!("Invalid value {text} for configuration output.schema.value: Field 'a' is invalid. {reason}");
    assert_eq!(found, [("output.schema.value".to_owned(), message)]);
    assert!(broken[0].1.contains("for configuration output.schema.key: Invalid Avro schema. "), "{broken:?}");
}

#[test]
fn a_schema_that_no_document_can_fill_is_refused_where_it_is_used() {
    let endless = r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": ["null", "R"]}]}"#;
    let schema = ("output.schema.value", endless);
    let format = ("output.format.value", "schema");

    assert_eq!(messages(&[schema]), []);
    assert_eq!(messages(&[schema, format, ("output.schema.infer.value", "true")]), []);
    let found = messages(&[schema, format]);
    assert!(found[0].1.contains("The record 'R' contains itself"), "{found:?}");
}

#[test]
fn structures_go_through_json_and_string_and_not_through_byte_array() {
    let with = |class| messages(&[("output.format.value", "schema"), ("value.converter", class)]);

    for class in ["Json", "String", "Integer", "org.apache.kafka.connect.converters.BooleanConverter"] {
        assert_eq!(with(class), [], "{class}");
    }
    let found = with("ByteArray");
    assert!(found[0].1.contains("use org.apache.kafka.connect.json.JsonConverter"), "{found:?}");
}

#[test]
fn character_sets_that_cannot_be_written_are_refused() {
    let with = |name| messages(&[("value.converter", "String"), ("value.converter.converter.encoding", name)]);

    for name in ["UTF-8", "utf-16", "ISO-8859-1", "US-ASCII"] {
        assert_eq!(with(name), [], "{name}");
    }
    assert!(with("MS949")[0].1.starts_with("not supported yet: character sets"), "{:?}", with("MS949"));
}

#[test]
fn options_of_a_converter_are_listed_once_it_is_set() {
    let validation = validate(&submitted(&[
        ("key.converter", "String"),
        ("value.converter", "Json"),
        ("value.converter.schemas.enable", "nope"),
        ("value.converter.decimal.format", "nope"),
    ]));

    assert_eq!(validation.keys.len(), 77 + 2 + 6);
    assert_eq!(validation.find("key.converter.converter.type").unwrap().value.as_deref(), Some("key"));
    assert_eq!(
        validation.find("key.converter").unwrap().value.as_deref(),
        Some("org.apache.kafka.connect.storage.StringConverter")
    );
    let found: Vec<&str> = validation.errors().map(|error| error.message.as_str()).collect();
    assert_eq!(
        found,
        [
            "Invalid value nope for configuration schemas.enable: Expected value to be either true or false",
            "Invalid value nope for configuration decimal.format: String must be one of (case insensitive): NUMERIC, BASE64",
        ]
    );
}

#[test]
fn converters_that_cannot_carry_the_format_are_refused_with_the_one_that_can() {
    let found = messages(&[("output.format.value", "bson"), ("value.converter", "StringConverter")]);
    assert!(found[0].1.contains("ByteArrayConverter"), "{found:?}");

    let found = messages(&[("key.converter", "ByteArray")]);
    assert!(found[0].1.contains("StringConverter"), "{found:?}");
}
