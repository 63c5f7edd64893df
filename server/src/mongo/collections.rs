//! Which collections exist: the list of a copy, and whether one is still there.

use bson::{Document, RawDocument, doc, rawdoc};
use connect::Error;
use connect::position::{Namespace, NamespaceCopy};
use connect::snapshot::CopyScope;
use futures::StreamExt as _;
use mongodb::Client;

use super::classify::{Phase, classify};
use super::reply::Replies;

/// Names listed per reply.
const LIST_BATCH: u32 = 1_000;

/// Counts asked for at the same time.
const PARALLEL_COUNTS: usize = 4;

/// The collections that a copy reads, in order of their names, with the server's estimate of their size. Views and time series
/// are left out. Not cancel safe.
///
/// # Errors
/// Classified; `Config` when the regex gives up.
pub(super) async fn list_copied(client: &Client, scope: &CopyScope<'_>) -> Result<Vec<NamespaceCopy>, Error> {
    let databases = match scope.database() {
        Some(database) => vec![database.to_owned()],
        None => {
            client.list_database_names().await.map_err(|error| classify(&error, Phase::Ask, "Listing the databases"))?
        }
    };
    let mut namespaces = Vec::new();
    for database in databases.into_iter().filter(|database| scope.reaches_database(database)) {
        for collection in list_collections(client, &database, doc! {}).await? {
            let namespace = Namespace { database: database.clone(), collection };
            if scope.admits(&namespace)? {
                namespaces.push(namespace);
            }
        }
    }
    namespaces.sort();
    let counted = futures::stream::iter(namespaces).map(|namespace| async {
        let estimate = estimate(client, &namespace).await;
        NamespaceCopy::untouched(namespace, estimate)
    });
    Ok(counted.buffered(PARALLEL_COUNTS).collect().await)
}

/// Whether a collection is there. Not cancel safe.
///
/// # Errors
/// Classified.
pub(super) async fn exists(client: &Client, namespace: &Namespace) -> Result<bool, Error> {
    let named = doc! { "name": &namespace.collection };
    let found = list_collections(client, &namespace.database, named).await?;
    Ok(found.contains(&namespace.collection))
}

/// Names only, and only those that the user may see: that needs no right beyond the ones on the collections.
async fn list_collections(client: &Client, database: &str, filter: Document) -> Result<Vec<String>, Error> {
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
        let name = |document: &bytes::Bytes| collection_name(RawDocument::from_bytes(document).ok()?);
        names.extend(listed.iter().filter_map(name));
    }
    Ok(names)
}

/// The name, unless it is that of a view, a time series, or something else without a change stream.
fn collection_name(listed: &RawDocument) -> Option<String> {
    match listed.get_str("type") {
        Ok("collection") | Err(_) => listed.get_str("name").ok().map(str::to_owned),
        Ok(_) => None,
    }
}

/// For progress only: whoever may not count simply has none.
async fn estimate(client: &Client, namespace: &Namespace) -> Option<u64> {
    let collection = client.database(&namespace.database).collection::<Document>(&namespace.collection);
    collection.estimated_document_count().await.ok()
}
