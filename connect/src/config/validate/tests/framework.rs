//! What belongs to the framework: created topics, references to providers, dead letters, the clients' settings.

use super::*;

#[test]
fn counts_of_created_topics_are_positive_or_left_to_the_broker() {
    let found =
        messages(&[("topic.creation.default.partitions", "0"), ("topic.creation.default.replication.factor", "many")]);

    assert_eq!(
        found[0].1,
        "Invalid value many for configuration topic.creation.default.replication.factor: Not a number of type SHORT"
    );
    assert!(found[1].1.ends_with("Number of partitions must be positive, or -1 to use the broker's default"));
}

#[test]
fn groups_of_topics_are_judged_like_the_default_group() {
    let found = messages(&[
        ("topic.creation.groups", "a, b, a"),
        ("topic.creation.a.include", "x, [y"),
        ("topic.creation.b.replication.factor", "0"),
        ("topic.creation.b.partitions", "many"),
    ]);

    let starts = [
        "Invalid value [a, b, a] for configuration topic.creation.groups: Duplicate alias provided.",
        "Invalid value [x, [y] for configuration topic.creation.a.include: Syntax error in regular expression: ",
        "Invalid value 0 for configuration topic.creation.b.replication.factor: Replication factor must be positive",
        "Invalid value many for configuration topic.creation.b.partitions: Not a number of type INT",
    ];
    assert_eq!(found.len(), starts.len(), "{found:?}");
    for ((_, text), start) in found.iter().zip(starts) {
        assert!(text.starts_with(start), "{text}");
    }
}

#[test]
fn a_value_that_refers_to_a_provider_is_kept_as_it_is_and_not_judged() {
    let references = [
        ("connection.uri", "mongodb://${env:USER}:${env:PASSWORD}@h"),
        ("tasks.max", "${file:/etc/naru.properties:tasks}"),
        ("value.converter", "${dir:/etc/naru:converter}"),
        ("collection", "${env:COLLECTION}"),
        ("database", "jee"),
    ];
    let validation = validate(&submitted(&references));

    assert_eq!(validation.error_count(), 0, "{:?}", validation.errors().collect::<Vec<_>>());
    let tasks = validation.find("tasks.max").unwrap();
    assert_eq!(tasks.value.as_deref(), Some("${file:/etc/naru.properties:tasks}"));
    assert_eq!(validation.find("connection.uri").unwrap().value.as_deref(), Some("[hidden]"));
}

#[test]
fn a_configuration_with_references_is_read_only_once_they_are_resolved() {
    use crate::config::SourceConfig;

    let open = submitted(&[("database", "${env:DATABASE}"), ("collection", "a")]);
    let resolved = submitted(&[("database", "not ${env:ANOTHER}"), ("collection", "a")]);

    let errors = SourceConfig::parse(&open).unwrap_err();

    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].name, "database");
    assert!(SourceConfig::parse_resolved(&resolved).is_ok(), "what a provider gave is text like any other");
}

#[test]
fn a_dead_letter_topic_has_a_name_that_kafka_takes() {
    let found = messages(&[("errors.deadletterqueue.topic.name", "a b"), ("mongo.errors.tolerance", "all")]);

    let start =
        "Invalid value a b for configuration errors.deadletterqueue.topic.name: The topic name 'a b' contains ' '";
    assert!(found[0].1.starts_with(start), "{found:?}");
}

#[test]
fn overrides_of_clients_have_an_entry_and_hide_secrets() {
    let validation = validate(&submitted(&[("producer.override.sasl.jaas.config", "hunter2")]));

    let key = validation.find("producer.override.sasl.jaas.config").unwrap();
    assert_eq!(key.value.as_deref(), Some("[hidden]"));
    assert_eq!(key.errors.len(), 1);
}
