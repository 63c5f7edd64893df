//! The copy of what exists: which collections, with which commands, and whether a broken copy can go on in the middle.
//!
//! Called by the source over MongoDB, which runs the commands. Documents are read in `_id` order and bounded below by the last
//! `_id` that was read, compared as an aggregation expression: that order spans all BSON types, where a plain `$gt` would see
//! only values of the bound's own type. Must not know the driver, the network, or where positions are kept.

mod command;
mod interleave;
mod pipeline;
mod split;

use crate::config::java_regex::{JavaRegex, TooManySteps};
use crate::config::namespaces::NamespaceFilter;
use crate::config::{NamespaceRules, Scope};
use crate::error::{Error, ErrorKind};
use crate::position::Namespace;

pub use command::{CopyCommand, Part, copy_command};
pub use interleave::{Chunk, Interleave, Touch, Verdict, touch_of};
pub use pipeline::{Continuation, continuation, stage_hiding_documents};
pub use split::{Split, split};

/// Databases that are never copied: they belong to the server. By whole name, unlike the official connector, which leaves out
/// `localshop` and `configuration` as well.
const SERVER_DATABASES: [&str; 3] = ["admin", "config", "local"];

/// Which collections a copy reads.
#[derive(Debug)]
pub struct CopyScope<'a> {
    scope: &'a Scope,
    regex: Option<JavaRegex>,
    filter: Option<NamespaceFilter>,
}

impl<'a> CopyScope<'a> {
    /// The collections of a scope whose name the regex finds itself in; without a regex, or with an empty one, all of them.
    ///
    /// # Errors
    /// `Config`: the regex is none.
    pub fn new(scope: &'a Scope, namespace_regex: Option<&str>) -> Result<Self, Error> {
        let compile = |pattern: &str| {
            JavaRegex::compile(pattern).map_err(|fault| {
                Error::caused(ErrorKind::Config, "startup.mode.copy.existing.namespace.regex cannot be used", fault)
            })
        };
        let regex = namespace_regex.filter(|pattern| !pattern.is_empty()).map(compile).transpose()?;
        Ok(Self { scope, regex, filter: None })
    }

    /// Only what `naru.namespaces.*` lets in, as in the stream.
    ///
    /// # Errors
    /// `Config`: a pattern is no regex.
    pub fn within(mut self, rules: &NamespaceRules) -> Result<Self, Error> {
        self.filter = NamespaceFilter::compile(rules)
            .map_err(|fault| Error::caused(ErrorKind::Config, "naru.namespaces cannot be used", fault))?;
        Ok(self)
    }

    /// The only database to look into; `None` for all of them.
    pub fn database(&self) -> Option<&'a str> {
        match self.scope {
            Scope::Deployment => None,
            Scope::Database(database) | Scope::Collection { database, .. } => Some(database),
        }
    }

    /// Whether collections of this database may be copied.
    pub fn reaches_database(&self, database: &str) -> bool {
        match self.database() {
            Some(only) => only == database,
            None => !SERVER_DATABASES.contains(&database),
        }
    }

    /// Whether this is the one collection that the scope consists of.
    pub fn names(&self, namespace: &Namespace) -> bool {
        matches!(self.scope, Scope::Collection { database, collection }
            if *database == namespace.database && *collection == namespace.collection)
    }

    /// Whether a collection is copied. Views and time series are not asked for here: they have no change stream, so nothing
    /// could follow their copy.
    ///
    /// # Errors
    /// `Config`: the regex needs too many steps on this name.
    pub fn admits(&self, namespace: &Namespace) -> Result<bool, Error> {
        if !self.reaches_database(&namespace.database) || namespace.collection.starts_with("system.") {
            return Ok(false);
        }
        if let Scope::Collection { collection, .. } = self.scope
            && *collection != namespace.collection
        {
            return Ok(false);
        }
        if let Some(filter) = &self.filter
            && !filter.admits(&namespace.database, &namespace.collection).map_err(|TooManySteps| {
                let context = format!("naru.namespaces takes too long on {namespace}");
                Error::caused(ErrorKind::Config, context, TooManySteps)
            })?
        {
            return Ok(false);
        }
        self.regex.as_ref().map_or(Ok(true), |regex| {
            regex.is_found(&namespace.to_string()).map_err(|TooManySteps| {
                let context = format!("startup.mode.copy.existing.namespace.regex takes too long on {namespace}");
                Error::caused(ErrorKind::Config, context, TooManySteps)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn admitted(scope: &Scope, regex: Option<&str>) -> Vec<&'static str> {
        let scope = CopyScope::new(scope, regex).unwrap();
        let all = [
            ("admin", "users"),
            ("config", "shards"),
            ("configuration", "items"),
            ("jee", "patients"),
            ("jee", "system.views"),
            ("jee", "visits"),
            ("jee", "visits.old"),
            ("local", "oplog.rs"),
            ("localshop", "items"),
        ];
        let names = [
            "admin.users",
            "config.shards",
            "configuration.items",
            "jee.patients",
            "jee.system.views",
            "jee.visits",
            "jee.visits.old",
            "local.oplog.rs",
            "localshop.items",
        ];
        let namespace = |(database, collection): (&str, &str)| Namespace {
            database: database.to_owned(),
            collection: collection.to_owned(),
        };
        names
            .into_iter()
            .zip(all)
            .filter(|(_, pair)| scope.admits(&namespace(*pair)).unwrap())
            .map(|(n, _)| n)
            .collect()
    }

    fn database() -> Scope {
        Scope::Database("jee".to_owned())
    }

    #[test]
    fn the_rules_for_namespaces_hold_for_the_copy() {
        let list = |text: &str| vec![text.to_owned()];
        let rules = NamespaceRules { include: list(r"jee\..*"), exclude: list(r".*\.old") };
        let scope = CopyScope::new(&Scope::Deployment, None).unwrap().within(&rules).unwrap();
        let admits = |database: &str, collection: &str| {
            scope.admits(&Namespace { database: database.to_owned(), collection: collection.to_owned() }).unwrap()
        };

        assert!(admits("jee", "visits"));
        assert!(!admits("jee", "visits.old"));
        assert!(!admits("localshop", "items"));
    }

    #[test]
    fn a_deployment_leaves_out_the_servers_own_databases_and_no_other() {
        let names = admitted(&Scope::Deployment, None);

        assert_eq!(names, ["configuration.items", "jee.patients", "jee.visits", "jee.visits.old", "localshop.items"]);
    }

    #[test]
    fn a_database_leaves_out_system_collections() {
        assert_eq!(admitted(&database(), Some("")), ["jee.patients", "jee.visits", "jee.visits.old"]);
    }

    #[test]
    fn a_collection_is_alone() {
        let scope = Scope::Collection { database: "jee".to_owned(), collection: "visits".to_owned() };

        assert_eq!(admitted(&scope, None), ["jee.visits"]);
        assert_eq!(admitted(&scope, Some("patients")), Vec::<&str>::new());
    }

    #[test]
    fn the_regex_may_match_any_part_of_the_name() {
        assert_eq!(admitted(&database(), Some("visits")), ["jee.visits", "jee.visits.old"]);
        assert_eq!(admitted(&database(), Some(r"^jee\.(patients|visits)$")), ["jee.patients", "jee.visits"]);
    }

    #[test]
    fn refuses_what_is_no_regex() {
        assert_eq!(CopyScope::new(&database(), Some("(")).unwrap_err().kind(), ErrorKind::Config);
    }
}
