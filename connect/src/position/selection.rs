//! What selects the events of a connector: its scope and its pipelines. A position is only good under the selection it was
//! made with, so the selection travels with it.

use bson::Document;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::{Scope, SourceConfig, StartupMode, StreamConfig};

/// Scope and pipelines, as far as they decide whether a stored position still fits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// Name of the official connector's source partition: `offset.partition.name`, or the default made of the hosts and the scope.
    pub partition: String,
    /// Database, or `None` for the whole deployment.
    pub database: Option<String>,
    /// Collection, or `None` for a whole database.
    pub collection: Option<String>,
    /// SHA-256 of the stream's `pipeline` and of what else decides which events it lets through, hexadecimal.
    pub pipeline_hash: String,
    /// SHA-256 of what the copy selects beyond that (its own pipeline, its namespaces); `None` where nothing is copied.
    pub copy_hash: Option<String>,
}

impl Selection {
    /// The selection that a configuration makes.
    pub fn of(config: &SourceConfig) -> Self {
        let (database, collection) = match &config.scope {
            Scope::Deployment => (None, None),
            Scope::Database(database) => (Some(database.clone()), None),
            Scope::Collection { database, collection } => (Some(database.clone()), Some(collection.clone())),
        };
        let copy_hash = match &config.startup {
            StartupMode::CopyExisting(copy) => {
                Some(hash([&copy.pipeline], copy.namespace_regex.as_deref().unwrap_or_default()))
            }
            StartupMode::Latest | StartupMode::Timestamp(_) => None,
        };
        let partition = config.offset_partition_name.clone();
        let pipeline_hash = hash([&config.stream.pipeline], &stream_terms(&config.stream));
        Self { partition, database, collection, pipeline_hash, copy_hash }
    }

    /// Whether a position made under `stored` is this selection's own.
    ///
    /// Positions go by the partition's name, as the official connector's offsets do: a new name begins afresh, a kept one goes
    /// on. Beyond it, a default name whose hosts alone have changed still means the same data, so that moving a server or
    /// listing its members otherwise does not lose the place.
    pub fn owns_position_of(&self, stored: &Self) -> bool {
        self.partition == stored.partition
            || (self.has_default_name() && stored.has_default_name() && self.has_scope_of(stored))
    }

    /// Whether the stream lets the same events through, so that a token taken under `stored` can be resumed.
    pub fn streams_like(&self, stored: &Self) -> bool {
        self.has_scope_of(stored) && self.pipeline_hash == stored.pipeline_hash
    }

    /// Whether the copy reads the same documents as under `stored`.
    pub fn copies_like(&self, stored: &Self) -> bool {
        self.streams_like(stored) && self.copy_hash == stored.copy_hash
    }

    fn has_scope_of(&self, other: &Self) -> bool {
        self.database == other.database && self.collection == other.collection
    }

    fn has_default_name(&self) -> bool {
        self.partition.starts_with("mongodb://") || self.partition.starts_with("mongodb+srv://")
    }
}

/// What decides beside scope and pipeline which events come through (a stage may look at any of their fields); empty where
/// nothing is set, so that positions of earlier releases keep their hash.
fn stream_terms(stream: &StreamConfig) -> String {
    let mut terms = Vec::new();
    terms.extend(stream.full_document.map(|mode| format!("document {}", mode.as_str())));
    terms.extend(stream.before_change.map(|mode| format!("before {}", mode.as_str())));
    terms.extend(stream.shows_expanded_events.then(|| "expanded".to_owned()));
    terms.extend(stream.collation.as_ref().map(|collation| format!("collation {collation}")));
    terms.extend((!stream.namespaces.is_empty()).then(|| format!("namespaces {}", stream.namespaces.text())));
    terms.join("\n")
}

fn hash<'a>(pipelines: impl IntoIterator<Item = &'a Vec<Document>>, text: &str) -> String {
    let mut digest = Sha256::new();
    for stage in pipelines.into_iter().flatten() {
        // A document that was parsed can always be written again; an empty stage would only make two selections look alike.
        digest.update(stage.to_vec().unwrap_or_default());
    }
    digest.update([0]);
    digest.update(text);
    digest.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        for digit in [byte >> 4, byte & 0xf] {
            hex.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
        hex
    })
}
