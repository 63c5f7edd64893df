#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::{REMEMBERED_NAMESPACES, Remembered, TopicMapper, TopicNamingError};
use crate::config::TopicNamingConfig;
use crate::config::java_regex::JavaRegex;

fn naming(prefix: &str, suffix: &str, separator: &str, map: &[(&str, &str)]) -> TopicNamingConfig {
    TopicNamingConfig {
        prefix: prefix.to_owned(),
        suffix: suffix.to_owned(),
        separator: separator.to_owned(),
        namespace_map: map.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
    }
}

fn mapper(map: &[(&str, &str)]) -> TopicMapper {
    TopicMapper::new(&naming("", "", ".", map)).unwrap()
}

fn name(mapper: &mut TopicMapper, database: &str, collection: &str) -> Option<String> {
    mapper.topic(database, collection).unwrap().map(|topic| topic.name().to_string())
}

fn expect(mapper: &mut TopicMapper, database: &str, collection: &str, topic: &str) {
    assert_eq!(name(mapper, database, collection).as_deref(), Some(topic), "{database}.{collection}");
}

#[test]
fn without_a_map_the_namespace_is_the_topic() {
    let mut mapper = mapper(&[]);

    expect(&mut mapper, "jee", "patients", "jee.patients");
    expect(&mut mapper, "jee", "", "jee");
}

#[test]
fn prefix_suffix_and_separator_surround_and_join() {
    let mut mapper = TopicMapper::new(&naming("pre", "suf", "-", &[])).unwrap();

    expect(&mut mapper, "jee", "patients", "pre-jee-patients-suf");
    expect(&mut mapper, "jee", "", "pre-jee-suf");
}

#[test]
fn an_event_without_a_database_has_no_topic() {
    let mut mapper = TopicMapper::new(&naming("pre", "suf", ".", &[("*", "all")])).unwrap();

    assert_eq!(name(&mut mapper, "", "patients"), None);
}

#[test]
fn an_exact_collection_beats_its_database_a_regex_and_the_wildcard() {
    let mut mapper = mapper(&[("*", "star"), ("/jee.*", "regex"), ("jee", "base"), ("jee.visits", "exact")]);

    expect(&mut mapper, "jee", "visits", "exact");
    expect(&mut mapper, "jee", "patients", "base.patients");
    expect(&mut mapper, "jee", "", "base");
    expect(&mut mapper, "jeep", "x", "regex");
    expect(&mut mapper, "other", "x", "star");
    expect(&mut mapper, "other", "", "star");
}

#[test]
fn an_exact_entry_is_written_with_a_dot_whatever_the_separator() {
    let mut mapper = TopicMapper::new(&naming("", "", "_", &[("jee.visits", "exact"), ("jee_staff", "no")])).unwrap();

    expect(&mut mapper, "jee", "visits", "exact");
    expect(&mut mapper, "jee", "staff", "jee_staff");
}

#[test]
fn mapped_names_get_prefix_and_suffix_too() {
    let map = [("jee.visits", "exact"), ("jee", "base"), ("/x\\..*", "r{sep_coll}"), ("*", "star")];
    let mut mapper = TopicMapper::new(&naming("p", "s", "-", &map)).unwrap();

    expect(&mut mapper, "jee", "visits", "p-exact-s");
    expect(&mut mapper, "jee", "a", "p-base-a-s");
    expect(&mut mapper, "x", "a", "p-r-a-s");
    expect(&mut mapper, "y", "a", "p-star-s");
}

#[test]
fn a_regex_must_match_the_whole_namespace_and_the_first_in_order_wins() {
    let mut mapper = mapper(&[("/jee\\.v", "partial"), ("/jee\\.v.*|x", "first"), ("/jee\\..*", "second")]);

    expect(&mut mapper, "jee", "v", "partial");
    expect(&mut mapper, "jee", "visits", "first");
    expect(&mut mapper, "jee", "patients", "second");
    expect(&mut mapper, "x", "", "first");
    expect(&mut mapper, "xx", "", "xx");
}

#[test]
fn braces_outside_regex_entries_are_plain_text() {
    let mut mapper = mapper(&[("jee.visits", "{db}"), ("*", "}{")]);

    expect(&mut mapper, "jee", "visits", "{db}");
    expect(&mut mapper, "other", "a", "}{");
}

#[test]
fn entries_with_an_empty_value_are_ignored() {
    let mut mapper = mapper(&[("jee", ""), ("/jee.*", ""), ("*", "")]);

    expect(&mut mapper, "jee", "visits", "jee.visits");
}

#[test]
fn a_template_of_empty_separators_counts_as_empty() {
    let map = [("/jee.*", "{sep}{sep}")];

    expect(&mut TopicMapper::new(&naming("", "", "", &map)).unwrap(), "jee", "visits", "jeevisits");
    expect(&mut TopicMapper::new(&naming("", "", "-", &map)).unwrap(), "jee", "visits", "--");
}

#[test]
fn a_template_that_comes_out_empty_leaves_no_topic() {
    let map = [("/jee.*", "{coll}")];

    assert_eq!(name(&mut mapper(&map), "jee", ""), None);
    expect(&mut TopicMapper::new(&naming("p", "", ".", &map)).unwrap(), "jee", "", "p.");
}

#[test]
fn unusable_entries_are_refused_in_the_official_words() {
    let refuse = |key: &str| TopicMapper::new(&naming("", "", ".", &[(key, "t")])).unwrap_err();

    assert_eq!(refuse("a/b").to_string(), "'/' is not allowed in a simple namespace pattern");
    assert!(matches!(refuse("/("), TopicNamingError::Pattern(_)));
    assert!(TopicMapper::new(&naming("", "", ".", &[("/(", "")])).is_err());
}

#[test]
fn illegal_names_are_handed_out_with_the_reason() {
    let topic = mapper(&[]).topic("jee", "a$b").unwrap().unwrap();

    assert_eq!(&**topic.name(), "jee.a$b");
    assert!(topic.legal_name().unwrap_err().remedy().contains("jee.a_b"));
}

#[test]
fn a_name_with_a_dot_in_the_database_is_not_taken_for_another() {
    let mut mapper = mapper(&[("/.*", "{coll}")]);

    expect(&mut mapper, "a.b", "c", "c");
    expect(&mut mapper, "a", "b.c", "b.c");
}

#[test]
fn what_is_remembered_stays_bounded() {
    let mut mapper = mapper(&[]);
    for number in 0..REMEMBERED_NAMESPACES * 5 {
        expect(&mut mapper, "jee", &format!("c{number}"), &format!("jee.c{number}"));
        expect(&mut mapper, "jee", "hot", "jee.hot");
    }

    let remembered = &mapper.remembered;
    assert!(remembered.young.len() <= REMEMBERED_NAMESPACES);
    assert!(remembered.old.len() <= REMEMBERED_NAMESPACES);
}

/// What the official connector's mapper (on Java 17) answers.
const OFFICIAL: &str = include_str!("../../../tests/data/topic-mapper.json");

fn official() -> serde_json::Value {
    serde_json::from_str(OFFICIAL).unwrap()
}

#[test]
fn regexes_match_the_namespaces_that_they_match_in_java() {
    let official = official();
    let names = official["names"].as_array().unwrap();
    let regexes = official["regexes"].as_array().unwrap();
    assert!(regexes.len() > 70 && names.len() > 30);
    for entry in regexes {
        let regex = entry["regex"].as_str().unwrap();
        let pattern = JavaRegex::compile(regex).unwrap();
        let matching = |name: &&serde_json::Value| pattern.is_whole_match(name.as_str().unwrap()).unwrap();

        let matches: Vec<_> = names.iter().filter(matching).cloned().collect();

        assert_eq!(matches, *entry["matches"].as_array().unwrap(), "{regex}");
    }
}

#[test]
fn drawn_configurations_give_the_official_topics() {
    let official = official();
    let cases = official["topics"].as_array().unwrap();
    assert_eq!(cases.len(), 220);
    for case in cases {
        let field = |name: &str| case[name].as_str().unwrap();
        let map = case["map"].as_object().unwrap();
        let map: Vec<_> = map.iter().map(|(key, value)| (key.as_str(), value.as_str().unwrap())).collect();
        let naming = naming(field("prefix"), field("suffix"), field("separator"), &map);

        let topic = name(&mut TopicMapper::new(&naming).unwrap(), field("db"), field("coll"));

        assert_eq!(topic.unwrap_or_default(), field("topic"), "{case}");
    }
}

proptest! {
    /// Asking again, in any order and number, gives what a mapper without a memory gives.
    #[test]
    fn remembering_changes_no_answer(namespaces in prop::collection::vec(("[ab]{1,2}", "[ab.]{0,3}"), 1..40)) {
        let map = [("a", "base"), ("a.b", "exact"), ("/b.*", "{coll_sep}{db}"), ("/ab.*", "{sep_coll_sep}")];
        let (mut remembering, mut forgetful) = (mapper(&map), mapper(&map));
        for (database, collection) in namespaces {
            forgetful.remembered = Remembered::default();
            let fresh = forgetful.topic(&database, &collection).unwrap();
            prop_assert_eq!(remembering.topic(&database, &collection).unwrap(), fresh);
        }
    }

    /// Without a map, a topic is prefix, database, collection and suffix joined by the separator, whatever they contain.
    #[test]
    fn an_unmapped_topic_joins_its_parts(
        prefix in "[a-z/{}*]{0,3}", suffix in "[a-z/{}*]{0,3}", separator in "[-._]{0,2}",
        database in "[a-z*/]{1,4}", collection in "[a-z.{}]{0,4}",
    ) {
        let mut mapper = TopicMapper::new(&naming(&prefix, &suffix, &separator, &[])).unwrap();
        let parts = [&prefix, &database, &collection, &suffix];
        let parts: Vec<&str> = parts.into_iter().map(String::as_str).filter(|part| !part.is_empty()).collect();

        prop_assert_eq!(name(&mut mapper, &database, &collection), Some(parts.join(&separator)));
    }
}
