#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bson::{Binary, Timestamp, bson, doc, spec::BinarySubtype};

use super::*;

#[test]
fn reads_strict_json() {
    assert_eq!(
        parse_document(r#"{"a": [1, 2.5, -3000000000, true, null], "b": {"c": "d\u00e9\n"}}"#).unwrap(),
        doc! {"a": [1, 2.5, -3_000_000_000_i64, true, null], "b": {"c": "dé\n"}}
    );
}

#[test]
fn reads_what_the_shell_accepts() {
    let text = "{ $match: { 'n': /^a\\/b/mi, _x1: {$gt: NumberLong('7')}, when: ISODate('2024-01-02T03:04:05Z'), }, }";

    let pattern = regex("^a\\/b", "im", 0).unwrap();
    let when = bson::DateTime::from_millis(1_704_164_645_000);
    assert_eq!(parse_document(text).unwrap(), doc! {"$match": {"n": pattern, "_x1": {"$gt": 7_i64}, "when": when}});
}

#[test]
fn commas_between_members_may_be_missing() {
    assert_eq!(parse_document("{a: 1 b: [1 2]}").unwrap(), doc! {"a": 1, "b": [1, 2]});
}

#[test]
fn a_repeated_name_keeps_its_first_place_and_last_value() {
    assert_eq!(parse_document("{a: 1, b: 2, a: 3}").unwrap(), doc! {"a": 3, "b": 2});
    assert_eq!(parse_document("{a: 1, b: 2, a: 3}").unwrap().keys().next().unwrap(), "a");
}

#[test]
fn what_follows_the_value_is_ignored() {
    assert_eq!(parse_document("{a: 1} and more").unwrap(), doc! {"a": 1});
}

#[test]
fn reads_wrapped_types() {
    let id = bson::oid::ObjectId::parse_str("5f9f1b9b9b9b9b9b9b9b9b9b").unwrap();
    let cases = [
        (r#"{"$oid": "5f9f1b9b9b9b9b9b9b9b9b9b"}"#, Bson::ObjectId(id)),
        (r#"{"$numberInt": "7"}"#, Bson::Int32(7)),
        (r#"{"$numberLong": "7"}"#, Bson::Int64(7)),
        (r#"{"$numberDouble": "-Infinity"}"#, Bson::Double(f64::NEG_INFINITY)),
        (r#"{"$numberDecimal": "1.10"}"#, Bson::Decimal128("1.10".parse().unwrap())),
        (r#"{"$date": 1500}"#, Bson::DateTime(bson::DateTime::from_millis(1500))),
        (r#"{"$date": {"$numberLong": "1500"}}"#, Bson::DateTime(bson::DateTime::from_millis(1500))),
        (r#"{"$date": "1970-01-01T00:00:01.5Z"}"#, Bson::DateTime(bson::DateTime::from_millis(1500))),
        (r#"{"$date": "1970-01-01T01:00+01:00"}"#, Bson::DateTime(bson::DateTime::from_millis(0))),
        (r#"{"$timestamp": {"t": 30, "i": 2}}"#, Bson::Timestamp(Timestamp { time: 30, increment: 2 })),
        (r#"{"$timestamp": {"i": 2, "t": 30}}"#, Bson::Timestamp(Timestamp { time: 30, increment: 2 })),
        (r#"{"$symbol": "s"}"#, Bson::Symbol("s".to_owned())),
        (r#"{"$code": "f()"}"#, Bson::JavaScriptCode("f()".to_owned())),
        (r#"{"$minKey": 1}"#, Bson::MinKey),
        (r#"{"$maxKey": 1}"#, Bson::MaxKey),
        (r#"{"$undefined": true}"#, Bson::Undefined),
        (r#"{"$regex": "^a", "$options": "i"}"#, Bson::RegularExpression(regex("^a", "i", 0).unwrap())),
        (
            r#"{"$regularExpression": {"pattern": "^a", "options": "im"}}"#,
            Bson::RegularExpression(regex("^a", "im", 0).unwrap()),
        ),
        (
            r#"{"$binary": {"base64": "AQID", "subType": "00"}}"#,
            Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: vec![1, 2, 3] }),
        ),
        (
            r#"{"$binary": "AQID", "$type": "05"}"#,
            Bson::Binary(Binary { subtype: BinarySubtype::Md5, bytes: vec![1, 2, 3] }),
        ),
        (
            r#"{"$uuid": "00112233-4455-6677-8899-aabbccddeeff"}"#,
            Bson::Binary(Binary {
                subtype: BinarySubtype::Uuid,
                bytes: vec![
                    0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
                ],
            }),
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_value(text).unwrap(), expected, "{text}");
    }
}

#[test]
fn reads_constructors() {
    let cases = [
        ("NumberInt(7)", Bson::Int32(7)),
        ("NumberInt('7')", Bson::Int32(7)),
        ("NumberLong(7)", Bson::Int64(7)),
        ("NumberDecimal('1.5')", Bson::Decimal128("1.5".parse().unwrap())),
        ("new Timestamp(3, 4)", Bson::Timestamp(Timestamp { time: 3, increment: 4 })),
        ("ISODate('2020-01-01')", Bson::DateTime(bson::DateTime::from_millis(1_577_836_800_000))),
        ("new Date(1500)", Bson::DateTime(bson::DateTime::from_millis(1500))),
        ("new Date(1970, 0, 2)", Bson::DateTime(bson::DateTime::from_millis(86_400_000))),
        ("BinData(0, 'AQID')", Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: vec![1, 2, 3] })),
        ("HexData(0, '010203')", Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: vec![1, 2, 3] })),
        ("RegExp('^a', 'i')", Bson::RegularExpression(regex("^a", "i", 0).unwrap())),
        ("MinKey", Bson::MinKey),
        ("MaxKey()", Bson::MaxKey),
        ("undefined", Bson::Undefined),
        ("-Infinity", Bson::Double(f64::NEG_INFINITY)),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_value(text).unwrap(), expected, "{text}");
    }
}

#[test]
fn a_query_operator_that_looks_like_a_wrapper_stays_a_document() {
    assert_eq!(parse_document("{f: {$type: 'string'}}").unwrap(), doc! {"f": {"$type": "string"}});
    assert_eq!(
        parse_value("{$regex: /a/, $options: 'i'}").unwrap(),
        bson!({"$regex": regex("a", "", 0).unwrap(), "$options": "i"})
    );
    assert_eq!(parse_value("{$regex: 'a', other: 1}").unwrap(), bson!({"$regex": "a", "other": 1}));
}

#[test]
fn faults_name_their_place() {
    let cases = [
        ("{a: }", 4),
        ("{a 1}", 3),
        ("[1, 2", 5),
        ("{'a: 1}", 1),
        ("{a: 'x\\q'}", 6),
        ("{a: nope}", 4),
        ("{a: 1,, b: 2}", 6),
        ("{a: 01x}", 4),
        ("{a: ObjectId('zz')}", 13),
        ("{$oid: 5}", 7),
    ];
    for (text, offset) in cases {
        assert_eq!(parse_value(text).unwrap_err().offset, offset, "{text}");
    }
}

#[test]
fn constructors_that_mean_now_are_refused() {
    for text in ["ISODate()", "new Date()", "Date()"] {
        assert!(parse_value(text).unwrap_err().reason.contains("moment"), "{text}");
    }
}

#[test]
fn deep_nesting_is_an_error_not_a_crash() {
    let text = "[".repeat(100_000);

    assert!(parse_value(&text).unwrap_err().reason.contains("deeply"));
}

/// Texts and what the Java driver made of them: canonical Extended JSON of `{s: <text>}`, or a fault.
const VECTORS: &str = include_str!("../../../tests/data/extended-json.json");

#[test]
fn reads_what_the_java_driver_reads() {
    // Oversights of the Java reader, not ways in which anybody writes.
    let refused_here = ["[,1]", "{,a: 1}", "new Date(2020, 13, 1)", "HexData(0, '01020')"];
    let accepted_here = [
        "new Timestamp(5, 6)",
        "{$regularExpression: {pattern: 'a'}}",
        "GUID('00112233-4455-6677-8899-aabbccddeeff')",
        "{$dbPointer: {$ref: 'db.c', $id: {$oid: '5f9f1b9b9b9b9b9b9b9b9b9b'}}}",
    ];
    let vectors: Vec<serde_json::Value> = serde_json::from_str(VECTORS).unwrap();
    let mut wrong = Vec::new();
    for vector in &vectors {
        let text = vector["text"].as_str().unwrap();
        let wrapped = format!("{{s: {text}}}");
        let found = parse_document(&wrapped);
        let is_right = match vector["canonical"].as_str() {
            Some(_) if refused_here.contains(&text) => found.is_err(),
            Some(canonical) => {
                let expected = parse_document(canonical).unwrap();
                found.as_ref().is_ok_and(|found| found.to_vec().unwrap() == expected.to_vec().unwrap())
            }
            None => found.is_err() != accepted_here.contains(&text),
        };
        if !is_right {
            wrong.push(format!("{text}: {found:?} instead of {vector}"));
        }
    }

    assert!(vectors.len() > 190);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
