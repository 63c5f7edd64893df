//! What a MongoDB deployment holds: databases and collections by name, sizes when asked for.

use serde::{Deserialize, Serialize};

/// The databases that the draft's user may see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseList {
    /// In order of name, without the server's own.
    pub rows: Vec<DatabaseRow>,
    /// Why MongoDB could not be asked: a stable word as the checks have them; empty when it could.
    pub obstacle: String,
}

/// A database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseRow {
    /// Its name.
    pub name: String,
    /// Size on disk, where the server says it.
    pub size_bytes: Option<u64>,
}

/// The collections of one database.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionList {
    /// In order of name, views and system collections left out: change streams cannot follow them.
    pub rows: Vec<CollectionRow>,
    /// Why MongoDB could not be asked: a stable word as the checks have them; empty when it could.
    pub obstacle: String,
}

/// A collection, by name only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionRow {
    /// Its name.
    pub name: String,
}

/// What counting a collection gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionSize {
    /// The collection's name.
    pub name: String,
    /// Estimated documents.
    pub documents: Option<u64>,
    /// Average size of a document.
    pub average_bytes: Option<u64>,
}

/// What a copy amounts to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyEstimate {
    /// Documents of the collections that were counted; `None` when none was.
    pub documents: Option<u64>,
    /// Their size in MongoDB, uncompressed.
    pub size_bytes: u64,
    /// Some collections could not be counted in a moment: it is more than this.
    pub is_more: bool,
}

impl CopyEstimate {
    /// How long the copy takes at best and at worst, in seconds: bounds wide enough for small and large documents, near and far
    /// servers. Both limits hold at once, so the slower one counts.
    pub fn duration_s(&self) -> (u64, u64) {
        let at = |documents_per_s: u64, bytes_per_s: u64| {
            self.documents.unwrap_or_default().div_ceil(documents_per_s).max(self.size_bytes.div_ceil(bytes_per_s))
        };
        (at(FAST_DOCUMENTS_PER_S, FAST_BYTES_PER_S), at(SLOW_DOCUMENTS_PER_S, SLOW_BYTES_PER_S))
    }
}

/// The bounds between which a copy runs: documents and bytes a second.
pub const SLOW_DOCUMENTS_PER_S: u64 = 5_000;
/// See [`SLOW_DOCUMENTS_PER_S`].
pub const SLOW_BYTES_PER_S: u64 = 5_000_000;
/// See [`SLOW_DOCUMENTS_PER_S`].
pub const FAST_DOCUMENTS_PER_S: u64 = 50_000;
/// See [`SLOW_DOCUMENTS_PER_S`].
pub const FAST_BYTES_PER_S: u64 = 50_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_takes_as_long_as_its_slower_limit() {
        let of = |documents, size_bytes| {
            CopyEstimate { documents: Some(documents), size_bytes, is_more: false }.duration_s()
        };

        assert_eq!(of(1_000_000, 1_000), (20, 200), "many small documents");
        assert_eq!(of(1_000, 5_000_000_000), (100, 1_000), "few large ones");
        assert_eq!(of(0, 0), (0, 0));
    }
}
