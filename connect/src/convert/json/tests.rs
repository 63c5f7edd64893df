#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use bytes::Bytes;
use proptest::prelude::*;

use super::JsonConverter;
use crate::config::{DecimalFormat, JsonConverterConfig};
use crate::convert::{ConvertError, Converter};
use crate::record::Data;
use crate::schema::{DATE, Decimal, Field, Kind, Schema, TIME, Value};

const PLAIN: JsonConverterConfig = JsonConverterConfig {
    schemas_enable: false,
    decimal_format: DecimalFormat::Base64,
    replace_null_with_default: true,
};
const WITH_SCHEMAS: JsonConverterConfig = JsonConverterConfig { schemas_enable: true, ..PLAIN };

fn converted(config: JsonConverterConfig, data: Data) -> Result<Option<Bytes>, ConvertError> {
    JsonConverter::new(config).convert("t", Some(data))
}

fn text(text: &str) -> Bytes {
    converted(PLAIN, Data::Text(text.to_owned())).unwrap().unwrap()
}

/// One field `v` of a schema, converted.
fn field(config: JsonConverterConfig, schema: Schema, value: Value) -> Result<String, ConvertError> {
    let schema = Schema::new(Kind::Struct(vec![Field { name: "v".to_owned(), schema }]));
    let data = Data::Structure { schema: Arc::new(schema), value: Value::Struct(vec![value]) };
    Ok(String::from_utf8(converted(config, data)?.unwrap().to_vec()).unwrap())
}

#[test]
fn json_text_is_quoted_once_more() {
    assert_eq!(text(r#"{"_id": {"$oid": "5f9f"}}"#), r#""{\"_id\": {\"$oid\": \"5f9f\"}}""#);
}

#[test]
fn escapes_are_those_of_jackson() {
    assert_eq!(
        text("\u{8}\u{c}\n\r\t\u{0}\u{1f}\u{7f}/é환😀\u{2028}"),
        "\"\\b\\f\\n\\r\\t\\u0000\\u001F\u{7f}/é환\\uD83D\\uDE00\u{2028}\""
    );
    assert_eq!(text(""), "\"\"");
}

#[test]
fn bytes_become_base64_with_padding_and_null_stays_null() {
    let bytes = Bytes::from_static(&[0xFF, 0xFE]);

    assert_eq!(converted(PLAIN, Data::Bytes(bytes)), Ok(Some(Bytes::from_static(b"\"//4=\""))));
    for config in [PLAIN, WITH_SCHEMAS] {
        assert_eq!(JsonConverter::new(config).convert("t", None), Ok(None));
    }
}

#[test]
fn text_and_bytes_carry_the_schema_when_it_is_asked_for() {
    let text = converted(WITH_SCHEMAS, Data::Text("a".to_owned())).unwrap().unwrap();
    let bytes = converted(WITH_SCHEMAS, Data::Bytes(Bytes::from_static(b"a"))).unwrap().unwrap();

    assert_eq!(text, r#"{"schema":{"type":"string","optional":false},"payload":"a"}"#);
    assert_eq!(bytes, r#"{"schema":{"type":"bytes","optional":false},"payload":"YQ=="}"#);
}

#[test]
fn a_schema_is_written_with_all_its_facts_in_kafkas_order() {
    let mut schema = Schema::new(Kind::Int16).optional().named("n").with_default(Value::Int16(7));
    schema.version = Some(2);
    schema.doc = Some("d".to_owned());
    schema.parameters = vec![("p".to_owned(), "q".to_owned())];

    assert_eq!(
        field(WITH_SCHEMAS, schema, Value::Int16(-1)).unwrap(),
        concat!(
            r#"{"schema":{"type":"struct","fields":[{"type":"int16","optional":true,"name":"n","version":2,"doc":"d","#,
            r#""parameters":{"p":"q"},"default":7,"field":"v"}],"optional":false},"payload":{"v":-1}}"#,
        )
    );
}

#[test]
fn a_null_is_written_as_the_default_unless_that_is_switched_off() {
    let schema = || Schema::new(Kind::Int8).optional().with_default(Value::Int8(5));
    let kept = JsonConverterConfig { replace_null_with_default: false, ..PLAIN };

    assert_eq!(field(PLAIN, schema(), Value::Null).unwrap(), r#"{"v":5}"#);
    assert_eq!(field(kept, schema(), Value::Null).unwrap(), r#"{"v":null}"#);
    assert_eq!(field(kept, Schema::new(Kind::Int8), Value::Null), Err(ConvertError::NullForRequired));
}

#[test]
fn decimals_are_digits_in_base64_or_numbers() {
    let schema = || Schema::decimal(2);
    let decimal = |unscaled, scale| Value::Decimal(Decimal { unscaled, scale });
    let numeric = JsonConverterConfig { decimal_format: DecimalFormat::Numeric, ..PLAIN };

    assert_eq!(field(PLAIN, schema(), decimal(-1250, 2)).unwrap(), r#"{"v":"+x4="}"#);
    assert_eq!(field(numeric, schema(), decimal(-1250, 2)).unwrap(), r#"{"v":-12.50}"#);
    assert_eq!(field(PLAIN, schema(), decimal(1, 3)), Err(ConvertError::DecimalScale));
}

#[test]
fn days_and_times_are_numbers_in_their_own_unit() {
    let (day, time) = (|| Schema::new(Kind::Int32).named(DATE), || Schema::new(Kind::Int32).named(TIME));

    assert_eq!(field(PLAIN, day(), Value::Instant(-86_400_000)).unwrap(), r#"{"v":-1}"#);
    assert_eq!(field(PLAIN, day(), Value::Instant(1)), Err(ConvertError::DateWithTime));
    assert_eq!(field(PLAIN, time(), Value::Instant(5)).unwrap(), r#"{"v":5}"#);
    assert_eq!(field(PLAIN, time(), Value::Instant(86_400_000)), Err(ConvertError::TimeWithDate));
}

#[test]
fn each_record_gets_its_own_schema_whatever_came_before() {
    let data = |kind| Data::Structure { schema: Arc::new(Schema::new(kind).optional()), value: Value::Null };
    let mut converter = JsonConverter::new(WITH_SCHEMAS);
    let mut schema = |kind| {
        let bytes = converter.convert("t", Some(data(kind))).unwrap().unwrap();
        serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()["schema"]["type"].clone()
    };

    assert_eq!([schema(Kind::Int32), schema(Kind::String), schema(Kind::Int32)], ["int32", "string", "int32"]);
}

proptest! {
    #[test]
    fn a_json_reader_gets_the_text_back(original in ".*") {
        let read: String = serde_json::from_slice(&text(&original)).unwrap();

        prop_assert_eq!(read, original);
    }

    #[test]
    fn doubles_and_floats_read_back_as_the_same_number(bits in any::<u64>()) {
        let (double, float) = (f64::from_bits(bits), f32::from_bits(bits as u32));
        let read = |schema: Schema, value: Value| {
            let json = field(PLAIN, schema, value).unwrap();
            json.strip_prefix("{\"v\":").and_then(|rest| rest.strip_suffix('}')).unwrap().to_owned()
        };
        let read_double = read(Schema::new(Kind::Float64), Value::Float64(double));
        let read_float = read(Schema::new(Kind::Float32), Value::Float32(float));

        if double.is_finite() {
            prop_assert_eq!(read_double.parse::<f64>().unwrap().to_bits(), double.to_bits());
        } else {
            prop_assert!(read_double.starts_with('"'), "{}", read_double);
        }
        if float.is_finite() {
            prop_assert_eq!(read_float.parse::<f32>().unwrap().to_bits(), float.to_bits());
        }
    }
}
