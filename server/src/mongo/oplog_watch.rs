//! Looks at the oplog from time to time while a stream is read, so that people know how long it may stand still.

use std::sync::atomic::Ordering;
use std::time::Duration;

use mongodb::Client;
use tokio_util::sync::CancellationToken;

use super::oplog::read_oplog_window;
use crate::worker::progress::TaskProgress;

/// How often. The window changes slowly, and its newest end is about now.
const LOOK_INTERVAL: Duration = Duration::from_secs(30);

/// Tells the oplog's length until it is cancelled; where the oplog may not be read, there is nothing to tell. A look that is under
/// way ends by itself: it is bounded by the server's time limit.
pub(super) async fn watch_oplog(client: Client, progress: TaskProgress, cancel: CancellationToken) {
    loop {
        if let Some(window) = read_oplog_window(&client).await {
            progress.counters().oplog_window_s.store(window.length_s(), Ordering::Relaxed);
        }
        tokio::select! {
            () = cancel.cancelled() => return,
            () = tokio::time::sleep(LOOK_INTERVAL) => {}
        }
    }
}
