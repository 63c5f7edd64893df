//! A database of one test on a real MongoDB (or what stands in for it).

use std::io::Write as _;

use bson::{Document, doc};
use mongodb::{Client, Collection};

use super::unique;

/// A database that nobody else uses, dropped by [`MongoDatabase::drop`].
pub(crate) struct MongoDatabase {
    /// Its name.
    pub(crate) name: String,
    /// How connectors reach it.
    pub(crate) uri: String,
    client: Client,
}

impl MongoDatabase {
    /// One on the MongoDB that `NARU_TEST_MONGODB_URI` names; `None`, said aloud, where it names none.
    pub(crate) async fn create() -> Option<Self> {
        let Ok(uri) = std::env::var("NARU_TEST_MONGODB_URI") else {
            eprintln!("skipped: NARU_TEST_MONGODB_URI names no MongoDB");
            return None;
        };
        let client = Client::with_uri_str(&uri).await.expect("a MongoDB");
        Some(Self { name: unique("jee"), uri, client })
    }

    /// As [`Self::create`], where it is no stand-in; `None`, said aloud, with what the stand-in lacks for this test.
    pub(crate) async fn create_real(test: &str, what: &str) -> Option<Self> {
        let database = Self::create().await?;
        let admin = database.client.database("admin");
        let release = admin.run_command(doc! { "buildInfo": 1 }).await.expect("a release");
        if release.get_str("gitVersion").ok() != Some("stand-in") {
            return Some(database);
        }
        // Past the runner, which would keep it to itself.
        let line = format!("skipped: {test}: the stand-in for MongoDB has no {what}\n");
        std::io::stderr().write_all(line.as_bytes()).expect("a line");
        None
    }

    /// The connection that the test itself has.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// A collection that keeps documents as they were before a change. Needs a real server.
    pub(crate) async fn create_with_pre_images(&self, collection: &str) {
        let command = doc! { "create": collection, "changeStreamPreAndPostImages": { "enabled": true } };
        self.client.database(&self.name).run_command(command).await.expect("created");
    }

    /// A user of this database who may read and follow it. Needs a real server.
    pub(crate) async fn create_user(&self, name: &str, password: &str) {
        let command = doc! { "createUser": name, "pwd": password, "roles": ["read"] };
        self.client.database(&self.name).run_command(command).await.expect("created");
    }

    /// The connection string with which a user of this database signs in.
    pub(crate) fn uri_of(&self, name: &str, password: &str) -> String {
        let after = self.uri.trim_start_matches("mongodb://");
        let after = after.rsplit_once('@').map_or(after, |(_, after)| after);
        let joint = if after.contains('?') { '&' } else { '?' };
        format!("mongodb://{name}:{password}@{after}{joint}authSource={}", self.name)
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A collection of it.
    pub(crate) fn collection(&self, name: &str) -> Collection<Document> {
        self.client.database(&self.name).collection(name)
    }

    /// Inserts documents `{_id: from..to, name: "kim"}`.
    pub(crate) async fn insert(&self, collection: &str, numbers: std::ops::Range<i32>) {
        let documents: Vec<Document> = numbers.map(|number| doc! { "_id": number, "name": "kim" }).collect();
        self.collection(collection).insert_many(documents).await.expect("inserted");
    }

    /// The configuration of a source on one of its collections, with topics of the test's own.
    pub(crate) fn source(&self, collection: &str) -> serde_json::Value {
        serde_json::json!({
            "connector.class": "com.mongodb.kafka.connect.MongoSourceConnector",
            "connection.uri": self.uri,
            "database": self.name,
            "collection": collection,
            "startup.mode": "copy_existing",
            "publish.full.document.only": "true",
            "key.converter": "org.apache.kafka.connect.storage.StringConverter",
            "value.converter": "org.apache.kafka.connect.storage.StringConverter"
        })
    }

    /// The topic of a collection under the default naming.
    pub(crate) fn topic(&self, collection: &str) -> String {
        format!("{}.{collection}", self.name)
    }

    /// The configuration of a source on the whole database that begins now and polls often, with more properties.
    pub(crate) fn source_of_all(&self, more: &[(&str, &str)]) -> serde_json::Value {
        source_on(&self.uri, &self.name, more)
    }

    /// Where the first server listens, `host:port`.
    pub(crate) fn server_address(&self) -> String {
        let hosts = self.uri.trim_start_matches("mongodb://").split('/').next().unwrap_or_default();
        let hosts = hosts.rsplit('@').next().unwrap_or_default();
        hosts.split(',').next().unwrap_or_default().to_owned()
    }

    /// Drops it.
    pub(crate) async fn drop(self) {
        self.client.database(&self.name).drop().await.expect("dropped");
    }
}

/// The configuration of a source on a whole database that begins now and polls often, with more properties.
pub(crate) fn source_on(uri: &str, database: &str, more: &[(&str, &str)]) -> serde_json::Value {
    let mut config = serde_json::json!({
        "connector.class": "com.mongodb.kafka.connect.MongoSourceConnector",
        "connection.uri": uri,
        "database": database,
        "poll.await.time.ms": "200",
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.storage.StringConverter"
    });
    for (name, value) in more {
        config[*name] = serde_json::json!(value);
    }
    config
}
