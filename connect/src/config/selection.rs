//! A stable fingerprint of what selects events: scope and pipeline. A resume token is good only under the selection it was
//! taken with, so the position carries this value.

use bson::Document;
use sha2::{Digest, Sha256};

use super::{Scope, SourceConfig};

/// Names the encoding below; a change of it would make every stored position look foreign.
const VERSION: &[u8] = b"naru selection 1";

impl SourceConfig {
    /// SHA-256 in lower-case hex over scope and `pipeline`. What is copied at first, output formats and topic names play no
    /// part: they may change without losing the place in the stream.
    ///
    /// # Errors
    /// The pipeline has no BSON form, for example a field name with a null character.
    pub fn selection_hash(&self) -> Result<String, crate::Error> {
        let (database, collection) = match &self.scope {
            Scope::Deployment => ("", ""),
            Scope::Database(database) => (database.as_str(), ""),
            Scope::Collection { database, collection } => (database.as_str(), collection.as_str()),
        };
        let mut hash = Sha256::new();
        for part in [VERSION, database.as_bytes(), collection.as_bytes()] {
            add(&mut hash, part);
        }
        for stage in &self.stream.pipeline {
            add(&mut hash, &bytes(stage)?);
        }
        Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// The length goes in front, so that two different lists of parts never read the same.
fn add(hash: &mut Sha256, part: &[u8]) {
    hash.update((part.len() as u64).to_be_bytes());
    hash.update(part);
}

fn bytes(stage: &Document) -> Result<Vec<u8>, crate::Error> {
    stage.to_vec().map_err(|error| {
        crate::Error::caused(crate::ErrorKind::Config, "The pipeline cannot be written as BSON", error)
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use crate::config::{SourceConfig, SubmittedConfig};

    fn hash(properties: &[(&str, &str)]) -> String {
        let submitted: SubmittedConfig =
            properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        SourceConfig::parse(&submitted).unwrap().selection_hash().unwrap()
    }

    #[test]
    fn is_stable_over_releases() {
        assert_eq!(
            hash(&[("database", "jee"), ("pipeline", "[{$match: {a: 1}}]")]),
            "228701286f3615a9508ba9453c41ae26037b89da9cffb6cc6929a50d531bf046"
        );
    }

    #[test]
    fn changes_with_scope_and_pipeline_alone() {
        let base = hash(&[("database", "jee")]);

        assert_eq!(base, hash(&[("database", "jee"), ("topic.prefix", "x"), ("copy.existing", "true")]));
        assert_eq!(base, hash(&[("database", "jee"), ("pipeline", " [] ")]));
        assert_ne!(base, hash(&[("database", "jee"), ("collection", "patients")]));
        assert_ne!(base, hash(&[("database", "jee2")]));
        assert_ne!(base, hash(&[("database", "jee"), ("pipeline", "[{$match: {a: 1}}]")]));
        assert_ne!(
            hash(&[("pipeline", "[{$match: {a: 1}}, {$match: {b: 1}}]")]),
            hash(&[("pipeline", "[{$match: {b: 1}}, {$match: {a: 1}}]")])
        );
    }
}
