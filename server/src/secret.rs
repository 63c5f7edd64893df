//! Seals secrets for the database and opens them again: XChaCha20-Poly1305 with a random nonce a seal.
//!
//! Called by `service` when a configuration is stored and by `worker` when a task needs it. The place of a secret (table, row,
//! field) is authenticated with it: a ciphertext moved to another row does not open. Must not know what the secrets mean.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, Generate, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

/// Length of a key, bytes.
const KEY_BYTES: usize = 32;

/// Length of a nonce, bytes; a random one never repeats in practice at this length.
pub(crate) const NONCE_BYTES: usize = 24;

/// Where a secret is kept. All three parts are bound into the seal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    /// Table name.
    pub(crate) table: &'static str,
    /// The row's key as text.
    pub(crate) row: &'a str,
    /// The field within the row.
    pub(crate) field: &'a str,
}

/// A sealed secret as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// Which key opens it.
    pub(crate) key_id: String,
    /// Random, one a seal.
    pub(crate) nonce: [u8; NONCE_BYTES],
    /// Encrypted text and tag.
    pub(crate) ciphertext: Vec<u8>,
}

/// Why a key file was not taken. Never quotes the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyFileError {
    /// No line holds a key.
    #[error("holds no key; expected 32 bytes in base64")]
    Empty,
    /// A line is no key; counted from 1.
    #[error("line {0} is not 32 bytes in base64")]
    NotAKey(usize),
    /// All bytes are the same: a placeholder somebody forgot.
    #[error("line {0} is no random key")]
    NotRandom(usize),
}

/// Why a secret was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OpenError {
    /// It was sealed with a key that this process was not given.
    #[error("Sealed with key {0}, which is not in NARU_SECRET_KEY_FILE")]
    UnknownKey(String),
    /// It was changed, or moved from another place.
    #[error("Sealed value was changed or moved")]
    Tampered,
}

/// The keys of this process: the first seals, all of them open.
pub(crate) struct Sealer {
    keys: Vec<SealingKey>,
}

struct SealingKey {
    id: String,
    cipher: XChaCha20Poly1305,
}

impl Sealer {
    /// Reads keys, one a line, in base64; empty lines are skipped.
    ///
    /// # Errors
    /// [`KeyFileError`], naming the line.
    pub(crate) fn from_key_file(text: &str) -> Result<Self, KeyFileError> {
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let bytes = Zeroizing::new(BASE64.decode(line).map_err(|_| KeyFileError::NotAKey(index + 1))?);
            if bytes.len() != KEY_BYTES {
                return Err(KeyFileError::NotAKey(index + 1));
            }
            if bytes.iter().all(|byte| *byte == bytes[0]) {
                return Err(KeyFileError::NotRandom(index + 1));
            }
            keys.push(SealingKey::new(&bytes).ok_or(KeyFileError::NotAKey(index + 1))?);
        }
        if keys.is_empty() { Err(KeyFileError::Empty) } else { Ok(Self { keys }) }
    }

    /// Seals a text for one place with the first key.
    pub(crate) fn seal(&self, place: Place<'_>, text: &str) -> Sealed {
        let key = &self.keys[0];
        let nonce = XNonce::generate();
        let payload = Payload { msg: text.as_bytes(), aad: &associated_data(place, &key.id) };
        // The cipher's only error is a message beyond 256 GiB; nothing that fits into a request gets near it.
        let ciphertext = key.cipher.encrypt(&nonce, payload).unwrap_or_default();
        Sealed { key_id: key.id.clone(), nonce: nonce.into(), ciphertext }
    }

    /// Opens what was sealed for this very place.
    ///
    /// # Errors
    /// [`OpenError`]; it does not tell a changed ciphertext from a moved one.
    pub(crate) fn open(&self, place: Place<'_>, sealed: &Sealed) -> Result<Zeroizing<String>, OpenError> {
        let key = self.keys.iter().find(|key| key.id == sealed.key_id);
        let key = key.ok_or_else(|| OpenError::UnknownKey(sealed.key_id.clone()))?;
        let payload = Payload { msg: &sealed.ciphertext, aad: &associated_data(place, &key.id) };
        let bytes = key.cipher.decrypt(&XNonce::from(sealed.nonce), payload).map_err(|_| OpenError::Tampered)?;
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Zeroizing::new(text)),
            Err(error) => {
                error.into_bytes().zeroize();
                Err(OpenError::Tampered)
            }
        }
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.keys.iter().map(|key| &key.id)).finish()
    }
}

impl SealingKey {
    fn new(bytes: &[u8]) -> Option<Self> {
        let key = Key::try_from(bytes).ok()?;
        // Names a key without telling anything of it: who has the key computes the same name.
        let id = Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Some(Self { id, cipher: XChaCha20Poly1305::new(&key) })
    }
}

/// Lengths before the parts, so that no two places share an encoding.
fn associated_data(place: Place<'_>, key_id: &str) -> Vec<u8> {
    let mut data = Vec::new();
    for part in ["naru/1", key_id, place.table, place.row, place.field] {
        data.extend_from_slice(&(part.len() as u64).to_be_bytes());
        data.extend_from_slice(part.as_bytes());
    }
    data
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    const PLACE: Place<'_> = Place { table: "connector_secrets", row: "a/1", field: "connection.uri" };

    fn sealer(lines: &[[u8; KEY_BYTES]]) -> Sealer {
        let text: Vec<String> = lines.iter().map(|key| BASE64.encode(key)).collect();
        Sealer::from_key_file(&text.join("\n")).unwrap()
    }

    fn key(first: u8) -> [u8; KEY_BYTES] {
        std::array::from_fn(|index| first.wrapping_add(u8::try_from(index).unwrap()))
    }

    #[test]
    fn opens_what_it_sealed_in_the_same_place() {
        let sealer = sealer(&[key(1)]);

        let sealed = sealer.seal(PLACE, "mongodb://u:p@h/");

        assert_eq!(*sealer.open(PLACE, &sealed).unwrap(), "mongodb://u:p@h/");
        assert!(!sealed.ciphertext.windows(3).any(|window| window == b"u:p"));
    }

    #[test]
    fn does_not_open_in_another_row_field_or_table() {
        let sealer = sealer(&[key(1)]);
        let sealed = sealer.seal(PLACE, "secret");

        for place in [
            Place { row: "b/1", ..PLACE },
            Place { field: "connection.password", ..PLACE },
            Place { table: "wizard_drafts", ..PLACE },
            Place { row: "a/1c", field: "onnection.uri", ..PLACE },
        ] {
            assert_eq!(sealer.open(place, &sealed), Err(OpenError::Tampered));
        }
    }

    #[test]
    fn does_not_open_a_changed_ciphertext() {
        let sealer = sealer(&[key(1)]);
        let mut sealed = sealer.seal(PLACE, "secret");

        sealed.ciphertext[0] ^= 1;

        assert_eq!(sealer.open(PLACE, &sealed), Err(OpenError::Tampered));
    }

    #[test]
    fn an_older_key_still_opens_and_a_missing_one_is_named() {
        let old = sealer(&[key(1)]);
        let sealed = old.seal(PLACE, "secret");

        assert_eq!(*sealer(&[key(9), key(1)]).open(PLACE, &sealed).unwrap(), "secret");
        assert_eq!(sealer(&[key(9)]).open(PLACE, &sealed), Err(OpenError::UnknownKey(sealed.key_id.clone())));
    }

    #[test]
    fn two_seals_of_one_text_differ() {
        let sealer = sealer(&[key(1)]);

        assert_ne!(sealer.seal(PLACE, "x").ciphertext, sealer.seal(PLACE, "x").ciphertext);
    }

    #[test]
    fn refuses_short_wrong_and_placeholder_keys() {
        assert_eq!(Sealer::from_key_file("\n").unwrap_err(), KeyFileError::Empty);
        assert_eq!(Sealer::from_key_file("c2hvcnQ=").unwrap_err(), KeyFileError::NotAKey(1));
        assert_eq!(Sealer::from_key_file("not base64!").unwrap_err(), KeyFileError::NotAKey(1));
        assert_eq!(Sealer::from_key_file(&BASE64.encode([0; KEY_BYTES])).unwrap_err(), KeyFileError::NotRandom(1));
    }
}
