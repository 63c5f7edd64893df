//! What a deployment holds: databases and collections by name at once, sizes and sampled documents when asked for.
//!
//! Called by `service` for the wizard. Names never cost more than one command; nothing here reads more than a few documents,
//! and every command carries a time limit for the server.

use std::time::Duration;

use bson::{Document, RawDocumentBuf, doc};
use connect::config::ConnectionConfig;
use connect::config::connection_string::ConnectionString;
use connect::position::Namespace;
use futures::TryStreamExt as _;
use mongodb::options::{ClientOptions, ServerAddress};
use mongodb::{Client, Collection, Cursor};

use crate::detached::finish_within;
use crate::mongo::client::complete;
use crate::mongo::refusal::{Refusal, TlsFault};

/// How long the driver may look for a server.
const SELECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server may work on one command.
const COMMAND_TIME: Duration = Duration::from_secs(3);

/// How long a caller waits for an answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(9);

/// Names asked for in one answer: a thousand collections come in one.
const NAME_BATCH: i32 = 5_000;

/// Documents of a sample at most.
const MAX_SAMPLE: usize = 20;

/// Bytes of a sample at most, so that twenty documents of 16 MB are not held.
const MAX_SAMPLE_BYTES: usize = 16 * 1024 * 1024;

/// Connections to a deployment that somebody looks into.
const POOL_SIZE: u32 = 4;

/// Looks into one deployment. A cheap clone of one client.
#[derive(Clone)]
pub(crate) struct Explorer {
    client: Client,
}

/// A database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DatabaseEntry {
    /// Its name.
    pub(crate) name: String,
    /// One of the server's own, which change streams leave out.
    pub(crate) is_internal: bool,
}

/// A collection, or what looks like one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CollectionEntry {
    /// Its name.
    pub(crate) name: String,
    /// What it is.
    pub(crate) kind: CollectionKind,
}

/// What a name in a database stands for. Only [`CollectionKind::Collection`] has a change stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CollectionKind {
    /// A collection.
    Collection,
    /// A view: read only, made of others.
    View,
    /// A time series collection.
    TimeSeries,
    /// One of the server's own.
    System,
}

/// How large a collection is, as far as the server tells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CollectionSize {
    /// Estimated documents.
    pub(crate) documents: Option<u64>,
    /// Their average size.
    pub(crate) average_bytes: Option<u64>,
    /// Their size together, uncompressed.
    pub(crate) total_bytes: Option<u64>,
}

/// Which documents make a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sampling {
    /// The first in the collection's own order: the same ones each time.
    First,
    /// Random ones, where the server can choose.
    Random,
}

impl Explorer {
    /// Reads the connection string (names in it may have to be looked up) and makes a client.
    ///
    /// # Errors
    /// [`Refusal::Options`], [`Refusal::UnknownName`], [`Refusal::TooSlow`], [`Refusal::Tls`] for stores of certificates.
    pub(crate) async fn connect(connection: &ConnectionConfig) -> Result<Self, Refusal> {
        // As the Java driver reads it: options without a meaning here are left out, not refused.
        let uri = ConnectionString::parse(&connection.uri).map_err(|_| Refusal::Options)?.for_driver();
        let mut options = answer(async move { Ok(ClientOptions::parse(uri).await?) }).await?;
        let files = complete(&mut options, connection).await.map_err(|_| Refusal::Tls(TlsFault::Files))?;
        let explorer = Self::with_options(options);
        // Only making the client reads them.
        drop(files);
        explorer
    }

    /// Makes a client from options that were read already.
    ///
    /// # Errors
    /// [`Refusal::Options`].
    pub(crate) fn with_options(mut options: ClientOptions) -> Result<Self, Refusal> {
        options.app_name.get_or_insert_with(|| "naru".to_owned());
        options.server_selection_timeout = Some(SELECTION_TIMEOUT);
        options.connect_timeout = Some(SELECTION_TIMEOUT);
        options.max_pool_size = Some(POOL_SIZE);
        Ok(Self { client: Client::with_options(options)? })
    }

    /// The driver's client.
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// Databases that the user may see, by name.
    ///
    /// # Errors
    /// What the deployment refuses.
    pub(crate) async fn databases(&self) -> Result<Vec<DatabaseEntry>, Refusal> {
        let client = self.client.clone();
        let mut names = answer(async move { Ok(client.list_database_names().await?) }).await?;
        names.sort();
        let is_internal = |name: &str| matches!(name, "admin" | "config" | "local");
        Ok(names.into_iter().map(|name| DatabaseEntry { is_internal: is_internal(&name), name }).collect())
    }

    /// What is in a database, by name. A database that does not exist is empty.
    ///
    /// # Errors
    /// What the deployment refuses.
    pub(crate) async fn collections(&self, database: &str) -> Result<Vec<CollectionEntry>, Refusal> {
        let database = self.client.database(database);
        let command = doc! {
            "listCollections": 1,
            // Names and types need no lock on each collection, and no right beyond seeing them.
            "nameOnly": true,
            "authorizedCollections": true,
            "cursor": { "batchSize": NAME_BATCH },
        };
        let found: Vec<Document> =
            answer(async move { Ok(database.run_cursor_command(command).await?.try_collect().await?) }).await?;
        let mut entries: Vec<CollectionEntry> = found.iter().filter_map(entry_of).collect();
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// How large a collection is. What the user may not ask, or the server does not say, is missing.
    ///
    /// # Errors
    /// When the deployment cannot be asked at all.
    pub(crate) async fn size(&self, namespace: &Namespace) -> Result<CollectionSize, Refusal> {
        let database = self.client.database(&namespace.database);
        let name = namespace.collection.clone();
        let counted = self.collection(namespace);
        let (statistics, count) = answer(async move {
            let command = doc! { "collStats": &name, "maxTimeMS": COMMAND_TIME.as_millis() as i64 };
            let statistics = database.run_command(command).await.map_err(Refusal::from);
            if matches!(statistics, Err(Refusal::Unreachable | Refusal::SignIn)) {
                return statistics.map(|document| (Some(document), None));
            }
            let count = counted.estimated_document_count().max_time(COMMAND_TIME).await.ok();
            Ok((statistics.ok(), count))
        })
        .await?;
        let said = |field| statistics.as_ref().and_then(|document| whole_number(document, field));
        Ok(CollectionSize {
            documents: count.or_else(|| said("count")),
            average_bytes: said("avgObjSize"),
            total_bytes: said("size"),
        })
    }

    /// Some documents of a collection, at most 20 and 16 MiB.
    ///
    /// # Errors
    /// What the deployment refuses.
    pub(crate) async fn sample(
        &self,
        namespace: &Namespace,
        count: usize,
        sampling: Sampling,
    ) -> Result<Vec<RawDocumentBuf>, Refusal> {
        let collection = self.collection(namespace);
        let count = count.min(MAX_SAMPLE);
        answer(async move {
            if sampling == Sampling::Random {
                let stages = [doc! { "$sample": { "size": count as i64 } }];
                let drawn = collection.aggregate(stages).max_time(COMMAND_TIME).with_type::<RawDocumentBuf>().await;
                match drawn.map_err(Refusal::from) {
                    Ok(cursor) => return collect(cursor, count).await,
                    // A server that cannot choose, or not in time, can still begin at the beginning.
                    Err(Refusal::Server { .. } | Refusal::TooSlow | Refusal::Other) => {}
                    Err(refusal) => return Err(refusal),
                }
            }
            let cursor = collection.find(doc! {}).limit(count as i64).max_time(COMMAND_TIME).await?;
            collect(cursor, count).await
        })
        .await
    }

    /// The first `count` results of stages over a collection, at most 20 and 16 MiB. The stages must bound themselves.
    ///
    /// # Errors
    /// What the deployment refuses.
    pub(crate) async fn aggregate(
        &self,
        namespace: &Namespace,
        stages: Vec<Document>,
        count: usize,
    ) -> Result<Vec<RawDocumentBuf>, Refusal> {
        let collection = self.collection(namespace);
        answer(async move {
            let results = collection.aggregate(stages).max_time(COMMAND_TIME).with_type::<RawDocumentBuf>().await?;
            collect(results, count.min(MAX_SAMPLE)).await
        })
        .await
    }

    fn collection(&self, namespace: &Namespace) -> Collection<RawDocumentBuf> {
        self.client.database(&namespace.database).collection(&namespace.collection)
    }
}

/// The place of a server as `host:port`.
pub(crate) fn address_text(address: &ServerAddress) -> String {
    match address {
        ServerAddress::Tcp { host, port } if host.contains(':') => format!("[{host}]:{}", port.unwrap_or(27017)),
        ServerAddress::Tcp { host, port } => format!("{host}:{}", port.unwrap_or(27017)),
        ServerAddress::Unix { path } => path.display().to_string(),
        _ => String::new(),
    }
}

async fn answer<T: Send + 'static>(
    work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Refusal> {
    finish_within(ANSWER_LIMIT, work).await.unwrap_or(Err(Refusal::TooSlow))
}

async fn collect(mut cursor: Cursor<RawDocumentBuf>, count: usize) -> Result<Vec<RawDocumentBuf>, Refusal> {
    let mut documents = Vec::new();
    let mut size_bytes = 0;
    while documents.len() < count {
        let Some(document) = cursor.try_next().await? else { break };
        size_bytes += document.as_bytes().len();
        if size_bytes > MAX_SAMPLE_BYTES && !documents.is_empty() {
            break;
        }
        documents.push(document);
    }
    Ok(documents)
}

fn entry_of(found: &Document) -> Option<CollectionEntry> {
    let name = found.get_str("name").ok()?.to_owned();
    let kind = match found.get_str("type").unwrap_or("collection") {
        _ if name.starts_with("system.") => CollectionKind::System,
        "view" => CollectionKind::View,
        "timeseries" => CollectionKind::TimeSeries,
        _ => CollectionKind::Collection,
    };
    Some(CollectionEntry { name, kind })
}

/// Servers write the same number as an integer of either width or as a double.
fn whole_number(document: &Document, field: &str) -> Option<u64> {
    let number = document.get(field)?;
    let whole = number.as_i64().or_else(|| number.as_i32().map(i64::from));
    let whole = whole.or_else(|| number.as_f64().filter(|value| value.is_finite()).map(|value| value as i64));
    whole.and_then(|value| u64::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::mongo::fixture::Fixture;

    #[tokio::test]
    async fn names_come_first_and_sizes_when_asked_for() {
        let Some(fixture) = Fixture::new("names_come_first_and_sizes_when_asked_for").await else { return };
        fixture.insert_numbered("visits", 30).await;
        fixture.insert_numbered("patients", 3).await;
        let explorer = Explorer::connect(&ConnectionConfig::of_uri(&fixture.uri)).await.unwrap();

        let databases = explorer.databases().await.unwrap();
        let collections = explorer.collections(&fixture.database).await.unwrap();
        let place = Namespace { database: fixture.database.clone(), collection: "visits".to_owned() };
        let size = explorer.size(&place).await.unwrap();

        assert!(databases.contains(&DatabaseEntry { name: fixture.database.clone(), is_internal: false }));
        let names: Vec<(&str, CollectionKind)> = collections.iter().map(|c| (c.name.as_str(), c.kind)).collect();
        let kind = CollectionKind::Collection;
        assert_eq!(names, [("patients", kind), ("visits", kind)]);
        assert_eq!(size.documents, Some(30));
    }

    #[tokio::test]
    async fn a_thousand_names_come_within_a_second() {
        let Some(fixture) = Fixture::new("a_thousand_names_come_within_a_second").await else { return };
        fixture.create_collections(1_000).await;
        let explorer = Explorer::connect(&ConnectionConfig::of_uri(&fixture.uri)).await.unwrap();
        explorer.databases().await.unwrap();

        let mut fastest = Duration::MAX;
        for _ in 0..3 {
            let began = std::time::Instant::now();
            assert_eq!(explorer.collections(&fixture.database).await.unwrap().len(), 1_000);
            fastest = fastest.min(began.elapsed());
        }
        fixture.drop_database().await;

        assert!(fastest < Duration::from_secs(1), "{fastest:?}");
    }

    #[tokio::test]
    async fn samples_are_bounded_and_the_first_ones_stay_the_same() {
        let Some(fixture) = Fixture::new("samples_are_bounded").await else { return };
        fixture.insert_numbered("patients", 40).await;
        let explorer = Explorer::connect(&ConnectionConfig::of_uri(&fixture.uri)).await.unwrap();
        let place = Namespace { database: fixture.database.clone(), collection: "patients".to_owned() };

        let first = explorer.sample(&place, 3, Sampling::First).await.unwrap();
        let again = explorer.sample(&place, 3, Sampling::First).await.unwrap();
        let random = explorer.sample(&place, 1000, Sampling::Random).await.unwrap();

        assert_eq!(first.len(), 3);
        assert_eq!(first, again);
        assert_eq!(random.len(), MAX_SAMPLE);
    }

    #[tokio::test]
    async fn an_empty_database_has_no_collections() {
        let Some(fixture) = Fixture::new("an_empty_database_has_no_collections").await else { return };

        let collections = Explorer::connect(&ConnectionConfig::of_uri(&fixture.uri))
            .await
            .unwrap()
            .collections(&fixture.database)
            .await
            .unwrap();

        assert_eq!(collections, []);
    }

    #[tokio::test]
    async fn an_unusable_connection_string_is_refused_without_its_text() {
        let refusal =
            Explorer::connect(&ConnectionConfig::of_uri("mongodb://kim:canary@host:port/")).await.err().unwrap();

        assert_eq!(refusal, Refusal::Options);
        assert!(!format!("{refusal:?} {refusal}").contains("canary"));
    }

    #[test]
    fn what_a_name_stands_for_is_told_apart() {
        let kind = |name: &str, of: &str| entry_of(&doc! { "name": name, "type": of }).map(|entry| entry.kind);

        assert_eq!(kind("a", "collection"), Some(CollectionKind::Collection));
        assert_eq!(kind("a", "view"), Some(CollectionKind::View));
        assert_eq!(kind("a", "timeseries"), Some(CollectionKind::TimeSeries));
        assert_eq!(kind("system.views", "collection"), Some(CollectionKind::System));
    }
}
