//! The command that reads one collection's copy, or what is left of it.

use bson::raw::cstr;
use bson::{Document, RawArrayBuf, RawBson, RawDocumentBuf, Timestamp, rawdoc};

use super::pipeline::is_for_streams_only;
use super::{Continuation, continuation};
use crate::config::CopyConfig;
use crate::error::{Error, ErrorKind};
use crate::mongo::copy_stages;
use crate::position::Namespace;

/// How a collection is read.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyCommand {
    /// `find`, or `aggregate` where the user has stages.
    pub command: RawDocumentBuf,
    /// Replies hold events made by the server, with `ns` in third place, rather than documents as they are stored.
    pub yields_events: bool,
    /// Where to go on if the reading breaks off.
    pub continuation: Continuation,
}

/// Which part of a collection is read. Counts only where the stages allow to go on in the middle.
#[derive(Debug, Clone, Copy, Default)]
pub struct Part<'a> {
    /// Documents behind this `_id`; `None` from the first on.
    pub behind: Option<&'a RawBson>,
    /// Documents up to and including this `_id`; `None` to the last.
    pub until: Option<&'a RawBson>,
    /// Of these, so many at most; `None` for all. A part with a limit is read to its end whatever its size.
    pub limit: Option<u32>,
    /// The documents with these `_id` values and no other: the bounds do not count then.
    pub among: Option<&'a [RawBson]>,
}

impl Part<'_> {
    /// The condition on a document, as an expression: only expressions compare across types. `$literal`, so that no value is
    /// taken for one itself.
    fn condition(self) -> Option<RawDocumentBuf> {
        if let Some(ids) = self.among {
            let mut values = RawArrayBuf::new();
            ids.iter().for_each(|id| values.push(id.clone()));
            return Some(rawdoc! { "_id": { "$in": values } });
        }
        let behind = self.behind.map(|id| rawdoc! { "$gt": ["$_id", { "$literal": id.clone() }] });
        let until = self.until.map(|id| rawdoc! { "$lte": ["$_id", { "$literal": id.clone() }] });
        let expression = match (behind, until) {
            (Some(behind), Some(until)) => rawdoc! { "$and": [behind, until] },
            (bound, other) => bound.or(other)?,
        };
        Some(rawdoc! { "$expr": expression })
    }
}

/// The command that reads a part of a collection in `_id` order.
///
/// It reads what a majority has, and nothing older than `not_before`, so that a member that lags behind the change stream's
/// start cannot hide a document between the two.
///
/// # Errors
/// `Config`: a stage cannot be written as BSON.
pub fn copy_command(
    namespace: &Namespace,
    copy: &CopyConfig,
    stream_pipeline: &[Document],
    part: Part<'_>,
    not_before: Option<Timestamp>,
    batch_size: u32,
) -> Result<CopyCommand, Error> {
    let continuation = continuation(&copy.pipeline, stream_pipeline);
    let condition = part.condition().filter(|_| continuation == Continuation::BehindLastId);
    let limit = part.limit.map(i64::from);
    // One more than the limit: a server answers exactly as many as asked for with a cursor that still has to be closed.
    let batch_size = limit.map_or(i64::from(batch_size), |limit| limit + 1);
    let yields_events = !copy.pipeline.is_empty() || !stream_pipeline.is_empty();
    let mut command = if yields_events {
        let mut stages = RawArrayBuf::new();
        if let Some(condition) = condition {
            stages.push(rawdoc! { "$match": condition });
        }
        if continuation == Continuation::BehindLastId {
            stages.push(rawdoc! { "$sort": { "_id": 1 } });
        }
        let for_copy: Vec<Document> =
            stream_pipeline.iter().filter(|stage| !is_for_streams_only(stage)).cloned().collect();
        for stage in copy_stages(namespace, &copy.pipeline, &for_copy) {
            let stage = RawDocumentBuf::try_from(&stage).map_err(|error| {
                Error::caused(ErrorKind::Config, "A stage of the copy's pipeline is not BSON", error)
            })?;
            stages.push(stage);
        }
        if let Some(limit) = limit {
            stages.push(rawdoc! { "$limit": limit });
        }
        rawdoc! {
            "aggregate": namespace.collection.as_str(),
            "pipeline": stages,
            "cursor": { "batchSize": batch_size },
            "allowDiskUse": copy.allow_disk_use,
        }
    } else {
        let mut find = rawdoc! {
            "find": namespace.collection.as_str(),
            "filter": condition.unwrap_or_default(),
            "sort": { "_id": 1 },
            "batchSize": batch_size,
        };
        if let Some(limit) = limit {
            find.append(cstr!("limit"), limit);
        }
        find
    };
    let mut read_concern = rawdoc! { "level": "majority" };
    if let Some(time) = not_before {
        read_concern.append(cstr!("afterClusterTime"), time);
    }
    command.append(cstr!("readConcern"), read_concern);
    Ok(CopyCommand { command, yields_events, continuation })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::doc;

    use super::*;

    fn copy(pipeline: Vec<Document>) -> CopyConfig {
        CopyConfig { pipeline, allow_disk_use: false, ..CopyConfig::default() }
    }

    fn namespace() -> Namespace {
        Namespace { database: "jee".to_owned(), collection: "patients".to_owned() }
    }

    fn read(
        copy_pipeline: Vec<Document>,
        stream_pipeline: &[Document],
        last_id: Option<RawBson>,
    ) -> (Document, CopyCommand) {
        let time = Some(Timestamp { time: 7, increment: 1 });
        let part = Part { behind: last_id.as_ref(), ..Part::default() };
        let command = copy_command(&namespace(), &copy(copy_pipeline), stream_pipeline, part, time, 500).unwrap();
        (Document::try_from(&*command.command).unwrap(), command)
    }

    #[test]
    fn reads_stored_documents_with_find_in_id_order() {
        let (command, read) = read(vec![], &[], None);

        let expected = doc! {
            "find": "patients",
            "filter": {},
            "sort": { "_id": 1 },
            "batchSize": 500_i64,
            "readConcern": { "level": "majority", "afterClusterTime": Timestamp { time: 7, increment: 1 } },
        };
        assert_eq!(command, expected);
        assert!(!read.yields_events);
    }

    #[test]
    fn goes_on_behind_the_last_id_whatever_its_type() {
        let (command, _) = read(vec![], &[], Some(RawBson::String("$name".to_owned())));

        let expected = doc! { "$expr": { "$gt": ["$_id", { "$literal": "$name" }] } };
        assert_eq!(command.get_document("filter").unwrap(), &expected);
    }

    #[test]
    fn a_range_ends_with_its_last_id() {
        let part = |behind, until| {
            let command =
                copy_command(&namespace(), &copy(vec![]), &[], Part { behind, until, ..Part::default() }, None, 1)
                    .unwrap();
            Document::try_from(&*command.command).unwrap().get_document("filter").unwrap().clone()
        };
        let (low, high) = (RawBson::Int32(7), RawBson::String("m".to_owned()));

        let below = doc! { "$lte": ["$_id", { "$literal": "m" }] };
        assert_eq!(part(None, Some(&high)), doc! { "$expr": below.clone() });
        let above = doc! { "$gt": ["$_id", { "$literal": 7 }] };
        assert_eq!(part(Some(&low), Some(&high)), doc! { "$expr": { "$and": [above, below] } });
    }

    #[test]
    fn a_chunk_ends_with_its_limit() {
        let part = Part { limit: Some(20), ..Part::default() };
        let command = |pipeline| {
            let command = copy_command(&namespace(), &copy(pipeline), &[], part, None, 1).unwrap();
            Document::try_from(&*command.command).unwrap()
        };

        let find = command(vec![]);
        assert_eq!((find.get_i64("limit").unwrap(), find.get_i64("batchSize").unwrap()), (20, 21));
        let aggregate = command(vec![doc! { "$match": {} }]);
        let last = aggregate.get_array("pipeline").unwrap().last().unwrap().clone();
        assert_eq!(last, doc! { "$limit": 20_i64 }.into());
        assert_eq!(aggregate.get_document("cursor").unwrap(), &doc! { "batchSize": 21_i64 });
    }

    #[test]
    fn single_documents_are_read_by_their_ids() {
        let ids = [RawBson::Int32(7), RawBson::Null];
        let part = Part { among: Some(&ids), ..Part::default() };

        let command = copy_command(&namespace(), &copy(vec![]), &[], part, None, 1).unwrap();

        let command = Document::try_from(&*command.command).unwrap();
        assert_eq!(command.get_document("filter").unwrap(), &doc! { "_id": { "$in": [7, null] } });
    }

    #[test]
    fn the_bound_keeps_every_byte_of_the_id() {
        let mut twice = RawDocumentBuf::new();
        twice.append(cstr!("a"), 1);
        twice.append(cstr!("a"), 2);
        let id = RawBson::Document(twice.clone());
        let part = Part { behind: Some(&id), ..Part::default() };

        let command = copy_command(&namespace(), &copy(vec![]), &[], part, None, 1).unwrap();

        let bound = twice.as_bytes();
        assert!(command.command.as_bytes().windows(bound.len()).any(|window| window == bound));
    }

    #[test]
    fn the_users_stages_run_around_the_change_into_events() {
        let copy = vec![doc! { "$match": { "ward": "3" } }];
        let stream = [doc! { "$project": { "fullDocument.secret": 0 } }, doc! { "$changeStreamSplitLargeEvent": {} }];

        let (command, read) = read(copy, &stream, Some(RawBson::Int32(7)));

        let stages = command.get_array("pipeline").unwrap();
        let names: Vec<&str> =
            stages.iter().map(|stage| stage.as_document().unwrap().keys().next().unwrap().as_str()).collect();
        assert_eq!(names, ["$match", "$sort", "$match", "$replaceRoot", "$project"]);
        assert_eq!(command.get_document("cursor").unwrap(), &doc! { "batchSize": 500_i64 });
        assert!(!command.get_bool("allowDiskUse").unwrap());
        assert!(read.yields_events);
    }

    #[test]
    fn stages_that_lose_the_place_run_as_they_are_from_the_beginning() {
        let (command, read) = read(vec![doc! { "$limit": 5 }], &[], Some(RawBson::Int32(7)));

        let first = command.get_array("pipeline").unwrap()[0].as_document().unwrap();
        assert_eq!(first, &doc! { "$limit": 5 });
        assert_eq!(read.continuation, Continuation::FromBeginning { stage: "$limit".to_owned() });
    }
}
