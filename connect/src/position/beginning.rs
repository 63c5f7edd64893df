//! Where a task begins: decided from what is stored, what is selected now, and `startup.mode`.

use bson::Timestamp;

use super::{NamespaceCopy, Phase, Position, ResumePoint, Selection};
use crate::config::StartupMode;

/// Where the change stream is opened.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamStart {
    /// After a token that was taken under the same selection.
    After(ResumePoint),
    /// At a cluster time, leaving out what an earlier selection has covered already. The server refuses the token of an event
    /// that the present pipeline would not have let through, so after an edit only the time is good.
    AtTime {
        /// The covered event's cluster time, from which the stream is opened.
        time: Timestamp,
        /// Events up to and including this point are left out.
        covered: ResumePoint,
    },
}

impl StreamStart {
    /// The point that is covered.
    pub fn covered(&self) -> &ResumePoint {
        match self {
            Self::After(point) | Self::AtTime { covered: point, .. } => point,
        }
    }
}

/// How a task begins.
#[derive(Debug, Clone, PartialEq)]
pub enum Beginning {
    /// As `startup.mode` says: nothing is stored, or what is stored belongs to another source partition.
    Fresh {
        /// The position of another source partition is being left behind, as the official connector does.
        leaves_other_partition: bool,
    },
    /// The copy goes on where it was; the stream follows from `start`.
    Copy {
        /// Where the stream will begin.
        start: StreamStart,
        /// How far each collection has come.
        namespaces: Vec<NamespaceCopy>,
    },
    /// The copy's own selection has changed: everything is copied again, but the stream keeps its old start, so that no change
    /// made since is missed.
    CopyAgain {
        /// Where the stream will begin.
        start: StreamStart,
    },
    /// The stream goes on.
    Stream {
        /// Where.
        start: StreamStart,
        /// `startup.mode` no longer asks for the copy that was under way: it is left unfinished.
        leaves_copy: bool,
    },
}

/// Decides where to begin.
pub fn begin(stored: Option<Position>, selection: &Selection, startup: &StartupMode) -> Beginning {
    let Some(stored) = stored else { return Beginning::Fresh { leaves_other_partition: false } };
    if !selection.owns_position_of(&stored.selection) {
        return Beginning::Fresh { leaves_other_partition: true };
    }
    let is_token_good = selection.streams_like(&stored.selection);
    match stored.phase {
        Phase::Stream { resume } => {
            Beginning::Stream { start: stream_start(resume, is_token_good), leaves_copy: false }
        }
        Phase::Copy { start, namespaces } => {
            let start = stream_start(start, is_token_good);
            if !matches!(startup, StartupMode::CopyExisting(_)) {
                Beginning::Stream { start, leaves_copy: true }
            } else if selection.copies_like(&stored.selection) {
                Beginning::Copy { start, namespaces }
            } else {
                Beginning::CopyAgain { start }
            }
        }
    }
}

/// Without a time inside the token only the token itself can be tried: the server then accepts or refuses it.
fn stream_start(point: ResumePoint, is_token_good: bool) -> StreamStart {
    match point.cluster_time {
        Some(time) if !is_token_good => StreamStart::AtTime { time, covered: point },
        _ => StreamStart::After(point),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::panic, reason = "a test fails by panicking")]

    use bson::rawdoc;

    use super::super::{Namespace, ResumeToken};
    use super::*;
    use crate::config::CopyConfig;

    fn point() -> ResumePoint {
        ResumePoint::event(ResumeToken::new(rawdoc! { "_data": "8263A1B2C30000000700" }), None)
    }

    fn selection(collection: &str, pipeline: &str, copy: Option<&str>) -> Selection {
        Selection {
            partition: format!("mongodb://a,b/jee.{collection}"),
            database: Some("jee".to_owned()),
            collection: Some(collection.to_owned()),
            pipeline_hash: pipeline.to_owned(),
            copy_hash: copy.map(str::to_owned),
        }
    }

    fn copying() -> StartupMode {
        StartupMode::CopyExisting(CopyConfig::default())
    }

    fn streaming_position(selection: Selection) -> Position {
        Position { phase: Phase::Stream { resume: point() }, selection }
    }

    fn copying_position(selection: Selection) -> Position {
        let namespace = Namespace { database: "jee".to_owned(), collection: "patients".to_owned() };
        let namespaces = vec![NamespaceCopy { copied_documents: 3, ..NamespaceCopy::untouched(namespace, None) }];
        Position { phase: Phase::Copy { start: point(), namespaces }, selection }
    }

    #[test]
    fn begins_fresh_when_nothing_is_stored() {
        let beginning = begin(None, &selection("patients", "p", None), &StartupMode::Latest);

        assert_eq!(beginning, Beginning::Fresh { leaves_other_partition: false });
    }

    #[test]
    fn begins_fresh_when_the_scope_is_another() {
        let stored = streaming_position(selection("patients", "p", None));

        let beginning = begin(Some(stored), &selection("visits", "p", None), &StartupMode::Latest);

        assert_eq!(beginning, Beginning::Fresh { leaves_other_partition: true });
    }

    #[test]
    fn begins_fresh_when_the_partition_has_got_another_name() {
        let stored = streaming_position(selection("patients", "p", None));
        let renamed = Selection { partition: "second try".to_owned(), ..selection("patients", "p", None) };

        let beginning = begin(Some(stored), &renamed, &StartupMode::Latest);

        assert_eq!(beginning, Beginning::Fresh { leaves_other_partition: true });
    }

    #[test]
    fn keeps_the_place_when_only_the_hosts_are_others() {
        let stored = streaming_position(selection("patients", "p", None));
        let partition = "mongodb+srv://cluster.example/jee.patients".to_owned();
        let moved = Selection { partition, ..selection("patients", "p", None) };

        let beginning = begin(Some(stored), &moved, &StartupMode::Latest);

        assert_eq!(beginning, Beginning::Stream { start: StreamStart::After(point()), leaves_copy: false });
    }

    #[test]
    fn a_kept_partition_name_goes_on_by_time_in_another_scope() {
        let named = |collection| Selection { partition: "p".to_owned(), ..selection(collection, "p", None) };
        let stored = streaming_position(named("patients"));

        let beginning = begin(Some(stored), &named("visits"), &StartupMode::Latest);

        assert!(matches!(beginning, Beginning::Stream { start: StreamStart::AtTime { .. }, leaves_copy: false }));
    }

    #[test]
    fn resumes_by_token_under_the_same_selection_whatever_the_startup_mode_is() {
        let stored = streaming_position(selection("patients", "p", None));

        let beginning = begin(Some(stored), &selection("patients", "p", Some("c")), &copying());

        assert_eq!(beginning, Beginning::Stream { start: StreamStart::After(point()), leaves_copy: false });
    }

    #[test]
    fn resumes_by_time_when_the_pipeline_was_edited() {
        let stored = streaming_position(selection("patients", "p", None));

        let beginning = begin(Some(stored), &selection("patients", "q", None), &StartupMode::Latest);

        let time = Timestamp { time: 0x63a1_b2c3, increment: 7 };
        let start = StreamStart::AtTime { time, covered: point() };
        assert_eq!(beginning, Beginning::Stream { start, leaves_copy: false });
    }

    #[test]
    fn goes_on_with_an_unfinished_copy() {
        let stored = copying_position(selection("patients", "p", Some("c")));

        let beginning = begin(Some(stored.clone()), &selection("patients", "p", Some("c")), &copying());

        let Phase::Copy { namespaces, .. } = stored.phase else { panic!("it copies") };
        assert_eq!(beginning, Beginning::Copy { start: StreamStart::After(point()), namespaces });
    }

    #[test]
    fn copies_again_from_the_old_start_when_the_copy_selects_otherwise() {
        let stored = copying_position(selection("patients", "p", Some("c")));

        let beginning = begin(Some(stored), &selection("patients", "p", Some("d")), &copying());

        assert_eq!(beginning, Beginning::CopyAgain { start: StreamStart::After(point()) });
    }

    #[test]
    fn streams_from_the_copys_start_when_no_copy_is_wanted_any_more() {
        let stored = copying_position(selection("patients", "p", Some("c")));

        let beginning = begin(Some(stored), &selection("patients", "p", None), &StartupMode::Latest);

        assert_eq!(beginning, Beginning::Stream { start: StreamStart::After(point()), leaves_copy: true });
    }
}
