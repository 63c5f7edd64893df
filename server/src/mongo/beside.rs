//! A copy that is made while the stream is followed: its chunks wait here until the stream has been published up to the time at
//! which they were read, and then stand between the changes.
//!
//! The copy's readers put chunks in ([`Outlet::Beside`](super::copy::Outlet)); the stream's reader, the only one that hands
//! events to the pipeline meanwhile, tells what the stream shows and publishes chunks between two replies. What becomes of each
//! document is decided by [`Interleave`].

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bson::{RawBson, Timestamp};
use connect::Error;
use connect::pipeline::{SourceBatch, SourceEvent};
use connect::position::{Mark, Namespace};
use connect::snapshot::{Chunk, Interleave, Verdict, touch_of};
use tokio::sync::mpsc;

use super::copy::RangeReader;
use super::read_ahead::{Expectation, ReadAhead, Room, Stopped};
use super::reader::send_in_batches;
use crate::worker::progress::{Notice, TaskProgress};

/// Chunks and marks on their way from the readers. What they weigh is bounded by the room that each chunk holds.
const WAITING_ITEMS: usize = 64;

/// A piece of the copy.
pub(super) enum Item {
    /// Documents, to be published once the stream has come far enough.
    Rows(Box<Rows>),
    /// A mark, to be published behind what was put in before it.
    Mark(Mark),
    /// The copy has ended: whether everything was copied, or why not.
    Ended(Result<Result<(), Stopped>, Error>),
}

/// The documents of a chunk.
pub(super) struct Rows {
    pub(super) chunk: Chunk,
    pub(super) namespace: Namespace,
    /// In `_id` order; each has a mark of its own.
    pub(super) events: Vec<SourceEvent>,
    /// The server's time when all of them had been read; `None` where the server does not tell.
    pub(super) high: Option<Timestamp>,
    pub(super) room: Room,
    /// Reads single documents of them again.
    pub(super) reader: RangeReader,
}

/// Shared by readers and stream; never held across a wait.
#[derive(Default)]
struct Shared {
    interleave: Interleave,
    /// Changes up to this time have been handed to the pipeline.
    covered: Option<Timestamp>,
}

/// The readers' end; a cheap clone each.
#[derive(Clone)]
pub(super) struct BesideReaders {
    shared: Arc<Mutex<Shared>>,
    items: mpsc::Sender<Item>,
    /// Room for chunks, apart from that for changes: chunks wait for changes, so they must never stand in their way.
    room: ReadAhead,
}

/// The stream's end.
pub(super) struct Beside {
    shared: Arc<Mutex<Shared>>,
    items: mpsc::Receiver<Item>,
    waiting: VecDeque<Item>,
    /// Of those, so many were there before the stream was last asked: only for them does its answer count.
    ready: usize,
    has_told_unproven: bool,
    max_batch_events: usize,
    progress: TaskProgress,
}

/// What follows when chunks have been published.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The copy goes on.
    GoOn,
    /// The copy has ended.
    Over,
    /// Nobody wants more.
    Stop,
}

/// Both ends. `room` bounds what waits.
pub(super) fn beside(room: ReadAhead, max_batch_events: usize, progress: TaskProgress) -> (BesideReaders, Beside) {
    let shared = Arc::<Mutex<Shared>>::default();
    let (sender, items) = mpsc::channel(WAITING_ITEMS);
    let readers = BesideReaders { shared: Arc::clone(&shared), items: sender, room };
    let waiting = VecDeque::new();
    (readers, Beside { shared, items, waiting, ready: 0, has_told_unproven: false, max_batch_events, progress })
}

impl BesideReaders {
    /// Opens a chunk, before its first document is read, and says which time the reading must not be older than.
    pub(super) fn open(&self) -> (Chunk, Option<Timestamp>) {
        let mut shared = lock(&self.shared);
        (shared.interleave.open(), shared.covered)
    }

    /// Gives a chunk up.
    pub(super) fn close(&self, chunk: Chunk) {
        lock(&self.shared).interleave.close(chunk);
    }

    /// Waits for room for the next chunk.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(super) async fn reserve(&self, expected: Expectation) -> Result<Room, Stopped> {
        self.room.reserve(expected).await
    }

    /// Puts a piece of the copy in.
    ///
    /// # Errors
    /// [`Stopped`].
    pub(super) async fn put(&self, item: Item) -> Result<(), Stopped> {
        self.items.send(item).await.map_err(|_| Stopped)
    }

    /// Resolves when the readers have been told to stop.
    pub(super) async fn stopped(&self) {
        tokio::select! {
            () = self.room.stopped() => {}
            () = self.items.closed() => {}
        }
    }
}

impl Beside {
    /// Takes what the readers have put in. To be called before the stream is asked for more.
    pub(super) fn collect(&mut self) {
        while let Ok(item) = self.items.try_recv() {
            self.waiting.push_back(item);
        }
        self.ready = self.waiting.len();
    }

    /// The stream shows these events, and nothing else up to `covered`. To be called before they are handed over.
    pub(super) fn see(&mut self, events: &[SourceEvent], covered: Option<Timestamp>) {
        let mut shared = lock(&self.shared);
        shared.covered = covered.or(shared.covered);
        if shared.interleave.is_idle() {
            return;
        }
        for document in events.iter().filter_map(|event| event.document.as_ref()) {
            if let Some(touch) = document.raw().ok().and_then(touch_of) {
                shared.interleave.touch(touch);
            }
        }
    }

    /// Publishes what may be published now. To be called after events have been handed over. Not cancel safe.
    ///
    /// # Errors
    /// Of the copy, or of reading documents again: then the same chunk is looked at once more when this is called again.
    pub(super) async fn publish(&mut self, out: &ReadAhead) -> Result<Next, Error> {
        while self.ready > 0 && self.is_front_ripe() {
            if let Some(Item::Rows(rows)) = self.waiting.front_mut() {
                judge(&self.shared, rows).await?;
            }
            self.ready -= 1;
            let sent = match self.waiting.pop_front() {
                Some(Item::Rows(rows)) => {
                    lock(&self.shared).interleave.close(rows.chunk);
                    send_in_batches(rows.events, self.max_batch_events, rows.room, out).await
                }
                Some(Item::Mark(mark)) => {
                    let events = vec![SourceEvent { document: None, mark }];
                    out.send(SourceBatch { events, size_bytes: 0 }, None).await
                }
                Some(Item::Ended(ended)) => {
                    return ended.map(|ended| if ended.is_ok() { Next::Over } else { Next::Stop });
                }
                None => return Ok(Next::GoOn),
            };
            if sent.is_err() {
                return Ok(Next::Stop);
            }
        }
        Ok(Next::GoOn)
    }

    fn is_front_ripe(&mut self) -> bool {
        let Some(Item::Rows(rows)) = self.waiting.front() else { return true };
        let covered = lock(&self.shared).covered;
        match (covered, rows.high) {
            (Some(covered), Some(high)) => (covered.time, covered.increment) >= (high.time, high.increment),
            // Without a time to compare, a document may stand before changes that it holds already, as in a copy made before the
            // stream. The changes follow, so the last state is right.
            _ => {
                if !std::mem::replace(&mut self.has_told_unproven, true) {
                    self.progress.tell(Notice::CopyWithoutWatermark);
                }
                true
            }
        }
    }
}

/// Takes out of a chunk what the stream has told, and reads again what it has told in part. The stream stands still meanwhile, so
/// that no change is published between such a reading and its documents. Marks stay: each document counts as copied.
async fn judge(shared: &Mutex<Shared>, rows: &mut Rows) -> Result<(), Error> {
    let (mut again, mut again_at) = (Vec::new(), Vec::new());
    let covered = {
        let shared = lock(shared);
        for (at, event) in rows.events.iter_mut().enumerate() {
            let Mark::Copied { id: Some(id), .. } = &event.mark else { continue };
            match shared.interleave.judge(rows.chunk, &rows.namespace, id.as_raw_bson_ref()) {
                Verdict::Publish => {}
                Verdict::LeaveOut => event.document = None,
                Verdict::ReadAgain => {
                    again.push(id.clone());
                    again_at.push(at);
                }
            }
        }
        shared.covered
    };
    if again.is_empty() {
        return Ok(());
    }
    let mut read = rows.reader.read_again(&again, covered).await?;
    for (at, id) in again_at.into_iter().zip(again) {
        let found = read.iter().position(|event| id_of(event) == Some(&id)).map(|found| read.swap_remove(found));
        if let Some(event) = rows.events.get_mut(at) {
            // Gone meanwhile: the stream will tell.
            event.document = found.and_then(|event| event.document);
        }
    }
    Ok(())
}

fn id_of(event: &SourceEvent) -> Option<&RawBson> {
    match &event.mark {
        Mark::Copied { id, .. } => id.as_ref(),
        _ => None,
    }
}

/// What is inside holds together between any two statements.
fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
