//! A believable clinic: patients, visits and staff, with every BSON type among them.
//!
//! The same seed makes the same documents, so that a failure can be had again.

mod patient;
mod staff;
mod visit;

use anyhow::{Context as _, Result};
use bson::oid::ObjectId;
use bson::{Bson, DateTime, Decimal128, Document};
use mongodb::{Client, Collection};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

/// The database of the demonstration.
pub const DATABASE: &str = "jee";
/// Its collections.
pub const COLLECTIONS: [&str; 3] = ["patients", "visits", "staff"];

/// What one message to MongoDB carries.
const INSERT_BATCH: usize = 500;
/// 2026-03-02T00:00:00Z, a Monday: "today" for the generator, which must not ask the clock.
const TODAY_MS: i64 = 1_772_409_600_000;
const DAY_MS: i64 = 86_400_000;

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub patients: u32,
    pub visits: u32,
    pub staff: u32,
}

impl Default for Size {
    fn default() -> Self {
        Self { patients: 2_000, visits: 3_000, staff: 60 }
    }
}

/// The source of documents.
pub struct Clinic {
    rng: StdRng,
    patients: u32,
    visits: u32,
}

impl Clinic {
    pub fn new(seed: u64) -> Self {
        Self { rng: StdRng::seed_from_u64(seed), patients: 0, visits: 0 }
    }

    /// One of the values.
    fn one_of<'a>(&mut self, values: &[&'a str]) -> &'a str {
        values.choose(&mut self.rng).copied().unwrap_or_default()
    }

    fn number(&mut self, range: std::ops::RangeInclusive<i32>) -> i32 {
        self.rng.random_range(range)
    }

    fn happens(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.rng.random()).collect()
    }

    fn object_id(&mut self) -> ObjectId {
        ObjectId::from_bytes(self.rng.random())
    }

    /// A day up to so many days ago, at an hour when a clinic is open.
    fn moment(&mut self, days_ago: i64) -> DateTime {
        let day = TODAY_MS - self.rng.random_range(0..=days_ago) * DAY_MS;
        DateTime::from_millis(
            day + i64::from(self.number(9 * 60..=18 * 60)) * 60_000 + i64::from(self.number(0..=59_999)),
        )
    }

    /// An amount of money with two digits after the point.
    fn amount(&mut self, up_to: i32) -> Result<Decimal128> {
        let text = format!("{}.{:02}", self.number(0..=up_to), self.number(0..=99));
        text.parse().map_err(|error| anyhow::anyhow!("{text} is not an amount: {error}"))
    }
}

/// Empties the database and fills it; returns how many documents each collection has.
pub async fn seed(client: &Client, database: &str, seed: u64, size: Size) -> Result<Vec<(&'static str, u32)>> {
    let database = client.database(database);
    for name in COLLECTIONS {
        database.collection::<Document>(name).drop().await.with_context(|| format!("Cannot drop {name}"))?;
    }
    let mut clinic = Clinic::new(seed);
    let patients: Vec<Document> = (0..size.patients).map(|_| clinic.patient()).collect::<Result<_>>()?;
    let ids: Vec<Bson> = patients.iter().filter_map(|patient| patient.get("_id").cloned()).collect();
    let visits: Vec<Document> = (0..size.visits).map(|_| clinic.visit(&ids)).collect::<Result<_>>()?;
    let staff: Vec<Document> = (0..size.staff).map(|number| clinic.member(number)).collect::<Result<_>>()?;
    for (name, documents) in COLLECTIONS.into_iter().zip([patients, visits, staff]) {
        insert(&database.collection(name), &documents).await?;
    }
    Ok(vec![(COLLECTIONS[0], size.patients), (COLLECTIONS[1], size.visits), (COLLECTIONS[2], size.staff)])
}

/// Inserts many documents, some at a time.
pub async fn insert(collection: &Collection<Document>, documents: &[Document]) -> Result<()> {
    for batch in documents.chunks(INSERT_BATCH) {
        collection
            .insert_many(batch)
            .await
            .with_context(|| format!("Cannot insert into {}", collection.namespace()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::collections::BTreeSet;

    use super::*;

    fn types_in(value: &Bson, found: &mut BTreeSet<String>) {
        found.insert(format!("{:?}", value.element_type()));
        match value {
            Bson::Document(document) => document.iter().for_each(|(_, value)| types_in(value, found)),
            Bson::Array(items) => items.iter().for_each(|value| types_in(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_bson_type_is_among_them() {
        let mut clinic = Clinic::new(7);
        let mut found = BTreeSet::new();

        for number in 0..60 {
            let patient = clinic.patient().unwrap();
            let id = patient.get("_id").unwrap().clone();
            types_in(&Bson::Document(clinic.visit(&[id]).unwrap()), &mut found);
            types_in(&Bson::Document(patient), &mut found);
            types_in(&Bson::Document(clinic.member(number).unwrap()), &mut found);
        }

        // All there are: 21 with the deprecated ones.
        assert_eq!(found.len(), 21, "{found:?}");
    }

    #[test]
    fn the_same_seed_makes_the_same_documents() {
        let make = || Clinic::new(42).patient().unwrap();

        assert_eq!(make(), make());
    }
}
