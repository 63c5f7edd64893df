#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;

fn only(text: &str) -> Imported {
    let mut connectors = import(text).unwrap();
    assert_eq!(connectors.len(), 1);
    connectors.remove(0)
}

fn pairs(imported: &Imported) -> Vec<(&str, &str)> {
    imported.config.iter().collect()
}

const PROPERTIES: &str = "# MongoDB source\nname=patients\nconnector.class=com.mongodb.kafka.connect.MongoSourceConnector\n\
                          tasks.max=1\n\nconnection.uri=mongodb://u:p@h/?w=majority\npipeline=[{\"$match\": \\\n    \
                          {\"a\": 1}}]\n";

#[test]
fn properties_give_name_and_configuration() {
    let imported = only(PROPERTIES);

    assert_eq!(imported.name.as_deref(), Some("patients"));
    assert_eq!(
        pairs(&imported),
        [
            ("connector.class", "com.mongodb.kafka.connect.MongoSourceConnector"),
            ("tasks.max", "1"),
            ("connection.uri", "mongodb://u:p@h/?w=majority"),
            ("pipeline", "[{\"$match\": {\"a\": 1}}]"),
        ]
    );
    assert_eq!(imported.notes, Vec::new());
}

#[test]
fn every_shape_of_kafka_connects_json_is_taken() {
    let config = r#"{"connector.class": "MongoSource", "tasks.max": 2, "copy.existing": true}"#;
    let shapes = [
        format!(r#"{{"name": "a", "config": {config}}}"#),
        r#"{"name": "a", "connector.class": "MongoSource", "tasks.max": 2, "copy.existing": true}"#.to_owned(),
        format!(r#"{{"name": "a", "config": {config}, "tasks": [{{"connector": "a", "task": 0}}], "type": "source"}}"#),
        format!(r#"[{{"name": "a", "config": {config}}}]"#),
        format!(r#"{{"a": {{"info": {{"name": "a", "config": {config}}}, "status": {{"name": "a"}}}}}}"#),
        format!(r#"{{"a": {{"config": {config}}}}}"#),
        format!(r#"{{"a": {config}}}"#),
    ];
    for shape in shapes {
        let imported = only(&shape);

        assert_eq!(imported.name.as_deref(), Some("a"), "{shape}");
        assert_eq!(
            pairs(&imported),
            [("connector.class", "MongoSource"), ("tasks.max", "2"), ("copy.existing", "true")],
            "{shape}"
        );
    }
}

#[test]
fn several_connectors_come_in_their_order() {
    let text =
        r#"{"b": {"info": {"name": "b", "config": {"x": "1"}}}, "a": {"info": {"name": "a", "config": {"x": "2"}}}}"#;

    let names: Vec<Option<String>> = import(text).unwrap().into_iter().map(|imported| imported.name).collect();
    assert_eq!(names, [Some("b".to_owned()), Some("a".to_owned())]);
}

#[test]
fn json_keeps_the_state_and_tells_what_it_drops() {
    let imported = only(
        r#"{"name": "a", "config": {"name": "b", "database": null, "x": "1"}, "initial_state": "stopped", "extra": 1}"#,
    );

    assert_eq!(imported.desired_state, Some(DesiredState::Stopped));
    assert_eq!(pairs(&imported), [("x", "1")]);
    let dropped: Vec<&str> = imported.notes.iter().map(|note| note.field.as_str()).collect();
    assert_eq!(dropped, ["database", "name", "extra"]);
}

#[test]
fn a_strimzi_resource_is_taken() {
    let text = "apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaConnector\nmetadata:\n  name: patients\n  labels:\n    \
                strimzi.io/cluster: my-connect\nspec:\n  class: com.mongodb.kafka.connect.MongoSourceConnector\n  tasksMax: \
                1\n  autoRestart:\n    enabled: true\n  pause: true\n  config:\n    connection.uri: ${secrets:ns/mongo:uri}\n    \
                database: jee\n    copy.existing: true\n    poll.max.batch.size: 500\n    pipeline: |\n      [{\"$match\": \
                {}}]\n    tasks.max: 4\nstatus:\n  conditions: []\n";

    let imported = only(text);

    assert_eq!(imported.name.as_deref(), Some("patients"));
    assert_eq!(imported.desired_state, Some(DesiredState::Paused));
    assert_eq!(
        pairs(&imported),
        [
            ("connector.class", "com.mongodb.kafka.connect.MongoSourceConnector"),
            ("tasks.max", "1"),
            ("connection.uri", "${secrets:ns/mongo:uri}"),
            ("database", "jee"),
            ("copy.existing", "true"),
            ("poll.max.batch.size", "500"),
            ("pipeline", "[{\"$match\": {}}]\n"),
        ]
    );
    let noted: Vec<(&str, NoteKind)> = imported.notes.iter().map(|note| (note.field.as_str(), note.kind)).collect();
    assert_eq!(
        noted,
        [
            ("metadata.labels.strimzi.io/cluster", NoteKind::Dropped),
            ("spec.class", NoteKind::Renamed),
            ("spec.tasksMax", NoteKind::Renamed),
            ("spec.autoRestart", NoteKind::Dropped),
            ("spec.config.tasks.max", NoteKind::Dropped),
        ]
    );
}

#[test]
fn several_documents_and_lists_of_kubernetes_are_read() {
    let one = "kind: KafkaConnector\nmetadata: {name: NAME}\nspec: {class: X, config: {a: b}}\n";
    let two = format!("{}---\nkind: KafkaConnect\n---\n{}", one.replace("NAME", "a"), one.replace("NAME", "b"));
    let list =
        "apiVersion: v1\nkind: List\nitems:\n- kind: KafkaConnector\n  metadata: {name: c}\n  spec: {class: X}\n";

    assert_eq!(import(&two).unwrap().len(), 2);
    assert_eq!(import(list).unwrap()[0].name.as_deref(), Some("c"));
}

#[test]
fn masked_secrets_have_to_be_entered_again() {
    for mask in ["[hidden]", "****", "******"] {
        let text = format!("name=a\nconnection.uri={mask}\ndatabase=****\n");
        let imported = only(&text);

        assert_eq!(pairs(&imported), [("database", "****")]);
        assert_eq!(imported.notes[0].kind, NoteKind::Missing);
    }
}

#[test]
fn what_holds_no_connector_is_told_apart() {
    let cases = [
        ("", "no connector"),
        ("# only a comment", "no connector"),
        ("[]", "no connector"),
        ("[\"a\", \"b\"]", "names only"),
        ("{\"a\": {\"status\": {}}}", "states"),
        ("{\"a\": ", "not valid JSON"),
        ("{\"name\": \"a\", \"config\": {\"pipeline\": [{}]}}", "must be text"),
        ("kind: KafkaConnect\nspec: {}\n", "describes workers"),
        ("kind: KafkaConnector\nmetadata: {name: a}\n", "no spec"),
        ("kind: KafkaConnector\nspec:\n  config:\n    pipeline: [a]\n", "must be text"),
        ("kind: KafkaConnector\nspec: [\n", "not valid YAML"),
    ];
    for (text, part) in cases {
        let error = import(text).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_without_panic_and_never_quoted_in_an_error(text in "[ -~\\n\\t가-힣]{0,60}", form in 0..3_usize) {
        let secret = "SECRETSECRET";
        let text = match form {
            0 => format!("{{\"connection.uri\": \"{secret}\", {text}"),
            1 => format!("kind: KafkaConnector\nspec:\n  config:\n    connection.uri: {secret}\n    {text}"),
            _ => format!("connection.uri={secret}\n{text}"),
        };
        if let Err(error) = import(&text) {
            let shown = format!("{error} {error:?}");
            prop_assert!(!shown.contains(secret));
        }
    }
}
