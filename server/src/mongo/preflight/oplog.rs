//! How far back the oplog goes: a connector that is away for longer loses its place.

use super::access::Grant;
use crate::mongo::discover::Explorer;
use crate::mongo::oplog::ask_oplog_window;
use crate::mongo::refusal::Refusal;
use crate::preflight::Finding;

/// Below this a weekend, or a night, without the connector may lose its place.
const COMFORTABLE_HOURS: f64 = 24.0;

/// Measures the time between the oplog's first and last entry. Nothing fails here: not knowing is only a pity.
pub(super) async fn measure(explorer: Explorer, is_sharded: bool, grant: Grant) -> (Finding, Option<()>) {
    if is_sharded {
        return (Finding::skipped("sharded"), Some(()));
    }
    let finding = match ask_oplog_window(explorer.client()).await.map_err(Refusal::from) {
        Ok(Some(window)) => judge(window.length_s()),
        Err(Refusal::NotAllowed) => {
            Finding::skipped("not-allowed").remedy("grant-oplog").command(grant.role("read", "local"))
        }
        Ok(None) | Err(_) => Finding::skipped("unknown"),
    };
    (finding, Some(()))
}

fn judge(window_s: u64) -> Finding {
    let hours = window_s as f64 / 3600.0;
    let finding = if hours < COMFORTABLE_HOURS {
        let command = "db.adminCommand({ replSetResizeOplog: 1, minRetentionHours: 48 })";
        Finding::warned("short").remedy("enlarge-oplog").command(command)
    } else {
        Finding::passed("measured")
    };
    finding.with("hours", format!("{hours:.1}"))
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
