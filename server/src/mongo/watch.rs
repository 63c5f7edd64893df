//! What a connector watches, as the command that opens its change stream.
//!
//! A collection is watched through its database, filtered by name: such a stream outlives a drop or a rename of the collection,
//! and a resumption after it finds every event in between. Only where the user may not watch the whole database is the
//! collection itself watched.

use bson::raw::cstr;
use bson::{Document, RawArrayBuf, RawDocumentBuf, Timestamp, rawdoc};
use connect::config::{FullDocument, Scope, SourceConfig};
use connect::position::ResumeToken;
use connect::{Error, ErrorKind};

/// Where a stream starts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Start<'a> {
    /// Now.
    Now,
    /// At a cluster time.
    At(Timestamp),
    /// After a token, which may be that of an `invalidate` event.
    After(&'a ResumeToken),
}

/// How a collection is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// Through its database.
    Database,
    /// By itself.
    Collection,
}

/// The change stream of a connector.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    scope: Scope,
    pipeline: Vec<RawDocumentBuf>,
    full_document: Option<FullDocument>,
    level: Level,
}

impl Watch {
    /// The stream that a configuration asks for.
    ///
    /// # Errors
    /// `Config`: a stage cannot be written as BSON.
    pub(crate) fn new(config: &SourceConfig) -> Result<Self, Error> {
        Self::of(config.scope.clone(), &config.stream.pipeline, config.stream.full_document)
    }

    /// A stream made of what decides about it: for checks, before there is a whole configuration.
    ///
    /// # Errors
    /// `Config`: a stage cannot be written as BSON.
    pub(crate) fn of(scope: Scope, pipeline: &[Document], full_document: Option<FullDocument>) -> Result<Self, Error> {
        let raw = |stage: &Document| {
            RawDocumentBuf::try_from(stage)
                .map_err(|error| Error::caused(ErrorKind::Config, "A stage of pipeline is not BSON", error))
        };
        let pipeline = pipeline.iter().map(raw).collect::<Result<_, _>>()?;
        Ok(Self { scope, pipeline, full_document, level: Level::Database })
    }

    /// How a collection is watched.
    pub(crate) fn level(&self) -> Level {
        self.level
    }

    /// The narrower stream for a user without rights on the whole database; `None` where there is none.
    pub(crate) fn narrowed(&self) -> Option<Self> {
        let can_narrow = self.level == Level::Database && matches!(self.scope, Scope::Collection { .. });
        can_narrow.then(|| Self { level: Level::Collection, ..self.clone() })
    }

    /// The database to which the command is sent.
    pub(crate) fn database(&self) -> &str {
        match &self.scope {
            Scope::Deployment => "admin",
            Scope::Database(database) | Scope::Collection { database, .. } => database,
        }
    }

    /// What is watched, in words: a namespace, a database, or the deployment.
    pub(crate) fn name(&self) -> String {
        match &self.scope {
            Scope::Deployment => "the deployment".to_owned(),
            Scope::Database(database) => database.clone(),
            Scope::Collection { database, collection } => format!("{database}.{collection}"),
        }
    }

    /// The command that opens the stream; the first reply brings at most `batch_size` events.
    pub(crate) fn command(&self, start: Start<'_>, batch_size: u32) -> RawDocumentBuf {
        let mut stages = RawArrayBuf::new();
        stages.push(rawdoc! { "$changeStream": self.options(start) });
        if let (Scope::Collection { collection, .. }, Level::Database) = (&self.scope, self.level) {
            // `to`: a rename onto the collection concerns it too, and a stream of the collection itself shows it.
            stages.push(rawdoc! {
                "$match": { "$or": [{ "ns.coll": collection.as_str() }, { "to.coll": collection.as_str() }] }
            });
        }
        for stage in &self.pipeline {
            stages.push(stage.clone());
        }
        let mut command = match (&self.scope, self.level) {
            (Scope::Collection { collection, .. }, Level::Collection) => rawdoc! { "aggregate": collection.as_str() },
            _ => rawdoc! { "aggregate": 1 },
        };
        command.append(cstr!("pipeline"), stages);
        command.append(cstr!("cursor"), rawdoc! { "batchSize": i64::from(batch_size) });
        command
    }

    fn options(&self, start: Start<'_>) -> RawDocumentBuf {
        let mut options = RawDocumentBuf::new();
        match start {
            Start::Now => {}
            Start::At(time) => options.append(cstr!("startAtOperationTime"), time),
            Start::After(token) => options.append(cstr!("startAfter"), token.as_document().to_owned()),
        }
        if let Some(full_document) = self.full_document {
            let mode = match full_document {
                FullDocument::Default => "default",
                FullDocument::UpdateLookup => "updateLookup",
                FullDocument::WhenAvailable => "whenAvailable",
                FullDocument::Required => "required",
            };
            options.append(cstr!("fullDocument"), mode);
        }
        if matches!(self.scope, Scope::Deployment) {
            options.append(cstr!("allChangesForCluster"), true);
        }
        options
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::doc;

    use super::super::testing::config_of;
    use super::*;

    fn collection() -> Scope {
        Scope::Collection { database: "jee".to_owned(), collection: "patients".to_owned() }
    }

    fn command(scope: Scope, start: Start<'_>) -> Document {
        let mut config = config_of(scope);
        config.stream.pipeline = vec![doc! { "$match": { "operationType": "insert" } }];
        Document::try_from(&*Watch::new(&config).unwrap().command(start, 7)).unwrap()
    }

    #[test]
    fn a_collection_is_watched_through_its_database() {
        let expected = doc! {
            "aggregate": 1,
            "pipeline": [
                { "$changeStream": {} },
                { "$match": { "$or": [{ "ns.coll": "patients" }, { "to.coll": "patients" }] } },
                { "$match": { "operationType": "insert" } },
            ],
            "cursor": { "batchSize": 7_i64 },
        };

        assert_eq!(command(collection(), Start::Now), expected);
    }

    #[test]
    fn a_collection_is_watched_by_itself_where_rights_end_there() {
        let watch = Watch::new(&config_of(collection())).unwrap().narrowed().unwrap();

        let command = Document::try_from(&*watch.command(Start::Now, 7)).unwrap();

        assert_eq!(command.get_str("aggregate").unwrap(), "patients");
        assert_eq!(command.get_array("pipeline").unwrap().len(), 1);
        assert!(watch.narrowed().is_none());
        assert!(Watch::new(&config_of(Scope::Deployment)).unwrap().narrowed().is_none());
    }

    #[test]
    fn the_options_say_where_to_start_and_what_to_look_up() {
        let token = ResumeToken::new(rawdoc! { "_data": "82AB" });
        let time = Timestamp { time: 7, increment: 1 };
        let stage = |command: &Document| {
            let stages = command.get_array("pipeline").unwrap();
            stages[0].as_document().unwrap().get_document("$changeStream").unwrap().clone()
        };
        let mut config = config_of(Scope::Database("jee".to_owned()));
        config.stream.full_document = Some(FullDocument::UpdateLookup);
        let looking_up = Watch::new(&config).unwrap().command(Start::At(time), 7);

        let after = command(Scope::Deployment, Start::After(&token));
        assert_eq!(stage(&after), doc! { "startAfter": { "_data": "82AB" }, "allChangesForCluster": true });
        let looking_up = Document::try_from(&*looking_up).unwrap();
        assert_eq!(stage(&looking_up), doc! { "startAtOperationTime": time, "fullDocument": "updateLookup" });
    }
}
