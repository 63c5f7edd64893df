//! A server that is frozen, taken over from, and wakes up: it must not get another record into the topic.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::{PROGRESS_LIMIT, Scene, Torment};
use crate::naru::Naru;
use crate::wait::until;

/// A frozen owner is missed after its lease, 15 seconds, and a look or two.
const TAKEOVER_LIMIT: Duration = Duration::from_secs(60);

impl Scene {
    /// Freezes the server that runs the task until a second one has taken over, wakes it, and waits until it has let go. Then the
    /// second one goes, and the first has the task again.
    pub(super) async fn haunt(&mut self, torment: &Torment) -> Result<()> {
        let successor = Naru::start_beside(&torment.naru, &torment.services.kafka, "successor").await?;
        self.naru.signal("STOP")?;
        let frozen_at = Instant::now();
        let count = self.count().await?;
        until("another server has taken over", TAKEOVER_LIMIT, || async {
            Ok((successor.running_tasks().await? > 0 && self.count().await? > count).then_some(()))
        })
        .await?;
        println!("taken over {:.1} s after the freeze", frozen_at.elapsed().as_secs_f64());
        self.naru.signal("CONT")?;
        until("the one that was frozen has let go", PROGRESS_LIMIT, || async {
            Ok((self.naru.running_tasks().await? == 0).then_some(()))
        })
        .await?;
        successor.stop().await.context("The one that had taken over")
    }
}
