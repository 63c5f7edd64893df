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
