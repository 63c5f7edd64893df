#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use bson::{Timestamp, doc};

use super::*;
use crate::config::error_handling::Parties;
use crate::config::{
    BeforeChange, Charset, ConverterConfig, DdlPolicy, DecimalFormat, ErrorTolerance, FullDocument, HeartbeatConfig,
    JsonConverterConfig, KeyStore, LostPositionPolicy, NamespaceRules, OutputFormat, ServerApi, StreamConfig,
};

fn config(properties: &[(&str, &str)]) -> SourceConfig {
    let submitted: SubmittedConfig =
        properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    SourceConfig::parse(&submitted).unwrap()
}

#[test]
fn nothing_submitted_gives_the_official_defaults() {
    let config = config(&[]);

    assert_eq!(config.scope, Scope::Deployment);
    assert_eq!(config.startup, StartupMode::Latest);
    assert_eq!(config.stream.poll_max_batch_size, 1000);
    assert_eq!(config.stream.poll_await_time_ms, 5000);
    assert_eq!(config.stream.full_document, None);
    assert!(config.publish.document_key_as_key && !config.publish.full_document_only);
    assert_eq!(config.output.value_converter, ConverterConfig::String(Charset::Utf8));
    assert_eq!(config.topics.separator, ".");
    assert_eq!(config.offset_partition_name, "mongodb://localhost:27017,localhost:27018,localhost:27019/");
}

#[test]
fn the_old_copy_switch_counts_only_where_startup_mode_is_empty() {
    assert!(matches!(config(&[("copy.existing", "true")]).startup, StartupMode::CopyExisting(_)));
    assert_eq!(config(&[("copy.existing", "true"), ("startup.mode", "latest")]).startup, StartupMode::Latest);
    assert!(matches!(config(&[("startup.mode", "Copy_Existing")]).startup, StartupMode::CopyExisting(_)));
}

#[test]
fn per_property_the_new_copy_name_wins_once_submitted() {
    let StartupMode::CopyExisting(copy) = config(&[
        ("copy.existing", "true"),
        ("copy.existing.pipeline", "[{$match: {old: 1}}]"),
        ("startup.mode.copy.existing.pipeline", ""),
        ("copy.existing.namespace.regex", "jee\\..*"),
        ("copy.existing.queue.size", "5"),
        ("startup.mode.copy.existing.queue.size", "7"),
    ])
    .startup
    else {
        unreachable!("copy.existing=true copies");
    };

    assert_eq!(copy.pipeline, Vec::<bson::Document>::new());
    assert_eq!(copy.namespace_regex.as_deref(), Some("jee\\..*"));
    assert_eq!(copy.queue_size, 7);
}

#[test]
fn full_document_only_forces_the_look_up() {
    let config = config(&[("publish.full.document.only", "true"), ("change.stream.full.document", "required")]);

    assert_eq!(config.stream.full_document, Some(FullDocument::UpdateLookup));
}

#[test]
fn a_timestamp_is_read_and_an_empty_one_means_latest() {
    let at = |text| config(&[("startup.mode", "timestamp"), ("startup.mode.timestamp.start.at.operation.time", text)]);

    assert_eq!(at("30").startup, StartupMode::Timestamp(Timestamp { time: 30, increment: 0 }));
    assert_eq!(at("").startup, StartupMode::Latest);
}

#[test]
fn the_default_partition_name_sorts_hosts_and_leaves_credentials_out() {
    let config = config(&[
        ("connection.uri", "mongodb://u:p@b:27018,a/?replicaSet=rs"),
        ("database", "jee"),
        ("collection", "patients"),
    ]);

    assert_eq!(config.offset_partition_name, "mongodb://a,b:27018/jee.patients");
}

#[test]
fn a_namespace_map_keeps_its_order_without_empty_entries() {
    let config = config(&[("topic.namespace.map", "{'jee': 'a', '/x.*': '', '*': 'rest', 'jee': 'b'}")]);

    let expected = vec![("jee".to_owned(), "b".to_owned()), ("*".to_owned(), "rest".to_owned())];
    assert_eq!(config.topics.namespace_map, expected);
}

#[test]
fn pipelines_become_documents() {
    let config = config(&[("pipeline", "[{$match: {operationType: 'insert'}}]")]);

    assert_eq!(config.stream.pipeline, vec![doc! {"$match": {"operationType": "insert"}}]);
}

#[test]
fn topic_creation_takes_any_topic_setting() {
    let config = config(&[
        ("topic.creation.default.partitions", "6"),
        ("topic.creation.default.replication.factor", "-1"),
        ("topic.creation.default.cleanup.policy", "compact"),
    ]);

    let creation = config.topic_creation.for_topic("any").unwrap();
    assert_eq!(creation.partitions, Some(6));
    assert_eq!(creation.replication_factor, None);
    assert_eq!(creation.configs, vec![("cleanup.policy".to_owned(), "compact".to_owned())]);
}

#[test]
fn the_connectors_own_tolerance_wins_once_submitted_and_leaves_the_frameworks_alone() {
    let tolerance = |properties: &[(&str, &str)]| {
        let Parties { connector, framework } = config(properties).errors.tolerance;
        (connector, framework)
    };
    let (none, all) = (ErrorTolerance::None, ErrorTolerance::All);

    assert_eq!(tolerance(&[]), (none, none));
    assert_eq!(tolerance(&[("errors.tolerance", "ALL")]), (all, all));
    assert_eq!(tolerance(&[("errors.tolerance", "all"), ("mongo.errors.tolerance", "none")]), (none, all));
    assert_eq!(tolerance(&[("mongo.errors.tolerance", "all")]), (all, none));
}

#[test]
fn the_connectors_own_log_switch_wins_once_submitted_and_leaves_the_frameworks_alone() {
    let logged = |properties: &[(&str, &str)]| {
        let Parties { connector, framework } = config(properties).errors.is_each_logged;
        (connector, framework)
    };

    assert_eq!(logged(&[]), (false, false));
    assert_eq!(logged(&[("errors.log.enable", "true")]), (true, true));
    assert_eq!(logged(&[("errors.log.enable", "true"), ("mongo.errors.log.enable", "false")]), (false, true));
}

#[test]
fn the_connectors_own_dead_letter_topic_wins_once_submitted_even_if_empty() {
    let topic = |properties: &[(&str, &str)]| config(properties).errors.dead_letters.map(|letters| letters.topic);
    let (theirs, own) = ("errors.deadletterqueue.topic.name", "mongo.errors.deadletterqueue.topic.name");

    assert_eq!(topic(&[]), None);
    assert_eq!(topic(&[(theirs, "a")]).as_deref(), Some("a"));
    assert_eq!(topic(&[(theirs, "a"), (own, "b")]).as_deref(), Some("b"));
    assert_eq!(topic(&[(theirs, "a"), (own, "")]), None);
}

#[test]
fn dead_letters_carry_headers_unless_told_otherwise() {
    let letters = |properties: &[(&str, &str)]| {
        let topic = [("errors.deadletterqueue.topic.name", "letters")];
        let properties: Vec<_> = topic.iter().chain(properties).copied().collect();
        config(&properties).errors.dead_letters.unwrap()
    };

    assert!(letters(&[]).has_headers);
    assert!(!letters(&[("errors.deadletterqueue.context.headers.enable", "false")]).has_headers);
    let replicas = |count| letters(&[("errors.deadletterqueue.topic.replication.factor", count)]).replication_factor;
    assert_eq!((replicas("3"), replicas("-1")), (Some(3), None));
}

#[test]
fn a_schema_is_read_only_where_the_format_asks_for_one() {
    let schema = ("output.schema.value", r#"{"type": "record", "name": "V", "fields": []}"#);
    let (format, inferred) = (("output.format.value", "SCHEMA"), ("output.schema.infer.value", "true"));

    assert_eq!(config(&[schema, inferred]).output.value_format, OutputFormat::Json);
    assert_eq!(config(&[schema, format, inferred]).output.value_format, OutputFormat::InferredSchema);
    let OutputFormat::Schema(read) = config(&[schema, format]).output.value_format else { unreachable!() };
    assert_eq!(read.name.as_deref(), Some("V"));
    let OutputFormat::Schema(default) = config(&[("output.format.key", "schema")]).output.key_format else {
        unreachable!()
    };
    assert_eq!(default.name.as_deref(), Some("keySchema"));
}

#[test]
fn the_json_converter_has_its_own_defaults_and_takes_structures_where_none_is_named() {
    let defaults = JsonConverterConfig {
        schemas_enable: true,
        decimal_format: DecimalFormat::Base64,
        replace_null_with_default: true,
    };
    let set = [
        ("value.converter", "Json"),
        ("value.converter.schemas.enable", "FALSE"),
        ("value.converter.decimal.format", "numeric"),
        ("value.converter.replace.null.with.default", "false"),
    ];
    let chosen = JsonConverterConfig {
        schemas_enable: false,
        decimal_format: DecimalFormat::Numeric,
        replace_null_with_default: false,
    };

    let assumed = config(&[("output.format.value", "schema")]).output;
    assert_eq!(assumed.value_converter, ConverterConfig::Json(defaults));
    assert_eq!(assumed.key_converter, ConverterConfig::String(Charset::Utf8));
    assert_eq!(config(&set).output.value_converter, ConverterConfig::Json(chosen));
}

#[test]
fn what_is_asked_of_the_server_is_read_as_it_is_sent() {
    let stream = config(&[
        ("change.stream.full.document.before.change", "whenAvailable"),
        ("change.stream.show.expanded.events", "TRUE"),
        ("collation", "{strength: 2, locale: 'ko'}"),
        ("heartbeat.interval.ms", "10000"),
        ("naru.namespaces.include", r"jee\..*, shop\.(a|b)"),
        ("naru.ddl.events", "Ignore"),
        ("naru.on.lost.position", "RECOPY"),
    ])
    .stream;

    let expected = StreamConfig {
        before_change: Some(BeforeChange::WhenAvailable),
        shows_expanded_events: true,
        collation: Some(doc! { "locale": "ko", "strength": 2 }),
        heartbeat: Some(HeartbeatConfig { interval_ms: 10_000, topic: "__mongodb_heartbeats".to_owned() }),
        namespaces: NamespaceRules {
            include: vec![r"jee\..*".to_owned(), r"shop\.(a|b)".to_owned()],
            exclude: Vec::new(),
        },
        ddl: DdlPolicy::Ignore,
        on_lost_position: LostPositionPolicy::Recopy,
        ..StreamConfig::default()
    };
    assert_eq!(stream, expected);
    assert_eq!(config(&[]).stream, StreamConfig::default());
}

#[test]
fn what_belongs_to_the_connection_is_read_and_its_passwords_do_not_show() {
    let connection = config(&[
        ("server.api.version", "1"),
        ("server.api.strict", "true"),
        ("connection.ssl.truststore", "/etc/ca.pem"),
        ("connection.ssl.keystore", "/etc/client.p12"),
        ("connection.ssl.keystorePassword", " hunter2 "),
        ("provider", "kim"),
    ])
    .connection;

    assert_eq!(connection.server_api, Some(ServerApi { is_strict: true, has_deprecation_errors: false }));
    assert_eq!(connection.trust_store, Some(KeyStore { path: "/etc/ca.pem".to_owned(), password: None }));
    let key_store = connection.key_store.clone().unwrap();
    assert_eq!(key_store, KeyStore { path: "/etc/client.p12".to_owned(), password: Some("hunter2".to_owned()) });
    assert_eq!(connection.provider, "kim");
    assert!(!format!("{connection:?} {key_store:?}").contains("hunter2"));
    assert_eq!(config(&[("server.api.strict", "true")]).connection.server_api, None);
}
