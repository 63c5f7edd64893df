//! The MongoDB that tests of this crate use: the one that the environment names.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use bson::{Document, doc};
use mongodb::Client;
use uuid::Uuid;

/// Names the deployment.
const URI_VARIABLE: &str = "NARU_TEST_MONGODB_URI";

/// The connection string, or `None` after saying why the test does not run.
pub(crate) fn uri(test: &str) -> Option<String> {
    let uri = std::env::var(URI_VARIABLE).ok().filter(|uri| !uri.is_empty());
    if uri.is_none() {
        eprintln!("skipped {test}: {URI_VARIABLE} is not set, and this needs a MongoDB replica set");
    }
    uri
}

/// A database of a test's own.
pub(crate) struct Fixture {
    pub(crate) uri: String,
    pub(crate) database: String,
    client: Client,
}

impl Fixture {
    /// Nothing in it yet; `None` where there is no MongoDB.
    pub(crate) async fn new(test: &str) -> Option<Self> {
        let uri = uri(test)?;
        let client = Client::with_uri_str(&uri).await.expect("a client");
        Some(Self { uri, database: format!("t{}", Uuid::now_v7().simple()), client })
    }

    /// Inserts documents.
    pub(crate) async fn insert(&self, collection: &str, documents: Vec<Document>) {
        let target = self.client.database(&self.database).collection::<Document>(collection);
        target.insert_many(documents).await.expect("inserted");
    }

    /// Creates empty collections, `c0` and on.
    pub(crate) async fn create_collections(&self, count: usize) {
        let database = self.client.database(&self.database);
        for number in 0..count {
            database.create_collection(format!("c{number}")).await.expect("created");
        }
    }

    /// Drops what a test would leave lying about for others.
    pub(crate) async fn drop_database(&self) {
        self.client.database(&self.database).drop().await.expect("dropped");
    }

    /// Inserts `{_id: 0..count, name: …}`.
    pub(crate) async fn insert_numbered(&self, collection: &str, count: i32) {
        let documents = (0..count).map(|number| doc! { "_id": number, "name": format!("n{number}") });
        self.insert(collection, documents.collect()).await;
    }
}
