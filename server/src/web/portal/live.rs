//! The list of connectors, kept fresh while anybody looks: one reader of the database for all who look at the same time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{broadcast, watch};
use tracing::debug;

use crate::service;
use crate::service::overview::Summary;
use crate::service::principal::Principal;
use crate::state::AppState;

/// How often the list is read while nothing is announced: rates and lag move all the time.
const EVERY: Duration = Duration::from_secs(2);

/// Announcements come in bursts; the list is read once for those that arrive together.
const GATHERING: Duration = Duration::from_millis(250);

/// What viewers share.
#[derive(Default)]
pub(super) struct LiveConnectors {
    /// Of the reader that runs now, if one does.
    current: Mutex<Option<watch::Receiver<Arc<Vec<Summary>>>>>,
}

impl LiveConnectors {
    /// The list as it changes. Starts a reader if none runs; it ends soon after the last viewer has gone.
    pub(super) fn watch(&self, state: &AppState) -> watch::Receiver<Arc<Vec<Summary>>> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(receiver) = current.as_ref().filter(|receiver| receiver.has_changed().is_ok()) {
            return receiver.clone();
        }
        let (sender, receiver) = watch::channel(Arc::default());
        *current = Some(receiver.clone());
        tokio::spawn(keep_fresh(state.clone(), sender));
        receiver
    }
}

async fn keep_fresh(state: AppState, sender: watch::Sender<Arc<Vec<Summary>>>) {
    let mut changes = state.changes.subscribe();
    // The list keeps one receiver of its own, so one alone means that nobody looks.
    while sender.receiver_count() > 1 {
        match service::overview::list(&state, &Principal::Local).await {
            Ok(list) => {
                sender.send_replace(Arc::new(list));
            }
            Err(error) => debug!(error = &error as &dyn std::error::Error, "the live list could not be read"),
        }
        tokio::select! {
            () = state.shutdown.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
            () = announced(&mut changes) => tokio::time::sleep(GATHERING).await,
        }
        while !matches!(
            changes.try_recv(),
            Err(broadcast::error::TryRecvError::Empty | broadcast::error::TryRecvError::Closed)
        ) {}
    }
}

async fn announced(changes: &mut broadcast::Receiver<crate::ids::ConnectorId>) {
    if matches!(changes.recv().await, Err(broadcast::error::RecvError::Closed)) {
        std::future::pending::<()>().await;
    }
}
