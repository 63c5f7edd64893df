//! One word about a connector, made of everything that is known of it. As data: two languages say it.
//!
//! Pure. Never [`Verdict::Healthy`] without an open change stream.

use chrono::{DateTime, Utc};
use connect::error::{Directive, ErrorKind, policy};
use connect::lifecycle::{DesiredState, ObservedState};

use crate::db::progress::CopySum;
use crate::db::status::{Gauges, StoredError, StoredTask};

/// A stream that is later than this is behind.
const BEHIND_AFTER_MS: i64 = 30_000;

/// How a connector is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// No worker has taken it yet.
    Waiting,
    /// Connecting, reading its position, opening the stream.
    Starting,
    /// Following changes, up to date.
    Healthy,
    /// Copying what exists.
    Copying {
        /// Of the estimate, 0 to 100; `None` while there is no estimate.
        percent: Option<u8>,
        /// At the present rate.
        remaining_s: Option<u64>,
    },
    /// Following changes, but late.
    Behind {
        /// By how much.
        lag_ms: u64,
    },
    /// A fault that passes by itself; it will be tried again.
    Retrying {
        /// Which attempt comes next, or is under way.
        attempt: u32,
        /// In how many seconds, where it waits.
        next_in_s: Option<u64>,
        /// What went wrong.
        error: StoredError,
    },
    /// A person has to change something.
    NeedsYou(StoredError),
    /// Changes are missing, and only a person may accept that.
    Gap(StoredError),
    /// Nothing is read; the task keeps its place.
    Paused,
    /// No task exists.
    Stopped,
}

/// How long nothing has to be read before the committed position leaves the oplog: what the oplog held when it was last looked at,
/// less the age of the position. `None` while either is not known.
pub(crate) fn headroom_s(gauges: &Gauges, now: DateTime<Utc>) -> Option<u64> {
    let age_s = (now.timestamp_millis() - gauges.committed_token_time_ms?) / 1_000;
    u64::try_from((gauges.oplog_window_s? - age_s.max(0)).max(0)).ok()
}

/// How late a task is: 0 when nothing is outstanding, `None` before anything was committed.
///
/// An idle stream is read up to the present while its token is committed only now and then: with nothing on its way to Kafka,
/// what lies between the two is time in which nothing happened.
pub(crate) fn lag_ms(gauges: &Gauges, now: DateTime<Utc>) -> Option<u64> {
    let now_ms = now.timestamp_millis();
    let committed = gauges.committed_token_time_ms.or(gauges.last_event_time_ms)?;
    let is_nothing_left = |read: i64| read <= committed || now_ms.saturating_sub(read) <= BEHIND_AFTER_MS;
    if gauges.in_flight == 0 && gauges.read_token_time_ms.is_none_or(is_nothing_left) {
        return Some(0);
    }
    u64::try_from(now_ms - committed).ok().or(Some(0))
}

/// Judges a connector by its first task, which for a source is its only one.
pub(crate) fn judge(
    desired: DesiredState,
    task: Option<&StoredTask>,
    copy: Option<&CopySum>,
    now: DateTime<Utc>,
) -> Verdict {
    match (desired, task) {
        (DesiredState::Stopped, _) => Verdict::Stopped,
        (DesiredState::Paused, _) => Verdict::Paused,
        (DesiredState::Running, None) => Verdict::Waiting,
        (DesiredState::Running, Some(task)) => judge_task(task, copy, now),
    }
}

fn judge_task(task: &StoredTask, copy: Option<&CopySum>, now: DateTime<Utc>) -> Verdict {
    let observation = &task.observation;
    match (observation.observed, &task.error) {
        (Some(ObservedState::Failed), Some(error)) if !observation.has_pending_restart => failed(error.clone()),
        _ if !observation.is_held => Verdict::Waiting,
        // A running task with trouble waits for Kafka or Postgres, and goes on by itself.
        (Some(state), Some(error)) if may_retry(state) => Verdict::Retrying {
            attempt: observation.attempt,
            next_in_s: task.next_retry_at.and_then(|at| whole_seconds_until(at, now)),
            error: error.clone(),
        },
        (Some(ObservedState::Copying), _) => copying(copy),
        (Some(ObservedState::Streaming), _) => match lag_ms(&task.gauges, now) {
            Some(lag) if i64::try_from(lag).is_ok_and(|lag| lag > BEHIND_AFTER_MS) => Verdict::Behind { lag_ms: lag },
            _ => Verdict::Healthy,
        },
        (None | Some(ObservedState::Ended), _) => Verdict::Waiting,
        (Some(_), _) => Verdict::Starting,
    }
}

/// Rounded up, so that a countdown ends with 1; `None` once the moment is there.
fn whole_seconds_until(at: DateTime<Utc>, now: DateTime<Utc>) -> Option<u64> {
    let left_ms = u64::try_from((at - now).num_milliseconds()).ok()?;
    Some(left_ms.div_ceil(1_000)).filter(|seconds| *seconds > 0)
}

fn may_retry(state: ObservedState) -> bool {
    use ObservedState::{Copying, Retrying, Starting, Streaming};
    matches!(state, Retrying | Starting | Copying | Streaming)
}

fn failed(error: StoredError) -> Verdict {
    if policy(ErrorKind::PositionLost).code == error.code && policy(ErrorKind::PositionLost).directive == Directive::Gap
    {
        Verdict::Gap(error)
    } else {
        Verdict::NeedsYou(error)
    }
}

fn copying(copy: Option<&CopySum>) -> Verdict {
    let Some(copy) = copy else {
        return Verdict::Copying { percent: None, remaining_s: None };
    };
    let percent = copy.copied_documents.saturating_mul(100).checked_div(copy.estimated_documents);
    let left = (copy.estimated_documents - copy.copied_documents).max(0);
    Verdict::Copying {
        percent: percent.map(|percent| u8::try_from(percent.clamp(0, 100)).unwrap_or(100)),
        remaining_s: remaining_s(left, copy.documents_per_second),
    }
}

/// Seconds that a number of documents takes at a rate; `None` when nothing moves.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "an estimate")]
pub(crate) fn remaining_s(documents: i64, documents_per_second: f64) -> Option<u64> {
    (documents_per_second > 0.0).then(|| (documents as f64 / documents_per_second).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use connect::lifecycle::TaskObservation;
    use uuid::Uuid;

    use super::*;
    use crate::db::status::Growth;
    use crate::ids::{ConnectorId, TaskNumber};

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_800_000_000_000).unwrap_or_default()
    }

    fn task(observed: Option<ObservedState>) -> StoredTask {
        StoredTask {
            connector: ConnectorId(Uuid::nil()),
            task: TaskNumber(0),
            observation: TaskObservation { is_held: true, observed, attempt: 1, has_pending_restart: false },
            restart_requested_at: None,
            observed_generation: 1,
            worker_id: None,
            next_retry_at: None,
            error: None,
            totals: Growth::default(),
            gauges: Gauges::default(),
        }
    }

    fn error(code: &str) -> StoredError {
        StoredError { code: code.to_owned(), message: "Opening the stream".to_owned(), trace: String::new() }
    }

    fn verdict(task: &StoredTask) -> Verdict {
        judge(DesiredState::Running, Some(task), None, now())
    }

    #[test]
    fn healthy_needs_an_open_stream_and_an_owner() {
        assert_eq!(verdict(&task(Some(ObservedState::Streaming))), Verdict::Healthy);
        assert_eq!(verdict(&task(Some(ObservedState::Starting))), Verdict::Starting);
        let mut orphan = task(Some(ObservedState::Streaming));
        orphan.observation.is_held = false;
        assert_eq!(verdict(&orphan), Verdict::Waiting);
    }

    #[test]
    fn a_stream_with_uncommitted_reads_is_as_late_as_its_commit() {
        let mut behind = task(Some(ObservedState::Streaming));
        behind.gauges.committed_token_time_ms = Some(now().timestamp_millis() - 240_000);
        behind.gauges.read_token_time_ms = Some(now().timestamp_millis() - 230_000);
        assert_eq!(verdict(&behind), Verdict::Behind { lag_ms: 240_000 });

        behind.gauges.read_token_time_ms = behind.gauges.committed_token_time_ms;
        assert_eq!(verdict(&behind), Verdict::Healthy, "an idle stream is not late");
    }

    #[test]
    fn an_idle_stream_is_up_to_date_between_two_commits_of_its_token() {
        let mut gauges = Gauges {
            committed_token_time_ms: Some(now().timestamp_millis() - 9_000),
            read_token_time_ms: Some(now().timestamp_millis() - 500),
            ..Gauges::default()
        };
        assert_eq!(lag_ms(&gauges, now()), Some(0));

        gauges.in_flight = 1;
        assert_eq!(lag_ms(&gauges, now()), Some(9_000), "something is on its way");

        gauges = Gauges { read_token_time_ms: Some(now().timestamp_millis() - 3_600_000), ..gauges };
        gauges =
            Gauges { in_flight: 0, committed_token_time_ms: gauges.read_token_time_ms.map(|at| at - 1_000), ..gauges };
        assert_eq!(lag_ms(&gauges, now()), Some(3_601_000), "reading an hour ago is not the present");
    }

    #[test]
    fn a_lost_position_is_a_gap_and_other_failures_need_somebody() {
        let mut gap = task(Some(ObservedState::Failed));
        gap.error = Some(error("NARU-1006"));
        let mut refused = task(Some(ObservedState::Failed));
        refused.error = Some(error("NARU-1003"));

        assert!(matches!(verdict(&gap), Verdict::Gap(_)));
        assert!(matches!(verdict(&refused), Verdict::NeedsYou(_)));
    }

    #[test]
    fn retrying_tells_which_attempt_and_when() {
        let mut retrying = task(Some(ObservedState::Retrying));
        retrying.observation.attempt = 2;
        retrying.error = Some(error("NARU-1002"));
        retrying.next_retry_at = Some(now() + chrono::TimeDelta::seconds(8));

        let expected = |next_in_s| Verdict::Retrying { attempt: 2, next_in_s, error: error("NARU-1002") };
        assert_eq!(verdict(&retrying), expected(Some(8)));

        retrying.next_retry_at = Some(now() + chrono::TimeDelta::milliseconds(300));
        assert_eq!(verdict(&retrying), expected(Some(1)));
        retrying.next_retry_at = Some(now());
        assert_eq!(verdict(&retrying), expected(None), "no countdown shows 0");
    }

    #[test]
    fn copying_tells_percent_and_time_left() {
        let copy = CopySum {
            connector: ConnectorId(Uuid::nil()),
            copied_documents: 620,
            estimated_documents: 1_000,
            documents_per_second: 2.0,
        };

        let verdict = judge(DesiredState::Running, Some(&task(Some(ObservedState::Copying))), Some(&copy), now());

        assert_eq!(verdict, Verdict::Copying { percent: Some(62), remaining_s: Some(190) });
    }

    #[test]
    fn what_is_asked_for_wins_over_an_old_failure() {
        let mut failed = task(Some(ObservedState::Failed));
        failed.error = Some(error("NARU-1003"));

        assert_eq!(judge(DesiredState::Paused, Some(&failed), None, now()), Verdict::Paused);
        failed.observation.has_pending_restart = true;
        assert_eq!(verdict(&failed), Verdict::Starting);
    }
}
