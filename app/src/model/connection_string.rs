//! Reads a MongoDB connection string as people paste it, and takes the password out of it.
//!
//! Used in the browser while typing and on the server for forms posted without script, so that a password never stays in a
//! visible field. It points at faults by position; it does not replace the driver's own parser, which judges the options.

use std::fmt::Write as _;

/// A connection string without its password, and the password.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct SplitUri {
    /// The string with the user name, hosts, database and options as given.
    pub uri: String,
    /// The password, decoded; `None` when the string has none.
    pub password: Option<String>,
    /// The string named a user.
    pub has_user: bool,
}

impl std::fmt::Debug for SplitUri {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SplitUri")
    }
}

/// What is wrong, and at which character (from 0) of the text as given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UriFault {
    /// Index of the character.
    pub at: usize,
    /// What is wrong there.
    pub kind: UriFaultKind,
}

/// Faults that can be told without a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UriFaultKind {
    /// Nothing was given.
    Empty,
    /// It begins with neither `mongodb://` nor `mongodb+srv://`.
    Scheme,
    /// There is no host.
    NoHost,
    /// One of the hosts is empty, as between two commas.
    EmptyHost,
    /// A port is no number from 1 to 65535.
    Port,
    /// `mongodb+srv://` takes one host and no port.
    SrvHost,
    /// `%` is not followed by two hexadecimal digits.
    Percent,
    /// White space inside.
    Space,
    /// An option has no `=`.
    Option,
    /// A password without a user name.
    NoUser,
}

/// Takes the password out. Wrappings are taken off first: white space, quotes, `export NAME=`, a trailing `;`.
///
/// Characters that should have been percent-encoded in the password (`@`, `/`, `:`) are understood, because the password is
/// encoded anew when the two are joined.
///
/// # Errors
/// The first fault, with its position.
pub fn split(text: &str) -> Result<SplitUri, UriFault> {
    let (start, body) = unwrap(text);
    let fault = |byte: usize, kind| UriFault { at: text[..start + byte.min(body.len())].chars().count(), kind };
    if body.is_empty() {
        return Err(fault(0, UriFaultKind::Empty));
    }
    let lower = body.get(..14.min(body.len())).unwrap_or(body).to_ascii_lowercase();
    let (scheme, is_srv) = if lower.starts_with("mongodb+srv://") {
        ("mongodb+srv://", true)
    } else if lower.starts_with("mongodb://") {
        ("mongodb://", false)
    } else {
        return Err(fault(0, UriFaultKind::Scheme));
    };
    if let Some(space) = body.find(char::is_whitespace) {
        return Err(fault(space, UriFaultKind::Space));
    }
    let rest = &body[scheme.len()..];
    let (user_info, after) = match credentials_end(rest) {
        Some(at) => (Some(&rest[..at]), &rest[at + 1..]),
        None => (None, rest),
    };
    let after_at = body.len() - after.len();
    check_hosts(after, is_srv).map_err(|(byte, kind)| fault(after_at + byte, kind))?;
    let Some(user_info) = user_info else {
        return Ok(SplitUri { uri: format!("{scheme}{after}"), password: None, has_user: false });
    };
    let (user, password) = match user_info.split_once(':') {
        Some((user, password)) => (user, Some(password)),
        None => (user_info, None),
    };
    if user.is_empty() {
        return Err(fault(scheme.len(), UriFaultKind::NoUser));
    }
    if let Some(byte) = bad_percent(user) {
        return Err(fault(scheme.len() + byte, UriFaultKind::Percent));
    }
    if let Some(byte) = password.and_then(bad_percent) {
        return Err(fault(scheme.len() + user.len() + 1 + byte, UriFaultKind::Percent));
    }
    Ok(SplitUri {
        uri: format!("{scheme}{user}@{after}"),
        password: password.filter(|password| !password.is_empty()).map(decode),
        has_user: true,
    })
}

/// Puts a password back into a string that [`split`] made, percent-encoded. `None` when the string names no user.
pub fn join(uri: &str, password: &str) -> Option<String> {
    let scheme_end = uri.find("://")? + 3;
    let at = scheme_end + uri[scheme_end..].find('@')?;
    Some(format!("{}:{}{}", &uri[..at], encode(password), &uri[at..]))
}

fn unwrap(text: &str) -> (usize, &str) {
    let trimmed_start = text.len() - text.trim_start().len();
    let mut start = trimmed_start;
    let mut body = text.trim();
    let lower = body.to_ascii_lowercase();
    // With its slashes: the name of a variable usually has the word in it too.
    if let Some(scheme) = ["mongodb://", "mongodb+srv://"].into_iter().filter_map(|scheme| lower.find(scheme)).min() {
        let before = &body[..scheme];
        let is_assignment = before.trim_end_matches(['"', '\'', ' ']).ends_with(['=', ':']);
        if is_assignment || before.chars().all(|character| matches!(character, '"' | '\'' | '`')) {
            start += scheme;
            body = &body[scheme..];
        }
    }
    (start, body.trim_end_matches(['"', '\'', '`', ';', ',']).trim_end())
}

/// Index of the `@` that ends the credentials: the last one before the host list. A `/` or `?` in front of it belongs to the
/// password, unless what follows could not be a host.
fn credentials_end(rest: &str) -> Option<usize> {
    let plain_end = rest.find(['/', '?']).unwrap_or(rest.len());
    if let Some(at) = rest[..plain_end].rfind('@') {
        return Some(at);
    }
    // No `@` before the first slash: either there are no credentials, or the password holds a raw slash.
    let has_password = rest[..plain_end].contains(':');
    let at = rest.rfind('@')?;
    let is_port = rest[..plain_end]
        .rsplit(':')
        .next()
        .is_some_and(|port| !port.is_empty() && port.chars().all(|digit| digit.is_ascii_digit()));
    (has_password && !is_port).then_some(at)
}

fn check_hosts(after: &str, is_srv: bool) -> Result<(), (usize, UriFaultKind)> {
    let hosts_end = after.find(['/', '?']).unwrap_or(after.len());
    let hosts = &after[..hosts_end];
    if hosts.is_empty() {
        return Err((0, UriFaultKind::NoHost));
    }
    let mut byte = 0;
    for host in hosts.split(',') {
        if host.is_empty() {
            return Err((byte, UriFaultKind::EmptyHost));
        }
        let port = match host.strip_prefix('[').and_then(|ipv6| ipv6.split_once(']')) {
            Some((_, after_bracket)) => after_bracket.strip_prefix(':'),
            None => host.split_once(':').map(|(_, port)| port),
        };
        if let Some(port) = port {
            let port_at = byte + host.len() - port.len();
            if is_srv {
                return Err((port_at - 1, UriFaultKind::SrvHost));
            }
            if !port.parse::<u16>().is_ok_and(|number| number > 0) {
                return Err((port_at, UriFaultKind::Port));
            }
        }
        byte += host.len() + 1;
        if is_srv && byte <= hosts.len() {
            return Err((byte - 1, UriFaultKind::SrvHost));
        }
    }
    check_options(after, hosts_end)
}

fn check_options(after: &str, hosts_end: usize) -> Result<(), (usize, UriFaultKind)> {
    let Some(mark) = after[hosts_end..].find('?') else { return Ok(()) };
    let mut byte = hosts_end + mark + 1;
    for option in after[byte..].split('&') {
        if !option.is_empty() && !option.contains('=') {
            return Err((byte, UriFaultKind::Option));
        }
        byte += option.len() + 1;
    }
    Ok(())
}

fn bad_percent(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|index| {
        bytes[*index] == b'%'
            && !(bytes.get(index + 1).is_some_and(u8::is_ascii_hexdigit)
                && bytes.get(index + 2).is_some_and(u8::is_ascii_hexdigit))
    })
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while index < bytes.len() {
        let digits = (bytes[index] == b'%').then(|| text.get(index + 1..index + 3)).flatten();
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                decoded.push(byte);
                index += 3;
            }
            None => {
                decoded.push(bytes[index]);
                index += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

    use super::*;

    fn parts(text: &str) -> (String, Option<String>) {
        let split = split(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
        (split.uri, split.password)
    }

    fn fault(text: &str) -> (usize, UriFaultKind) {
        let fault = split(text).err().unwrap();
        (fault.at, fault.kind)
    }

    #[test]
    fn the_password_leaves_the_string() {
        let (uri, password) = parts("mongodb://kim:s%40cret@a.example:27017,b.example/jee?replicaSet=rs0");

        assert_eq!(uri, "mongodb://kim@a.example:27017,b.example/jee?replicaSet=rs0");
        assert_eq!(password.as_deref(), Some("s@cret"));
    }

    #[test]
    fn strings_without_credentials_stay_as_they_are() {
        for text in
            ["mongodb://localhost", "mongodb://127.0.0.1:27217/?replicaSet=rs0", "mongodb+srv://c.example.net/db"]
        {
            assert_eq!(parts(text), (text.to_owned(), None));
        }
        assert_eq!(parts("mongodb://[::1]:27017/x"), ("mongodb://[::1]:27017/x".to_owned(), None));
    }

    #[test]
    fn wrappings_of_shells_and_env_files_are_taken_off() {
        let wrapped = [
            "  mongodb://u:p@h/db \n",
            "\"mongodb://u:p@h/db\"",
            "MONGODB_URI=mongodb://u:p@h/db",
            "export MONGODB_URI='mongodb://u:p@h/db';",
            "uri: \"mongodb://u:p@h/db\",",
        ];
        for text in wrapped {
            assert_eq!(parts(text), ("mongodb://u@h/db".to_owned(), Some("p".to_owned())), "{text}");
        }
    }

    #[test]
    fn raw_characters_in_the_password_are_understood() {
        assert_eq!(parts("mongodb://u:p@ss@h/db"), ("mongodb://u@h/db".to_owned(), Some("p@ss".to_owned())));
        assert_eq!(parts("mongodb://u:p/ss@h/db"), ("mongodb://u@h/db".to_owned(), Some("p/ss".to_owned())));
        assert_eq!(parts("mongodb://u:p:ss@h"), ("mongodb://u@h".to_owned(), Some("p:ss".to_owned())));
    }

    #[test]
    fn an_at_sign_in_the_options_is_no_password() {
        let text = "mongodb://h:27017/db?appName=a@b";
        assert_eq!(parts(text), (text.to_owned(), None));
    }

    #[test]
    fn faults_are_pointed_at() {
        assert_eq!(fault(""), (0, UriFaultKind::Empty));
        assert_eq!(fault("http://x"), (0, UriFaultKind::Scheme));
        assert_eq!(fault("mongodb://"), (10, UriFaultKind::NoHost));
        assert_eq!(fault("mongodb://a,,b"), (12, UriFaultKind::EmptyHost));
        assert_eq!(fault("mongodb://a:99999"), (12, UriFaultKind::Port));
        assert_eq!(fault("mongodb+srv://a:27017"), (15, UriFaultKind::SrvHost));
        assert_eq!(fault("mongodb+srv://a,b"), (15, UriFaultKind::SrvHost));
        assert_eq!(fault("mongodb://u:50%@h"), (14, UriFaultKind::Percent));
        assert_eq!(fault("mongodb://h/db?x"), (15, UriFaultKind::Option));
        assert_eq!(fault("URI=mongodb://a b"), (15, UriFaultKind::Space));
        assert_eq!(fault("mongodb://:p@h"), (10, UriFaultKind::NoUser));
    }

    #[test]
    fn joining_encodes_what_splitting_decoded() {
        let split = split("mongodb://kim:p%2Fs%40%E3%84%B1@h/db").unwrap();

        let joined = join(&split.uri, split.password.as_deref().unwrap());

        assert_eq!(joined.as_deref(), Some("mongodb://kim:p%2Fs%40%E3%84%B1@h/db"));
        assert_eq!(join("mongodb://h/db", "p"), None);
    }

    #[test]
    fn debug_never_shows_a_password() {
        assert_eq!(format!("{:?}", split("mongodb://u:hunter2@h").unwrap()), "SplitUri");
    }
}
