//! Which collections exist: the list of a copy, and whether one is still there.

use bson::raw::RawBsonRef;
use bson::{Bson, Document, RawDocument, doc, rawdoc};
use connect::Error;
use connect::position::{Namespace, NamespaceCopy};
use connect::snapshot::CopyScope;
use futures::StreamExt as _;
use mongodb::Client;

use super::classify::{Phase, classify};
use super::reply::Replies;

/// Names listed per reply.
const LIST_BATCH: u32 = 1_000;

/// How long the server may count what a filter finds, before its estimate of the whole collection has to do.
const COUNT_TIME_MS: i64 = 5_000;

/// Counts asked for at the same time.
const PARALLEL_COUNTS: usize = 4;

/// What a copy finds.
pub(super) struct Found {
    /// The collections that it reads, in order of their names, with the server's estimate of their size.
    pub(super) copied: Vec<NamespaceCopy>,
    /// What is in its scope and has no change stream, each with its kind in the server's word: `view`, `timeseries`.
    pub(super) skipped: Vec<(Namespace, String)>,
}

/// A collection, or what is listed among collections.
struct Listed {
    name: String,
    /// `None` for a collection, else the server's word.
    other_kind: Option<String>,
}

/// What a copy with these stages reads and what it leaves out. Not cancel safe.
///
/// # Errors
/// Classified; `Config` when the regex gives up.
pub(super) async fn list_copied(client: &Client, scope: &CopyScope<'_>, pipeline: &[Document]) -> Result<Found, Error> {
    let databases = match scope.database() {
        Some(database) => vec![database.to_owned()],
        None => {
            client.list_database_names().await.map_err(|error| classify(&error, Phase::Ask, "Listing the databases"))?
        }
    };
    let (mut namespaces, mut skipped) = (Vec::new(), Vec::new());
    for database in databases.into_iter().filter(|database| scope.reaches_database(database)) {
        for Listed { name, other_kind } in list_collections(client, &database, doc! {}).await? {
            let namespace = Namespace { database: database.clone(), collection: name };
            match (scope.admits(&namespace)?, other_kind) {
                (true, None) => namespaces.push(namespace),
                (true, Some(kind)) => skipped.push((namespace, kind)),
                (false, _) if scope.names(&namespace) => skipped.push((namespace, "system collection".to_owned())),
                (false, _) => {}
            }
        }
    }
    namespaces.sort();
    let counted = futures::stream::iter(namespaces).map(|namespace| async {
        let estimate = count(client, &namespace, pipeline).await;
        NamespaceCopy::untouched(namespace, estimate)
    });
    Ok(Found { copied: counted.buffered(PARALLEL_COUNTS).collect().await, skipped })
}

/// Whether a collection is there. Not cancel safe.
///
/// # Errors
/// Classified.
pub(super) async fn exists(client: &Client, namespace: &Namespace) -> Result<bool, Error> {
    let named = doc! { "name": &namespace.collection };
    let found = list_collections(client, &namespace.database, named).await?;
    Ok(found.iter().any(|listed| listed.name == namespace.collection && listed.other_kind.is_none()))
}

/// Names only, and only those that the user may see: that needs no right beyond the ones on the collections.
async fn list_collections(client: &Client, database: &str, filter: Document) -> Result<Vec<Listed>, Error> {
    let failed =
        |error: &mongodb::error::Error| classify(error, Phase::Ask, &format!("Listing the collections of {database}"));
    let mut command = rawdoc! { "listCollections": 1, "nameOnly": true, "authorizedCollections": true };
    if let Ok(filter) = bson::RawDocumentBuf::try_from(&filter)
        && !filter.is_empty()
    {
        command.append(bson::raw::cstr!("filter"), filter);
    }
    let mut replies = Replies::open(client, database, command, LIST_BATCH, None).await.map_err(|e| failed(&e))?;
    let mut names = Vec::new();
    while let Some(reply) = replies.next().await.map_err(|error| failed(&error))? {
        let listed = reply.documents().map_err(|error| failed(&error.into()))?;
        let read = |document: &bytes::Bytes| read_listed(RawDocument::from_bytes(document).ok()?);
        names.extend(listed.iter().filter_map(read));
    }
    Ok(names)
}

fn read_listed(listed: &RawDocument) -> Option<Listed> {
    let other_kind = match listed.get_str("type") {
        Ok("collection") | Err(_) => None,
        Ok(kind) => Some(kind.to_owned()),
    };
    Some(Listed { name: listed.get_str("name").ok()?.to_owned(), other_kind })
}

/// How many documents a copy with these stages will find. For progress only: whoever may not count simply has none.
///
/// What the stages filter first is counted; where that takes too long, and without a filter, the server's estimate of the whole
/// collection has to do.
async fn count(client: &Client, namespace: &Namespace, pipeline: &[Document]) -> Option<u64> {
    let filters: Vec<Document> = pipeline.iter().take_while(|stage| stage.contains_key("$match")).cloned().collect();
    if !filters.is_empty()
        && let Some(counted) = count_filtered(client, namespace, filters).await
    {
        return Some(counted);
    }
    estimate(client, namespace).await
}

async fn count_filtered(client: &Client, namespace: &Namespace, mut stages: Vec<Document>) -> Option<u64> {
    stages.push(doc! { "$group": { "_id": Bson::Null, "count": { "$sum": 1 } } });
    let command =
        doc! { "aggregate": &namespace.collection, "pipeline": stages, "cursor": {}, "maxTimeMS": COUNT_TIME_MS };
    let command = bson::RawDocumentBuf::try_from(&command).ok()?;
    let mut replies = Replies::open(client, &namespace.database, command, 1, None).await.ok()?;
    let reply = replies.next().await.ok()??;
    let documents = reply.documents().ok()?;
    // Nothing found makes no group.
    let Some(group) = documents.first() else { return Some(0) };
    match RawDocument::from_bytes(group).ok()?.get("count").ok()?? {
        RawBsonRef::Int32(count) => u64::try_from(count).ok(),
        RawBsonRef::Int64(count) => u64::try_from(count).ok(),
        _ => None,
    }
}

/// How large a collection is, whatever of it is copied. Not cancel safe.
pub(super) async fn estimate(client: &Client, namespace: &Namespace) -> Option<u64> {
    let collection = client.database(&namespace.database).collection::<Document>(&namespace.collection);
    collection.estimated_document_count().await.ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn views_and_time_series_are_told_from_collections() {
        let read = |listed: bson::RawDocumentBuf| {
            let listed = read_listed(&listed).unwrap();
            (listed.name, listed.other_kind)
        };

        assert_eq!(read(rawdoc! { "name": "patients", "type": "collection" }), ("patients".to_owned(), None));
        assert_eq!(read(rawdoc! { "name": "patients" }), ("patients".to_owned(), None), "servers before 3.4");
        assert_eq!(read(rawdoc! { "name": "wards", "type": "view" }), ("wards".to_owned(), Some("view".to_owned())));
        let series = rawdoc! { "name": "pulse", "type": "timeseries" };
        assert_eq!(read(series), ("pulse".to_owned(), Some("timeseries".to_owned())));
    }
}
