//! What the network is like between a client and a server.

use std::time::Duration;

use tokio::sync::watch;

/// The whole of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Weather {
    pub to_server: Stretch,
    pub to_client: Stretch,
    pub link: Link,
}

/// One direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Stretch {
    #[default]
    Clear,
    /// Each piece is so late.
    Slow(Duration),
    /// No more than so many bytes a second.
    Narrow(f64),
    /// Nothing arrives, and nobody is told; what was sent arrives when the stretch is another again.
    Lost,
}

/// Whether there are connections at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    #[default]
    Up,
    /// They end, and new ones end at once.
    Cut,
    /// The same, but as if the other side knew nothing of them.
    Reset,
}

/// Waits as long as a piece of this size takes.
pub(super) async fn pass(
    weather: &mut watch::Receiver<Weather>,
    direction: impl Fn(&Weather) -> Stretch,
    size_bytes: usize,
) {
    let found = weather.wait_for(|weather| direction(weather) != Stretch::Lost).await;
    // A proxy that is gone has no weather any more.
    let stretch = found.map(|weather| direction(&weather)).unwrap_or_default();
    match stretch {
        Stretch::Clear | Stretch::Lost => {}
        Stretch::Slow(delay) => tokio::time::sleep(delay).await,
        Stretch::Narrow(bytes_per_s) => {
            let seconds = f64::from(u32::try_from(size_bytes).unwrap_or(u32::MAX)) / bytes_per_s.max(1.0);
            tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
        }
    }
}
