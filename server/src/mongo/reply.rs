//! A cursor's replies as the server sent them: documents are slices of the reply, nothing is decoded or copied.

use std::time::Duration;

use bson::raw::{RawBsonRef, RawDocument};
use bson::{RawDocumentBuf, Timestamp};
use bytes::Bytes;
use connect::position::ResumeToken;
use futures::StreamExt as _;
use mongodb::Client;
use mongodb::error::Error as DriverError;
use mongodb::raw_batch_cursor::{RawBatch, RawBatchCursor};

/// An open cursor, read reply by reply.
pub(crate) struct Replies {
    cursor: RawBatchCursor,
}

impl Replies {
    /// Runs a command that answers with a cursor, on the member that the connection string prefers.
    ///
    /// `batch_size` and `await_time` are sent with each later fetch; the first batch is bounded by the command itself. Not cancel
    /// safe.
    ///
    /// # Errors
    /// The driver's, for [`super::classify`].
    pub(crate) async fn open(
        client: &Client,
        database: &str,
        command: RawDocumentBuf,
        batch_size: u32,
        await_time: Option<Duration>,
    ) -> Result<Self, DriverError> {
        let database = client.database(database);
        let mut open = database.run_raw_cursor_command(command).batch_size(batch_size);
        if let Some(await_time) = await_time {
            open = open.max_time(await_time);
        }
        if let Some(criteria) = client.selection_criteria() {
            open = open.selection_criteria(criteria.clone());
        }
        Ok(Self { cursor: open.batch().await? })
    }

    /// The next reply, empty or not; `None` when the cursor has ended. The first one came with the cursor. Not cancel safe.
    ///
    /// # Errors
    /// The driver's, for [`super::classify`].
    pub(crate) async fn next(&mut self) -> Result<Option<Reply>, DriverError> {
        Ok(self.cursor.next().await.transpose()?.map(Reply::new))
    }
}

/// One reply.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    bytes: Bytes,
}

/// Lends a reply's bytes to [`Bytes`].
struct Owner(RawBatch);

impl AsRef<[u8]> for Owner {
    fn as_ref(&self) -> &[u8] {
        self.0.as_raw_document().as_bytes()
    }
}

impl Reply {
    fn new(batch: RawBatch) -> Self {
        Self { bytes: Bytes::from_owner(Owner(batch)) }
    }

    /// Bytes of the whole reply.
    pub(crate) fn size_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// The documents, each sharing the reply's memory.
    ///
    /// # Errors
    /// The reply is not what the protocol says.
    pub(crate) fn documents(&self) -> Result<Vec<Bytes>, bson::error::Error> {
        let Some(cursor) = self.cursor()? else { return Ok(Vec::new()) };
        let batch = match cursor.get("nextBatch")? {
            Some(batch) => batch.as_array(),
            None => cursor.get("firstBatch")?.and_then(RawBsonRef::as_array),
        };
        let mut documents = Vec::new();
        for document in batch.into_iter().flatten() {
            if let Some(document) = document?.as_document() {
                documents.push(self.bytes.slice_ref(document.as_bytes()));
            }
        }
        Ok(documents)
    }

    /// The token behind everything that the server has looked at, from change streams.
    ///
    /// # Errors
    /// The reply is not what the protocol says.
    pub(crate) fn post_batch_token(&self) -> Result<Option<ResumeToken>, bson::error::Error> {
        let Some(cursor) = self.cursor()? else { return Ok(None) };
        let token = cursor.get("postBatchResumeToken")?;
        Ok(token.and_then(RawBsonRef::as_document).map(|token| ResumeToken::new(token.to_owned())))
    }

    /// The server's time when it had read what this reply holds: nothing in it is newer. `None` from a server without one.
    ///
    /// # Errors
    /// The reply is not what the protocol says.
    pub(crate) fn operation_time(&self) -> Result<Option<Timestamp>, bson::error::Error> {
        Ok(RawDocument::from_bytes(&self.bytes)?.get("operationTime")?.and_then(RawBsonRef::as_timestamp))
    }

    fn cursor(&self) -> Result<Option<&RawDocument>, bson::error::Error> {
        let reply = RawDocument::from_bytes(&self.bytes)?;
        Ok(reply.get("cursor")?.and_then(RawBsonRef::as_document))
    }
}
