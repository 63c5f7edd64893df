//! A client from a connection string. One per task, so that a task's end is the end of its connections.

use std::time::Duration;

use connect::config::ConnectionConfig;
use connect::{Error, ErrorKind};
use mongodb::Client;
use mongodb::error::ErrorKind as DriverKind;
use mongodb::options::ClientOptions;

use super::classify::{Phase, classify};

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
    let options = with_defaults(options, readers);
    Client::with_options(options).map_err(|error| classify(&error, Phase::Ask, "Preparing the connection"))
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

    use super::*;

    fn connection(uri: &str) -> ConnectionConfig {
        ConnectionConfig { uri: uri.to_owned() }
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
}
