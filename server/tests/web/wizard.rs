//! The wizard, from a blank draft to a connector that runs, over a real MongoDB and Kafka.

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};

use crate::support::connector::NOBODY;
use crate::support::kafka::read_values;
use crate::support::mongo::MongoDatabase;
use crate::support::{TestApp, eventually, unique};

const DEADLINE: Duration = Duration::from_secs(30);

/// Asks the portal's server functions.
struct Portal {
    base: String,
    http: Client,
}

impl Portal {
    fn of(app: &TestApp) -> Self {
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        Self { base: format!("http://{}", app.addresses.portal), http }
    }

    /// A form as the script posts it: the answer's value.
    async fn post(&self, endpoint: &str, form: &[(&str, &str)]) -> Value {
        let answer = self.http.post(format!("{}/ui/{endpoint}", self.base)).header("accept", "application/json");
        let answer = answer.form(form).send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{endpoint}: {status} {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// A form as a browser without script posts it: where it leads.
    async fn post_plain(&self, endpoint: &str, form: &[(&str, &str)]) -> String {
        let answer = self.http.post(format!("{}/ui/{endpoint}", self.base)).header("accept", "text/html");
        let answer = answer.form(form).send().await.expect("an answer");
        assert!(answer.status().is_redirection(), "{endpoint}: {}", answer.status());
        answer.headers()["location"].to_str().expect("text").to_owned()
    }

    async fn get(&self, endpoint: &str, query: &[(&str, &str)]) -> Value {
        let answer =
            self.http.get(format!("{}/ui/{endpoint}", self.base)).query(query).send().await.expect("an answer");
        let (status, text) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{endpoint}: {status} {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// The checks' stream, to its end: the rows, then the report.
    async fn stream_checks(&self, draft: &str) -> (Vec<Value>, Value) {
        let answer = self.http.get(format!("{}/ui/stream/drafts/{draft}/checks", self.base)).send().await;
        let text = answer.expect("an answer").text().await.expect("a body");
        let (mut rows, mut report) = (Vec::new(), Value::Null);
        for event in text.split("\n\n") {
            let data = event.lines().find_map(|line| line.strip_prefix("data:")).map(str::trim);
            let Some(data) = data.and_then(|data| serde_json::from_str(data).ok()) else { continue };
            if event.contains("event: done") || event.contains("event:done") { report = data } else { rows.push(data) }
        }
        (rows, report)
    }
}

fn texts<'a>(values: &'a Value, field: &str) -> Vec<&'a str> {
    values.as_array().expect("a list").iter().filter_map(|value| value[field].as_str()).collect()
}

#[tokio::test]
async fn a_draft_becomes_a_connector_that_runs() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let app = TestApp::start().await;
    let portal = Portal::of(&app);
    for collection in ["patients", "visits", "staff"] {
        mongo.insert(collection, 0..5).await;
    }

    let view = portal.post("drafts/source", &[("id", ""), ("uri", &mongo.uri)]).await;
    let id = view["id"].as_str().expect("an id");
    assert_eq!(view["source"]["has_password"], false);
    assert!(texts(&portal.get("drafts/databases", &[("id", id)]).await["rows"], "name").contains(&&*mongo.name));
    let listed = portal.get("drafts/collections", &[("id", id), ("database", &mongo.name)]).await;
    assert_eq!(texts(&listed["rows"], "name"), ["patients", "staff", "visits"]);
    let asked = [("id", id), ("database", &*mongo.name), ("names[0]", "visits"), ("names[1]", "missing")];
    assert_eq!(portal.post("drafts/sizes", &asked).await[0]["documents"], 5);

    let scope = [("id", id), ("database", &*mongo.name), ("collections[0]", "patients"), ("collections[1]", "visits")];
    let view = portal.post("drafts/scope", &scope).await;
    assert_eq!(view["scope"]["collections"], json!(["patients", "visits"]));
    assert_eq!(view["name"], json!(mongo.name));
    let next = portal.post_plain("drafts/start", &[("id", id), ("mode", "copy")]).await;
    assert!(next.ends_with("step=kafka"), "{next}");
    let prefix = unique("wizard");
    let target = [
        ("id", id),
        ("form[prefix]", &*prefix),
        ("form[separator]", "."),
        ("form[key]", "document"),
        ("form[format]", "simplified"),
        ("form[shape]", "document"),
    ];
    let view = portal.post("drafts/target", &target).await;
    assert_eq!(view["problems"], json!([]));

    let (rows, report) = portal.stream_checks(id).await;
    assert_eq!(report["rows"], json!(rows));
    assert_eq!(rows.iter().filter(|row| row["verdict"] == "Failed").collect::<Vec<_>>(), Vec::<&Value>::new());
    assert_eq!(portal.get("drafts/show", &[("id", id)]).await["checks"], report);

    let outcome = portal.get("drafts/outcome", &[("id", id)]).await;
    let topics: Vec<_> = outcome["rows"].as_array().expect("rows").iter().map(|row| &row["record"]["topic"]).collect();
    assert!(topics.contains(&&json!(format!("{prefix}.{}.patients", mongo.name))), "{outcome}");
    assert!(!outcome.to_string().contains("staff"), "{outcome}");

    let created = portal.post("drafts/create", &[("id", id)]).await;
    assert_eq!(created, json!({ "Connector": mongo.name }));
    eventually(DEADLINE, || async {
        let status = app.connect.get(&format!("/connectors/{}/status", mongo.name)).await;
        if status.body["tasks"][0]["state"] == "RUNNING" { Ok(()) } else { Err(status.body) }
    })
    .await;
    for collection in ["patients", "visits"] {
        let topic = format!("{prefix}.{}.{collection}", mongo.name);
        assert_eq!(read_values(&topic, 5).await.len(), 5, "{topic}");
    }
    let gone = portal.http.get(format!("{}/ui/drafts/show", portal.base)).query(&[("id", id)]).send().await;
    assert_eq!(gone.expect("an answer").status(), 404);
    app.stop().await;
    mongo.drop().await;
}

#[tokio::test]
async fn an_edit_of_what_was_tested_drops_the_verdict_and_another_does_not() {
    let app = TestApp::start().await;
    let portal = Portal::of(&app);
    let view = portal.post("drafts/source", &[("id", ""), ("uri", NOBODY)]).await;
    let id = view["id"].as_str().expect("an id");

    let report = portal.post("drafts/check", &[("id", id)]).await;

    assert!(report["rows"].as_array().expect("rows").iter().any(|row| row["verdict"] == "Failed"), "{report}");
    let renamed = portal.post("drafts/name", &[("id", id), ("name", "another")]).await;
    assert_eq!((&renamed["checks"], &renamed["name"]), (&report, &json!("another")));
    let edited = portal.post("drafts/source", &[("id", id), ("uri", "mongodb://127.0.0.1:2")]).await;
    assert_eq!(edited["checks"], Value::Null);
    app.stop().await;
}

#[tokio::test]
async fn what_stands_in_the_way_of_creating_is_said_and_the_draft_stays() {
    let app = TestApp::start().await;
    let portal = Portal::of(&app);
    let pasted = "name=taken\nconnector.class=MongoSource\nconnection.uri=mongodb://kim:hunter2@127.0.0.1:1\n\
                  database=jee\ntopic.prefx=a\npipeline=[{\n";
    let imported = portal.post("drafts/import", &[("text", pasted)]).await;
    let id = imported["Draft"].as_str().expect("an id");

    let refused = portal.post("drafts/create", &[("id", id)]).await;

    let problems = &refused["Refused"]["problems"];
    assert!(texts(problems, "property").contains(&"pipeline"), "{problems}");
    assert!(problems.to_string().contains("topic.prefix"), "{problems}");
    assert!(!refused.to_string().contains("hunter2"), "{refused}");
    assert_eq!(app.connect.get("/connectors").await.body, json!([]));
    let unreadable = portal.post("drafts/text", &[("id", id), ("text", "{ \"name\": ")]).await;
    assert!(unreadable.get("Unreadable").is_some(), "{unreadable}");
    let view = portal.get("drafts/show", &[("id", id)]).await;
    assert_eq!((&view["scope"]["database"], &view["unread"]["text"]), (&json!("jee"), &json!("{ \"name\": ")));
    app.stop().await;
}

#[tokio::test]
async fn a_form_without_script_stays_where_something_is_wrong() {
    let app = TestApp::start().await;
    let portal = Portal::of(&app);
    let place = portal.post_plain("drafts/import", &[("text", "{ not json")]).await;
    let id = place.split("draft=").nth(1).and_then(|rest| rest.split('&').next()).expect("a draft").to_owned();

    let stayed = portal.post_plain("drafts/source", &[("id", &id), ("uri", "mongodb://a:99999")]).await;
    let went_on = portal.post_plain("drafts/source", &[("id", &id), ("uri", "mongodb://a:9999")]).await;
    let back = portal.post_plain("drafts/start", &[("id", &id), ("mode", "latest"), ("go", "back")]).await;

    assert!(place.ends_with("step=review"), "{place}");
    assert!(stayed.ends_with("step=mongodb"), "{stayed}");
    assert!(went_on.ends_with("step=what"), "{went_on}");
    assert!(back.ends_with("step=what"), "{back}");
    app.stop().await;
}

#[tokio::test]
async fn a_visit_leaves_no_draft_behind_and_the_first_save_begins_one() {
    let app = TestApp::start().await;
    let portal = Portal::of(&app);

    let shown = portal.get("drafts/show", &[("id", "")]).await;
    let saved = portal.post("drafts/name", &[("id", ""), ("name", "mine")]).await;

    assert_eq!((&shown["id"], &shown["start"]["mode"]), (&json!(""), &json!("copy")));
    let id = saved["id"].as_str().expect("an id");
    assert!(!id.is_empty());
    assert_eq!(portal.get("drafts/show", &[("id", id)]).await["name"], "mine");
    app.stop().await;
}

#[tokio::test]
async fn of_two_windows_over_one_draft_the_second_is_told_and_overwrites_nothing() {
    let app = TestApp::start().await;
    let portal = Portal::of(&app);
    let id = portal.post("drafts/name", &[("id", ""), ("name", "first")]).await["id"].clone();
    let id = id.as_str().expect("an id");
    let show = async || portal.get("drafts/show", &[("id", id)]).await;
    let (mine, theirs) = (show().await, show().await);
    let seen = |view: &Value| view["seen"].as_str().expect("a mark").to_owned();

    let saved = portal.post("drafts/name", &[("id", id), ("seen", &seen(&mine)), ("name", "mine")]).await;
    let late = [("id", id), ("seen", &*seen(&theirs)), ("name", "theirs")];
    let refused = portal.http.post(format!("{}/ui/drafts/name", portal.base)).form(&late).send().await;
    let plain = portal.post_plain("drafts/name", &late).await;
    let again = portal.post("drafts/name", &[("id", id), ("seen", &seen(&mine)), ("name", "again")]).await;

    assert_eq!(refused.expect("an answer").status(), 409);
    assert!(plain.contains("failed=conflict"), "{plain}");
    assert_eq!(
        (&saved["name"], &again["name"]),
        (&json!("mine"), &json!("again")),
        "a window is not stopped by itself"
    );
    assert_eq!(show().await["name"], "again");
    app.stop().await;
}
