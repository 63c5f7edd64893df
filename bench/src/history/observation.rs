//! What the topic says, record by record.

use anyhow::{Context as _, Result, bail};
use bson::Document;

use super::writers::{Change, Kind};
use crate::default_json;
use crate::topic::Record;

/// One record, understood.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Observation {
    pub(crate) id: String,
    pub(crate) what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// The copy read this document.
    Copied(Document),
    /// An event of the stream. Tokens are ordered as the events are.
    Changed { token: String, change: Change, effect: Effect },
}

/// What an event does to the document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    Becomes(Document),
    Changes { set: Document, removed: Vec<String> },
    Vanishes,
}

pub(crate) fn of(records: &[Record]) -> Result<Vec<Observation>> {
    records
        .iter()
        .map(|record| one(record).with_context(|| format!("The record at offset {}", record.offset)))
        .collect()
}

fn one(record: &Record) -> Result<Observation> {
    let event = default_json::parse(record.value.as_deref().context("has no value")?)?;
    let id = event.get_document("documentKey")?.get_str("_id")?.to_owned();
    let token = event.get_document("_id")?;
    if token.contains_key("copyingData") {
        return Ok(Observation { id, what: What::Copied(event.get_document("fullDocument")?.clone()) });
    }
    let (kind, effect) = match event.get_str("operationType")? {
        "insert" => (Kind::Insert, Effect::Becomes(event.get_document("fullDocument")?.clone())),
        "replace" => (Kind::Replace, Effect::Becomes(event.get_document("fullDocument")?.clone())),
        "update" => {
            let description = event.get_document("updateDescription")?;
            let names = description.get_array("removedFields")?.iter().filter_map(|name| name.as_str());
            let set = description.get_document("updatedFields")?.clone();
            (Kind::Update, Effect::Changes { set, removed: names.map(str::to_owned).collect() })
        }
        "delete" => (Kind::Delete, Effect::Vanishes),
        other => bail!("An event nobody caused: {other}"),
    };
    let version = match &effect {
        Effect::Becomes(document) => Some(document.get_i64("version")?),
        Effect::Changes { set, .. } => Some(set.get_i64("version")?),
        Effect::Vanishes => None,
    };
    let token = token.get_str("_data")?.to_owned();
    Ok(Observation { id, what: What::Changed { token, change: Change { kind, version }, effect } })
}
