//! How an attempt ended, in the words that are stored and shown.

use connect::config::FieldError;
use connect::error::policy;
use connect::{Error, ErrorKind};
use tokio::task::JoinError;

use crate::db::status::StoredError;

/// Longest trace that is kept, bytes. A chain of causes is short; a server's words may not be.
const MAX_TRACE_BYTES: usize = 4_000;

/// An error for operators: code, what was being done, and a trace whose first line is both.
///
/// Connection strings inside foreign texts lose their credentials.
pub(super) fn describe(error: &Error) -> StoredError {
    let policy = policy(error.kind());
    let message = redact(error.context());
    let mut trace = format!("{}: {message}", policy.code);
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        trace.push_str("\nCaused by: ");
        trace.push_str(&redact(&inner.to_string()));
        cause = inner.source();
    }
    trace.push_str("\nWhat to do: ");
    trace.push_str(policy.remedy);
    StoredError { code: policy.code.to_owned(), message, trace: cut(trace) }
}

/// The text with the user information of every URL in it taken out, e.g. `mongodb://****@db.example/jee`.
fn redact(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + "://".len());
        safe.push_str(before);
        // A password may hold any character but a blank or a quote: everything up to the last `@` of the word goes.
        let end = after.find(|character: char| character.is_whitespace() || character == '"').unwrap_or(after.len());
        match after[..end].rfind('@') {
            Some(host) => {
                safe.push_str("****");
                rest = &after[host..];
            }
            None => rest = after,
        }
    }
    safe.push_str(rest);
    safe
}

fn cut(mut text: String) -> String {
    if text.len() > MAX_TRACE_BYTES {
        text.truncate(text.floor_char_boundary(MAX_TRACE_BYTES));
        text.push('…');
    }
    text
}

/// A task that panicked. Its payload may quote data, so only the fact is told; the log has the place.
pub(super) fn panicked(error: &JoinError) -> Error {
    let how = if error.is_panic() { "panicked" } else { "was aborted" };
    Error::new(ErrorKind::Internal, format!("The task {how}"))
}

/// A task that ended although nobody told it to.
pub(super) fn ended_unasked() -> Error {
    Error::new(ErrorKind::Internal, "The task ended without being told to")
}

/// Postgres took too long over the configuration.
pub(super) fn load_timed_out() -> Error {
    Error::new(ErrorKind::StoreUnavailable, "Reading the configuration took too long")
}

/// A configuration that was accepted once and is not now, as after a change of release.
pub(super) fn refused_config(errors: &[FieldError]) -> Error {
    let texts: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    Error::new(ErrorKind::Config, format!("Reading the configuration: {}", texts.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_url_in_a_text_loses_its_user() {
        assert_eq!(redact("no URL here, mail a@b"), "no URL here, mail a@b");
        assert_eq!(
            redact(r#"tried "mongodb://u:p@ss/w@h1,h2/db" and mongodb+srv://x:y@z, http://plain/a"#),
            r#"tried "mongodb://****@h1,h2/db" and mongodb+srv://****@z, http://plain/a"#
        );
    }

    #[test]
    fn a_trace_names_code_causes_and_remedy_without_credentials() {
        let cause = std::io::Error::other("no route to mongodb://kim:s3cret@db.example/jee");
        let error = Error::caused(ErrorKind::SourceUnavailable, "Opening the change stream", cause);

        let stored = describe(&error);

        assert_eq!(stored.code, "NARU-1002");
        assert_eq!(stored.message, "Opening the change stream");
        assert!(stored.trace.starts_with("NARU-1002: Opening the change stream\nCaused by: no route to mongodb://"));
        assert!(stored.trace.contains("\nWhat to do: "));
        assert!(!stored.trace.contains("s3cret"), "{}", stored.trace);
    }
}
