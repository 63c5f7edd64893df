//! What an error of the driver means: its code and the phase decide, never its text.
//!
//! The driver's texts may hold hosts, documents or parts of the connection string, so they are not passed on. Only the server's
//! own words about a refused command are, while nothing has been read: then they speak of the configuration.

use connect::{Error, ErrorKind};
use mongodb::error::{CommandError, Error as DriverError, ErrorKind as DriverKind};

/// What was being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Asking for something that does not concern a cursor: listing, counting.
    Ask,
    /// Opening a cursor or a change stream.
    Open,
    /// Fetching from an open cursor.
    Read,
}

/// Longest piece of the server's words that is passed on, bytes.
const MAX_WORDS_BYTES: usize = 300;

/// The engine's error for one of the driver's. `doing` says what was being done, e.g. "Opening the change stream of jee".
pub(crate) fn classify(error: &DriverError, phase: Phase, doing: &str) -> Error {
    let (kind, words) = match &*error.kind {
        DriverKind::Command(refusal) => refused(error, refusal, phase),
        other => (kind_of(other), words_for(other)),
    };
    Error::new(kind, format!("{doing}: {words}"))
}

/// Whether the same thing can be tried again with a chance: the network, an election, a cursor that was lost.
pub(crate) fn is_passing(error: &Error) -> bool {
    error.kind() == ErrorKind::SourceUnavailable
}

fn kind_of(kind: &DriverKind) -> ErrorKind {
    match kind {
        DriverKind::Authentication { .. } => ErrorKind::SourceAuthentication,
        DriverKind::InvalidArgument { .. } | DriverKind::InvalidTlsConfig { .. } => ErrorKind::Config,
        DriverKind::IncompatibleServer { .. } | DriverKind::SessionsNotSupported => ErrorKind::SourceUnsupported,
        DriverKind::InvalidResponse { .. } | DriverKind::Bson(_) => ErrorKind::SourceRefused,
        DriverKind::Internal { .. } => ErrorKind::Internal,
        // DNS, sockets, pools that were cleared, no member to select: all of it passes by itself.
        _ => ErrorKind::SourceUnavailable,
    }
}

fn words_for(kind: &DriverKind) -> String {
    match kind {
        DriverKind::Authentication { .. } => "MongoDB refused the sign-in".to_owned(),
        DriverKind::InvalidTlsConfig { .. } => "the TLS options of connection.uri cannot be used".to_owned(),
        DriverKind::InvalidArgument { .. } => "connection.uri, or an option in it, cannot be used".to_owned(),
        DriverKind::IncompatibleServer { .. } => "this MongoDB is too old or too new".to_owned(),
        DriverKind::SessionsNotSupported => "this MongoDB has no sessions, so it is no replica set".to_owned(),
        DriverKind::InvalidResponse { .. } | DriverKind::Bson(_) => {
            "MongoDB's answer could not be understood".to_owned()
        }
        DriverKind::DnsResolve { .. } => "a host name of connection.uri cannot be resolved".to_owned(),
        DriverKind::Io(error) => format!("the connection broke ({})", error.kind()),
        DriverKind::ConnectionPoolCleared { .. } => "the connection broke".to_owned(),
        DriverKind::ServerSelection { .. } => {
            "no member that fits connection.uri can be reached (it is down, or belongs to no replica set of that name)"
                .to_owned()
        }
        DriverKind::Internal { .. } => "the driver failed".to_owned(),
        _ => "MongoDB cannot be used at the moment".to_owned(),
    }
}

fn refused(error: &DriverError, refusal: &CommandError, phase: Phase) -> (ErrorKind, String) {
    let kind = kind_of_code(error, refusal, phase);
    let code = format!("MongoDB said {} (code {})", refusal.code_name, refusal.code);
    let speaks_of_configuration = phase != Phase::Read && matches!(kind, ErrorKind::SourceRefused);
    let words = if speaks_of_configuration { format!("{code}: {}", cut(&refusal.message)) } else { code };
    (kind, words)
}

fn kind_of_code(error: &DriverError, refusal: &CommandError, phase: Phase) -> ErrorKind {
    match refusal.code {
        // The history is gone, the stream is dead, or its shard is: in every phase.
        286 | 280 | 464 => ErrorKind::PositionLost,
        // A token that cannot be used. While reading, the same codes speak of something else, and reopening settles it.
        260 | 50_811 => match phase {
            Phase::Open | Phase::Ask => ErrorKind::PositionLost,
            Phase::Read => ErrorKind::SourceUnavailable,
        },
        // Atlas answers 8000 where others answer 18.
        18 | 8000 => ErrorKind::SourceAuthentication,
        13 => ErrorKind::SourcePermission,
        40_573 => ErrorKind::SourceUnsupported,
        // An unknown stage is the user's, unless it is the change stream itself.
        40_324 if refusal.message.contains("$changeStream") => ErrorKind::SourceUnsupported,
        10_334 => ErrorKind::EventTooLarge,
        // A database or collection that is not there yet (or any more): waiting for it is all that can be done.
        26 => ErrorKind::SourceUnavailable,
        code if is_passing_code(code) => ErrorKind::SourceUnavailable,
        _ if ["ResumableChangeStreamError", "RetryableError", "SystemOverloadedError"]
            .iter()
            .any(|label| error.contains_label(label)) =>
        {
            ErrorKind::SourceUnavailable
        }
        _ => ErrorKind::SourceRefused,
    }
}

/// Lost cursors, elections, shutdowns, time-outs, snapshots that are too old.
fn is_passing_code(code: i32) -> bool {
    matches!(
        code,
        6 | 7
            | 43
            | 50
            | 63
            | 89
            | 91
            | 133
            | 134
            | 136
            | 150
            | 175
            | 189
            | 202
            | 234
            | 237
            | 239
            | 246
            | 262
            | 317
            | 358
            | 384
            | 402
            | 9001
            | 10_058
            | 10_107
            | 11_600
            | 11_602
            | 13_388
            | 13_435
            | 13_436
    )
}

fn cut(words: &str) -> &str {
    &words[..words.floor_char_boundary(MAX_WORDS_BYTES.min(words.len()))]
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use bson::doc;

    use super::*;

    fn answer(code: i32, message: &str) -> DriverError {
        let refusal = doc! { "code": code, "codeName": "Name", "errmsg": message };
        let refusal: CommandError = bson::deserialize_from_document(refusal).unwrap();
        DriverKind::Command(refusal).into()
    }

    fn kind(code: i32, phase: Phase) -> ErrorKind {
        classify(&answer(code, "secret words"), phase, "Testing").kind()
    }

    #[test]
    fn the_code_decides_and_for_tokens_the_phase() {
        for (code, open, read) in [
            (286, ErrorKind::PositionLost, ErrorKind::PositionLost),
            (280, ErrorKind::PositionLost, ErrorKind::PositionLost),
            (464, ErrorKind::PositionLost, ErrorKind::PositionLost),
            (260, ErrorKind::PositionLost, ErrorKind::SourceUnavailable),
            (50_811, ErrorKind::PositionLost, ErrorKind::SourceUnavailable),
            (18, ErrorKind::SourceAuthentication, ErrorKind::SourceAuthentication),
            (13, ErrorKind::SourcePermission, ErrorKind::SourcePermission),
            (40_573, ErrorKind::SourceUnsupported, ErrorKind::SourceUnsupported),
            (10_334, ErrorKind::EventTooLarge, ErrorKind::EventTooLarge),
            (43, ErrorKind::SourceUnavailable, ErrorKind::SourceUnavailable),
            (10_107, ErrorKind::SourceUnavailable, ErrorKind::SourceUnavailable),
            (9, ErrorKind::SourceRefused, ErrorKind::SourceRefused),
        ] {
            assert_eq!((kind(code, Phase::Open), kind(code, Phase::Read)), (open, read), "code {code}");
        }
    }

    #[test]
    fn an_unknown_stage_is_the_users_unless_it_is_the_change_stream() {
        let unknown = |stage| classify(&answer(40_324, stage), Phase::Open, "Testing").kind();

        assert_eq!(unknown("Unrecognized pipeline stage name: '$changeStream'"), ErrorKind::SourceUnsupported);
        assert_eq!(unknown("Unrecognized pipeline stage name: '$foo'"), ErrorKind::SourceRefused);
    }

    #[test]
    fn the_servers_words_are_passed_on_only_about_a_refused_command() {
        let opening = classify(&answer(9, "secret words"), Phase::Open, "Opening");
        let reading = classify(&answer(9, "secret words"), Phase::Read, "Reading");
        let lost = classify(&answer(286, "secret words"), Phase::Open, "Opening");

        assert_eq!(opening.context(), "Opening: MongoDB said Name (code 9): secret words");
        assert_eq!(reading.context(), "Reading: MongoDB said Name (code 9)");
        assert_eq!(lost.context(), "Opening: MongoDB said Name (code 286)");
    }

    #[test]
    fn the_drivers_words_are_never_passed_on() {
        let error: DriverError = DriverKind::from(std::io::Error::other("mongodb://user:secret@host")).into();

        let classified = classify(&error, Phase::Read, "Reading");

        assert_eq!(classified.kind(), ErrorKind::SourceUnavailable);
        assert!(!format!("{classified:?}").contains("secret"));
    }
}
