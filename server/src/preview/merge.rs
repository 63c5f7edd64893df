//! One order over many partitions, so that what is taken of each is always without gaps and a page can go on from it.
//!
//! Records are ordered by timestamp; but producers may set timestamps that jump, and then plain sorting would take a later
//! record of a partition and leave an earlier one. So each record counts with the latest timestamp up to it (going on), or the
//! earliest one down to it (going back), which never jumps.

use std::collections::BTreeMap;

use super::raw::RawRecord;

/// Which way a page goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// From older to newer.
    Forward,
    /// From newer to older.
    Backward,
}

/// Takes the first `limit` records in a direction out of what the partitions gave.
pub(super) struct Merge {
    direction: Direction,
    limit: usize,
    taken: Vec<Keyed>,
    // Per partition the nearest offset that was given but not taken.
    left: BTreeMap<i32, i64>,
}

struct Keyed {
    moment_ms: i64,
    record: RawRecord,
}

impl Merge {
    /// Nothing taken yet.
    pub(super) fn new(direction: Direction, limit: usize) -> Self {
        Self { direction, limit, taken: Vec::new(), left: BTreeMap::new() }
    }

    /// Adds one partition's records, ascending by offset. Each partition is added once.
    pub(super) fn add(&mut self, records: Vec<RawRecord>) {
        let mut moment_ms = match self.direction {
            Direction::Forward => i64::MIN,
            Direction::Backward => i64::MAX,
        };
        let mut key = |record: RawRecord| {
            let own_ms = record.timestamp_ms.unwrap_or(moment_ms);
            moment_ms = match self.direction {
                Direction::Forward => moment_ms.max(own_ms),
                Direction::Backward => moment_ms.min(own_ms),
            };
            Keyed { moment_ms, record }
        };
        match self.direction {
            Direction::Forward => self.taken.extend(records.into_iter().map(&mut key)),
            Direction::Backward => self.taken.extend(records.into_iter().rev().map(&mut key)),
        }
    }

    /// Lets go of what cannot be among the first any more.
    pub(super) fn settle(&mut self) {
        let place = |keyed: &Keyed| (keyed.moment_ms, keyed.record.partition, keyed.record.offset);
        match self.direction {
            Direction::Forward => self.taken.sort_by_key(place),
            Direction::Backward => self.taken.sort_by_key(|keyed| std::cmp::Reverse(place(keyed))),
        }
        let surplus = self.taken.split_off(self.taken.len().min(self.limit));
        for Keyed { record: RawRecord { partition, offset, .. }, .. } in surplus {
            let nearest = self.left.entry(partition).or_insert(offset);
            *nearest = match self.direction {
                Direction::Forward => (*nearest).min(offset),
                Direction::Backward => (*nearest).max(offset),
            };
        }
    }

    /// Bytes held by what is taken.
    pub(super) fn held_bytes(&self) -> usize {
        self.taken.iter().map(|keyed| keyed.record.held_bytes()).sum()
    }

    /// The nearest offset of a partition that was given but not taken.
    pub(super) fn left(&self, partition: i32) -> Option<i64> {
        self.left.get(&partition).copied()
    }

    /// The last offset taken of a partition, in the direction of reading.
    pub(super) fn last(&self, partition: i32) -> Option<i64> {
        let taken = self.taken.iter().rev().find(|keyed| keyed.record.partition == partition);
        taken.map(|keyed| keyed.record.offset)
    }

    /// The records in order.
    pub(super) fn into_records(self) -> Vec<RawRecord> {
        self.taken.into_iter().map(|keyed| keyed.record).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn places(merge: Merge) -> Vec<(i32, i64)> {
        merge.into_records().iter().map(|record| (record.partition, record.offset)).collect()
    }

    fn merged(direction: Direction, limit: usize, partitions: &[Vec<RawRecord>]) -> Merge {
        let mut merge = Merge::new(direction, limit);
        for records in partitions {
            merge.add(records.clone());
            merge.settle();
        }
        merge
    }

    #[test]
    fn the_newest_of_all_partitions_come_first() {
        let partitions = [
            vec![RawRecord::at(0, 5, 100), RawRecord::at(0, 6, 400)],
            vec![RawRecord::at(1, 90, 200), RawRecord::at(1, 91, 300)],
        ];

        let merge = merged(Direction::Backward, 3, &partitions);

        assert_eq!(merge.left(0), Some(5));
        assert_eq!(merge.left(1), None);
        assert_eq!(places(merge), [(0, 6), (1, 91), (1, 90)]);
    }

    #[test]
    fn a_timestamp_that_jumps_leaves_no_gap() {
        let jumping = vec![RawRecord::at(0, 1, 100), RawRecord::at(0, 2, 900), RawRecord::at(0, 3, 200)];
        let steady = vec![RawRecord::at(1, 1, 150), RawRecord::at(1, 2, 250)];

        let forward = merged(Direction::Forward, 3, &[jumping.clone(), steady.clone()]);
        let backward = merged(Direction::Backward, 3, &[jumping, steady]);

        assert_eq!(places(forward), [(0, 1), (1, 1), (1, 2)]);
        assert_eq!(places(backward), [(1, 2), (0, 3), (0, 2)]);
    }

    proptest! {
        #[test]
        fn what_is_taken_of_a_partition_is_always_its_nearest_records(
            timestamps in prop::collection::vec(prop::collection::vec(0_i64..20, 0..12), 1..5),
            limit in 0_usize..20,
            is_forward in any::<bool>(),
        ) {
            let partitions: Vec<Vec<RawRecord>> = (0_i32..)
                .zip(&timestamps)
                .map(|(partition, times)| {
                    (0_i64..).zip(times).map(|(offset, time)| RawRecord::at(partition, offset, *time)).collect()
                })
                .collect();
            let direction = if is_forward { Direction::Forward } else { Direction::Backward };
            let total: usize = timestamps.iter().map(Vec::len).sum();

            let merge = merged(direction, limit, &partitions);

            let left: Vec<Option<i64>> = (0_i32..).zip(&timestamps).map(|(p, _)| merge.left(p)).collect();
            let taken = places(merge);
            prop_assert_eq!(taken.len(), total.min(limit));
            for (partition, times) in (0_i32..).zip(&timestamps) {
                let of_it: Vec<i64> = taken.iter().filter(|place| place.0 == partition).map(|place| place.1).collect();
                let count = times.len() as i64;
                let nearest: Vec<i64> = match direction {
                    Direction::Forward => (0..of_it.len() as i64).collect(),
                    Direction::Backward => (0..of_it.len() as i64).map(|n| count - 1 - n).collect(),
                };
                prop_assert_eq!(&of_it, &nearest);
                let expected_left = match direction {
                    Direction::Forward => Some(of_it.len() as i64).filter(|offset| *offset < count),
                    Direction::Backward => Some(count - 1 - of_it.len() as i64).filter(|offset| *offset >= 0),
                };
                prop_assert_eq!(left[usize::try_from(partition).unwrap_or_default()], expected_left);
            }
        }
    }
}
