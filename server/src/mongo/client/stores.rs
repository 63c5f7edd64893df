//! Files of certificates and keys beside the connection string: PKCS#12 and PEM become what the driver reads, which is PEM in a
//! file.
//!
//! What has to be converted is written to memory that looks like a file and is gone with [`StoreFiles`]: no key touches a disk.
//! Errors name the property and what is wrong, never a password or a part of the file.

use std::fs::File;
use std::io::Write as _;
use std::os::fd::AsRawFd as _;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connect::config::{ConnectionConfig, KeyStore};
use connect::{Error, ErrorKind};
use mongodb::options::TlsOptions;
use p12_keystore::{Pkcs12Archive, Pkcs12ImportPolicy};
use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding, SecretDocument};

/// A larger file is no store of certificates.
const MAX_STORE_BYTES: u64 = 16 * 1024 * 1024;

const TRUST: &str = "connection.ssl.truststore";
const KEY: &str = "connection.ssl.keystore";
const ENCRYPTED_KEY: &str = "ENCRYPTED PRIVATE KEY";

/// What was converted. The driver reads it when a client is made; until then this must be kept.
#[derive(Debug, Default)]
pub(crate) struct StoreFiles {
    files: Vec<File>,
}

/// Puts the stores of a configuration in the place of the files that the connection string names. Blocks: run it on a thread that
/// may.
///
/// # Errors
/// `Config`: a store cannot be used.
pub(super) fn put_stores(connection: &ConnectionConfig, tls: &mut TlsOptions) -> Result<StoreFiles, Error> {
    let mut files = StoreFiles::default();
    if let Some(store) = &connection.trust_store {
        tls.ca_file_path = Some(files.path_of(TRUST, store, trusted_pem(store)?)?);
    }
    if let Some(store) = &connection.key_store {
        tls.cert_key_file_path = Some(files.path_of(KEY, store, identity_pem(store)?)?);
    }
    Ok(files)
}

impl StoreFiles {
    /// The store's own path where the driver can read it as it is, else that of a file in memory.
    fn path_of(&mut self, name: &str, store: &KeyStore, converted: Option<String>) -> Result<PathBuf, Error> {
        let Some(pem) = converted else { return Ok(PathBuf::from(&store.path)) };
        let unwritten = |error: std::io::Error| {
            Error::caused(ErrorKind::Internal, format!("{name} could not be kept in memory"), error)
        };
        let memory = rustix::fs::memfd_create("naru-store", rustix::fs::MemfdFlags::CLOEXEC)
            .map_err(|error| unwritten(error.into()))?;
        let mut file = File::from(memory);
        file.write_all(pem.as_bytes()).map_err(unwritten)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
        self.files.push(file);
        Ok(path)
    }
}

/// What a file is, by its first bytes.
enum Form {
    Pem(String),
    Pkcs12(Vec<u8>),
}

fn read(name: &str, store: &KeyStore) -> Result<Form, Error> {
    let unusable = |what: String| Error::new(ErrorKind::Config, format!("{name}: {what}"));
    let size = std::fs::metadata(&store.path)
        .map_err(|error| unusable(format!("the file cannot be read ({})", error.kind())))?;
    if size.len() > MAX_STORE_BYTES {
        return Err(unusable("the file is too large for a store of certificates".to_owned()));
    }
    let bytes =
        std::fs::read(&store.path).map_err(|error| unusable(format!("the file cannot be read ({})", error.kind())))?;
    match bytes.as_slice() {
        [0xFE, 0xED, 0xFE, 0xED, ..] | [0xCE, 0xCE, 0xCE, 0xCE, ..] => Err(unusable(
            "a Java key store (JKS) has to be converted: keytool -importkeystore -srckeystore old.jks -destkeystore new.p12 \
             -deststoretype PKCS12"
                .to_owned(),
        )),
        [0x30, ..] => Ok(Form::Pkcs12(bytes)),
        _ => match String::from_utf8(bytes) {
            Ok(text) if text.contains("-----BEGIN ") => Ok(Form::Pem(text)),
            _ => Err(unusable("the file is neither PKCS#12 nor PEM".to_owned())),
        },
    }
}

/// The authorities of a store, where they have to be converted.
fn trusted_pem(store: &KeyStore) -> Result<Option<String>, Error> {
    let bytes = match read(TRUST, store)? {
        Form::Pem(text) if text.contains("-----BEGIN CERTIFICATE-----") => return Ok(None),
        Form::Pem(_) => return Err(Error::new(ErrorKind::Config, format!("{TRUST}: there is no certificate in it"))),
        Form::Pkcs12(bytes) => bytes,
    };
    let archive = Pkcs12Archive::from_pkcs12(&bytes, password(store)).map_err(|_| unopened(TRUST, store))?;
    if archive.certs.is_empty() {
        return Err(Error::new(ErrorKind::Config, format!("{TRUST}: there is no certificate in it")));
    }
    Ok(Some(archive.certs.iter().map(|bag| pem_block("CERTIFICATE", bag.cert.as_der())).collect()))
}

/// Certificate, chain and key of a store, where they have to be converted.
fn identity_pem(store: &KeyStore) -> Result<Option<String>, Error> {
    let bytes = match read(KEY, store)? {
        Form::Pem(text) => return decrypted(&text, store),
        Form::Pkcs12(bytes) => bytes,
    };
    let opened = p12_keystore::KeyStore::from_pkcs12(&bytes, password(store), Pkcs12ImportPolicy::Strict)
        .map_err(|_| unopened(KEY, store))?;
    let Some((_, chain)) = opened.private_key_chain().filter(|(_, chain)| !chain.certs().is_empty()) else {
        return Err(Error::new(ErrorKind::Config, format!("{KEY}: there is no key with its certificate in it")));
    };
    let certificates: String = chain.certs().iter().map(|one| pem_block("CERTIFICATE", one.as_der())).collect();
    Ok(Some(certificates + &pem_block("PRIVATE KEY", chain.key().as_der())))
}

/// A PEM file whose key is encrypted, with the key in the clear; `None` where the file is good as it is.
fn decrypted(text: &str, store: &KeyStore) -> Result<Option<String>, Error> {
    let (begin, end) = (format!("-----BEGIN {ENCRYPTED_KEY}-----"), format!("-----END {ENCRYPTED_KEY}-----"));
    let Some(from) = text.find(&begin) else { return Ok(None) };
    let malformed = || Error::new(ErrorKind::Config, format!("{KEY}: the encrypted key in it is malformed"));
    let to = text[from..].find(&end).map(|at| from + at + end.len()).ok_or_else(malformed)?;
    let (_, key) = SecretDocument::from_pem(&text[from..to]).map_err(|_| malformed())?;
    let key = EncryptedPrivateKeyInfoRef::try_from(key.as_bytes()).map_err(|_| malformed())?;
    let key = key.decrypt(password(store)).map_err(|_| unopened(KEY, store))?;
    let key = key.to_pem("PRIVATE KEY", LineEnding::LF).map_err(|_| malformed())?;
    Ok(Some(format!("{}{}{}", &text[..from], *key, &text[to..])))
}

fn password(store: &KeyStore) -> &str {
    store.password.as_deref().unwrap_or_default()
}

fn unopened(name: &str, store: &KeyStore) -> Error {
    let what = match store.password {
        Some(_) => "it cannot be opened with this password, or is encrypted in a way that is not known here",
        None => "it cannot be opened without a password",
    };
    Error::new(ErrorKind::Config, format!("{name}: {what}"))
}

fn pem_block(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut block = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        block.push_str(&String::from_utf8_lossy(line));
        block.push('\n');
    }
    block + "-----END " + label + "-----\n"
}

#[cfg(test)]
mod tests;
