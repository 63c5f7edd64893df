//! Events that a server cannot deliver (its error 10334): found out one by one, so that the stream goes on behind each.
//!
//! Servers from 6.0.9 on split such events; for older ones the same stream is opened once more with only what tells an event apart.

use bytes::Bytes;
use connect::Error;
use connect::mongo::EventHead;
use connect::pipeline::{EventDocument, SourceEvent};
use connect::position::{Mark, ResumePoint};
use mongodb::Client;

use super::classify::{Phase, classify};
use super::reply::Replies;
use super::watch::Watch;

/// Answers without an event before it is given up: the event that stood in the way must be the first.
const MAX_REPLIES: usize = 5;

/// What is known of the first event behind a point: its token moves the position, and the connector's tolerance decides about it.
/// Not cancel safe.
///
/// # Errors
/// `refusal` where the event cannot be told apart, or what the server says against asking.
pub(super) async fn identify(
    client: &Client,
    watch: &Watch,
    place: &ResumePoint,
    refusal: Error,
) -> Result<SourceEvent, Error> {
    let doing = format!("Looking for the large event in the change stream of {}", watch.name());
    let failed = |error: &mongodb::error::Error| classify(error, Phase::Open, &doing);
    let command = watch.identifying_command(&place.token);
    let mut replies = Replies::open(client, watch.database(), command, 1, None).await.map_err(|e| failed(&e))?;
    for _ in 0..MAX_REPLIES {
        let Some(reply) = replies.next().await.map_err(|error| failed(&error))? else { break };
        let documents = reply.documents().map_err(|error| failed(&error.into()))?;
        if let Some(event) = documents.into_iter().next().and_then(known) {
            return Ok(event);
        }
    }
    Err(refusal)
}

fn known(document: Bytes) -> Option<SourceEvent> {
    let head = EventHead::read(bson::RawDocument::from_bytes(&document).ok()?).ok()?;
    let point = ResumePoint::event(head.token()?, head.cluster_time());
    Some(SourceEvent { document: Some(EventDocument::too_large(document)), mark: Mark::Streamed(point) })
}
