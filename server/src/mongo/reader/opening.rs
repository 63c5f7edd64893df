//! Opens a change stream at a point: with the rights and the release at hand, and past an event that is too large to come.

use connect::mongo::FragmentJoiner;
use connect::position::{Mark, ResumePoint};
use connect::{Error, ErrorKind};

use super::super::classify::{Phase, classify};
use super::super::oversize;
use super::super::reply::{Replies, Reply};
use super::super::resume::explain_loss;
use super::super::watch::Start;
use super::{OpenStream, StreamReader};
use crate::worker::progress::{Notice, TaskPhase};

impl StreamReader {
    /// Opens the stream after a point. Returns with it once the server has accepted the point. Not cancel safe.
    ///
    /// An event that the server cannot deliver is set aside: it is handed over as what is known of it, and the stream begins
    /// behind it.
    ///
    /// # Errors
    /// Classified; `PositionLost` says how much is missing where that can be told.
    pub(in super::super) async fn open(&mut self, place: ResumePoint) -> Result<OpenStream, Error> {
        let (mut place, mut found, mut batch_size) = (place, Vec::new(), self.batch_size);
        loop {
            match self.open_with_rights(&place, batch_size).await {
                Ok((replies, first)) => {
                    self.progress.set_phase(TaskPhase::Streaming);
                    let fragments = FragmentJoiner::default();
                    return Ok(OpenStream { replies, place, first, found, fragments, seen_until: None });
                }
                // Somewhere in the first answer: one by one, those before it come.
                Err(error) if error.kind() == ErrorKind::EventTooLarge && batch_size > 1 => batch_size = 1,
                Err(error) if error.kind() == ErrorKind::EventTooLarge => {
                    let event = oversize::identify(&self.client, &self.watch, &place, error).await?;
                    if let Mark::Streamed(point) = &event.mark {
                        place = point.clone();
                    }
                    found.push(event);
                    batch_size = self.batch_size;
                }
                Err(error) => return Err(explain_loss(&self.client, error, &place).await),
            }
        }
    }

    /// Narrows the watch where the user may not watch the whole database, and does without splitting where the server, whatever
    /// its release says, does not know it.
    async fn open_with_rights(
        &mut self,
        place: &ResumePoint,
        batch_size: u32,
    ) -> Result<(Replies, Option<Reply>), Error> {
        match self.open_at(place, batch_size).await {
            Err(error) if error.kind() == ErrorKind::SourcePermission => match self.watch.narrowed() {
                Some(narrowed) => {
                    self.watch = narrowed;
                    self.progress.tell(Notice::WatchingCollectionOnly);
                    self.open_at(place, batch_size).await
                }
                None => Err(error),
            },
            Err(error)
                if error.kind() == ErrorKind::SourceRefused
                    && self.watch.is_splitting()
                    && !self.watch.splits_itself() =>
            {
                self.watch.set_splitting(false);
                match self.open_at(place, batch_size).await {
                    Ok(opened) => Ok(opened),
                    Err(_) => {
                        self.watch.set_splitting(true);
                        Err(error)
                    }
                }
            }
            opened => opened,
        }
    }

    async fn open_at(&self, place: &ResumePoint, batch_size: u32) -> Result<(Replies, Option<Reply>), Error> {
        let doing = format!("Opening the change stream of {}", self.watch.name());
        let failed = |error: mongodb::error::Error| classify(&error, Phase::Open, &doing);
        let command = self.watch.command(Start::After(&place.token), batch_size);
        let database = self.watch.database();
        let mut replies =
            Replies::open(&self.client, database, command, batch_size, Some(self.await_time)).await.map_err(failed)?;
        let first = replies.next().await.map_err(failed)?;
        Ok((replies, first))
    }
}
