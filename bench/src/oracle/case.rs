//! The configurations that are compared.

use crate::connect::Config;

const STRING: &str = "org.apache.kafka.connect.storage.StringConverter";
const JSON: &str = "org.apache.kafka.connect.json.JsonConverter";
const BYTES: &str = "org.apache.kafka.connect.converters.ByteArrayConverter";

/// A name, and what is set beyond the [`base`].
pub(super) struct Case {
    pub(super) name: &'static str,
    /// `@database@` stands for the case's database.
    properties: &'static [(&'static str, &'static str)],
    /// The collection a sentinel must be put into to be seen.
    pub(super) sentinels: &'static str,
}

impl Case {
    pub(super) fn properties(&self, database: &str) -> impl Iterator<Item = (String, String)> {
        self.properties.iter().map(move |(name, value)| ((*name).to_owned(), value.replace("@database@", database)))
    }
}

/// What every configuration has.
pub(super) fn base(mongodb_uri: &str, database: &str) -> Config {
    let properties = [
        ("connection.uri", mongodb_uri),
        ("database", database),
        ("key.converter", STRING),
        ("value.converter", STRING),
        ("poll.await.time.ms", "200"),
    ];
    properties.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

pub(super) fn all() -> Vec<Case> {
    let case = |name, properties| Case { name, properties, sentinels: "zz_sentinels" };
    vec![
        case("default", &[]),
        case("extended", &[("output.json.formatter", "com.mongodb.kafka.connect.source.json.formatter.ExtendedJson")]),
        case(
            "simplified",
            &[
                ("output.json.formatter", "com.mongodb.kafka.connect.source.json.formatter.SimplifiedJson"),
                ("change.stream.full.document", "updateLookup"),
            ],
        ),
        case(
            "documents",
            &[
                ("output.json.formatter", "com.mongodb.kafka.connect.source.json.formatter.SimplifiedJson"),
                ("publish.full.document.only", "true"),
                ("publish.full.document.only.tombstone.on.delete", "true"),
            ],
        ),
        case(
            "mapped",
            &[
                ("topic.prefix", "pre"),
                ("topic.suffix", "post"),
                ("topic.separator", "-"),
                (
                    "topic.namespace.map",
                    r#"{"@database@.plain": "one_@database@", "/@database@\\.ev.*": "re{sep}{db}{sep_coll_sep}x", "@database@": "all_@database@"}"#,
                ),
            ],
        ),
        case(
            "pipeline",
            &[(
                "pipeline",
                r#"[{"$match": {"$or": [{"fullDocument.keep": true}, {"operationType": {"$in": ["update", "delete", "drop"]}}]}},
                        {"$addFields": {"mark": "seen"}}, {"$project": {"updateDescription.truncatedArrays": 0}}]"#,
            )],
        ),
        case(
            "bson",
            &[
                ("output.format.key", "bson"),
                ("output.format.value", "bson"),
                ("key.converter", BYTES),
                ("value.converter", BYTES),
            ],
        ),
        case(
            "chosen",
            &[
                ("startup.mode.copy.existing.namespace.regex", r"\.(every|plain)$"),
                ("startup.mode.copy.existing.pipeline", r#"[{"$match": {"keep": true}}]"#),
            ],
        ),
        case("tokens", &[("change.stream.document.key.as.key", "false")]),
        case(
            "quoted",
            &[
                ("key.converter", JSON),
                ("key.converter.schemas.enable", "false"),
                ("value.converter", JSON),
                ("value.converter.schemas.enable", "false"),
            ],
        ),
        Case {
            name: "single",
            properties: &[
                ("collection", "plain"),
                ("change.stream.full.document", "updateLookup"),
                ("batch.size", "7"),
                ("poll.max.batch.size", "5"),
            ],
            sentinels: "plain",
        },
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_differ_and_fit_into_a_database_name() {
        let names: BTreeSet<&str> = all().iter().map(|case| case.name).collect();

        assert_eq!(names.len(), all().len());
        assert!(names.iter().all(|name| name.len() < 20 && name.chars().all(|c| c.is_ascii_lowercase())));
    }
}
