//! The stored form of a position: JSON with a version, `_id` values and tokens as base64 of BSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bson::raw::cstr;
use bson::{RawBson, RawDocumentBuf, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Namespace, NamespaceCopy, Phase, Position, RangeCopy, Recovery, ResumePoint, ResumeToken, Selection, TokenKind,
};
use crate::error::{Error, ErrorKind};

/// The form that is written. A reader refuses versions it does not know.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct StoredPosition {
    version: u32,
    selection: Selection,
    phase: StoredPhase,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum StoredPhase {
    Copy { start: StoredPoint, namespaces: Vec<StoredNamespace> },
    Stream { resume: StoredPoint },
}

#[derive(Serialize, Deserialize)]
struct StoredPoint {
    token: String,
    kind: TokenKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cluster_time: Option<(u32, u32)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    covered: Option<String>,
    #[serde(default, skip_serializing_if = "is_zero")]
    recoveries: u32,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_lost: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the attribute hands over a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[derive(Serialize, Deserialize)]
struct StoredNamespace {
    database: String,
    collection: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_id: Option<String>,
    // A reader that does not know them finds documents without a last `_id` and begins the collection again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ranges: Vec<StoredRange>,
    copied_documents: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    estimated_documents: Option<u64>,
    is_done: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredRange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_id: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_done: bool,
}

/// Why a stored position cannot be read. The text holds nothing of the position itself.
#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("It has version {0}, which this version of Naru does not know")]
    Version(u64),
    #[error("It has no version")]
    NoVersion,
    #[error("Its form is unknown")]
    Form(#[source] serde_json::Error),
    #[error("A token or an _id in it is not base64")]
    Base64(#[source] base64::DecodeError),
    #[error("A token or an _id in it is not BSON")]
    Bson(#[source] bson::error::Error),
    #[error("An _id in it is empty")]
    NoId,
}

impl Position {
    /// The form that is stored.
    pub fn to_json(&self) -> serde_json::Value {
        let phase = match &self.phase {
            Phase::Copy { start, namespaces } => {
                StoredPhase::Copy { start: start.into(), namespaces: namespaces.iter().map(Into::into).collect() }
            }
            Phase::Stream { resume } => StoredPhase::Stream { resume: resume.into() },
        };
        let stored = StoredPosition { version: VERSION, selection: self.selection.clone(), phase };
        // Only maps with keys that are no text can fail here, and there are none.
        serde_json::to_value(stored).unwrap_or_default()
    }

    /// Reads what [`Position::to_json`] wrote.
    ///
    /// # Errors
    /// `PositionLost`: what is stored cannot be understood, and guessing would lose changes.
    pub fn from_json(json: &serde_json::Value) -> Result<Self, Error> {
        read(json).map_err(|reason| {
            Error::caused(ErrorKind::PositionLost, format!("The stored position cannot be read. {reason}"), reason)
        })
    }
}

fn read(json: &serde_json::Value) -> Result<Position, Unreadable> {
    let version = json.get("version").and_then(serde_json::Value::as_u64).ok_or(Unreadable::NoVersion)?;
    if version != u64::from(VERSION) {
        return Err(Unreadable::Version(version));
    }
    let stored = StoredPosition::deserialize(json).map_err(Unreadable::Form)?;
    let phase = match stored.phase {
        StoredPhase::Copy { start, namespaces } => Phase::Copy {
            start: start.try_into()?,
            namespaces: namespaces.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
        },
        StoredPhase::Stream { resume } => Phase::Stream { resume: resume.try_into()? },
    };
    Ok(Position { phase, selection: stored.selection })
}

impl From<&ResumePoint> for StoredPoint {
    fn from(point: &ResumePoint) -> Self {
        Self {
            token: STANDARD.encode(point.token.as_document().as_bytes()),
            kind: point.kind,
            cluster_time: point.cluster_time.map(|time| (time.time, time.increment)),
            covered: point.recovery.covered.as_ref().map(|token| STANDARD.encode(token.as_document().as_bytes())),
            recoveries: point.recovery.count,
            is_lost: point.recovery.is_lost,
        }
    }
}

impl TryFrom<StoredPoint> for ResumePoint {
    type Error = Unreadable;

    fn try_from(stored: StoredPoint) -> Result<Self, Unreadable> {
        let covered = stored.covered.as_deref().map(document).transpose()?.map(ResumeToken::new);
        Ok(Self {
            recovery: Recovery { covered, count: stored.recoveries, is_lost: stored.is_lost },
            token: ResumeToken::new(document(&stored.token)?),
            kind: stored.kind,
            cluster_time: stored.cluster_time.map(|(time, increment)| Timestamp { time, increment }),
        })
    }
}

impl From<&NamespaceCopy> for StoredNamespace {
    fn from(copy: &NamespaceCopy) -> Self {
        Self {
            database: copy.namespace.database.clone(),
            collection: copy.namespace.collection.clone(),
            last_id: copy.last_id.as_ref().map(stored_id),
            ranges: copy.ranges.iter().map(Into::into).collect(),
            copied_documents: copy.copied_documents,
            estimated_documents: copy.estimated_documents,
            is_done: copy.is_done,
        }
    }
}

impl TryFrom<StoredNamespace> for NamespaceCopy {
    type Error = Unreadable;

    fn try_from(stored: StoredNamespace) -> Result<Self, Unreadable> {
        let last_id = stored.last_id.as_deref().map(id).transpose()?;
        Ok(Self {
            namespace: Namespace { database: stored.database, collection: stored.collection },
            last_id,
            ranges: stored.ranges.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?,
            copied_documents: stored.copied_documents,
            estimated_documents: stored.estimated_documents,
            is_done: stored.is_done,
        })
    }
}

impl From<&RangeCopy> for StoredRange {
    fn from(range: &RangeCopy) -> Self {
        Self {
            until: range.until.as_ref().map(stored_id),
            last_id: range.last_id.as_ref().map(stored_id),
            is_done: range.is_done,
        }
    }
}

impl TryFrom<StoredRange> for RangeCopy {
    type Error = Unreadable;

    fn try_from(stored: StoredRange) -> Result<Self, Unreadable> {
        Ok(Self {
            until: stored.until.as_deref().map(id).transpose()?,
            last_id: stored.last_id.as_deref().map(id).transpose()?,
            is_done: stored.is_done,
        })
    }
}

fn stored_id(id: &RawBson) -> String {
    let mut document = RawDocumentBuf::new();
    document.append(cstr!("_id"), id.as_raw_bson_ref());
    STANDARD.encode(document.as_bytes())
}

fn document(base64: &str) -> Result<RawDocumentBuf, Unreadable> {
    let bytes = STANDARD.decode(base64).map_err(Unreadable::Base64)?;
    RawDocumentBuf::from_bytes(bytes).map_err(Unreadable::Bson)
}

fn id(base64: &str) -> Result<RawBson, Unreadable> {
    let document = document(base64)?;
    let id = document.get("_id").map_err(Unreadable::Bson)?.ok_or(Unreadable::NoId)?;
    Ok(id.into())
}
