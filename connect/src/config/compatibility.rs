//! Holds `docs/COMPATIBILITY.md` to the definitions: one row a property, `not yet` where something of it is refused, and tests
//! that exist. Tests only; the page itself is written by hand.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::definition::{converter_definitions, definitions};
use super::plugins::{Converter, PLUGINS};
use super::unsupported;

const PAGE: &str = include_str!("../../../docs/COMPATIBILITY.md");

struct Row {
    state: &'static str,
    meaning: &'static str,
    tests: Vec<&'static str>,
}

/// The rows of all tables whose first cell is a property's name; a name that comes twice fails.
fn rows() -> BTreeMap<&'static str, Row> {
    let mut rows = BTreeMap::new();
    for line in PAGE.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [name, state, meaning, tests] = cells[..] else { panic!("four cells expected: {line}") };
        let tests = tests.split_whitespace().map(|name| name.trim_matches('`')).collect();
        let row = Row { state, meaning, tests };
        assert!(rows.insert(name.trim_matches('`'), row).is_none(), "{name} has two rows");
    }
    rows
}

/// Every property that has a definition, those of converters under both prefixes included.
fn defined() -> BTreeSet<String> {
    let converters = PLUGINS.iter().filter_map(|plugin| Converter::find(plugin.class));
    let options = converters.flat_map(|converter| {
        ["key.converter", "value.converter"]
            .into_iter()
            .flat_map(move |prefix| converter_definitions(converter, prefix))
    });
    definitions().iter().cloned().chain(options).map(|key| key.name.into_owned()).collect()
}

fn is_family(name: &str) -> bool {
    name.contains('*') || name.starts_with("${")
}

#[test]
fn every_defined_property_has_one_row_and_every_row_a_property() {
    let rows = rows();
    let told: BTreeSet<String> = rows.keys().filter(|name| !is_family(name)).map(|name| (*name).to_owned()).collect();

    assert_eq!(told, defined());
}

#[test]
fn a_row_says_not_yet_exactly_where_something_is_refused() {
    let mut wrong = Vec::new();
    for (name, row) in rows() {
        let is_refused = match name.strip_suffix('*') {
            Some(prefix) if unsupported::is_family(prefix) => true,
            Some(_) => continue,
            None if is_family(name) => continue,
            None => unsupported::is_listed(name),
        };
        if (row.state == "not yet") != is_refused {
            wrong.push(format!("{name} says {:?}", row.state));
        }
    }

    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_row_has_a_known_state_a_meaning_and_tests_that_exist() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut sources = String::new();
    for member in ["connect", "server", "bench"] {
        read_sources(&workspace.join(member), &mut sources);
    }
    let mut wrong = Vec::new();
    for (name, row) in rows() {
        if !["works", "differs", "not yet"].contains(&row.state) || row.meaning.is_empty() || row.tests.is_empty() {
            wrong.push(format!("{name} is incomplete"));
        }
        for test in row.tests.iter().filter(|test| !sources.contains(&format!("fn {test}("))) {
            wrong.push(format!("{name} names {test}, which does not exist"));
        }
    }

    assert_eq!(wrong, Vec::<String>::new());
}

fn read_sources(folder: &Path, sources: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_sources(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}
