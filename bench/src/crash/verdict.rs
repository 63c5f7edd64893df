//! The judgement. Its rules are those of the module above.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};

use anyhow::{Result, ensure};
use bson::Document;

use super::history::{Change, History};
use super::observation::{Effect, Observation, What};

/// How many examples of a fault are shown.
const SHOWN: usize = 5;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    kill_count: usize,
    record_count: usize,
    change_count: usize,
    copied_duplicates: usize,
    streamed_duplicates: usize,
    replay_count: usize,
    /// Documents whose events are not the changes that were acknowledged.
    lost: Vec<String>,
    /// Documents whose events skip one or go back more often than naru was killed.
    disordered: Vec<String>,
    /// Documents that the folded topic has otherwise than the collection.
    unequal: Vec<String>,
}

pub(super) fn reach(
    observations: &[Observation],
    history: &History,
    documents: &[Document],
    kill_count: usize,
) -> Verdict {
    let mut verdict = Verdict {
        kill_count,
        record_count: observations.len(),
        change_count: history.values().map(Vec::len).sum(),
        copied_duplicates: copied_duplicates(observations),
        ..Verdict::default()
    };
    let events = events_by_id(observations);
    let none = Vec::new();
    for id in history.keys().chain(events.keys()).collect::<BTreeSet<_>>() {
        verdict.weigh(id, events.get(id).unwrap_or(&none), history.get(id).unwrap_or(&Vec::new()));
    }
    verdict.unequal = unequal(&fold(observations), documents);
    verdict
}

/// Tokens and changes of one document, in the order of offsets.
type Events<'a> = Vec<(&'a str, Change)>;

fn events_by_id(observations: &[Observation]) -> BTreeMap<String, Events<'_>> {
    let mut events = BTreeMap::<String, Events<'_>>::new();
    for observation in observations {
        if let What::Changed { token, change, .. } = &observation.what {
            events.entry(observation.id.clone()).or_default().push((token, *change));
        }
    }
    events
}

fn copied_duplicates(observations: &[Observation]) -> usize {
    let mut seen = BTreeSet::new();
    let copies = observations.iter().filter(|observation| matches!(observation.what, What::Copied(_)));
    copies.filter(|observation| !seen.insert(&observation.id)).count()
}

impl Verdict {
    fn weigh(&mut self, id: &str, events: &Events<'_>, acknowledged: &[Change]) {
        let distinct: BTreeMap<&str, Change> = events.iter().copied().collect();
        self.streamed_duplicates += events.len() - distinct.len();
        if !distinct.values().eq(acknowledged) {
            self.lost.push(format!("{id}: acknowledged {acknowledged:?}, in the topic {:?}", distinct.values()));
        }
        let places: BTreeMap<&str, usize> = distinct.keys().enumerate().map(|(place, token)| (*token, place)).collect();
        let mut expected_place = 0;
        let mut replays = 0;
        for (token, _) in events {
            let place = places.get(token).copied().unwrap_or_default();
            if place > expected_place {
                self.disordered.push(format!("{id}: event {place} came where {expected_place} was due"));
                break;
            }
            replays += usize::from(place < expected_place);
            expected_place = place + 1;
        }
        if replays > self.kill_count {
            self.disordered.push(format!("{id}: went back {replays} times for {} kills", self.kill_count));
        }
        self.replay_count += replays;
    }

    /// An error when anything is wrong.
    pub(super) fn judge(&self) -> Result<()> {
        ensure!(self.change_count > 0 && self.record_count > self.change_count, "The test tested nothing");
        for (what, examples) in [
            ("lost or invented changes", &self.lost),
            ("broken order", &self.disordered),
            ("another content", &self.unequal),
        ] {
            let shown: Vec<&str> = examples.iter().take(SHOWN).map(String::as_str).collect();
            ensure!(examples.is_empty(), "{} documents with {what}:\n{}", examples.len(), shown.join("\n"));
        }
        Ok(())
    }
}

impl Display for Verdict {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} kills, {} changes, {} records", self.kill_count, self.change_count, self.record_count)?;
        writeln!(
            formatter,
            "duplicates: {} copied, {} streamed in {} replays",
            self.copied_duplicates, self.streamed_duplicates, self.replay_count
        )?;
        write!(
            formatter,
            "documents with lost changes {}, broken order {}, another content {}",
            self.lost.len(),
            self.disordered.len(),
            self.unequal.len()
        )
    }
}

fn fold(observations: &[Observation]) -> BTreeMap<&str, Document> {
    let mut state = BTreeMap::<&str, Document>::new();
    for observation in observations {
        let id = observation.id.as_str();
        match &observation.what {
            What::Copied(document) => drop(state.insert(id, document.clone())),
            What::Changed { effect: Effect::Becomes(document), .. } => drop(state.insert(id, document.clone())),
            What::Changed { effect: Effect::Vanishes, .. } => drop(state.remove(id)),
            // An update of a document that was not copied yet says nothing: the copy comes later and has it.
            What::Changed { effect: Effect::Changes { set, removed }, .. } => {
                if let Some(document) = state.get_mut(id) {
                    document.extend(set.clone());
                    for name in removed {
                        document.remove(name);
                    }
                }
            }
        }
    }
    state
}

fn unequal(folded: &BTreeMap<&str, Document>, documents: &[Document]) -> Vec<String> {
    let stored: BTreeMap<&str, &Document> =
        documents.iter().map(|document| (document.get_str("_id").unwrap_or_default(), document)).collect();
    let ids: BTreeSet<&str> = folded.keys().chain(stored.keys()).copied().collect();
    ids.into_iter()
        .filter(|id| folded.get(id) != stored.get(id).copied())
        .map(|id| format!("{id}: the topic has {:?}, the collection {:?}", folded.get(id), stored.get(id)))
        .collect()
}

#[cfg(test)]
mod tests {
    use bson::doc;

    use super::*;
    use crate::crash::history::Kind;

    fn copied(version: i64) -> Observation {
        Observation { id: "a".to_owned(), what: What::Copied(doc! { "_id": "a", "version": version }) }
    }

    fn updated(version: i64) -> Observation {
        let change = Change { kind: Kind::Update, version: Some(version) };
        let effect = Effect::Changes { set: doc! { "version": version }, removed: Vec::new() };
        Observation { id: "a".to_owned(), what: What::Changed { token: format!("82{version:04}"), change, effect } }
    }

    fn updates(versions: &[i64]) -> History {
        let changes = versions.iter().map(|version| Change { kind: Kind::Update, version: Some(*version) }).collect();
        History::from([("a".to_owned(), changes)])
    }

    fn verdict(observations: &[Observation], last_version: i64) -> Verdict {
        reach(observations, &updates(&[2, 3, 4]), &[doc! { "_id": "a", "version": last_version }], 1)
    }

    #[test]
    fn a_replay_after_a_kill_is_a_duplicate_and_no_fault() {
        let observations = [copied(1), updated(2), updated(3), updated(2), updated(3), updated(4)];

        let verdict = verdict(&observations, 4);

        assert!(verdict.judge().is_ok(), "{verdict}");
        assert_eq!((verdict.streamed_duplicates, verdict.replay_count, verdict.copied_duplicates), (2, 1, 0));
    }

    #[test]
    fn a_lost_change_is_found_even_when_the_content_is_right() {
        let verdict = verdict(&[copied(1), updated(2), updated(4)], 4);

        assert_eq!((verdict.lost.len(), verdict.unequal.len()), (1, 0));
        assert!(verdict.judge().is_err());
    }

    #[test]
    fn an_event_that_overtakes_another_is_found() {
        let verdict = verdict(&[copied(1), updated(2), updated(4), updated(3)], 3);

        assert_eq!(verdict.disordered.len(), 1);
    }

    #[test]
    fn more_replays_than_kills_are_found() {
        let observations = [copied(1), updated(2), updated(2), updated(2), updated(3), updated(4)];

        assert_eq!(verdict(&observations, 4).disordered.len(), 1);
    }

    #[test]
    fn an_old_copy_over_a_new_event_is_found() {
        let verdict = verdict(&[updated(2), updated(3), updated(4), copied(3)], 4);

        assert_eq!((verdict.lost.len(), verdict.unequal.len()), (0, 1));
    }
}
