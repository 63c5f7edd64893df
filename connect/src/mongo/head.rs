//! The few fields of a change event that decide what becomes of it before it is a record: its place in the stream, its kind, and
//! what it concerns.

use bson::{RawDocument, Timestamp};

use crate::config::java_regex::TooManySteps;
use crate::config::namespaces::NamespaceFilter;
use crate::json::reader::{Element, Reader, Unreadable, elements, tag};
use crate::position::ResumeToken;

/// The head of one event. Borrows the raw bytes.
#[derive(Debug, Clone, Default)]
pub struct EventHead<'a> {
    id: Option<Element<'a>>,
    cluster_time: Option<Element<'a>>,
    operation_type: Option<&'a [u8]>,
    namespace: Option<Element<'a>>,
    /// What a rename leads to.
    target: Option<Element<'a>>,
}

impl<'a> EventHead<'a> {
    /// Reads the top level of an event.
    ///
    /// # Errors
    /// It is not well-formed BSON.
    pub fn read(event: &'a RawDocument) -> Result<Self, Unreadable> {
        let mut head = Self::default();
        for element in elements(event) {
            let element = element?;
            match element.name {
                b"_id" => head.id = head.id.or(Some(element)),
                b"clusterTime" => head.cluster_time = Some(element),
                b"operationType" => head.operation_type = element.string(),
                b"ns" => head.namespace = Some(element),
                b"to" => head.target = Some(element),
                _ => {}
            }
        }
        Ok(head)
    }

    /// The token behind which a stream goes on; `None` where a pipeline has taken it away.
    pub fn token(&self) -> Option<ResumeToken> {
        self.id?.document().map(|token| ResumeToken::new(token.to_owned()))
    }

    /// `clusterTime`, where it is still there.
    pub fn cluster_time(&self) -> Option<Timestamp> {
        let element = self.cluster_time.filter(|element| element.tag == tag::TIMESTAMP)?;
        let (time, increment) = Reader::new(element.value).timestamp().ok()?;
        Some(Timestamp { time, increment })
    }

    /// The event ends a collection or a database, or gives it another name: `drop`, `rename`, `dropDatabase`, and the
    /// `invalidate` behind them.
    pub fn is_ddl(&self) -> bool {
        matches!(self.operation_type, Some(b"drop" | b"rename" | b"dropDatabase" | b"invalidate"))
    }

    /// What has happened to what, for people: `jee.patients was dropped`. `None` unless [`Self::is_ddl`], and for `invalidate`,
    /// which only follows one of the others.
    pub fn ddl_words(&self) -> Option<String> {
        let what = match self.operation_type? {
            b"drop" | b"dropDatabase" => "was dropped",
            b"rename" => "was renamed",
            _ => return None,
        };
        let (database, collection) = self.namespace.map(names).unwrap_or_default();
        let dot = if collection.is_empty() { "" } else { "." };
        Some(format!("{database}{dot}{collection} {what}"))
    }

    /// Whether the event concerns a namespace that counts. Events of no namespace always do.
    ///
    /// # Errors
    /// A pattern needs too many steps on its name.
    pub fn is_admitted(&self, filter: &NamespaceFilter) -> Result<bool, TooManySteps> {
        let Some(namespace) = self.namespace else { return Ok(true) };
        for place in [Some(namespace), self.target].into_iter().flatten() {
            let (database, collection) = names(place);
            let is_admitted = match collection.is_empty() {
                true => filter.admits_databases(),
                false => filter.admits(&database, &collection)?,
            };
            if is_admitted {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Database and collection, empty where there is none.
fn names(place: Element<'_>) -> (String, String) {
    let (mut database, mut collection) = (String::new(), String::new());
    for element in place.document().into_iter().flat_map(|document| elements(document).flatten().collect::<Vec<_>>()) {
        let text = || element.string().map(|text| String::from_utf8_lossy(text).into_owned()).unwrap_or_default();
        match element.name {
            b"db" => database = text(),
            b"coll" => collection = text(),
            _ => {}
        }
    }
    (database, collection)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::{RawDocumentBuf, rawdoc};

    use super::*;
    use crate::config::NamespaceRules;

    fn event(operation: &str, collection: &str) -> RawDocumentBuf {
        let time = Timestamp { time: 7, increment: 2 };
        rawdoc! {
            "_id": { "_data": "8263" }, "operationType": operation, "clusterTime": time, "fullDocument": { "ns": 1 },
            "ns": { "db": "jee", "coll": collection },
        }
    }

    fn filter(include: &str) -> NamespaceFilter {
        let rules = NamespaceRules { include: vec![include.to_owned()], exclude: Vec::new() };
        NamespaceFilter::compile(&rules).unwrap().unwrap()
    }

    #[test]
    fn reads_what_decides_about_an_event() {
        let raw = event("insert", "patients");

        let head = EventHead::read(&raw).unwrap();

        assert_eq!(head.token(), Some(ResumeToken::new(rawdoc! { "_data": "8263" })));
        assert_eq!(head.cluster_time(), Some(Timestamp { time: 7, increment: 2 }));
        assert!(!head.is_ddl());
        assert_eq!(head.ddl_words(), None);
    }

    #[test]
    fn ends_and_renames_are_told_in_words() {
        let words = |raw: &RawDocumentBuf| EventHead::read(raw).unwrap().ddl_words();
        let database = rawdoc! { "operationType": "dropDatabase", "ns": { "db": "jee" } };

        assert_eq!(words(&event("drop", "patients")).as_deref(), Some("jee.patients was dropped"));
        assert_eq!(words(&event("rename", "patients")).as_deref(), Some("jee.patients was renamed"));
        assert_eq!(words(&database).as_deref(), Some("jee was dropped"));
        let invalidate = rawdoc! { "operationType": "invalidate" };
        assert!(EventHead::read(&invalidate).unwrap().is_ddl());
        assert_eq!(words(&invalidate), None);
    }

    #[test]
    fn an_event_counts_by_its_namespace_or_by_what_it_is_renamed_to() {
        let admitted =
            |raw: &RawDocumentBuf, include: &str| EventHead::read(raw).unwrap().is_admitted(&filter(include)).unwrap();
        let rename = rawdoc! {
            "operationType": "rename", "ns": { "db": "jee", "coll": "old" }, "to": { "db": "jee", "coll": "patients" },
        };

        assert!(admitted(&event("insert", "patients"), r"jee\.patients"));
        assert!(!admitted(&event("insert", "visits"), r"jee\.patients"));
        assert!(admitted(&rename, r"jee\.patients"));
        assert!(admitted(&rawdoc! { "operationType": "invalidate" }, r"jee\.patients"));
        assert!(!admitted(&rawdoc! { "operationType": "dropDatabase", "ns": { "db": "jee" } }, r"jee\..*"));
    }
}
