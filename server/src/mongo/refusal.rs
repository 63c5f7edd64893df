//! Why MongoDB did not do what a check or a discovery asked: a closed set, without any text of the driver or the server.
//!
//! Their messages may repeat connection strings, documents and pipelines; codes and code names do not.

use mongodb::error::{Error, ErrorKind};

/// Why it was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The driver does not accept the connection string or its options.
    #[error("Connection options are not accepted")]
    Options,
    /// A name does not resolve.
    #[error("Name does not resolve")]
    UnknownName,
    /// No server answers, or none that can be used.
    #[error("No server can be reached")]
    Unreachable,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up: {0:?}")]
    Tls(TlsFault),
    /// User or password are wrong.
    #[error("Sign-in was refused")]
    SignIn,
    /// The user may not do it, or nobody may without signing in.
    #[error("Not allowed")]
    NotAllowed,
    /// The server has no change streams.
    #[error("No change streams on this server")]
    NoChangeStreams,
    /// The server is too old for the driver.
    #[error("Server is too old")]
    TooOld,
    /// The collection or database does not exist.
    #[error("Does not exist")]
    Missing,
    /// The server gave up after the time it was given.
    #[error("Took too long")]
    TooSlow,
    /// Another error of the server.
    #[error("Server error {code} {name}")]
    Server {
        /// The server's code.
        code: i32,
        /// The server's name for it.
        name: String,
    },
    /// Anything else.
    #[error("Driver error")]
    Other,
}

/// What is wrong with TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsFault {
    /// The certificate has expired.
    Expired,
    /// It is not valid yet.
    NotYetValid,
    /// Nobody known has signed it.
    UnknownIssuer,
    /// It is for another name.
    WrongName,
    /// Something else about the certificate.
    Certificate,
    /// The other side does not speak TLS, or no common version.
    Protocol,
    /// A file named in the options cannot be used.
    Files,
}

impl From<&Error> for Refusal {
    fn from(error: &Error) -> Self {
        match &*error.kind {
            ErrorKind::InvalidArgument { .. } => Refusal::Options,
            ErrorKind::Authentication { .. } => Refusal::SignIn,
            ErrorKind::DnsResolve { .. } => Refusal::UnknownName,
            ErrorKind::InvalidTlsConfig { .. } => Refusal::Tls(TlsFault::Files),
            ErrorKind::IncompatibleServer { .. } => Refusal::TooOld,
            ErrorKind::ServerSelection { .. } | ErrorKind::ConnectionPoolCleared { .. } => Refusal::Unreachable,
            ErrorKind::Io(error) => of_io(error),
            ErrorKind::Command(error) => of_code(error.code, &error.code_name),
            _ => Refusal::Other,
        }
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

fn of_code(code: i32, name: &str) -> Refusal {
    match code {
        13 => Refusal::NotAllowed,
        18 => Refusal::SignIn,
        26 => Refusal::Missing,
        50 => Refusal::TooSlow,
        40573 => Refusal::NoChangeStreams,
        _ => Refusal::Server { code, name: name.to_owned() },
    }
}

fn of_io(error: &std::io::Error) -> Refusal {
    let Some(fault) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return Refusal::Unreachable;
    };
    use rustls::CertificateError as Certificate;
    Refusal::Tls(match fault {
        rustls::Error::InvalidCertificate(reason) => match reason {
            Certificate::Expired | Certificate::ExpiredContext { .. } => TlsFault::Expired,
            Certificate::NotValidYet | Certificate::NotValidYetContext { .. } => TlsFault::NotYetValid,
            Certificate::UnknownIssuer => TlsFault::UnknownIssuer,
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => TlsFault::WrongName,
            _ => TlsFault::Certificate,
        },
        _ => TlsFault::Protocol,
    })
}
