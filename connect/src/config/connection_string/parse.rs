//! The structure of a connection string: scheme, user information, hosts, database, options.

use std::ops::Range;

use super::options;
use super::{ConnectionString, ConnectionStringFault, Scheme};

const BAD_START: &str =
    "The connection string is invalid. Connection strings must start with either 'mongodb://' or 'mongodb+srv://";
const BAD_USER: &str = "The connection string contains invalid user information. If the username or password contains a \
                        colon (:) or an at-sign (@) then it must be urlencoded";
const BAD_PORT: &str = "The connection string contains an invalid host. The port is not a valid, it must be an integer \
                        between 0 and 65535";
const BAD_COLONS: &str = "The connection string contains an invalid host. Reserved characters such as ':' must be escaped \
                          according RFC 2396. Any IPv6 address literal must be enclosed in '[' and ']' according to RFC 2732.";
const BAD_IPV6: &str = "The connection string contains an invalid host. IPv6 address literals must be enclosed in '[' and \
                        ']' according to RFC 2732";
const BAD_ENCODING: &str = "The connection string contains an invalid percent-encoding";

pub(super) fn parse(text: &str) -> Result<ConnectionString, ConnectionStringFault> {
    let scheme = [Scheme::Standard, Scheme::Srv]
        .into_iter()
        .find(|scheme| text.starts_with(scheme.prefix()))
        .ok_or_else(|| fault(0, BAD_START))?;
    let start = scheme.prefix().len();
    let authority = authority(text, start)?;
    let (user_info, hosts_range) = match text[authority.clone()].rfind('@') {
        Some(at) => (Some(authority.start..authority.start + at), authority.start + at + 1..authority.end),
        None => (None, authority.clone()),
    };
    let (user, password) = match user_info {
        Some(range) => user_information(text, range)?,
        None => (None, None),
    };
    let hosts = hosts(text, hosts_range.clone(), scheme)?;
    let after = (authority.end + 1).min(text.len());
    let question = text[after..].find('?').map_or(text.len(), |at| after + at);
    let (database, collection) = namespace(text, after..question)?;
    let options_start = (question + 1).min(text.len());
    let options = options::read(text, options_start)?;
    let parsed = ConnectionString {
        text: text.to_owned(),
        scheme,
        user,
        password,
        hosts,
        database,
        collection,
        options,
        options_start,
    };
    options::check(&parsed, hosts_range.start)?;
    Ok(parsed)
}

/// The part between scheme and slash.
fn authority(text: &str, start: usize) -> Result<Range<usize>, ConnectionStringFault> {
    match text[start..].find('/') {
        Some(at) => Ok(start..start + at),
        None => match text[start..].find('?') {
            Some(at) => Err(fault(start + at, "The connection string contains options without trailing slash")),
            None => Ok(start..text.len()),
        },
    }
}

/// Decoded user and the place of the password.
fn user_information(
    text: &str,
    range: Range<usize>,
) -> Result<(Option<String>, Option<Range<usize>>), ConnectionStringFault> {
    let info = &text[range.clone()];
    if info.is_empty() {
        return Err(fault(range.start, "The connection string contains an at-sign (@) without a user name"));
    }
    if let Some(at) = info.find('@') {
        return Err(fault(range.start + at, BAD_USER));
    }
    let colon = info.find(':');
    if let Some(second) = colon.and_then(|at| info[at + 1..].find(':').map(|next| at + 1 + next)) {
        return Err(fault(range.start + second, BAD_USER));
    }
    let user_end = colon.map_or(range.end, |at| range.start + at);
    if user_end == range.start {
        return Err(fault(range.start, "No username is provided in the connection string"));
    }
    let user = decoded(text, range.start..user_end)?;
    let password = colon.map(|at| range.start + at + 1..range.end);
    if let Some(password) = &password {
        decoded(text, password.clone())?;
    }
    Ok((Some(user), password))
}

fn hosts(text: &str, range: Range<usize>, scheme: Scheme) -> Result<Vec<String>, ConnectionStringFault> {
    // A trailing comma is let through, an empty entry before another is not.
    let listed = text[range.clone()].trim_end_matches(',');
    if listed.is_empty() {
        let message = if range.is_empty() {
            "The connection string contains an empty host"
        } else {
            "The connection string must contain at least one host"
        };
        return Err(fault(range.start, message));
    }
    let mut hosts = Vec::new();
    let mut at = range.start;
    for host in listed.split(',') {
        hosts.push(self::host(host, at, scheme)?);
        at += host.len() + 1;
    }
    if scheme == Scheme::Srv && hosts.len() > 1 {
        let second = range.start + text[range.clone()].find(',').unwrap_or(0);
        return Err(fault(second, "Only one host allowed when using mongodb+srv protocol"));
    }
    Ok(hosts)
}

fn host(host: &str, at: usize, scheme: Scheme) -> Result<String, ConnectionStringFault> {
    if host.is_empty() {
        return Err(fault(at, "The connection string contains an empty host"));
    }
    if host.ends_with(".sock") {
        return decode(host).ok_or_else(|| fault(at, BAD_ENCODING));
    }
    if scheme == Scheme::Srv
        && let Some(colon) = host.find(':')
    {
        return Err(fault(at + colon, "Host for when using mongodb+srv protocol can not contain a port"));
    }
    let after_address =
        if host.starts_with('[') { host.find(']').map(|end| end + 1).ok_or_else(|| fault(at, BAD_IPV6))? } else { 0 };
    let rest = &host[after_address..];
    if let Some(colon) = rest.find(':') {
        let port_at = at + after_address + colon + 1;
        let port = &rest[colon + 1..];
        if port.contains(':') {
            return Err(fault(port_at, BAD_COLONS));
        }
        // The Java driver lets a lone ":port" through as a host name; nothing can be reached by it, so it is refused here.
        if colon == 0 && after_address == 0 {
            return Err(fault(at, "The connection string contains an empty host"));
        }
        if !port.parse::<u16>().is_ok_and(|port| port > 0) || port.starts_with('+') {
            return Err(fault(port_at, BAD_PORT));
        }
    }
    Ok(host.to_owned())
}

/// Database and collection between slash and question mark.
fn namespace(text: &str, range: Range<usize>) -> Result<(Option<String>, Option<String>), ConnectionStringFault> {
    if range.is_empty() {
        return Ok((None, None));
    }
    let namespace = decoded(text, range.clone())?;
    let (database, collection) = match namespace.split_once('.') {
        Some((database, collection)) => (database.to_owned(), Some(collection.to_owned())),
        None => (namespace, None),
    };
    if database.is_empty() {
        return Err(fault(range.start, "state should be: databaseName is not empty"));
    }
    if let Some(character) = ['\0', '/', '\\', ' ', '"'].into_iter().find(|character| database.contains(*character)) {
        let at = text[range.clone()].find(character).unwrap_or(0);
        let message = format!("state should be: databaseName does not contain '{character}'");
        return Err(fault(range.start + at, message));
    }
    Ok((Some(database), collection.filter(|collection| !collection.is_empty())))
}

fn decoded(text: &str, range: Range<usize>) -> Result<String, ConnectionStringFault> {
    let part = &text[range.clone()];
    decode(part).ok_or_else(|| {
        let bad = part.match_indices('%').map(|(at, _)| at).find(|at| escape_at(part, *at).is_none());
        fault(range.start + bad.unwrap_or(0), BAD_ENCODING)
    })
}

/// Percent-decoding that leaves `+` alone; `None` for a broken escape or bytes that are not UTF-8.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match text.as_bytes()[at] {
            b'%' => {
                bytes.push(escape_at(text, at)?);
                at += 3;
            }
            byte => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

/// Percent-encodes everything but unreserved characters.
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn escape_at(text: &str, at: usize) -> Option<u8> {
    let digits = text.get(at + 1..at + 3).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

pub(super) fn fault(offset: usize, message: impl Into<String>) -> ConnectionStringFault {
    ConnectionStringFault { offset, message: message.into() }
}
