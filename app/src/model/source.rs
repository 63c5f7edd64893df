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
