//! Looking into topics: pages of records from any starting point, and live tails.
//!
//! Called by `service::preview` for the portal. Reads with clients of its own, joins no group, commits nothing, and is bounded
//! in time, records and bytes whatever the topic holds. Must not know HTTP or what a page looks like; text, sizes and reasons
//! go out, words do not.
//!
//! One bound is not ours to set: librdkafka inflates a gzip batch whole, so a batch that was made to burst memory can. What
//! is fetched at once is kept small, and zstd is held to the size of one answer.

mod backward;
mod decode;
mod error;
mod merge;
mod page;
mod raw;
pub(crate) mod record;
pub(crate) mod request;
mod tail;
mod window;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures::Stream;
use tokio::sync::Semaphore;

pub(crate) use self::decode::whole as make_readable;
pub(crate) use self::error::Error;
use self::record::{Page, Record, TailEvent};
use self::request::{PageRequest, RecordRequest, TailRequest};
use self::tail::Tails;
use crate::blocking::blocking;
use crate::kafka::client::ClientSettings;

/// Pages read at the same time; each may hold some tens of megabytes.
const CONCURRENT_READS: usize = 6;

/// Reads the topics of one Kafka cluster. A cheap clone; clones share the bounds and the tails.
#[derive(Clone)]
pub(crate) struct Preview {
    settings: ClientSettings,
    slots: Arc<Semaphore>,
    tails: Tails,
}

impl Preview {
    /// A preview of the topics that `settings` leads to; nothing is contacted yet.
    pub(crate) fn new(settings: ClientSettings) -> Self {
        let tails = Tails::new(settings.clone());
        Self { settings, slots: Arc::new(Semaphore::new(CONCURRENT_READS)), tails }
    }

    /// A page of records. Dropping the future gives the reading up.
    ///
    /// # Errors
    /// [`Error::NoSuchTopic`], [`Error::NoSuchPartition`], and what Kafka says. Running out of time is no error: the page
    /// then says that it is not complete.
    pub(crate) async fn read(&self, request: PageRequest) -> Result<Page, Error> {
        self.bounded(move |settings, is_given_up| page::read(settings, &request, is_given_up)).await
    }

    /// One record, kept whole up to a much larger limit than in a page.
    ///
    /// # Errors
    /// [`Error::NoSuchRecord`] when nothing is at the offset (any more), else as [`Preview::read`].
    pub(crate) async fn read_one(&self, request: RecordRequest) -> Result<Record, Error> {
        self.bounded(move |settings, is_given_up| page::read_one(settings, &request, is_given_up)).await
    }

    /// Follows a topic: every record that arrives after this has returned is shown or counted as dropped. Readers are shared
    /// between viewers of a topic, and stop when the last viewer has gone.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many topics are followed already, else as [`Preview::read`].
    pub(crate) async fn tail(
        &self,
        request: TailRequest,
    ) -> Result<impl Stream<Item = TailEvent> + Send + use<>, Error> {
        self.tails.follow(request).await
    }

    async fn bounded<T: Send + 'static>(
        &self,
        read: impl FnOnce(&ClientSettings, &AtomicBool) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| Error::Internal)?;
        let settings = self.settings.clone();
        let given_up = GivenUp::default();
        let is_given_up = Arc::clone(&given_up.0);
        let outcome = blocking(move || {
            // Held by the reading itself: it may go on for a moment after the caller has left.
            let _slot = slot;
            read(&settings, &is_given_up)
        });
        outcome.await.ok_or(Error::Internal)?
    }
}

/// Tells a blocking reading that its caller has gone.
#[derive(Default)]
struct GivenUp(Arc<AtomicBool>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
