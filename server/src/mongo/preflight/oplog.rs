//! How far back the oplog goes: a connector that is away for longer loses its place.

use std::time::Duration;

use bson::{RawDocumentBuf, Timestamp, doc};
use futures::TryStreamExt as _;

use super::access::Grant;
use crate::mongo::discover::Explorer;
use crate::mongo::refusal::Refusal;
use crate::preflight::Finding;

/// Below this a weekend, or a night, without the connector may lose its place.
const COMFORTABLE_HOURS: f64 = 24.0;

/// How long the server may look for an entry.
const COMMAND_TIME: Duration = Duration::from_secs(3);

/// Measures the time between the oplog's first and last entry. Nothing fails here: not knowing is only a pity.
pub(super) async fn measure(explorer: Explorer, is_sharded: bool, grant: Grant) -> (Finding, Option<()>) {
    if is_sharded {
        return (Finding::skipped("sharded"), Some(()));
    }
    let window_s = async {
        let first = edge(&explorer, 1).await?;
        let last = edge(&explorer, -1).await?;
        Ok::<_, Refusal>(first.zip(last).map(|(first, last)| last.time.saturating_sub(first.time)))
    };
    let finding = match window_s.await {
        Ok(Some(window_s)) => judge(window_s),
        Ok(None) | Err(Refusal::Missing) => Finding::skipped("unknown"),
        Err(Refusal::NotAllowed) => {
            Finding::skipped("not-allowed").remedy("grant-oplog").command(grant.role("read", "local"))
        }
        Err(_) => Finding::skipped("unknown"),
    };
    (finding, Some(()))
}

fn judge(window_s: u32) -> Finding {
    let hours = f64::from(window_s) / 3600.0;
    let finding = if hours < COMFORTABLE_HOURS {
        // In megabytes, the smallest the server accepts for a resize.
        let command = "db.adminCommand({ replSetResizeOplog: 1, minRetentionHours: 48 })";
        Finding::warned("short").remedy("enlarge-oplog").command(command)
    } else {
        Finding::passed("measured")
    };
    finding.with("hours", format!("{hours:.1}"))
}

/// The time of the oplog's first (1) or last (-1) entry.
async fn edge(explorer: &Explorer, direction: i32) -> Result<Option<Timestamp>, Refusal> {
    let oplog = explorer.client().database("local").collection::<RawDocumentBuf>("oplog.rs");
    let found = oplog.find(doc! {}).sort(doc! { "$natural": direction }).projection(doc! { "ts": 1 });
    let entry: Option<RawDocumentBuf> = found.limit(1).max_time(COMMAND_TIME).await?.try_next().await?;
    Ok(entry.and_then(|entry| entry.get_timestamp(bson::raw::cstr!("ts")).ok()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preflight::Verdict;

    #[test]
    fn a_day_is_comfortable_and_less_is_told() {
        let day = judge(24 * 3600);
        let short = judge(5 * 3600 + 1800);

        assert_eq!((day.verdict, day.params), (Verdict::Passed, vec![("hours", "24.0".to_owned())]));
        assert_eq!((short.verdict, short.params), (Verdict::Warned, vec![("hours", "5.5".to_owned())]));
    }
}
