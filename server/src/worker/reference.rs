//! Asks the configuration providers when a task starts: files, directories and environment variables that the operator permits.
//!
//! Called by `load` alone. What comes back lives in the task's configuration and nowhere else: it is not stored, echoed, logged
//! or part of an error, which names the property and the reference.

use std::path::{Path, PathBuf};

use connect::config::SubmittedConfig;
use connect::config::import::parse_properties;
use connect::config::reference::{Piece, Provider, Reference, has_reference, pieces};
use connect::{Error, ErrorKind};

use crate::blocking::blocking;
use crate::config::ProviderConfig;

/// Files that hold more are no configuration.
const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// Why a reference has no value. Never holds one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Unresolved {
    #[error("there is no provider {0} here: file, dir and env exist")]
    NoProvider(String),
    #[error("the operator of this service does not permit it")]
    NotPermitted,
    #[error("the path is not absolute")]
    NotAbsolute,
    #[error("the name of the file may not lead out of the directory")]
    NotInside,
    #[error("it cannot be read ({0})")]
    Unreadable(std::io::ErrorKind),
    #[error("the file is larger than 1 MiB")]
    TooLarge,
    #[error("the file is no properties file")]
    NoProperties,
    #[error("there is no such key in the file")]
    NoKey,
    #[error("the variable is not set")]
    NotSet,
}

/// The configuration with every reference replaced by what it refers to.
///
/// # Errors
/// `Reference`: one of them has no value. Names property and reference.
pub(super) async fn resolve(config: SubmittedConfig, permitted: &ProviderConfig) -> Result<SubmittedConfig, Error> {
    if !config.iter().any(|(_, value)| has_reference(value)) {
        return Ok(config);
    }
    let permitted = permitted.clone();
    let resolved = blocking(move || resolve_all(&config, &permitted)).await;
    resolved
        .unwrap_or_else(|| Err(Error::new(ErrorKind::Internal, "Resolving the configuration's references panicked")))
}

fn resolve_all(config: &SubmittedConfig, permitted: &ProviderConfig) -> Result<SubmittedConfig, Error> {
    let mut resolved = SubmittedConfig::new();
    for (name, value) in config.iter() {
        let mut text = String::with_capacity(value.len());
        for piece in pieces(value) {
            match piece {
                Piece::Text(plain) => text.push_str(plain),
                Piece::Reference(reference) => {
                    let found = value_of(&reference, permitted).map_err(|why| {
                        let context = format!("{name} refers to {}: {why}", reference.text);
                        Error::new(ErrorKind::Reference, context)
                    })?;
                    text.push_str(&found);
                }
            }
        }
        resolved.set(name, text);
    }
    Ok(resolved)
}

fn value_of(reference: &Reference<'_>, permitted: &ProviderConfig) -> Result<String, Unresolved> {
    match reference.provider {
        Err(name) => Err(Unresolved::NoProvider(name.to_owned())),
        Ok(Provider::Environment) if !permitted.permits_variable(reference.key) => Err(Unresolved::NotPermitted),
        Ok(Provider::Environment) => std::env::var(reference.key).map_err(|_| Unresolved::NotSet),
        Ok(Provider::File) => {
            let text = read(Path::new(reference.path), permitted)?;
            let pairs = parse_properties(&text).map_err(|_| Unresolved::NoProperties)?;
            pairs.into_iter().find(|(key, _)| key == reference.key).map(|(_, value)| value).ok_or(Unresolved::NoKey)
        }
        Ok(Provider::Directory) => {
            let is_plain = !reference.key.is_empty() && !reference.key.contains('/') && reference.key != "..";
            if !is_plain {
                return Err(Unresolved::NotInside);
            }
            read(&Path::new(reference.path).join(reference.key), permitted)
        }
    }
}

/// The text of a file under a permitted directory, wherever links lead.
fn read(path: &Path, permitted: &ProviderConfig) -> Result<String, Unresolved> {
    if permitted.directories.is_empty() {
        return Err(Unresolved::NotPermitted);
    }
    if !path.is_absolute() {
        return Err(Unresolved::NotAbsolute);
    }
    let unreadable = |error: std::io::Error| Unresolved::Unreadable(error.kind());
    let real = path.canonicalize().map_err(unreadable)?;
    let is_inside = |directory: &PathBuf| directory.canonicalize().is_ok_and(|directory| real.starts_with(directory));
    if !permitted.directories.iter().any(is_inside) {
        return Err(Unresolved::NotPermitted);
    }
    if std::fs::metadata(&real).map_err(unreadable)?.len() > MAX_FILE_BYTES {
        return Err(Unresolved::TooLarge);
    }
    std::fs::read_to_string(&real).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    struct Folder(PathBuf);

    impl Folder {
        fn new() -> Self {
            let path = std::env::temp_dir().join(format!("naru-{}", uuid::Uuid::now_v7()));
            std::fs::create_dir_all(path.join("permitted")).unwrap();
            std::fs::write(path.join("permitted/mongo.properties"), "# ours\nuri = mongodb://u:canary@h\nempty=\n")
                .unwrap();
            std::fs::write(path.join("permitted/password"), "canary\n").unwrap();
            std::fs::write(path.join("outside"), "canary").unwrap();
            std::os::unix::fs::symlink(path.join("outside"), path.join("permitted/link")).unwrap();
            Self(path)
        }

        fn permitted(&self) -> ProviderConfig {
            ProviderConfig { directories: vec![self.0.join("permitted")], variables: vec!["PATH".to_owned()] }
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            // A folder that stays behind in /tmp is no reason to fail.
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn config(value: &str) -> SubmittedConfig {
        [("name".to_owned(), "c".to_owned()), ("database".to_owned(), value.to_owned())].into_iter().collect()
    }

    async fn resolved(value: &str, permitted: &ProviderConfig) -> Result<String, String> {
        let resolved = resolve(config(value), permitted).await;
        resolved.map(|config| config.get("database").unwrap().to_owned()).map_err(|error| {
            assert_eq!(error.kind(), ErrorKind::Reference);
            error.context().to_owned()
        })
    }

    #[tokio::test]
    async fn files_directories_and_variables_are_read_where_permitted() {
        let folder = Folder::new();
        let (path, permitted) = (folder.0.join("permitted").display().to_string(), folder.permitted());

        let uri = resolved(&format!("${{file:{path}/mongo.properties:uri}}"), &permitted).await;
        assert_eq!(uri.unwrap(), "mongodb://u:canary@h");
        let password = resolved(&format!("a-${{dir:{path}:password}}-b"), &permitted).await;
        assert_eq!(password.unwrap(), "a-canary\n-b", "a file is taken as it is");
        assert_eq!(resolved(&format!("${{file:{path}/mongo.properties:empty}}"), &permitted).await.unwrap(), "");
        assert_eq!(resolved("${env:PATH}", &permitted).await.unwrap(), std::env::var("PATH").unwrap());
        assert_eq!(resolved("plain ${x}", &permitted).await.unwrap(), "plain ${x}");
    }

    #[tokio::test]
    async fn what_cannot_be_resolved_names_property_and_reference_and_shows_nothing() {
        let folder = Folder::new();
        let (path, permitted) = (folder.0.display().to_string(), folder.permitted());
        let cases = [
            (format!("${{file:{path}/outside:uri}}"), "does not permit"),
            (format!("${{dir:{path}/permitted:link}}"), "does not permit"),
            (format!("${{dir:{path}/permitted:../outside}}"), "lead out"),
            (format!("${{file:{path}/permitted/mongo.properties:nokey}}"), "no such key"),
            (format!("${{file:{path}/permitted/nothing:uri}}"), "cannot be read"),
            ("${file:permitted/mongo.properties:uri}".to_owned(), "not absolute"),
            ("${env:HOME}".to_owned(), "does not permit"),
            ("${env:DATABASE_URL}".to_owned(), "does not permit"),
            ("${vault:secret:uri}".to_owned(), "no provider vault"),
        ];
        for (reference, why) in cases {
            let context = resolved(&reference, &permitted).await.unwrap_err();

            assert!(context.starts_with(&format!("database refers to {reference}: ")), "{context}");
            assert!(context.contains(why) && !context.contains("canary"), "{context}");
        }
        let nothing = ProviderConfig::default();
        let reference = format!("${{dir:{path}/permitted:password}}");
        assert!(resolved(&reference, &nothing).await.unwrap_err().contains("does not permit"));
    }
}
