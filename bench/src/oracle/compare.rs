//! Two workers' records, side by side.

use std::fmt::{self, Display, Formatter, Write as _};

use super::{Outcome, Topics};
use crate::topic::Record;

/// Whether records must come in the same order within a topic.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Matters,
    IsFree,
}

/// One record that is not the same.
#[derive(Debug)]
pub(super) struct Difference {
    topic: String,
    index: usize,
    what: String,
}

impl Display for Difference {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} record {}: {}", self.topic, self.index, self.what)
    }
}

/// Bytes of context around the first byte that differs.
const CONTEXT: usize = 24;

pub(super) fn topics(theirs: &Topics, ours: &Topics, order: Order) -> Outcome {
    let mut names: Vec<&String> = theirs.keys().chain(ours.keys()).collect();
    names.sort();
    names.dedup();
    let none = Vec::new();
    let mut outcome = Outcome { topic_count: names.len(), record_count: 0, allowed_count: 0, differences: Vec::new() };
    for name in names {
        let mut left: Vec<&Record> = theirs.get(name).unwrap_or(&none).iter().collect();
        let mut right: Vec<&Record> = ours.get(name).unwrap_or(&none).iter().collect();
        if order == Order::IsFree {
            left.sort_by_cached_key(|record| (plain(record.key.as_deref()), plain(record.value.as_deref())));
            right.sort_by_cached_key(|record| (plain(record.key.as_deref()), plain(record.value.as_deref())));
        }
        outcome.record_count += left.len().max(right.len());
        outcome.allowed_count += left.iter().zip(&right).filter(|(left, right)| is_allowed(left, right)).count();
        outcome.differences.extend(records(name, &left, &right));
    }
    outcome
}

fn records(topic: &str, theirs: &[&Record], ours: &[&Record]) -> Vec<Difference> {
    let mut differences = Vec::new();
    for index in 0..theirs.len().max(ours.len()) {
        let what = match (theirs.get(index), ours.get(index)) {
            (Some(left), Some(right)) => record(left, right),
            (Some(left), None) => Some(format!("missing in ours: key {}", shown(left.key.as_deref()))),
            (None, Some(right)) => Some(format!("only in ours: key {}", shown(right.key.as_deref()))),
            (None, None) => None,
        };
        differences.extend(what.map(|what| Difference { topic: topic.to_owned(), index, what }));
    }
    differences
}

fn record(theirs: &Record, ours: &Record) -> Option<String> {
    bytes("key", theirs.key.as_deref(), ours.key.as_deref())
        .or_else(|| bytes("value", theirs.value.as_deref(), ours.value.as_deref()))
        .or_else(|| {
            (theirs.headers != ours.headers).then(|| format!("headers {:?} and {:?}", theirs.headers, ours.headers))
        })
        .or_else(|| {
            let partitions = (theirs.partition, ours.partition);
            (partitions.0 != partitions.1).then(|| format!("partitions {} and {}", partitions.0, partitions.1))
        })
}

/// Whether two records are equal, but not byte by byte.
fn is_allowed(theirs: &Record, ours: &Record) -> bool {
    (theirs.key != ours.key || theirs.value != ours.value) && record(theirs, ours).is_none()
}

/// Text without what may differ: the plus of an exponent, `1.0E+7`.
fn plain(bytes: Option<&[u8]>) -> Option<Vec<u8>> {
    let bytes = bytes?;
    let is_exponents = |at: usize| {
        let around = (
            at.checked_sub(2).and_then(|at| bytes.get(at)),
            at.checked_sub(1).and_then(|at| bytes.get(at)),
            bytes.get(at + 1),
        );
        matches!(around, (Some(b'0'..=b'9'), Some(b'E'), Some(b'0'..=b'9')))
    };
    let kept = bytes.iter().enumerate().filter(|(at, byte)| **byte != b'+' || !is_exponents(*at));
    Some(kept.map(|(_, byte)| *byte).collect())
}

fn bytes(part: &str, theirs: Option<&[u8]>, ours: Option<&[u8]>) -> Option<String> {
    if theirs == ours || plain(theirs) == plain(ours) {
        return None;
    }
    let (Some(left), Some(right)) = (theirs, ours) else {
        return Some(format!("{part}: theirs {}, ours {}", shown(theirs), shown(ours)));
    };
    let first = left.iter().zip(right).take_while(|(left, right)| left == right).count();
    let around = |bytes: &[u8]| {
        let window = &bytes[first.saturating_sub(CONTEXT).min(bytes.len())..(first + CONTEXT).min(bytes.len())];
        format!("{} | {}", String::from_utf8_lossy(window).escape_debug(), hex(window))
    };
    let lengths = format!("{} and {} bytes", left.len(), right.len());
    Some(format!("{part} from byte {first} on ({lengths})\n  theirs {}\n  ours   {}", around(left), around(right)))
}

fn shown(bytes: Option<&[u8]>) -> String {
    match bytes {
        None => "null".to_owned(),
        Some(bytes) => String::from_utf8_lossy(&bytes[..bytes.len().min(120)]).escape_debug().to_string(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a string cannot fail.
        let _infallible = write!(text, "{byte:02x} ");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(offset: i64, key: &str, value: Option<&str>) -> Record {
        Record {
            topic: "t".to_owned(),
            partition: 0,
            offset,
            key: Some(key.as_bytes().to_vec()),
            value: value.map(|value| value.as_bytes().to_vec()),
            headers: Vec::new(),
        }
    }

    fn of(records: Vec<Record>) -> Topics {
        Topics::from([("t".to_owned(), records)])
    }

    #[test]
    fn equal_records_at_other_offsets_are_equal() {
        let outcome =
            topics(&of(vec![record(0, "a", Some("1"))]), &of(vec![record(9, "a", Some("1"))]), Order::Matters);

        assert_eq!((outcome.record_count, outcome.differences.len()), (1, 0));
    }

    #[test]
    fn a_tombstone_is_not_an_empty_value() {
        let outcome = topics(&of(vec![record(0, "a", None)]), &of(vec![record(0, "a", Some(""))]), Order::Matters);

        assert_eq!(outcome.differences.len(), 1);
    }

    #[test]
    fn the_plus_of_an_exponent_is_counted_and_nothing_else_is_forgiven() {
        let of_value = |value: &str| of(vec![record(0, "a", Some(value))]);

        let plus = topics(&of_value("{\"d\": 1.0E7}"), &of_value("{\"d\": 1.0E+7}"), Order::Matters);
        let other = topics(&of_value("{\"d\": 1.0E7}"), &of_value("{\"d\": 1.0E-7}"), Order::Matters);
        let text = topics(&of_value("a+b"), &of_value("ab"), Order::Matters);

        assert_eq!((plus.allowed_count, plus.differences.len()), (1, 0));
        assert_eq!((other.allowed_count, other.differences.len()), (0, 1));
        assert_eq!((text.allowed_count, text.differences.len()), (0, 1));
    }

    #[test]
    fn one_byte_a_missing_record_and_another_order_are_found() {
        let left = of(vec![record(0, "a", Some("12")), record(1, "b", None)]);

        let byte = topics(&left, &of(vec![record(0, "a", Some("13")), record(1, "b", None)]), Order::Matters);
        let missing = topics(&left, &of(vec![record(0, "a", Some("12"))]), Order::IsFree);
        let swapped = of(vec![record(0, "b", None), record(1, "a", Some("12"))]);

        assert_eq!(byte.differences.len(), 1);
        assert!(byte.differences[0].what.contains("byte 1"), "{}", byte.differences[0]);
        assert_eq!(missing.differences.len(), 1);
        assert_eq!(topics(&left, &swapped, Order::Matters).differences.len(), 2);
        assert_eq!(topics(&left, &swapped, Order::IsFree).differences.len(), 0);
    }
}
