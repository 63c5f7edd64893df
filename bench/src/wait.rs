//! Waiting for what others do.

use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// Between two looks at something that is awaited.
const INTERVAL: Duration = Duration::from_millis(50);

/// Looks again and again until there is something, or fails with `what` once the time is up. An error ends the wait.
pub(crate) async fn until<T, F>(what: &str, limit: Duration, mut look: impl FnMut() -> F) -> Result<T>
where
    F: Future<Output = Result<Option<T>>>,
{
    let deadline = Instant::now() + limit;
    loop {
        if let Some(found) = look().await? {
            return Ok(found);
        }
        if Instant::now() >= deadline {
            bail!("Not within {} s: {what}", limit.as_secs());
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Does what blocks a thread on a thread that may be blocked.
#[expect(clippy::disallowed_methods, reason = "this is the crate's blocking()")]
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await?
}
