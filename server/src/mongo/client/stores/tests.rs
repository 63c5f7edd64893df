//! Stores as OpenSSL and Java write them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use connect::config::{ConnectionConfig, KeyStore};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;
use crate::mongo::client::connect;

fn store(file: &str, password: Option<&str>) -> KeyStore {
    let path = format!("{}/tests/data/stores/{file}", env!("CARGO_MANIFEST_DIR"));
    KeyStore { path, password: password.map(str::to_owned) }
}

fn with_trust(store: KeyStore) -> ConnectionConfig {
    ConnectionConfig { trust_store: Some(store), ..ConnectionConfig::of_uri("mongodb://host/?tls=true") }
}

fn with_key(store: KeyStore) -> ConnectionConfig {
    ConnectionConfig { key_store: Some(store), ..ConnectionConfig::of_uri("mongodb://host/?tls=true") }
}

fn certificates(path: &std::path::Path) -> Vec<CertificateDer<'static>> {
    CertificateDer::pem_file_iter(path).unwrap().map(Result::unwrap).collect()
}

#[test]
fn authorities_are_read_from_pem_and_from_pkcs12() {
    let expected = certificates(std::path::Path::new(&store("authority.pem", None).path));
    for trusted in [store("authority.pem", None), store("authority.p12", Some("hunter2"))] {
        let mut tls = TlsOptions::default();

        let _files = put_stores(&with_trust(trusted), &mut tls).unwrap();

        assert_eq!(certificates(&tls.ca_file_path.unwrap()), expected);
    }
}

#[test]
fn certificate_and_key_are_read_from_every_form() {
    let plain = store("client.pem", None).path;
    let expected_key = PrivateKeyDer::from_pem_file(&plain).unwrap();
    let leaf = certificates(std::path::Path::new(&plain)).remove(0);
    for file in ["client.pem", "client-encrypted.pem", "client.p12", "client-legacy.p12", "client-java.p12"] {
        let mut tls = TlsOptions::default();

        let _files = put_stores(&with_key(store(file, Some("hunter2"))), &mut tls).unwrap();
        let path = tls.cert_key_file_path.unwrap();

        assert_eq!(certificates(&path)[0], leaf, "{file}");
        assert_eq!(PrivateKeyDer::from_pem_file(&path).unwrap(), expected_key, "{file}");
    }
}

#[tokio::test]
async fn a_client_is_made_of_stores_and_the_files_in_memory_are_gone_then() {
    let connection = ConnectionConfig {
        trust_store: Some(store("authority.p12", Some("hunter2"))),
        ..with_key(store("client.p12", Some("hunter2")))
    };

    connect(&connection, 1).await.map(|_| ()).unwrap();
}

#[tokio::test]
async fn what_cannot_be_used_is_named_without_its_password() {
    let cases = [
        (with_trust(store("none.pem", None)), "connection.ssl.truststore: the file cannot be read"),
        (with_trust(store("authority.jks", Some("hunter2"))), "keytool -importkeystore"),
        (with_trust(store("authority.p12", Some("hunter3"))), "cannot be opened with this password"),
        (with_key(store("client.p12", None)), "connection.ssl.keystore: it cannot be opened without a password"),
        (with_key(store("client-encrypted.pem", Some("hunter3"))), "cannot be opened with this password"),
        (with_key(store("authority.p12", Some("hunter2"))), "there is no key with its certificate in it"),
    ];
    for (connection, words) in cases {
        let error = connect(&connection, 1).await.map(|_| ()).unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.context().contains(words), "{error}");
        assert!(!format!("{error:?} {error}").contains("hunter"), "{error:?}");
    }
}
