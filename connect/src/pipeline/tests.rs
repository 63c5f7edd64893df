#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod crash;
mod flow;
mod letters;
mod store;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use bson::{RawBson, RawDocumentBuf, rawdoc};
use bytes::Bytes;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::config::{ErrorTolerance, Tolerance};
use crate::position::{Mark, Namespace, NamespaceCopy, Phase, Position, ResumePoint, ResumeToken, Selection};
use crate::record::ProducerRecord;
use crate::testing::{Delivering, Fuse, MemorySink, MemorySource, MemoryStore, SinkHandle, SourceScript};
use crate::window::WindowLimits;

fn token(number: u64) -> ResumeToken {
    ResumeToken::new(rawdoc! { "_data": format!("82{number:016X}00") })
}

fn at(number: u64) -> Phase {
    Phase::Stream { resume: ResumePoint::event(token(number), None) }
}

fn streaming_from(number: u64) -> Position {
    Position { phase: at(number), selection: Selection::default() }
}

fn document(document: &RawDocumentBuf) -> Option<EventDocument> {
    Some(EventDocument::new(Bytes::copy_from_slice(document.as_bytes())))
}

/// The event of change `number`, whose record has the number as its key.
fn change(number: u64) -> SourceEvent {
    change_like(number, "plain")
}

/// `kind` is what becomes of it: `plain`, `poison` (conversion fails) or `silent` (no record).
fn change_like(number: u64, kind: &str) -> SourceEvent {
    let event = rawdoc! { "number": i64::try_from(number).unwrap(), "kind": kind };
    SourceEvent { document: document(&event), mark: Mark::Streamed(ResumePoint::event(token(number), None)) }
}

fn changes(numbers: impl IntoIterator<Item = u64>) -> Vec<SourceEvent> {
    numbers.into_iter().map(change).collect()
}

fn idle_token(number: u64) -> SourceEvent {
    SourceEvent { document: None, mark: Mark::Streamed(ResumePoint::post_batch(token(number))) }
}

fn encode(event: &EventDocument) -> Result<Option<ProducerRecord>, Error> {
    let event = event.raw()?;
    match event.get_str("kind").unwrap() {
        "poison" => Err(Error::new(ErrorKind::Conversion, "A document cannot be converted")),
        "silent" => Ok(None),
        kind => Ok(Some(ProducerRecord {
            topic: Arc::from(kind),
            key: Some(Bytes::from(event.get_i64("number").unwrap().to_string())),
            value: Some(Bytes::from_static(b"value")),
            headers: Vec::new(),
        })),
    }
}

#[derive(Default)]
struct Told {
    read: AtomicUsize,
    durable: AtomicUsize,
    silent: AtomicUsize,
    tolerated: Mutex<Vec<ErrorKind>>,
    set_aside: Mutex<Vec<ErrorKind>>,
    letters: AtomicU64,
    store: Mutex<Vec<&'static str>>,
}

impl Observer for Told {
    fn read(&self, events: usize) {
        self.read.fetch_add(events, Ordering::SeqCst);
    }

    fn durable(&self, records: u64, _bytes: u64) {
        self.durable.fetch_add(usize::try_from(records).unwrap(), Ordering::SeqCst);
    }

    fn skipped(&self, error: Option<&Error>) {
        match error {
            Some(error) => self.tolerated.lock().unwrap().push(error.kind()),
            None => {
                self.silent.fetch_add(1, Ordering::SeqCst);
            }
        }
    }

    fn set_aside(&self, error: &Error) {
        self.set_aside.lock().unwrap().push(error.kind());
    }

    fn dead_letters(&self, records: u64) {
        self.letters.fetch_add(records, Ordering::SeqCst);
    }

    fn store_away(&self, _error: &Error) {
        self.store.lock().unwrap().push("away");
    }

    fn store_back(&self) {
        self.store.lock().unwrap().push("back");
    }
}

/// A pipeline running in a task of its own, and the test's hands on its ports.
struct Bench {
    script: SourceScript,
    sink: SinkHandle,
    store: MemoryStore,
    told: Arc<Told>,
    cancel: CancellationToken,
    running: JoinHandle<Result<(), Error>>,
}

struct Setup {
    position: Position,
    capacity: usize,
    delivering: Delivering,
    settings: Settings,
    refused: Option<&'static str>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            position: streaming_from(0),
            capacity: usize::MAX,
            delivering: Delivering::ByHand,
            settings: Settings::default(),
            refused: None,
        }
    }
}

impl Setup {
    fn start(self) -> Bench {
        self.start_with(encode)
    }

    fn start_with(self, encode: impl Encode + 'static) -> Bench {
        let (script, source) = MemorySource::scripted(Fuse::never());
        let (handle, mut sink) = MemorySink::new(self.capacity, self.delivering, Fuse::never());
        if let Some(key) = self.refused {
            sink = sink.refusing(key);
        }
        let store = MemoryStore::new(Fuse::never());
        let (told, cancel) = (Arc::new(Told::default()), CancellationToken::new());
        let running = tokio::spawn({
            let (store, told, cancel) = (store.clone(), Arc::clone(&told), cancel.clone());
            async move {
                let ports = Ports { source, sink, store: &store, observer: &*told };
                run(ports, encode, self.position, self.settings, &cancel).await
            }
        });
        Bench { script, sink: handle, store, told, cancel, running }
    }
}

impl Bench {
    async fn stop(self) -> Result<(), Error> {
        self.cancel.cancel();
        self.running.await.unwrap()
    }

    /// Waits until so many records are queued in the sink.
    async fn queued(&self, count: usize) {
        self.sink.wait_for(|state| state.queued.len() == count).await;
    }

    async fn committed(&self, phase: Phase) {
        self.store.wait_for(|state| state.commits.last().is_some_and(|position| position.phase == phase)).await;
    }
}
