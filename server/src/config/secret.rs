//! The key that seals secrets: `NARU_SECRET_KEY_FILE`.

use std::path::PathBuf;

use clap::Args;

use crate::secret::Sealer;

/// Where the sealing key is. `Debug` shows the path; the key is read when it is needed.
#[derive(Debug, Clone, Args)]
pub struct SecretConfig {
    /// A file of keys, one a line, each 32 bytes in base64: the first seals, all of them open.
    #[arg(id = "secret_key_file", long = "secret-key-file", env = "NARU_SECRET_KEY_FILE")]
    pub key_file: PathBuf,
}

impl SecretConfig {
    /// Reads the keys.
    ///
    /// # Errors
    /// A sentence for the operator when the file cannot be read or holds something else.
    pub(crate) fn sealer(&self) -> Result<Sealer, String> {
        let path = self.key_file.display();
        let text = std::fs::read_to_string(&self.key_file).map_err(|error| {
            format!(
                "NARU_SECRET_KEY_FILE={path} cannot be read ({error}). Make one with: head -c 32 /dev/urandom | base64 > {path}"
            )
        })?;
        Sealer::from_key_file(&text).map_err(|error| format!("NARU_SECRET_KEY_FILE={path}: {error}"))
    }

    /// Why [`Self::sealer`] would refuse, if it would.
    pub fn problem(&self) -> Option<String> {
        self.sealer().err()
    }
}
