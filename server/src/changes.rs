//! Hears what Postgres announces: something about a connector changed, something happened, a log level was set everywhere.
//!
//! Wakes the supervisor, and tells whoever shows connectors live. An announcement may be lost (while the connection is down,
//! for one): everybody who listens here also looks by himself every few seconds.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgNotification};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};
use uuid::Uuid;

use crate::db::{CONNECTORS_CHANNEL, EVENTS_CHANNEL, LOGGERS_CHANNEL};
use crate::ids::ConnectorId;
use crate::service::loggers;
use crate::telemetry::LogLevels;
use crate::worker::WorkerHandle;

/// Announcements that a slow listener may be behind; then it is told that it missed some.
const BACKLOG: usize = 256;

/// Between attempts at a connection.
const RETRY_EVERY: Duration = Duration::from_secs(2);

/// Where connectors' changes can be heard; a cheap clone.
#[derive(Clone)]
pub(crate) struct Changes {
    sender: broadcast::Sender<ConnectorId>,
}

impl Changes {
    pub(crate) fn new() -> Self {
        Self { sender: broadcast::Sender::new(BACKLOG) }
    }

    /// Ids of connectors as something about them changes. `Lagged` means: look at all of them.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<ConnectorId> {
        self.sender.subscribe()
    }

    /// Listens until `shutdown`, over as many connections as it takes.
    pub(crate) async fn keep(self, pool: PgPool, worker: WorkerHandle, levels: LogLevels, shutdown: CancellationToken) {
        let listening = async {
            let mut is_deaf = false;
            loop {
                // Said once a silence: the supervisor tells of the outage itself.
                match self.listen(&pool, &worker, &levels, &mut is_deaf).await {
                    Ok(()) => debug!("announcements' connection was closed, listening anew"),
                    Err(error) if std::mem::replace(&mut is_deaf, true) => {
                        debug!(error = %error, "still cannot hear Postgres' announcements");
                    }
                    Err(error) => warn!(error = %error, "cannot hear Postgres' announcements, polling alone for now"),
                }
                tokio::time::sleep(RETRY_EVERY).await;
            }
        };
        // Dropping the listener closes its connection.
        shutdown.run_until_cancelled(listening).await;
    }

    async fn listen(
        &self,
        pool: &PgPool,
        worker: &WorkerHandle,
        levels: &LogLevels,
        is_deaf: &mut bool,
    ) -> Result<(), sqlx::Error> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen_all([CONNECTORS_CHANNEL, EVENTS_CHANNEL, LOGGERS_CHANNEL]).await?;
        *is_deaf = false;
        // Whatever was announced before is found by looking.
        worker.wake();
        while let Some(notification) = listener.try_recv().await? {
            self.hear(&notification, worker, levels);
        }
        Ok(())
    }

    fn hear(&self, notification: &PgNotification, worker: &WorkerHandle, levels: &LogLevels) {
        match notification.channel() {
            LOGGERS_CHANNEL => loggers::hear(levels, notification.payload()),
            channel => {
                if channel == CONNECTORS_CHANNEL {
                    worker.wake();
                }
                if let Ok(id) = Uuid::parse_str(notification.payload()) {
                    // Nobody listening is no fault.
                    let _ = self.sender.send(ConnectorId(id));
                }
            }
        }
    }
}
