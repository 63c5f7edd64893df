//! Whether a copy through the user's stages can go on in the middle of a collection.
//!
//! It can when every stage keeps the order of the documents, makes at most one of each, and leaves `_id` alone: then "behind
//! the last `_id`" means the same before and after the stages. Stages that are not known to do so count as ones that do not.

use bson::{Bson, Document};

/// Where a copy goes on after it was broken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Continuation {
    /// Behind the last `_id`.
    BehindLastId,
    /// At the collection's first document, because of a stage.
    FromBeginning {
        /// The stage, e.g. `$group`.
        stage: String,
    },
}

/// Decides it for the copy's own pipeline and the stream's, which runs behind it on documents in the form of events.
pub fn continuation(copy_pipeline: &[Document], stream_pipeline: &[Document]) -> Continuation {
    let breaking = copy_pipeline.iter().chain(stream_pipeline).find(|stage| !keeps_ids_in_order(stage));
    match breaking {
        None => Continuation::BehindLastId,
        Some(stage) => Continuation::FromBeginning { stage: stage.keys().next().cloned().unwrap_or_default() },
    }
}

/// The first stage of the stream's pipeline after which an event might no longer say which document it concerns, e.g.
/// `$replaceRoot`; `None` where every event does. Without that a copy cannot be told what has changed meanwhile.
pub fn stage_hiding_documents(stream_pipeline: &[Document]) -> Option<String> {
    let hiding = stream_pipeline.iter().find(|stage| !keeps_documents_known(stage))?;
    Some(hiding.keys().next().cloned().unwrap_or_default())
}

/// Fields that say which document an event concerns, and how.
const KNOWN_BY: [&str; 3] = ["documentKey", "ns", "operationType"];

fn keeps_documents_known(stage: &Document) -> bool {
    if is_for_streams_only(stage) {
        return true;
    }
    let mut entries = stage.iter();
    let (Some((name, argument)), None) = (entries.next(), entries.next()) else { return false };
    let leaves_alone = |path: &str| !KNOWN_BY.contains(&path.split('.').next().unwrap_or_default());
    match name.as_str() {
        "$match" => true,
        "$addFields" | "$set" => {
            argument.as_document().is_some_and(|fields| fields.keys().all(|path| leaves_alone(path)))
        }
        "$project" => argument.as_document().is_some_and(|fields| keeps_known_fields(fields, leaves_alone)),
        "$unset" => match argument {
            Bson::String(path) => leaves_alone(path),
            Bson::Array(paths) => paths.iter().all(|path| path.as_str().is_some_and(leaves_alone)),
            _ => false,
        },
        _ => false,
    }
}

/// A projection that takes fields away must not take these, one that names what stays must name them.
fn keeps_known_fields(fields: &Document, leaves_alone: impl Fn(&str) -> bool) -> bool {
    let is_exclusion = fields.iter().filter(|(path, _)| *path != "_id").all(|(_, value)| is_zero(value));
    if is_exclusion {
        fields.keys().all(|path| leaves_alone(path))
    } else {
        KNOWN_BY.iter().all(|name| fields.get(name).is_some_and(is_one))
    }
}

fn is_zero(value: &Bson) -> bool {
    matches!(value, Bson::Boolean(false) | Bson::Int32(0) | Bson::Int64(0)) || value.as_f64() == Some(0.0)
}

fn is_one(value: &Bson) -> bool {
    matches!(value, Bson::Boolean(true) | Bson::Int32(1) | Bson::Int64(1)) || value.as_f64() == Some(1.0)
}

/// Stages that only a change stream understands; a copy would be refused with them.
pub(super) fn is_for_streams_only(stage: &Document) -> bool {
    stage.keys().any(|name| name == "$changeStreamSplitLargeEvent")
}

fn keeps_ids_in_order(stage: &Document) -> bool {
    if is_for_streams_only(stage) {
        return true;
    }
    let mut entries = stage.iter();
    let (Some((name, argument)), None) = (entries.next(), entries.next()) else { return false };
    match name.as_str() {
        // Text and place conditions may only stand in the very first stage, where the bound would have to be.
        "$match" => !mentions(argument, &["$text", "$near", "$nearSphere", "$geoNear"]),
        "$addFields" | "$set" => argument.as_document().is_some_and(|fields| !fields.keys().any(|path| is_id(path))),
        "$project" => argument.as_document().is_some_and(|fields| fields.iter().all(keeps_id)),
        "$unset" => match argument {
            Bson::String(path) => !is_id(path),
            Bson::Array(paths) => paths.iter().all(|path| path.as_str().is_some_and(|path| !is_id(path))),
            _ => false,
        },
        "$lookup" | "$graphLookup" => {
            argument.as_document().and_then(|lookup| lookup.get_str("as").ok()).is_some_and(|path| !is_id(path))
        }
        _ => false,
    }
}

fn is_id(path: &str) -> bool {
    path == "_id" || path.starts_with("_id.")
}

/// A projection keeps `_id` unless it says otherwise; to say that it stays is fine.
fn keeps_id((path, value): (&String, &Bson)) -> bool {
    let is_inclusion = match value {
        Bson::Boolean(included) => *included,
        Bson::Int32(number) => *number != 0,
        Bson::Int64(number) => *number != 0,
        Bson::Double(number) => *number != 0.0,
        _ => false,
    };
    !is_id(path) || (path == "_id" && is_inclusion)
}

fn mentions(value: &Bson, names: &[&str]) -> bool {
    match value {
        Bson::Document(document) => {
            document.iter().any(|(name, value)| names.contains(&name.as_str()) || mentions(value, names))
        }
        Bson::Array(values) => values.iter().any(|value| mentions(value, names)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;

    #[test]
    fn goes_on_behind_the_last_id_where_the_stages_keep_it() {
        let copy = [
            doc! { "$match": { "ward": "3", "$or": [{ "age": { "$gt": 3 } }] } },
            doc! { "$project": { "_id": 1, "name": 1 } },
            doc! { "$project": { "secret": 0 } },
            doc! { "$lookup": { "from": "wards", "localField": "ward", "foreignField": "_id", "as": "ward" } },
        ];
        let stream = [
            doc! { "$match": { "operationType": "insert" } },
            doc! { "$set": { "fullDocument._id_text": "x" } },
            doc! { "$unset": ["fullDocument.a", "fullDocument.b"] },
            doc! { "$changeStreamSplitLargeEvent": {} },
        ];

        assert_eq!(continuation(&copy, &stream), Continuation::BehindLastId);
        assert_eq!(continuation(&[], &[]), Continuation::BehindLastId);
    }

    #[test]
    fn events_say_which_document_they_concern_unless_a_stage_may_take_that_away() {
        for stage in [
            doc! { "$match": { "operationType": "insert" } },
            doc! { "$set": { "fullDocument.x": 1 } },
            doc! { "$project": { "fullDocument.secret": 0, "updateDescription": 0 } },
            doc! { "$project": { "ns": 1, "documentKey": true, "operationType": 1.0, "fullDocument": 1 } },
            doc! { "$unset": ["fullDocument.a", "wallTime"] },
            doc! { "$changeStreamSplitLargeEvent": {} },
        ] {
            assert_eq!(stage_hiding_documents(std::slice::from_ref(&stage)), None, "{stage}");
        }
        for stage in [
            doc! { "$project": { "documentKey": 0 } },
            doc! { "$project": { "ns.db": 0 } },
            doc! { "$project": { "fullDocument": 1 } },
            doc! { "$project": { "ns": 1, "documentKey": 1, "operationType": "$x" } },
            doc! { "$set": { "documentKey._id": 1 } },
            doc! { "$unset": "operationType" },
            doc! { "$replaceRoot": { "newRoot": "$fullDocument" } },
            doc! {},
        ] {
            let name = stage.keys().next().cloned().unwrap_or_default();
            assert_eq!(stage_hiding_documents(&[doc! { "$match": {} }, stage.clone()]), Some(name), "{stage}");
        }
    }

    #[test]
    fn starts_over_where_a_stage_might_lose_the_place() {
        for stage in [
            doc! { "$group": { "_id": "$ward" } },
            doc! { "$unwind": "$items" },
            doc! { "$sort": { "age": 1 } },
            doc! { "$limit": 10 },
            doc! { "$skip": 10 },
            doc! { "$sample": { "size": 10 } },
            doc! { "$replaceRoot": { "newRoot": "$inner" } },
            doc! { "$replaceWith": "$inner" },
            doc! { "$addFields": { "_id": 1 } },
            doc! { "$set": { "_id.part": 1 } },
            doc! { "$project": { "_id": 0 } },
            doc! { "$project": { "_id": "$other" } },
            doc! { "$project": { "_id.part": 1 } },
            doc! { "$unset": "_id" },
            doc! { "$unset": ["a", "_id.part"] },
            doc! { "$match": { "$text": { "$search": "x" } } },
            doc! { "$match": { "$and": [{ "place": { "$near": [0, 0] } }] } },
            doc! { "$geoNear": {} },
            doc! { "$lookup": { "from": "wards", "as": "_id" } },
            doc! { "$unheardOf": {} },
            doc! {},
        ] {
            let name = stage.keys().next().cloned().unwrap_or_default();
            let expected = Continuation::FromBeginning { stage: name };
            assert_eq!(continuation(std::slice::from_ref(&stage), &[]), expected, "{stage}");
            assert_eq!(continuation(&[], &[doc! { "$match": {} }, stage.clone()]), expected, "{stage}");
        }
    }
}
