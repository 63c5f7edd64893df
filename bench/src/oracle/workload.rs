//! What happens to the database of a case: documents of every type under ids of every type, and every kind of change.

use anyhow::{Context as _, Result};
use bson::oid::ObjectId;
use bson::spec::BinarySubtype;
use bson::{Binary, Bson, DateTime, Decimal128, Document, Timestamp, doc};
use mongodb::Database;

use super::generated;
use crate::clinic::{self, Clinic};

const STAFF: u32 = 60;
const PATIENTS: usize = 150;
const VISITS: usize = 50;

/// Fills the database and then changes it, in an order that the seed decides alone.
pub(super) async fn perform(database: &Database, seed: u64) -> Result<()> {
    fill(database, seed).await?;
    change(database).await?;
    change_odd(database).await?;
    redefine(database).await
}

async fn fill(database: &Database, seed: u64) -> Result<()> {
    let mut clinic = Clinic::new(seed);
    let mut every: Vec<Document> = (0..STAFF).map(|number| clinic.member(number)).collect::<Result<_>>()?;
    for (member, id) in every.iter_mut().zip(ids()?) {
        member.insert("_id", id);
        let patient = clinic.patient()?;
        member.extend(patient.into_iter().filter(|(name, _)| name != "_id"));
    }
    let patients: Vec<Document> = (0..PATIENTS).map(|_| clinic.patient()).collect::<Result<_>>()?;
    let visits: Vec<Document> = (0..VISITS).map(|_| clinic.visit(&[])).collect::<Result<_>>()?;
    let odd = generated::documents(seed)?;
    let others = [("readable", generated::readable()), ("measures", generated::measures())];
    for (name, documents) in others {
        clinic::insert(&database.collection(name), &documents).await.with_context(|| name.to_owned())?;
    }
    for (name, mut documents) in [("every", every), ("plain", patients), ("other", visits), ("odd", odd)] {
        for (index, document) in documents.iter_mut().enumerate() {
            document.insert("keep", index % 3 != 0);
            document.insert("step", i32::try_from(index)?);
            if name == "every" {
                document.insert("numbers", edge_numbers()?);
            }
        }
        clinic::insert(&database.collection(name), &documents).await.with_context(|| name.to_owned())?;
    }
    Ok(())
}

/// An id of every type that may be one.
fn ids() -> Result<Vec<Bson>> {
    let decimal: Decimal128 = "12.50".parse().map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(vec![
        Bson::Int32(7),
        Bson::Int64(9_007_199_254_740_993),
        Bson::Double(7.5),
        Bson::Decimal128(decimal),
        Bson::String("emoji 🚢 and \"quotes\"".to_owned()),
        Bson::ObjectId(ObjectId::from_bytes([7; 12])),
        Bson::Document(doc! { "ward": "내과", "number": 1 }),
        Bson::Document(doc! { "number": 1, "ward": "내과" }),
        Bson::Binary(Binary { subtype: BinarySubtype::Uuid, bytes: (1..=16).collect() }),
        Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: vec![0, 255] }),
        Bson::Boolean(true),
        Bson::DateTime(DateTime::from_millis(-1)),
        Bson::Timestamp(Timestamp { time: 1, increment: 2 }),
        Bson::Null,
        Bson::MinKey,
        Bson::MaxKey,
    ])
}

/// Numbers at the edges of how they are written.
fn edge_numbers() -> Result<Vec<Bson>> {
    let decimals =
        ["0", "-0", "1E+3", "0.000001", "NaN", "Infinity", "-Infinity", "9.999999999999999999999999999999999E+6144"];
    let mut numbers: Vec<Bson> = decimals
        .iter()
        .map(|text| text.parse().map(Bson::Decimal128).map_err(|error| anyhow::anyhow!("{text}: {error}")))
        .collect::<Result<_>>()?;
    let doubles =
        [0.0, -0.0, 1.0, 1e7, 9_999_999.0, 1e-3, 9.99e-4, 1e16, 1.5e300, 5e-324, f64::MAX, f64::NAN, f64::INFINITY];
    numbers.extend(doubles.map(Bson::Double));
    numbers.extend([Bson::Int32(i32::MIN), Bson::Int64(i64::MIN), Bson::Int64(i64::MAX)]);
    Ok(numbers)
}

async fn change(database: &Database) -> Result<()> {
    for name in ["every", "plain", "other", "readable"] {
        let collection = database.collection::<Document>(name);
        let at = |step: i32| doc! { "step": step };
        for step in 1..6 {
            let set = doc! { "$set": { "changed": true, "nested.deep": step, "text": "é \u{301} \u{2028} 漢 <&>" }, "$unset": { "keep": "" } };
            collection.update_one(at(step), set).await.context("Cannot update")?;
            collection.update_one(at(step), doc! { "$inc": { "nested.deep": 1 }, "$push": { "list": step } }).await?;
            collection.update_one(at(step), doc! { "$set": { "list": [] } }).await?;
        }
        for step in 6..9 {
            let replacement =
                doc! { "step": step, "keep": step % 2 == 0, "replaced": DateTime::from_millis(1_700_000_000_000) };
            collection.replace_one(at(step), replacement).await.context("Cannot replace")?;
        }
        collection.update_many(doc! { "step": { "$gte": 20, "$lt": 25 } }, doc! { "$set": { "keep": true } }).await?;
        for step in 10..14 {
            collection.delete_one(at(step)).await.context("Cannot delete")?;
        }
        collection.find_one_and_update(at(15), doc! { "$set": { "keep": true, "step": 115 } }).await?;
        collection.insert_one(doc! { "_id": "again", "step": 1000, "keep": true }).await?;
        collection.delete_one(doc! { "_id": "again" }).await?;
        collection
            .insert_one(doc! { "_id": "again", "step": 1001, "keep": true, "": "a field without a name" })
            .await?;
        let upsert = doc! { "$set": { "step": 1002, "keep": false } };
        collection.update_one(doc! { "_id": "upserted" }, upsert).upsert(true).await?;
    }
    Ok(())
}

/// The odd documents are replaced and deleted only: the stand-in for MongoDB refuses updates of documents with such names.
async fn change_odd(database: &Database) -> Result<()> {
    let odd = database.collection::<Document>("odd");
    odd.replace_one(doc! { "_id": 1 }, doc! { "keep": true, "replaced": [[], {}] }).await.context("Cannot replace")?;
    for id in [2, 3] {
        odd.delete_one(doc! { "_id": id }).await.context("Cannot delete")?;
    }
    Ok(())
}

/// A collection that is dropped, and one that is renamed.
async fn redefine(database: &Database) -> Result<()> {
    let doomed = database.collection::<Document>("gone");
    doomed.insert_one(doc! { "_id": 1, "keep": true }).await?;
    doomed.drop().await.context("Cannot drop a collection")?;
    database.collection::<Document>("before").insert_one(doc! { "_id": 1, "keep": true }).await?;
    let (from, to) = (format!("{}.before", database.name()), format!("{}.after", database.name()));
    let rename = doc! { "renameCollection": from, "to": to };
    database.client().database("admin").run_command(rename).await.context("Cannot rename a collection")?;
    Ok(())
}

/// Changes made while both watch.
pub(super) async fn perform_live(database: &Database) -> Result<()> {
    let collection = database.collection::<Document>("plain");
    for number in 0..40 {
        let id = format!("live-{number}");
        let key = doc! { "_id": &id };
        collection.insert_one(doc! { "_id": &id, "number": number, "word": "나루" }).await?;
        collection.update_one(key.clone(), doc! { "$set": { "number": -number }, "$unset": { "word": "" } }).await?;
        collection.replace_one(key.clone(), doc! { "number": 1.5 }).await?;
        if number % 2 == 0 {
            collection.delete_one(key).await?;
        }
    }
    change(database).await
}
