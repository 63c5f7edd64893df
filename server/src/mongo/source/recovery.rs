//! What is done about a position that MongoDB cannot resume any more: `naru.on.lost.position`.
//!
//! Whatever is done is told in the connector's history, and the new position is committed before anything is read from it. Two
//! recoveries without an event in between are one too many: then the cause is another, and a person has to look.

use connect::config::{CopyConfig, LostPositionPolicy, StartupMode};
use connect::position::{NamespaceCopy, Phase, Position, ResumePoint, Selection};
use connect::{Error, ErrorKind};

use super::{Opening, Prepared};
use crate::mongo::oplog::read_oplog_window;
use crate::mongo::resume::lost;
use crate::worker::progress::Notice;

/// Recoveries in a row, without an event in between.
const MAX_RECOVERIES: u32 = 2;

impl Opening {
    /// Opens the stream, or does what the policy says where that place is lost.
    pub(super) async fn stream_or_recover(self, selection: Selection, place: ResumePoint) -> Result<Prepared, Error> {
        let is_recovering = self.policy() != LostPositionPolicy::Stop;
        if is_recovering && place.recovery.is_lost {
            let error = Error::new(ErrorKind::PositionLost, "MongoDB ended the change stream: it cannot be resumed");
            return self.recover(selection, &place, error).await;
        }
        let mut reader = self.reader()?;
        match reader.open(place.clone()).await {
            Ok(stream) => Ok(self.streaming(selection, place, reader, stream)),
            Err(error) if is_recovering && error.kind() == ErrorKind::PositionLost => {
                self.recover(selection, &place, error).await
            }
            Err(error) => Err(error),
        }
    }

    /// Goes on with a copy, unless the changes made since it began are lost already.
    pub(super) async fn go_on_copying(
        mut self,
        selection: Selection,
        start: ResumePoint,
        config: CopyConfig,
        namespaces: Vec<NamespaceCopy>,
    ) -> Result<Prepared, Error> {
        let Some(error) = self.loss_of(&start).await else { return self.copy(selection, start, config, namespaces) };
        match self.policy() {
            LostPositionPolicy::Recopy => self.recover(selection, &start, error).await,
            LostPositionPolicy::Skip => {
                let start = self.skip(&start, &error).await?;
                self.copy(selection, start, config, namespaces)
            }
            // Copying on would be in vain, and there is no time to go on from.
            LostPositionPolicy::Stop | LostPositionPolicy::ResumeByTime => Err(error),
        }
    }

    async fn loss_of(&self, start: &ResumePoint) -> Option<Error> {
        if start.recovery.is_lost && self.policy() != LostPositionPolicy::Stop {
            return Some(Error::new(ErrorKind::PositionLost, "MongoDB ended the change stream: it cannot be resumed"));
        }
        let time = start.cluster_time?;
        lost(&read_oplog_window(&self.client).await?, time)
    }

    async fn recover(mut self, selection: Selection, place: &ResumePoint, error: Error) -> Result<Prepared, Error> {
        match self.policy() {
            LostPositionPolicy::Stop => Err(error),
            LostPositionPolicy::ResumeByTime => {
                let place = self.resume_by_time(place, error).await?;
                self.stream(selection, place).await
            }
            LostPositionPolicy::Skip => {
                let place = self.skip(place, &error).await?;
                self.stream(selection, place).await
            }
            LostPositionPolicy::Recopy => {
                let count = self.next_count(place, &error)?;
                let mut start = self.start_token(None).await?;
                start.recovery.count = count;
                self.progress.tell(Notice::CopiesAfterLoss { from: place.cluster_time });
                let config = copy_config(&self.config.startup);
                self.copy_all(selection, start, config).await
            }
        }
    }

    /// The oplog may well have the changes although the token is of no use: then nothing is lost and nothing comes twice.
    async fn resume_by_time(&mut self, place: &ResumePoint, error: Error) -> Result<ResumePoint, Error> {
        let count = self.next_count(place, &error)?;
        let Some(time) = place.cluster_time else {
            let context = format!("{}; it holds no time to go on from", error.context());
            return Err(Error::caused(ErrorKind::PositionLost, context, error));
        };
        let mut resumed = self.start_token(Some(time)).await.map_err(|refused| match refused.kind() {
            ErrorKind::PositionLost => {
                let context = format!("{}; the oplog does not reach back to its time either", error.context());
                Error::caused(ErrorKind::PositionLost, context, refused)
            }
            _ => refused,
        })?;
        resumed.recovery.covered = Some(place.published().clone());
        resumed.recovery.count = count;
        self.progress.tell(Notice::ResumedAfterLoss { from: Some(time) });
        Ok(resumed)
    }

    async fn skip(&mut self, place: &ResumePoint, error: &Error) -> Result<ResumePoint, Error> {
        let count = self.next_count(place, error)?;
        let mut now = self.start_token(None).await?;
        now.recovery.count = count;
        self.progress.tell(Notice::ChangesSkipped { from: place.cluster_time, to: now.cluster_time });
        Ok(now)
    }

    /// How many recoveries this one makes in a row.
    fn next_count(&self, place: &ResumePoint, error: &Error) -> Result<u32, Error> {
        if place.recovery.count < MAX_RECOVERIES {
            return Ok(place.recovery.count + 1);
        }
        let context = format!(
            "{}. naru.on.lost.position={} has been applied {MAX_RECOVERIES} times in a row, and no event came through",
            error.context(),
            self.policy().as_str(),
        );
        Err(Error::new(ErrorKind::PositionLost, context))
    }

    fn policy(&self) -> LostPositionPolicy {
        self.config.stream.on_lost_position
    }

    /// What `startup.mode` means for a stored position: a copy that a loss has begun goes on, whatever the mode is.
    pub(super) fn startup_after(&self, stored: Option<&Position>) -> StartupMode {
        let is_recopying = stored
            .is_some_and(|position| matches!(&position.phase, Phase::Copy { start, .. } if start.recovery.count > 0));
        if is_recopying && self.policy() == LostPositionPolicy::Recopy {
            return StartupMode::CopyExisting(copy_config(&self.config.startup));
        }
        self.config.startup.clone()
    }
}

/// The copy as configured, or of everything where none is.
fn copy_config(startup: &StartupMode) -> CopyConfig {
    match startup {
        StartupMode::CopyExisting(copy) => copy.clone(),
        StartupMode::Latest | StartupMode::Timestamp(_) => CopyConfig {
            max_threads: std::thread::available_parallelism().map_or(1, usize::from),
            ..CopyConfig::default()
        },
    }
}

/// A loss in the midst of reading becomes a failure that passes, where something can be done about it when the source is opened
/// again.
pub(super) fn passing(error: Error, policy: LostPositionPolicy) -> Error {
    if error.kind() != ErrorKind::PositionLost || policy == LostPositionPolicy::Stop {
        return error;
    }
    let context = format!("{}; opening again as naru.on.lost.position={} says", error.context(), policy.as_str());
    Error::caused(ErrorKind::SourceUnavailable, context, error)
}
