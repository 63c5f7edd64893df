//! How far back the oplog reaches: asked where the user may read it, and left open where not.

use std::time::Duration;

use bson::{Timestamp, doc};
use futures::TryStreamExt as _;
use mongodb::Client;
use mongodb::error::Error as DriverError;
use mongodb::options::FindOptions;

/// How long the server may look for one of the two ends.
const ASK_TIME: Duration = Duration::from_secs(3);

/// The oldest and the newest entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OplogWindow {
    /// Time of the oldest entry: a position before it is lost.
    pub(crate) first: Timestamp,
    /// Time of the newest entry.
    pub(crate) last: Timestamp,
}

impl OplogWindow {
    /// Seconds between the two.
    pub(crate) fn length_s(&self) -> u64 {
        u64::from(self.last.time.saturating_sub(self.first.time))
    }

    /// Minutes of changes that are missing between a position and the oldest entry, rounded up; `None` when none are.
    pub(crate) fn missing_minutes(&self, position: Timestamp) -> Option<u64> {
        let missing = u64::from(self.first.time.saturating_sub(position.time));
        ((self.first.time, self.first.increment) > (position.time, position.increment))
            .then(|| missing.div_ceil(60).max(1))
    }
}

/// Reads the window, or `None` where it cannot be read: no rights on `local`, a router of a sharded cluster, another product.
/// Not cancel safe.
pub(crate) async fn read_oplog_window(client: &Client) -> Option<OplogWindow> {
    // Whoever asks like this can do without the answer, and the reason is nearly always a missing right.
    ask_oplog_window(client).await.ok().flatten()
}

/// Reads the window, or `None` where there is no oplog to read. Not cancel safe.
///
/// # Errors
/// The driver's: most often a missing right on `local`.
pub(crate) async fn ask_oplog_window(client: &Client) -> Result<Option<OplogWindow>, DriverError> {
    let (first, last) = (end(client, 1).await?, end(client, -1).await?);
    Ok(first.zip(last).map(|(first, last)| OplogWindow { first, last }))
}

async fn end(client: &Client, direction: i32) -> Result<Option<Timestamp>, DriverError> {
    let options = FindOptions::builder()
        .sort(doc! { "$natural": direction })
        .projection(doc! { "ts": 1 })
        .limit(1)
        .batch_size(1)
        .max_time(ASK_TIME)
        .build();
    let oplog = client.database("local").collection::<bson::Document>("oplog.rs");
    let mut cursor = oplog.find(doc! {}).with_options(options).await?;
    Ok(cursor.try_next().await?.and_then(|entry| entry.get_timestamp("ts").ok()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: u32, increment: u32) -> Timestamp {
        Timestamp { time, increment }
    }

    #[test]
    fn says_how_many_minutes_are_missing() {
        let window = OplogWindow { first: at(1_000, 5), last: at(4_600, 1) };

        assert_eq!(window.length_s(), 3_600);
        assert_eq!(window.missing_minutes(at(1_000, 5)), None);
        assert_eq!(window.missing_minutes(at(2_000, 1)), None);
        assert_eq!(window.missing_minutes(at(1_000, 4)), Some(1));
        assert_eq!(window.missing_minutes(at(939, 1)), Some(2));
        assert_eq!(window.missing_minutes(at(400, 1)), Some(10));
    }
}
