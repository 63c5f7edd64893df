//! A source that yields what a test puts into it.

use tokio::sync::mpsc;

use super::Fuse;
use crate::error::Error;
use crate::pipeline::{Source, SourceBatch, SourceEvent};

/// The test's end: what the source will yield.
#[derive(Debug)]
pub struct SourceScript {
    batches: mpsc::UnboundedSender<Result<SourceBatch, Error>>,
}

impl SourceScript {
    /// One more batch.
    pub fn push(&self, events: Vec<SourceEvent>) {
        let size_bytes = events.iter().filter_map(|event| event.document.as_ref()).map(|d| d.size_bytes()).sum();
        let _ = self.batches.send(Ok(SourceBatch { events, size_bytes }));
    }

    /// The source fails here.
    pub fn fail(&self, error: Error) {
        let _ = self.batches.send(Err(error));
    }

    /// Returns once the pipeline has let go of the source.
    pub async fn dropped(&self) {
        self.batches.closed().await;
    }
}

/// The pipeline's end. It ends when the script is dropped.
#[derive(Debug)]
pub struct MemorySource {
    batches: mpsc::UnboundedReceiver<Result<SourceBatch, Error>>,
    fuse: Fuse,
}

impl MemorySource {
    /// A source and its script. Unbounded, because a test decides how much there is.
    pub fn scripted(fuse: Fuse) -> (SourceScript, Self) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (SourceScript { batches: sender }, Self { batches: receiver, fuse })
    }
}

impl Source for MemorySource {
    async fn next_batch(&mut self) -> Result<Option<SourceBatch>, Error> {
        let next = self.batches.recv().await;
        self.fuse.step_or_hang().await;
        next.transpose()
    }
}
