//! Reads one page: decides where each partition begins, has the windows read, merges, and makes the bytes readable.
//!
//! Blocks; called through [`super::Preview`].

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use rdkafka::message::Message as _;

use super::backward::{Backward, Density};
use super::decode;
use super::error::Error;
use super::merge::{Direction, Merge};
use super::raw::RawRecord;
use super::record::{Page, PartitionExtent, Record};
use super::request::{Cursor, PageRequest, RecordRequest, Start};
use super::window::{Flow, OutOfTime, Scan, Window};
use crate::kafka::client::ClientSettings;
use crate::kafka::consumer::Reader;
use crate::kafka::topics::OffsetRange;

/// How long a page may take.
const TIME_LIMIT: Duration = Duration::from_secs(8);

/// How long a fetch with nothing to give may be held: the end of a partition is known that much later.
const FETCH_WAIT: Duration = Duration::from_millis(50);

/// Bytes kept of a key or value in a page.
const PAGE_BYTES: usize = 64 * 1024;

/// Bytes kept of a key or value once [`GROUP_BYTES`] are held.
const SCARCE_BYTES: usize = 1024;

/// Bytes held while partitions are read together.
const GROUP_BYTES: usize = 32 * 1024 * 1024;

/// Records held while partitions are read together; the number of partitions read together follows from it.
const GROUP_RECORDS: usize = 10_000;

/// Bytes kept of a single record's key or value: what a browser can still show.
const RECORD_BYTES: usize = 4 * 1024 * 1024;

/// Reads a page. When retention deletes what was about to be read, it is read once more from what is left.
pub(super) fn read(settings: &ClientSettings, request: &PageRequest, is_given_up: &AtomicBool) -> Result<Page, Error> {
    match read_once(settings, request, is_given_up) {
        Err(Error::Moved) => read_once(settings, request, is_given_up),
        outcome => outcome,
    }
}

fn read_once(settings: &ClientSettings, request: &PageRequest, is_given_up: &AtomicBool) -> Result<Page, Error> {
    let began = Instant::now();
    let mut scan = Scan::new(began + TIME_LIMIT, is_given_up);
    let reader = Reader::open(settings, &request.topic, request.isolation, FETCH_WAIT)?;
    let partitions = reader.partitions(scan.request_timeout())?.ok_or(Error::NoSuchTopic)?;
    let ranges = reader.ranges(&partitions, scan.request_timeout())?;
    let selected: Vec<OffsetRange> = ranges
        .iter()
        .filter(|range| request.partition.is_none_or(|wanted| wanted == range.partition))
        .copied()
        .collect();
    if selected.is_empty() {
        return Err(Error::NoSuchPartition);
    }
    let plan = plan(&reader, request, &selected, scan.request_timeout())?;
    let gathered = match plan.direction {
        Direction::Forward => read_forward(&reader, &plan.ranges, request.bounded_limit(), &mut scan)?,
        Direction::Backward => read_backward(&reader, &plan.ranges, request.bounded_limit(), &mut scan)?,
    };
    if let (false, true, Some(fault)) = (gathered.is_complete, gathered.records.is_empty(), scan.trouble()) {
        return Err(Error::Unavailable(fault.clone()));
    }
    Ok(Page {
        records: gathered.records.iter().map(|record| decode::record(record, request.decoders)).collect(),
        partitions: ranges.iter().map(extent).collect(),
        next: gathered.next,
        is_complete: gathered.is_complete,
        is_start_expired: plan.is_start_expired,
        scanned_records: scan.records,
        elapsed_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
    })
}

/// Reads the record at one offset.
pub(super) fn read_one(
    settings: &ClientSettings,
    request: &RecordRequest,
    is_given_up: &AtomicBool,
) -> Result<Record, Error> {
    let mut scan = Scan::new(Instant::now() + TIME_LIMIT, is_given_up);
    let reader = Reader::open(settings, &request.topic, request.isolation, FETCH_WAIT)?;
    let partitions = reader.partitions(scan.request_timeout())?.ok_or(Error::NoSuchTopic)?;
    if !partitions.contains(&request.partition) {
        return Err(Error::NoSuchPartition);
    }
    let ranges = reader.ranges(&[request.partition], scan.request_timeout())?;
    if !ranges.iter().any(|range| (range.low..range.high).contains(&request.offset)) {
        return Err(Error::NoSuchRecord);
    }
    let window = Window { partition: request.partition, start: request.offset, end: request.offset + 1 };
    let mut found = None;
    let outcome = scan.read(&reader, &[window], |message| {
        found = Some(RawRecord::copy(message, RECORD_BYTES));
        Flow::Enough
    });
    match (outcome, found) {
        (Ok(_), Some(record)) => Ok(decode::record(&record, request.decoders)),
        (Ok(Ok(())) | Err(Error::Moved), None) => Err(Error::NoSuchRecord),
        (Ok(Err(OutOfTime)), None) => Err(scan.trouble().map_or(Error::Internal, |f| Error::Unavailable(f.clone()))),
        (Err(error), _) => Err(error),
    }
}

/// What is to be read: for each partition the range that lies in the direction of reading.
struct Plan {
    direction: Direction,
    ranges: Vec<OffsetRange>,
    is_start_expired: bool,
}

fn plan(reader: &Reader, request: &PageRequest, selected: &[OffsetRange], timeout: Duration) -> Result<Plan, Error> {
    let from = |start: &dyn Fn(&OffsetRange) -> i64| {
        let ranges =
            selected.iter().map(|range| OffsetRange { low: start(range).clamp(range.low, range.high), ..*range });
        let is_start_expired = selected.iter().any(|range| start(range) < range.low);
        Plan { direction: Direction::Forward, ranges: ranges.collect(), is_start_expired }
    };
    let until = |end: &dyn Fn(&OffsetRange) -> i64| {
        let ranges =
            selected.iter().map(|range| OffsetRange { high: end(range).clamp(range.low, range.high), ..*range });
        Plan { direction: Direction::Backward, ranges: ranges.collect(), is_start_expired: false }
    };
    Ok(match &request.start {
        Start::Newest => until(&|range| range.high),
        Start::Before(cursor) => until(&|range| cursor.offset(range.partition).unwrap_or(range.high)),
        Start::Beginning => from(&|range| range.low),
        Start::Offset(offset) => from(&|_| *offset),
        Start::After(cursor) => from(&|range| cursor.offset(range.partition).unwrap_or(range.low)),
        Start::Time(moment_ms) => {
            let partitions: Vec<i32> = selected.iter().map(|range| range.partition).collect();
            let starts: HashMap<i32, Option<i64>> =
                reader.offsets_from(&partitions, *moment_ms, timeout)?.into_iter().collect();
            from(&|range| starts.get(&range.partition).copied().flatten().unwrap_or(range.high))
        }
    })
}

/// Records in order, and where they end.
struct Gathered {
    records: Vec<RawRecord>,
    next: Option<Cursor>,
    is_complete: bool,
}

fn read_forward(reader: &Reader, ranges: &[OffsetRange], limit: usize, scan: &mut Scan<'_>) -> Result<Gathered, Error> {
    let mut merge = Merge::new(Direction::Forward, limit);
    let mut is_complete = true;
    // Up to where a partition was read without finding more to give.
    let mut exhausted: HashMap<i32, i64> = HashMap::new();
    for group in groups(ranges, limit) {
        let windows: Vec<Window> = group
            .iter()
            .map(|range| Window { partition: range.partition, start: range.low, end: range.high })
            .collect();
        let mut held = merge.held_bytes();
        let mut found: HashMap<i32, Vec<RawRecord>> = HashMap::new();
        let outcome = scan.read(reader, &windows, |message| {
            let records = found.entry(message.partition()).or_default();
            let record = RawRecord::copy(message, allowance(held));
            held += record.held_bytes();
            records.push(record);
            if records.len() >= limit { Flow::Enough } else { Flow::More }
        })?;
        if outcome == Ok(()) {
            let is_short =
                |range: &&OffsetRange| found.get(&range.partition).is_none_or(|records| records.len() < limit);
            exhausted.extend(group.iter().filter(is_short).map(|range| (range.partition, range.high)));
        }
        is_complete &= outcome == Ok(());
        found.into_values().for_each(|records| merge.add(records));
        merge.settle();
        if !is_complete {
            break;
        }
    }
    let position = |range: &OffsetRange| {
        let after_taken = || merge.last(range.partition).map(|offset| offset + 1);
        merge
            .left(range.partition)
            .or_else(|| exhausted.get(&range.partition).copied())
            .or_else(after_taken)
            .unwrap_or(range.low)
    };
    let is_more = ranges.iter().any(|range| position(range) < range.high);
    let next = is_more.then(|| ranges.iter().map(|range| (range.partition, position(range))).collect());
    Ok(Gathered { records: merge.into_records(), next, is_complete })
}

fn read_backward(
    reader: &Reader,
    ranges: &[OffsetRange],
    limit: usize,
    scan: &mut Scan<'_>,
) -> Result<Gathered, Error> {
    let mut merge = Merge::new(Direction::Backward, limit);
    let mut is_complete = true;
    let mut reached: HashMap<i32, i64> = HashMap::new();
    for group in groups(ranges, limit) {
        let mut searches: Vec<Backward> = group.iter().map(|range| Backward::new(*range, limit)).collect();
        let mut held = merge.held_bytes();
        while is_complete {
            let windows: Vec<Window> = searches.iter().filter_map(Backward::window).collect();
            if windows.is_empty() {
                break;
            }
            let open = searches.iter().filter(|search| search.window().is_some());
            let mut collected: HashMap<i32, _> = open.map(|search| (search.partition(), search.collect())).collect();
            let outcome = scan.read(reader, &windows, |message| {
                let Some(records) = collected.get_mut(&message.partition()) else { return Flow::Enough };
                let density = records.push(message.offset(), || {
                    let record = RawRecord::copy(message, allowance(held));
                    held += record.held_bytes();
                    record
                });
                if density == Density::TooDense { Flow::Enough } else { Flow::More }
            })?;
            if outcome == Err(OutOfTime) {
                // A window read in part holds its oldest records, which is no use here.
                is_complete = false;
                break;
            }
            for (search, window) in searches.iter_mut().filter_map(|search| search.window().map(|w| (search, w))) {
                if let Some(records) = collected.remove(&search.partition()) {
                    search.absorb(window, records);
                }
            }
        }
        for mut search in searches {
            reached.insert(search.partition(), search.reached());
            merge.add(search.take_found());
        }
        merge.settle();
        if !is_complete {
            break;
        }
    }
    let position = |range: &OffsetRange| {
        let left = merge.left(range.partition).map(|offset| offset + 1);
        left.or_else(|| reached.get(&range.partition).copied()).unwrap_or(range.high)
    };
    let is_more = ranges.iter().any(|range| position(range) > range.low);
    let next = is_more.then(|| ranges.iter().map(|range| (range.partition, position(range))).collect());
    Ok(Gathered { records: merge.into_records(), next, is_complete })
}

/// Partitions that are read together.
fn groups(ranges: &[OffsetRange], limit: usize) -> std::slice::Chunks<'_, OffsetRange> {
    ranges.chunks((GROUP_RECORDS / limit.max(1)).clamp(1, 64))
}

/// Bytes to keep of the next record's key and value.
fn allowance(held_bytes: usize) -> usize {
    if held_bytes < GROUP_BYTES { PAGE_BYTES } else { SCARCE_BYTES }
}

fn extent(range: &OffsetRange) -> PartitionExtent {
    PartitionExtent { partition: range.partition, first: range.low, next: range.high }
}
