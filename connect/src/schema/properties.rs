//! What must hold of the structure of any document.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use bson::{RawDocument, RawDocumentBuf, rawdoc};
use bytes::Bytes;
use proptest::prelude::*;

use super::{Decimal, Kind, ProjectError, Projector, Schema, Value, infer};
use crate::config::{DecimalFormat, JsonConverterConfig};
use crate::convert::{Converter, JsonConverter};
use crate::json::Style;
use crate::json::arbitrary::Generator;
use crate::record::Data;

fn structure(document: &RawDocument) -> Result<Data, ProjectError> {
    let schema = Arc::new(infer(document)?);
    let value = Projector::new(Style::Simplified).project(&schema, document)?;
    Ok(Data::Structure { schema, value })
}

fn bytes(data: Data) -> Bytes {
    let config = JsonConverterConfig {
        schemas_enable: true,
        decimal_format: DecimalFormat::Base64,
        replace_null_with_default: true,
    };
    JsonConverter::new(config).convert("t", Some(data)).unwrap().unwrap()
}

/// Every value is one of its schema, all the way down.
fn fits(schema: &Schema, value: &Value) -> bool {
    match (&schema.kind, value) {
        (_, Value::Null) => schema.is_optional,
        (Kind::Array(of), Value::Array(values)) => values.iter().all(|value| fits(of, value)),
        (Kind::Map(of), Value::Map(entries)) => entries.iter().all(|(_, value)| fits(of, value)),
        (Kind::Struct(fields), Value::Struct(values)) => {
            fields.len() == values.len() && fields.iter().zip(values).all(|(field, value)| fits(&field.schema, value))
        }
        (Kind::Boolean, Value::Boolean(_))
        | (Kind::Int32, Value::Int32(_))
        | (Kind::Int64, Value::Int64(_) | Value::Instant(_))
        | (Kind::Float64, Value::Float64(_))
        | (Kind::String, Value::String(_))
        | (Kind::Bytes, Value::Bytes(_) | Value::Decimal(_)) => true,
        _ => false,
    }
}

proptest! {
    #[test]
    fn an_inferred_structure_fits_its_schema_and_is_json(seed in any::<u64>()) {
        let document = Generator::new(seed).document_of_every_type();

        match structure(&document) {
            Ok(data) => {
                let Data::Structure { schema, value } = &data else { unreachable!() };
                prop_assert!(fits(schema, value));
                let json: serde_json::Value = serde_json::from_slice(&bytes(data.clone())).unwrap();
                let named = json["schema"]["fields"].as_array().unwrap();
                prop_assert_eq!(named.len(), json["payload"].as_object().unwrap().len());
            }
            // Decimals that are no number, and elements of which one looked like nothing at first.
            Err(ProjectError::Decimal(_) | ProjectError::Type { .. }) => {}
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn bytes_that_are_no_document_are_an_error_and_no_panic(seed in any::<u64>(), at in any::<usize>(), byte in any::<u8>()) {
        let mut bytes = Generator::new(seed).document_of_every_type().into_bytes();
        let place = 4 + at % (bytes.len() - 5);
        bytes[place] = byte;
        if let Ok(document) = RawDocumentBuf::from_bytes(bytes) {
            let _either = structure(&document);
        }
    }

    #[test]
    fn the_digits_of_a_decimal_read_back_as_the_same_number(high in any::<i64>(), low in any::<u64>(), shift in 0_u32..127) {
        let unscaled = ((i128::from(high) << 64) | i128::from(low)) >> shift;

        let bytes = Decimal { unscaled, scale: 0 }.unscaled_bytes();

        let start: i128 = if bytes[0] >= 0x80 { -1 } else { 0 };
        prop_assert_eq!(bytes.iter().fold(start, |number, byte| number << 8 | i128::from(*byte)), unscaled);
        let is_shortest = bytes.len() == 1 || !matches!((bytes[0], bytes[1] >= 0x80), (0, false) | (0xFF, true));
        prop_assert!(is_shortest, "{bytes:?}");
    }
}

/// A document inside a document, so many times.
fn nested(levels: usize) -> RawDocumentBuf {
    (0..levels).fold(rawdoc! { "a": 1 }, |inner, _| rawdoc! { "a": inner })
}

#[test]
fn a_document_as_deep_as_any_converts_on_the_stack_of_a_worker_and_a_deeper_one_is_an_error() {
    // What tokio gives a worker thread.
    const STACK_BYTES: usize = 2 * 1024 * 1024;
    let worker = std::thread::Builder::new().stack_size(STACK_BYTES);

    let outcome = worker.spawn(|| {
        let deepest = structure(&nested(200)).map(bytes);
        (deepest.is_ok(), structure(&nested(300)))
    });

    let (is_converted, deeper) = outcome.unwrap().join().unwrap();
    assert!(is_converted);
    assert_eq!(deeper, Err(ProjectError::TooDeep));
}
