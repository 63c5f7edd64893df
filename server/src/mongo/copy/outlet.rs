//! Where the readers of a copy put what they have read: straight before the pipeline, or beside the stream.

use connect::pipeline::{SourceBatch, SourceEvent};
use connect::position::Mark;

use super::super::beside::{BesideReaders, Item};
use super::super::read_ahead::{ReadAhead, Stopped};
use super::Outcome;

/// A cheap clone for each reader.
#[derive(Clone)]
pub(in super::super) enum Outlet {
    /// The copy comes before the stream.
    Pipeline(ReadAhead),
    /// The copy is made while the stream is followed.
    Beside(BesideReaders),
}

impl Outlet {
    /// Hands over a mark without a document, behind everything put in before.
    pub(super) async fn mark(&self, mark: Mark) -> Result<(), Stopped> {
        match self {
            Self::Pipeline(out) => {
                let events = vec![SourceEvent { document: None, mark }];
                out.send(SourceBatch { events, size_bytes: 0 }, None).await
            }
            Self::Beside(out) => out.put(Item::Mark(mark)).await,
        }
    }

    /// Resolves when the readers have been told to stop.
    pub(super) async fn stopped(&self) {
        match self {
            Self::Pipeline(out) => out.stopped().await,
            Self::Beside(out) => out.stopped().await,
        }
    }

    /// Tells the stream's reader, where there is one, that the copy has ended.
    pub(in super::super) async fn end(&self, outcome: Outcome) -> Outcome {
        match self {
            Self::Pipeline(_) => outcome,
            Self::Beside(out) => Ok(out.put(Item::Ended(outcome)).await),
        }
    }
}
