//! Between readers and pipeline: a channel of batches, bounded in bytes and documents over all readers of a task.
//!
//! A reader reserves room before it fetches, as much as its last reply needed, so that the memory is bounded without knowing the
//! next reply's size. The room is free again when the pipeline asks for the next batch.

use std::sync::Arc;

use connect::pipeline::SourceBatch;
use connect::{Error, ErrorKind};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;

/// Bytes of replies read and not yet taken over by the pipeline. A server's reply has 16 MB at most, so one may be on its way
/// while another is worked on.
const READ_AHEAD_BYTES: usize = 32 * 1024 * 1024;

/// Batches in the channel. Bytes are the real bound; this one keeps many tiny batches from adding up.
const READ_AHEAD_BATCHES: usize = 256;

/// What the byte budget counts in, so that it fits a semaphore.
const UNIT_BYTES: usize = 1024;

/// First reservation of a reader that has not read anything yet.
const FIRST_REPLY_BYTES: usize = 1024 * 1024;

/// The readers' end; a cheap clone each.
#[derive(Debug, Clone)]
pub(super) struct ReadAhead {
    batches: mpsc::Sender<Result<Loaded, Error>>,
    bytes: Arc<Semaphore>,
    documents: Option<DocumentBudget>,
    cancel: CancellationToken,
}

/// How many documents may be read and not yet taken over by the pipeline.
#[derive(Debug, Clone)]
struct DocumentBudget {
    free: Arc<Semaphore>,
    /// The whole of it: who asked for more would wait for ever.
    whole: u32,
}

/// The pipeline's end.
#[derive(Debug)]
pub(super) struct Batches {
    batches: mpsc::Receiver<Result<Loaded, Error>>,
    cancel: CancellationToken,
    /// Room of the batch that the pipeline is working on.
    current: Option<Room>,
}

#[derive(Debug)]
struct Loaded {
    batch: SourceBatch,
    room: Option<Room>,
}

/// Room that was reserved for a reply. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Room {
    bytes: OwnedSemaphorePermit,
    documents: Option<OwnedSemaphorePermit>,
}

/// Nobody wants more: the task is being stopped, or the pipeline has gone.
#[derive(Debug)]
pub(super) struct Stopped;

/// Both ends. `max_documents` bounds the documents besides the bytes; `cancel` stops the readers.
pub(super) fn read_ahead(max_documents: Option<usize>, cancel: CancellationToken) -> (ReadAhead, Batches) {
    let (sender, receiver) = mpsc::channel(READ_AHEAD_BATCHES);
    let bytes = Arc::new(Semaphore::new(READ_AHEAD_BYTES / UNIT_BYTES));
    let documents = max_documents.map(DocumentBudget::new);
    let readers = ReadAhead { batches: sender, bytes, documents, cancel: cancel.clone() };
    (readers, Batches { batches: receiver, cancel, current: None })
}

/// How much room the next reply of one cursor will probably need.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expectation {
    size_bytes: usize,
    documents: u32,
}

impl Expectation {
    /// For a cursor that answers with `documents` documents at most.
    pub(super) fn new(documents: u32) -> Self {
        Self { size_bytes: FIRST_REPLY_BYTES, documents }
    }

    /// The next reply has so many documents at most.
    pub(super) fn set_documents(&mut self, documents: u32) {
        self.documents = documents;
    }

    /// Learns from a reply: quickly upwards, slowly downwards, so that one small reply does not open the door to a large one.
    pub(super) fn learn(&mut self, size_bytes: usize) {
        self.size_bytes = size_bytes.max(self.size_bytes / 2);
    }
}

impl ReadAhead {
    /// The same channel with room of its own, for what must not stand in the way of the rest.
    pub(super) fn with_room_of_its_own(&self, max_documents: usize) -> Self {
        Self {
            bytes: Arc::new(Semaphore::new(READ_AHEAD_BYTES / UNIT_BYTES)),
            documents: Some(DocumentBudget::new(max_documents)),
            ..self.clone()
        }
    }

    /// Waits for room for the next reply.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(super) async fn reserve(&self, expected: Expectation) -> Result<Room, Stopped> {
        let reserved = async {
            let bytes = Arc::clone(&self.bytes).acquire_many_owned(units(expected.size_bytes)).await.ok()?;
            let documents = match &self.documents {
                Some(budget) => Some(budget.reserve(expected.documents).await?),
                None => None,
            };
            Some(Room { bytes, documents })
        };
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Stopped),
            () = self.batches.closed() => Err(Stopped),
            room = reserved => room.ok_or(Stopped),
        }
    }

    /// Hands a batch over, with the room of the reply it is (the end of).
    ///
    /// # Errors
    /// [`Stopped`].
    pub(super) async fn send(&self, batch: SourceBatch, room: Option<Room>) -> Result<(), Stopped> {
        self.put(Ok(Loaded { batch, room })).await
    }

    /// Ends the source with an error.
    pub(super) async fn fail(&self, error: Error) {
        // A pipeline that has gone needs no error any more.
        let _ = self.put(Err(error)).await;
    }

    /// Resolves when the readers have been told to stop.
    pub(super) async fn stopped(&self) {
        tokio::select! {
            () = self.cancel.cancelled() => {}
            () = self.batches.closed() => {}
        }
    }

    async fn put(&self, item: Result<Loaded, Error>) -> Result<(), Stopped> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(Stopped),
            sent = self.batches.send(item) => sent.map_err(|_| Stopped),
        }
    }
}

impl DocumentBudget {
    fn new(max_documents: usize) -> Self {
        let whole = u32::try_from(max_documents.clamp(1, Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        Self { free: Arc::new(Semaphore::new(whole as usize)), whole }
    }

    /// A reply of more documents than the whole budget passes alone, as one of more bytes does.
    async fn reserve(&self, documents: u32) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.free).acquire_many_owned(documents.min(self.whole)).await.ok()
    }
}

impl Room {
    /// Keeps what a reply of this size needs and gives the rest back; what is missing is taken if it is free.
    pub(super) fn fit(&mut self, size_bytes: usize, documents: usize) {
        let (reserved, needed) = (self.bytes.num_permits(), units(size_bytes) as usize);
        if needed < reserved {
            drop(self.bytes.split(reserved - needed));
        } else if let Ok(missing) = u32::try_from(needed - reserved)
            && let Ok(more) = Arc::clone(self.bytes.semaphore()).try_acquire_many_owned(missing)
        {
            self.bytes.merge(more);
        }
        if let Some(reserved) = &mut self.documents {
            let surplus = reserved.num_permits().saturating_sub(documents);
            drop(reserved.split(surplus));
        }
    }
}

impl Batches {
    /// The next batch; `None` after the readers were told to stop. Cancel safe.
    ///
    /// # Errors
    /// What ended the readers; `Internal` when they ended without a word.
    pub(super) async fn next(&mut self) -> Result<Option<SourceBatch>, Error> {
        self.current = None;
        match self.batches.recv().await {
            Some(Ok(loaded)) => {
                self.current = loaded.room;
                Ok(Some(loaded.batch))
            }
            Some(Err(error)) => Err(error),
            None if self.cancel.is_cancelled() => Ok(None),
            None => Err(Error::new(ErrorKind::Internal, "The reader of MongoDB ended without a reason")),
        }
    }
}

fn units(size_bytes: usize) -> u32 {
    let units = size_bytes.div_ceil(UNIT_BYTES).clamp(1, READ_AHEAD_BYTES / UNIT_BYTES);
    u32::try_from(units).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::time::Duration;

    use super::*;

    fn ends(max_documents: Option<usize>) -> (ReadAhead, Batches) {
        read_ahead(max_documents, CancellationToken::new())
    }

    fn large() -> Expectation {
        let mut expected = Expectation::new(1);
        expected.learn(READ_AHEAD_BYTES);
        expected
    }

    #[tokio::test]
    async fn readers_wait_until_the_pipeline_has_taken_the_batch_over() {
        let (readers, mut batches) = ends(None);
        let room = readers.reserve(large()).await.unwrap();
        readers.send(SourceBatch::default(), Some(room)).await.unwrap();
        let waiting = tokio::spawn({
            let readers = readers.clone();
            async move { readers.reserve(large()).await.is_ok() }
        });

        assert!(batches.next().await.unwrap().is_some());
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished(), "the pipeline still works on the first batch");
        let next = tokio::spawn(async move { batches.next().await.is_ok() });

        assert!(waiting.await.unwrap());
        drop(readers);
        assert!(!next.await.unwrap(), "readers that end without a word are a fault");
    }

    #[tokio::test]
    async fn a_reply_larger_than_the_whole_budget_passes_alone() {
        let (readers, _batches) = ends(None);
        let mut expected = Expectation::new(1);
        expected.learn(2 * READ_AHEAD_BYTES);

        assert!(readers.reserve(expected).await.is_ok());
    }

    #[tokio::test]
    async fn a_reply_of_more_documents_than_the_whole_budget_passes_alone() {
        let (readers, _batches) = ends(Some(3));

        let room = tokio::time::timeout(Duration::from_secs(10), readers.reserve(Expectation::new(1000))).await;

        assert!(room.is_ok_and(|room| room.is_ok()), "a small queue of the copy must not hold up the stream behind it");
    }

    #[tokio::test]
    async fn room_that_is_not_needed_is_given_back() {
        let (readers, _batches) = ends(Some(10));
        let mut room = readers.reserve(Expectation::new(10)).await.unwrap();

        room.fit(1, 3);

        assert_eq!(readers.documents.as_ref().unwrap().free.available_permits(), 7);
        assert_eq!(readers.bytes.available_permits(), READ_AHEAD_BYTES / UNIT_BYTES - 1);
        room.fit(10 * UNIT_BYTES, 3);
        assert_eq!(readers.bytes.available_permits(), READ_AHEAD_BYTES / UNIT_BYTES - 10);
    }

    #[tokio::test]
    async fn a_stopped_reader_neither_waits_nor_sends() {
        let (readers, mut batches) = ends(None);
        let _all = readers.reserve(large()).await.unwrap();
        readers.cancel.cancel();

        assert!(readers.reserve(large()).await.is_err());
        assert!(readers.send(SourceBatch::default(), None).await.is_err());
        drop(readers);
        assert!(batches.next().await.unwrap().is_none());
    }

    #[tokio::test]
    async fn an_error_reaches_the_pipeline() {
        let (readers, mut batches) = ends(None);

        readers.fail(Error::new(ErrorKind::SourceUnavailable, "MongoDB is away")).await;

        assert_eq!(batches.next().await.unwrap_err().kind(), ErrorKind::SourceUnavailable);
    }
}
