//! Signals: the first asks everything to stop, the second ends the process at once.

use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// Exit status after a second signal, as shells count it for an interrupted process.
const INTERRUPTED: i32 = 130;

/// A token that is cancelled by the first SIGINT or SIGTERM. A second signal exits without waiting for anything.
///
/// # Errors
/// The operating system refused to deliver signals.
pub fn on_signals() -> std::io::Result<CancellationToken> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let token = CancellationToken::new();
    let stop = token.clone();
    tokio::spawn(async move {
        let mut is_asked = false;
        loop {
            let name = tokio::select! {
                _ = interrupt.recv() => "SIGINT",
                _ = terminate.recv() => "SIGTERM",
            };
            if is_asked {
                warn!(signal = name, "second signal, exiting at once");
                #[expect(clippy::disallowed_methods, reason = "the operator asked twice: now and unclean")]
                std::process::exit(INTERRUPTED);
            }
            info!(signal = name, "stopping; a second signal exits at once");
            is_asked = true;
            stop.cancel();
        }
    });
    Ok(token)
}
