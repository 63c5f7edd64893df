//! The judgement. Its rules are those of the module above.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Display, Formatter};

use anyhow::{Result, ensure};
use bson::Document;

use super::observation::{Effect, Observation, What};
use super::writers::{Change, History, Written};

/// How many examples of a fault are shown.
const SHOWN: usize = 5;

/// How often an event may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// Again after a fault, at most so many times.
    AtLeastOnce { fault_count: usize },
    /// Never again.
    ExactlyOnce,
}

impl Delivery {
    /// How often a document's events may go back.
    fn replay_limit(self) -> usize {
        match self {
            Delivery::AtLeastOnce { fault_count } => fault_count,
            Delivery::ExactlyOnce => 0,
        }
    }
}

/// What was found.
#[derive(Debug)]
pub(crate) struct Verdict {
    delivery: Delivery,
    record_count: usize,
    change_count: usize,
    copied_duplicates: usize,
    streamed_duplicates: usize,
    replay_count: usize,
    /// Documents whose events are not the changes that were acknowledged.
    lost: Vec<String>,
    /// Documents whose events skip one or go back more often than there were faults.
    disordered: Vec<String>,
    /// Documents that the folded topic has otherwise than the collection.
    unequal: Vec<String>,
}

pub(crate) fn reach(
    observations: &[Observation],
    history: &History,
    documents: &[Document],
    delivery: Delivery,
) -> Verdict {
    let mut verdict = Verdict {
        delivery,
        record_count: observations.len(),
        change_count: history.values().flatten().filter(|written| written.is_acknowledged).count(),
        copied_duplicates: copied_duplicates(observations),
        streamed_duplicates: 0,
        replay_count: 0,
        lost: Vec::new(),
        disordered: Vec::new(),
        unequal: unequal(&fold(observations), documents),
    };
    let events = events_by_id(observations);
    let (no_events, no_changes) = (Vec::new(), Vec::new());
    for id in history.keys().chain(events.keys()).collect::<BTreeSet<_>>() {
        verdict.weigh(id, events.get(id).unwrap_or(&no_events), history.get(id).unwrap_or(&no_changes));
    }
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
    fn weigh(&mut self, id: &str, events: &Events<'_>, written: &[Written]) {
        let distinct: BTreeMap<&str, Change> = events.iter().copied().collect();
        self.streamed_duplicates += events.len() - distinct.len();
        if !are_all_and_only(distinct.values(), written) {
            self.lost.push(format!("{id}: written {written:?}, in the topic {:?}", distinct.values()));
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
        let limit = self.delivery.replay_limit();
        if replays > limit {
            self.disordered.push(format!("{id}: went back {replays} times, allowed are {limit}"));
        }
        self.replay_count += replays;
    }

    /// An error when anything is wrong.
    pub(crate) fn judge(&self) -> Result<()> {
        ensure!(self.change_count > 0 && self.record_count > self.change_count, "The test tested nothing");
        for (what, examples) in [
            ("lost or invented changes", &self.lost),
            ("broken order", &self.disordered),
            ("another content", &self.unequal),
        ] {
            let shown: Vec<&str> = examples.iter().take(SHOWN).map(String::as_str).collect();
            ensure!(examples.is_empty(), "{} documents with {what}:\n{}", examples.len(), shown.join("\n"));
        }
        let duplicates = self.copied_duplicates + self.streamed_duplicates;
        ensure!(self.delivery != Delivery::ExactlyOnce || duplicates == 0, "{duplicates} records came twice");
        Ok(())
    }
}

impl Display for Verdict {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} changes, {} records", self.change_count, self.record_count)?;
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

/// Whether the events are the changes in their order; one without acknowledgement may be missing.
fn are_all_and_only<'a>(events: impl Iterator<Item = &'a Change>, written: &[Written]) -> bool {
    let mut events = events.peekable();
    let nothing_is_lost =
        written.iter().all(|written| events.next_if_eq(&&written.change).is_some() || !written.is_acknowledged);
    nothing_is_lost && events.next().is_none()
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
    use crate::history::writers::Kind;

    fn copied(version: i64) -> Observation {
        Observation { id: "a".to_owned(), what: What::Copied(doc! { "_id": "a", "version": version }) }
    }

    fn update(version: i64) -> Change {
        Change { kind: Kind::Update, version: Some(version) }
    }

    fn acknowledged(version: i64) -> Written {
        Written { change: update(version), is_acknowledged: true }
    }

    fn updated(version: i64) -> Observation {
        let effect = Effect::Changes { set: doc! { "version": version }, removed: Vec::new() };
        let what = What::Changed { token: format!("82{version:04}"), change: update(version), effect };
        Observation { id: "a".to_owned(), what }
    }

    fn updates(versions: &[i64]) -> History {
        History::from([("a".to_owned(), versions.iter().map(|version| acknowledged(*version)).collect())])
    }

    fn verdict(observations: &[Observation], last_version: i64) -> Verdict {
        let once_killed = Delivery::AtLeastOnce { fault_count: 1 };
        reach(observations, &updates(&[2, 3, 4]), &[doc! { "_id": "a", "version": last_version }], once_killed)
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
    fn more_replays_than_faults_are_found() {
        let observations = [copied(1), updated(2), updated(2), updated(2), updated(3), updated(4)];

        assert_eq!(verdict(&observations, 4).disordered.len(), 1);
    }

    #[test]
    fn an_old_copy_over_a_new_event_is_found() {
        let verdict = verdict(&[updated(2), updated(3), updated(4), copied(3)], 4);

        assert_eq!((verdict.lost.len(), verdict.unequal.len()), (0, 1));
    }

    #[test]
    fn a_change_nobody_made_is_found() {
        let verdict = verdict(&[copied(1), updated(2), updated(3), updated(4), updated(5)], 5);

        assert_eq!(verdict.lost.len(), 1);
    }

    #[test]
    fn a_change_without_acknowledgement_may_be_there_or_not_but_once_it_is_later_ones_are_not_lost() {
        let mut history = updates(&[2, 3]);
        history.entry("a".to_owned()).or_default().insert(1, Written { change: update(9), is_acknowledged: false });
        let weigh = |observations: &[Observation], version: i64| {
            let documents = [doc! { "_id": "a", "version": version }];
            reach(observations, &history, &documents, Delivery::AtLeastOnce { fault_count: 0 }).lost.len()
        };
        let unacknowledged = |token: &str| {
            let effect = Effect::Changes { set: doc! { "version": 9_i64 }, removed: Vec::new() };
            Observation {
                id: "a".to_owned(),
                what: What::Changed { token: token.to_owned(), change: update(9), effect },
            }
        };

        assert_eq!(weigh(&[copied(1), updated(2), updated(3)], 3), 0);
        assert_eq!(weigh(&[copied(1), updated(2), unacknowledged("8200021"), updated(3)], 3), 0);
        assert_eq!(weigh(&[copied(1), updated(2), unacknowledged("8200021")], 9), 1);
    }

    #[test]
    fn exactly_once_forgives_no_duplicate() {
        let documents = [doc! { "_id": "a", "version": 4_i64 }];
        let weigh = |observations: &[Observation]| {
            reach(observations, &updates(&[2, 3, 4]), &documents, Delivery::ExactlyOnce).judge()
        };

        assert!(weigh(&[copied(1), updated(2), updated(3), updated(4)]).is_ok());
        assert!(weigh(&[copied(1), updated(2), updated(3), updated(3), updated(4)]).is_err());
        assert!(weigh(&[copied(1), copied(1), updated(2), updated(3), updated(4)]).is_err());
    }
}
