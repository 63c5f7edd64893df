//! The first words with a server: does it speak MongoDB over the asked transport, and does it accept user and password.

use std::sync::Arc;

use bson::{Document, doc};
use mongodb::Client;
use mongodb::event::EventHandler;
use mongodb::event::sdam::SdamEvent;
use mongodb::options::{ClientOptions, ServerAddress, Tls};
use tokio::sync::mpsc;

use super::direct_options;
use crate::mongo::discover::address_text;
use crate::mongo::refusal::{Refusal, TlsFault};
use crate::preflight::Finding;

/// A server that has answered.
#[derive(Debug, Clone)]
pub(super) struct Greeted {
    /// Where it is.
    pub(super) address: ServerAddress,
    /// What it said about itself.
    pub(super) hello: Arc<Hello>,
}

/// What a server says about itself before anybody has signed in.
#[derive(Debug)]
pub(super) struct Hello(Document);

impl Hello {
    /// Its replica set's name.
    pub(super) fn set_name(&self) -> Option<&str> {
        self.0.get_str("setName").ok()
    }

    /// It is a router of a sharded cluster.
    pub(super) fn is_sharded(&self) -> bool {
        self.0.get_str("msg").is_ok_and(|text| text == "isdbgrid")
    }

    /// It was started as a member of a replica set that nobody has initiated.
    pub(super) fn is_uninitiated(&self) -> bool {
        self.0.get_bool("isreplicaset").unwrap_or(false)
    }

    /// The members that clients are told to connect to.
    pub(super) fn members(&self) -> Vec<ServerAddress> {
        let listed = self.0.get_array("hosts").map(Vec::as_slice).unwrap_or_default();
        listed.iter().filter_map(|host| ServerAddress::parse(host.as_str()?).ok()).collect()
    }

    /// The member that takes writes, as far as this one knows.
    pub(super) fn has_primary(&self) -> bool {
        self.0.get_str("primary").is_ok() || self.0.get_bool("isWritablePrimary").unwrap_or(false)
    }
}

#[cfg(test)]
impl Hello {
    pub(super) fn from_document(document: Document) -> Self {
        Self(document)
    }
}

/// Says hello to the hosts, one after the other, until one answers. Nobody is signed in for that.
pub(super) async fn greet(options: ClientOptions, reachable: Vec<ServerAddress>) -> (Finding, Option<Greeted>) {
    let is_encrypted = matches!(options.tls, Some(Tls::Enabled(_)));
    let mut refusal = Refusal::Unreachable;
    for address in reachable {
        match say_hello(&options, address.clone()).await {
            Ok(hello) => {
                let finding = match &options.tls {
                    Some(Tls::Enabled(tls)) if tls.allow_invalid_certificates == Some(true) => {
                        Finding::warned("certificate-unchecked").remedy("check-certificate")
                    }
                    Some(Tls::Enabled(_)) => Finding::passed("encrypted"),
                    _ => Finding::skipped("not-encrypted"),
                };
                let greeted = Greeted { address: address.clone(), hello: Arc::new(Hello(hello)) };
                return (finding.with("host", address_text(&address)), Some(greeted));
            }
            Err(reason) => refusal = reason,
        }
    }
    (unheard(&refusal, is_encrypted), None)
}

fn unheard(refusal: &Refusal, is_encrypted: bool) -> Finding {
    match refusal {
        Refusal::Tls(fault) => {
            let (reason, remedy) = match fault {
                TlsFault::Expired => ("certificate-expired", "renew-certificate"),
                TlsFault::NotYetValid => ("certificate-not-yet-valid", "check-clock"),
                TlsFault::UnknownIssuer => ("certificate-issuer-unknown", "trust-issuer"),
                TlsFault::WrongName => ("certificate-other-name", "correct-host"),
                TlsFault::Certificate => ("certificate-unusable", "renew-certificate"),
                TlsFault::Protocol => ("no-tls-there", "turn-tls-off"),
                TlsFault::Files => ("tls-files", "correct-tls-files"),
            };
            Finding::failed(reason).remedy(remedy)
        }
        Refusal::TooOld => Finding::failed("server-too-old").remedy("upgrade-server"),
        // A server that wants TLS closes a connection that begins without, and so does what is no MongoDB at all.
        _ if is_encrypted => Finding::failed("no-tls-there").remedy("turn-tls-off"),
        _ => Finding::failed("not-understood").remedy("turn-tls-on"),
    }
}

async fn say_hello(options: &ClientOptions, address: ServerAddress) -> Result<Document, Refusal> {
    let mut options = direct_options(options, address);
    // The first failed heartbeat carries the cause; waiting for a server to be selected would only repeat it.
    let (failures, mut failed) = mpsc::channel(1);
    options.sdam_event_handler = Some(EventHandler::callback(move |event| {
        if let SdamEvent::ServerHeartbeatFailed(failure) = event {
            // One is enough.
            let _ = failures.try_send(Refusal::from(&failure.failure));
        }
    }));
    let client = Client::with_options(options)?;
    let mut answer =
        tokio::spawn(async move { Ok::<_, Refusal>(client.database("admin").run_command(doc! { "hello": 1 }).await?) });
    // Only this waiting is given up; the request itself goes on in its own task until the driver's time is over.
    tokio::select! {
        biased;
        outcome = &mut answer => outcome.unwrap_or(Err(Refusal::Other)),
        Some(refusal) = failed.recv() => Err(refusal),
    }
}

/// Signs in at the server that has answered.
pub(super) async fn sign_in(options: ClientOptions, address: ServerAddress) -> (Finding, Option<Client>) {
    let mut direct = direct_options(&options, address);
    direct.credential.clone_from(&options.credential);
    let client = match Client::with_options(direct) {
        Ok(client) => client,
        Err(_) => return (Finding::failed("option-unusable").remedy("correct-connection-string"), None),
    };
    let Some(credential) = &options.credential else { return (Finding::skipped("no-user"), Some(client)) };
    let user = credential.username.clone().unwrap_or_default();
    let source = credential.source.clone().unwrap_or_else(|| "admin".to_owned());
    match client.database("admin").run_command(doc! { "ping": 1 }).await.map_err(Refusal::from) {
        Ok(_) => (Finding::passed("signed-in").with("user", user).with("source", source), Some(client)),
        Err(Refusal::SignIn | Refusal::NotAllowed) => {
            let finding = Finding::failed("refused").with("user", user).with("source", source);
            (finding.remedy("correct-credentials"), None)
        }
        Err(refusal) => (other(&refusal), None),
    }
}

/// A refusal that has no words of its own in a check.
pub(super) fn other(refusal: &Refusal) -> Finding {
    match refusal {
        Refusal::Server { code, name } => Finding::failed("server-error").with("code", code).with("name", name),
        Refusal::TooSlow => Finding::failed("timed-out").remedy("try-again"),
        Refusal::Unreachable | Refusal::UnknownName => Finding::failed("connection-lost").remedy("try-again"),
        _ => Finding::failed("unexpected").remedy("try-again"),
    }
}
