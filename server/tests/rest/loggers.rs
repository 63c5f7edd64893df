//! `/admin/loggers`. Levels are the process's, so one test walks through all of it.

use std::time::Duration;

use serde_json::json;

use super::{Story, golden};
use crate::support::{TestApp, eventually};

#[tokio::test]
async fn levels_are_listed_changed_and_taken_back() {
    let app = TestApp::start().await;
    let mut story = Story::of(&app);

    let all = app.connect.get("/admin/loggers").await;
    assert!(all.body["root"]["level"].is_string(), "{}", all.text);
    assert!(all.body["server::worker"]["last_modified"].is_null(), "{}", all.text);
    story.tell(app.connect.get("/admin/loggers/nope.logger").await);
    story.tell(app.connect.put_json("/admin/loggers/root", &json!({"level": "BOGUS"})).await);
    story.tell(app.connect.put_json("/admin/loggers/root", &json!({})).await);

    let changed = app.connect.put_json("/admin/loggers/server.preview", &json!({"level": "trace"})).await;
    assert_eq!((changed.status, &changed.body), (200, &json!(["server::preview"])));
    let one = app.connect.get("/admin/loggers/server::preview").await;
    assert_eq!(one.body["level"], "TRACE");
    assert!(one.body["last_modified"].as_i64().is_some_and(|at| at > 1_700_000_000_000), "{}", one.text);
    let again = app.connect.put_json("/admin/loggers/server.preview", &json!({"level": "TRACE"})).await;
    assert_eq!(again.body, json!([]));

    let everywhere =
        app.connect.put_json("/admin/loggers/server.preview?scope=cluster", &json!({"level": "WARN"})).await;
    assert_eq!((everywhere.status, everywhere.text.as_str()), (204, ""));
    eventually(Duration::from_secs(5), || async {
        let one = app.connect.get("/admin/loggers/server.preview").await;
        if one.body["level"] == "WARN" { Ok(()) } else { Err(one.body) }
    })
    .await;
    golden!(story);
    app.stop().await;
}
