//! A client from a connection string. One per task, so that a task's end is the end of its connections.

mod stores;

use std::time::Duration;

use connect::config::ConnectionConfig;
use connect::{Error, ErrorKind};
use mongodb::Client;
use mongodb::error::ErrorKind as DriverKind;
use mongodb::options::{ClientOptions, DriverInfo, ServerApi, ServerApiVersion, Tls};

use super::classify::{Phase, classify};
use crate::blocking::blocking;
pub(crate) use stores::StoreFiles;

/// What the handshake calls us behind the driver's own name; `provider` comes behind it, as with the official connector.
const DRIVER_NAME: &str = "naru|source";

/// How long to look for a member before saying that there is none; the supervisor tries again anyway. The driver's own 30
/// seconds, unless the connection string sets it, would only delay the news.
const SERVER_SELECTION_TIMEOUT: Duration = Duration::from_secs(10);

/// What the server's log and `currentOp` call us, unless the connection string says otherwise.
const APP_NAME: &str = "naru";

/// Connections beside those of parallel readers: the change stream, a question, one to spare.
const SPARE_CONNECTIONS: u32 = 3;

/// Makes a client. Nothing is connected yet, except that an SRV name is looked up.
///
/// `readers` is how many cursors will be read at the same time.
///
/// # Errors
/// `Config` for a connection string that cannot be used, `SourceUnavailable` when its SRV name cannot be looked up. Neither holds
/// any part of it.
pub(crate) async fn connect(connection: &ConnectionConfig, readers: usize) -> Result<Client, Error> {
    let options = ClientOptions::parse(&connection.uri).await.map_err(|error| match &*error.kind {
        DriverKind::DnsResolve { .. } => classify(&error, Phase::Ask, "Looking up connection.uri"),
        _ => Error::new(ErrorKind::Config, "connection.uri is no connection string that the driver understands"),
    })?;
    let mut options = with_defaults(options, readers);
    let files = complete(&mut options, connection).await?;
    let client = Client::with_options(options);
    // Only making the client reads them.
    drop(files);
    client.map_err(|error| classify(&error, Phase::Ask, "Preparing the connection"))
}

/// Adds to options read from a connection string what the properties beside it say. What is returned must be kept until the
/// client is made.
///
/// # Errors
/// `Config`: a store of certificates cannot be used.
pub(crate) async fn complete(options: &mut ClientOptions, connection: &ConnectionConfig) -> Result<StoreFiles, Error> {
    if let Some(api) = connection.server_api {
        options.server_api = Some(
            ServerApi::builder()
                .version(ServerApiVersion::V1)
                .strict(api.is_strict)
                .deprecation_errors(api.has_deprecation_errors)
                .build(),
        );
    }
    let suffix = if connection.provider.is_empty() { String::new() } else { format!("|{}", connection.provider) };
    options.driver_info = Some(
        DriverInfo::builder()
            .name(format!("{DRIVER_NAME}{suffix}"))
            .version(env!("CARGO_PKG_VERSION").to_owned())
            .build(),
    );
    // Without TLS the stores have no effect, as validation warns.
    let Some(Tls::Enabled(tls)) = &options.tls else { return Ok(StoreFiles::default()) };
    if connection.trust_store.is_none() && connection.key_store.is_none() {
        return Ok(StoreFiles::default());
    }
    let (mut tls, connection) = (tls.clone(), connection.clone());
    let put = blocking(move || {
        let files = stores::put_stores(&connection, &mut tls)?;
        Ok((tls, files))
    });
    let panicked = || Error::new(ErrorKind::Internal, "Reading the stores of certificates panicked");
    let (tls, files) = put.await.unwrap_or_else(|| Err(panicked()))?;
    options.tls = Some(Tls::Enabled(tls));
    Ok(files)
}

fn with_defaults(mut options: ClientOptions, readers: usize) -> ClientOptions {
    options.app_name.get_or_insert_with(|| APP_NAME.to_owned());
    options.server_selection_timeout.get_or_insert(SERVER_SELECTION_TIMEOUT);
    let needed = u32::try_from(readers).unwrap_or(u32::MAX).saturating_add(SPARE_CONNECTIONS);
    options.max_pool_size.get_or_insert(needed.max(10));
    options
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::super::wire::{Wire, refusal};
    use super::*;

    fn connection(uri: &str) -> ConnectionConfig {
        ConnectionConfig::of_uri(uri)
    }

    #[tokio::test]
    async fn refuses_a_malformed_connection_string_without_showing_it() {
        for uri in ["", "http://user:secret@host", "mongodb://user:sec:ret@host", "mongodb://user:secret@"] {
            let error = connect(&connection(uri), 1).await.unwrap_err();

            assert_eq!(error.kind(), ErrorKind::Config, "{uri}");
            assert!(!format!("{error:?} {error}").contains("secret"));
        }
    }

    #[tokio::test]
    async fn what_the_connection_string_says_wins_over_the_defaults() {
        let uri = "mongodb://host/?appName=mine&serverSelectionTimeoutMS=7&maxPoolSize=2";
        let said = with_defaults(ClientOptions::parse(uri).await.unwrap(), 50);
        let unsaid = with_defaults(ClientOptions::parse("mongodb://host").await.unwrap(), 50);

        assert_eq!(said.app_name.as_deref(), Some("mine"));
        assert_eq!(said.server_selection_timeout, Some(Duration::from_millis(7)));
        assert_eq!(said.max_pool_size, Some(2));
        assert_eq!(unsaid.app_name.as_deref(), Some("naru"));
        assert_eq!(unsaid.max_pool_size, Some(53));
    }

    async fn completed(connection: &ConnectionConfig) -> ClientOptions {
        let mut options = ClientOptions::parse(&connection.uri).await.unwrap();
        complete(&mut options, connection).await.unwrap();
        options
    }

    #[tokio::test]
    async fn every_command_declares_the_stable_api() {
        let wire = Wire::answering(|_| Some(refusal(13))).await;
        let api = connect::config::ServerApi { is_strict: true, has_deprecation_errors: false };
        let declaring = ConnectionConfig { server_api: Some(api), ..connection(&wire.uri) };

        let client = super::connect(&declaring, 1).await.unwrap();
        let refused = client.list_database_names().await;

        assert!(refused.is_err());
        let sent = wire.commands("listDatabases").remove(0);
        assert_eq!(sent.get_str("apiVersion").unwrap(), "1");
        assert!(sent.get_bool("apiStrict").unwrap());
        assert!(!sent.get_bool("apiDeprecationErrors").unwrap());
        assert_eq!(completed(&connection("mongodb://host")).await.server_api, None);
    }

    #[tokio::test]
    async fn the_handshake_names_the_provider() {
        let with_provider = ConnectionConfig { provider: "kim".to_owned(), ..connection("mongodb://host") };

        let name = |options: ClientOptions| options.driver_info.unwrap().name;

        assert_eq!(name(completed(&with_provider).await), "naru|source|kim");
        assert_eq!(name(completed(&connection("mongodb://host")).await), "naru|source");
        assert!(super::connect(&with_provider, 1).await.is_ok(), "the driver takes the name");
    }
}
