//! Request bodies: JSON with Kafka Connect's reading of it.
//!
//! A configuration is a flat map whose scalars become text exactly as they were written (`1.50` stays `1.50`), in their
//! order. Malformed JSON is 400 here and 500 in Kafka Connect; no client depends on that.

use std::fmt;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::error::Error;
use crate::service::submission::Submission;

/// A body that was JSON and had the wanted shape.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        if !is_json(request.headers()) {
            return Err(Error::of(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| Error::of(rejection.status()))?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| Error::new(StatusCode::BAD_REQUEST, error.to_string()))
    }
}

/// A missing type is taken for JSON: some clients send none.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return true };
    let media_type = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json")
}

/// A configuration map as a client sends it.
pub(super) struct ConfigBody(pub(super) Submission);

impl<'de> Deserialize<'de> for ConfigBody {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ConfigVisitor)
    }
}

struct ConfigVisitor;

impl<'de> Visitor<'de> for ConfigVisitor {
    type Value = ConfigBody;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map of property names to values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ConfigBody, A::Error> {
        let mut submission = Submission::default();
        while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
            submission.nulls.retain(|null| *null != name);
            match scalar(value.get()) {
                Scalar::Text(text) => submission.config.set(name, text),
                Scalar::Null => {
                    submission.config.remove(&name);
                    submission.nulls.push(name);
                }
                Scalar::Nested => {
                    return Err(A::Error::custom(format_args!(
                        "Value of property {name} is neither text nor a number nor a boolean"
                    )));
                }
            }
        }
        Ok(ConfigBody(submission))
    }
}

enum Scalar {
    Text(String),
    Null,
    Nested,
}

fn scalar(json: &str) -> Scalar {
    match json.as_bytes().first() {
        Some(b'"') => serde_json::from_str(json).map_or(Scalar::Nested, Scalar::Text),
        Some(b'{' | b'[') | None => Scalar::Nested,
        Some(b'n') => Scalar::Null,
        Some(_) => Scalar::Text(json.to_owned()),
    }
}

/// A boolean of a query, as Java reads it: `true` in any case, anything else is false.
pub(super) fn is_true(value: Option<&String>) -> bool {
    value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn read(json: &str) -> Result<Submission, serde_json::Error> {
        serde_json::from_str::<ConfigBody>(json).map(|body| body.0)
    }

    #[test]
    fn scalars_become_text_as_written_and_in_order() {
        let submission = read(r#"{"z":"a\"b","tasks.max":1,"a":true,"d":1.50,"e":-0.0,"u":"\u00e9"}"#).unwrap();

        let pairs: Vec<_> = submission.config.iter().collect();
        let expected = [("z", "a\"b"), ("tasks.max", "1"), ("a", "true"), ("d", "1.50"), ("e", "-0.0"), ("u", "é")];
        assert_eq!(pairs, expected);
    }

    #[test]
    fn null_is_told_apart_from_absence() {
        let submission = read(r#"{"a":null,"b":"x","b":null}"#).unwrap();

        assert!(submission.config.is_empty());
        assert_eq!(submission.nulls, ["a", "b"]);
    }

    #[test]
    fn nested_values_are_refused_without_quoting_them() {
        let error = read(r#"{"connection.uri":["mongodb://u:p@h/"]}"#).err().unwrap().to_string();

        assert!(error.contains("connection.uri") && !error.contains("u:p"), "{error}");
        assert!(read("[]").is_err());
        assert!(read("{bad").is_err());
    }
}
