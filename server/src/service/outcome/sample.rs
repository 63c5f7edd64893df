//! Events made of documents that exist, as the copy would make them; kept for a minute.

use std::sync::Arc;

use bson::{Document, RawDocumentBuf, doc};
use connect::config::{SourceConfig, StartupMode};
use connect::json::Unreadable;
use connect::mongo::{CopiedEvents, SyntheticEvents, copy_stages, with_namespace_last};
use connect::position::Namespace;
use futures::future::try_join_all;

use super::now_ms;
use crate::mongo::discover::{Explorer, Sampling};
use crate::mongo::refusal::Refusal;
use crate::service::remote::{AskedHash, Remote, asked};

/// Some events of each namespace, in the order of the namespaces.
///
/// # Errors
/// What MongoDB refuses for any of them.
pub(super) async fn events(
    remote: &Remote,
    explorer: &Explorer,
    config: &SourceConfig,
    namespaces: &[Namespace],
    count: usize,
) -> Result<Vec<Arc<Vec<RawDocumentBuf>>>, Refusal> {
    let sampled = namespaces.iter().map(|namespace| async move {
        let key = key(config, namespace, count);
        if let Some(events) = remote.samples.get(&key) {
            return Ok::<_, Refusal>(events);
        }
        let events = Arc::new(sample(explorer, config, namespace, count).await?);
        let size_bytes = events.iter().map(|event| event.as_bytes().len()).sum();
        remote.samples.put(key, Arc::clone(&events), size_bytes);
        Ok(events)
    });
    try_join_all(sampled).await
}

async fn sample(
    explorer: &Explorer,
    config: &SourceConfig,
    namespace: &Namespace,
    count: usize,
) -> Result<Vec<RawDocumentBuf>, Refusal> {
    let stages = copy_pipeline(config);
    if stages.is_empty() && config.stream.pipeline.is_empty() {
        let documents = explorer.sample(namespace, count, Sampling::First).await?;
        return documents
            .iter()
            .map(|document| event_of(config, namespace, document))
            .collect::<Result<_, _>>()
            .map_err(unreadable);
    }
    let mut stages = copy_stages(namespace, stages, &config.stream.pipeline);
    stages.push(doc! { "$limit": count as i64 });
    let events = explorer.aggregate(namespace, stages, count).await?;
    events.into_iter().map(with_namespace_last).collect::<Result<_, _>>().map_err(unreadable)
}

/// A document as it would be read: copied where there is a copy, else inserted.
fn event_of(
    config: &SourceConfig,
    namespace: &Namespace,
    document: &RawDocumentBuf,
) -> Result<RawDocumentBuf, Unreadable> {
    match &config.startup {
        StartupMode::CopyExisting(_) => CopiedEvents::new(namespace)?.event(document),
        StartupMode::Latest | StartupMode::Timestamp(_) => {
            SyntheticEvents::new(namespace.clone(), now_ms()).insert(document)
        }
    }
}

fn copy_pipeline(config: &SourceConfig) -> &[Document] {
    match &config.startup {
        StartupMode::CopyExisting(copy) => &copy.pipeline,
        StartupMode::Latest | StartupMode::Timestamp(_) => &[],
    }
}

/// Everything that decides which events come out.
fn key(config: &SourceConfig, namespace: &Namespace, count: usize) -> AskedHash {
    let is_copied = matches!(config.startup, StartupMode::CopyExisting(_));
    let copy = format!("{:?}", copy_pipeline(config));
    let stream = format!("{:?}", config.stream.pipeline);
    let numbers = [u8::from(is_copied), u8::try_from(count).unwrap_or(u8::MAX)];
    asked([
        config.connection.uri.as_bytes(),
        namespace.database.as_bytes(),
        namespace.collection.as_bytes(),
        copy.as_bytes(),
        stream.as_bytes(),
        &numbers,
    ])
}

fn unreadable(_: Unreadable) -> Refusal {
    Refusal::Other
}
