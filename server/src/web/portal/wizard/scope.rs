//! Steps 2 and 3 as properties: which collections, and from which moment.
//!
//! Several collections have no property of their own: they become a stage on the events' namespaces, and an expression on the
//! namespaces that are copied, so that the others are not even read. Both are recognised again by being exactly what this file
//! writes; anything else is the reader's own and left alone.

use app::model::draft::{ScopeForm, StartForm, StartMode};
use connect::config::SubmittedConfig;
use serde_json::{Value, json};

pub(super) const DATABASE: &str = "database";
pub(super) const COLLECTION: &str = "collection";
pub(super) const PIPELINE: &str = "pipeline";
pub(super) const START: &str = "startup.mode";
pub(super) const START_AT: &str = "startup.mode.timestamp.start.at.operation.time";
pub(super) const OLD_COPY: &str = "copy.existing";
const REGEX: &str = "startup.mode.copy.existing.namespace.regex";
const OLD_REGEX: &str = "copy.existing.namespace.regex";

/// What the configuration watches.
pub(super) fn scope(config: &SubmittedConfig) -> ScopeForm {
    let text = |name: &str| config.get(name).unwrap_or_default().trim().to_owned();
    let pipeline = text(PIPELINE);
    let collection = text(COLLECTION);
    let chosen = if collection.is_empty() { chosen_by(&pipeline) } else { None };
    let has_own_pipeline = chosen.is_none() && !is_empty_pipeline(&pipeline);
    let collections = chosen.unwrap_or_else(|| Some(collection).filter(|name| !name.is_empty()).into_iter().collect());
    ScopeForm { database: text(DATABASE), collections, has_own_pipeline }
}

/// Makes the configuration watch what the form says; `false` when its own pipeline does not let it.
pub(super) fn set_scope(config: &mut SubmittedConfig, mut form: ScopeForm) -> bool {
    let before = scope(config);
    form.database = form.database.trim().to_owned();
    form.collections.retain(|name| !name.is_empty());
    if form.database == before.database && is_same(&form.collections, &before.collections) {
        return true;
    }
    if before.has_own_pipeline && form.collections.len() > 1 {
        return false;
    }
    drop_own_regex(config, &before);
    put(config, DATABASE, &form.database);
    put(config, COLLECTION, if let [only] = form.collections.as_slice() { only } else { "" });
    if !before.has_own_pipeline {
        put(config, PIPELINE, &stage(&form.collections));
    }
    put_own_regex(config);
    true
}

/// Where the stream begins.
pub(super) fn start(config: &SubmittedConfig) -> StartForm {
    let text = |name: &str| config.get(name).unwrap_or_default().trim();
    let copies = text(OLD_COPY).eq_ignore_ascii_case("true");
    let mode = match text(START).to_ascii_lowercase().as_str() {
        "copy_existing" => StartMode::Copy,
        "" if copies => StartMode::Copy,
        "timestamp" => StartMode::Time,
        _ => StartMode::Latest,
    };
    let at = if mode == StartMode::Time { text(START_AT).to_owned() } else { String::new() };
    StartForm { mode, at }
}

/// Makes the stream begin where the form says.
pub(super) fn set_start(config: &mut SubmittedConfig, form: &StartForm) {
    let at = if form.mode == StartMode::Time { form.at.trim() } else { "" };
    let before = start(config);
    if before.mode == form.mode && before.at == at {
        return;
    }
    drop_own_regex(config, &scope(config));
    config.remove(OLD_COPY);
    let mode = match form.mode {
        StartMode::Copy => "copy_existing",
        StartMode::Latest => "latest",
        StartMode::Time => "timestamp",
    };
    config.set(START, mode);
    put(config, START_AT, at);
    put_own_regex(config);
}

/// Sets a property, or removes it when the value is empty.
pub(super) fn put(config: &mut SubmittedConfig, name: &str, value: &str) {
    if value.is_empty() {
        config.remove(name);
    } else {
        config.set(name, value);
    }
}

/// The stage that lets pass what several collections send; empty for one or all.
fn stage(collections: &[String]) -> String {
    if collections.len() < 2 {
        return String::new();
    }
    json!([{ "$match": { "ns.coll": { "$in": collections } } }]).to_string()
}

/// The collections, if a pipeline is the stage that [`stage`] writes.
fn chosen_by(pipeline: &str) -> Option<Vec<String>> {
    let stages: Value = serde_json::from_str(pipeline).ok()?;
    let names = stages.get(0)?.get("$match")?.get("ns.coll")?.get("$in")?.as_array()?;
    let names: Vec<String> = names.iter().map(|name| name.as_str().map(str::to_owned)).collect::<Option<_>>()?;
    (serde_json::from_str::<Value>(&stage(&names)).ok()? == stages).then_some(names)
}

fn is_empty_pipeline(pipeline: &str) -> bool {
    pipeline.is_empty() || serde_json::from_str::<Vec<Value>>(pipeline).is_ok_and(|stages| stages.is_empty())
}

/// The namespaces of several collections, all of each name and nothing else.
fn regex(scope: &ScopeForm) -> String {
    if scope.collections.len() < 2 {
        return String::new();
    }
    let names: Vec<String> = scope.collections.iter().map(|name| escape(name)).collect();
    format!("^{}\\.(?:{})$", escape(&scope.database), names.join("|"))
}

/// As Java's expressions read it literally.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_punctuation() && !matches!(character, '_' | '-') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn drop_own_regex(config: &mut SubmittedConfig, scope: &ScopeForm) {
    let own = regex(scope);
    for name in [REGEX, OLD_REGEX] {
        if !own.is_empty() && config.get(name) == Some(own.as_str()) {
            config.remove(name);
        }
    }
}

/// Narrows the copy to the chosen collections, unless the reader has narrowed it already.
fn put_own_regex(config: &mut SubmittedConfig) {
    let is_narrowed = [REGEX, OLD_REGEX].iter().any(|name| config.get(name).is_some_and(|text| !text.is_empty()));
    if !is_narrowed && start(config).mode == StartMode::Copy {
        put(config, REGEX, &regex(&scope(config)));
    }
}

fn is_same(left: &[String], right: &[String]) -> bool {
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort_unstable();
        names.dedup();
        names
    };
    sorted(left) == sorted(right)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use connect::config::java_regex::JavaRegex;

    use super::*;

    fn config(pairs: &[(&str, &str)]) -> SubmittedConfig {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn form(database: &str, collections: &[&str]) -> ScopeForm {
        let collections = collections.iter().map(|name| (*name).to_owned()).collect();
        ScopeForm { database: database.to_owned(), collections, has_own_pipeline: false }
    }

    #[test]
    fn every_choice_of_collections_reads_back() {
        let choices: [&[&str]; 5] = [&[], &["a"], &["a", "b"], &["b.c", "d$e", "\"q\""], &["한", "a b"]];
        for first in choices {
            for second in choices {
                let mut config = config(&[(START, "copy_existing"), ("x", "y")]);
                assert!(set_scope(&mut config, form("one", first)));
                assert_eq!(scope(&config), form("one", first));
                assert!(set_scope(&mut config, form("two", second)));
                assert_eq!(scope(&config), form("two", second), "{first:?} {second:?}");
                assert_eq!(config.get(REGEX).is_some(), second.len() > 1);
                assert_eq!(config.get("x"), Some("y"));
            }
        }
    }

    #[test]
    fn the_copy_reads_the_chosen_collections_and_no_others() {
        let mut config = config(&[(START, "copy_existing")]);
        set_scope(&mut config, form("j.e", &["a.b", "c+"]));

        let regex = JavaRegex::compile(config.get(REGEX).unwrap()).unwrap();
        for (namespace, is_copied) in [
            ("j.e.a.b", true),
            ("j.e.c+", true),
            ("jxe.a.b", false),
            ("j.e.axb", false),
            ("j.e.a.b2", false),
            ("xj.e.c+", false),
        ] {
            assert_eq!(regex.is_found(namespace).unwrap(), is_copied, "{namespace}");
        }
    }

    #[test]
    fn a_pipeline_of_the_readers_own_stays() {
        let own = r#"[{"$match": {"ns.coll": {"$in": ["a", "b"]}, "x": 1}}]"#;
        let mut config = config(&[(DATABASE, "d"), (PIPELINE, own)]);
        assert!(scope(&config).has_own_pipeline);

        assert!(!set_scope(&mut config, form("d", &["a", "b"])));
        assert_eq!(config.get(COLLECTION), None);
        assert!(set_scope(&mut config, form("d", &["a"])));

        assert_eq!((config.get(COLLECTION), config.get(PIPELINE)), (Some("a"), Some(own)));
    }

    #[test]
    fn an_expression_of_the_readers_own_stays() {
        let mut config = config(&[(OLD_COPY, "true"), (OLD_REGEX, "d\\..*")]);
        set_scope(&mut config, form("d", &["a", "b"]));

        assert_eq!((config.get(OLD_REGEX), config.get(REGEX)), (Some("d\\..*"), None));
    }

    #[test]
    fn every_start_reads_back_and_leaves_nothing_behind() {
        let starts = [
            StartForm { mode: StartMode::Copy, at: String::new() },
            StartForm { mode: StartMode::Latest, at: String::new() },
            StartForm { mode: StartMode::Time, at: "2026-01-01T00:00:00Z".to_owned() },
        ];
        for first in &starts {
            for second in &starts {
                let mut config = config(&[(DATABASE, "d"), (OLD_COPY, "true")]);
                set_scope(&mut config, form("d", &["a", "b"]));
                set_start(&mut config, first);
                set_start(&mut config, second);

                assert_eq!(start(&config), *second);
                assert_eq!(config.get(START_AT).is_some(), second.mode == StartMode::Time);
                assert_eq!(config.get(REGEX).is_some(), second.mode == StartMode::Copy);
            }
        }
    }

    #[test]
    fn saving_what_is_shown_changes_nothing() {
        let pasted = [
            (OLD_COPY, "true"),
            (DATABASE, "d"),
            (PIPELINE, r#"[ {"$match":{"ns.coll":{"$in":["a","b"]}}} ]"#),
            (OLD_REGEX, "^d\\.(a|b)$"),
        ];
        let mut saved = config(&pasted);
        let (shown_scope, shown_start) = (scope(&saved), start(&saved));
        assert!(set_scope(&mut saved, shown_scope));
        set_start(&mut saved, &shown_start);

        assert_eq!(saved, config(&pasted));
    }
}
