use super::*;

fn kinds(properties: &[(&str, &str)]) -> Vec<(String, WarningKind)> {
    let mut submitted: SubmittedConfig =
        properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    for name in ["key.converter", "value.converter"] {
        if submitted.get(name).is_none() {
            submitted.set(name, "StringConverter");
        }
    }
    warnings(&submitted).into_iter().map(|warning| (warning.name, warning.kind)).collect()
}

#[test]
fn a_misspelt_property_is_named_with_the_closest_real_one() {
    let cases = [
        ("conection.uri", Some("connection.uri")),
        ("topic.perfix", Some("topic.prefix")),
        ("Database", Some("database")),
        ("copy.exisitng", Some("copy.existing")),
        ("startup.mode.copy.existing.max.thread", Some("startup.mode.copy.existing.max.threads")),
        ("publish.full.document", Some("publish.full.document.only")),
        ("value.converter.schema.enable", Some("value.converter.schemas.enable")),
        ("something.else.entirely", None),
        ("x", None),
    ];
    for (name, closest) in cases {
        let expected = WarningKind::Unknown { closest: closest.map(str::to_owned) };
        assert_eq!(kinds(&[(name, "v")]), vec![(name.to_owned(), expected)]);
    }
}

#[test]
fn known_names_and_families_give_no_warning() {
    let quiet = [
        ("name", "x"),
        ("connector.class", "MongoSource"),
        ("topic.creation.default.cleanup.policy", "compact"),
        ("value.converter.schemas.enable", "false"),
        ("transforms", "a"),
        ("transforms.a.type", "X"),
        ("producer.override.acks", "all"),
    ];

    assert_eq!(kinds(&quiet), Vec::new());
    assert_eq!(kinds(&[("transforms.b.type", "X")]).len(), 1);
}

#[test]
fn deprecated_and_silenced_names_are_told() {
    let found = kinds(&[("startup.mode", "latest"), ("copy.existing", "true")]);

    assert_eq!(
        found,
        vec![
            ("copy.existing".to_owned(), WarningKind::Deprecated { replaced_by: "startup.mode" }),
            ("copy.existing".to_owned(), WarningKind::Silenced { by: "startup.mode".to_owned() }),
        ]
    );
}

#[test]
fn pairs_that_silence_each_other_are_told() {
    let by = |by: &str| WarningKind::Silenced { by: by.to_owned() };
    let cases = [
        (
            [("publish.full.document.only", "true"), ("change.stream.full.document", "required")],
            ("change.stream.full.document", by("publish.full.document.only")),
        ),
        (
            [("publish.full.document.only.tombstone.on.delete", "true"), ("database", "d")],
            ("publish.full.document.only.tombstone.on.delete", by("publish.full.document.only")),
        ),
        (
            [("errors.deadletterqueue.topic.name", "letters"), ("errors.tolerance", "none")],
            ("errors.deadletterqueue.topic.name", by("errors.tolerance")),
        ),
        ([(START_TIME, "30"), ("startup.mode", "latest")], (START_TIME, by("startup.mode"))),
        (
            [("startup.mode.copy.existing.pipeline", "[{}]"), ("startup.mode", "latest")],
            ("startup.mode.copy.existing.pipeline", by("startup.mode")),
        ),
        ([("server.api.strict", "true"), ("database", "d")], ("server.api.strict", by("server.api.version"))),
        ([("heartbeat.topic.name", "beats"), ("database", "d")], ("heartbeat.topic.name", by("heartbeat.interval.ms"))),
        (
            [("connection.ssl.truststore", "/ca.pem"), (CONNECTION, "mongodb://h")],
            ("connection.ssl.truststore", by(CONNECTION)),
        ),
        (
            [("connection.ssl.keystorePassword", "x"), (CONNECTION, "mongodb://h/?tls=true")],
            ("connection.ssl.keystorePassword", by("connection.ssl.keystore")),
        ),
    ];
    for (properties, (name, kind)) in cases {
        assert_eq!(kinds(&properties), vec![(name.to_owned(), kind)]);
    }
    for uri in ["mongodb://h/?tls=true", "mongodb+srv://h.x.y", "mongodb://h/?ssl=true"] {
        assert_eq!(kinds(&[("connection.ssl.truststore", "/ca.pem"), (CONNECTION, uri)]), Vec::new(), "{uri}");
    }
}

#[test]
fn what_has_no_effect_here_is_told() {
    for (name, value) in [("errors.retry.timeout", "60000"), ("errors.log.include.messages", "true")] {
        assert_eq!(kinds(&[(name, value)]), vec![(name.to_owned(), WarningKind::WithoutEffect)]);
    }
    assert_eq!(kinds(&[("errors.retry.timeout", "0"), ("errors.log.include.messages", "FALSE")]), Vec::new());
    let tolerances = [("errors.tolerance", "all"), ("mongo.errors.tolerance", "none")];
    assert_eq!(kinds(&tolerances), Vec::new(), "each speaks for its own stages");
}

#[test]
fn a_group_of_topics_without_a_pattern_is_told() {
    let found = kinds(&[("topic.creation.groups", "g"), ("topic.creation.g.partitions", "3")]);

    assert_eq!(found, vec![("topic.creation.g.include".to_owned(), WarningKind::WithoutEffect)]);
}

#[test]
fn converters_that_surprise_are_told() {
    let none: SubmittedConfig = SubmittedConfig::new();
    assert_eq!(warnings(&none).len(), 2);
    assert_eq!(
        kinds(&[("value.converter", "Json"), ("value.converter.schemas.enable", "false")]),
        vec![("value.converter".to_owned(), WarningKind::DoublyQuoted)]
    );
}

#[test]
fn unknown_options_of_the_connection_string_are_told_without_their_names() {
    let found = kinds(&[("connection.uri", "mongodb://h/?w=majority&autoReconnect=true")]);

    assert_eq!(found, vec![("connection.uri".to_owned(), WarningKind::UnknownOptions)]);
    assert_eq!(kinds(&[("connection.uri", "mongodb+srv://u:p@h.x.y/?retryWrites=true&w=majority")]), Vec::new());
}

#[test]
fn distance_counts_edits() {
    assert_eq!(distance("", "abc"), 3);
    assert_eq!(distance("perfix", "prefix"), 1);
    assert_eq!(distance("kitten", "sitting"), 3);
}
