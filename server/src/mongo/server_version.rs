//! Which release a server is: what it can do follows from that.

use bson::{Bson, doc};
use connect::Error;
use mongodb::Client;

use super::classify::{Phase, classify, is_passing};

/// A release, by its first three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ServerVersion(pub(super) [i32; 3]);

impl ServerVersion {
    /// `$changeStreamSplitLargeEvent` exists: from 7.0 on, and in 6.0 from 6.0.9 on.
    pub(super) fn can_split_events(self) -> bool {
        let Self([major, minor, patch]) = self;
        major >= 7 || (major == 6 && minor == 0 && patch >= 9)
    }
}

/// Asks a server for its release; `None` where it does not tell. Not cancel safe.
///
/// # Errors
/// What passes by itself: then nothing is known, and it is better to ask again than to guess.
pub(super) async fn ask_version(client: &Client) -> Result<Option<ServerVersion>, Error> {
    let answer = client.database("admin").run_command(doc! { "buildInfo": 1 }).await;
    match answer.map_err(|error| classify(&error, Phase::Ask, "Asking MongoDB for its release")) {
        Ok(answer) => {
            let numbers: Vec<i32> =
                answer.get_array("versionArray").into_iter().flatten().filter_map(Bson::as_i32).take(3).collect();
            Ok(numbers.try_into().ok().map(ServerVersion))
        }
        Err(error) if is_passing(&error) => Err(error),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_decides_whether_events_can_be_split() {
        for (numbers, can_split) in [
            ([5, 0, 31], false),
            ([6, 0, 8], false),
            ([6, 0, 9], true),
            ([6, 3, 1], false),
            ([7, 0, 0], true),
            ([8, 2, 1], true),
        ] {
            assert_eq!(ServerVersion(numbers).can_split_events(), can_split, "{numbers:?}");
        }
    }
}
