//! Asks the server where to divide a collection.

use std::time::Duration;

use bson::{RawBson, RawDocument};
use connect::position::NamespaceCopy;
use connect::snapshot::split;
use mongodb::Client;
use mongodb::error::Error as DriverError;

use super::super::collections::estimate;
use super::super::reply::Replies;

/// How long the server may draw its sample: a copy in one range is better than one that does not begin.
const ASK_TIME: Duration = Duration::from_secs(20);

/// The bounds of a collection's ranges for so many readers; empty where it is small, or where the server gives none. Not
/// cancel safe.
pub(super) async fn find_bounds(client: &Client, copy: &NamespaceCopy, readers: usize) -> Vec<RawBson> {
    // The whole collection counts, also where only a part of it is copied: all of it has to be read.
    let Some(split) = estimate(client, &copy.namespace).await.and_then(|documents| split(documents, readers)) else {
        return Vec::new();
    };
    let mut command = split.command(&copy.namespace);
    command.append(bson::raw::cstr!("maxTimeMS"), i64::try_from(ASK_TIME.as_millis()).unwrap_or(i64::MAX));
    let samples = u32::try_from(split.samples()).unwrap_or(u32::MAX);
    match sampled(client, &copy.namespace.database, command, samples).await {
        Ok(sample) => split.bounds(sample),
        Err(error) => {
            tracing::debug!(error = %error, "the server gives no sample of {}, copying it in one range", copy.namespace);
            Vec::new()
        }
    }
}

async fn sampled(
    client: &Client,
    database: &str,
    command: bson::RawDocumentBuf,
    samples: u32,
) -> Result<Vec<RawBson>, DriverError> {
    let mut replies = Replies::open(client, database, command, samples, None).await?;
    let mut ids = Vec::new();
    while let Some(reply) = replies.next().await? {
        for document in reply.documents()? {
            let id = RawDocument::from_bytes(&document)?.get("_id")?;
            ids.extend(id.map(RawBson::from));
        }
    }
    Ok(ids)
}
