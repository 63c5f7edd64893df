//! Topics and their records, for the portal.

use std::time::Duration;

use futures::Stream;

use super::principal::{Action, Object, Principal, authorise};
use super::remote::{Remote, RemoteError};
use crate::blocking::blocking;
use crate::kafka::consumer::count_offsets;
use crate::kafka::fault::Fault;
use crate::kafka::topics::TopicShape;
use crate::preview::record::{Page, Record, TailEvent};
use crate::preview::request::{PageRequest, RecordRequest, TailRequest};

/// How long counting the records of a page of topics may take.
const COUNT_TIMEOUT: Duration = Duration::from_secs(5);

/// Every topic that may be seen, by name; those whose names begin with `__` are Kafka's own.
///
/// # Errors
/// [`RemoteError::Kafka`].
pub(crate) async fn list_topics(remote: &Remote, principal: &Principal) -> Result<Vec<TopicShape>, RemoteError> {
    allow(principal)?;
    Ok(remote.topics()?.list().await?)
}

/// For each topic how many records it holds at most, where that can be told.
///
/// # Errors
/// [`RemoteError::Kafka`].
pub(crate) async fn count_records(
    remote: &Remote,
    principal: &Principal,
    topics: Vec<TopicShape>,
) -> Result<Vec<Option<u64>>, RemoteError> {
    allow(principal)?;
    let settings = remote.kafka().clone();
    let counted = blocking(move || count_offsets(&settings, &topics, COUNT_TIMEOUT)).await;
    Ok(counted.ok_or(Fault::Other)??)
}

/// A page of records.
///
/// # Errors
/// [`RemoteError::Topic`].
pub(crate) async fn read_page(
    remote: &Remote,
    principal: &Principal,
    request: PageRequest,
) -> Result<Page, RemoteError> {
    allow(principal)?;
    Ok(remote.preview().read(request).await?)
}

/// One record, kept whole up to 4 MiB.
///
/// # Errors
/// [`RemoteError::Topic`].
pub(crate) async fn read_record(
    remote: &Remote,
    principal: &Principal,
    request: RecordRequest,
) -> Result<Record, RemoteError> {
    allow(principal)?;
    Ok(remote.preview().read_one(request).await?)
}

/// Records as they arrive. Dropping the stream ends it.
///
/// # Errors
/// [`RemoteError::Topic`].
pub(crate) async fn follow(
    remote: &Remote,
    principal: &Principal,
    request: TailRequest,
) -> Result<impl Stream<Item = TailEvent> + Send + use<>, RemoteError> {
    allow(principal)?;
    Ok(remote.preview().tail(request).await?)
}

fn allow(principal: &Principal) -> Result<(), RemoteError> {
    authorise(principal, Action::Read, Object::Topics).map_err(|_| RemoteError::Forbidden)
}
