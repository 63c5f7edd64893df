//! The one door to blocking calls (librdkafka's metadata, flush and transactions): they run on tokio's blocking threads,
//! inside the caller's span.

/// Runs `work` on a blocking thread and waits for it. A panic inside becomes `None`, and the caller decides what that means.
#[expect(clippy::disallowed_methods, reason = "this is the one door")]
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work)).await.ok()
}
