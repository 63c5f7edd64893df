//! How a run ends: what is in flight is waited for, what is durable is committed, the sink is let go of.

use tokio::time::{Instant, timeout, timeout_at};

use super::super::commits::Settled;
use super::super::{Coupling, Encode, Observer, OffsetStore, Sink};
use super::{Failure, Run};
use crate::error::{Error, ErrorKind};

impl<K, O, V, E> Run<'_, K, O, V, E>
where
    K: Sink,
    O: OffsetStore<Coupling = K::Coupling>,
    V: Observer,
    E: Encode,
{
    /// Waits for what is in flight where that makes sense, commits what is durable, and lets go of the sink.
    pub(super) async fn finish(mut self, end: Result<(), Failure>) -> Result<(), Error> {
        if let Err(Failure { error, .. }) = &end
            && error.kind() == ErrorKind::LeaseLost
        {
            return end.map_err(|failure| failure.error);
        }
        let drained = match &end {
            Err(failure) if !failure.is_sink_good => Ok(()),
            _ => self.drain().await,
        };
        let is_clean = drained.is_ok() && !matches!(&end, Err(failure) if !failure.is_sink_good);
        // Half a transaction is not committed: it never happened, and the next attempt reads its events again.
        let is_whole = is_clean && self.window.in_flight() == 0;
        let committed = if is_whole || !K::Coupling::IS_ATOMIC { self.commit_last().await } else { Ok(()) };
        if is_whole {
            self.sink.close().await;
        }
        end.and(drained).map_err(|failure| failure.error).and(committed)
    }

    async fn drain(&mut self) -> Result<(), Failure> {
        let deadline = Instant::now() + self.settings.drain_deadline;
        // A dead letter that was not sent yet is left to the next attempt, which meets its event again.
        while self.window.in_flight() > self.letters.len() {
            let Ok(deliveries) = timeout_at(deadline, self.sink.deliveries()).await else { break };
            self.settle(deliveries)?;
        }
        Ok(())
    }

    async fn commit_last(&mut self) -> Result<(), Error> {
        let deadline = self.settings.final_commit_deadline;
        let away = || Error::new(ErrorKind::StoreUnavailable, "The last position could not be committed in time");
        timeout(deadline, self.commit_rest()).await.unwrap_or_else(|_| Err(away()))
    }

    async fn commit_rest(&mut self) -> Result<(), Error> {
        if self.commits.is_running() {
            let result = self.commits.finished().await;
            self.after_commit(result).map_err(|failure| failure.error)?;
        }
        if self.commits.is_dirty() {
            self.commits.begin(&self.position, Instant::now());
            let result = self.commits.finished().await;
            match self.commits.settle(result, Instant::now())? {
                Settled::Committed { cluster_time, .. } => self.observer.committed(cluster_time),
                Settled::Away(error) => return Err(error),
                Settled::StillAway => {
                    return Err(Error::new(ErrorKind::StoreUnavailable, "The last position could not be committed"));
                }
            }
        }
        Ok(())
    }
}
