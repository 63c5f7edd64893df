//! Does the main job work? A connector is made as a user makes one, and every document is looked for in Kafka.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use bson::{Bson, Document, doc};
use futures::TryStreamExt as _;
use mongodb::{Client, Collection, Database};

use crate::connect::{Config, Connect};
use crate::topic::{Ends, Kafka, Record};
use crate::wait::until;
use crate::{default_json, table};

const COPY_LIMIT: Duration = Duration::from_secs(300);
const CHANGE_LIMIT: Duration = Duration::from_secs(60);

/// What was found in one topic, against what is in the collection.
struct Finding {
    topic: String,
    documents: usize,
    records: usize,
    equal: usize,
    missing: usize,
    different: usize,
}

/// Copies a database through `connect` and verifies every document, then an insert, an update, a replacement and a deletion
/// made meanwhile. Prints a table; an error says what was not as it should be.
pub async fn run(client: &Client, kafka: &Kafka, connect: &Connect, mongodb_uri: &str, database: &str) -> Result<()> {
    // A name of its own, so that topics and positions of an earlier run have no say.
    let run = format!("check-{:08x}", rand::random::<u32>());
    let source = client.database(database);
    let mut names = source.list_collection_names().await.context("Cannot list the collections")?;
    names.sort();
    ensure!(!names.is_empty(), "The database {database} is empty: seed it first");

    connect.create(&run, &config(mongodb_uri, database, &run)).await?;
    let outcome = verify(&source, kafka, &names, &run).await;
    connect.delete(&run).await?;
    let topics: Vec<String> = names.iter().map(|name| topic(&run, database, name)).collect();
    kafka.delete(&topics.iter().map(String::as_str).collect::<Vec<_>>()).await?;
    outcome
}

fn config(mongodb_uri: &str, database: &str, run: &str) -> Config {
    let properties = [
        ("connection.uri", mongodb_uri),
        ("database", database),
        ("copy.existing", "true"),
        ("topic.prefix", run),
        ("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
        ("value.converter", "org.apache.kafka.connect.storage.StringConverter"),
        ("poll.await.time.ms", "500"),
    ];
    properties.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn topic(run: &str, database: &str, collection: &str) -> String {
    format!("{run}.{database}.{collection}")
}

async fn verify(source: &Database, kafka: &Kafka, names: &[String], run: &str) -> Result<()> {
    let mut findings = Vec::new();
    for name in names {
        findings.push(verify_copy(&source.collection(name), kafka, topic(run, source.name(), name)).await?);
    }
    let rows: Vec<Vec<String>> = findings.iter().map(Finding::row).collect();
    println!("{}\n", table::draw(&["topic", "documents", "records", "equal", "missing", "different"], &rows));

    let changes = verify_changes(&source.collection(&names[0]), kafka, &topic(run, source.name(), &names[0])).await?;
    println!("{}", table::draw(&["change", "seen"], &changes));
    let wrong: usize = findings.iter().map(|finding| finding.missing + finding.different).sum();
    if wrong > 0 {
        bail!("{wrong} documents are not in Kafka as they are in MongoDB");
    }
    Ok(())
}

impl Finding {
    fn row(&self) -> Vec<String> {
        let numbers = [self.documents, self.records, self.equal, self.missing, self.different].map(|n| n.to_string());
        [vec![self.topic.clone()], numbers.to_vec()].concat()
    }
}

async fn verify_copy(collection: &Collection<Document>, kafka: &Kafka, topic: String) -> Result<Finding> {
    let documents: Vec<Document> = collection
        .find(doc! {})
        .batch_size(1000)
        .await?
        .try_collect()
        .await
        .with_context(|| format!("Cannot read {}", collection.namespace()))?;
    let wanted = i64::try_from(documents.len())?;
    until(&format!("{wanted} records in {topic}"), COPY_LIMIT, || async {
        let count = kafka.count_after(&topic, &Ends::new()).await?;
        Ok((count >= wanted).then_some(()))
    })
    .await?;
    let records = kafka.read_after(&topic, &Ends::new()).await?;
    let copied = copied_documents(&records)?;
    let mut finding =
        Finding { topic, documents: documents.len(), records: records.len(), equal: 0, missing: 0, different: 0 };
    for document in &documents {
        match copied.get(&bytes_of_id(document)?) {
            None => finding.missing += 1,
            Some(found) if *found == bson::serialize_to_vec(document)? => finding.equal += 1,
            Some(_) => finding.different += 1,
        }
    }
    Ok(finding)
}

/// The documents of the records that the copy made, in BSON, by the BSON of their `_id`. Bytes are compared, so that an order
/// of fields, a type or a sign of zero counts.
fn copied_documents(records: &[Record]) -> Result<BTreeMap<Vec<u8>, Vec<u8>>> {
    let mut copied = BTreeMap::new();
    for record in records {
        let event = event_of(record)?;
        let is_copy = event.get_document("_id").is_ok_and(|id| id.contains_key("copyingData"));
        if is_copy {
            let document = event.get_document("fullDocument").context("A copied record without its document")?;
            copied.insert(bytes_of_id(document)?, bson::serialize_to_vec(document)?);
        }
    }
    Ok(copied)
}

fn bytes_of_id(document: &Document) -> Result<Vec<u8>> {
    let id = document.get("_id").context("A document without _id")?;
    Ok(bson::serialize_to_vec(&doc! { "_id": id.clone() })?)
}

fn event_of(record: &Record) -> Result<Document> {
    let value = record.value.as_deref().with_context(|| format!("An empty record at offset {}", record.offset))?;
    default_json::parse(value).with_context(|| format!("The record at offset {} of {}", record.offset, record.topic))
}

/// Makes four changes to one document and looks for the four events, in their order and as they were meant.
async fn verify_changes(collection: &Collection<Document>, kafka: &Kafka, topic: &str) -> Result<Vec<Vec<String>>> {
    let before = kafka.ends(topic).await?;
    let id = format!("naru-check-{:08x}", rand::random::<u32>());
    let key = doc! { "_id": &id };
    let inserted = doc! { "_id": &id, "step": 1, "word": "나루" };
    let replaced = doc! { "_id": &id, "step": 3 };
    collection.insert_one(&inserted).await.context("Cannot insert")?;
    collection
        .update_one(key.clone(), doc! { "$set": { "step": 2 }, "$unset": { "word": "" } })
        .await
        .context("Cannot update")?;
    collection.replace_one(key.clone(), &replaced).await.context("Cannot replace")?;
    collection.delete_one(key.clone()).await.context("Cannot delete")?;

    let events = until(&format!("four changes in {topic}"), CHANGE_LIMIT, || async {
        let records = kafka.read_after(topic, &before).await?;
        let events: Vec<Document> = records.iter().map(event_of).collect::<Result<_>>()?;
        let ours: Vec<Document> =
            events.into_iter().filter(|event| event.get_document("documentKey").ok() == Some(&key)).collect();
        Ok((ours.len() >= 4).then_some(ours))
    })
    .await?;
    let update = Bson::Document(doc! { "step": 2 });
    let expectations = [
        ("insert", "fullDocument", Some(Bson::Document(inserted))),
        ("update", "updateDescription.updatedFields", Some(update)),
        ("replace", "fullDocument", Some(Bson::Document(replaced))),
        ("delete", "fullDocument", None),
    ];
    let mut rows = Vec::new();
    for (event, (operation, path, expected)) in events.iter().zip(expectations) {
        ensure!(event.get_str("operationType").ok() == Some(operation), "Expected {operation}, found {event}");
        ensure!(at(event, path) == expected.as_ref(), "The {operation} has another {path} than was written: {event}");
        rows.push(vec![operation.to_owned(), "yes".to_owned()]);
    }
    ensure!(events.len() == 4, "{} events for four changes", events.len());
    Ok(rows)
}

fn at<'a>(document: &'a Document, path: &str) -> Option<&'a Bson> {
    match path.split_once('.') {
        None => document.get(path),
        Some((first, rest)) => at(document.get_document(first).ok()?, rest),
    }
}
