//! Writers, a stream, a copy in ranges and crashes, in any order that can happen, drawn from a seed; then the fold of what was
//! published is compared with the collection.

use super::*;
use crate::position::{Mark, NamespaceCopy, Phase, Position, ResumePoint, ResumeToken, Selection};

const HISTORIES: u64 = 100_000;

/// `_id` values are 0 to this.
const IDS: usize = 8;

/// The first range ends with it.
const BOUND: usize = 3;

/// Documents of a chunk at most.
const CHUNK: usize = 2;

/// Two fields, each holding the time at which it was written.
type Stored = [u64; 2];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Replaced(usize, Stored),
    Updated { id: usize, field: usize },
    Deleted(usize),
    Dropped,
}

#[derive(Debug, Clone, Copy)]
enum Published {
    Change { time: u64, change: Change, whole: Stored },
    Copied { id: usize, document: Stored },
    Nothing,
}

/// splitmix64: enough to draw a history.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn index(&mut self, bound: usize) -> usize {
        usize::try_from(self.below(bound as u64)).unwrap()
    }

    /// Between both, included.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }
}

/// The collection, all its past included.
#[derive(Default)]
struct World {
    now: u64,
    changes: Vec<(u64, Change, Stored)>,
    past: [Vec<(u64, Option<Stored>)>; IDS],
}

impl World {
    fn at(&self, id: usize, time: u64) -> Option<Stored> {
        self.past[id].iter().rev().find(|(since, _)| *since <= time).and_then(|(_, stored)| *stored)
    }

    fn write(&mut self, draw: &mut Draw) {
        let id = draw.index(IDS);
        let existing = self.at(id, self.now);
        self.now += 1;
        let (change, stored) = match (draw.below(12), existing) {
            (0, _) if draw.below(4) == 0 => {
                for past in &mut self.past {
                    past.push((self.now, None));
                }
                self.changes.push((self.now, Change::Dropped, [0; 2]));
                return;
            }
            (0..4, Some(_)) => (Change::Deleted(id), None),
            (4..10, Some(mut stored)) => {
                let field = draw.index(2);
                stored[field] = self.now;
                (Change::Updated { id, field }, Some(stored))
            }
            _ => (Change::Replaced(id, [self.now; 2]), Some([self.now; 2])),
        };
        self.past[id].push((self.now, stored));
        self.changes.push((self.now, change, stored.unwrap_or_default()));
    }
}

struct Reading {
    chunk: Chunk,
    range: usize,
    low: u64,
    rows: Option<Rows>,
}

struct Rows {
    rows: Vec<(usize, Stored)>,
    high: u64,
    is_last: bool,
}

/// One process, from its start to its end.
struct Process {
    position: Position,
    interleave: Interleave,
    readings: Vec<Reading>,
    /// What each range reads behind next, read ahead of the position.
    behind: [Option<usize>; 2],
    has_read_all: [bool; 2],
    streamed: u64,
}

/// A rule that is left out, to see that it would be missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    WaitsForNothing,
    ForgetsChanges,
    LeavesPartsOut,
}

struct Run {
    fault: Option<Fault>,
    draw: Draw,
    world: World,
    /// Updates tell the whole document.
    is_whole: bool,
    /// A crash takes back what was not committed.
    is_exactly_once: bool,
    published: Vec<(Published, Mark)>,
    committed: usize,
    stored: Position,
    process: Process,
}

fn token(time: u64) -> ResumeToken {
    ResumeToken::new(rawdoc! { "_data": format!("82{time:016X}00") })
}

fn point(time: u64) -> ResumePoint {
    ResumePoint::post_batch(token(time))
}

fn number(id: &RawBson) -> usize {
    usize::try_from(id.as_i32().unwrap()).unwrap()
}

fn id_of(number: usize) -> RawBson {
    RawBson::Int32(i32::try_from(number).unwrap())
}

fn start_of(position: &Position) -> u64 {
    let (Phase::Copy { start: point, .. } | Phase::Stream { resume: point }) = &position.phase;
    u64::from(point.cluster_time.unwrap().increment)
}

impl Process {
    fn start(position: Position) -> Self {
        let (mut behind, mut has_read_all) = ([None, Some(BOUND)], [true; 2]);
        if let Phase::Copy { namespaces, .. } = &position.phase {
            for (range, copy) in namespaces[0].ranges.iter().enumerate() {
                has_read_all[range] = copy.is_done;
                behind[range] = namespaces[0].behind(range).map(number);
            }
        }
        let streamed = start_of(&position);
        Self { position, interleave: Interleave::default(), readings: Vec::new(), behind, has_read_all, streamed }
    }
}

impl Run {
    fn new(seed: u64, fault: Option<Fault>) -> Self {
        let mut draw = Draw(seed);
        let mut world = World::default();
        for _ in 0..draw.below(12) {
            world.write(&mut draw);
        }
        let mut copy = NamespaceCopy::untouched(patients(), None);
        copy.split(vec![id_of(BOUND)]);
        let phase = Phase::Copy { start: point(world.now), namespaces: vec![copy] };
        let stored = Position { phase, selection: Selection::default() };
        let (is_whole, is_exactly_once) = (draw.below(2) == 0, draw.below(2) == 0);
        let process = Process::start(stored.clone());
        Self { fault, draw, world, is_whole, is_exactly_once, published: Vec::new(), committed: 0, stored, process }
    }

    fn publish(&mut self, published: Published, mark: Mark) {
        self.process.position.apply(mark.clone());
        self.published.push((published, mark));
    }

    /// Some of the next changes; always those in order.
    fn stream(&mut self) {
        let from = self.process.streamed;
        let next: Vec<_> = self.world.changes.iter().filter(|(time, ..)| *time > from).copied().collect();
        let count = self.draw.index(next.len() + 1);
        for &(time, change, whole) in &next[..count] {
            let document = |id, is_whole| Touch::Document { namespace: patients(), id: id_of(id), is_whole };
            self.process.interleave.touch(match change {
                Change::Replaced(id, _) | Change::Deleted(id) => document(id, true),
                Change::Updated { id, .. } => document(id, self.is_whole),
                Change::Dropped => Touch::Collection(patients()),
            });
            self.process.streamed = time;
            self.publish(Published::Change { time, change, whole }, Mark::Streamed(point(time)));
        }
        if count == next.len() {
            self.process.streamed = self.world.now;
        }
    }

    fn open(&mut self) {
        let range = self.draw.index(2);
        let waiting = self.process.readings.iter().filter(|reading| reading.range == range);
        let is_reading = waiting.clone().any(|reading| reading.rows.is_none());
        if self.process.has_read_all[range] || is_reading || waiting.count() > 2 {
            return;
        }
        let chunk = self.process.interleave.open();
        self.process.readings.push(Reading { chunk, range, low: self.process.streamed, rows: None });
    }

    /// Reads an open chunk: each document at a time of its own, none before L, all by H.
    fn read(&mut self) {
        let Some(at) = self.process.readings.iter().position(|reading| reading.rows.is_none()) else { return };
        let range = self.process.readings[at].range;
        let first = self.process.behind[range].map_or(0, |id| id + 1);
        let last = if range == 0 { BOUND } else { IDS - 1 };
        let (mut time, mut rows) = (self.process.readings[at].low, Vec::new());
        for id in first..=last {
            if self.draw.below(3) == 0 {
                self.world.write(&mut self.draw);
            }
            time = self.draw.between(time, self.world.now);
            rows.extend(self.world.at(id, time).map(|stored| (id, stored)));
            if rows.len() == CHUNK {
                break;
            }
        }
        let high = self.draw.between(time, self.world.now);
        let is_last = rows.len() < CHUNK;
        self.process.behind[range] = rows.last().map_or(self.process.behind[range], |(id, _)| Some(*id));
        self.process.has_read_all[range] = is_last;
        self.process.readings[at].rows = Some(Rows { rows, high, is_last });
    }

    /// Publishes a chunk whose H the stream has reached, those of a range in the order in which they were read.
    fn publish_chunk(&mut self) {
        let streamed = self.process.streamed;
        let waits = self.fault != Some(Fault::WaitsForNothing);
        let is_ripe = |reading: &Reading| reading.rows.as_ref().is_some_and(|rows| !waits || rows.high <= streamed);
        let range = self.draw.index(2);
        let Some(at) = self.process.readings.iter().position(|reading| reading.range == range) else { return };
        if !is_ripe(&self.process.readings[at]) {
            return;
        }
        let reading = self.process.readings.remove(at);
        let Rows { rows, is_last, .. } = reading.rows.unwrap();
        for (id, document) in rows {
            let verdict = self.process.interleave.judge(reading.chunk, &patients(), id_of(id).as_raw_bson_ref());
            let published = match (verdict, self.fault) {
                (_, Some(Fault::ForgetsChanges)) => Published::Copied { id, document },
                (Verdict::ReadAgain, Some(Fault::LeavesPartsOut)) => Published::Nothing,
                (verdict, _) => self.as_judged(verdict, id, document),
            };
            let mark = Mark::Copied { namespace_index: 0, range_index: reading.range, id: Some(id_of(id)) };
            self.publish(published, mark);
        }
        self.process.interleave.close(reading.chunk);
        if is_last {
            let mark = Mark::RangeFinished { namespace_index: 0, range_index: reading.range };
            self.publish(Published::Nothing, mark);
            self.finish_if_done();
        }
    }

    fn as_judged(&mut self, verdict: Verdict, id: usize, document: Stored) -> Published {
        let document = match verdict {
            Verdict::Publish => Some(document),
            Verdict::LeaveOut => None,
            Verdict::ReadAgain => {
                let time = self.draw.between(self.process.streamed, self.world.now);
                self.world.at(id, time)
            }
        };
        document.map_or(Published::Nothing, |document| Published::Copied { id, document })
    }

    fn finish_if_done(&mut self) {
        let is_done = match &self.process.position.phase {
            Phase::Copy { namespaces, .. } => namespaces[0].ranges.iter().all(|range| range.is_done),
            Phase::Stream { .. } => false,
        };
        if is_done {
            self.publish(Published::Nothing, Mark::NamespaceFinished { namespace_index: 0 });
            self.publish(Published::Nothing, Mark::CopyFinished);
        }
    }

    /// Commits a part of what is published and not committed, cut anywhere.
    fn commit(&mut self) {
        let count = self.draw.index(self.published.len() - self.committed + 1);
        for (_, mark) in &self.published[self.committed..self.committed + count] {
            self.stored.apply(mark.clone());
        }
        self.committed += count;
    }

    fn crash(&mut self) {
        if self.is_exactly_once {
            self.published.truncate(self.committed);
        } else {
            // What was not committed is published and stays; the next process knows nothing of it.
            for (_, mark) in &mut self.published[self.committed..] {
                *mark = Mark::NamespaceFinished { namespace_index: usize::MAX };
            }
            self.committed = self.published.len();
        }
        self.process = Process::start(self.stored.clone());
        self.finish_if_done();
    }

    fn step(&mut self) {
        match self.draw.below(24) {
            0..7 => self.world.write(&mut self.draw),
            7..11 => self.stream(),
            11..14 => self.open(),
            14..17 => self.read(),
            17..21 => self.publish_chunk(),
            21..23 => self.commit(),
            _ if self.draw.below(3) == 0 => self.crash(),
            _ => {}
        }
    }

    fn finish(&mut self) {
        while matches!(self.process.position.phase, Phase::Copy { .. }) || self.process.streamed < self.world.now {
            self.stream();
            self.open();
            self.read();
            self.publish_chunk();
        }
    }

    /// What a consumer holds that keeps the newest state per `_id`, and applies updates to what it has.
    fn fold(&self) -> [Option<Stored>; IDS] {
        let mut folded = [None; IDS];
        for (published, _) in &self.published {
            match *published {
                Published::Nothing => {}
                Published::Copied { id, document } => folded[id] = Some(document),
                Published::Change { time, change, whole } => match change {
                    Change::Replaced(id, document) => folded[id] = Some(document),
                    Change::Updated { id, .. } if self.is_whole => folded[id] = Some(whole),
                    Change::Updated { id, field } => {
                        if let Some(document) = &mut folded[id] {
                            document[field] = time;
                        }
                    }
                    Change::Deleted(id) => folded[id] = None,
                    Change::Dropped => folded = [None; IDS],
                },
            }
        }
        folded
    }

    /// The first `_id` of which an older state follows a newer one.
    fn goes_back(&self) -> Option<usize> {
        let mut newest = [0; IDS];
        for (published, _) in &self.published {
            let (id, time) = match *published {
                Published::Nothing => continue,
                Published::Copied { id, document } => (id, document[0].max(document[1])),
                Published::Change { time, change: Change::Dropped, .. } => {
                    newest = newest.map(|newest| newest.max(time));
                    continue;
                }
                Published::Change { time, change, .. } => match change {
                    Change::Replaced(id, _) | Change::Updated { id, .. } | Change::Deleted(id) => (id, time),
                    Change::Dropped => continue,
                },
            };
            if time < newest[id] {
                return Some(id);
            }
            newest[id] = time;
        }
        None
    }
}

/// Draws one history; `Err` says what is wrong with it.
fn check(seed: u64, fault: Option<Fault>) -> Result<(), String> {
    let mut run = Run::new(seed, fault);
    let steps = 20 + run.draw.below(60);
    for _ in 0..steps {
        run.step();
    }
    run.finish();

    let (folded, now) = (run.fold(), run.world.now);
    for (id, folded) in folded.into_iter().enumerate() {
        let stored = run.world.at(id, now);
        if folded != stored {
            return Err(format!("{id} is {folded:?} and should be {stored:?}"));
        }
    }
    match run.goes_back().filter(|_| run.is_exactly_once && run.is_whole) {
        Some(id) => Err(format!("an older state of {id} follows a newer one")),
        None if run.process.interleave.remembered() > 0 => Err("changes are remembered for no chunk".to_owned()),
        None => Ok(()),
    }
}

/// `NARU_TEST_SEED` repeats a run.
#[test]
fn chunks_between_changes_fold_to_the_collection_whatever_happens_when() {
    let seed = std::env::var("NARU_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()) << 32);
    println!("NARU_TEST_SEED={seed}");

    let wrong = (0..HISTORIES).find_map(|history| {
        let seed = seed.wrapping_add(history);
        check(seed, None).err().map(|reason| format!("history {seed}: {reason}"))
    });

    assert_eq!(wrong, None);
}

#[test]
fn each_rule_is_missed_when_it_is_left_out() {
    for fault in [Fault::WaitsForNothing, Fault::ForgetsChanges, Fault::LeavesPartsOut] {
        assert!((0..2_000).any(|seed| check(seed, Some(fault)).is_err()), "{fault:?}");
    }
}
