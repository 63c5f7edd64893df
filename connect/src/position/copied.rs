//! How far one collection has been copied: as a whole, or in ranges of `_id` side by side.
//!
//! Part of the position, which changes it by marks. A range's bounds come from the server in its own order of `_id` and are only
//! ever handed back to it: nothing here compares two of them.

use bson::RawBson;

use super::Namespace;

/// How far one collection has been copied.
#[derive(Debug, Clone, PartialEq)]
pub struct NamespaceCopy {
    /// The collection.
    pub namespace: Namespace,
    /// `_id` of the last document whose record is durable: the copy goes on behind it. `None` before the first, for a copy that
    /// cannot go on in the middle (its pipeline does not keep `_id` order) and so starts the collection again, and while the
    /// collection is copied in ranges.
    pub last_id: Option<RawBson>,
    /// Ranges that are copied side by side, in `_id` order; empty for a collection that is copied as a whole, or done.
    pub ranges: Vec<RangeCopy>,
    /// Documents whose records are durable.
    pub copied_documents: u64,
    /// The server's estimate when the copy began, corrected as documents show it to be wrong; for progress only.
    pub estimated_documents: Option<u64>,
    /// Every document of it has been copied.
    pub is_done: bool,
}

/// How far one range of a collection has been copied. It begins behind the bound of the range before it.
#[derive(Debug, Clone, PartialEq)]
pub struct RangeCopy {
    /// The last `_id` that belongs to it, whether or not there is such a document; `None` for the last range.
    pub until: Option<RawBson>,
    /// `_id` of its last document whose record is durable; `None` before the first.
    pub last_id: Option<RawBson>,
    /// Every document of it has been copied.
    pub is_done: bool,
}

impl NamespaceCopy {
    /// A collection of which nothing has been copied.
    pub fn untouched(namespace: Namespace, estimated_documents: Option<u64>) -> Self {
        Self { namespace, last_id: None, ranges: Vec::new(), copied_documents: 0, estimated_documents, is_done: false }
    }

    /// Behind which `_id` a range goes on: its own last one, or else the bound of the range before it; `None` for the beginning.
    pub fn behind(&self, range_index: usize) -> Option<&RawBson> {
        let own = self.ranges.get(range_index).and_then(|range| range.last_id.as_ref());
        let before = || self.ranges.get(range_index.checked_sub(1)?).and_then(|range| range.until.as_ref());
        own.or_else(before)
    }

    pub(super) fn add(&mut self, range_index: usize, id: Option<RawBson>) {
        self.copied_documents += 1;
        self.estimated_documents = self.estimated_documents.map(|estimate| estimate.max(self.copied_documents));
        if id.is_some() {
            match self.ranges.get_mut(range_index) {
                Some(range) => range.last_id = id,
                None => self.last_id = id,
            }
        }
    }

    /// Divides a collection of which nothing has been copied: each bound is the last `_id` of its range, the last range has none.
    pub fn split(&mut self, bounds: Vec<RawBson>) {
        let range = |until| RangeCopy { until, last_id: None, is_done: false };
        self.ranges = bounds.into_iter().map(Some).chain([None]).map(range).collect();
    }

    pub(super) fn finish_range(&mut self, range_index: usize) {
        if let Some(range) = self.ranges.get_mut(range_index) {
            range.is_done = true;
        }
    }

    /// The ranges have served their purpose: what is done needs no place, and a position is to stay small.
    pub(super) fn finish(&mut self) {
        self.is_done = true;
        self.estimated_documents = self.estimated_documents.map(|_| self.copied_documents);
        if let Some(last) = std::mem::take(&mut self.ranges).into_iter().rev().find_map(|range| range.last_id) {
            self.last_id = Some(last);
        }
    }

    pub(super) fn start_over(&mut self) {
        self.last_id = None;
        self.ranges = Vec::new();
        self.copied_documents = 0;
        self.is_done = false;
    }
}
