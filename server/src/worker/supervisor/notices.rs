//! What a running task notices, as events of its history and as trouble that shows while it lasts.

use bson::Timestamp;
use connect::ErrorKind;

use crate::db::events::Event;
use crate::db::status::StoredError;
use crate::worker::failure;
use crate::worker::progress::Notice;

/// The notice as an event.
pub(super) fn event(task: i32, notice: Notice) -> Event {
    match notice {
        Notice::CollectionGone { namespace } => Event::CollectionGone { task, namespace: namespace.to_string() },
        Notice::CopyStartsOver { namespace, stage } => {
            Event::CopyStartsOver { task, namespace: namespace.to_string(), stage }
        }
        Notice::CopySkipped { namespace, what } => Event::CopySkipped { task, namespace: namespace.to_string(), what },
        Notice::CopyNotInterleaved { stage } => Event::CopyNotInterleaved { task, stage },
        Notice::CopyWithoutWatermark => Event::CopyWithoutWatermark { task },
        Notice::CopyReplanned => Event::CopyReplanned { task },
        Notice::CopyAbandoned => Event::CopyAbandoned { task },
        Notice::PositionReplaced => Event::PositionReplaced { task },
        Notice::ResumedByTime => Event::ResumedByTime { task },
        Notice::ResumedAfterLoss { from } => Event::ResumedAfterLoss { task, from: seconds(from) },
        Notice::CopiesAfterLoss { from } => Event::CopiesAfterLoss { task, from: seconds(from) },
        Notice::ChangesSkipped { from, to } => Event::ChangesSkipped { task, from: seconds(from), to: seconds(to) },
        Notice::WatchingCollectionOnly => Event::WatchingCollectionOnly { task },
        Notice::StoreAway => Event::StoreAway { task },
        Notice::StoreBack => Event::StoreBack { task },
        Notice::SinkAway => Event::SinkAway { task },
        Notice::SinkBack => Event::SinkBack { task },
        Notice::RecordsAtFault { records, code, topic } => Event::RecordsAtFault {
            task,
            records: i64::try_from(records).unwrap_or(i64::MAX),
            code: code.to_owned(),
            topic,
        },
    }
}

/// A peer that is away is the task's trouble until it is back: the task runs on and waits for it.
pub(super) fn change_trouble(trouble: &mut Option<StoredError>, notice: &Notice) {
    match notice {
        Notice::SinkAway => {
            *trouble = Some(waiting(ErrorKind::SinkUnavailable, "No broker of Kafka answers; records wait"))
        }
        Notice::StoreAway => {
            *trouble = Some(waiting(ErrorKind::StoreUnavailable, "Postgres does not answer; positions wait"));
        }
        Notice::SinkBack | Notice::StoreBack => *trouble = None,
        Notice::CollectionGone { .. }
        | Notice::CopyStartsOver { .. }
        | Notice::CopySkipped { .. }
        | Notice::CopyNotInterleaved { .. }
        | Notice::CopyWithoutWatermark
        | Notice::CopyReplanned
        | Notice::CopyAbandoned
        | Notice::PositionReplaced
        | Notice::ResumedByTime
        | Notice::ResumedAfterLoss { .. }
        | Notice::CopiesAfterLoss { .. }
        | Notice::ChangesSkipped { .. }
        | Notice::WatchingCollectionOnly
        | Notice::RecordsAtFault { .. } => {}
    }
}

fn seconds(time: Option<Timestamp>) -> Option<i64> {
    time.map(|time| i64::from(time.time))
}

fn waiting(kind: ErrorKind, context: &str) -> StoredError {
    failure::describe(&connect::Error::new(kind, context))
}
