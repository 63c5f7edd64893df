//! What a MongoDB deployment holds, for the wizard: names at once, sizes when asked for.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream;

use super::principal::{Action, Object, Principal, authorise};
use super::remote::{Remote, RemoteError};
use crate::mongo::discover::{CollectionEntry, CollectionKind, CollectionSize, DatabaseEntry};
use connect::position::Namespace;

/// Collections that are sized in one request.
const MOST_SIZED: usize = 500;

/// Collections that are sized at the same time.
const SIZED_TOGETHER: usize = 4;

/// How long a copy may be sized: what is not counted by then is left out.
const SIZING_TIME: Duration = Duration::from_secs(2);

/// What a copy amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CopySize {
    /// Documents of what was counted; `None` when nothing could be.
    pub(crate) documents: Option<u64>,
    /// Their size, uncompressed.
    pub(crate) size_bytes: u64,
    /// Some collections were not counted.
    pub(crate) is_more: bool,
}

/// Databases that the user of the connection string may see.
///
/// # Errors
/// [`RemoteError::Mongo`].
pub(crate) async fn list_databases(
    remote: &Remote,
    principal: &Principal,
    uri: &str,
) -> Result<Vec<DatabaseEntry>, RemoteError> {
    allow(principal)?;
    Ok(remote.explorer(uri).await?.databases().await?)
}

/// What is in a database, with what each name stands for.
///
/// # Errors
/// [`RemoteError::Mongo`].
pub(crate) async fn list_collections(
    remote: &Remote,
    principal: &Principal,
    uri: &str,
    database: &str,
) -> Result<Vec<CollectionEntry>, RemoteError> {
    allow(principal)?;
    Ok(remote.explorer(uri).await?.collections(database).await?)
}

/// Sizes of some collections of a database, in the order asked for; without numbers where they cannot be told.
///
/// # Errors
/// [`RemoteError::Mongo`] when the deployment cannot be asked at all.
pub(crate) async fn size_collections(
    remote: &Remote,
    principal: &Principal,
    uri: &str,
    database: &str,
    names: Vec<String>,
) -> Result<Vec<(String, CollectionSize)>, RemoteError> {
    allow(principal)?;
    let explorer = remote.explorer(uri).await?;
    let sized = stream::iter(names.into_iter().take(MOST_SIZED)).map(|name| {
        let namespace = Namespace { database: database.to_owned(), collection: name.clone() };
        let explorer = explorer.clone();
        async move { (name, explorer.size(&namespace).await.unwrap_or_default()) }
    });
    Ok(sized.buffered(SIZED_TOGETHER).collect().await)
}

/// What a copy of a database, or of some of its collections, amounts to: whatever can be counted in a moment.
///
/// # Errors
/// [`RemoteError::Mongo`] when the deployment cannot be asked at all.
pub(crate) async fn size_copy(
    remote: &Remote,
    principal: &Principal,
    uri: &str,
    database: &str,
    mut names: Vec<String>,
) -> Result<CopySize, RemoteError> {
    allow(principal)?;
    let explorer = remote.explorer(uri).await?;
    if names.is_empty() {
        let entries = explorer.collections(database).await?;
        let copied = entries.into_iter().filter(|entry| entry.kind == CollectionKind::Collection);
        names = copied.map(|entry| entry.name).collect();
    }
    let count = names.len();
    let sized = stream::iter(names.into_iter().take(MOST_SIZED)).map(|collection| {
        let namespace = Namespace { database: database.to_owned(), collection };
        let explorer = explorer.clone();
        async move { explorer.size(&namespace).await.unwrap_or_default() }
    });
    let moment = tokio::time::sleep(SIZING_TIME);
    let sizes: Vec<CollectionSize> = sized.buffer_unordered(SIZED_TOGETHER).take_until(moment).collect().await;
    Ok(CopySize::of(&sizes, count))
}

impl CopySize {
    fn of(sizes: &[CollectionSize], collections: usize) -> Self {
        let counted: Vec<u64> = sizes.iter().filter_map(|size| size.documents).collect();
        Self {
            documents: (!counted.is_empty() || collections == 0).then(|| counted.iter().sum()),
            size_bytes: sizes.iter().filter_map(|size| size.total_bytes).sum(),
            is_more: counted.len() < collections,
        }
    }
}

fn allow(principal: &Principal) -> Result<(), RemoteError> {
    authorise(principal, Action::Read, Object::Sources).map_err(|_| RemoteError::Forbidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_counted_is_said_to_be_missing() {
        let known = CollectionSize { documents: Some(3), average_bytes: Some(10), total_bytes: Some(30) };

        let all = CopySize::of(&[known, known], 2);
        assert_eq!(all, CopySize { documents: Some(6), size_bytes: 60, is_more: false });
        assert!(CopySize::of(&[known, CollectionSize::default()], 2).is_more);
        assert_eq!(CopySize::of(&[], 2), CopySize { documents: None, size_bytes: 0, is_more: true });
        assert_eq!(CopySize::of(&[], 0).documents, Some(0), "an empty database is known to be empty");
    }
}
