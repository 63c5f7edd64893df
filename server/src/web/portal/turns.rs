//! From one page of records to the next and back: a page tells where it goes on, the way back follows from where it began.

use crate::preview::record::{Page, PartitionExtent};
use crate::preview::request::{Cursor, Start};

/// Where the pages beside a page are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turns {
    /// Everything before this is older than the page.
    pub(super) older: Option<Cursor>,
    /// Everything from this on is newer.
    pub(super) newer: Option<Cursor>,
}

impl Turns {
    /// The neighbours of a page that was read from `start`, of one partition or of all.
    pub(super) fn of(start: &Start, page: &Page, partition: Option<i32>) -> Self {
        let extents: Vec<PartitionExtent> = page
            .partitions
            .iter()
            .filter(|extent| partition.is_none_or(|wanted| wanted == extent.partition))
            .copied()
            .collect();
        let older = match start {
            Start::Newest | Start::Before(_) => page.next.clone(),
            Start::Beginning => None,
            Start::After(cursor) => Some(cursor.clone()),
            Start::Offset(offset) => Some(extents.iter().map(|extent| (extent.partition, *offset)).collect()),
            Start::Time(_) => Some(first_of(page, &extents)),
        };
        let newer = match start {
            Start::Newest => None,
            Start::Before(cursor) => Some(cursor.clone()),
            Start::Beginning | Start::After(_) | Start::Offset(_) | Start::Time(_) => page.next.clone(),
        };
        let has_older = |cursor: &Cursor| {
            extents.iter().any(|extent| cursor.offset(extent.partition).is_some_and(|offset| offset > extent.first))
        };
        let has_newer = |cursor: &Cursor| {
            extents.iter().any(|extent| cursor.offset(extent.partition).is_some_and(|offset| offset < extent.next))
        };
        Self { older: older.filter(has_older), newer: newer.filter(has_newer) }
    }
}

/// Where a page that was read onwards began: at its first record of each partition, and where it has none, at what it would
/// have read next.
fn first_of(page: &Page, extents: &[PartitionExtent]) -> Cursor {
    let first = |extent: &PartitionExtent| {
        let records = page.records.iter().filter(|record| record.partition == extent.partition);
        let next = || page.next.as_ref().and_then(|next| next.offset(extent.partition)).unwrap_or(extent.next);
        (extent.partition, records.map(|record| record.offset).min().unwrap_or_else(next))
    };
    extents.iter().map(first).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preview::record::{Encoding, Field, Record, TimestampOrigin};

    fn cursor(pairs: &[(i32, i64)]) -> Cursor {
        pairs.iter().copied().collect()
    }

    fn page(records: &[(i32, i64)], next: Option<&[(i32, i64)]>) -> Page {
        let field = || Field {
            encoding: Encoding::Null,
            text: String::new(),
            size_bytes: 0,
            is_cut: false,
            refusals: Vec::new(),
        };
        let record = |&(partition, offset): &(i32, i64)| Record {
            partition,
            offset,
            timestamp_ms: None,
            timestamp_origin: TimestampOrigin::None,
            key: field(),
            value: field(),
            headers: Vec::new(),
            omitted_headers: 0,
        };
        let extent = |partition| PartitionExtent { partition, first: 10, next: 100 };
        Page {
            records: records.iter().map(record).collect(),
            partitions: vec![extent(0), extent(1)],
            next: next.map(cursor),
            is_complete: true,
            is_start_expired: false,
            scanned_records: 0,
            elapsed_ms: 0,
        }
    }

    #[test]
    fn the_newest_have_only_older_ones() {
        let page = page(&[(0, 99), (1, 99)], Some(&[(0, 99), (1, 99)]));

        let turns = Turns::of(&Start::Newest, &page, None);

        assert_eq!(turns, Turns { older: page.next, newer: None });
    }

    #[test]
    fn going_back_leads_forward_to_where_it_began() {
        let began = cursor(&[(0, 50), (1, 60)]);
        let page = page(&[(0, 49)], Some(&[(0, 49), (1, 60)]));

        let turns = Turns::of(&Start::Before(began.clone()), &page, None);

        assert_eq!(turns, Turns { older: page.next, newer: Some(began) });
    }

    #[test]
    fn what_was_the_end_has_newer_ones_only_once_some_have_come() {
        let ended = Start::Before(cursor(&[(0, 100), (1, 100)]));
        let earlier = Start::Before(cursor(&[(0, 100), (1, 99)]));

        assert_eq!(Turns::of(&ended, &page(&[], None), None).newer, None);
        assert!(Turns::of(&earlier, &page(&[], None), None).newer.is_some());
        assert_eq!(Turns::of(&earlier, &page(&[], None), Some(0)).newer, None);
    }

    #[test]
    fn a_moment_leads_back_to_what_was_before_it() {
        let page = page(&[(0, 30), (0, 31)], Some(&[(0, 32), (1, 70)]));

        let turns = Turns::of(&Start::Time(1), &page, None);

        assert_eq!(turns.older, Some(cursor(&[(0, 30), (1, 70)])));
        assert_eq!(turns.newer, page.next);
    }

    #[test]
    fn the_beginning_has_nothing_before_it() {
        assert_eq!(Turns::of(&Start::Beginning, &page(&[(0, 10)], None), None).older, None);
        assert_eq!(Turns::of(&Start::Offset(10), &page(&[(0, 10)], None), None).older, None);
        assert_eq!(Turns::of(&Start::Offset(11), &page(&[(0, 11)], None), Some(0)).older, Some(cursor(&[(0, 11)])));
    }
}
