//! A position as a record of Kafka Connect's offsets topic, where exactly-once delivery keeps it.
//!
//! Key and value are Kafka Connect's own, so that a Connect worker goes on where Naru stopped and Naru where a worker stopped:
//! key `["<connector>",{"ns":"<partition>"}]`, value `{"_id":"<token>"}` with `"copy":"true"` while copying. What Naru knows
//! beyond that stands in one more property of the value, `naru`, as text: Kafka Connect takes only primitive values, and the
//! official connector looks at `_id` and `copy` alone. Where the two disagree, somebody else has written `_id`, and `_id` counts.

use std::collections::BTreeMap;

use bson::RawDocumentBuf;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Phase, Position, ResumePoint, ResumeToken, Selection};
use crate::config::json_text;
use crate::error::{Error, ErrorKind};

/// The form of `naru` that is written. A reader refuses others.
const VERSION: u32 = 1;

/// Partitions whose last offset is remembered, at most: more would make every position's record large.
const MAX_PARTITIONS: usize = 2_000;

/// The property that holds what Kafka Connect does not know.
const OWN: &str = "naru";

/// For each topic and partition the offset of the last record that was written there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reached(BTreeMap<String, BTreeMap<i32, i64>>);

impl Reached {
    /// A record has this offset. Beyond 2,000 partitions new ones are not remembered.
    pub fn note(&mut self, topic: &str, partition: i32, offset: i64) {
        if let Some(last) = self.0.get_mut(topic).and_then(|partitions| partitions.get_mut(&partition)) {
            *last = offset.max(*last);
        } else if self.0.values().map(BTreeMap::len).sum::<usize>() < MAX_PARTITIONS {
            self.0.entry(topic.to_owned()).or_default().insert(partition, offset);
        }
    }

    /// Topics and their partitions' last offsets.
    pub fn topics(&self) -> impl Iterator<Item = (&str, &BTreeMap<i32, i64>)> {
        self.0.iter().map(|(topic, partitions)| (topic.as_str(), partitions))
    }
}

/// A position with what is needed to trust it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptPosition {
    /// The position.
    pub position: Position,
    /// Id of the connector that wrote it; one that was deleted and made again has another.
    pub connector: String,
    /// Epoch of the lease under which it was written.
    pub epoch: i64,
    /// How far the topics had been written.
    pub reached: Reached,
}

/// What a value of the offsets topic says.
#[derive(Debug, Clone, PartialEq)]
pub enum StoredOffset {
    /// Naru wrote it.
    Own(Box<KeptPosition>),
    /// A Connect worker or a person wrote it.
    Official(OfficialOffset),
}

/// An offset as the official connector writes it.
#[derive(Debug, Clone, PartialEq)]
pub struct OfficialOffset {
    /// `_id`, parsed: a resume token, or what stands for a copied document.
    id: RawDocumentBuf,
    /// `copy`: it was still copying.
    is_copying: bool,
}

#[derive(Serialize, Deserialize)]
struct Own {
    version: u32,
    connector: String,
    epoch: i64,
    /// What was written beside this: if it stands there no more, somebody else has written since.
    offset: Map<String, Value>,
    position: Value,
    #[serde(default)]
    reached: Reached,
}

/// The record's key for a connector and its source partition.
pub fn offset_key(connector: &str, partition: &str) -> String {
    json!([connector, { "ns": partition }]).to_string()
}

/// Connector and source partition of a key, or `None` for a key of another kind of connector.
pub fn read_offset_key(key: &[u8]) -> Option<(String, String)> {
    let Ok(Value::Array(parts)) = serde_json::from_slice(key) else { return None };
    let [Value::String(connector), Value::Object(partition)] = parts.as_slice() else { return None };
    match partition.get("ns") {
        Some(Value::String(name)) if partition.len() == 1 => Some((connector.clone(), name.clone())),
        _ => None,
    }
}

impl KeptPosition {
    /// The record's value.
    ///
    /// # Errors
    /// `Internal` when the token or an `_id` cannot be written as JSON.
    pub fn to_value(&self) -> Result<String, Error> {
        let mut value = official_values(&self.position)?;
        let own = Own {
            version: VERSION,
            connector: self.connector.clone(),
            epoch: self.epoch,
            offset: value.clone(),
            position: self.position.to_json(),
            reached: self.reached.clone(),
        };
        // Only maps with keys that are no text can fail here, and there are none.
        value.insert(OWN.to_owned(), Value::String(serde_json::to_string(&own).unwrap_or_default()));
        Ok(Value::Object(value).to_string())
    }
}

impl StoredOffset {
    /// Reads a record's value.
    ///
    /// # Errors
    /// `PositionLost` when it cannot be understood: guessing would lose changes.
    pub fn from_value(value: &[u8]) -> Result<Self, Error> {
        let mut value: Map<String, Value> = serde_json::from_slice(value)
            .map_err(|error| lost("A position in the offsets topic is no JSON object", Some(error)))?;
        if let Some(Value::String(own)) = value.remove(OWN) {
            let own = parse_own(&own)?;
            if own.offset == value {
                return own.try_into().map(|kept| Self::Own(Box::new(kept)));
            }
        }
        OfficialOffset::read(&value).map(Self::Official)
    }
}

impl OfficialOffset {
    /// Reads an offset as the Kafka Connect API takes and shows it.
    ///
    /// # Errors
    /// `PositionLost` when `_id` is missing or is no JSON document.
    pub fn read(values: &Map<String, Value>) -> Result<Self, Error> {
        let Some(Value::String(id)) = values.get("_id") else {
            return Err(lost("A position has no text under _id", None::<serde_json::Error>));
        };
        let document = json_text::document(id)
            .map_err(|error| lost("The _id of a position is no JSON document", Some(error)))?
            .ok_or_else(|| lost("The _id of a position is empty", None::<serde_json::Error>))?;
        let id = RawDocumentBuf::try_from(&document)
            .map_err(|error| lost("The _id of a position cannot be a document of MongoDB", Some(error)))?;
        Ok(Self { id, is_copying: is_true(values, "copy") })
    }

    /// The position that it stands for under a selection; `None` when it was still copying: the official connector has no
    /// token then, and copies again.
    pub fn into_position(self, selection: Selection) -> Option<Position> {
        if self.is_copying {
            return None;
        }
        let resume = ResumePoint::event(ResumeToken::new(self.id), None);
        Some(Position { phase: Phase::Stream { resume }, selection })
    }

    /// The token carries the time at which the server made it, so that it can be told whether the oplog still reaches back.
    pub fn has_known_time(&self) -> bool {
        ResumeToken::new(self.id.clone()).time().is_some()
    }
}

fn parse_own(text: &str) -> Result<Own, Error> {
    let own: Own = serde_json::from_str(text)
        .map_err(|error| lost("What Naru wrote beside a position in the offsets topic is unreadable", Some(error)))?;
    if own.version != VERSION {
        let context = format!("A position in the offsets topic has version {}, which is unknown here", own.version);
        return Err(Error::new(ErrorKind::PositionLost, context));
    }
    Ok(own)
}

impl TryFrom<Own> for KeptPosition {
    type Error = Error;

    fn try_from(own: Own) -> Result<Self, Error> {
        let position = Position::from_json(&own.position)?;
        Ok(Self { position, connector: own.connector, epoch: own.epoch, reached: own.reached })
    }
}

fn official_values(position: &Position) -> Result<Map<String, Value>, Error> {
    let offset = position
        .official_offset()
        .map_err(|error| Error::caused(ErrorKind::Internal, "Writing a position as Kafka Connect does", error))?;
    Ok(offset.into_iter().map(|(name, text)| (name.to_owned(), Value::String(text))).collect())
}

/// The official connector writes `"true"`; a person may write `true`.
fn is_true(values: &Map<String, Value>, name: &str) -> bool {
    match values.get(name) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

fn lost(context: &str, source: Option<impl std::error::Error + Send + Sync + 'static>) -> Error {
    match source {
        Some(source) => Error::caused(ErrorKind::PositionLost, context, source),
        None => Error::new(ErrorKind::PositionLost, context),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use bson::rawdoc;

    use super::super::{Namespace, NamespaceCopy};
    use super::*;

    const TOKEN: &str = "8263A1B2C30000000729295A1004AB";

    fn streaming(data: &str) -> Position {
        let resume = ResumePoint::event(ResumeToken::new(rawdoc! { "_data": data }), None);
        Position { phase: Phase::Stream { resume }, selection: Selection::default() }
    }

    fn copying() -> Position {
        let namespace = Namespace { database: "jee".to_owned(), collection: "patients".to_owned() };
        let copy =
            NamespaceCopy { last_id: Some(bson::RawBson::Int32(7)), ..NamespaceCopy::untouched(namespace, None) };
        let start = ResumePoint::event(ResumeToken::new(rawdoc! { "_data": TOKEN }), None);
        Position { phase: Phase::Copy { start, namespaces: vec![copy] }, selection: Selection::default() }
    }

    fn kept(position: Position) -> KeptPosition {
        let mut reached = Reached::default();
        reached.note("jee.patients", 2, 41);
        KeptPosition { position, connector: "0192".to_owned(), epoch: 5, reached }
    }

    fn official(data: &str, copy: Option<Value>) -> Vec<u8> {
        let mut value = json!({ "_id": format!(r#"{{"_data": "{data}"}}"#) });
        if let Some(copy) = copy {
            value["copy"] = copy;
        }
        value.to_string().into_bytes()
    }

    #[test]
    fn keys_are_those_of_kafka_connect() {
        let key = offset_key("my \"source\"", "mongodb://a,b/jee.patients");

        assert_eq!(key, r#"["my \"source\"",{"ns":"mongodb://a,b/jee.patients"}]"#);
        let read = read_offset_key(key.as_bytes()).unwrap();
        assert_eq!(read, ("my \"source\"".to_owned(), "mongodb://a,b/jee.patients".to_owned()));
        for other in [r#"["c",{"server_id":"x"}]"#, r#"["c",{"ns":"x","y":1}]"#, r#""c""#, "{", r#"["c"]"#] {
            assert_eq!(read_offset_key(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        for position in [streaming(TOKEN), copying()] {
            let kept = kept(position);

            let read = StoredOffset::from_value(kept.to_value().unwrap().as_bytes()).unwrap();

            assert_eq!(read, StoredOffset::Own(Box::new(kept)));
        }
    }

    #[test]
    fn a_value_is_what_the_official_connector_writes_and_one_text_more() {
        let value: Value = serde_json::from_str(&kept(streaming(TOKEN)).to_value().unwrap()).unwrap();
        let copying: Value = serde_json::from_str(&kept(copying()).to_value().unwrap()).unwrap();

        assert_eq!(value["_id"], format!(r#"{{"_data": "{TOKEN}"}}"#));
        assert!(value["naru"].is_string() && value.get("copy").is_none());
        assert_eq!(copying["_id"], r#"{"_id": 7, "copyingData": true}"#);
        assert_eq!(copying["copy"], "true");
        assert_eq!(value.as_object().unwrap().len(), 2);
    }

    #[test]
    fn an_official_workers_position_is_taken_over() {
        let read = StoredOffset::from_value(&official(TOKEN, None)).unwrap();

        let StoredOffset::Official(offset) = read else { panic!("{read:?}") };
        assert_eq!(offset.into_position(Selection::default()), Some(streaming(TOKEN)));
    }

    #[test]
    fn an_unfinished_official_copy_has_no_place_to_go_on_from() {
        for flag in [json!("true"), json!(true)] {
            let read = StoredOffset::from_value(&official(TOKEN, Some(flag))).unwrap();

            let StoredOffset::Official(offset) = read else { panic!("{read:?}") };
            assert_eq!(offset.into_position(Selection::default()), None);
        }
    }

    #[test]
    fn an_id_that_somebody_else_wrote_beats_what_stands_beside_it() {
        let mut value: Value = serde_json::from_str(&kept(streaming(TOKEN)).to_value().unwrap()).unwrap();
        value["_id"] = json!(r#"{"_data": "8299"}"#);

        let read = StoredOffset::from_value(value.to_string().as_bytes()).unwrap();

        let StoredOffset::Official(offset) = read else { panic!("{read:?}") };
        assert_eq!(offset.into_position(Selection::default()), Some(streaming("8299")));
    }

    #[test]
    fn what_cannot_be_understood_is_never_taken_for_nothing() {
        let newer =
            json!({ "_id": "{}", "naru": r#"{"version":9,"connector":"c","epoch":1,"offset":{},"position":{}}"# });
        for value in [
            "7".to_owned(),
            "{}".to_owned(),
            json!({ "_id": 7 }).to_string(),
            json!({ "_id": "" }).to_string(),
            json!({ "_id": "[1]" }).to_string(),
            json!({ "_id": "{}", "naru": "x" }).to_string(),
            newer.to_string(),
        ] {
            let error = StoredOffset::from_value(value.as_bytes()).unwrap_err();

            assert_eq!(error.kind(), ErrorKind::PositionLost, "{value}");
        }
    }

    #[test]
    fn only_so_many_partitions_are_remembered_and_each_goes_forward() {
        let mut reached = Reached::default();
        for partition in 0..3_000 {
            reached.note("t", partition, 1);
        }
        reached.note("t", 0, 9);
        reached.note("t", 0, 4);

        let (_, partitions) = reached.topics().next().unwrap();
        assert_eq!(partitions.len(), MAX_PARTITIONS);
        assert_eq!(partitions[&0], 9);
    }
}
