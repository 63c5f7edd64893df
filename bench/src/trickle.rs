//! A clinic at work: now and then a new visit, a changed patient, somebody who leaves.

use std::time::Duration;

use anyhow::Result;
use bson::{Document, doc};
use mongodb::Client;

use crate::clinic::{COLLECTIONS, Clinic};

/// Changes documents until the program is ended.
pub async fn run(client: &Client, database: &str, seed: u64, every: Duration) -> Result<()> {
    let database = client.database(database);
    let patients = database.collection::<Document>(COLLECTIONS[0]);
    let visits = database.collection::<Document>(COLLECTIONS[1]);
    // A seed of its own, and ids that say so: the documents of the first filling stay as they were made.
    let mut clinic = Clinic::new(seed.wrapping_add(1));
    let mut ticks = tokio::time::interval(every);
    for turn in 0_u64.. {
        ticks.tick().await;
        match turn % 5 {
            0 => {
                patients.insert_one(clinic.patient()?).await?;
            }
            2 => {
                let change = doc! { "$inc": { "visits": 1 }, "$currentDate": { "last_seen": true } };
                patients.update_one(doc! { "consent": true }, change).await?;
            }
            4 => {
                visits.delete_one(doc! { "_id": { "$gte": "live-" } }).await?;
            }
            _ => {
                let mut visit = clinic.visit(&[])?;
                visit.insert("_id", format!("live-{seed}-{turn:07}"));
                visits.insert_one(visit).await?;
            }
        }
    }
    Ok(())
}
