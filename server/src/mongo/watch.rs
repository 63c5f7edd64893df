//! What a connector watches, as the command that opens its change stream.
//!
//! A collection is watched through its database, filtered by name: such a stream outlives a drop or a rename of the collection,
//! and a resumption after it finds every event in between. Only where the user may not watch the whole database is the
//! collection itself watched.

use bson::raw::{CStr, cstr};
use bson::{Document, RawArrayBuf, RawDocumentBuf, Timestamp, rawdoc};
use connect::config::namespaces::{Reach, reach};
use connect::config::{NamespaceRules, Scope, SourceConfig, StreamConfig};
use connect::position::ResumeToken;
use connect::{Error, ErrorKind};

/// The stage by which a server cuts up events that are too large for one answer; it must be the last.
const SPLIT: &CStr = cstr!("$changeStreamSplitLargeEvent");

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
    /// Options that say what an event carries.
    terms: RawDocumentBuf,
    collation: Option<RawDocumentBuf>,
    /// Lets through at least what `naru.namespaces.*` does.
    namespaces: Option<RawDocumentBuf>,
    level: Level,
    is_splitting: bool,
}

impl Watch {
    /// The stream that a configuration asks for.
    ///
    /// # Errors
    /// `Config`: a stage cannot be written as BSON.
    pub(crate) fn new(config: &SourceConfig) -> Result<Self, Error> {
        Self::of(config.scope.clone(), &config.stream)
    }

    /// A stream made of what decides about it: for checks, before there is a whole configuration.
    ///
    /// # Errors
    /// `Config`: a stage cannot be written as BSON.
    pub(crate) fn of(scope: Scope, stream: &StreamConfig) -> Result<Self, Error> {
        let raw = |stage: &Document, what: &str| {
            RawDocumentBuf::try_from(stage)
                .map_err(|error| Error::caused(ErrorKind::Config, format!("{what} is not BSON"), error))
        };
        let pipeline =
            stream.pipeline.iter().map(|stage| raw(stage, "A stage of pipeline")).collect::<Result<_, _>>()?;
        let collation = stream.collation.as_ref().map(|collation| raw(collation, "collation")).transpose()?;
        let namespaces =
            coarse_filter(&stream.namespaces).map(|filter| raw(&filter, "naru.namespaces.include")).transpose()?;
        let is_splitting = stream.pipeline.iter().any(|stage| stage.contains_key(SPLIT.as_str()));
        let terms = terms(stream);
        Ok(Self { scope, pipeline, terms, collation, namespaces, level: Level::Database, is_splitting })
    }

    /// Has the server cut up events that are too large for one answer, or not, unless the user's stages decide that.
    pub(crate) fn set_splitting(&mut self, is_splitting: bool) {
        self.is_splitting = is_splitting || self.splits_itself();
    }

    /// Events may come in fragments.
    pub(crate) fn is_splitting(&self) -> bool {
        self.is_splitting
    }

    /// The user's stages have the splitting one.
    pub(crate) fn splits_itself(&self) -> bool {
        self.pipeline.iter().any(|stage| matches!(stage.get(SPLIT), Ok(Some(_))))
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
        let mut stages = self.stages(start);
        for stage in &self.pipeline {
            stages.push(stage.clone());
        }
        if self.is_splitting && !self.splits_itself() {
            let mut split = RawDocumentBuf::new();
            split.append(SPLIT, RawDocumentBuf::new());
            stages.push(split);
        }
        self.aggregate(stages, batch_size)
    }

    /// The command that opens the same stream, of whose events only what tells them apart is sent: for an event that is too large
    /// to be sent whole. The first reply brings at most one.
    pub(crate) fn identifying_command(&self, after: &ResumeToken) -> RawDocumentBuf {
        let mut stages = self.stages(Start::After(after));
        for stage in self.pipeline.iter().filter(|stage| !matches!(stage.get(SPLIT), Ok(Some(_)))) {
            stages.push(stage.clone());
        }
        stages.push(rawdoc! {
            "$project": { "_id": 1, "operationType": 1, "clusterTime": 1, "ns": 1, "documentKey": 1 }
        });
        self.aggregate(stages, 1)
    }

    /// What stands in front of the user's stages.
    fn stages(&self, start: Start<'_>) -> RawArrayBuf {
        let mut stages = RawArrayBuf::new();
        stages.push(rawdoc! { "$changeStream": self.options(start) });
        if let (Scope::Collection { collection, .. }, Level::Database) = (&self.scope, self.level) {
            // `to`: a rename onto the collection concerns it too, and a stream of the collection itself shows it.
            stages.push(rawdoc! {
                "$match": { "$or": [{ "ns.coll": collection.as_str() }, { "to.coll": collection.as_str() }] }
            });
        }
        if let Some(filter) = &self.namespaces {
            stages.push(rawdoc! { "$match": filter.clone() });
        }
        stages
    }

    fn aggregate(&self, stages: RawArrayBuf, batch_size: u32) -> RawDocumentBuf {
        let mut command = match (&self.scope, self.level) {
            (Scope::Collection { collection, .. }, Level::Collection) => rawdoc! { "aggregate": collection.as_str() },
            _ => rawdoc! { "aggregate": 1 },
        };
        command.append(cstr!("pipeline"), stages);
        command.append(cstr!("cursor"), rawdoc! { "batchSize": i64::from(batch_size) });
        if let Some(collation) = &self.collation {
            command.append(cstr!("collation"), collation.clone());
        }
        command
    }

    fn options(&self, start: Start<'_>) -> RawDocumentBuf {
        let mut options = RawDocumentBuf::new();
        match start {
            Start::Now => {}
            Start::At(time) => options.append(cstr!("startAtOperationTime"), time),
            Start::After(token) => options.append(cstr!("startAfter"), token.as_document().to_owned()),
        }
        for (name, value) in self.terms.iter().flatten() {
            options.append(name, value);
        }
        if matches!(self.scope, Scope::Deployment) {
            options.append(cstr!("allChangesForCluster"), true);
        }
        options
    }
}

/// What an event is asked to carry. Only what was configured is sent: older servers do not know the rest.
fn terms(stream: &StreamConfig) -> RawDocumentBuf {
    let mut terms = RawDocumentBuf::new();
    if let Some(full_document) = stream.full_document {
        terms.append(cstr!("fullDocument"), full_document.as_str());
    }
    if let Some(before_change) = stream.before_change {
        terms.append(cstr!("fullDocumentBeforeChange"), before_change.as_str());
    }
    if stream.shows_expanded_events {
        terms.append(cstr!("showExpandedEvents"), true);
    }
    terms
}

/// A filter that spares the network what the included patterns cannot want; the patterns themselves are applied here, because
/// the server's regular expressions are not Java's. `None` where nothing can be told from the patterns.
fn coarse_filter(rules: &NamespaceRules) -> Option<Document> {
    let mut ways = Vec::new();
    for pattern in &rules.include {
        for place in ["ns", "to"] {
            let field = |name: &str| format!("{place}.{name}");
            ways.push(match reach(pattern) {
                Reach::Collection { database, collection } => {
                    bson::doc! { field("db"): database, field("coll"): collection }
                }
                Reach::Database(database) => bson::doc! { field("db"): database },
                Reach::Databases(beginning) => {
                    bson::doc! { field("db"): { "$regex": format!("^{}", quoted(&beginning)) } }
                }
                Reach::Anywhere => return None,
            });
        }
    }
    (!ways.is_empty()).then(|| bson::doc! { "$or": ways })
}

/// Text as a regular expression of the server's that matches just it.
fn quoted(text: &str) -> String {
    text.chars().fold(String::new(), |mut quoted, character| {
        if character.is_ascii_punctuation() {
            quoted.push('\\');
        }
        quoted.push(character);
        quoted
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::doc;
    use connect::config::{BeforeChange, FullDocument};

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

    #[test]
    fn what_events_are_asked_to_carry_is_sent_as_it_was_configured() {
        let mut config = config_of(Scope::Database("jee".to_owned()));
        config.stream.before_change = Some(BeforeChange::Required);
        config.stream.shows_expanded_events = true;
        config.stream.collation = Some(doc! { "locale": "ko", "strength": 2 });

        let command = Document::try_from(&*Watch::new(&config).unwrap().command(Start::Now, 7)).unwrap();

        let stage = doc! { "$changeStream": { "fullDocumentBeforeChange": "required", "showExpandedEvents": true } };
        assert_eq!(command.get_array("pipeline").unwrap()[..], [stage.into()]);
        assert_eq!(command.get_document("collation").unwrap(), &doc! { "locale": "ko", "strength": 2 });
    }

    #[test]
    fn large_events_are_split_behind_everything_else_and_once() {
        let names = |pipeline: Vec<Document>| {
            let mut config = config_of(Scope::Database("jee".to_owned()));
            config.stream.pipeline = pipeline;
            let mut watch = Watch::new(&config).unwrap();
            watch.set_splitting(true);
            let command = Document::try_from(&*watch.command(Start::Now, 7)).unwrap();
            let stages = command.get_array("pipeline").unwrap().clone();
            stages.iter().map(|stage| stage.as_document().unwrap().keys().next().unwrap().clone()).collect::<Vec<_>>()
        };

        assert_eq!(names(vec![doc! { "$match": {} }]), ["$changeStream", "$match", SPLIT.as_str()]);
        assert_eq!(names(vec![doc! { SPLIT.as_str(): {} }]), ["$changeStream", SPLIT.as_str()]);
    }

    #[test]
    fn the_server_gets_a_filter_that_lets_through_at_least_what_is_included() {
        let filter = |include: &[&str]| {
            let include = include.iter().map(|pattern| (*pattern).to_owned()).collect();
            coarse_filter(&NamespaceRules { include, exclude: vec![r"jee\.tmp".to_owned()] })
        };

        let expected = doc! { "$or": [
            { "ns.db": "jee", "ns.coll": "patients" },
            { "to.db": "jee", "to.coll": "patients" },
            { "ns.db": "shop" },
            { "to.db": "shop" },
            { "ns.db": { "$regex": "^log\\_" } },
            { "to.db": { "$regex": "^log\\_" } },
        ] };
        assert_eq!(filter(&[r"jee\.patients", r"shop\..*", r"log_.*\.x"]), Some(expected));
        assert_eq!(filter(&[r"jee\.patients", r".*\.x"]), None);
        assert_eq!(filter(&[]), None);
    }
}
