//! `startup.mode.timestamp.start.at.operation.time`: one moment, in three forms.

use bson::{Bson, Timestamp};
use chrono::{DateTime, NaiveDateTime, Utc};

use super::extended_json;

/// What the official connector says when none of the forms fits.
pub(super) const FORMS: &str = "Must be either an integer number of seconds since the Epoch in the decimal format (example: \
    30), or an instant in the ISO-8601 format with one second precision (example: '1970-01-01T00:00:30Z'), or a BSON \
    Timestamp in the canonical extended JSON (v2) format (example: '{\"$timestamp\": {\"t\": 30, \"i\": 0}}').";

/// Reads whole seconds, an ISO-8601 instant (a fraction of a second is cut off), or a BSON timestamp in Extended JSON.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse::<i32>() {
        return Some(Timestamp { time: seconds.cast_unsigned(), increment: 0 });
    }
    if let Some(instant) = instant(text) {
        let seconds = i32::try_from(instant.timestamp()).ok()?;
        return Some(Timestamp { time: seconds.cast_unsigned(), increment: 0 });
    }
    match extended_json::parse_value(text) {
        Ok(Bson::Timestamp(timestamp)) => Some(timestamp),
        _ => None,
    }
}

/// `DateTimeFormatter.ISO_INSTANT`: seconds may be left out, the zone may be an offset.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc());
    }
    let local = text.strip_suffix(['Z', 'z'])?;
    NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").ok().map(|local| local.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_three_forms() {
        let at = |time, increment| Some(Timestamp { time, increment });
        let cases = [
            ("0", at(0, 0)),
            ("30", at(30, 0)),
            ("1970-01-01T00:00:30Z", at(30, 0)),
            ("1970-01-01T00:00:30.999Z", at(30, 0)),
            ("1970-01-01T09:00:30+09:00", at(30, 0)),
            ("1970-01-01T00:01Z", at(60, 0)),
            (r#"{"$timestamp": {"t": 30, "i": 7}}"#, at(30, 7)),
            ("Timestamp(30, 7)", at(30, 7)),
            ("1970-01-01", None),
            ("yesterday", None),
            ("99999999999", None),
            (r#"{"t": 30}"#, None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
