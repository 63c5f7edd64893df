//! Waiting for what has no notification to wait for: asked again and again until a deadline.

use std::fmt::Debug;
use std::future::Future;
use std::time::{Duration, Instant};

/// Between two questions.
const ASK_EVERY: Duration = Duration::from_millis(50);

/// Asks until the answer is `Ok`, and returns what it holds.
///
/// # Panics
/// At the deadline, with the last answer.
pub(crate) async fn eventually<T, E: Debug, Asked>(deadline: Duration, mut ask: impl FnMut() -> Asked) -> T
where
    Asked: Future<Output = Result<T, E>>,
{
    let began = Instant::now();
    loop {
        match ask().await {
            Ok(value) => return value,
            Err(last) if began.elapsed() >= deadline => panic!("not within {deadline:?}: {last:#?}"),
            Err(_) => tokio::time::sleep(ASK_EVERY).await,
        }
    }
}
