//! What a MongoDB deployment holds, for the wizard: names at once, sizes when asked for.

use futures::StreamExt as _;
use futures::stream;

use super::principal::{Action, Object, Principal, authorise};
use super::remote::{Remote, RemoteError};
use crate::mongo::discover::{CollectionEntry, CollectionSize, DatabaseEntry};
use connect::position::Namespace;

/// Collections that are sized in one request.
const MOST_SIZED: usize = 500;

/// Collections that are sized at the same time.
const SIZED_TOGETHER: usize = 4;

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

fn allow(principal: &Principal) -> Result<(), RemoteError> {
    authorise(principal, Action::Read, Object::Sources).map_err(|_| RemoteError::Forbidden)
}
