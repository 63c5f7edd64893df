//! Tokens to start from, and what it means that one is lost.

use bson::Timestamp;
use connect::position::{ResumePoint, ResumeToken};
use connect::{Error, ErrorKind};
use mongodb::Client;

use super::classify::{Phase, classify};
use super::oplog::{OplogWindow, read_oplog_window};
use super::reply::Replies;
use super::watch::{Start, Watch};

/// Opens the stream without fetching an event, at a time or now, and takes the token in front of whatever comes first. Narrows
/// the watch where the user may not watch the whole database. Not cancel safe.
///
/// # Errors
/// Classified; `SourceUnsupported` when the server gives no token.
pub(super) async fn take_start_token(
    client: &Client,
    watch: &mut Watch,
    at: Option<Timestamp>,
) -> Result<ResumePoint, Error> {
    let start = at.map_or(Start::Now, Start::At);
    match read_start_token(client, watch, start).await {
        Err(error) if error.kind() == ErrorKind::SourcePermission => match watch.narrowed() {
            Some(narrowed) => {
                *watch = narrowed;
                read_start_token(client, watch, start).await
            }
            None => Err(error),
        },
        taken => taken,
    }
    .map(ResumePoint::post_batch)
}

async fn read_start_token(client: &Client, watch: &Watch, start: Start<'_>) -> Result<ResumeToken, Error> {
    let doing = format!("Opening the change stream of {}", watch.name());
    // No event is read, so none has to be split; older servers would refuse the stage.
    let mut plain = watch.clone();
    plain.set_splitting(false);
    let mut replies = Replies::open(client, plain.database(), plain.command(start, 0), 0, None)
        .await
        .map_err(|error| classify(&error, Phase::Open, &doing))?;
    let reply = replies.next().await.map_err(|error| classify(&error, Phase::Open, &doing))?;
    let token = reply.map(|reply| reply.post_batch_token()).transpose();
    match token.map_err(|error| classify(&error.into(), Phase::Open, &doing))?.flatten() {
        Some(token) => Ok(token),
        None => {
            let context = format!("{doing}: the server gives no resume token; MongoDB 4.0.7 or newer does");
            Err(Error::new(ErrorKind::SourceUnsupported, context))
        }
    }
}

/// Adds to a lost position's error how much is missing, where the oplog can be read. Other errors stay as they are. Not cancel
/// safe.
pub(super) async fn explain_loss(client: &Client, error: Error, position: &ResumePoint) -> Error {
    match (error.kind(), position.cluster_time) {
        (ErrorKind::PositionLost, Some(time)) => match read_oplog_window(client).await {
            Some(window) => lost(&window, time).unwrap_or(error),
            None => error,
        },
        _ => error,
    }
}

/// The error of a position that the oplog no longer reaches back to; `None` while it does.
pub(super) fn lost(window: &OplogWindow, position: Timestamp) -> Option<Error> {
    let minutes = window.missing_minutes(position)?;
    let at = |time: Timestamp| {
        chrono::DateTime::from_timestamp(i64::from(time.time), 0).map(|time| time.to_rfc3339()).unwrap_or_default()
    };
    let context = format!(
        "The position of {} is no longer in the oplog, which begins at {}: {minutes} minutes of changes are missing",
        at(position),
        at(window.first),
    );
    Some(Error::new(ErrorKind::PositionLost, context))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_position_says_how_much_is_missing() {
        let window = OplogWindow {
            first: Timestamp { time: 1_700_000_600, increment: 1 },
            last: Timestamp { time: 1_700_000_900, increment: 1 },
        };

        let error = lost(&window, Timestamp { time: 1_700_000_000, increment: 1 });

        assert_eq!(
            error.map(|error| error.context().to_owned()).as_deref(),
            Some(
                "The position of 2023-11-14T22:13:20+00:00 is no longer in the oplog, which begins at \
                 2023-11-14T22:23:20+00:00: 10 minutes of changes are missing"
            )
        );
        assert!(lost(&window, window.first).is_none());
    }
}
