//! What the user may do: see the database, read its documents, and follow its changes.

use std::time::Duration;

use bson::Document;
use connect::config::{Scope, StreamConfig};
use connect::position::Namespace;
use mongodb::options::ClientOptions;

use super::handshake::other;
use crate::mongo::discover::{CollectionKind, Explorer, Sampling};
use crate::mongo::refusal::Refusal;
use crate::mongo::reply::Replies;
use crate::mongo::watch::{Start, Watch};
use crate::preflight::Finding;

/// Existing names that are shown when one is not found.
const SHOWN_NAMES: usize = 8;

/// How long the stream may wait for an event: its token comes without one.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// Events that the first reply may bring.
const FIRST_BATCH: u32 = 1;

/// Replies in which the token has to be: the first of some servers comes without.
const TOKEN_REPLIES: usize = 2;

/// How to give the user what is missing.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    user: Option<String>,
    source: String,
    database: Option<String>,
}

impl Grant {
    /// For the user of the connection string, on what is to be watched.
    pub(super) fn new(options: &ClientOptions, scope: &Scope) -> Self {
        let credential = options.credential.as_ref();
        let database = match scope {
            Scope::Deployment => None,
            Scope::Database(database) | Scope::Collection { database, .. } => Some(database.clone()),
        };
        Self {
            user: credential.and_then(|credential| credential.username.clone()),
            source: credential.and_then(|credential| credential.source.clone()).unwrap_or_else(|| "admin".to_owned()),
            database,
        }
    }

    /// The shell's command for reading and following what is to be watched: the role `read` holds `find` and `changeStream`.
    fn reading(&self) -> String {
        match &self.database {
            Some(database) => self.role("read", database),
            None => self.role("readAnyDatabase", "admin"),
        }
    }

    /// The shell's command for reading `database`.
    pub(super) fn role(&self, role: &str, database: &str) -> String {
        let Some(user) = &self.user else { return String::new() };
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let script = format!(
            "db.getSiblingDB({}).grantRolesToUser({}, [{{ role: {}, db: {} }}])",
            quoted(&self.source),
            quoted(user),
            quoted(role),
            quoted(database)
        );
        script.replace('\n', " ")
    }

    /// Nobody is signed in: then it is not a right that is missing, but a user.
    fn finding(&self) -> Finding {
        if self.user.is_none() {
            return Finding::failed("needs-user").remedy("give-credentials");
        }
        Finding::failed("not-allowed").remedy("grant-read").command(self.reading())
    }
}

/// A collection in which reading can be tried; `None` when there is nothing to read yet.
pub(super) type Readable = Option<Namespace>;

/// Looks for the database, and for the collection where one is named.
pub(super) async fn find_database(explorer: Explorer, scope: Scope) -> (Finding, Option<Readable>) {
    match scope {
        Scope::Deployment => {
            let found = first_readable(&explorer).await;
            (Finding::skipped("whole-deployment"), Some(found))
        }
        Scope::Database(database) => find_in(&explorer, &database, None).await,
        Scope::Collection { database, collection } => find_in(&explorer, &database, Some(&collection)).await,
    }
}

async fn find_in(explorer: &Explorer, database: &str, collection: Option<&str>) -> (Finding, Option<Readable>) {
    if let Ok(names) = explorer.databases().await
        && !names.iter().any(|entry| entry.name == database)
    {
        let others = names.iter().filter(|entry| !entry.is_internal).map(|entry| entry.name.as_str());
        let finding = Finding::warned("database-missing").with("database", database).with("existing", shown(others));
        return (finding.remedy("check-database"), Some(None));
    }
    let collections = match explorer.collections(database).await {
        Ok(collections) => collections,
        // Whether documents may be read is another question, and the next one.
        Err(Refusal::NotAllowed) => {
            let named = collection.map(|collection| namespace(database, collection));
            return (Finding::warned("names-not-allowed").with("database", database), Some(named));
        }
        Err(refusal) => return (other(&refusal), None),
    };
    if collections.is_empty() {
        return (Finding::warned("database-empty").with("database", database), Some(None));
    }
    let Some(wanted) = collection else {
        let first = collections.iter().find(|entry| entry.kind == CollectionKind::Collection);
        let finding = Finding::passed("found").with("database", database).with("collections", collections.len());
        return (finding, Some(first.map(|entry| namespace(database, &entry.name))));
    };
    let place = format!("{database}.{wanted}");
    match collections.iter().find(|entry| entry.name == wanted).map(|entry| entry.kind) {
        Some(CollectionKind::Collection) => {
            (Finding::passed("found").with("collection", place), Some(Some(namespace(database, wanted))))
        }
        Some(CollectionKind::View) => {
            (Finding::failed("is-view").with("collection", place).remedy("choose-collection"), None)
        }
        Some(CollectionKind::TimeSeries) => {
            (Finding::failed("is-time-series").with("collection", place).remedy("choose-collection"), None)
        }
        Some(CollectionKind::System) => {
            (Finding::failed("is-system").with("collection", place).remedy("choose-collection"), None)
        }
        None => {
            let existing = shown(collections.iter().map(|entry| entry.name.as_str()));
            let finding = Finding::warned("collection-missing").with("collection", place).with("existing", existing);
            (finding.remedy("check-collection"), Some(None))
        }
    }
}

async fn first_readable(explorer: &Explorer) -> Readable {
    let databases = explorer.databases().await.unwrap_or_default();
    let database = databases.into_iter().find(|entry| !entry.is_internal)?.name;
    let collections = explorer.collections(&database).await.unwrap_or_default();
    let first = collections.into_iter().find(|entry| entry.kind == CollectionKind::Collection)?;
    Some(namespace(&database, &first.name))
}

fn shown<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.take(SHOWN_NAMES + 1).collect();
    if names.len() > SHOWN_NAMES {
        names[SHOWN_NAMES] = "…";
    }
    names.join(", ")
}

fn namespace(database: &str, collection: &str) -> Namespace {
    Namespace { database: database.to_owned(), collection: collection.to_owned() }
}

/// Reads one document.
pub(super) async fn read_document(explorer: Explorer, readable: Readable, grant: Grant) -> (Finding, Option<()>) {
    let Some(namespace) = readable else { return (Finding::skipped("nothing-to-read"), Some(())) };
    match explorer.sample(&namespace, 1, Sampling::First).await {
        Ok(documents) => {
            let reason = if documents.is_empty() { "empty" } else { "read" };
            (Finding::passed(reason).with("collection", namespace), Some(()))
        }
        Err(Refusal::NotAllowed) => (grant.finding().with("collection", namespace), None),
        Err(refusal) => (other(&refusal), None),
    }
}

/// Opens the very stream that the connector would follow, and waits for its token.
pub(super) async fn open_stream(explorer: Explorer, plan: StreamPlan, grant: Grant) -> (Finding, Option<()>) {
    let Some(watch) = plan.watch(&plan.stream.pipeline) else {
        return (Finding::failed("pipeline-refused").remedy("correct-pipeline"), None);
    };
    match first_token(&explorer, &watch).await {
        Ok(true) => (Finding::passed("opened").with("watched", watch.name()), Some(())),
        Ok(false) => (Finding::failed("no-token").remedy("upgrade-server"), None),
        Err(Refusal::NotAllowed) => match watch.narrowed() {
            Some(narrowed) => (open_narrowed(&explorer, &narrowed, &grant).await, Some(())),
            None => (grant.finding(), None),
        },
        Err(Refusal::Server { code, name }) if !plan.stream.pipeline.is_empty() => {
            // Is it the stages, or would the stream not open without them either?
            let bare = plan.watch(&[]);
            let is_stages = match &bare {
                Some(bare) => first_token(&explorer, bare).await.is_ok(),
                None => false,
            };
            let reason = if is_stages { "pipeline-refused" } else { "server-error" };
            let remedy = if is_stages { "correct-pipeline" } else { "" };
            (Finding::failed(reason).with("code", code).with("name", name).remedy(remedy), None)
        }
        Err(refusal) => (unopened(&refusal, &grant), None),
    }
}

/// What decides about the stream.
#[derive(Debug, Clone)]
pub(super) struct StreamPlan {
    pub(super) scope: Scope,
    pub(super) stream: StreamConfig,
}

impl StreamPlan {
    fn watch(&self, pipeline: &[Document]) -> Option<Watch> {
        let stream = StreamConfig { pipeline: pipeline.to_vec(), ..self.stream.clone() };
        Watch::of(self.scope.clone(), &stream).ok()
    }
}

/// Without rights on the whole database the connector follows the collection alone, and loses its place when that is dropped.
async fn open_narrowed(explorer: &Explorer, watch: &Watch, grant: &Grant) -> Finding {
    match first_token(explorer, watch).await {
        Ok(true) => Finding::warned("opened-collection-only")
            .with("watched", watch.name())
            .remedy("grant-read")
            .command(grant.reading()),
        Ok(false) => Finding::failed("no-token").remedy("upgrade-server"),
        Err(refusal) => unopened(&refusal, grant),
    }
}

fn unopened(refusal: &Refusal, grant: &Grant) -> Finding {
    match refusal {
        Refusal::NotAllowed => grant.finding(),
        Refusal::NoChangeStreams => Finding::failed("standalone").remedy("make-replica-set"),
        Refusal::Missing => Finding::failed("database-missing").remedy("check-database"),
        refusal => other(refusal),
    }
}

async fn first_token(explorer: &Explorer, watch: &Watch) -> Result<bool, Refusal> {
    let command = watch.command(Start::Now, FIRST_BATCH);
    let client = explorer.client();
    let mut replies = Replies::open(client, watch.database(), command, FIRST_BATCH, Some(FIRST_WAIT)).await?;
    for _ in 0..TOKEN_REPLIES {
        let Some(reply) = replies.next().await? else { break };
        if reply.post_batch_token().is_ok_and(|token| token.is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_quotes_what_it_names() {
        let grant =
            Grant { user: Some("o\"brien".to_owned()), source: "admin".to_owned(), database: Some("jee".to_owned()) };

        let expected = r#"db.getSiblingDB("admin").grantRolesToUser("o\"brien", [{ role: "read", db: "jee" }])"#;
        assert_eq!(grant.reading(), expected);
    }

    #[test]
    fn without_a_user_it_is_a_user_that_is_missing() {
        let grant = Grant { user: None, source: "admin".to_owned(), database: None };

        assert_eq!(grant.finding().reason, "needs-user");
    }

    #[test]
    fn long_lists_of_names_are_cut() {
        let names: Vec<String> = (0..20).map(|number| number.to_string()).collect();

        assert_eq!(shown(names.iter().map(String::as_str)), "0, 1, 2, 3, 4, 5, 6, 7, …");
        assert_eq!(shown(["a", "b"].into_iter()), "a, b");
    }
}
