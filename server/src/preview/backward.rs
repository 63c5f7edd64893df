//! Finding the last records of a partition that may have gaps: compaction and transactions leave offsets without records.
//!
//! Kafka can only be read onwards, so windows before the end are read, one before the other, until enough records are found.
//! A window that gives too few makes the next one larger; one that gives far too many is halved towards its end. Pure
//! planning: reading is done by [`super::window`].

use std::collections::VecDeque;

use super::raw::RawRecord;
use super::window::Window;
use crate::kafka::topics::OffsetRange;

/// Offsets of a first window beyond the records wanted: room for the markers of transactions.
const SLACK: i64 = 16;

/// The search in one partition.
pub(super) struct Backward {
    partition: i32,
    low: i64,
    end: i64,
    width: i64,
    wanted: usize,
    found: VecDeque<RawRecord>,
}

/// What one window gave so far; keeps the last records only.
pub(super) struct WindowRecords {
    wanted: usize,
    seen: usize,
    last: VecDeque<RawRecord>,
    dense_from: Option<i64>,
}

/// Whether to go on reading a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Density {
    /// Go on.
    Bearable,
    /// Too many records in front of those that are wanted.
    TooDense,
}

impl Backward {
    /// Looks for the last `wanted` records before the end of `range`.
    pub(super) fn new(range: OffsetRange, wanted: usize) -> Self {
        let width = count(wanted) + SLACK;
        Self { partition: range.partition, low: range.low, end: range.high, width, wanted, found: VecDeque::new() }
    }

    /// The next window to read; `None` when enough is found or nothing is left.
    pub(super) fn window(&self) -> Option<Window> {
        let is_done = self.found.len() >= self.wanted || self.end <= self.low;
        let start = self.end.saturating_sub(self.width).max(self.low);
        (!is_done).then_some(Window { partition: self.partition, start, end: self.end })
    }

    /// An empty collection for the window that [`Backward::window`] told.
    pub(super) fn collect(&self) -> WindowRecords {
        WindowRecords { wanted: self.wanted - self.found.len(), seen: 0, last: VecDeque::new(), dense_from: None }
    }

    /// Takes in what the window gave after it was read, to its end or until it was too dense.
    pub(super) fn absorb(&mut self, window: Window, records: WindowRecords) {
        if let Some(reached) = records.dense_from {
            self.width = ((self.end - reached) / 2).max(1);
            return;
        }
        let missing = records.wanted - records.last.len();
        for record in records.last.into_iter().rev() {
            self.found.push_front(record);
        }
        self.end = window.start;
        self.width = if records.seen == 0 {
            self.width.saturating_mul(4)
        } else {
            // As dense as this window was, with some room.
            let span = i128::from(window.end - window.start) * i128::from(count(missing)) * 2;
            let width = span / i128::from(count(records.seen)) + i128::from(SLACK);
            i64::try_from(width).unwrap_or(i64::MAX)
        };
    }

    /// The partition.
    pub(super) fn partition(&self) -> i32 {
        self.partition
    }

    /// Everything from this offset on has been looked at and, where it is a record, found.
    pub(super) fn reached(&self) -> i64 {
        match self.found.front() {
            // The last window may hold more records, in front of those that were wanted.
            Some(first) if self.found.len() >= self.wanted => first.offset,
            _ => self.end,
        }
    }

    /// What was found, ascending.
    pub(super) fn take_found(&mut self) -> Vec<RawRecord> {
        std::mem::take(&mut self.found).into()
    }
}

impl WindowRecords {
    /// Adds the window's next record. It is made only when it is kept.
    pub(super) fn push(&mut self, offset: i64, record: impl FnOnce() -> RawRecord) -> Density {
        self.seen += 1;
        if self.seen > self.most() {
            self.dense_from = Some(offset);
            return Density::TooDense;
        }
        if self.last.len() == self.wanted {
            self.last.pop_front();
        }
        self.last.push_back(record());
        Density::Bearable
    }

    fn most(&self) -> usize {
        (self.wanted * 4).max(400)
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Runs the search over a log that has records at these offsets only; returns what it found and how much it read.
    fn search(offsets: &[i64], range: (i64, i64), wanted: usize) -> (Vec<i64>, usize) {
        let mut backward = Backward::new(OffsetRange { partition: 0, low: range.0, high: range.1 }, wanted);
        let mut read = 0;
        let mut rounds = 0;
        while let Some(window) = backward.window() {
            rounds += 1;
            assert!(rounds < 500, "the search does not end");
            let mut records = backward.collect();
            for &offset in offsets.iter().filter(|offset| (window.start..window.end).contains(offset)) {
                read += 1;
                if records.push(offset, || RawRecord::at(0, offset, offset)) == Density::TooDense {
                    break;
                }
            }
            backward.absorb(window, records);
        }
        (backward.take_found().iter().map(|record| record.offset).collect(), read)
    }

    #[test]
    fn a_log_without_gaps_takes_one_window() {
        let offsets: Vec<i64> = (0..1_000_000).collect();

        let (found, read) = search(&offsets, (0, 1_000_000), 50);

        assert_eq!(found, (999_950..1_000_000).collect::<Vec<_>>());
        assert!(read < 100, "{read}");
    }

    #[test]
    fn a_gap_of_a_billion_offsets_is_crossed_quickly() {
        let offsets: Vec<i64> = (0..100_000).collect();

        let (found, read) = search(&offsets, (0, 1_000_000_000), 50);

        assert_eq!(found, (99_950..100_000).collect::<Vec<_>>());
        assert!(read < 20_000, "{read}");
    }

    #[test]
    fn fewer_records_than_wanted_are_all_of_them() {
        assert_eq!(search(&[3, 900, 5_000_000], (3, 6_000_000), 50).0, [3, 900, 5_000_000]);
        assert_eq!(search(&[], (0, 10), 50).0, Vec::<i64>::new());
        assert_eq!(search(&[], (7, 7), 50).0, Vec::<i64>::new());
    }

    proptest! {
        #[test]
        fn finds_exactly_the_last_records_whatever_the_gaps(
            steps in prop::collection::vec(prop_oneof![8 => 1_i64..3, 1 => 1_000_i64..100_000], 0..900),
            wanted in 1_usize..60,
            tail in 0_i64..10_000,
        ) {
            let mut offsets = Vec::new();
            let mut offset = 0;
            for step in steps {
                offset += step;
                offsets.push(offset);
            }

            let (found, _) = search(&offsets, (0, offset + 1 + tail), wanted);

            prop_assert_eq!(&found[..], &offsets[offsets.len().saturating_sub(wanted)..]);
        }
    }
}
