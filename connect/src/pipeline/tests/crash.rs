//! The process is killed at every step there is; started again from what is committed, nothing may be missing.

use std::collections::BTreeMap;
use std::time::Duration;

use super::*;

const COLLECTIONS: usize = 2;
const DOCUMENTS: i64 = 4;
const CHANGES: u64 = 9;

fn fresh() -> Position {
    let namespaces = (0..COLLECTIONS)
        .map(|index| {
            let namespace = Namespace { database: "jee".to_owned(), collection: format!("c{index}") };
            NamespaceCopy::untouched(namespace, None)
        })
        .collect();
    let phase = Phase::Copy { start: ResumePoint::post_batch(token(100)), namespaces };
    Position { phase, selection: Selection::default() }
}

fn copied(namespace_index: usize, id: i64) -> SourceEvent {
    let number = i64::try_from(namespace_index).unwrap() * 10 + id;
    let event = rawdoc! { "number": number, "kind": if namespace_index == 0 { "zero" } else { "one" } };
    let mark = Mark::Copied { namespace_index, range_index: 0, id: Some(RawBson::Int64(id)) };
    SourceEvent { document: document(&event), mark }
}

/// What a source yields that is opened at `position`: the rest of the copy, collections interleaved, then the changes.
fn rest_after(position: &Position) -> Vec<SourceEvent> {
    let mut events = Vec::new();
    let streamed = match &position.phase {
        Phase::Copy { namespaces, .. } => {
            for id in 1..=DOCUMENTS {
                for (namespace_index, copy) in namespaces.iter().enumerate() {
                    let last_id = copy.last_id.as_ref().map_or(0, |id| id.as_i64().unwrap());
                    if !copy.is_done && id > last_id {
                        events.push(copied(namespace_index, id));
                    }
                }
            }
            for (namespace_index, copy) in namespaces.iter().enumerate() {
                if !copy.is_done {
                    events.push(SourceEvent { document: None, mark: Mark::NamespaceFinished { namespace_index } });
                }
            }
            events.push(SourceEvent { document: None, mark: Mark::CopyFinished });
            100
        }
        Phase::Stream { resume } => u64::from(resume.cluster_time.unwrap().increment),
    };
    for number in 101..=100 + CHANGES {
        if number > streamed {
            events.push(change_like(number, ["plain", "silent", "other"][usize::try_from(number % 3).unwrap()]));
        }
    }
    if streamed < 200 {
        events.push(idle_token(200));
    }
    events
}

/// The keys that must reach the topics, per topic in source order.
fn expected() -> BTreeMap<String, Vec<u64>> {
    let mut expected: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for event in rest_after(&fresh()) {
        if let Some(document) = event.document
            && let Some(record) = encode(&document).unwrap()
        {
            let number = std::str::from_utf8(&record.key.unwrap()).unwrap().parse().unwrap();
            expected.entry(record.topic.to_string()).or_default().push(number);
        }
    }
    expected
}

/// Runs until the fuse blows or everything is committed; returns what reached the topics.
async fn run_once(store: &MemoryStore, delivering: Delivering, fuse: &Fuse) -> Vec<ProducerRecord> {
    let Some(position) = store.load_now().await else { return Vec::new() };
    let (script, source) = MemorySource::scripted(fuse.clone());
    let (handle, sink) = MemorySink::new(3, delivering, fuse.clone());
    let sink = sink.lagging(Duration::from_millis(300));
    for batch in rest_after(&position).chunks(3) {
        script.push(batch.to_vec());
    }
    let settings = Settings {
        window: WindowLimits { max_events: 5, max_bytes: usize::MAX },
        commit_events: 2,
        ..Settings::default()
    };
    let (told, cancel) = (Told::default(), CancellationToken::new());
    let end = Phase::Stream { resume: ResumePoint::post_batch(token(200)) };
    let ports = Ports { source, sink, store, observer: &told };
    tokio::select! {
        result = run(ports, encode, position, settings, &cancel) => result.unwrap(),
        () = fuse.blown() => {}
        _ = store.wait_for(|state| state.commits.last().is_some_and(|position| position.phase == end)) => {}
    }
    handle.take_log()
}

/// No record may appear before all earlier ones of its topic have appeared at least once.
fn assert_complete_and_in_order(log: &[ProducerRecord], context: &str) {
    let mut seen: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    let expected = expected();
    for record in log {
        let number: u64 = std::str::from_utf8(record.key.as_ref().unwrap()).unwrap().parse().unwrap();
        let (seen, expected) = (seen.entry(record.topic.to_string()).or_default(), &expected[&*record.topic]);
        let next = expected.get(seen.len());
        assert!(seen.contains(&number) || next == Some(&number), "{context}: {number} came before {next:?}");
        if !seen.contains(&number) {
            seen.push(number);
        }
    }
    assert_eq!(seen, expected, "{context}");
}

#[tokio::test(start_paused = true)]
async fn killed_at_any_step_and_started_again_loses_nothing() {
    for delivering in [Delivering::InOrder, Delivering::Backwards] {
        let mut steps = 0;
        loop {
            let store = MemoryStore::new(Fuse::never());
            store.commit(fresh()).await.unwrap();
            let fuse = Fuse::after(steps);
            let mut log = run_once(&store.restarted(fuse.clone()), delivering, &fuse).await;
            let survived = !fuse.is_blown();
            let store = store.clone();
            log.extend(run_once(&store.restarted(Fuse::never()), delivering, &Fuse::never()).await);

            assert_complete_and_in_order(&log, &format!("{delivering:?}, killed at step {steps}"));
            if survived {
                break;
            }
            steps += 1;
        }
        assert!(steps > 40, "only {steps} steps: the fuse is not wired to everything");
    }
}

#[tokio::test(start_paused = true)]
async fn killed_again_and_again_it_still_arrives() {
    for steps in 20..60 {
        let mut store = MemoryStore::new(Fuse::never());
        store.commit(fresh()).await.unwrap();
        let mut log = Vec::new();
        let mut kills = 0;
        loop {
            let fuse = Fuse::after(steps);
            let attempt = store.restarted(fuse.clone());
            log.extend(run_once(&attempt, Delivering::Backwards, &fuse).await);
            store = attempt;
            if !fuse.is_blown() {
                break;
            }
            kills += 1;
            assert!(kills < 1_000, "killed every {steps} steps it makes no progress");
        }
        assert_complete_and_in_order(&log, &format!("killed every {steps} steps, {kills} times"));
    }
}
