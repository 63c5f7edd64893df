//! What a configuration would write to Kafka, made by the engine's own encoder from documents that exist. Nothing is written.
//!
//! Documents are sampled once and kept for a minute, so a change of names or formats is redrawn without asking MongoDB again.
//! Where the configuration has stages, MongoDB runs them on the sample as it would in the copy; made-up updates and deletes
//! do not go through them, and the outcome says so.

mod place;
mod sample;

use std::time::{SystemTime, UNIX_EPOCH};

use bson::RawDocumentBuf;
use bson::raw::cstr;
use connect::config::{FullDocument, Scope, SourceConfig, SubmittedConfig};
use connect::mongo::{Encoded, RecordEncoder, SkipReason, SyntheticEvents};
use connect::position::Namespace;
use connect::record::ProducerRecord;

use self::place::Place;
use super::principal::{Action, Object, Principal, authorise};
use super::remote::{Remote, RemoteError};
use crate::kafka::partitioner::partition_of_key;
use crate::mongo::discover::{CollectionKind, Explorer};
use crate::preview::make_readable;
use crate::preview::record::{Field, HeaderField};
use crate::preview::request::Decoder;

/// Collections that are shown.
const MOST_NAMESPACES: usize = 8;

/// Documents of each.
const DOCUMENTS: usize = 3;

/// Bytes of a key, value or header that are shown.
const SHOWN_BYTES: usize = 64 * 1024;

/// What would come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// One row an event, collection by collection.
    pub(crate) rows: Vec<OutcomeRow>,
    /// Documents that were sampled.
    pub(crate) sampled_documents: usize,
    /// Collections that were left out because there are many.
    pub(crate) omitted_collections: usize,
    /// The configuration has stages, which made-up updates and deletes did not go through.
    pub(crate) has_unapplied_stages: bool,
}

/// What an event is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// A document as it would be copied, or inserted where nothing is copied.
    Document,
    /// The first document, as if it had been updated.
    Update,
    /// The first document, as if it had been deleted.
    Delete,
}

/// One event and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutcomeRow {
    /// Where the document is.
    pub(crate) namespace: Namespace,
    /// What the event is made of.
    pub(crate) origin: Origin,
    /// What becomes of it.
    pub(crate) fate: Fate,
}

/// What becomes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is published.
    Record(Box<OutcomeRecord>),
    /// It is not published, as configured.
    Skipped(SkipReason),
    /// No record can be made of it: the engine's words, which name the namespace and no contents.
    Refused(String),
}

/// A record that would be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OutcomeRecord {
    /// Its topic.
    pub(crate) topic: String,
    /// The topic exists; `None` while Kafka does not answer.
    pub(crate) topic_exists: Option<bool>,
    /// Partitions of the topic, or how many it would get, where that is known.
    pub(crate) partitions: Option<u32>,
    /// The partition that its key leads to.
    pub(crate) partition: Option<u32>,
    /// Its key.
    pub(crate) key: Field,
    /// Its value.
    pub(crate) value: Field,
    /// Its headers.
    pub(crate) headers: Vec<HeaderField>,
    /// Bytes of key, value and headers.
    pub(crate) size_bytes: usize,
}

/// Shows what `submitted` (secrets in place) would write about some collections of its database; without any, about the
/// first of those in its scope.
///
/// # Errors
/// [`RemoteError::Invalid`] for what the configuration lacks, [`RemoteError::Mongo`] when documents cannot be sampled. A
/// Kafka that is away is no error: then only its topics' partitions are not known.
pub(crate) async fn show(
    remote: &Remote,
    principal: &Principal,
    submitted: &SubmittedConfig,
    collections: &[String],
) -> Result<Outcome, RemoteError> {
    authorise(principal, Action::Read, Object::Sources).map_err(|_| RemoteError::Forbidden)?;
    let config = SourceConfig::parse(submitted).map_err(RemoteError::Invalid)?;
    let mut encoder = RecordEncoder::new(&config)?;
    let explorer = remote.explorer_for(&config.connection).await?;
    let mut namespaces = namespaces(&explorer, &config.scope, collections).await?;
    let omitted_collections = namespaces.len().saturating_sub(MOST_NAMESPACES);
    namespaces.truncate(MOST_NAMESPACES);
    let sampled = sample::events(remote, &explorer, &config, &namespaces, DOCUMENTS).await?;

    let mut encoded = Vec::new();
    for (namespace, events) in namespaces.iter().zip(&sampled) {
        for (origin, event) in with_changes(namespace, events, &config) {
            encoded.push((namespace.clone(), origin, encoder.encode(&event)));
        }
    }
    let topics = encoded.iter().filter_map(|(_, _, fate)| match fate {
        Ok(Encoded::Record(record)) => Some(record.topic.to_string()),
        _ => None,
    });
    let places = place::find(remote, topics.collect(), &config.topic_creation).await;
    let rows = encoded.into_iter().map(|(namespace, origin, fate)| {
        let fate = match fate {
            Ok(Encoded::Record(record)) => Fate::Record(Box::new(shown(&record, places.of(&record.topic)))),
            Ok(Encoded::Skipped(reason)) => Fate::Skipped(reason),
            Err(error) => Fate::Refused(error.context().to_owned()),
        };
        OutcomeRow { namespace, origin, fate }
    });
    Ok(Outcome {
        rows: rows.collect(),
        sampled_documents: sampled.iter().map(|events| events.len()).sum(),
        omitted_collections,
        has_unapplied_stages: !config.stream.pipeline.is_empty(),
    })
}

/// The collections to show.
pub(super) async fn namespaces(
    explorer: &Explorer,
    scope: &Scope,
    collections: &[String],
) -> Result<Vec<Namespace>, RemoteError> {
    let in_database = |database: &str, names: &[String]| -> Vec<Namespace> {
        names.iter().map(|name| Namespace { database: database.to_owned(), collection: name.clone() }).collect()
    };
    let database = match scope {
        Scope::Collection { database, collection } => {
            return Ok(in_database(database, std::slice::from_ref(collection)));
        }
        Scope::Database(database) if !collections.is_empty() => return Ok(in_database(database, collections)),
        Scope::Database(database) => database.clone(),
        Scope::Deployment => {
            let databases = explorer.databases().await?;
            match databases.into_iter().find(|entry| !entry.is_internal) {
                Some(entry) => entry.name,
                None => return Ok(Vec::new()),
            }
        }
    };
    let found = explorer.collections(&database).await?;
    let followed = found.into_iter().filter(|entry| entry.kind == CollectionKind::Collection).map(|entry| entry.name);
    Ok(in_database(&database, &followed.collect::<Vec<_>>()))
}

/// The sampled events, and an update and a delete made up from the first.
fn with_changes(
    namespace: &Namespace,
    events: &[RawDocumentBuf],
    config: &SourceConfig,
) -> Vec<(Origin, RawDocumentBuf)> {
    let mut all: Vec<(Origin, RawDocumentBuf)> = Vec::with_capacity(events.len() + 2);
    let document =
        events.iter().find_map(|event| event.get_document(cstr!("fullDocument")).ok().map(ToOwned::to_owned));
    all.extend(events.iter().map(|event| (Origin::Document, event.clone())));
    if let Some(document) = document {
        let changes = SyntheticEvents::new(namespace.clone(), now_ms());
        // A document without an `_id`, as some views have, is never updated.
        all.extend(changes.update(&document, is_looked_up(config)).ok().map(|event| (Origin::Update, event)));
        all.extend(changes.delete(&document).ok().map(|event| (Origin::Delete, event)));
    }
    all
}

fn is_looked_up(config: &SourceConfig) -> bool {
    match config.stream.full_document {
        Some(FullDocument::UpdateLookup | FullDocument::WhenAvailable | FullDocument::Required) => true,
        Some(FullDocument::Default) | None => false,
    }
}

pub(super) fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|now| i64::try_from(now.as_millis()).ok()).unwrap_or(0)
}

fn shown(record: &ProducerRecord, place: Place) -> OutcomeRecord {
    let readable = |bytes: Option<&[u8]>| make_readable(bytes, SHOWN_BYTES, Decoder::Auto);
    let partition = match (&record.key, place.partitions) {
        (Some(key), Some(partitions)) => Some(partition_of_key(key, partitions)),
        _ => None,
    };
    OutcomeRecord {
        topic: record.topic.to_string(),
        topic_exists: place.exists,
        partitions: place.partitions,
        partition,
        key: readable(record.key.as_deref()),
        value: readable(record.value.as_deref()),
        headers: record
            .headers
            .iter()
            .map(|header| HeaderField { name: header.key.clone(), value: readable(header.value.as_deref()) })
            .collect(),
        size_bytes: record.size_bytes(),
    }
}

#[cfg(test)]
mod tests;
