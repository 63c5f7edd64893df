//! References to configuration providers inside values: `${file:/path:key}`, `${dir:/path:file}`, `${env:NAME}`.
//!
//! A value that holds one is kept, echoed and shown as it was submitted, and is not judged: only the worker that starts a task
//! asks the providers. Must not know files or the environment.

/// The providers that exist here, by the names that Kafka's documentation gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// A properties file: path and key.
    File,
    /// A directory: path and the name of a file in it, whose text is the value.
    Directory,
    /// An environment variable.
    Environment,
}

impl Provider {
    fn find(name: &str) -> Option<Self> {
        match name {
            "file" => Some(Self::File),
            "dir" | "directory" => Some(Self::Directory),
            "env" => Some(Self::Environment),
            _ => None,
        }
    }
}

/// One reference inside a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'a> {
    /// As it is written, braces included.
    pub text: &'a str,
    /// The provider; `Err` names one that does not exist here.
    pub provider: Result<Provider, &'a str>,
    /// The path, empty where there is none.
    pub path: &'a str,
    /// What is asked for under the path.
    pub key: &'a str,
}

/// A value in pieces: plain text, and the references between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Kept as it is.
    Text(&'a str),
    /// Replaced by what the provider has.
    Reference(Reference<'a>),
}

/// Takes a value apart, by the rule of Kafka's `ConfigTransformer`: `${provider:key}` or `${provider:path:key}`, where only the
/// key may hold another colon.
pub fn pieces(value: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut rest, mut searched) = (value, 0);
    while let Some(at) = rest[searched..].find("${").map(|at| at + searched) {
        let reference = rest[at..].find('}').and_then(|end| read(&rest[at..=at + end]));
        let Some(reference) = reference else {
            searched = at + 2;
            continue;
        };
        if at > 0 {
            pieces.push(Piece::Text(&rest[..at]));
        }
        rest = &rest[at + reference.text.len()..];
        searched = 0;
        pieces.push(Piece::Reference(reference));
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

fn read(text: &str) -> Option<Reference<'_>> {
    let inside = text.strip_prefix("${")?.strip_suffix('}')?;
    let (provider, rest) = inside.split_once(':')?;
    let (path, key) = rest.split_once(':').unwrap_or(("", rest));
    Some(Reference { text, provider: Provider::find(provider).ok_or(provider), path, key })
}

/// The references in a value, in order.
pub fn references(value: &str) -> impl Iterator<Item = Reference<'_>> {
    pieces(value).into_iter().filter_map(|piece| match piece {
        Piece::Reference(reference) => Some(reference),
        Piece::Text(_) => None,
    })
}

/// Whether a value holds a reference.
pub fn has_reference(value: &str) -> bool {
    references(value).next().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(value: &str) -> Reference<'_> {
        match pieces(value)[..] {
            [Piece::Reference(ref reference)] => reference.clone(),
            _ => unreachable!("{value} is one reference"),
        }
    }

    #[test]
    fn a_reference_names_provider_path_and_key() {
        let file = reference("${file:/etc/naru/mongo.properties:uri}");
        assert_eq!((file.provider, file.path, file.key), (Ok(Provider::File), "/etc/naru/mongo.properties", "uri"));
        let variable = reference("${env:MONGO_URI}");
        assert_eq!((variable.provider, variable.path, variable.key), (Ok(Provider::Environment), "", "MONGO_URI"));
        let directory = reference("${directory:/run/secrets:a:b}");
        assert_eq!((directory.path, directory.key), ("/run/secrets", "a:b"));
        assert_eq!(reference("${vault:secret/mongo:password}").provider, Err("vault"));
    }

    #[test]
    fn a_value_may_hold_several_between_plain_text() {
        let pieces = pieces("mongodb://${env:USER}:${dir:/run/secrets:password}@h");

        let shown: Vec<&str> = pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Reference(reference) => reference.text,
            })
            .collect();
        assert_eq!(shown, ["mongodb://", "${env:USER}", ":", "${dir:/run/secrets:password}", "@h"]);
    }

    #[test]
    fn what_only_looks_like_one_is_plain_text() {
        for value in ["$match", "{db}${coll}", "${", "[{$match: {a: '$b'}}]", "${a} : ${b}", "", "${a} ${"] {
            assert!(!has_reference(value), "{value}");
        }
        for value in ["${file:/etc/s:uri}", "mongodb://${env:USER}@h", "${a} ${env:B}"] {
            assert!(has_reference(value), "{value}");
        }
    }
}
