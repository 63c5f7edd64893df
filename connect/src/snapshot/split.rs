//! How a collection is divided into ranges of `_id` that are copied side by side.
//!
//! The server draws a sample of `_id` values and sorts it, in its own order and with the collection's collation; every n-th of
//! them is a bound. Any bounds are right, good ones only make ranges of like size.

use bson::{RawBson, RawDocumentBuf, rawdoc};

use crate::position::Namespace;

/// A range smaller than this is not worth a cursor of its own.
const MIN_RANGE_DOCUMENTS: u64 = 5_000;

/// Ranges for every one that is read at the same time: the more, the less the last reader works alone.
const RANGES_A_READER: usize = 4;

/// Ranges of one collection at most: they are part of every committed position.
const MAX_RANGES: usize = 64;

/// Sampled `_id` values for each range.
const SAMPLES_A_RANGE: usize = 16;

/// Bytes of all bounds together, for the same reason; `_id` values may be large.
const MAX_BOUNDS_BYTES: usize = 32 * 1024;

/// A collection that is worth dividing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    ranges: usize,
}

/// Whether a collection of about so many documents is divided, for so many readers.
pub fn split(estimated_documents: u64, readers: usize) -> Option<Split> {
    let worth = usize::try_from(estimated_documents / MIN_RANGE_DOCUMENTS).unwrap_or(usize::MAX);
    let ranges = worth.min(readers.saturating_mul(RANGES_A_READER)).min(MAX_RANGES);
    (readers > 1 && ranges > 1).then_some(Split { ranges })
}

impl Split {
    /// The command that answers with a sorted sample of documents holding nothing but `_id`.
    ///
    /// `$sample` first: there the server takes random entries instead of reading the whole collection.
    pub fn command(self, namespace: &Namespace) -> RawDocumentBuf {
        let size = i64::try_from(self.samples()).unwrap_or(i64::MAX);
        rawdoc! {
            "aggregate": namespace.collection.as_str(),
            "pipeline": [{ "$sample": { "size": size } }, { "$project": { "_id": 1 } }, { "$sort": { "_id": 1 } }],
            "cursor": { "batchSize": size + 1 },
        }
    }

    /// How many documents the command answers with at most.
    pub fn samples(self) -> usize {
        self.ranges * SAMPLES_A_RANGE
    }

    /// The bounds, from the sorted sample; empty where it gives none. The same value may be drawn twice and counts once.
    pub fn bounds(self, mut sample: Vec<RawBson>) -> Vec<RawBson> {
        sample.dedup();
        let bytes = sample.iter().map(size_bytes).sum::<usize>().checked_div(sample.len()).unwrap_or_default().max(1);
        let ranges = self.ranges.min(sample.len()).min(MAX_BOUNDS_BYTES / bytes + 1);
        (1..ranges).filter_map(|range| sample.get(range * sample.len() / ranges).cloned()).collect()
    }
}

fn size_bytes(id: &RawBson) -> usize {
    let mut document = RawDocumentBuf::new();
    document.append(bson::raw::cstr!("_id"), id.as_raw_bson_ref());
    document.as_bytes().len()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn ids(numbers: impl IntoIterator<Item = i32>) -> Vec<RawBson> {
        numbers.into_iter().map(RawBson::Int32).collect()
    }

    #[test]
    fn small_collections_and_single_readers_are_left_whole() {
        assert_eq!(split(9_999, 8), None);
        assert_eq!(split(1_000_000, 1), None);
        assert_eq!(split(10_000, 2), Some(Split { ranges: 2 }));
        assert_eq!(split(1_000_000, 4), Some(Split { ranges: 16 }));
        assert_eq!(split(u64::MAX, 64), Some(Split { ranges: 64 }));
    }

    #[test]
    fn bounds_divide_the_sample_evenly() {
        let split = split(20_000, 4).unwrap();

        assert_eq!(split.bounds(ids(0..64)), ids([16, 32, 48]));
        assert_eq!(split.bounds(ids([1, 1, 1, 5, 5])), ids([5]));
        assert_eq!(split.bounds(ids([1, 1])), ids([]));
        assert_eq!(split.bounds(ids([])), ids([]));
    }

    #[test]
    fn large_ids_make_fewer_bounds() {
        let large = (0..64).map(|number| RawBson::String(format!("{number:08}{}", "x".repeat(10_000)))).collect();

        assert_eq!(split(1_000_000, 8).unwrap().bounds(large).len(), 3);
    }
}
