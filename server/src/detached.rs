//! Work that must run to its end even if nobody waits for it any longer.
//!
//! The MongoDB driver's futures must never be dropped half-way: its cursors and pools may be left inconsistent. Whoever wants
//! to wait only for so long spawns the work and gives up the waiting, not the work.

use std::future::Future;
use std::time::Duration;

use tracing::{Instrument as _, Span};

/// Runs `work` in a task of its own and waits at most `limit` for it; `None` when it takes longer (it goes on in the
/// background) or panics. The work must be bounded by itself.
pub(crate) async fn finish_within<T: Send + 'static>(
    limit: Duration,
    work: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    let task = tokio::spawn(work.instrument(Span::current()));
    tokio::time::timeout(limit, task).await.ok()?.ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn work_goes_on_after_the_waiting_has_ended() {
        let (release, released) = oneshot::channel::<()>();
        let (done, finished) = oneshot::channel::<()>();

        let outcome = finish_within(Duration::from_millis(1), async move {
            released.await.unwrap();
            done.send(()).unwrap();
        });

        assert_eq!(outcome.await, None);
        release.send(()).unwrap();
        finished.await.unwrap();
    }
}
