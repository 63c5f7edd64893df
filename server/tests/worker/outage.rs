//! Postgres goes away and comes back.

use std::sync::Arc;
use std::time::Duration;

use crate::support::app::fast;
use crate::support::connector::create_body;
use crate::support::proxy::Proxy;
use crate::support::{TestApp, TestDatabase, eventually, source_config};

async fn app_behind_proxy() -> (TestApp, Proxy) {
    let database = Arc::new(TestDatabase::create().await);
    let proxy = Proxy::to(database.server_address()).await;
    let app = TestApp::start_with(&database, database.config_through(proxy.address.port()), fast()).await;
    (app, proxy)
}

#[tokio::test]
async fn an_outage_is_told_and_passes_by_itself() {
    let (app, proxy) = app_behind_proxy().await;
    app.connect.post_json("/connectors", &create_body("c", &source_config())).await;

    proxy.cut();
    let answer = eventually(Duration::from_secs(15), || async {
        let answer = app.connect.get("/connectors").await;
        if answer.status == 503 { Ok(answer) } else { Err(answer) }
    })
    .await;
    let ready = app.admin.get("/health/ready").await;
    let live = app.admin.get("/health/live").await;
    assert_eq!(answer.error(), (503, "Postgres cannot be reached; try again in a few seconds."));
    assert_eq!((ready.status, live.status), (503, 200));

    proxy.mend();
    eventually(Duration::from_secs(15), || async {
        let ready = app.admin.get("/health/ready").await;
        let list = app.connect.get("/connectors").await;
        if ready.status == 200 && list.status == 200 { Ok(()) } else { Err((ready, list)) }
    })
    .await;
    let created = app.connect.post_json("/connectors", &create_body("d", &source_config())).await;
    assert_eq!(created.status, 201);
    app.stop().await;
}

#[tokio::test]
async fn stopping_during_an_outage_is_quick_too() {
    let (app, proxy) = app_behind_proxy().await;
    for name in ["a", "b", "c"] {
        app.connect.post_json("/connectors", &create_body(name, &source_config())).await;
    }

    proxy.cut();
    let took = app.stop().await;

    assert!(took < Duration::from_secs(10), "{took:?}");
}
