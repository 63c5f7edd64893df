//! A slower MongoDB: its own test hook holds up every reply to a reader.

use bson::{Document, doc};
use mongodb::Client;

/// Holds up each reply by so much.
const DELAY_MS: i32 = 100;

pub(super) struct Brake;

impl Brake {
    /// From now on finds and cursors answer late. A server without test commands stays as fast as it is, and says so here.
    pub(super) async fn apply(client: &Client) {
        let data =
            doc! { "failCommands": ["find", "aggregate", "getMore"], "blockConnection": true, "blockTimeMS": DELAY_MS };
        let command = doc! { "configureFailPoint": "failCommand", "mode": "alwaysOn", "data": data };
        if let Err(error) = configure(client, command).await {
            println!("reads are not slowed down, more kills may fall after the copy: {error}");
        }
    }

    /// As fast as ever. A server that was never slowed down has nothing to release.
    pub(super) async fn release(client: &Client) {
        let _never_applied = configure(client, doc! { "configureFailPoint": "failCommand", "mode": "off" }).await;
    }
}

async fn configure(client: &Client, command: Document) -> mongodb::error::Result<Document> {
    client.database("admin").run_command(command).await
}
