//! Reads what the formatter `DefaultJson` writes back into BSON: legacy strict Extended JSON.
//!
//! Written from the format's description for those who check topics; it shares nothing with the writer it judges.

use anyhow::{Context as _, Result, anyhow, bail};
use bson::oid::ObjectId;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Decimal128, Document, JavaScriptCodeWithScope, RawDocumentBuf, Regex, Timestamp};
use serde_json::{Map, Value};

/// The document a record's bytes stand for.
///
/// # Errors
/// When the bytes are not JSON (a bare `NaN` or `Infinity` is not), or a `$` form is malformed.
pub fn parse(bytes: &[u8]) -> Result<Document> {
    let value: Value = serde_json::from_slice(bytes).context("Not JSON")?;
    match value {
        Value::Object(fields) => document(&fields),
        other => bail!("Not a document: {other}"),
    }
}

fn document(fields: &Map<String, Value>) -> Result<Document> {
    fields.iter().map(|(name, value)| Ok((name.clone(), bson(value).with_context(|| name.clone())?))).collect()
}

fn bson(value: &Value) -> Result<Bson> {
    Ok(match value {
        Value::Null => Bson::Null,
        Value::Bool(flag) => Bson::Boolean(*flag),
        Value::String(text) => Bson::String(text.clone()),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Bson::Int32(whole.try_into().context("A bare integer beyond 32 bits")?),
            None => Bson::Double(number.as_f64().context("A number that is none")?),
        },
        Value::Array(items) => Bson::Array(items.iter().map(bson).collect::<Result<_>>()?),
        Value::Object(fields) => match special(fields)? {
            Some(special) => special,
            None => Bson::Document(document(fields)?),
        },
    })
}

/// A value that JSON has no form for; `None` for an ordinary document.
fn special(fields: &Map<String, Value>) -> Result<Option<Bson>> {
    let names: Vec<&str> = fields.keys().map(String::as_str).collect();
    let field = |name: &str| fields.get(name).unwrap_or(&Value::Null);
    let text = |name: &str| field(name).as_str().with_context(|| format!("{name} is not text"));
    Ok(Some(match names.as_slice() {
        ["$oid"] => Bson::ObjectId(ObjectId::parse_str(text("$oid")?)?),
        ["$numberLong"] => Bson::Int64(text("$numberLong")?.parse()?),
        ["$numberDecimal"] => {
            Bson::Decimal128(text("$numberDecimal")?.parse::<Decimal128>().map_err(|e| anyhow!("{e}"))?)
        }
        ["$date"] => Bson::DateTime(DateTime::from_millis(field("$date").as_i64().context("$date is not a number")?)),
        ["$timestamp"] => Bson::Timestamp(timestamp(field("$timestamp"))?),
        ["$binary", "$type"] => Bson::Binary(binary(text("$binary")?, text("$type")?)?),
        ["$regex", "$options"] => Bson::RegularExpression(Regex {
            pattern: text("$regex")?.try_into().map_err(|e| anyhow!("{e}"))?,
            options: text("$options")?.try_into().map_err(|e| anyhow!("{e}"))?,
        }),
        ["$symbol"] => Bson::Symbol(text("$symbol")?.to_owned()),
        ["$code"] => Bson::JavaScriptCode(text("$code")?.to_owned()),
        ["$code", "$scope"] => {
            let scope = field("$scope").as_object().context("$scope is not a document")?;
            Bson::JavaScriptCodeWithScope(JavaScriptCodeWithScope {
                code: text("$code")?.to_owned(),
                scope: document(scope)?,
            })
        }
        ["$ref", "$id"] if field("$id").get("$oid").is_some() => {
            let id = field("$id")["$oid"].as_str().context("$id is not an ObjectId")?;
            db_pointer(text("$ref")?, ObjectId::parse_str(id)?)?
        }
        ["$undefined"] => Bson::Undefined,
        ["$minKey"] => Bson::MinKey,
        ["$maxKey"] => Bson::MaxKey,
        _ => return Ok(None),
    }))
}

/// A database pointer. The driver has the type but no way to make one, so it is read from the bytes it has in BSON.
pub(crate) fn db_pointer(namespace: &str, id: ObjectId) -> Result<Bson> {
    let mut bytes = vec![0; 4];
    bytes.extend_from_slice(b"\x0cp\0");
    bytes.extend_from_slice(&i32::try_from(namespace.len() + 1)?.to_le_bytes());
    bytes.extend_from_slice(namespace.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(&id.bytes());
    bytes.push(0);
    let length = i32::try_from(bytes.len())?;
    bytes.splice(0..4, length.to_le_bytes());
    let mut document = Document::try_from(&*RawDocumentBuf::from_bytes(bytes)?)?;
    document.remove("p").context("A database pointer got lost")
}

fn timestamp(value: &Value) -> Result<Timestamp> {
    let part =
        |name: &str| -> Result<u32> { Ok(value[name].as_u64().context("A timestamp without its parts")?.try_into()?) };
    Ok(Timestamp { time: part("t")?, increment: part("i")? })
}

fn binary(base64: &str, subtype: &str) -> Result<Binary> {
    let subtype = BinarySubtype::from(u8::from_str_radix(subtype, 16).context("$type is not hexadecimal")?);
    Binary::from_base64(base64, subtype).map_err(|error| anyhow!("{error}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::doc;

    use super::*;

    #[test]
    fn every_form_is_read_back_as_its_type() {
        let text = r#"{"_id": {"$oid": "65f0c0ffee65f0c0ffee65f0"}, "d": 1.0, "e": 1.0E+10, "i": -7, "l": {"$numberLong": "5"},
            "n": {"$numberDecimal": "1.10"}, "t": {"$date": 1500}, "s": {"$timestamp": {"t": 1600000000, "i": 1}},
            "b": {"$binary": "AQID", "$type": "05"}, "r": {"$regex": "^a", "$options": "im"}, "y": {"$symbol": "s"},
            "c": {"$code": "f()", "$scope": {"x": 1}}, "u": {"$undefined": true}, "k": {"$minKey": 1}, "o": {"$id": "x"},
            "p": {"$ref": "db.c", "$id": {"$oid": "65f0c0ffee65f0c0ffee65f0"}}, "z": null, "a": [true, "가"]}"#;

        let parsed = parse(text.as_bytes()).unwrap();

        let id = ObjectId::parse_str("65f0c0ffee65f0c0ffee65f0").unwrap();
        let expected = doc! {
            "_id": id, "d": 1.0, "e": 1e10, "i": -7, "l": 5_i64, "n": "1.10".parse::<Decimal128>().unwrap(),
            "t": DateTime::from_millis(1500), "s": Timestamp { time: 1_600_000_000, increment: 1 },
            "b": Binary { subtype: BinarySubtype::Md5, bytes: vec![1, 2, 3] },
            "r": Regex { pattern: "^a".try_into().unwrap(), options: "im".try_into().unwrap() },
            "y": Bson::Symbol("s".into()),
            "c": JavaScriptCodeWithScope { code: "f()".into(), scope: doc! { "x": 1 } },
            "u": Bson::Undefined, "k": Bson::MinKey, "o": { "$id": "x" },
            "p": db_pointer("db.c", id).unwrap(), "z": null, "a": [true, "가"],
        };
        assert_eq!(parsed, expected);
    }

    #[test]
    fn what_is_not_json_is_an_error() {
        assert!(parse(b"{\"x\": NaN}").is_err());
    }
}
