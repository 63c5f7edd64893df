//! A frozen owner, and what people set by hand.

use serde_json::json;

use super::*;
use crate::support::TestDatabase;
use crate::support::connector::create_body;
use crate::support::process::Serving;

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_owner_that_wakes_publishes_nothing_more() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let database = TestDatabase::create().await;
    let topic = mongo.topic("a");
    let (config, _) = source(&mongo, &[("copy.existing", "true")]);
    mongo.insert("a", 0..100).await;
    let frozen = Serving::start(&database);
    frozen.connect.post_json("/connectors", &create_body("c", &config)).await;
    arrived(&topic, 100).await;

    frozen.signal("STOP");
    let _successor = Serving::start(&database);
    mongo.insert("a", 100..200).await;
    arrived(&topic, 200).await;
    frozen.signal("CONT");
    mongo.insert("a", 200..300).await;
    let records = arrived(&topic, 300).await;

    assert_eq!(repeated(&records), Vec::<String>::new());
    assert_eq!(records.len(), 300);
    mongo.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn offsets_are_shown_set_and_forgotten_in_kafka_connects_form() {
    let Some(mongo) = MongoDatabase::create().await else { return };
    let database = TestDatabase::create().await;
    let topic = mongo.topic("a");
    let (config, offsets_topic) = source(&mongo, &[("copy.existing", "true"), ("offset.partition.name", "p")]);
    mongo.insert("a", 0..10).await;
    let serving = Serving::start(&database);
    serving.connect.post_json("/connectors", &create_body("c", &config)).await;
    arrived(&topic, 10).await;
    let path = "/connectors/c/offsets";
    let refused = serving.connect.patch_json(path, &json!({ "offsets": [] })).await;
    let running = serving.connect.delete(path).await;
    assert_eq!((refused.status, running.status), (400, 400), "{refused:?} {running:?}");
    assert_eq!(refused.body["message"], "Partitions / offsets need to be provided for an alter offsets request");

    serving.connect.put("/connectors/c/stop").await;
    let reset = eventually(PATIENCE, || async {
        let answer = serving.connect.delete(path).await;
        if answer.status == 200 { Ok(answer) } else { Err(answer) }
    })
    .await;
    assert_eq!(reset.body["message"], "The offsets for this connector have been reset successfully");
    assert_eq!(serving.connect.get(path).await.body, json!({ "offsets": [] }));

    let token = r#"{"_data": "8263A1B2C30000000729295A1004AB"}"#;
    let offset = json!({ "partition": { "ns": "p" }, "offset": { "_id": token } });
    let altered = serving.connect.patch_json(path, &json!({ "offsets": [offset] })).await;
    let shown = serving.connect.get(path).await;
    assert_eq!(altered.body["message"], "The offsets for this connector have been altered successfully", "{altered:?}");
    assert_eq!(shown.body, json!({ "offsets": [offset] }));
    let newest = read_committed(&offsets_topic).await.pop().expect("a position");
    assert_eq!(newest.key, r#"["c",{"ns":"p"}]"#);
    assert_eq!(newest.json(), json!({ "_id": token }));
    let foreign = json!({ "partition": { "ns": "other" }, "offset": { "_id": token } });
    let refused = serving.connect.patch_json(path, &json!({ "offsets": [foreign] })).await;
    assert_eq!(refused.status, 400, "{refused:?}");
    mongo.drop().await;
}
